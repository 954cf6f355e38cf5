from __future__ import annotations

import pytest

from analysis.facts.countries import COUNTRIES
from analysis.facts.errors import SourceError
from analysis.sources.reading import Request
from analysis.sources.report.headline import ReportText
from analysis.sources.report.identity import decide_country, decide_edition


def report_of(text: str, **told) -> ReportText:
    report = ReportText(text, Request(**told))
    decide_country(report)
    return report


def country_of(text: str, override: str | None = None) -> str:
    return report_of(text, country=override).country


def edition_of(text: str, years=(), override: int | None = None) -> int:
    report = ReportText(text, Request(edition=override))
    decide_edition(report, years)
    return report.edition


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda c: c.iso3)
def test_every_country_is_known_by_all_its_signs(country):
    for name in (country.name, *(old for old, _ in country.formerly)):
        for text in (
            f"Nations in Transit 2018 - {name}\n",
            f"{name} | Country report | Nations in Transit | 2017",
            f"As a result, {name}'s Democracy Score declined",
            f"As a result, {name}’s Democracy Score declined",
            f"{name} 10-year ratings",
            f"footer\nOn {name}\n",
            f"{name} by Ada Lindqvist",
            f"{name}\n\nText",
        ):
            assert country_of(text) == country.name
    for capital in country.capitals:
        assert country_of(f"Capital: {capital} Population: 3 million") == country.name
    slug = country.name.lower().replace(" ", "-")
    assert country_of(f"https://freedomhouse.org/country/{slug}/nations-transit/2020\n") == (
        country.name
    )


def test_names_in_prose_count_only_if_one_prevails():
    assert country_of("The law of Latvia. " * 6 + "Estonia too.") == "Latvia"
    with pytest.raises(SourceError, match="--country"):
        country_of("Latvia and Estonia signed. " * 6)
    with pytest.raises(SourceError, match="--country"):
        country_of("No name at all.")


def test_a_name_with_a_letter_of_another_alphabet_names_no_country():
    with pytest.raises(SourceError, match="--country"):
        country_of("Nations in Transit 2018 - Latv\u0131a\n")


def test_two_countries_are_refused():
    with pytest.raises(SourceError, match=r"Estonia .* and Latvia .*"):
        country_of("Capital: Riga\nCapital: Tallinn\n")


@pytest.mark.parametrize(
    ("text", "edition"),
    [
        ("Nations in Transit 2016 - Latvia", 2016),
        ("Nations in Transit - Latvia (2003)", 2003),
        ("Nations in Transit 2019\n", 2019),
        ("Latvia | Country report | Nations in Transit | 2017 Page 1", 2017),
        ("206 Nations in Transit 2015 text", 2015),
        ("2012 Scores\n", 2012),
        ("Year: \n2018\n", 2018),
        ("header1 Score changes in 2022\n", 2022),
        ("Status Changes in 2023\n", 2023),
        ("No changes in 2021.\n", 2021),
        ("Outlook for 2018:\n", 2018),
        ("It fell in 2020. It rose in 2020. Much changed during 2020. In 2019 less.", 2021),
    ],
)
def test_every_sign_of_the_edition(text, edition):
    assert edition_of(text) == edition


def test_the_last_column_tells_the_edition():
    assert edition_of("", ["1999-2000", "2001", "2009"]) == 2009


def test_signs_that_differ_are_told():
    report = ReportText("Nations in Transit 2016 - Latvia\n2015 Scores\n")
    decide_edition(report)
    assert report.edition == 2016
    assert [item.uncertain for item in report.remarks] == [False, True]


def test_an_edition_that_was_never_published_is_refused():
    with pytest.raises(SourceError, match="edition 2031"):
        edition_of("Nations in Transit 2031\n")
    with pytest.raises(SourceError, match="--edition"):
        edition_of("Nothing tells it.")
    assert edition_of("Nothing tells it.", override=2012) == 2012


def test_a_list_of_other_reports_does_not_confuse():
    text = "Estonia\nLatvia\nCapital: Riga\nRelated: Nations in Transit 2017 - Poland\n"
    report = report_of(text)
    assert report.country == "Latvia"
    assert {item.says for item in report.remarks if item.uncertain} == {
        "but the first lines names Estonia",
        "but the title names Poland",
    }
