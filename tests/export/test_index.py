"""The index: one row a country, numbers as stored, no script."""

import lxml.html
import pytest

from analysis.export.index import index_page, index_rows, links, sparkline
from analysis.files import read_processed
from analysis.scores import score_series


@pytest.fixture(scope="module")
def series():
    return score_series(*map(read_processed, ("panel", "scores", "printed_scores")))


FILES = {
    "KAZ": ["KAZ.html", "KAZ.ipynb", "KAZ.pdf"],
    "POL": ["POL.html", "POL.ipynb"],
    "region": ["region.html"],
}


def test_countries_with_a_brief_have_a_row_with_their_latest_score(series):
    kazakhstan, poland = index_rows(series, FILES, {"POL": "cell 3: ValueError: <b>x</b>"})
    own = series[series["country"] == "Kazakhstan"].sort_values("edition")
    assert (kazakhstan.iso3, kazakhstan.initials) == ("KAZ", "CAR")
    assert kazakhstan.score == f"{own['score'].iloc[-1]:.2f}"
    assert (kazakhstan.since, kazakhstan.edition) == (own["edition"].min(), own["edition"].max())
    assert kazakhstan.change == f"−{own['score'].iloc[0] - own['score'].iloc[-1]:.2f}"
    assert kazakhstan.stale == ""
    assert poland.stale.startswith("cell 3")


def test_links_name_what_there_is_the_page_first():
    assert links("KAZ", FILES["KAZ"]) == [
        ("HTML", "KAZ/KAZ.html"),
        ("PDF", "KAZ/KAZ.pdf"),
        ("Notebook", "KAZ/KAZ.ipynb"),
    ]
    assert links("KAZ", []) == []


def test_a_gap_in_the_score_is_a_gap_in_the_sparkline(series):
    own = series[series["country"] == "Kazakhstan"]
    assert sparkline(own).count("<polyline") == 1
    assert sparkline(own[~own["edition"].isin([2010, 2015])]).count("<polyline") == 3


def test_the_page_shows_all_and_loads_nothing(series):
    rows = index_rows(series, FILES, {"POL": "cell 3: ValueError: <b>x</b>"})
    page = index_page(rows, links("region", FILES["region"]))
    tree = lxml.html.document_fromstring(page)
    assert not tree.xpath("//script | //link | //b")
    assert all(address.startswith("data:") for address in tree.xpath("//@src"))
    hrefs = [href for href in tree.xpath("//a/@href") if not href.startswith("#")]
    assert set(hrefs) == {
        "region/region.html",
        "KAZ/KAZ.html",
        "KAZ/KAZ.pdf",
        "KAZ/KAZ.ipynb",
        "POL/POL.html",
        "POL/POL.ipynb",
    }
    assert "<b>x</b>" in tree.xpath("string(//body)")
    assert page == index_page(rows, links("region", FILES["region"]))
