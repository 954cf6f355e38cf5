"""The rules of wording (tests/wording_rules.py) on every brief of every country and group."""

import nbformat
import pytest

from analysis.briefs.blocks import Cell, Column, Table
from analysis.facts.countries import COUNTRIES
from analysis.settings.groups import group_names
from notebook_blocks import NOTEBOOKS, contents_of
from wording_rules import FORBIDDEN, problems, problems_of, prose


@pytest.mark.parametrize(
    "text",
    [
        "Scores fell significantly.",
        "Media ratings drive civil society.",
        "The fall was caused by corruption.",
        "A free press leads to clean courts.",
        "Elections had no effect on the score.",
        "There is no trend.",
        "The slope is nan.",
        "Its class is None.",
        "The average trend of the Democracy Score is −0.25 points per decade.",
        "The pace is 0.02 points a year.",
        "Their correlation is 0.54.",
        "Within countries alpha is 0.89.",
        "In a year 2.7 % of countries moved down.",
        "The average trend is −0.25 points per decade (95 % interval −0.38 to −0.12, country-level "
        "t).",
        "Of 29 countries and 563 country-years the trend is −0.25 points per decade (95 % interval "
        "−0.38 to −0.12).",
        "The drift has p = 0.004.",
        "Only two have q ≤ 0.05.",
        "The forecast for 2025 is 3.79.",
        "No change is the forecast of 2025.",
    ],
)
def test_the_rules_can_fail(text):
    assert problems(text)


@pytest.mark.parametrize(
    "text",
    [
        "The score fell by 0.43 points, from 1.71 to 1.29, in nine of 19 steps.",
        "Of 29 countries (563 country-years in 20 editions) the average trend is −0.25 points per "
        "decade (95 % interval −0.38 to −0.12, country-level t).",
        "A sum as far from zero would have p = 0.070; q = 0.206 in the family of 25 country tests.",
        "Of the 87 steps over one edition, 24 went as far in this direction (28 %).",
        "Leaving out one country gives −0.27 to −0.20 points per decade.",
    ],
)
def test_the_rules_can_be_kept(text):
    assert problems(text) == []


def a_table(head, text, caption="", more=()):
    columns = [Column("Country"), Column(head), *(Column(name) for name in more)]
    rows = [[Cell("Latvia"), Cell(text), *(Cell("0.10") for _ in more)]]
    return Table(title="A table", columns=columns, rows=rows, caption=caption).content()


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (a_table("r", "0.54"), "estimates without interval"),
        (a_table("r", "0.54", "95 % interval by country jackknife."), "estimates without interval"),
        (a_table("r", "0.54", "95 % intervals.", ["from", "to"]), "interval without method"),
        (a_table("Adjusted p", "0.03"), "p without its family"),
        (a_table("Value", "3.25", "Forecast of 2025."), "forecast"),
        (a_table("Value", "nan"), "forbidden 'nan'"),
        (a_table("Value", "3.25", "What drives it."), "forbidden 'drives'"),
    ],
)
def test_the_rules_for_tables_can_fail(table, problem):
    assert [found for found in problems_of(table) if found.startswith(problem)]


def test_the_rules_for_tables_can_be_kept():
    caption = "95 % interval by country jackknife; 21 pairs."
    assert problems_of(a_table("r", "0.54", caption, ["from", "to", "p, Holm"])) == []


@pytest.mark.parametrize("country", [country.name for country in COUNTRIES])
def test_country_briefs(country):
    shown = contents_of("4_country_brief", country=country)
    assert len(shown) > 10
    assert [problem for content in shown for problem in problems_of(content)] == []


@pytest.mark.parametrize("group", group_names())
def test_regional_briefs(group):
    shown = contents_of("5_regional_brief", group=group)
    assert len(shown) > 20
    assert [problem for content in shown for problem in problems_of(content)] == []


@pytest.mark.parametrize("name", sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb")))
def test_the_prose_of_the_notebooks(name):
    texts = prose(nbformat.read(NOTEBOOKS / f"{name}.ipynb", 4))
    assert texts
    assert [text for text in texts if FORBIDDEN.search(text)] == []
