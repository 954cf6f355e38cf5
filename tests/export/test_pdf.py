"""The PDF: tagged, titled, the same bytes each time, every text as the text it is."""

import io
import re
import shutil
import subprocess
import unicodedata
from base64 import b64encode

import nbformat
import pikepdf
import pytest
from PIL import Image

from analysis.briefs import blocks
from analysis.export.pdf import PDFBriefExporter, pdf_document
from analysis.facts.errors import BriefError

from .hostile import KINDS, RIGHT_TO_LEFT, SVG, blocks_with, notebook_with

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext (poppler) is missing"
)


def document_of(notebook):
    made, resources = PDFBriefExporter().from_notebook_node(notebook)
    assert resources["output_extension"] == ".pdf"
    return made


def opened(document):
    return pikepdf.open(io.BytesIO(document))


def strings_of(node, seen=None):
    """Return the texts of a structure tree's ActualText, Alt and title entries."""
    seen = set() if seen is None else seen
    if isinstance(node, pikepdf.Array):
        return [text for child in node for text in strings_of(child, seen)]
    if not isinstance(node, pikepdf.Dictionary) or (node.objgen in seen and node.objgen != (0, 0)):
        return []
    seen.add(node.objgen)
    found = [str(node[key]) for key in ("/Alt", "/ActualText") if key in node]
    return found + (strings_of(node["/K"], seen) if "/K" in node else [])


def glyph_text(document):
    """Return the text that a reader copies out of the pages, by the fonts' own Unicode tables."""
    text = []
    with opened(document) as pdf:
        for page in pdf.pages:
            fonts = {
                str(name): to_unicode(font)
                for name, font in page.Resources.get("/Font", {}).items()
            }
            text.append(page_text(page, fonts))
    return "".join(text)


def to_unicode(font):
    table = font.ToUnicode.read_bytes().decode("ascii")
    pairs = re.findall(r"^<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>$", table, flags=re.MULTILINE)
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


def page_text(page, fonts):
    text, font = [], {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            font = fonts[str(operands[0])]
        elif str(operator) in ("Tj", "TJ"):
            parts = operands[0] if str(operator) == "TJ" else [operands[0]]
            for part in parts:
                if isinstance(part, pikepdf.String):
                    raw = bytes(part)
                    codes = [int.from_bytes(raw[i : i + 2]) for i in range(0, len(raw), 2)]
                    text += [font.get(code, "\ufffd") for code in codes]
    return "".join(text)


def squeezed(text):
    """Return a text without spaces, break marks and ligatures, which setting may change."""
    return re.sub(r"[\s\u200b\u00ad]", "", unicodedata.normalize("NFKC", text))


LEFT_TO_RIGHT = {kind: texts for kind, texts in KINDS.items() if kind != "right to left"}


@pytest.mark.parametrize("texts", LEFT_TO_RIGHT.values(), ids=LEFT_TO_RIGHT)
def test_a_hostile_text_is_shown_as_text_in_every_slot(texts):
    document = document_of(notebook_with(*texts))
    shown = squeezed(glyph_text(document))
    with opened(document) as pdf:
        told = strings_of(pdf.Root.StructTreeRoot.K)
        for text in texts:
            assert shown.count(squeezed(text)) >= 20, text
            assert f"alt {text}" in told
        assert str(pdf.docinfo["/Title"]) == f"{texts[0]} – {texts[0]}"
        assert "/JavaScript" not in pdf.Root.get("/Names", {})
        assert "/OpenAction" not in pdf.Root
        for page in pdf.pages:
            for note in page.get("/Annots", []):
                assert str(note.A.S) == "/URI"
                assert str(note.A.URI).startswith("https://example.org/")


def test_text_from_right_to_left_is_kept():
    text = RIGHT_TO_LEFT
    found = glyph_text(document_of(notebook_with(text)))
    for letter in set(text) - {" "}:
        assert letter in found, letter


def test_emoji_and_other_letters_that_no_shipped_font_has_are_named(caplog):
    text = "up 👍 family 👩‍👧 flag 🇰🇿 sign 漢 heart ❤\ufe0f"
    found = squeezed(glyph_text(document_of(notebook_with(text))))
    assert "which the PDF calls by name: 👍" in caplog.text
    assert "selector" not in found
    for name in ("[thumbs up sign]", "woman", "girl", "[cjk unified ideograph-6f22]"):
        assert squeezed(name) in found, name


def test_lines_run_as_their_first_letter_does():
    left, right = (min(places_of_letters(text)) for text in ("a – א", "א – a"))
    assert right > left + 300


@pytest.mark.parametrize("mark", ["\ufeff", "\ue000", "\U000f0001"])
def test_characters_that_no_archive_may_hold_do_not_stop_the_build(mark):
    assert "nameage" in squeezed(glyph_text(document_of(notebook_with(f"{mark}name age")))).replace(
        "\ufffd", ""
    )


def places_of_letters(text):
    """Return how far from the left, in points, the letters of a first line stand."""
    cell = nbformat.v4.new_markdown_cell(f"# A title\n\n{text}")
    with opened(document_of(nbformat.v4.new_notebook(cells=[cell]))) as pdf:
        moved = (
            ops for ops, name in pikepdf.parse_content_stream(pdf.pages[0]) if str(name) == "cm"
        )
        return [float(ops[4]) for ops in moved if 700 < float(ops[5]) < 765]


@pytest.mark.parametrize(
    ("formula", "places"), [(r"\begin{array}{rr} 4 & 55 \end{array}", 2), ("a &= b & c &= d", 6)]
)
def test_columns_of_a_formula_stand_apart(formula, places):
    whole = formula if "array" in formula else rf"\begin{{align}} {formula} \end{{align}}"
    found = places_of_letters(f"$${whole}$$")
    middle = places // 2
    letter = 5
    assert len(found) >= places
    assert found[middle] - found[middle - 1] > 1.5 * letter


def test_a_phantom_of_a_formula_is_not_seen():
    shown = [len(places_of_letters(rf"$$\{name}{{-}}1$$")) for name in ("mathbf", "phantom")]
    assert shown == [2, 1]


def test_control_characters_do_not_stop_the_build():
    document = document_of(notebook_with("a\x00b\x01c\x85d\ud800e\uffff"))
    assert "a�b�c�d�e�" in squeezed(glyph_text(document))


def test_the_document_is_tagged_titled_and_in_english():
    document = pdf_document([b.content() for b in blocks_with("Text")])
    with opened(document) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang).startswith("en")
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        xmp = pdf.Root.Metadata.read_bytes().decode()
        kinds = structure_kinds(pdf.Root.StructTreeRoot.K)
    assert re.search(r"pdfuaid:part[^0-9]+1", xmp)
    assert re.search(r"pdfaid:part[^0-9]+2", xmp)
    assert {"H1", "H2", "P", "Figure", "Table", "TH", "TD", "L", "LI", "Link"} <= kinds


def test_a_document_is_in_the_language_of_its_header():
    cells = [nbformat.v4.new_raw_cell("---\ntitle: T\nlang: pt-BR\n---")]
    with opened(document_of(nbformat.v4.new_notebook(cells=cells))) as pdf:
        assert str(pdf.Root.Lang) == "pt-BR"


def structure_kinds(node):
    if isinstance(node, pikepdf.Array):
        return {kind for child in node for kind in structure_kinds(child)}
    if not isinstance(node, pikepdf.Dictionary) or "/S" not in node:
        return set()
    return {str(node.S)[1:]} | (structure_kinds(node.K) if "/K" in node else set())


def test_dates_are_those_of_the_release():
    contents = [b.content() for b in blocks_with("Text")]
    with opened(pdf_document(contents)) as pdf:
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261121")


def test_two_renderings_are_the_same_bytes():
    notebook = notebook_with(*KINDS["typst"])
    assert document_of(notebook) == document_of(notebook)


def test_a_picture_that_is_none_is_one_line():
    figure = blocks.Figure(title="t", subtitle="s", caption="c", alt="a", svg="<svg")
    with pytest.raises(BriefError, match=r"^Typst refused the brief: ") as refusal:
        pdf_document([figure.content()])
    assert "\n" not in str(refusal.value)


def test_a_notebook_of_markdown_alone_is_a_document_too():
    cells = [nbformat.v4.new_markdown_cell("# My notes\n\n- one\n- two\n\n`code`")]
    document = document_of(nbformat.v4.new_notebook(cells=cells))
    with opened(document) as pdf:
        assert str(pdf.docinfo["/Title"]) == "My notes"
    assert {"Mynotes", "one", "two", "code"} <= {
        word for word in ("Mynotes", "one", "two", "code") if word in squeezed(glyph_text(document))
    }


@pytest.mark.parametrize("letters", [60, 3000])
def test_long_words_stay_on_the_page(letters):
    document = pdf_document([blocks.paragraph("W" * letters).content()])
    with opened(document) as pdf:
        lines = [
            operands
            for page in pdf.pages
            for operands, operator in pikepdf.parse_content_stream(page)
            if str(operator) in ("Tj", "TJ")
        ]
    assert len(lines) >= letters / 60, "a line of this page holds about 50 of them"


@pytest.mark.parametrize("size", [(30, 3000), (900, 2000), (20, 10), (9000, 20)])
def test_a_picture_is_never_larger_than_a_page(size):
    buffer = io.BytesIO()
    Image.new("RGB", size, "navy").save(buffer, "PNG")
    data = {"image/png": b64encode(buffer.getvalue()).decode()}
    output = nbformat.v4.new_output("display_data", data, metadata={"alt": "a"})
    cell = nbformat.v4.new_code_cell("draw()", execution_count=1, outputs=[output])
    with opened(document_of(nbformat.v4.new_notebook(cells=[cell]))) as pdf:
        steps = [step for page in pdf.pages for step in pikepdf.parse_content_stream(page)]
    drawn = [place for place, (_, operator) in enumerate(steps) if str(operator) == "Do"]
    [matrix] = [
        [float(number) for number in steps[place - 1][0]]
        for place in drawn
        if str(steps[place - 1][1]) == "cm"
    ]
    wide, high = matrix[0], abs(matrix[3])
    assert wide <= 595 - 2 * 65 and high <= 842 - 2 * 50
    assert wide / high == pytest.approx(size[0] / size[1], rel=0.01)


def test_a_long_table_is_set_whole_and_on_the_page():
    rows = [[str(number), f"r{number}", "0.5"] for number in range(900)]
    rows[613][1] = "the longest text of its column, " * 4
    cells = ("".join(f"<td>{text}</td>" for text in row) for row in rows)
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    source = f"<table><tr><th>a</th><th>b</th><th>c</th></tr>{body}</table>"
    cell = nbformat.v4.new_markdown_cell(source)
    text = squeezed(glyph_text(document_of(nbformat.v4.new_notebook(cells=[cell]))))
    wanted = ["".join(squeezed(text) for text in row) for row in rows]
    assert [row for row in wanted if row not in text] == []


def lines_of(document):
    """Return the lines of text of each page."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=document, capture_output=True)
    return [page.splitlines() for page in done.stdout.decode().split("\f")]


@needs_poppler
@pytest.mark.parametrize("before", range(42, 46))
def test_the_note_of_a_table_stands_under_its_last_row(before):
    rows = [[f"row {place}", "1.00"] for place in range(21)]
    caption = "the note of this table. " * 12
    table = blocks.value_table("Title", ("Row", "Value"), rows, caption=caption)
    made = (blocks.Title(title="T"), blocks.bullets(*["a line"] * before), table)
    pages = lines_of(pdf_document([block.content() for block in made]))
    last, note = (
        [place for place, lines in enumerate(pages) if any(words in line for line in lines)]
        for words in ("row 20", "the note of")
    )
    assert last == note


@needs_poppler
@pytest.mark.parametrize("before", range(54, 62))
@pytest.mark.parametrize("size", [9, 20])
def test_a_table_is_not_left_with_a_few_rows_on_a_page(size, before):
    rows = [[f"row {place}", "1.00"] for place in range(size)]
    table = blocks.value_table("Title", ("Row", "Value"), rows)
    made = (blocks.Title(title="T"), blocks.bullets(*["a line"] * before), table)
    pages = lines_of(pdf_document([block.content() for block in made]))
    first = sum(line.strip().startswith("row ") for line in pages[0])
    assert first == 0 or first >= size / 3


@needs_poppler
def test_a_short_last_word_does_not_stand_alone():
    for letters in range(36, 52):
        words = f"{'m ' * letters}democratic one"
        pages = lines_of(pdf_document([blocks.paragraph(words).content()]))
        assert not [line for line in pages[0] if line.strip() == "one"], letters


def test_the_foot_of_a_table_is_below_its_rows():
    source = "<table><thead><tr><th>a</th></tr></thead><tfoot><tr><td>whole</td></tr></tfoot>"
    cell = nbformat.v4.new_markdown_cell(f"{source}<tbody><tr><td>part</td></tr></tbody></table>")
    made = glyph_text(document_of(nbformat.v4.new_notebook(cells=[cell])))
    assert made.index("part") < made.index("whole")


def test_columns_that_no_page_has_room_for_stand_below_each_other():
    heads = "".join(f"<th>head{number}x</th>" for number in range(120))
    cells = "".join(f"<td>{number}.12345</td>" for number in range(120))
    rows = "".join(f"<tr><th>row {letter}</th>{cells}</tr>" for letter in "ab")
    top = "<tr><th></th><th colspan=120>whole</th></tr>"
    source = f"<table><thead>{top}<tr><th></th>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    cell = nbformat.v4.new_markdown_cell(source)
    text = squeezed(glyph_text(document_of(nbformat.v4.new_notebook(cells=[cell]))))
    parts = text.count("whole")
    assert 5 <= parts <= 20, "a page has room for about twelve of these columns"
    assert (text.count("rowa"), text.count("rowb")) == (parts, parts)
    assert all(text.count(f"head{number}x") == 1 for number in range(120))
    assert all(text.count(f"{number}.12345") >= 2 for number in range(120))


def test_letters_of_a_drawing_that_no_shipped_font_has_are_named_too():
    svg = SVG.replace("<path", "<text>a 漢 b</text><path")
    output = nbformat.v4.new_output("display_data", {"image/svg+xml": svg}, metadata={"alt": "a"})
    cell = nbformat.v4.new_code_cell("draw()", execution_count=1, outputs=[output])
    document = document_of(nbformat.v4.new_notebook(cells=[cell]))
    assert "[cjkunifiedideograph-6f22]" in squeezed(glyph_text(document))


@pytest.mark.parametrize(
    "source",
    [
        "\n".join(f"{'  ' * depth}- item" for depth in range(40)) + " END",
        ">" * 200 + " END",
        "*a **b " * 40 + "END" + "***" * 40,
        "<table><tr><td>" * 30 + "END",
        "<table><tr><td rowspan=9999 colspan=9999>END</td></tr><tr><td>b</td></tr></table>",
        "<table><tr><td>a</td></tr><tr><td colspan=3>b</td><td>END</td></tr><tr></tr></table>",
        "$" + "{" * 300 + "x" + "}" * 300 + "$ END",
        "$" + r"\frac{1}{" * 40 + "x" + "}" * 40 + "$ END",
    ],
)
def test_what_is_nested_or_spans_too_much_is_still_set(source):
    cells = [nbformat.v4.new_markdown_cell(source)]
    assert "END" in glyph_text(document_of(nbformat.v4.new_notebook(cells=cells)))
