"""Every number of every brief is that of the stored tables, and planted faults are found."""

import copy
import json
from functools import cache

import pytest

import every_brief
import notebook_blocks

from .quantities import GROUPS, Brief, series
from .referee import problems

CODES = dict(series()[["iso3", "country"]].drop_duplicates().to_numpy())
KIND = {
    every_brief.COUNTRY: ("country", "country"),
    every_brief.REGION: ("region", "group"),
    every_brief.COMPARISON: ("comparison", "countries"),
}
COMPARED = (
    "Kosovo, Bosnia and Herzegovina",
    "Azerbaijan, Uzbekistan",
    "Hungary, Poland, Czech Republic, Slovakia, Slovenia, Croatia, Serbia, Romania",
    "Estonia, Latvia",
    "Armenia, Georgia, Moldova, Ukraine",
    "Russia, Belarus, Turkmenistan",
)
FEW = (
    *((every_brief.COUNTRY, name) for name in ("Hungary", "Georgia", "Turkmenistan", "Azerbaijan")),
    (every_brief.REGION, "all"),
    (every_brief.REGION, "EU members"),
    (every_brief.COMPARISON, "Visegrad"),
)
ALL = (
    *((every_brief.COUNTRY, name) for name in CODES.values()),
    *((every_brief.REGION, group) for group in ("all", *GROUPS)),
    *((every_brief.COMPARISON, group) for group in ("all", *GROUPS)),
    *((every_brief.COMPARISON, names) for names in COMPARED),
)


def facts_of(notebook, value):
    """Return what a brief is about, without asking the package who belongs to a group."""
    if value == "all":
        names = tuple(CODES.values())
    elif value in GROUPS:
        names = tuple(CODES[code] for code in GROUPS[value]["members"])
    else:
        names = tuple(value.split(", ")) if notebook == every_brief.COMPARISON else (value,)
    return Brief(KIND[notebook][0], value, names)


@cache
def contents_of(notebook, value):
    """Return the contents of a brief, without pictures."""
    return notebook_blocks.contents_of(notebook, **{KIND[notebook][1]: value})


def _named(key):
    return f"{key[0][0]} {key[1]}"


@pytest.mark.parametrize("key", FEW, ids=_named)
def test_a_few_briefs_say_what_the_tables_hold(key):
    assert not problems(facts_of(*key), contents_of(*key))


@pytest.mark.slow
@pytest.mark.parametrize("key", [key for key in ALL if key not in FEW], ids=_named)
def test_every_brief_says_what_the_tables_hold(key):
    assert not problems(facts_of(*key), contents_of(*key))


def test_the_briefs_are_those_that_the_project_makes():
    kinds = [notebook for notebook, _ in ALL]
    assert kinds.count(every_brief.COUNTRY) == 29
    assert kinds.count(every_brief.REGION) == 14
    assert kinds.count(every_brief.COMPARISON) == 14 + 6


HUNGARY, GEORGIA, AZERBAIJAN = (
    (every_brief.COUNTRY, n) for n in ("Hungary", "Georgia", "Azerbaijan")
)
REGION, VISEGRAD = (every_brief.REGION, "all"), (every_brief.COMPARISON, "Visegrad")


@pytest.mark.parametrize(
    ("key", "true", "false"),
    [
        pytest.param(HUNGARY, "\u22122.46", "\u22122.47", id="a rounded change"),
        pytest.param(HUNGARY, "17 went down", "18 went down", id="noise counted as a move"),
        pytest.param(HUNGARY, "it is 15th", "it is 14th", id="a rank"),
        pytest.param(GEORGIA, "ranks 20 to 21 are", "ranks 19 to 21 are", id="ranks left open"),
        pytest.param(
            GEORGIA,
            " Each rating is rounded to a quarter point: ranks 20 to 21 are open.",
            "",
            id="open ranks left out",
        ),
        pytest.param(GEORGIA, "in 13 of 100", "in 31 of 100", id="the chance of another class"),
        pytest.param(REGION, "for 20 of 29", "for 19 of 29", id="a count of open ranks"),
        pytest.param(GEORGIA, "highest in 2016 and 2017", "highest in 2016", id="half of a tie"),
        pytest.param(
            HUNGARY, "points in all seven", "points in all seven, 3 times", id="a number more"
        ),
        pytest.param(
            AZERBAIJAN,
            "part in the fall from 2005 to 2016",
            "part in the fall",
            id="a sum over a gap",
        ),
        pytest.param(AZERBAIJAN, "p = 0.0", "p = 0.1", id="a p-value"),
        pytest.param(HUNGARY, '"text": "3.50"', '"text": "3.75"', id="a cell of a table"),
        pytest.param(HUNGARY, '"mark": "down"', '"mark": "up"', id="a mark of a change"),
        pytest.param(REGION, "24 fell", "23 fell", id="a count of countries"),
        pytest.param(REGION, "country-level t", "country-level t of 12 countries", id="a sample"),
        pytest.param(REGION, "Albania 2006", "Albania 2007", id="an edition of a move"),
        pytest.param(
            HUNGARY, "the interval is 0.34", "the interval is 0.35", id="a bound of a note"
        ),
        pytest.param(REGION, " It hangs on the gaps.", "", id="a cell that hangs on the gaps"),
        pytest.param(HUNGARY, "two more sources", "three more sources", id="sources of a rating"),
        pytest.param(AZERBAIJAN, '"how": "Derived', '"how": "Printed', id="how a rating is known"),
        pytest.param(HUNGARY, '"how": "", "href": ""', '"how": "1 of 9", "href": ""', id="a note"),
        pytest.param(VISEGRAD, "1.96", "1.97", id="a difference of rounded scores"),
        pytest.param(VISEGRAD, "Slovakia; Semi", "Poland; Semi", id="a country in another class"),
    ],
)
def test_planted_faults_are_found(key, true, false):
    whole = json.dumps(contents_of(*key), ensure_ascii=False)
    assert true in whole, "nothing to falsify"
    faulty = json.loads(whole.replace(true, false, 1))
    assert problems(facts_of(*key), faulty)


def test_a_sentence_that_nothing_accounts_for_is_a_problem():
    contents = copy.deepcopy(contents_of(*HUNGARY))
    finding = next(content for content in contents if content["kind"] == "findings")
    finding["sentences"].append("It fell in nine of ten editions.")
    assert len(problems(facts_of(*HUNGARY), contents)) == 1
