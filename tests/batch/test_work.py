"""reports/index.html lists every brief of the manifest."""

import os
import shutil

import lxml.html
import psutil
import pytest

from analysis.batch.processes import call, close_templates
from analysis.batch.work import write_index
from analysis.facts.files import PACKAGE


def test_the_index_is_written_from_the_manifest(project):
    briefs = {
        "KAZ": {"outcome": "made", "files": {"KAZ.html": "", "KAZ.pdf": "", "KAZ.ipynb": ""}},
        "POL": {"outcome": "failed", "error": "cell 3: ValueError: x"},
        "region": {"outcome": "made", "files": {"region.pdf": ""}},
        "UKR": {"outcome": "made", "files": {"UKR.html": ""}},
    }
    for name in ("KAZ", "region"):
        (project / "reports" / name).mkdir(parents=True)
    write_index({"briefs": briefs})
    page = (project / "reports" / "index.html").read_text(encoding="utf-8")
    tree = lxml.html.document_fromstring(page)
    text = tree.xpath("string(//body)")
    assert "Kazakhstan" in text
    assert "cell 3: ValueError: x" in text
    hrefs = set(tree.xpath("//a/@href"))
    assert {"KAZ/KAZ.html", "KAZ/KAZ.pdf", "region/region.pdf"} <= hrefs
    assert not any(href.startswith("POL/") for href in hrefs)
    assert not any(href.startswith("UKR/") for href in hrefs), "it was deleted"


class TestTasks:
    """What is done in other processes, which stay for the tasks of one run."""

    @pytest.fixture
    def done_by(self, monkeypatch, tmp_path):
        """Return what has a task done in a folder and tells the process that did it."""
        monkeypatch.setenv("NIT_ROOT", str(tmp_path))
        (tmp_path / "data" / "raw").mkdir(parents=True)

        def done(name):
            folder = tmp_path / name
            folder.mkdir(exist_ok=True)
            command = ["sh", "-c", "echo $PPID > pid; echo '[]'"]
            assert call("subprocess:run", {"args": command}, str(folder), 60) == ""
            return int((folder / "pid").read_text())

        yield done
        close_templates()

    def test_one_process_does_those_of_a_run(self, done_by):
        first = done_by("a")
        assert done_by("a") == first
        assert done_by("b") != first
        assert not psutil.pid_exists(first)

    def test_after_a_change_of_the_code_another_one_does_them(self, done_by, monkeypatch, tmp_path):
        code = tmp_path / "analysis"
        shutil.copytree(PACKAGE, code, ignore=shutil.ignore_patterns("__pycache__"))
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        first = done_by("a")
        assert done_by("a") == first
        os.utime(code / "facts" / "files.py", (0, 0))
        assert done_by("a") != first
        assert not psutil.pid_exists(first)
