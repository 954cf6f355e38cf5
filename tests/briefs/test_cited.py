"""Which sources a brief cites, and what a reference says of each."""

import csv
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

from analysis.briefs.cited import citations, members, project, source_references, used_sources
from analysis.briefs.country.story import load_country
from analysis.facts.countries import COUNTRIES
from analysis.facts.errors import ParameterError
from analysis.settings.parameters import Window
from analysis.tables.stored import read_processed

ROOT = Path(__file__).parents[2]


def rows_of(name):
    with (ROOT / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def sources():
    return read_processed("source_reports")


def test_the_citation_file_keeps_its_schema(tmp_path):
    def checked(path):
        schema = ["--builtin-schema", "vendor.citation-file-format"]
        command = [sys.executable, "-m", "check_jsonschema", *schema, str(path)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    good = checked(ROOT / "CITATION.cff")
    assert good.returncode == 0, good.stdout
    text = (ROOT / "CITATION.cff").read_text()
    other = tmp_path / "CITATION.cff"
    other.write_text(text.replace("license: MIT", "license: MIT-ish"))
    bad = checked(other)
    assert bad.returncode == 1
    assert "MIT-ish" in bad.stdout


def test_the_project_is_cited_as_the_citation_file_says():
    citation, own = yaml.safe_load((ROOT / "CITATION.cff").read_text()), project()
    assert own.title == citation["title"]
    assert own.author == citation["authors"][0]["name"]
    assert own.note == f"Version {citation['version']}, {citation['date-released']}"
    assert own.year == citation["date-released"][:4]


@pytest.mark.parametrize(
    ("brief", "first", "last"), [("Kosovo", 2005, 2024), ("MKD", 2012, 2016), ("UZB", 2019, 2024)]
)
def test_a_country_cites_the_sources_of_its_rows_and_no_other(brief, first, last):
    name = members(brief)[0]
    expected = {
        source
        for table in ("processed/panel.csv", "processed/printed_scores.csv")
        for row in rows_of(table)
        if row["country"] == name and first <= int(row["edition"]) <= last
        for source in row["source_ids"].split(";")
        if source
    }
    cited = {reference.key.split("_")[1] for reference in citations(brief, Window(first, last))[2:]}
    assert cited == expected
    assert cited == set(load_country(name, first, last).sources["source_id"])


def test_a_group_cites_what_its_members_cite():
    window = Window(2010, 2014)
    whole = used_sources(members("Balkans"), window)
    assert whole == set().union(*(used_sources([name], window) for name in members("Balkans")))
    assert members("region") == [country.name for country in COUNTRIES]


def test_without_a_brief_only_project_and_ratings_are_cited():
    assert len(citations(None, Window(2005, 2024))) == 2


def test_what_is_neither_country_nor_group_is_refused_on_one_line():
    with pytest.raises(ParameterError, match=r"did you mean Poland\?; unknown group") as refusal:
        members("Polnd")
    assert "\n" not in str(refusal.value)


def test_every_source_has_a_reference_of_its_own_with_its_address(sources):
    found = source_references(sources["source_id"], sources)
    addresses = {row["source_id"]: row["url"] for row in rows_of("raw/sources.csv")}
    assert {r.key.split("_")[1]: r.url for r in found} == addresses
    assert len({r.key for r in found}) == len(addresses)
    assert all(r.key.isascii() and r.key.replace("_", "").isalnum() for r in found)


def test_a_reference_says_what_the_source_is(sources):
    by_id = {r.key.split("_")[1]: r for r in source_references(["S002", "S045", "S094"], sources)}
    assert by_id["S002"].title == "Nations in Transit 2007: Kazakhstan"
    assert (by_id["S002"].author, by_id["S002"].year) == ("Freedom House", "2007")
    assert by_id["S045"].note == "kept at www.refworld.org; source S045"
    press = by_id["S094"]
    assert (press.kind, press.author) == ("page", "sloveniatimes.com")
    assert press.title == "[Page with figures of Nations in Transit 2013: 15 countries]"


def test_the_users_own_copy_is_cited_without_an_address(sources):
    copy = ("U1", "Kosovo", "XKX", 2019, "own copy: kosovo_2019.txt", None, "own")
    more = pd.concat([sources, pd.DataFrame([copy], columns=sources.columns)])
    [own] = source_references(["U1"], more)
    assert (own.kind, own.key, own.url) == ("page", "own2019_U1", "")
    assert own.author == "File of the user's own"
    assert own.title == "[File with figures of Nations in Transit 2019: Kosovo]"
    assert own.note == "own copy: kosovo_2019.txt; source U1"


def test_an_unknown_source_is_named(sources):
    with pytest.raises(ParameterError, match="no source is called 'S999'"):
        source_references(["S001", "S999"], sources)
