"""What is to be made is checked before anything runs."""

from pathlib import Path

import pytest

from analysis.batch.plan import STANDARD, plan_briefs, plan_file, released_targets
from analysis.facts.countries import COUNTRIES
from analysis.facts.errors import ParameterError

ROOT = Path(__file__).parents[2]


def test_all_countries_and_the_region_first():
    region, *countries = plan_briefs()
    assert (region.name, region.notebook) == ("region", "5_regional_brief")
    assert region.parameters == {"group": "all"}
    assert [target.name for target in countries] == [country.iso3 for country in COUNTRIES]
    assert {target.notebook for target in countries} == {"4_country_brief"}
    assert {target.formats for target in (region, *countries)} == {STANDARD}


def test_a_plain_run_makes_the_briefs_that_a_release_is_compared_with():
    groups = plan_file(ROOT / "batches" / "groups.yml")
    assert [*plan_briefs(), *groups] == released_targets()
    assert "last_edition" not in plan_briefs(["POL"], first_edition=2010)[0].parameters


def test_named_countries_once_each_and_no_region():
    targets = plan_briefs(["kz", "Kazakhstan", "Macedonia"], 2010, 2012, ["pdf"])
    assert [(t.name, t.title, t.formats) for t in targets] == [
        ("KAZ", "Kazakhstan", ("pdf",)),
        ("MKD", "North Macedonia", ("pdf",)),
    ]
    assert targets[0].parameters == {
        "country": "Kazakhstan",
        "first_edition": 2010,
        "last_edition": 2012,
    }


def test_formats_come_in_a_fixed_order_whatever_was_said():
    assert plan_briefs(["POL"], formats=["pdf", "html", "pdf"])[0].formats == ("html", "pdf")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"countries": ["Polnd"]}, "unknown country 'Polnd'; did you mean Poland?"),
        ({"countries": ["Poland", "x"]}, "unknown country 'x'"),
        ({"first_edition": 2015, "last_edition": 2010}, "2015 is later than last_edition 2010"),
        ({"first_edition": 1999}, "no data for edition 1999"),
        ({"formats": ["docx"]}, "unknown format 'docx'; the formats are html, pdf"),
    ],
)
def test_what_cannot_be_planned_is_one_line(arguments, words):
    with pytest.raises(ParameterError) as refusal:
        plan_briefs(**arguments)
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)
