"""What is done in other processes and threads, and reports/index.html, which is made there."""

import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import lxml.html
import psutil
import pytest

from analysis.batch import processes, work, workers
from analysis.batch.processes import call, close_templates
from analysis.batch.work import Result, perform, write_index
from analysis.facts.files import PACKAGE, project_root

from .small_notebooks import job


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
        assert ended(first)

    def test_one_that_was_killed_meanwhile_is_replaced(self, done_by):
        first = done_by("a")
        [[idle]] = processes._helpers.values()
        idle.process.kill()
        idle.process.wait()
        assert done_by("a") != first

    @pytest.mark.slow
    def test_it_ends_where_the_folder_of_its_run_is_gone(self, done_by, tmp_path):
        first = done_by("a")
        shutil.rmtree(tmp_path / "a")
        assert ended(first)

    @pytest.mark.parametrize("name", ["files.py", "countries.csv"])
    def test_after_a_change_of_the_package_another_one_does_them(
        self, done_by, monkeypatch, tmp_path, name
    ):
        code = tmp_path / "analysis"
        shutil.copytree(PACKAGE, code, ignore=shutil.ignore_patterns("__pycache__"))
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        first = done_by("a")
        assert done_by("a") == first
        os.utime(code / "facts" / name, (0, 0))
        assert done_by("a") != first
        assert ended(first)


def ended(number):
    """Wait for a process to end; tell whether it did."""
    try:
        psutil.Process(number).wait(60)
    except psutil.NoSuchProcess:
        return True
    return not psutil.pid_exists(number)


def test_jobs_of_two_projects_are_kept_apart_in_one_worker(monkeypatch, tmp_path):
    together = threading.Barrier(2, timeout=60)

    def made(_job, _scratch, _report):
        together.wait()
        return Result(code=str(project_root()))

    monkeypatch.setattr(work, "_made", made)
    roots = [tmp_path / "a", tmp_path / "b"]
    for root in roots:
        (root / "data" / "raw").mkdir(parents=True)
        (root / "scratch").mkdir()
    with ThreadPoolExecutor(2) as workers:
        results = workers.map(perform, [job(root, "good") for root in roots])
        assert [Path(result.code) for result in results] == roots


def test_a_job_that_asks_for_another_template_when_its_run_ends_loses_it_too(monkeypatch, tmp_path):
    closed, begun, done = [], threading.Event(), threading.Event()

    def closing():
        closed.append(1)
        if len(closed) == 3:
            done.set()

    def waiting(_job, _report):
        begun.set()
        return Result(error="" if done.wait(20) else "its second template is left alone")

    monkeypatch.setattr(workers, "close_templates", closing)
    monkeypatch.setattr(workers, "perform", waiting)
    with workers.local_workers(1, print) as there:
        future = there.submit(job(tmp_path, "good"))
        assert begun.wait(20)
    assert future.result().error == ""


@pytest.mark.slow
def test_a_job_whose_run_has_ended_stops_at_the_next_cell(small):
    """As on a cluster, whose workers do not hear of a Ctrl-C."""
    scratch = small / "scratch"
    scratch.mkdir()
    cells = []

    def report(event):
        cells.append(event["cell"])
        shutil.rmtree(scratch, ignore_errors=True)

    asked = replace(job(small, "good"), engine="stock")
    assert perform(asked, report).error == "interrupted"
    assert cells == [1]
    close_templates()
