"""The 29 countries and the names under which they are found."""

import csv
from importlib.resources import files

import pytest

from analysis.facts.countries import (
    BY_NAME,
    COUNTRIES,
    find_countries,
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


def listed():
    text = (files("analysis.facts") / "country_names.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


ISO3 = {country.iso3: country for country in COUNTRIES}
RATED = [row for row in listed() if row["iso3"] in ISO3]
OTHERS = [row for row in listed() if row["iso3"] not in ISO3]


def forms(name):
    """Return a name as lists turn it: with Republic, behind a comma, with a note."""
    yield name
    plain = name.removeprefix("Republic of ")
    if not any(mark in plain for mark in (*",(*", "Rep")):
        yield from (f"Republic of {plain}", f"The Republic of {plain}", f"{plain}, Republic of")
        yield from (f"{plain} (Republic of)", f"{plain}, Rep.", f"{plain} [1]", f"{plain}*")


@pytest.mark.parametrize("row", RATED, ids=lambda row: row["iso3"])
def test_every_name_and_letter_code_of_the_lists_is_the_country(row):
    for name in row["names"].split(" | "):
        for form in forms(name):
            assert find_country(form).iso3 == row["iso3"], form
    for code in (row["cow_code"], row["gw_code"]):
        assert find_country(code).iso3 == row["iso3"]


@pytest.mark.parametrize("row", OTHERS, ids=lambda row: row["iso3"])
def test_no_name_of_another_country_is_taken_for_a_rated_one_or_gets_a_hint(row):
    for name in row["names"].split(" | "):
        with pytest.raises(ParameterError) as refusal:
            find_country(name)
        assert "did you mean" not in str(refusal.value)


def test_a_number_is_taken_where_all_lists_that_have_it_mean_one_country():
    columns = ("iso_numeric", "cow", "gw", "vdem")
    for number in {row[column] for row in RATED for column in columns} - {""}:
        meant = {row["iso3"] for row in RATED if number in [row[column] for column in columns]}
        if len(meant) == 1:
            assert {find_country(number).iso3} == meant
        else:
            with pytest.raises(ParameterError, match=f"the number {number} is .* and .*a name"):
                find_country(number)
    assert find_country("008").name == "Albania"  # as ISO writes it


def test_codes_of_other_data_stand_beside_iso():
    assert [(c.cow, c.gw, c.vdem) for c in (BY_NAME["Serbia"], BY_NAME["Kosovo"])] == [
        (345, 340, 198),
        (347, 347, 43),
    ]
    for codes in zip(*((c.cow, c.gw, c.vdem) for c in COUNTRIES), strict=True):
        assert len(set(codes)) == 29


def test_a_note_in_parentheses_that_names_another_country_is_not_passed_over():
    assert find_country("Russia (Soviet Union)").name == "Russia"
    for name in ("Macedonia (Greece)", "Serbia (Kosovo)", "Georgia (USA)"):
        with pytest.raises(ParameterError, match="unknown country"):
            find_country(name)


def test_a_column_keeps_to_one_list_of_codes():
    iso = find_countries(["MNE", "MNG", "SVN", "SLV", "Austria", "POL"])
    assert {name: country.iso3 for name, country in iso.items()} == {
        "MNE": "MNE",
        "SVN": "SVN",
        "POL": "POL",
    }
    cow = find_countries(["MNG", "SLV", "POL", "BUL"])
    assert {country.iso3 for country in cow.values()} == {"MNE", "SVN", "POL", "BGR"}
