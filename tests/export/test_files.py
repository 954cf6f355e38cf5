"""What a brief consists of."""

import json
from urllib.parse import unquote

import lxml.html
import nbformat
import pytest

from analysis.briefs import blocks
from analysis.export.files import brief_files
from analysis.facts.errors import BriefError

from .hostile import SVG, cell_of, stored


@pytest.fixture
def executed():
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Title", id="a")])


def test_the_notebook_is_always_part_of_a_brief(executed):
    assert set(brief_files("POL", executed, ())) == {"POL.ipynb"}
    assert set(brief_files("POL", executed, ("html", "pdf"))) == {
        "POL.ipynb",
        "POL.html",
        "POL.pdf",
    }


def test_files_hold_what_their_names_say(executed):
    files = brief_files("POL", executed, ("html", "pdf"))
    assert json.loads(files["POL.ipynb"])["cells"][0]["source"] == ["# Title"]
    assert b"<h1" in files["POL.html"]
    assert files["POL.pdf"].startswith(b"%PDF-")


def test_a_notebook_that_shows_nothing_has_no_files():
    with pytest.raises(BriefError, match="shows nothing"):
        brief_files("POL", nbformat.v4.new_notebook(), ("html",))


@pytest.fixture
def with_assets():
    data = blocks.Data(["edition", "score"], [[2005, 6.04]])
    words = {"title": "T", "subtitle": "S", "caption": "C", "alt": "A 6.04"}
    figure = blocks.Figure(name="line", svg=SVG, data=data, **words)
    table = blocks.Table(
        name="ratings", title="R", columns=[blocks.Column("NDG")], rows=[[blocks.Cell("3.00")]]
    )
    tags = {"tags": ["injected-parameters"]}
    given = nbformat.v4.new_code_cell('country = "Poland"', metadata=tags)
    cells = [given, *(cell_of(stored(block)) for block in (figure, table))]
    return brief_files("POL", nbformat.v4.new_notebook(cells=cells), ("html", "pdf", "assets"))


def test_pictures_and_tables_are_files_of_their_own(with_assets):
    assert {path for path in with_assets if path.startswith("assets/")} == {
        "assets/line.svg",
        "assets/line.png",
        "assets/line.csv",
        "assets/ratings.csv",
        "assets/POL.xlsx",
        "assets/card.png",
    }
    assert with_assets["assets/line.csv"] == b"\xef\xbb\xbfedition,score\n2005,6.04\n"
    assert with_assets["assets/line.svg"].startswith(b"<svg")
    assert b"<desc>A 6.04</desc>" in with_assets["assets/line.svg"]
    width = int.from_bytes(with_assets["assets/line.png"][16:20])
    assert with_assets["assets/line.png"].startswith(b"\x89PNG")
    assert width == 1280


def test_the_page_links_to_what_there_is(with_assets):
    page = lxml.html.document_fromstring(with_assets["POL.html"])
    links = [link for link in page.xpath("//a/@href") if not link.startswith("#")]
    assert links[:2] == ["../index.html", "../explore.html#c=POL"]
    assert set(links[2:]) == set(with_assets) - {"POL.html", "assets/card.png"}
    assert page.xpath("//meta[@name='citation_pdf_url']/@content") == ["POL.pdf"]


def test_a_page_links_to_its_own_choice(executed):
    source = 'countries = "POL, Hungary"\nfirst_edition = 2010\nlast_edition = 2024'
    tags = {"tags": ["injected-parameters"]}
    cell = nbformat.v4.new_code_cell(source, execution_count=1, metadata=tags)
    executed.cells.append(cell)
    page = brief_files("pair", executed, ("html",))["pair.html"].decode()
    assert 'href="../explore.html#c=POL,HUN&amp;from=2010"' in page


def test_a_page_has_a_picture_for_messengers(with_assets):
    page = lxml.html.document_fromstring(with_assets["POL.html"])
    told = {m.get("property"): m.get("content") for m in page.xpath("//meta[@property]")}
    assert told["og:image"] == "assets/card.png"
    header = with_assets["assets/card.png"][16:24]
    sizes = told["og:image:width"], told["og:image:height"]
    assert sizes == tuple(str(int.from_bytes(header[at : at + 4])) for at in (0, 4))
    assert sizes == ("1200", "630")
    assert told["og:title"]


def test_a_page_without_assets_carries_its_data(executed):
    table = blocks.Table(title="R", columns=[blocks.Column("=a")], rows=[[blocks.Cell("3.00")]])
    executed.cells.append(cell_of(stored(table)))
    page = lxml.html.document_fromstring(brief_files("POL", executed, ("html",))["POL.html"])
    [link] = page.xpath("//a[@download]")
    assert link.get("download") == "table.csv"
    assert unquote(link.get("href").partition(",")[2]) == "\ufeff'=a\n3.0\n"


def test_all_files_are_the_same_bytes_each_time(with_assets):
    again = brief_files("POL", nbformat.reads(with_assets["POL.ipynb"].decode(), 4), ("assets",))
    for path in again:
        assert again[path] == with_assets[path], path
