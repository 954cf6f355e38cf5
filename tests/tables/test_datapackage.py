"""datapackage.json describes the files as they are: header, types, limits, keys, digests."""

import csv
import json
import re
import shutil
from pathlib import Path

import frictionless
import pytest

from analysis.facts.errors import ContractError
from analysis.facts.files import raw_folder
from analysis.reconciliation.cleaning import clean_tables, reconcile
from analysis.settings.corrections import read_corrections
from analysis.sources.own_csv import read_own_csv
from analysis.tables.datapackage import (
    UndeclaredWarning,
    codebook,
    with_codebook,
    write_datapackage,
)
from analysis.tables.schema import columns
from analysis.tables.stored import write_table

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    printed = read_own_csv(raw_folder())
    result = reconcile(printed, read_corrections(raw_folder() / "corrections.yml"))
    tables = clean_tables(result)
    path = tmp_path_factory.mktemp("processed")
    for name in tables.__dataclass_fields__:
        write_table(getattr(tables, name), path / f"{name}.csv")
    return path


@pytest.fixture(scope="module")
def package(folder):
    return json.loads(write_datapackage(folder).read_text(encoding="utf-8"))


def test_every_file_is_described_once(folder, package):
    assert [r["path"] for r in package["resources"]] == sorted(p.name for p in folder.glob("*.csv"))
    assert package["profile"] == "tabular-data-package"
    for name in (package["name"], *(r["name"] for r in package["resources"])):
        assert re.fullmatch(r"[-a-z0-9._/]+", name), "the form that the specification allows"


def test_every_column_is_told(package):
    for resource in package["resources"]:
        for field in resource["schema"]["fields"]:
            assert field["description"].endswith(".") or "; " in field["description"]


@pytest.mark.parametrize("made", ["committed", "built anew"])
def test_headers_values_keys_and_digests_are_as_described(made, folder, package):
    place = folder if made == "built anew" else DATA / "processed"
    report = frictionless.validate(str(place / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    assert {task.name for task in report.tasks} >= {r["name"] for r in package["resources"]}


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [("Albania,ALB,2005,", "Albania,ALB,2004,", "constraint-error"), ("ALB,", "", "cell")],
)
def test_the_validator_tells_a_wrong_value_and_a_changed_file(folder, tmp_path, old, new, kind):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    path = write_datapackage(tmp_path)
    table = tmp_path / "scores.csv"
    table.write_text(table.read_text().replace(old, new, 1))
    found = [error for (error,) in frictionless.validate(str(path)).flatten(["type"])]
    assert "hash-count" in found or "byte-count" in found
    assert any(kind in error for error in found), found


def test_writing_twice_gives_the_same_bytes(folder):
    first = write_datapackage(folder).read_bytes()
    assert write_datapackage(folder).read_bytes() == first


def test_a_file_that_nobody_declared_is_refused(tmp_path):
    (tmp_path / "extra.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(ContractError, match=r"extra\.csv: no declared table of this name"):
        write_datapackage(tmp_path)


def test_another_header_than_the_declared_one_is_refused(tmp_path):
    (tmp_path / "panel.csv").write_text("country,edition\n", encoding="utf-8")
    with pytest.raises(ContractError, match="expected the columns country, iso3, edition"):
        write_datapackage(tmp_path)


def test_a_notebook_stores_what_is_not_declared_with_a_warning(tmp_path):
    (tmp_path / "extra.csv").write_text("a\n1\n", encoding="utf-8")
    (tmp_path / "means.csv").write_text("group,edition,mean,n,spread\nall,2005,4,29,1\n")
    with pytest.warns(UndeclaredWarning) as seen:
        package = json.loads(write_datapackage(tmp_path, lenient=True).read_text())
    told = [str(warning.message) for warning in seen]
    assert len(told) == 2
    assert "extra.csv: no declared table" in told[0]
    assert "found group, edition, mean, n, spread; declare it in tables/schema.yml" in told[1]
    extra, means = package["resources"]
    assert extra["schema"]["fields"] == [
        {"name": "a", "type": "string", "description": "Not declared."}
    ]
    assert [field["name"] for field in means["schema"]["fields"]][-1] == "spread"
    with pytest.raises(
        ContractError, match="columns group, edition, mean, low, high, n, n_open, sample, found"
    ):
        write_datapackage(tmp_path)


def test_readme_holds_the_generated_codebook():
    text = (DATA / "README.md").read_text()
    assert codebook() in text
    assert with_codebook(text) == text
    assert with_codebook(text.replace("### levels.csv", "### altered.csv")) == text


def test_every_column_of_the_raw_files_is_explained():
    text = (DATA / "README.md").read_text()
    for name in ("printed_tables", "printed_pages", "sources"):
        with (DATA / "raw" / f"{name}.csv").open(newline="") as file:
            assert next(csv.reader(file)) == list(columns(name))
        section = text.split(f"### {name}.csv")[1].split("### ")[0]
        assert all(f"`{column}`" in section for column in columns(name))
