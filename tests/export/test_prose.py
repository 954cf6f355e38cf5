"""Markdown cells as blocks: CommonMark with tables, footnotes and formulas; nothing acts."""

import re
from base64 import b64decode

import pytest

from analysis.export.images import Place
from analysis.export.prose import markdown_blocks, text_of
from analysis.facts.errors import BriefError

from .torture import nested, pixels

BLOCKS = "p|ul|ol|li|pre|table|thead|tbody|tr|th|td|blockquote|div"


def contents(source, **place):
    return [block.content() for block in markdown_blocks(source, Place(**place))]


def nodes(source, **place):
    made = [node for content in contents(source, **place) for node in content["nodes"]]
    return [node for node in made if node != " "]


def html(node):
    """Return a node as the HTML that it stands for."""
    if isinstance(node, str):
        return node
    inner = "".join(map(html, node["children"])).strip()
    return f"<{node['tag']}>{inner}</{node['tag']}>"


def shown(source):
    """Return Markdown as HTML, without blanks beside blocks."""
    made = "".join(map(html, nodes(source))).strip()
    return re.sub(rf" *(</?({BLOCKS})>) *", r"\1", made)


def test_headings_start_below_the_title_and_end_at_level_four():
    found = [(c["kind"], c["level"], c["text"]) for c in contents("# A *b*\n## C\n###### D")]
    assert found == [("heading", 2, "A b"), ("heading", 2, "C"), ("heading", 4, "D")]


def test_emphasis_code_and_links_may_stand_in_each_other():
    made = shown("a **b *c*** `d<e>` [f *g*](https://x.y/z)\nnext line\\\nlast")
    assert made == (
        "<p>a <strong>b <em>c</em></strong> <code>d<e></code> <a>f <em>g</em></a> next line"
        "<br></br> last</p>"
    )


def test_an_address_is_kept_if_it_leads_to_the_web():
    [kept, gone] = (nodes(f"[x]({href})")[0] for href in ("https://x.y/z", "javascript:evil()"))
    assert kept["children"][0]["attributes"] == {"href": "https://x.y/z"}
    assert gone["children"][0]["attributes"] == {}


def test_lists_keep_order_start_nesting_and_paragraphs():
    made = shown("5. one\n6. two\n   - inner\n\n     ```\n     code\n     ```\n7. three\n\n   more")
    assert made == (
        "<ol><li><p>one</p></li><li><p>two</p><ul><li><p>inner</p><pre>code</pre></li></ul></li>"
        "<li><p>three</p><p>more</p></li></ol>"
    )
    assert nodes("5. one\n6. two")[0]["attributes"] == {"start": "5"}


def test_tasks_are_ticked_or_not():
    assert shown("- [ ] a\n- [x] b") == "<ul><li>☐ a</li><li>☑ b</li></ul>"


def test_tables_keep_sides_heads_and_what_is_marked_in_a_cell():
    [table] = nodes("| a | b |\n|---|--:|\n| `x` | 1 |")
    assert shown("| a | b |\n|---|--:|\n| `x` | 1 |") == (
        "<table><thead><tr><th>a</th><th>b</th></tr></thead>"
        "<tbody><tr><td><code>x</code></td><td>1</td></tr></tbody></table>"
    )
    assert [cell["attributes"] for cell in nested([table], "th")] == [
        {"class": "nit-left"},
        {"class": "nit-right"},
    ]


def test_a_formula_in_a_table_keeps_its_bars():
    [table] = nodes("| a | b |\n|---|---|\n| $P(A|B)$ | $5 | $6 |\n\n$|x|$")[:1]
    assert [text_of(cell) for cell in nested([table], "td")] == ["$P(A|B)$", "$5"]
    [paragraph] = nodes("$|x|$")
    assert text_of(paragraph) == "$|x|$"


def test_footnotes_of_two_cells_have_places_of_their_own():
    places = [nodes("a[^n]\n\n[^n]: note", number=number) for number in (3, 4)]
    for number, (paragraph, notes) in zip((3, 4), places, strict=True):
        mark = paragraph["children"][1]["children"][0]["attributes"]
        assert mark == {"href": f"#fn-{number}-1", "id": f"fnref-{number}-1"}
        note = nested([notes], "li")[0]
        assert note["attributes"]["id"] == f"fn-{number}-1"
        assert text_of(note).strip().startswith("note")


@pytest.mark.parametrize("source", ["$x_1 + y_2$", "$$x_1 + y_2$$", "$$\nx_1 + y_2\n$$"])
def test_formulas_are_set(source):
    [paragraph] = nodes(source)
    math = paragraph if paragraph["tag"] == "math" else paragraph["children"][0]
    assert math["tag"] == "math"
    assert math["attributes"]["alttext"] == "x_1 + y_2"
    assert [n["tag"] for n in math["children"][0]["children"]] == ["msub", "mo", "msub"]


@pytest.mark.parametrize(
    "formula",
    [
        *(r"\unknown{x_1} * y * z", r"\frac{1", r"a & b", r"x \begin{tabular}{l} a \end{tabular}"),
        r"\cancel{x} + y",
    ],
)
def test_a_formula_that_cannot_be_set_is_its_source(formula):
    [paragraph] = nodes(f"a ${formula}$ b")
    assert html(paragraph) == f"<p>a <code>${formula}$</code> b</p>"


@pytest.mark.parametrize(
    ("formula", "letters"),
    [
        (r"x \in \mathbb R, \mathcal L, \mathbf x, \boldsymbol{\beta}, \mathfrak C", "x∈ℝ,ℒ,𝐱,𝜷,ℭ"),
        (r"\operatorname*{arg\,max}_\theta L", "arg\u2009maxθL"),
        (r"\arg\min x + \operatorname*{tr} A", "argminx+trA"),
        (r"x = y \tag{2.1}", "x=y(2.1)"),
        (r"\text{5\% \$ train\_size}", "5%\u00a0$\u00a0train_size"),
        (r"\bigl\| x \bigr\|, \Big\{ y \Big\}, a \not= b", "‖x‖,{y},a≠b"),
    ],
)
def test_words_of_latex_are_known(formula, letters):
    [paragraph] = nodes(f"${formula}$")
    [made] = nested([paragraph], "math")
    assert "".join(map(html, made["children"])).strip() != formula
    assert re.sub("<[^>]*>", "", html(made)) == letters


def test_upright_letters_stay_upright_and_formulas_may_stand_within_a_text():
    [made] = nested(nodes(r"$$\mathrm{d}x \text{ if $y > 0$}$$"), "math")
    looks = {text_of(mi): mi["attributes"] for mi in nested(made["children"], "mi")}
    assert looks == {"d": {"mathvariant": "normal"}, "x": {}, "y": {}}


@pytest.mark.parametrize("head", ["math", "{math}\n:label: a"])
def test_a_block_of_code_may_be_a_formula(head):
    [shown] = contents(f"```{head}\nx_1\n```")
    assert [text_of(node).strip() for node in shown["nodes"]] == ["$x_1$"]


def test_what_a_directive_says_in_its_head_is_kept():
    [shown] = contents("```{note} Its title\nwords\n```")
    assert shown == {"kind": "preformatted", "text": "{note} Its title\nwords"}


def test_sums_of_money_are_no_formula():
    assert shown("from $5 to $6, or ~20 to ~30") == "<p>from $5 to $6, or ~20 to ~30</p>"


@pytest.mark.parametrize(
    ("source", "text"), [("```python\nx = 1\n```", "x = 1"), ("    indented", "indented")]
)
def test_code_is_shown_as_it_is(source, text):
    assert contents(source) == [{"kind": "preformatted", "text": text}]


@pytest.mark.parametrize("name", ["script", "IFRAME", "textarea", "title", "xmp"])
def test_html_that_acts_is_text(name):
    source = f"<{name}>alert(1)</{name}>"
    assert shown(source).removeprefix("<p>").removesuffix("</p>") == source


def test_html_within_a_line_is_kept_without_its_attributes():
    [paragraph] = nodes("a <b onclick='x()' style='y'>c</b> &lt;H<sub>2</sub>")
    assert html(paragraph) == "<p>a <strong>c</strong> <H<sub>2</sub></p>"
    assert paragraph["children"][1]["attributes"] == {}


def test_comments_and_styles_are_not_shown_and_nothing_else_is_lost():
    assert shown("a <!-- no --> b\n\n<!-- no -->\n\n<style>no</style>\n\n<blink>c</blink>") == (
        "<p>a b</p><p>c</p>"
    )


def test_html_nested_without_end_is_refused_or_shown_as_text():
    assert "deep" in text_of(nodes("<b>" * 100 + "deep")[0])
    with pytest.raises(BriefError, match=r"^cell 7 holds HTML that is nested too deeply$"):
        contents("<b>" * 5000 + "deep", number=7)


def test_quotations_are_quotations_and_rules_go():
    assert shown("> quoted\n\n---\n\nafter") == (
        "<blockquote><p>quoted</p></blockquote><p>after</p>"
    )


def test_a_picture_from_elsewhere_leaves_its_description():
    assert shown("![what it shows](https://tracker.example/x.png)") == "<p>what it shows</p>"


def test_pictures_of_attachments_data_and_files_beside_are_shown(tmp_path):
    encoded = pixels("PNG")
    (tmp_path / "p.png").write_bytes(b64decode(encoded))
    attached = {"a b.png": {"image/png": encoded}}
    for address in ("attachment:a%20b.png", f"data:image/png;base64,{encoded}", "p.png"):
        [paragraph] = nodes(f"![seen]({address})", attachments=attached, folder=tmp_path)
        [picture] = paragraph["children"]
        assert picture["attributes"] == {"src": f"data:image/png;base64,{encoded}", "alt": "seen"}


@pytest.mark.parametrize("address", ["../p.png", "/etc/hostname", "none.png", "file:///etc/passwd"])
def test_no_file_outside_of_the_notebooks_folder_is_read(tmp_path, address):
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "p.png").write_bytes(b"no")
    assert [text_of(n) for n in nodes(f"![alt]({address})", folder=folder)] == ["alt"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("![x](attachment:gone.png)", "an attachment 'gone.png' that it does not hold"),
        ("![x](data:image/png;base64,AAAA)", "holds no image/png that can be shown"),
        ("![x](data:image/svg+xml,%3Cb/%3E)", "holds no image/svg"),
        ("<table><tr><td>" + "<td>" * 300, "a table of more than 250 columns"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_the_cells_number(source, reason):
    with pytest.raises(BriefError) as refusal:
        contents(source, number=5)
    assert reason in str(refusal.value)
    assert "cell 5" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_an_empty_heading_is_nothing():
    assert contents("##\n\n# \n") == []


def test_nothing_is_nothing():
    assert contents("  \n") == []
