"""The index: one row a brief, numbers as stored, one script that the policy names."""

import hashlib
import re
from base64 import b64encode

import lxml.html
import pytest

from analysis.export.index import card_of, index_page, index_rows, links, tiles
from analysis.export.svg import HEIGHT, MARGIN, points_of, spark, spoken
from analysis.facts.countries import COUNTRIES, find_country
from analysis.tables.stored import read_processed, score_series

from .hostile import TEXTS

WHOLE = {"first_edition": 2005, "last_edition": 2024}


def entry(notebook, files=(), error="", **parameters):
    outcome = {"outcome": "failed", "error": error} if error else {"outcome": "made"}
    made = dict.fromkeys(files, "")
    return {"title": "T", "notebook": notebook, "parameters": parameters, "files": made, **outcome}


COUNTRY, REGION = "4_country_brief", "5_regional_brief"
BRIEFS = {
    "KAZ": entry(COUNTRY, ["KAZ.html", "KAZ.ipynb", "KAZ.pdf"], country="Kazakhstan", **WHOLE),
    "POL": entry(COUNTRY, ["POL.html"], "cell 3: <b>x</b>", country="Poland", **WHOLE),
    "AZE": entry(COUNTRY, (), "cell 1: died", country="Azerbaijan", **WHOLE),
    "POL-2010-2020": entry(
        COUNTRY, ["POL-2010-2020.pdf"], country="Poland", first_edition=2010, last_edition=2020
    ),
    "balkans": entry(REGION, ["balkans.html"], group="Balkans", **WHOLE),
    "region": entry(REGION, ["region.html", "assets/region.xlsx"], group="all", **WHOLE),
    "pair": entry("6_comparison", ["pair.html"], countries="POL, Hungary", **WHOLE),
    "mine": entry("/elsewhere/mine.ipynb", ["mine.html"]),
}


@pytest.fixture(scope="module")
def series():
    return score_series(read_processed("country_editions"))


@pytest.fixture(scope="module")
def rows(series):
    return {row.name: row for row in index_rows(BRIEFS, series)}


@pytest.fixture(scope="module")
def tree(series):
    return lxml.html.document_fromstring(index_page({"briefs": BRIEFS}, series))


def test_groups_come_first_then_countries_by_name_then_the_rest(rows):
    order = ["region", "balkans", "AZE", "KAZ", "POL", "POL-2010-2020", "pair", "mine"]
    assert list(rows) == order
    kinds = ["Group", "Group", "Country", "Country", "Country", "Variant", "Comparison", "Notebook"]
    assert [rows[name].kind for name in order] == kinds
    assert rows["region"].detail == "29 countries"
    assert rows["pair"].members == 2
    assert rows["POL-2010-2020"].detail == "2010–2020, POL-2010-2020"


@pytest.mark.parametrize("odd", ["2010", [2010, 2012], None, 2010.5])
def test_a_parameter_of_an_own_notebook_may_be_anything(series, odd):
    [row] = index_rows({"mine": entry("/elsewhere/mine.ipynb", first_edition=odd)}, series)
    assert (row.kind, row.detail, row.standing) == ("Notebook", "", None)


def test_one_edition_is_named_once_and_has_no_change(series):
    window = {"first_edition": 2010, "last_edition": 2010}
    briefs = {"POL": entry(COUNTRY, ["POL.html"], country="Poland", **window)}
    assert index_rows(briefs, series)[0].detail == "2010"
    made = lxml.html.document_fromstring(index_page({"briefs": briefs}, series))
    assert made.xpath("string(//td[contains(@class, 'nit-change')])").strip() == "–"


def test_a_country_stands_where_its_scores_say(rows, series):
    own = series[series["country"] == "Kazakhstan"].set_index("edition")["score"].sort_index()
    standing = rows["KAZ"].standing
    assert standing.score == f"{own.iloc[-1]:.2f}"
    assert (standing.since, standing.edition) == (own.index[0], own.index[-1])
    assert standing.change == f"−{own.iloc[0] - own.iloc[-1]:.2f}"
    assert (standing.initials, standing.rank) == ("CAR", 4)
    window = rows["POL-2010-2020"].standing
    assert (window.since, window.edition) == (2010, 2020)


def test_a_group_stands_where_the_mean_of_its_countries_does(rows, series):
    wide = series.pivot(index="edition", columns="iso3", values="score")
    for name, own in (("region", wide), ("pair", wide[["POL", "HUN"]])):
        mean = own.dropna().mean(axis=1)
        standing = rows[name].standing
        assert standing.score == f"{mean.iloc[-1]:.2f}"
        assert (standing.since, standing.edition) == (mean.index[0], mean.index[-1])
        assert standing.change_key == pytest.approx(mean.iloc[-1] - mean.iloc[0], abs=1e-6)
        editions = [int(told.partition(":")[0]) for told in standing.scores.split()]
        assert editions == mean.index.tolist(), "those in which all are known"
        assert (standing.initials, standing.rank) == ("", ""), "a mean has no class"


def test_a_digest_tells_new_pictures_and_data_and_no_new_code(series):
    files = {"a.html": "1", "assets/a.csv": "2", "assets/a.png": "3"}
    entries = {
        name: {**BRIEFS["KAZ"], "files": {**files, changed: "9"}}
        for name, changed in (("same", "x.html"), ("page", "a.html"), ("data", "assets/a.csv"))
    }
    digest = {row.name: row.digest for row in index_rows(entries, series)}
    assert digest["same"] == digest["page"] != digest["data"]


def test_the_picture_for_messengers_is_of_the_region_or_of_the_first_brief():
    card = {"files": {"assets/card.png": ""}}
    assert card_of({"HUN": card, "region": card}) == "region/assets/card.png"
    assert card_of({"ALB": {}, "HUN": card, "region": {}}) == "HUN/assets/card.png"
    assert card_of({}) == ""


def test_a_search_finds_countries_by_former_names_codes_and_members(series):
    briefs = {"MKD": entry(COUNTRY, country="North Macedonia", **WHOLE), "b": BRIEFS["balkans"]}
    found = {row.name: row.words for row in index_rows(briefs, series)}
    assert "FYROM" in found["MKD"]
    assert "MKD" in found["MKD"]
    assert "Balkans" in found["MKD"]
    assert "Montenegro" in found["b"]


@pytest.mark.parametrize(
    "name", ["Republic of Poland", "Czechia", "FYROM", "Macedonia", "Kyrgyz Republic", "RUM", "SLO"]
)
def test_a_search_finds_countries_by_the_names_that_a_command_takes(series, name):
    country = find_country(name)
    briefs = {c.iso3: entry(COUNTRY, country=c.name, **WHOLE) for c in COUNTRIES}
    found = {row.title for row in index_rows(briefs, series) if name in row.words}
    assert country.name in found


def test_links_name_what_there_is():
    assert links("KAZ", BRIEFS["KAZ"]["files"]) == [
        ("PDF", "KAZ/KAZ.pdf"),
        ("Notebook", "KAZ/KAZ.ipynb"),
    ]
    assert links("region", BRIEFS["region"]["files"]) == [("Data", "region/assets/region.xlsx")]
    assert links("KAZ", {}) == []


def test_every_country_has_a_tile_that_leads_to_its_brief(rows, series, tree):
    made = tiles(list(rows.values()), series)
    assert {tile.country.iso3 for tile in made} == {country.iso3 for country in COUNTRIES}
    assert {t.country.iso3: t.page for t in made if t.page} == {
        "KAZ": "KAZ/KAZ.html",
        "POL": "POL/POL.html",
    }
    places = re.findall(
        r"\.nit-tile-([A-Z]{3})\{grid-area:(\d+)/(\d+)\}", tree.xpath("//style")[0].text
    )
    assert len(places) == len({place[1:] for place in places}) == len(COUNTRIES)
    by_class = series.sort_values("edition").groupby("country")["regime_class"].last()
    counted = {
        text.split(": ")[0]: int(text.split(": ")[1])
        for text in tree.xpath("//ul[@class='nit-key']/li/span[2]/text()")
    }
    assert {name: n for name, n in counted.items() if n} == by_class.value_counts().to_dict()


def test_what_failed_is_told_with_its_reason_and_marked_in_its_row(tree):
    told = tree.xpath("string(//section[@class='nit-problems'])")
    assert "2 of 8 briefs could not be made anew" in told
    assert "cell 3: <b>x</b>" in told
    assert not tree.xpath("//main//b")
    marks = [
        (row.get("data-title"), *row.xpath(".//span[contains(@class, 'nit-problem')]/text()"))
        for row in tree.xpath("//tbody/tr")
    ]
    assert [mark for mark in marks if len(mark) > 1] == [
        ("Azerbaijan", "not made"),
        ("Poland", "not up to date"),
    ]


def test_without_a_failure_nothing_is_told(series):
    page = index_page({"briefs": {"KAZ": BRIEFS["KAZ"]}}, series)
    assert "could not be made" not in page
    assert index_page({}, series).count("<tr") == 1


def test_the_policy_names_the_one_script_and_the_page_loads_nothing(tree):
    [script] = tree.xpath("//script")
    assert not script.attrib
    digest = b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    [policy] = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert f"script-src 'sha256-{digest}';" in policy
    assert "unsafe" not in policy
    assert not tree.xpath("//link | //@src | //*[@style] | //@*[starts-with(name(), 'on')]")
    assert not re.search(r"innerHTML|insertAdjacent|document\.write|eval", script.text)
    assert tree.xpath("//form/@hidden"), "what only works with the script is shown by the script"


@pytest.mark.parametrize("text", TEXTS[:40])
def test_a_hostile_title_or_reason_is_text(series, text):
    briefs = {"x": {**entry("7_other", ["x.html"], text), "title": text}}
    made = lxml.html.document_fromstring(index_page({"briefs": briefs}, series))
    assert len(made.xpath("//script")) == 1
    assert made.xpath("string(//tbody/tr/th/a)") == text
    shown = " ".join(made.xpath("string(//section[@class='nit-problems']//li)").split())
    assert " ".join(text.split()) in shown


def heights(line, points):
    """Return the heights of the points of a line, in pixels from the top."""
    places = re.findall(r'points="([^"]+)"', spark(line, points))
    return [float(place.split(",")[1]) for run in places for place in run.split()]


def test_all_small_lines_share_one_scale(series):
    points = points_of(series)
    ranges = series.groupby("country")["score"].agg(lambda s: s.max() - s.min())
    assert points == pytest.approx(2.5)
    assert ranges.max() <= points < ranges.max() + 0.5
    for country in ("Hungary", "Georgia"):
        line = series[series["country"] == country].sort_values("edition")
        drawn = heights(line, points)
        per_point = (HEIGHT - 2 * MARGIN) / points
        assert max(drawn) - min(drawn) == pytest.approx(ranges[country] * per_point, abs=0.11)
        assert (max(drawn) + min(drawn)) / 2 == pytest.approx(HEIGHT / 2, abs=0.11)


def test_a_gap_in_the_score_is_a_gap_in_the_line(series):
    own = series[series["country"] == "Kazakhstan"]
    points = points_of(series)
    assert spark(own, points).count("<polyline") == 1
    assert spark(own[~own["edition"].isin([2010, 2015])], points).count("<polyline") == 3
    alone = own[~own["edition"].isin([2010, 2012])]
    assert spark(alone, points).count("nit-alone") == 1


def test_a_line_says_its_ends_and_extremes(series):
    own = series[series["country"] == "Hungary"].set_index("edition")["score"]
    assert spoken(own) == (
        "From 6.04 in 2005 to 3.57 in 2024; highest 6.04 in 2005, lowest 3.57 in 2023 and 2024"
    )
    assert spoken(own.loc[[2010]]) == "One known score: 5.61 in 2010"


def test_the_line_of_a_group_names_editions_as_that_of_a_country_does(tree):
    lines = tree.xpath("//*[local-name() = 'svg']/@aria-label")
    assert len(lines) == 7
    assert not any(".0 " in line for line in lines), "an edition is a year"
