"""What a worker or a record says is checked: wrong is never recorded as right."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from analysis import cli
from analysis.batch import work, workers
from analysis.batch.manifest import read_manifest
from analysis.facts.errors import RunError

from .small_notebooks import batch, files


@pytest.mark.slow
@pytest.mark.parametrize(
    ("planted", "words"),
    [
        ({"code": "0" * 64}, "another code"),
        ({"python": "2.7"}, "another python"),
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

    def elsewhere(job, report):
        result = perform(job, report)
        return replace(result, **planted) if job.formats else result

    monkeypatch.setattr(workers, "perform", elsewhere)
    assert cli.run(["run", "--force", str(path)]) == 1
    assert (
        f"A: the worker has {words} than this machine: nothing is kept" in capsys.readouterr().err
    )
    assert files(small / "reports" / "a") == before
    entry = read_manifest()["briefs"]["a"]
    assert entry["outcome"] == "failed"
    assert set(entry["files"]) == set(before)


class PlantedClient:
    """A Dask client whose one worker differs in something."""

    def __init__(self, **planted):
        self._planted = planted

    def get_executor(self, **_options):
        return ThreadPoolExecutor(1)

    def run(self, function, root):
        return {"tcp://10.0.0.7:1": {**function(root), **self._planted}} if self._planted else {}


@pytest.mark.parametrize(
    "what", ["version of Python", "version of Dask", "code of the project", "project folder"]
)
def test_a_worker_that_differs_is_refused_before_work_is_spent(small, what):
    cluster = workers.Cluster(PlantedClient(**{what: "other"}))
    with pytest.raises(RunError) as refusal:
        cluster.refuse_others("tcp://10.0.0.1:8786")
    assert str(refusal.value) == f"the worker tcp://10.0.0.7:1 has another {what} than this machine"
    assert not (small / "reports").exists()


@pytest.mark.usefixtures("small")
def test_no_workers_are_one_line():
    with pytest.raises(RunError, match=r"the scheduler at tcp://x:1 has no workers"):
        workers.Cluster(PlantedClient()).refuse_others("tcp://x:1")


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
