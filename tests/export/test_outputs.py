"""Outputs of every kind: shown, or named with the cell's number; pictures with their words."""

import base64
import io
import json
import logging

import nbformat.v4 as nb
import pandas as pd
import pytest
from lxml import etree
from PIL import Image

from analysis.export.bundle import brief_content
from analysis.export.prose import text_of
from analysis.facts.errors import BriefError

from .hostile import SVG, cell_of
from .torture import nested, pixels

SVG_NAMES = "http://www.w3.org/2000/svg"


def contents_of(data, metadata=None, source="show()", **cell):
    """Return what a brief shows of one output in the second cell of a notebook."""
    output = nb.new_output("display_data", data, metadata=metadata or {})
    code = nb.new_code_cell(source, execution_count=1, outputs=[output], metadata=cell)
    cells = [nb.new_markdown_cell("# Title\n\n## Section"), code]
    return brief_content(nb.new_notebook(cells=cells))[2:]


def texts_of(contents):
    texts = (c.get("text") or "".join(map(text_of, c.get("nodes", ()))) for c in contents)
    return [text.strip() for text in texts]


def tree(contents, tag):
    """Return the nodes of a tag within prose."""
    return [node for content in contents for node in nested(content.get("nodes", ()), tag)]


def rows_of(table):
    """Return the texts of a table's rows."""
    rows = nested(table["children"], "tr")
    return [[text_of(c) for c in row["children"] if not isinstance(c, str)] for row in rows]


FRAME = pd.DataFrame(
    {("score", "mean"): [4.5, 3.07], ("score", "n"): [2, 3], ("class", ""): ["SCD", "<b>THR</b>"]},
    index=pd.MultiIndex.from_tuples([("EU", "Poland"), ("EU", "Latvia")], names=["group", "name"]),
)


def test_a_frame_is_a_table_with_its_spans():
    [table] = tree(contents_of({"text/html": FRAME._repr_html_(), "text/plain": "x"}), "table")
    assert rows_of(table) == [
        ["", "", "score", "class"],
        ["", "", "mean", "n", ""],
        ["group", "name", "", "", ""],
        ["EU", "Poland", "4.50", "2", "SCD"],
        ["Latvia", "3.07", "3", "<b>THR</b>"],
    ]
    heads, cells = nested(table["children"], "th"), nested(table["children"], "td")
    assert [h["attributes"].get("colspan") for h in heads[:4]] == [None, None, "2", None]
    assert [c["attributes"]["class"] for c in cells[:3]] == ["nit-right", "nit-right", "nit-left"]
    [group] = [head for head in heads if text_of(head) == "EU"]
    assert group["attributes"]["rowspan"] == "2"


def test_a_styled_frame_keeps_caption_and_formats():
    pytest.importorskip("jinja2")
    styled = FRAME.droplevel(0, axis=1).style.set_caption("Scores").format({"mean": "{:.1f} pt"})
    html = styled._repr_html_()
    [table] = tree(contents_of({"text/html": html, "text/plain": "<Styler at 0x7f0a>"}), "table")
    assert [text_of(c) for c in nested(table["children"], "caption")] == ["Scores"]
    assert any("4.5 pt" in row for row in rows_of(table))


@pytest.mark.parametrize(
    ("media", "value", "text"),
    [
        ("text/markdown", "**Result:** 4.5", "Result: 4.5"),
        ("text/latex", r"$$\bar{x}_1$$", r"$\bar{x}_1$"),
        ("text/latex", r"$\displaystyle x_1$", r"$\displaystyle x_1$"),
        (
            "text/latex",
            "\\begin{equation}x_1\\end{equation}",
            "$\\begin{equation}x_1\\end{equation}$",
        ),
        ("text/latex", r"\textbf{bold}", r"\textbf{bold}"),
        ("text/html", "<p>a &amp; b</p><script>no()</script>", "a & b"),
        ("application/json", {"é": [1]}, json.dumps({"é": [1]}, indent=2, ensure_ascii=False)),
        ("text/plain", "[<Line2D object at 0x7f00ab>]", "[<Line2D object>]"),
        ("text/plain", "<generator <x> at 0x7f00ab>", "<generator <x>>"),
        ("text/plain", '<code f at 0x7f, file "a", line 1>', '<code f, file "a", line 1>'),
        ("text/plain", "at 0x10 < 5", "at 0x10 < 5"),
    ],
)
def test_what_has_words_is_shown(media, value, text):
    assert texts_of(contents_of({media: value})) == [text]
    if media != "text/plain":
        assert texts_of(contents_of({media: value, "text/plain": "<X object at 0x7f>"})) == [text]


@pytest.mark.parametrize(
    "text",
    ["<Axes: xlabel='x'>", "[<Line2D at 0x7f>]", "array([<Axes: >, <Axes: >], dtype=object)"],
)
def test_the_handle_of_a_picture_is_not_shown_beside_it(text):
    handle = nb.new_output("execute_result", {"text/plain": text}, execution_count=1)
    picture = nb.new_output(
        "display_data", {"image/png": pixels("PNG")}, metadata={"image/png": {"alt": "seen"}}
    )
    value = nb.new_output("execute_result", {"text/plain": "4.5"}, execution_count=1)
    contents = brief_content(nb.new_notebook(cells=[cell_of(handle, picture, value)]))
    assert texts_of(contents) == ["seen", "4.5"]


@pytest.mark.parametrize(
    "media",
    [
        "application/javascript",
        "application/pdf",
        "application/vnd.bokehjs_exec.v0+json",
        "application/vnd.jupyter.widget-view+json",
        "image/bmp",
        "video/mp4",
    ],
)
def test_what_paper_cannot_show_is_named_with_its_cell(media):
    [note] = contents_of({media: "AAAA", "text/plain": "<Thing object at 0x7f00>"})
    assert note["kind"] == "note"
    assert note["text"].startswith("Cell 2 shows ")
    assert "0x7f" not in note["text"]


def test_a_page_of_scripts_alone_is_named_too():
    html = "<div id='map'></div><script>draw()</script>"
    [note] = contents_of({"text/html": html, "text/plain": "<folium.Map object at 0x7f00>"})
    assert (note["kind"], "text/html" in note["text"]) == ("note", True)
    [frame] = contents_of({"text/html": "<iframe src='https://evil.example' title='map'></iframe>"})
    assert texts_of([frame]) == ["[iframe of cell 2: map]"]


PLOTLY = {
    "data": [
        {"type": "bar", "name": "Poland", "x": ["2023", "2024"], "y": [4.54, 4.57]},
        {"y": {"dtype": "f8", "bdata": base64.b64encode(b"\0\0\0\0\0\0\xf8?").decode()}},
    ],
    "layout": {"title": {"text": "Scores"}},
}
VEGA = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "title": "Scores",
    "data": {"name": "d"},
    "datasets": {"d": [{"a": 1, "b": 2.5}, {"a": 2, "b": None}]},
    "mark": "bar",
    "encoding": {"x": {"field": "a", "type": "nominal"}},
}
VEGALITE = "application/vnd.vegalite.v5+json"
PLOTLY_TABLES = [
    [["series", "x", "y"], ["Poland", "2023", "4.54"], ["Poland", "2024", "4.57"]],
    [["series", "y"], ["scatter 2", "1.5"]],
]


@pytest.mark.parametrize(
    ("media", "spec", "tables"),
    [
        ("application/vnd.plotly.v1+json", PLOTLY, PLOTLY_TABLES),
        # What could load something is not drawn, nor what is no chart.
        (VEGALITE, VEGA | {"data": {"url": "file:///x"}}, [[["a", "b"], ["1", "2.5"], ["2", ""]]]),
        (VEGALITE, VEGA | {"mark": "none"}, [[["a", "b"], ["1", "2.5"], ["2", ""]]]),
    ],
)
def test_a_chart_is_its_picture_or_else_the_table_of_its_values(media, spec, tables):
    note, *shown = contents_of({media: spec, "text/html": "<div></div>"})
    assert (note["kind"], note["label"]) == ("note", "Scores")
    assert note["text"].startswith("Cell 2 shows an interactive chart")
    assert [rows_of(table) for table in tree(shown, "table")] == tables
    drawn = contents_of({media: spec, "image/png": pixels("PNG")}, {"image/png": {"alt": "a"}})
    assert len(tree(drawn, "img")) == 1
    [note] = contents_of({media: {}})
    assert note["text"].startswith("Cell 2 shows an interactive chart")


def test_a_chart_of_altair_within_a_script_is_drawn_too():
    script = f"(function(spec, embedOpt){{ x() }})({json.dumps(VEGA)}, {{'mode': 'vega-lite'}});"
    html = f"<div id='altair-viz-1'></div><script>{script}</script>"
    [shown] = contents_of({"text/html": html, "text/plain": "alt.Chart(...)"})
    assert shown["nodes"][0]["attributes"]["alt"] == "Scores"


def test_a_chart_of_altair_is_drawn():
    [shown] = contents_of({VEGALITE: VEGA, "text/html": "<div></div>", "text/plain": "alt.Chart"})
    [picture] = shown["nodes"]
    assert picture["attributes"]["alt"] == "Scores"
    assert picture["attributes"]["src"].startswith("data:image/png;base64,")


def test_a_drawing_within_html_is_a_picture_if_it_is_a_whole_one():
    svg = "<svg width='9' height='3' viewBox='0 0 9 3' aria-label='bars'><rect width='9'/></svg>"
    [picture] = tree(contents_of({"text/html": f"<p>{svg}</p>"}), "img")
    assert picture["attributes"]["alt"] == "bars"
    drawn = base64.b64decode(picture["attributes"]["src"].partition(",")[2]).decode()
    assert drawn.startswith("<svg") and 'viewBox="0 0 9 3"' in drawn
    [word] = contents_of({"text/html": "<svg><use xlink:href='#a'/></svg>"})
    assert texts_of([word]) == ["[drawing]"]


@pytest.mark.parametrize("media", ["image/png", "image/jpeg", "image/gif", "image/webp"])
def test_a_picture_has_the_alt_text_of_its_output(media, caplog):
    data = {media: pixels(media.partition("/")[2]), "text/plain": "<Figure>"}
    [picture] = tree(contents_of(data, {media: {"alt": "A line", "width": 300}}), "img")
    assert picture["attributes"]["alt"] == "A line"
    assert picture["attributes"]["width"] == "300"
    assert picture["attributes"]["src"].startswith(f"data:{media};base64,")
    assert not caplog.records


def test_a_cell_may_say_alt_text_and_caption():
    source = "#| fig-alt: Rises\n#| fig-cap: Scores\nplot()"
    contents = contents_of({"image/svg+xml": SVG}, source=source)
    [picture], [caption] = tree(contents, "img"), tree(contents, "figcaption")
    assert (picture["attributes"]["alt"], text_of(caption)) == ("Rises", "Scores")


@pytest.mark.parametrize(
    ("within", "source", "words"),
    [
        ("<title>Scores</title><desc>They\n  rise</desc>", "plot()", "Scores: They rise"),
        ("<desc>They rise</desc><g><title>node</title></g>", "#| fig-cap: Under", "They rise"),
        ("<title>Scores</title>", "#| fig-alt: Said", "Said"),
        ("<g><title>node</title></g>", "#| fig-cap: Under", "Under"),
    ],
)
def test_a_drawing_that_describes_itself_needs_no_other_words(within, source, words, caplog):
    svg = SVG.replace("</svg>", f"{within}</svg>")
    [picture] = tree(contents_of({"image/svg+xml": svg}, source=source), "img")
    assert picture["attributes"]["alt"] == words
    assert not caplog.records


def test_several_pictures_of_a_cell_have_their_own_words():
    source = """#| fig-cap: Scores
#| fig-subcap: [Poland, Latvia]
#| fig-alt: [Falls, Rises]"""
    outputs = [nb.new_output("display_data", {"image/svg+xml": SVG}) for _ in range(3)]
    cell = nb.new_code_cell(source, execution_count=1, outputs=outputs)
    contents = brief_content(nb.new_notebook(cells=[cell]))
    alts = [picture["attributes"]["alt"] for picture in tree(contents, "img")]
    captions = [text_of(caption) for caption in tree(contents, "figcaption")]
    assert alts[:2] == ["Falls", "Rises"] and alts[2] not in alts[:2]
    assert captions == ["Scores: Poland", "Scores: Latvia", "Scores"]


def test_a_table_has_the_caption_that_its_cell_gives():
    source = "#| tbl-cap: Scores"
    table = {"text/html": "<p>x</p><table><tr><td>1</td></tr></table>"}
    [caption] = tree(contents_of(table, source=source), "caption")
    assert text_of(caption) == "Scores"
    assert texts_of(contents_of({"text/plain": "a 1"}, source=source)) == ["Scores", "a 1"]


def test_the_rich_form_of_a_text_that_is_shown_is_not_shown_too():
    symbols = "<svg style='height: 0'><defs><symbol id='a'><path d='M0 0H9'/></symbol></defs></svg>"
    text = "<pre class='xr-text-repr-fallback'>Dataset</pre>"
    rich = "<div class='wrap' style='display: none'>Dataset <b>again</b></div>"
    contents = contents_of({"text/html": f"<div>{symbols}{text}{rich}</div>"})
    assert texts_of(contents) == ["Dataset"]
    assert not tree(contents, "img")
    assert texts_of(contents_of({"text/html": f"<div>{rich}</div>"})) == ["Dataset again"]


def test_a_script_beside_words_is_told(caplog):
    html = "<table><tr><td>Loading</td></tr></table><script>fill([4.5])</script>"
    contents_of({"text/html": html, "text/plain": "<T>"})
    assert [r.getMessage() for r in caplog.records] == ["scripts of cells are left out: 2"]
    caplog.clear()
    contents_of({"text/html": html, "image/png": pixels("PNG")}, {"image/png": {"alt": "seen"}})
    assert not caplog.records


def test_pictures_without_words_get_those_above_and_one_warning(caplog):
    picture = nb.new_output("display_data", {"image/png": pixels("PNG")})
    captioned = nb.new_code_cell("#| fig-cap: Said", execution_count=1, outputs=[picture])
    cells = [nb.new_markdown_cell("# T\n\n## Above"), cell_of(picture), captioned, cell_of(picture)]
    with caplog.at_level(logging.WARNING):
        contents = brief_content(nb.new_notebook(cells=cells))
    alts = [picture["attributes"]["alt"] for picture in tree(contents, "img")]
    assert alts == ["Above", "Said", "Above"]
    [record] = caplog.records
    assert record.getMessage().startswith("2 pictures have no alt text")


@pytest.mark.parametrize(
    ("media", "value"),
    [
        ("image/png", "x"),
        ("image/png", base64.b64encode(b"no picture").decode()),
        ("image/png", pixels("BMP")),
        ("image/svg+xml", "<svg"),
        ("image/svg+xml", "<html/>"),
        ("image/svg+xml", "<svg><image href='http://evil.example/x.png'/></svg>"),
        ("image/svg+xml", ""),
        (
            "image/svg+xml",
            f"<svg xmlns='{SVG_NAMES}'><foreignObject><p>x</p></foreignObject></svg>",
        ),
        (
            "image/svg+xml",
            "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///x'>]><svg><text>&x;</text></svg>",
        ),
    ],
)
def test_a_picture_that_is_none_is_refused_with_the_cells_number(media, value):
    with pytest.raises(BriefError, match=r"^cell 2 holds no image/") as refusal:
        contents_of({media: value, "text/plain": "<Figure>"})
    assert "\n" not in str(refusal.value)


def test_an_error_that_is_meant_is_shown_without_colours_and_addresses():
    error = nb.new_output(
        "error", ename="KeyError", evalue="\x1b[31m<X object at 0x7f>", traceback=[]
    )
    [shown] = brief_content(nb.new_notebook(cells=[cell_of(error, tags=["raises-exception"])]))
    assert shown == {"kind": "preformatted", "text": "KeyError: <X object>"}


def test_a_line_that_was_written_over_is_shown_as_it_ended():
    printed = nb.new_output(
        "stream", name="stdout", text="10%\r50%\r100%\ndone\r\n<X object at 0x7f>"
    )
    [shown] = brief_content(nb.new_notebook(cells=[cell_of(printed)]))
    assert shown["text"] == "100%\ndone\n<X object>"


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        (["Read:   5%\b\b\b\b 75%\b\b\b\b100%\n", "all\n"], "Read: 100%\nall"),
        (["ab\b\b\b\bxy"], "xy"),
        ([" 10%|#", "\r 90%|#########", "\rdone\n", "next"], "done\nnext"),
    ],
)
def test_what_is_printed_bit_by_bit_is_one_text_as_a_terminal_shows_it(printed, shown):
    streams = [nb.new_output("stream", name="stdout", text=text) for text in printed]
    warning = nb.new_output("stream", name="stderr", text="a warning")
    contents = brief_content(nb.new_notebook(cells=[cell_of(streams[0], warning, *streams[1:])]))
    assert contents == [{"kind": "preformatted", "text": shown}]


def test_buttons_around_a_frame_are_no_part_of_it():
    table = "<table><tr><th>a</th></tr><tr><td>1</td></tr></table>"
    button = "<button onclick='x()'>Convert<svg><path d='M0 0H9V9z'/></svg></button>"
    contents = contents_of({"text/html": f"<div>{table}<div>{button}</div></div>"})
    assert len(tree(contents, "table")) == 1
    assert not tree(contents, "img")
    assert texts_of(contents) == ["a1"]


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<video controls>Your browser does not support it.</video>", "[video of cell 2]"),
        (
            "<span>Make this Notebook Trusted to load map</span><iframe></iframe>",
            "[iframe of cell 2]",
        ),
        ("<div class='animation'><img id='a'><label>Once</label></div>", "[animation of cell 2]"),
        ("<pre>Model()</pre><b>In a Jupyter environment, please rerun this cell</b>", "Model()"),
        ("<img id='later'>words", "words"),
    ],
)
def test_what_only_a_browser_with_scripts_shows_is_named_by_its_cell(html, shown):
    contents = contents_of({"text/html": html, "text/plain": "<X>"})
    assert "".join(c.get("text") or "".join(texts_of([c])) for c in contents).strip() == shown


def test_a_table_within_a_cell_is_the_text_of_that_cell():
    inner = "<table><tr><td>b</td><td>c</td></tr></table>"
    html = f"<table><tr><td>{inner}</td><td>d</td></tr><tr><td>e</td><td>f</td></tr></table>"
    [table] = tree(contents_of({"text/html": html}), "table")
    rows = [[" ".join(cell.split()) for cell in row] for row in rows_of(table)]
    assert rows == [["b c", "d"], ["e", "f"]]


def test_a_page_within_a_page_is_named_by_its_address():
    contents = contents_of({"text/html": "<iframe src='https://example.org/map'></iframe>"})
    assert texts_of(contents) == ["[iframe of cell 2: https://example.org/map]"]


def test_a_picture_in_the_colours_of_print_is_shown_in_those_of_a_screen():
    buffer = io.BytesIO()
    Image.new("CMYK", (4, 4), (0, 255, 255, 0)).save(buffer, "JPEG")
    [shown] = tree(contents_of({"image/jpeg": base64.b64encode(buffer.getvalue()).decode()}), "img")
    data = base64.b64decode(shown["attributes"]["src"].partition(",")[2])
    with Image.open(io.BytesIO(data)) as opened:
        assert opened.mode == "RGB"
        red, green, blue = opened.getpixel((1, 1))
    assert red > 200 and max(green, blue) < 60


def test_headings_inside_outputs_do_not_skip_a_level():
    html = "<h1>one</h1><h4>deep</h4><div><h6>deeper</h6></div><h5>beside</h5>"
    contents = contents_of({"text/html": html})
    assert [(c["text"], c["level"]) for c in contents] == [
        ("one", 2), ("deep", 3), ("deeper", 3), ("beside", 3),
    ]  # fmt: skip


@pytest.mark.parametrize("before", ["", '\n<?xml version="1.0" encoding="UTF-16"?>\n'])
def test_a_drawing_as_a_page_would_hold_it_becomes_a_file(before):
    [picture] = tree(contents_of({"image/svg+xml": f"{before}<svg width='9'><g/></svg>"}), "img")
    file = base64.b64decode(picture["attributes"]["src"].partition(",")[2])
    assert etree.fromstring(file).tag == f"{{{SVG_NAMES}}}svg"
