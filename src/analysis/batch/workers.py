"""Who does the jobs: threads of this process, or the workers of a Dask cluster.

Both are a `concurrent.futures.Executor` and run the same function, so that there is one way through
a batch. Threads are enough here: they wait for kernels and exports, which are processes.
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from analysis.batch.manifest import python_version
from analysis.batch.processes import close_templates
from analysis.batch.work import Event, Job, Result, one_line, perform
from analysis.facts.errors import RunError
from analysis.facts.files import package_digest, project_root

ANSWERING: Final = 30
"""Seconds in which workers have to tell what they are."""


@dataclass(frozen=True)
class Workers:
    """Those who do the jobs of a run: in how many places at once, and how they are handed one."""

    places: Callable[[], int]
    submit: Callable[[Job], Future[Result]]


@contextmanager
def local_workers(jobs: int, tell: Callable[[Event], None]) -> Iterator[Workers]:
    """Yield so many workers on this machine; no process that they started outlives the block."""
    executor, stopped = ThreadPoolExecutor(jobs), threading.Event()
    given: set[Future[Result]] = set()

    def done(job: Job) -> Result:
        about = {"event": "cell", "name": job.target.name, "title": job.target.title}

        def report(event: Event) -> None:
            if stopped.is_set():
                raise RunError("interrupted")
            tell({**about, **event})

        return perform(job, report)

    def submit(job: Job) -> Future[Result]:
        future = executor.submit(done, job)
        given.add(future)
        future.add_done_callback(given.discard)
        return future

    try:
        yield Workers(lambda: jobs, submit)
    finally:
        stopped.set()
        executor.shutdown(wait=False, cancel_futures=True)
        close_templates()
        # Who was waiting for a kernel asks for another template, which would import for seconds.
        while wait({*given}, timeout=0.1).not_done:
            close_templates()
        close_templates()


@contextmanager
def cluster_workers(address: str, tls: Mapping[str, str]) -> Iterator[Workers]:
    """Yield the workers of a Dask cluster.

    Parameters
    ----------
    address
        Of its scheduler.
    tls
        What `distributed.Security` needs for an encrypted connection. Where nothing is given,
        Dask's own configuration decides.

    Raises
    ------
    RunError
        If Dask is not installed, no scheduler answers, or its workers will not do.
    """
    client = _connected(address, tls)

    def places() -> int:
        with suppress(Exception):
            return sum(client.ncores().values())
        return 0  # there is no scheduler any more that could tell

    try:
        _refuse_others(client, address)
        # Not pure: a job that is asked for again has to be done again.
        executor = client.get_executor(pure=False, retries=2)
        yield Workers(places, lambda job: executor.submit(perform, job))
    finally:
        # A scheduler that is gone cannot be told that nothing more is wanted of it.
        with suppress(Exception):
            client.close(timeout=5)


def _connected(address: str, tls: Mapping[str, str]) -> Any:
    """Return a client of a Dask scheduler."""
    try:
        from distributed import Client, Security
        from distributed.versions import VersionMismatchWarning
    except ImportError:
        install = "install the extra `cluster`, pip install -e '.[cluster]'"
        raise RunError(f"--scheduler needs Dask: {install}") from None
    # What goes wrong is told in one line, or as the outcome of the notebooks concerned.
    warnings.simplefilter("ignore", VersionMismatchWarning)
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    if not address.startswith("tls:") and not _is_here(address):
        danger = "is reached without encryption; whoever reaches it runs any code"
        print(f"nit: {address} {danger}: see --tls-ca-file", file=sys.stderr)
    try:
        encrypted: dict[str, Any] = {"require_encryption": True, **tls} if tls else {}
        security = Security(**encrypted)  # type: ignore[no-untyped-call]
        return Client(  # type: ignore[no-untyped-call]
            address, timeout=10, set_as_default=False, security=security
        )
    except Exception as error:
        raise RunError(f"no Dask scheduler answers at {address}: {one_line(error)}") from None


def _refuse_others(client: Any, address: str) -> None:
    """Refuse workers that would compute something else, before work is spent."""
    root = str(project_root())
    here = about_worker(root)
    try:
        # As `Client.run`, which would wait for ever for a worker that is stopped.
        told = client.sync(client._run, about_worker, root, callback_timeout=ANSWERING)
    except Exception as error:
        raise RunError(f"the workers at {address} cannot be asked: {one_line(error)}") from None
    if not told:
        raise RunError(f"the scheduler at {address} has no workers")
    for worker, there in sorted(told.items()):
        for what, value in here.items():
            if there.get(what) != value:
                raise RunError(f"the worker {worker} has another {what} than this machine")


def about_worker(root: str) -> dict[str, str]:
    """Return what a worker of a cluster must have in common with the runner."""
    return {
        "version of Python": python_version(),
        "code of the project": package_digest(),
        "version of Dask": version("distributed"),
        "project folder": root if (Path(root) / "data" / "raw").is_dir() else "",
    }


def _is_here(address: str) -> bool:
    """Tell whether a scheduler's address is one that no other machine reaches."""
    host = address.rpartition("//")[2].rpartition(":")[0].strip("[]")
    return host in ("localhost", "::1") or host.startswith("127.")
