"""The deposit: what is in it, described truly, the same bytes every time."""

import hashlib
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from rocrate.rocrate import ROCrate

from analysis import cli
from analysis.batch.verify import CHECKSUMS
from analysis.briefs.blocks import MIME
from analysis.facts.errors import AnalysisError
from analysis.publication.deposit import _TREES, CRATE, README, SUMS, write_bundle

ROOT = Path(__file__).parents[2]
ORDER = (
    "## Overview",
    "## Data availability and provenance",
    "## Dataset list",
    "## Computational requirements",
    "## Description of programs",
    "## Instructions to replicators",
    "## List of tables and figures",
    "## References",
)


@pytest.fixture
def rendered(project):
    """Return a project with one executed brief and a report of the user's own."""
    for name in ("requirements.lock", "LICENSE", "README.md", "Makefile"):
        shutil.copy(ROOT / name, project / name)
    figure = {"kind": "figure", "title": "A line fell"}
    cell = {"id": "c1", "source": ["brief.line(story)"], "outputs": [{"data": {MIME: figure}}]}
    folder = project / "reports" / "GEO"
    folder.mkdir(parents=True)
    (folder / "GEO.ipynb").write_text(json.dumps({"cells": [cell]}))
    made = {"notebook": "4_country_brief", "files": {}}
    (project / "reports" / "manifest.json").write_text(json.dumps({"briefs": {"GEO": made}}))
    (project / "reports" / ".state").mkdir()
    took = {"GEO": {"seconds": 1.24, "peak_mb": 301.5}, "1_clean": {"seconds": 2, "peak_mb": 99}}
    (project / "reports" / ".state" / "run.json").write_text(json.dumps({"targets": took}))
    own = project / "data" / "raw" / "reports"
    own.mkdir(exist_ok=True)
    (own / "secret.txt").write_text("A sentence of a report.")
    return project


def test_two_bundles_have_one_hash_whatever_the_files_times(rendered, tmp_path):
    first = write_bundle(tmp_path / "a").read_bytes()
    for path in rendered.rglob("*"):
        path.touch()
    assert write_bundle(tmp_path / "b").read_bytes() == first


@pytest.mark.usefixtures("rendered")
def test_a_deposit_holds_its_files_with_true_checksums_and_no_report_text(tmp_path):
    with zipfile.ZipFile(write_bundle(tmp_path / "a")) as archive:
        names = set(archive.namelist())
        sums = dict(line.split("  ")[::-1] for line in archive.read(SUMS).decode().splitlines())
        assert set(sums) == names - {SUMS}
        for name, digest in sums.items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    assert {"LICENSE", README, CRATE, "data/processed/datapackage.json"} <= names
    assert "data/raw/printed_tables.csv" in names
    assert not any("secret" in name for name in names)


def test_files_that_are_not_those_of_the_release_are_told(rendered, tmp_path, caplog):
    write_bundle(tmp_path / "a")
    assert not caplog.messages
    path = rendered / "data" / "processed" / "scores.csv"
    (rendered / CHECKSUMS).write_text(
        f"{hashlib.sha256(b'').hexdigest()}  {path.relative_to(rendered)}\n"
    )
    write_bundle(tmp_path / "b")
    assert (
        "1 files, such as data/processed/scores.csv, are not those of data/CHECKSUMS" in caplog.text
    )


def test_a_deposit_holds_the_folders_that_its_makefile_names():
    named = re.findall(r"(?<=\s)([a-z]+)/\w", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert {"tests", "tools"} <= {*named} - {"site"} <= {*_TREES}


@pytest.mark.usefixtures("rendered")
def test_the_crate_is_read_back_and_describes_every_file(tmp_path):
    with zipfile.ZipFile(write_bundle(tmp_path / "a")) as archive:
        archive.extractall(tmp_path / "open")
    crate = ROCrate(tmp_path / "open")
    described = {entity.id for entity in crate.data_entities}
    files = {
        path.relative_to(tmp_path / "open").as_posix()
        for path in (tmp_path / "open").rglob("*")
        if path.is_file()
    }
    assert described == files - {CRATE, SUMS}
    root = crate.root_dataset
    assert root["datePublished"] and root["name"] and root["description"] and root["license"]


@pytest.mark.usefixtures("rendered")
def test_the_readme_has_the_order_of_the_template_and_every_exhibit(tmp_path):
    with zipfile.ZipFile(write_bundle(tmp_path / "a")) as archive:
        text = archive.read(README).decode()
    places = [text.index(head) for head in ORDER]
    assert places == sorted(places)
    row = "| reports/GEO/GEO.html | figure | A line fell | 4_country_brief | c1 |"
    assert f"{row} `brief.line(story)` |" in text
    assert "| `1_clean` | 2.0 | 99 |\n| `4_country_brief` | 1.2 | 302 |\n" in text
    files = {p.name for p in (ROOT / "data" / "raw").iterdir() if p.is_file()}
    assert all(f"| data/raw/{name} | " in text for name in files - {"README.md"})
    assert "`seed: int" in text
    # Modules with a seed of their own draw too; no result is kept from another run.
    assert "No other step" not in text and "taken over" not in text
    for module in ("settings/parameters.py", "validation/validate.py"):
        assert re.search("seed.*2024", (ROOT / "src/analysis" / module).read_text(), re.IGNORECASE)
        assert f"`src/analysis/{module}`" in text
    assert "Python 3.11 to 3.14 and make" in text


@pytest.mark.usefixtures("project")
def test_without_briefs_there_is_no_deposit(tmp_path):
    with pytest.raises(AnalysisError, match="run `make briefs` first"):
        write_bundle(tmp_path / "a")
    assert cli.run(["bundle", "--output", str(tmp_path / "b")]) == 2
    assert not (tmp_path / "b").exists()


def test_committed_checksums_are_those_of_the_files():
    lines = (ROOT / CHECKSUMS).read_text().splitlines()
    sums = dict(reversed(line.split("  ")) for line in lines)
    assert list(sums) == sorted(sums)
    stored = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "data" / "processed").glob("*.*")
        if path.is_file()
    }
    assert stored <= set(sums)
    for name in [*stored, "reports/sample/HUN.html", "reports/sample/HUN.pdf"]:
        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == sums[name], name
