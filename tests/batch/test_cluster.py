"""A Dask cluster makes the same bytes, and a worker that dies costs nothing but time."""

import subprocess

import pytest

from analysis import cli

from .small_notebooks import batch, files, put
from .test_faults import NIT, gone, text_of, wait_for

pytestmark = pytest.mark.slow

distributed = pytest.importorskip("distributed")


@pytest.fixture
def cluster():
    """Yield a scheduler and two workers in processes of their own."""
    import dask

    dask.config.set({"distributed.admin.large-graph-warning-threshold": "100MB"})
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        silence_logs=50,
    ) as made:
        yield made


def started(command):
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True)


def test_the_same_bytes_as_on_one_machine_though_a_worker_dies(small, cluster):
    put(small, "good", "import time\ntime.sleep(1)\nprint('text of', country)")
    names = ("Poland", "Hungary", "Kosovo", "Latvia", "Georgia", "Estonia")
    path = batch(small, *((n.lower(), "good", f"{{country: {n}}}") for n in names))
    assert cli.run(["run", str(path)]) == 0
    here = files(small / "reports")
    subprocess.run(["rm", "-r", str(small / "reports")], check=True)
    log = small / "log.jsonl"
    command = [*NIT, "run", "--scheduler", cluster.scheduler_address, "--log", str(log), str(path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        wait_for(
            lambda: (
                '"section": "briefs"' in text_of(log) and '"made", "name": "poland"' in text_of(log)
            ),
            run,
            90,
        )
        next(iter(cluster.workers.values())).process.process._process.kill()
        out, err = run.communicate(timeout=90)
    assert run.returncode == 0, err
    assert "6 made, 0 failed" in out
    assert files(small / "reports") == here


def test_no_scheduler_is_one_line(small, capsys):
    path = batch(small, ("a", "good", "{}"))
    assert cli.run(["run", "--scheduler", "tcp://127.0.0.1:9", str(path)]) == 1
    err = capsys.readouterr().err
    assert err.startswith("nit: no Dask scheduler answers at tcp://127.0.0.1:9: ")
    assert err.count("\n") == 1


def test_a_scheduler_that_is_lost_is_told(small, cluster):
    put(small, "good", "import time\ntime.sleep(2)\nprint('text of', country)")
    path = batch(small, *((f"b{n}", "good", "{}") for n in range(6)))
    log = small / "log.jsonl"
    command = [*NIT, "run", "--scheduler", cluster.scheduler_address, "--log", str(log), str(path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        wait_for(lambda: '"section": "briefs"' in text_of(log), run, 90)
        cluster.close()
        _, err = run.communicate(timeout=90)
    assert run.returncode == 1
    assert "lost" in err
    # The cluster's own helpers live as long as this test's process.
    left = [process for process in gone(small) if "analysis" in " ".join(process.cmdline())]
    assert left == []
    assert (small / "reports" / "manifest.json").is_file()
