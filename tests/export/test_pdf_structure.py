"""What a screen reader finds in a real brief: tags, reading order, heads, alt texts, bookmarks."""

import io
import re
import shutil
import subprocess
import unicodedata
from itertools import pairwise

import pikepdf
import pytest

from analysis.export.bundle import brief_content
from analysis.export.pdf import pdf_document
from notebook_blocks import executed

from .test_pdf import squeezed, to_unicode

PAINTS = {"Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "Do", "sh"}


@pytest.fixture(scope="module", params=["country", "region", "comparison"])
def brief(request):
    """Return contents and document of a brief."""
    if request.param == "country":
        notebook = executed("4_country_brief", country="Bosnia and Herzegovina")
    elif request.param == "comparison":
        notebook = executed("6_comparison_brief", countries="Kosovo, Kazakhstan, Turkmenistan")
    else:
        notebook = executed("5_regional_brief", group="Balkans")
    contents = brief_content(notebook)
    return contents, pdf_document(contents)


@pytest.fixture(scope="module")
def pdf(brief):
    with pikepdf.open(io.BytesIO(brief[1])) as document:
        yield document


def elements(node):
    """Yield the elements of a structure tree in reading order."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from elements(child)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        yield from elements(node.get("/K", pikepdf.Array()))


def marked(page):
    """Return the text of each marked piece of a page, and what is painted outside of any."""
    fonts = {str(n): to_unicode(f) for n, f in page.Resources.get("/Font", {}).items()}
    open_marks, texts, outside, font = [], {}, [], {}
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            known = name == "BDC" and isinstance(operands[1], pikepdf.Dictionary)
            mark = int(operands[1].get("/MCID", -1)) if known else -1
            open_marks.append((str(operands[0]), mark))
        elif name == "EMC":
            open_marks.pop()
        elif name == "Tf":
            font = fonts[str(operands[0])]
        if name in PAINTS:
            inner = [mark for tag, mark in open_marks if mark >= 0]
            if not inner and not any(tag == "/Artifact" for tag, _ in open_marks):
                outside.append(name)
            if name in ("Tj", "TJ") and inner:
                parts = operands[0] if name == "TJ" else operands
                raw = b"".join(bytes(p) for p in parts if isinstance(p, pikepdf.String))
                codes = [int.from_bytes(raw[i : i + 2]) for i in range(0, len(raw), 2)]
                texts.setdefault(inner[-1], []).extend(font.get(code, "\ufffd") for code in codes)
    return {mark: "".join(letters) for mark, letters in texts.items()}, outside


def read_aloud(pdf):
    """Return the text in the order of the structure tree, pictures by their alt texts."""
    texts = {page.objgen: marked(page)[0] for page in pdf.pages}
    said = []

    def say(node, page):
        if isinstance(node, pikepdf.Array):
            for child in node:
                say(child, page)
        elif isinstance(node, int):
            said.append(texts[page].get(node, ""))
        elif isinstance(node, pikepdf.Dictionary):
            page = node.Pg.objgen if "/Pg" in node else page
            if "/MCID" in node:
                said.append(texts[page].get(int(node.MCID), ""))
            elif "/Alt" in node:
                said.append(str(node.Alt))
            elif "/K" in node:
                say(node.K, page)

    say(pdf.Root.StructTreeRoot.K, None)
    return squeezed("".join(said))


def words_of(content):
    """Return the texts of a block in the order in which they are to be read."""
    kind = content["kind"]
    if kind == "title":
        facts = [fact[key] for fact in content["facts"] for key in ("label", "value", "detail")]
        return [content["kicker"], content["title"], content["subtitle"], *facts]
    if kind == "findings":
        return [content["heading"], *content["sentences"]]
    if kind == "figure":
        return [content[key] for key in ("title", "subtitle", "alt", "caption", "source")]
    if kind == "table":
        heads = [column["head"] for column in content["columns"]]
        cells = [cell["text"] for row in content["rows"] for cell in row]
        return [content["title"], *heads, *cells, content["caption"]]
    if kind == "paragraph":
        return [span["text"] for span in content["spans"]]
    if kind == "items":
        plain = [[span for span in item if span["style"] != "how"] for item in content["items"]]
        return [words for item in plain for words in words_of_item(item)]
    return [content["text"]]


def words_of_item(item):
    """Return the words of an item: of sources the kind, then each with its address in full."""
    if not any(span["style"] == "source" for span in item):
        return ["".join(span["text"] for span in item)]
    told = [span for span in item if span["style"] == "source"]
    editions = [f"{span['text'].split(',')[0]}: {span['href']}" for span in told]
    return [item[0]["text"], *editions]


def notes_of(content):
    """Return the notes of a block, which stand at the foot of a page."""
    spans = [span for item in content.get("items", ()) for span in item]
    notes = [span["text"] for span in spans if span["style"] == "how"]
    return [*notes, *filter(None, [content.get("how")])]


def test_a_screen_reader_reads_every_note(brief, pdf):
    said = read_aloud(pdf)
    notes = [note for content in brief[0] for note in notes_of(content)]
    assert notes
    assert [note for note in notes if squeezed(note) not in said] == []
    kinds = [str(e.S) for e in elements(pdf.Root.StructTreeRoot.K)]
    assert kinds.count("/Note") == len(notes)


def test_a_screen_reader_reads_all_in_the_order_of_the_contents(brief, pdf):
    said, place = read_aloud(pdf), 0
    for content in brief[0]:
        for words in words_of(content):
            found = said.find(squeezed(words), place)
            assert found >= 0, f"{words!r} is not read after {said[place - 80 : place]!r}"
            place = found + len(squeezed(words))


def test_nothing_is_painted_outside_the_tags(pdf):
    for page in pdf.pages:
        assert marked(page)[1] == []


def test_pictures_say_what_they_show(brief, pdf):
    figures = [c for c in brief[0] if c["kind"] == "figure"]
    alts = [str(e.Alt) for e in elements(pdf.Root.StructTreeRoot.K) if e.S == "/Figure"]
    assert set(alts) == {figure["alt"] for figure in figures}
    for figure in figures:
        assert figure["alt"] != figure["caption"]
        assert re.search(r"\d", figure["alt"]), figure["alt"]


def test_tables_have_heads_that_say_what_they_head(brief, pdf):
    tables = [c for c in brief[0] if c["kind"] == "table"]
    found = [e for e in elements(pdf.Root.StructTreeRoot.K) if e.S == "/Table"]
    assert len(found) == len(tables)
    for table, element in zip(tables, found, strict=True):
        heads = [e for e in elements(element.K) if e.S == "/TH"]
        assert len(heads) >= len(table["columns"])
        for head in heads:
            attributes = head.A if isinstance(head.A, pikepdf.Array) else [head.A]
            scopes = [str(a.Scope) for a in attributes if "/Scope" in a]
            assert scopes
            assert set(scopes) <= {"/Column", "/Row", "/Both"}
        rows = [e for e in elements(element.K) if e.S == "/TR"]
        assert len(rows) == len(table["rows"]) + 1


def test_bookmarks_are_the_headings(brief, pdf):
    headings = [
        squeezed(c.get("heading") or c.get("text") or c["title"])
        for c in brief[0]
        if c["kind"] in ("title", "heading", "findings")
    ]

    def titles(items):
        for item in items:
            yield squeezed(item.title)
            yield from titles(item.children)

    with pdf.open_outline() as outline:
        assert list(titles(outline.root)) == headings


def test_headings_do_not_skip_a_level(pdf):
    kinds = [str(e.S) for e in elements(pdf.Root.StructTreeRoot.K)]
    levels = [int(kind[2:]) for kind in kinds if re.fullmatch(r"/H[1-6]", kind)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler) is missing")
def test_text_is_copied_in_order_and_addresses_whole(brief, tmp_path):
    path = tmp_path / "brief.pdf"
    path.write_bytes(brief[1])
    done = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)
    assert "\u200b" not in done.stdout
    copied, place = unicodedata.normalize("NFKC", re.sub(r"\s", "", done.stdout)), 0
    for content in brief[0]:
        if content["kind"] == "findings":
            for sentence in content["sentences"]:
                found = copied.find(squeezed(sentence), place)
                assert found >= 0, sentence
                place = found
