"""What a worker or a record says is checked: wrong is never recorded as right."""

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace

import pytest

from analysis import cli
from analysis.batch import work, workers
from analysis.batch.manifest import manifest_path, read_manifest
from analysis.facts.files import PACKAGE

from .small_notebooks import BLOCK, batch, files, put
from .test_faults import wait_for


@pytest.mark.slow
@pytest.mark.parametrize(
    ("planted", "words"),
    [
        ({"code": "0" * 64}, "another code"),
        ({"python": "2.7"}, "another python"),
        ({"notebook": "0" * 64}, "another notebook"),
        ({"inputs": {"data/processed/panel.csv": "0" * 64}}, "another data/processed/panel.csv"),
        ({"inputs": {"data/processed/panel.csv": ""}}, "another data/processed/panel.csv"),
        ({"outputs": {"data/processed/gone.csv": ""}}, "another data/processed/gone.csv"),
    ],
)
def test_a_result_made_from_something_else_is_refused(small, monkeypatch, capsys, planted, words):
    path = batch(small, ("a", "good", "{}"))
    assert cli.run(["run", str(path)]) == 0
    before = files(small / "reports" / "a")
    perform = work.perform

    def done(job, report):
        result = perform(job, report)
        return replace(result, **planted) if job.formats else result

    monkeypatch.setattr(workers, "perform", done)
    assert cli.run(["run", "--force", str(path)]) == 1
    assert (
        f"A: the worker has {words} than this machine: nothing is kept" in capsys.readouterr().err
    )
    assert files(small / "reports" / "a") == before
    entry = read_manifest()["briefs"]["a"]
    assert entry["outcome"] == "failed"
    assert set(entry["files"]) == set(before)


@pytest.mark.slow
@pytest.mark.parametrize(
    "planted",
    [
        {"files": {"": "0"}},
        {"files": {"\ud800.html": "0"}},
        {"files": {f"{'a' * 300}.html": "0"}},
        {"title": "\ud800"},
        {"parameters": {"country": ["\ud800"]}},
    ],
)
def test_a_record_that_cannot_be_ours_is_set_aside_and_its_brief_made(small, capsys, planted):
    path = batch(small, ("a", "good", "{}"))
    assert cli.run(["run", str(path)]) == 0
    before = files(small / "reports")
    content = read_manifest()
    content["briefs"]["a"] |= planted
    manifest_path().write_text(json.dumps(content))
    capsys.readouterr()
    assert cli.run(["run", str(path)]) == 0
    assert "manifest.json is set aside: the entry 'a' is not one of ours" in capsys.readouterr().err
    assert files(small / "reports") == before


@pytest.fixture
def scheduler():
    """Yield a scheduler without workers."""
    distributed = pytest.importorskip("distributed")
    options = {"host": "127.0.0.1", "dashboard_address": None, "silence_logs": 50}
    with distributed.LocalCluster(n_workers=0, **options) as cluster:
        yield cluster


@contextmanager
def worker(cluster, *before, preload="", **surroundings):
    """Run a worker in a process of its own, by a command and in an environment of its own."""
    command = [sys.executable, "-m", "distributed.cli.dask_worker", cluster.scheduler_address]
    options = ["--nworkers", "1", "--nthreads", "1", "--no-dashboard", "--no-nanny"]
    options += ["--preload", preload] if preload else []
    with subprocess.Popen(
        [*before, *command, *options],
        env={**os.environ, **surroundings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            wait_for(lambda: cluster.scheduler.workers, process)
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def other_code(project):
    package = project / "src" / "analysis"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    with (package / "briefs" / "wording.py").open("a") as file:
        file.write("# another line\n")
    return {"PYTHONPATH": str(package.parent)}


def other_dask(project):
    about = project / "site" / "distributed-2020.1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: distributed\nVersion: 2020.1.0\n")
    return {"PYTHONPATH": str(about.parent)}


def other_python(_project):
    return {"preload": "import analysis.batch.workers as w; w.python_version = lambda: '3.99'"}


def no_folder(project):
    return {"before": elsewhere(f"mount -t tmpfs none {project}/data")}


def other_data(project):
    (project / "other.csv").write_text("country,rating\nPoland,7\n")
    data = project / "data" / "processed" / "panel.csv"
    return {"before": elsewhere(f"mount --bind {project}/other.csv {data}")}


def elsewhere(mount):
    """Return the beginning of a command that sees other files than this machine's."""
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", f'{mount}; exec "$@"', "sh"]
    if not shutil.which("unshare") or subprocess.run([*command, "true"]).returncode:
        pytest.skip("no other view of the files can be had here")
    return command


PLANTS = {
    other_code: "another code of the project than this machine",
    other_dask: "another version of Dask than this machine",
    other_python: "another version of Python than this machine",
    no_folder: "another project folder than this machine",
    other_data: "another data/processed/panel.csv than this machine: nothing is kept",
}


@pytest.mark.slow
@pytest.mark.parametrize("plant", PLANTS)
def test_a_worker_that_differs_is_refused(small, scheduler, capsys, plant):
    """Real workers of a real scheduler: nothing is recorded, written or deleted."""
    reading = "from analysis.facts.files import project_root\n"
    reading += "print((project_root() / 'data/processed/panel.csv').read_text()[:40])"
    put(small, "good", BLOCK, reading)
    path = batch(small, ("a", "good", "{}"))
    assert cli.run(["run", str(path)]) == 0
    before = files(small / "reports")
    capsys.readouterr()
    planted = plant(small)
    with worker(scheduler, *planted.pop("before", ()), **planted):
        ran = cli.run(["run", "--force", "--scheduler", scheduler.scheduler_address, str(path)])
    err = capsys.readouterr().err
    assert (ran, err.count("\n")) == (1, 1)
    assert err.endswith(f" has {PLANTS[plant]}\n")
    after = files(small / "reports")
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    # That a brief made from other data failed is recorded, and shown in the index.
    assert changed == ({"manifest.json", "index.html"} if plant is other_data else set())
    entry = read_manifest()["briefs"]["a"]
    assert entry["outcome"] == ("failed" if plant is other_data else "made")
    assert {f"a/{name}" for name in entry["files"]} == {n for n in before if n[:2] == "a/"}


@pytest.mark.slow
def test_no_workers_are_one_line(small, scheduler, capsys):
    path = batch(small, ("a", "good", "{}"))
    assert cli.run(["run", "--scheduler", scheduler.scheduler_address, str(path)]) == 1
    assert capsys.readouterr().err == (
        f"nit: the scheduler at {scheduler.scheduler_address} has no workers\n"
    )


@pytest.mark.slow
def test_a_worker_that_does_not_answer_is_one_line(small, scheduler, capsys, monkeypatch):
    monkeypatch.setattr(workers, "ANSWERING", 2)
    path = batch(small, ("a", "good", "{}"))
    with worker(scheduler) as asleep:
        asleep.send_signal(signal.SIGSTOP)
        assert cli.run(["run", "--scheduler", scheduler.scheduler_address, str(path)]) == 1
    err = capsys.readouterr().err
    assert f"the workers at {scheduler.scheduler_address} cannot be asked: " in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("tcp://127.0.0.1:8786", True),
        ("tcp://localhost:8786", True),
        ("tcp://[::1]:8786", True),
        ("tcp://head:8786", False),
        ("10.0.0.1:8786", False),
    ],
)
def test_an_address_of_another_machine_is_known(address, here):
    assert workers._is_here(address) is here


def test_files_for_an_encrypted_connection_are_all_given_or_none(small, capsys):
    path = batch(small, ("a", "good", "{}"))
    own = str(path)
    for options, option in (
        (["--tls-ca-file", own], "--tls-cert"),
        (["--tls-ca-file", own, "--tls-cert", own, "--tls-key", "none.pem"], "--tls-key"),
    ):
        assert cli.run(["run", "--scheduler", "tls://head:1", *options, own]) == 2
        err = capsys.readouterr().err
        assert err.startswith(f"nit: {option}: expected a file, found ")
        assert err.count("\n") == 1


@pytest.mark.slow
def test_an_encrypted_scheduler_without_certificates_is_one_line(small, capsys):
    path = batch(small, ("a", "good", "{}"))
    assert cli.run(["run", "--scheduler", "tls://127.0.0.1:9", str(path)]) == 1
    err = capsys.readouterr().err
    assert err.startswith("nit: no Dask scheduler answers at tls://127.0.0.1:9: ")
    assert err.count("\n") == 1
