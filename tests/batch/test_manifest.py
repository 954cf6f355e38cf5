"""The manifest says what was made from what, without clock or machine."""

import hashlib
import json

import pytest

from analysis.batch.manifest import manifest_path, read_manifest, update_manifest
from analysis.batch.plan import Target
from analysis.batch.run import Outcome
from analysis.release import DATE, VERSION

TARGET = Target("KAZ", "Kazakhstan", "4_country_brief", {"country": "Kazakhstan"}, ("html",))
MADE = Outcome("KAZ", "Kazakhstan", "", 1.234)


@pytest.fixture
def brief(project):
    folder = project / "reports" / "KAZ"
    folder.mkdir(parents=True)
    for ending in ("html", "ipynb"):
        (folder / f"KAZ.{ending}").write_text(ending)
    return folder


def test_a_brief_is_recorded_with_its_files_and_the_data(project, brief):
    manifest = update_manifest([TARGET], [MADE])
    assert json.loads(manifest_path().read_text()) == manifest == read_manifest()
    assert manifest["release"] == {"version": VERSION, "date": DATE}
    entry = manifest["briefs"]["KAZ"]
    assert entry["parameters"] == {"country": "Kazakhstan"}
    assert entry["files"] == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(brief.iterdir())
    }
    panel = project / "data" / "processed" / "panel.csv"
    assert manifest["data"]["panel.csv"] == hashlib.sha256(panel.read_bytes()).hexdigest()
    text = manifest_path().read_text()
    assert "1.234" not in text
    assert str(project) not in text


@pytest.mark.usefixtures("brief")
def test_a_second_run_keeps_the_first_and_gives_the_same_bytes():
    update_manifest([TARGET], [MADE])
    before = manifest_path().read_bytes()
    update_manifest([TARGET], [Outcome("KAZ", "Kazakhstan", "", 99.0)])
    assert manifest_path().read_bytes() == before
    update_manifest([], [])
    assert manifest_path().read_bytes() == before


@pytest.mark.usefixtures("brief")
def test_a_failure_is_told_and_the_good_files_stay_recorded():
    update_manifest([TARGET], [MADE])
    entry = update_manifest([TARGET], [Outcome("KAZ", "Kazakhstan", "cell 3: x", 1.0)])["briefs"][
        "KAZ"
    ]
    assert (entry["outcome"], entry["error"]) == ("failed", "cell 3: x")
    assert set(entry["files"]) == {"KAZ.html", "KAZ.ipynb"}
    entry = update_manifest([TARGET], [MADE])["briefs"]["KAZ"]
    assert entry["outcome"] == "made"
    assert "error" not in entry


@pytest.mark.parametrize("text", [None, "", "{half", "[1]"])
def test_a_missing_or_broken_manifest_is_an_empty_one(project, text):
    (project / "reports").mkdir()
    if text is not None:
        manifest_path().write_text(text)
    assert read_manifest() == {}
