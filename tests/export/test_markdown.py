"""Markdown cells as blocks: the structure is kept, everything else is text."""

import pytest

from analysis.export.markdown import markdown_blocks


def contents(source):
    return [block.content() for block in markdown_blocks(source)]


def plain(spans):
    return "".join(span["text"] for span in spans)


def test_headings_start_below_the_title_and_end_at_level_four():
    found = [(c["kind"], c["level"], c["text"]) for c in contents("# A *b*\n## C\n###### D")]
    assert found == [("heading", 2, "A b"), ("heading", 2, "C"), ("heading", 4, "D")]


def test_emphasis_code_and_links_are_spans():
    [paragraph] = contents("a **b** *c* `d<e>` [f *g*](https://x.y/z)\nnext line")
    spans = [(s["text"], s["style"], s["href"]) for s in paragraph["spans"]]
    assert spans == [
        ("a ", "", ""),
        ("b", "strong", ""),
        (" ", "", ""),
        ("c", "emphasis", ""),
        (" ", "", ""),
        ("d<e>", "code", ""),
        (" ", "", ""),
        ("f ", "", "https://x.y/z"),
        ("g", "emphasis", "https://x.y/z"),
        (" ", "", ""),
        ("next line", "", ""),
    ]


def test_lists_keep_their_order_and_nested_items_follow_a_dash():
    [items] = contents("1. one\n2. two\n   - inner\n3. three")
    assert items["ordered"] is True
    assert [plain(item) for item in items["items"]] == ["one", "two – inner", "three"]
    [bulleted] = contents("- a\n- b")
    assert bulleted["ordered"] is False


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("```python\nx = 1\n```", "x = 1"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("    indented", "indented"),
    ],
)
def test_code_and_html_are_shown_as_they_are(source, text):
    assert contents(source) == [{"kind": "preformatted", "text": text}]


def test_html_within_a_line_is_text():
    [paragraph] = contents("a <b onclick='x()'>c</b> &lt;")
    assert plain(paragraph["spans"]).startswith("a <b onclick='x()'>c</b>")


def test_quotations_are_paragraphs_and_rules_go():
    assert [c["kind"] for c in contents("> quoted\n\n---\n\nafter")] == ["paragraph", "paragraph"]


def test_a_picture_leaves_its_description():
    [paragraph] = contents("![what it shows](https://tracker.example/x.png)")
    assert plain(paragraph["spans"]) == "what it shows"
    assert [s["href"] for s in paragraph["spans"]] == [""]


def test_nothing_is_nothing():
    assert contents("  \n") == []
