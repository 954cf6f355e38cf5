"""Briefs by LocalCluster, SSH and SLURM are the same bytes as here, a worker killed in each.

``make test-cluster`` runs this; ``NIT_BRIEFS=4`` makes so many briefs instead of all 29.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.facts.countries import COUNTRIES

from ..batch.small_notebooks import files
from ..batch.test_faults import NIT, text_of, wait_for
from .clusters import slurm, ssh_server, started

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(7200)]

distributed = pytest.importorskip("distributed")

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "run_on_a_cluster.md"
NAMES = [country.iso3 for country in COUNTRIES][: int(os.environ.get("NIT_BRIEFS", "29"))]

LOCAL = """\
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        input(f"nit briefs --scheduler {cluster.scheduler_address}   (Enter ends the cluster)")
"""


def example(of):
    """Return the script of the documentation that starts a cluster of that kind."""
    [script] = [s for s in re.findall(r"```py\n(.*?)```", PAGE.read_text(), re.DOTALL) if of in s]
    return script


def command(*more):
    asked = [word for name in NAMES for word in ("--country", name)]
    return [*NIT, "briefs", "--format", "html", "--format", "pdf", *asked, *more]


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """Return a project with the committed data, and the reports made on this machine."""
    folder = tmp_path_factory.mktemp("project").resolve()
    root = Path(__file__).parents[2]
    ignored = shutil.ignore_patterns("reports", "workbook", "variants", ".ipynb_checkpoints")
    for part in ("data/raw", "data/processed", "notebooks", "batches"):
        shutil.copytree(root / part, folder / part, ignore=ignored)
    subprocess.run(command(), env={**os.environ, "NIT_ROOT": str(folder)}, check=True)
    return folder, files(folder / "reports")


def made_by(folder, address, kill):
    """Make all briefs anew on a cluster, kill something in the middle, and return the reports."""
    for name in NAMES:
        shutil.rmtree(folder / "reports" / name)
    log = folder / "log.jsonl"
    log.unlink(missing_ok=True)
    with subprocess.Popen(
        command("--force", "--scheduler", address, "--log", log),
        env={**os.environ, "NIT_ROOT": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        wait_for(lambda: '"event": "made", "name": "ALB"' in text_of(log), run, 1800)
        kill()
        out, err = run.communicate(timeout=3600)
    assert run.returncode == 0, err
    # The scheduler of a real cluster has an address that others reach.
    assert [line for line in err.splitlines() if "is reached without encryption" not in line] == []
    assert f"{len(NAMES)} made, 0 failed" in out
    return files(folder / "reports")


def kill_a_worker(address):
    """Kill one worker's process, as a machine does that runs out of memory."""
    with distributed.Client(address, set_as_default=False) as client:
        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)


def test_local_cluster(expected, tmp_path):
    folder, reports = expected
    script = tmp_path / "cluster.py"
    script.write_text(LOCAL)
    with started(script, os.environ) as address:
        assert made_by(folder, address, lambda: kill_a_worker(address)) == reports


@pytest.mark.skipif(not shutil.which("sshd"), reason="needs an SSH server")
def test_ssh_cluster(expected, tmp_path):
    folder, reports = expected
    script = tmp_path / "cluster.py"
    with ssh_server(tmp_path) as options:
        hosts = '["login", "node1", "node2"]'
        here = (
            f'["127.0.0.1"] * 3, connect_options={options!r}, remote_python={sys.executable!r}, '
            'scheduler_options={"dashboard": False}'
        )
        assert hosts in example("SSHCluster")
        script.write_text(example("SSHCluster").replace(hosts, here))
        with started(script, os.environ) as address:
            assert made_by(folder, address, lambda: kill_a_worker(address)) == reports


@pytest.fixture
def queue(tmp_path):
    """Return the environment of a SLURM of one node with 9 GB, with dask-jobqueue."""
    extra = tmp_path / "extra"
    uv = [Path(sys.executable).parent / "uv", "pip", "install", "--quiet", "--no-deps"]
    subprocess.run([*uv, "--target", extra, "dask-jobqueue"], check=True)
    with slurm(tmp_path) as environment:
        known = os.environ.get("PYTHONPATH", "")
        yield {**environment, "PYTHONPATH": f"{extra}{os.pathsep}{known}"}


needs_slurm = pytest.mark.skipif(
    not all(map(shutil.which, ("munged", "slurmctld", "slurmd"))), reason="needs SLURM"
)


@needs_slurm
def test_slurm(expected, tmp_path, queue):
    folder, reports = expected
    script = tmp_path / "cluster.py"
    text = example("SLURMCluster")
    assert "SLURMCluster(cores=1, " in text
    here = 'SLURMCluster(scheduler_options={"host": "127.0.0.1", "dashboard": False}, cores=1, '
    script.write_text(text.replace("SLURMCluster(cores=1, ", here))

    def cancel_a_job():
        listed = ["squeue", "--noheader", "--states=running", "--format=%i"]
        jobs = subprocess.check_output(listed, env=queue, text=True).split()
        subprocess.run(["scancel", "--signal=KILL", "--full", jobs[0]], env=queue, check=True)

    with started(script, queue) as address:
        assert made_by(folder, address, cancel_a_job) == reports


@needs_slurm
def test_more_memory_than_a_node_has_is_refused_as_the_documentation_says(queue):
    words = "Memory specification can not be satisfied"
    assert words in " ".join(PAGE.read_text().split())

    def asked(memory):
        job = ["sbatch", "--output=/dev/null", f"--mem={memory}", "--wrap=true"]
        return subprocess.run(job, env=queue, capture_output=True, text=True)

    assert words in asked("32G").stderr
    [memory] = re.findall(r'memory="(\d+)GB"', example("SLURMCluster"))
    assert asked(f"{memory}G").returncode == 0
