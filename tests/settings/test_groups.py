"""The named groups of data/raw/groups.yml: what they hold, and what a wrong entry is told."""

import os

import pytest
import yaml

from analysis.facts.countries import COUNTRIES, REGIONS
from analysis.facts.errors import ParameterError, SourceError
from analysis.settings.groups import (
    group_members,
    group_names,
    named_groups,
    read_groups,
)


def names_of(group):
    return [country.name for country in group_members(group)]


@pytest.mark.parametrize("parts", [REGIONS, ("EU members", "Non-EU")])
def test_the_regions_and_the_two_sides_of_the_union_each_take_every_country_once(parts):
    members = [name for part in parts for name in names_of(part)]
    assert sorted(members) == names_of("ALL") == [c.name for c in COUNTRIES]


def test_the_regions_of_the_file_are_those_of_the_countries():
    for region in REGIONS:
        assert names_of(region) == [c.name for c in COUNTRIES if c.region == region]


def test_western_balkans_are_the_balkans_outside_the_union():
    assert set(names_of("Western Balkans")) == set(names_of("Balkans")) & set(names_of("Non-EU"))


def test_accessions_are_dated():
    since = dict(named_groups()["EU members"].since)
    assert sorted(since) == sorted(c.iso3 for c in group_members("EU members"))
    by_year = {year: sum(y == year for y in since.values()) for year in since.values()}
    assert by_year == {2004: 8, 2007: 2, 2013: 1}


@pytest.mark.parametrize("asked", ["Visegrad", "visegrad", " VISEGRAD "])
def test_case_does_not_matter(asked):
    assert names_of(asked) == ["Czech Republic", "Hungary", "Poland", "Slovakia"]


def test_an_unknown_group_names_the_nearest_and_lists_those_there_are():
    with pytest.raises(ParameterError) as refusal:
        group_members("Baltics")
    hint, _, listing = str(refusal.value).partition("? The groups are ")
    assert hint.startswith("unknown group 'Baltics'; did you mean ")
    assert "Baltic states" in hint
    assert listing.split(", ") == list(group_names())
    with pytest.raises(ParameterError, match="unknown group 'qqq'; the groups are all, Central"):
        group_members("qqq")


ENTRY = {"name": "Mine", "members": ["EST", "LVA"], "meaning": "m", "source": "s"}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"members": ["EST", "LVX"]}, "unknown ISO code 'LVX'; did you mean LVA"),
        ({"members": ["EST", "Latvia"]}, "unknown ISO code 'Latvia'; did you mean LVA"),
        ({"members": ["EST", 5]}, "unknown ISO code 5"),
        ({"members": ["EST", "EST"]}, "members of Mine: EST stands there twice"),
        ({"members": []}, "members of Mine: expected ISO codes, found []"),
        ({"members": "EST"}, "members of Mine: expected ISO codes, found 'EST'"),
        ({"members": {"EST": "2004"}}, "Mine, EST: expected a year, found '2004'"),
        ({"members": {"EST": 2004.0}}, "Mine, EST: expected a year, found 2004.0"),
        ({"members": {"EST": 20044}}, "Mine, EST: expected a year, found 20044"),
        ({"name": " "}, "name: expected a text, found ' '"),
        ({"name": "A, B"}, "name: a comma separates countries, found 'A, B'"),
        ({"name": "!?"}, "name: expected words of at most 60 characters in one line, found '!?'"),
        ({"name": "A\nB"}, "characters in one line, found 'A\\nB'"),
        ({"name": "x" * 300}, "name: expected words of at most 60 characters in one line, found"),
        ({"name": "ALL"}, "'ALL' already names a group or a country"),
        ({"name": "Slovak Republic"}, "already names a group or a country"),
        ({"meaning": 3}, "meaning: expected a text, found 3"),
        ({"more": 1}, "the keys are name, members, meaning, source"),
    ],
)
def test_a_wrong_entry_is_told_on_one_line_with_its_number(tmp_path, changed, message):
    path = tmp_path / "groups.yml"
    path.write_text(yaml.safe_dump([{**ENTRY, "name": "First"}, {**ENTRY, **changed}]))
    with pytest.raises(SourceError) as refusal:
        read_groups(path)
    assert f"{path}: entry 2" in str(refusal.value)
    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("text", ["a: 1", "- [", "5", "- 5"])
def test_what_is_no_list_of_groups_is_refused(tmp_path, text):
    path = tmp_path / "groups.yml"
    path.write_text(text)
    with pytest.raises(SourceError, match=r"groups\.yml"):
        read_groups(path)
    with pytest.raises(SourceError, match="no such file"):
        read_groups(tmp_path / "none.yml")


def test_an_edited_file_is_read_anew(tmp_path, monkeypatch):
    folder = tmp_path / "data" / "raw"
    folder.mkdir(parents=True)
    path = folder / "groups.yml"
    monkeypatch.setenv("NIT_ROOT", str(tmp_path))
    path.write_text(yaml.safe_dump([ENTRY]))
    assert list(named_groups()) == ["all", "Mine"]
    path.write_text(yaml.safe_dump([{**ENTRY, "name": "Yours"}]))
    os.utime(path, ns=(1, 1))
    assert list(named_groups()) == ["all", "Yours"]
