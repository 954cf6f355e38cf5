"""What a notebook becomes: blocks in order, code hidden, what cannot be shown refused."""

import nbformat.v4 as nb
import pytest

from analysis.briefs import blocks
from analysis.briefs.blocks import MIME
from analysis.export.bundle import brief_content, readable, title_of
from analysis.export.prose import text_of
from analysis.facts.errors import BriefError

from .hostile import SVG, blocks_with, cell_of, stored


def contents_of(*cells):
    return brief_content(nb.new_notebook(cells=list(cells)))


def refusal_of(*cells):
    with pytest.raises(BriefError) as refusal:
        contents_of(*cells)
    message = str(refusal.value)
    assert "\n" not in message
    return message


def test_blocks_and_markdown_come_in_the_order_of_the_cells():
    made = blocks_with("x")
    cells = [nb.new_markdown_cell("## Begin"), *(cell_of(stored(b)) for b in made)]
    contents = contents_of(*cells)
    assert [c["kind"] for c in contents] == ["heading", *(b.kind for b in made)]
    assert contents[1:] == [b.content() for b in made]


def test_code_parameters_warnings_and_cells_for_analysts_are_left_out(caplog):
    shown = cell_of(nb.new_output("stream", name="stdout", text="shown \n"))
    hidden = [
        cell_of(nb.new_output("stream", name="stdout", text="no"), tags=[tag])
        for tag in ("analyst-only", "parameters", "injected-parameters", "papermill-error-cell-tag")
    ]
    warned = cell_of(nb.new_output("stream", name="stderr", text="a warning"))
    blank = cell_of(nb.new_output("stream", name="stdout", text=" \n"))
    raw = nb.new_raw_cell("raw")
    assert contents_of(shown, *hidden, warned, blank, raw) == [
        {"kind": "preformatted", "text": "shown"}
    ]
    told = [record.getMessage() for record in caplog.records]
    assert told == ["raw cells are left out: 8", "error streams of cells are left out: 6"]


@pytest.mark.parametrize("cell_of_kind", [nb.new_raw_cell, nb.new_markdown_cell])
@pytest.mark.parametrize(
    ("header", "below"),
    [
        ("subtitle: Since 2005\nauthor: A. Author\ndate: 2024-05-01",
         "Since 2005 · A. Author · 2024-05-01"),
        ("authors:\n- name: A. Author\n  orcid: x\n- B. Other\nformat:\n  html:\n    toc: true",
         "A. Author · B. Other"),
        ("jupyter: python3", ""),
    ],
)  # fmt: skip
def test_a_header_in_yaml_is_the_title(cell_of_kind, header, below, caplog):
    first = cell_of_kind(f"---\ntitle: 'Media: a study'\n{header}\n---\n")
    contents = contents_of(first, nb.new_markdown_cell("# Section\n\nText."))
    assert [c["kind"] for c in contents] == ["title", "heading", "prose"]
    assert (contents[0]["title"], contents[0]["subtitle"]) == ("Media: a study", below)
    assert not caplog.records


def test_an_abstract_in_the_header_stands_below_the_title():
    header = nb.new_raw_cell("---\ntitle: A\nabstract: |\n  One *word*.\n---\n")
    title, abstract, rest = contents_of(header, nb.new_markdown_cell("Text."))
    assert [title["title"], text_of(abstract["nodes"][0])] == ["A", "One word."]
    assert text_of(rest["nodes"][0]) == "Text."


@pytest.mark.parametrize(
    "source", ["---\nA rule above.", "---\nno: title\n---\n\nText", "---\n: [\n---"]
)
def test_what_only_looks_like_a_header_stays_text(source):
    contents = contents_of(nb.new_markdown_cell(f"{source}\n\nlast"))
    assert "title" not in [c["kind"] for c in contents[1:]]
    assert "last" in str(contents)


def test_raw_cells_that_say_their_language_are_read(caplog):
    texts = {"text/html": "<b>one</b>", "text/markdown": "**two**", "text/latex": "three"}
    raw = [nb.new_raw_cell(t, metadata={"raw_mimetype": media}) for media, t in texts.items()]
    shown = str(contents_of(nb.new_markdown_cell("# T"), *raw))
    assert [word in shown for word in ("one", "two", "three")] == [True, True, False]
    [record] = caplog.records
    assert record.getMessage() == "raw cells are left out: 4"


def test_a_failed_cell_is_one_line_with_its_number():
    error = nb.new_output("error", ename="ValueError", evalue="first\nsecond", traceback=["a", "b"])
    message = refusal_of(nb.new_markdown_cell("ok"), cell_of(error))
    assert message == "cell 2 failed: ValueError: first second"


def test_a_failed_cell_is_refused_even_if_hidden():
    error = nb.new_output("error", ename="E", evalue="", traceback=[])
    assert refusal_of(cell_of(error, tags=["analyst-only"])).startswith("cell 1 failed")


@pytest.mark.parametrize("content", [{"kind": "video"}, {}, "text", None, ["title"]])
def test_a_block_of_unknown_kind_is_refused(content):
    message = refusal_of(cell_of(nb.new_output("display_data", {MIME: content})))
    assert message.startswith("cell 1 stores a block of kind ")
    assert "title, heading" in message


def test_a_block_with_odd_fields_is_refused_by_their_names():
    content = {"kind": "note", "text": "a", "lable": "b"}
    message = refusal_of(cell_of(nb.new_output("display_data", {MIME: content})))
    assert message.endswith("has missing or unknown fields: label, lable")


@pytest.mark.parametrize("alt", ["", "  ", "caption"])
def test_a_figure_needs_an_alt_text_of_its_own(alt):
    figure = blocks.Figure(title="t", subtitle="s", caption="caption", alt=alt, svg=SVG)
    assert "the figure 't' needs an alt text" in refusal_of(cell_of(stored(figure)))


@pytest.mark.parametrize("name", ["a b", "../a", "A", "a.svg", "a_", "_a", "a__b", "é", "a\n"])
def test_the_name_of_a_figure_or_table_is_fit_for_a_file(name):
    picture = blocks.Figure(name=name, title="t", subtitle="", caption="c", alt="a", svg=SVG)
    table = blocks.Table(name=name, title="t", columns=[], rows=[])
    for block in (picture, table):
        assert repr(name) in refusal_of(cell_of(stored(block)))


@pytest.mark.parametrize("cells", [[], [nb.new_code_cell("1 + 1")], [nb.new_markdown_cell("")]])
def test_a_notebook_that_shows_nothing_is_refused(cells):
    assert refusal_of(*cells) == (
        "the notebook shows nothing: run it before it is rendered as a brief"
    )


def test_control_characters_become_visible_and_terminal_colours_go():
    raw = "a\x00b\x1b[31mred\x1b[0m\x1b\x07\x9b\ud800\uffff\ttab\nline"
    assert readable({"a": [raw, 1, None, True]}) == {"a": ["a�bred�����\ttab\nline", 1, None, True]}
    kept = "é مرحبا 漢 👩‍👧 \u200b\u202e"
    assert readable(kept) == kept


@pytest.mark.parametrize(
    "sequence",
    [
        "\x1b[1;31m", "\x1b[0m", "\x1b[38:2::1:2:3m", "\x1b[2K", "\x1b[?25l", "\x1b[10;20H",
        "\x1b[3 q", "\x1b]0;a title\x07", "\x1b]8;;https://evil.example\x1b\\", "\x1bPq#0\x1b\\",
        "\x1b(B", "\x1b7", "\x1bc", "\x1b=", "\x9b31m", "\x9d0;title\x9c",
    ],
)  # fmt: skip
def test_commands_to_a_terminal_go_wholly(sequence):
    assert readable(f"a{sequence}b{sequence}") == "ab"


def test_the_title_is_that_of_the_block_or_of_the_first_heading():
    own = blocks.Title(title="Own").content()
    heading = blocks.Heading(text="First").content()
    assert title_of([heading, own]) is own
    assert title_of([heading])["title"] == "First"
    assert title_of([blocks.paragraph("x").content()])["title"] == "Brief"
    assert set(title_of([heading])) | {"kind"} == set(own)
