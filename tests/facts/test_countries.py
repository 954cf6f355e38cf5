"""The 29 countries and the names under which they are found."""

import pytest

from analysis.facts.countries import (
    BY_NAME,
    COUNTRIES,
    find_country,
    fold,
    printed_name,
)
from analysis.facts.errors import ParameterError


def test_there_are_29_countries_in_alphabetical_order_with_codes_of_their_own():
    assert len(COUNTRIES) == 29
    assert [c.name for c in COUNTRIES] == sorted(c.name for c in COUNTRIES)
    assert len({c.iso2 for c in COUNTRIES}) == len({c.iso3 for c in COUNTRIES}) == 29
    assert BY_NAME["Kosovo"].iso3 == "XKX"


def test_every_name_stands_for_one_country_whatever_its_case_and_accents():
    seen = {}
    for country in COUNTRIES:
        for name in (country.name, country.iso2, country.iso3, *country.aliases):
            assert seen.setdefault(fold(name), country) is country, name
            assert find_country(name.upper()) is find_country(f"  {name.lower()} ") is country


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("Macedonia", "North Macedonia"),
        ("Czechia", "Czech Republic"),
        ("kyrgyz republic", "Kyrgyzstan"),
        ("Bosnia & Herzegovina", "Bosnia and Herzegovina"),
        ("xk", "Kosovo"),
        ("Slovak Republic", "Slovakia"),
    ],
)
def test_former_and_other_names_are_known(asked, name):
    assert find_country(asked).name == name


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [("Kazakstn", "Kazakhstan"), ("Slovena", "Slovenia"), ("Hungry", "Hungary")],
)
def test_an_unknown_country_names_the_nearest_on_one_line(asked, nearest):
    with pytest.raises(ParameterError) as refusal:
        find_country(asked)
    assert f"{asked!r}; did you mean" in str(refusal.value)
    assert nearest in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("asked", [None, 3, ["Poland"]])
def test_what_is_no_text_is_no_country(asked):
    with pytest.raises(ParameterError, match="expected a country's name or code"):
        find_country(asked)


def test_reports_to_2018_print_macedonia():
    country = find_country("MKD")
    assert [printed_name(country, edition) for edition in (2018, 2019)] == [
        "Macedonia",
        "North Macedonia",
    ]
    assert printed_name(find_country("POL"), 2005) == "Poland"
