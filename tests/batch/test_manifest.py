"""The records of a run: nothing of the clock, nothing lost when a run is cut off."""

import hashlib
import json
from dataclasses import replace

import pytest

from analysis import DATE, VERSION
from analysis.batch.manifest import (
    manifest_path,
    read_manifest,
    read_records,
    state_folder,
    write_manifest,
)
from analysis.batch.plan import Target

ENTRY = {"title": "Kazakhstan", "outcome": "made", "files": {"KAZ.html": "0"}}
KAZ = Target("KAZ", "Kazakhstan", "4_country_brief", {})
RUN = {"seconds": 1.234, "peak_mb": 250.0}


def test_a_brief_is_recorded_with_the_data_and_without_the_clock(project):
    records = read_records()
    records.add(KAZ, ENTRY, RUN, {"KAZ/KAZ.html": [5, 99]})
    manifest = write_manifest(records)
    assert json.loads(manifest_path().read_text()) == manifest == read_manifest()
    assert manifest["release"] == {"version": VERSION, "date": DATE}
    assert manifest["briefs"] == {"KAZ": ENTRY}
    panel = project / "data" / "processed" / "panel.csv"
    assert manifest["data"]["panel.csv"] == hashlib.sha256(panel.read_bytes()).hexdigest()
    text = manifest_path().read_text()
    assert "1.234" not in text
    assert str(project) not in text
    again = read_records()
    assert again.run["KAZ"] == RUN
    assert again.seen == {"KAZ/KAZ.html": [5, 99]}


@pytest.mark.usefixtures("project")
def test_the_journal_of_a_run_that_was_killed_is_taken_over():
    read_records().add(KAZ, ENTRY, RUN, {})
    journal = state_folder() / "journal.jsonl"
    with journal.open("a") as file:
        file.write('{"section": "briefs", "name": "POL", "entr')
    assert not manifest_path().exists()
    records = read_records()
    assert list(records.briefs) == ["KAZ"]
    # The run that goes on may be killed too. Not every end of a line is one in JSON.
    records.add(replace(KAZ, name="EST"), {**ENTRY, "title": "Estonia\u2028\x85"}, RUN, {})
    records = read_records()
    assert list(records.briefs) == ["KAZ", "EST"]
    write_manifest(records)
    assert not journal.exists()
    assert list(read_manifest()["briefs"]) == ["EST", "KAZ"]


@pytest.mark.usefixtures("project")
def test_the_manifest_is_not_touched_where_nothing_changed():
    records = read_records()
    records.add(KAZ, ENTRY, RUN, {})
    write_manifest(records)
    before = manifest_path().stat().st_mtime_ns
    records = read_records()
    records.add(KAZ, dict(ENTRY), {"seconds": 9.0, "peak_mb": 1.0}, {})
    write_manifest(records)
    assert manifest_path().stat().st_mtime_ns == before
    assert read_records().run["KAZ"]["seconds"] == 9.0


@pytest.mark.parametrize(
    "files",
    [
        {"../../../VICTIM": "0"},
        {"/etc/VICTIM": "0"},
        {"a.html": 7},
        ["a.html"],
        {"link/VICTIM": "0"},
        {"": "0"},
        {"sub/.": "0"},
        {"\ud800.html": "0"},
        {f"{'a' * 300}.html": "0"},
    ],
)
def test_an_entry_that_names_files_elsewhere_is_set_aside(project, capsys, files):
    reports = project / "reports"
    (reports / "poland").mkdir(parents=True)
    (project / "VICTIM").write_text("mine")
    (reports / "poland" / "link").symlink_to(project)
    entries = {"KAZ": ENTRY, "poland": {**ENTRY, "files": files}}
    manifest_path().write_text(json.dumps({"briefs": entries}))
    assert list(read_records().briefs) == ["KAZ"]
    assert capsys.readouterr().err == (
        "nit: reports/manifest.json is set aside: the entry 'poland' is not one of ours\n"
    )
    assert (project / "VICTIM").read_text() == "mine"


@pytest.mark.parametrize("name", ["..", "../data", "a/b", ".state", "a.html", ""])
def test_an_entry_whose_folder_would_lie_elsewhere_is_set_aside(project, name):
    (project / "reports").mkdir()
    for section in ("briefs", "results"):
        manifest_path().write_text(json.dumps({section: {"KAZ": ENTRY, name: ENTRY}}))
        assert list(read_records().section(section)) == ["KAZ"]


def test_an_entry_that_lacks_what_a_run_reads_of_it_is_set_aside(project):
    made = {"notebook": "0", "code": "0", "python": "3.11", "requirements.lock": "0", "inputs": {}}
    entry = {"title": "x", "notebook": "a", "parameters": {}, "made_from": made}
    (project / "reports").mkdir()
    for section, own in (("briefs", ("files", "formats")), ("results", ("outputs",))):
        whole = entry | {"formats": [], "files": {}, "outputs": {}}
        parts = ["title", "notebook", "parameters", *own]
        lacking = {p: {k: v for k, v in whole.items() if k != p} for p in parts}
        manifest_path().write_text(json.dumps({section: {"KAZ": whole, **lacking}}))
        assert list(read_records().section(section)) == ["KAZ"]


def test_what_is_no_part_of_an_entry_is_dropped(project):
    (project / "reports").mkdir()
    manifest_path().write_text(json.dumps({"briefs": {"KAZ": {**ENTRY, "mine": 1}}}))
    assert read_records().briefs == {"KAZ": ENTRY}


@pytest.mark.parametrize("name", ["data/\0", "data/../../dev/zero", "../../dev/zero", "notes.txt"])
def test_an_entry_that_read_files_elsewhere_is_set_aside(project, name):
    made = {"notebook": "0", "code": "0", "python": "3.11", "requirements.lock": "0"}
    entry = {**ENTRY, "notebook": "a", "parameters": {}, "formats": [], "outputs": {}}
    there = {"data/processed/panel.csv": "0", "data/processed/": "0"}
    (project / "reports").mkdir()
    for section in ("briefs", "results"):
        entries = {
            key: {**entry, "outputs": wrote, "made_from": {**made, "inputs": read}}
            for key, read, wrote in [
                ("KAZ", there, there), ("POL", there | {name: "0"}, {}), ("UKR", {}, {name: "0"}),
            ]
        }  # fmt: skip
        manifest_path().write_text(
            json.dumps({section: entries | {"EST": {**entry, "made_from": None}}})
        )
        assert list(read_records().section(section)) == ["KAZ"]


@pytest.mark.parametrize("text", [b"\xff\xfe", b'{"briefs": 3}', b"[" * 50_000, b'{"briefs": [1]}'])
def test_records_of_another_shape_are_one_line(project, capsys, text):
    state_folder().mkdir(parents=True)
    manifest_path().write_bytes(text)
    (state_folder() / "journal.jsonl").write_bytes(b'\xff\n{"section": "x"}\n[1]\n7\n')
    (state_folder() / "run.json").write_bytes(b'{"targets": 1, "files": [2]}')
    assert read_records().briefs == {}
    assert capsys.readouterr().err.count("\n") == 1
    assert project.is_dir()


@pytest.mark.parametrize("text", [None, "", "{half", "[1]"])
def test_a_missing_or_broken_manifest_is_an_empty_one(project, text):
    (project / "reports").mkdir()
    if text is not None:
        manifest_path().write_text(text)
    assert read_manifest() == {}
    assert read_records().briefs == {}


@pytest.mark.usefixtures("project")
def test_what_cannot_be_read_is_told_with_its_place(capsys):
    state_folder().mkdir(parents=True)
    for path in (manifest_path(), state_folder() / "run.json"):
        path.write_text("[")
    assert read_records().briefs == {}
    told = "nit: reports/{} is set aside: it cannot be read\n"
    assert capsys.readouterr().err == told.format("manifest.json") + told.format(".state/run.json")
