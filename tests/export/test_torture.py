"""One notebook with everything: each text and picture stands in HTML and PDF exactly once."""

import io
import re
from collections import Counter

import lxml.html
import nbformat
import pikepdf
import pytest

from analysis.export.html import HTMLBriefExporter
from analysis.export.pdf import PDFBriefExporter

from . import torture
from .test_pdf_structure import elements, marked, read_aloud

PICTURES = ["attachment", "data", "png", "jpeg", "gif", "webp", "svg"]
ALTS = [f"alt {name}" for name in PICTURES]


@pytest.fixture(scope="module")
def notebook():
    made = torture.notebook()
    nbformat.validate(made)
    return made


@pytest.fixture(scope="module")
def page(notebook):
    tree = lxml.html.document_fromstring(HTMLBriefExporter().from_notebook_node(notebook)[0])
    for contents in tree.xpath("//nav"):
        contents.drop_tree()
    return tree


@pytest.fixture(scope="module")
def pdf(notebook):
    with pikepdf.open(io.BytesIO(PDFBriefExporter().from_notebook_node(notebook)[0])) as document:
        yield document


def test_every_text_stands_once_in_html_and_pdf_in_the_same_order(page, pdf):
    for text in (page.xpath("string(//main)"), read_aloud(pdf)):
        assert re.findall(r"word\d+end", text) == torture.WORDS
        assert "hidden" not in text


def test_every_picture_stands_once_in_html_and_pdf(page, pdf):
    assert page.xpath("//img/@alt") == ALTS
    assert all(address.startswith("data:image/") for address in page.xpath("//img/@src"))
    figures = [str(e.Alt) for e in elements(pdf.Root.StructTreeRoot.K) if e.S == "/Figure"]
    assert Counter(figures) == Counter(ALTS)


def test_every_formula_is_set_or_is_its_source(page, pdf):
    twice = Counter(dict.fromkeys(torture.FORMULAS, 2)) + Counter(torture.FORMULAS[:1])
    assert Counter(page.xpath("//math/@alttext")) == twice
    formulas = [str(e.Alt) for e in elements(pdf.Root.StructTreeRoot.K) if e.S == "/Formula"]
    assert Counter(formulas) == twice
    source = f"${torture.UNKNOWN_FORMULA}$"
    assert source in page.xpath("//code/text()")
    assert re.sub(r"\s", "", source) in read_aloud(pdf)


def test_structure_is_kept(page, pdf):
    kinds = Counter(str(e.S)[1:] for e in elements(pdf.Root.StructTreeRoot.K))
    for tag, kind in {"table": "Table", "li": "LI", "tr": "TR", "blockquote": None}.items():
        count = len(page.xpath(f"//{tag}"))
        assert count > 1
        assert kind is None or kinds[kind] == count, tag
    assert page.xpath("//ol/@start") == ["5"]
    levels = [int(e.tag[1]) for e in page.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels == [1, 2, 3, 2, 2, 3, 2]
    assert [
        int(str(e.S)[2:])
        for e in elements(pdf.Root.StructTreeRoot.K)
        if re.match(r"/H\d", str(e.S))
    ] == levels


def test_nothing_acts_loads_or_stands_outside_the_tags(page, pdf):
    assert not page.xpath("//main//script | //main//style | //main//iframe")
    assert not [name for e in page.iter() for name in e.attrib if name.startswith(("on", "style"))]
    assert {a.partition("/")[0] for a in page.xpath("//main//a/@href")} <= {
        "https:",
        "#fn-10-1",
        "#fn-10-2",
        "#fnref-10-1",
        "#fnref-10-2",
    }
    assert all(marked(leaf)[1] == [] for leaf in pdf.pages)
    assert "/JavaScript" not in pdf.Root.get("/Names", {})
    assert "pdfuaid" in str(pdf.Root.Metadata.read_bytes())
