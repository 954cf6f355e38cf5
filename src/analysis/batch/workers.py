"""Who does the jobs: threads of this process, or the workers of a Dask cluster.

Both are a `concurrent.futures.Executor` and run the same function, so that there is one way through
a batch. Threads are enough here: they wait for kernels and exports, which are processes.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from analysis.batch.job import Event, Job, Result
from analysis.batch.work import about_worker, perform
from analysis.facts.errors import RunError
from analysis.facts.files import project_root


class Workers(Protocol):
    """Those who do the jobs of a run."""

    def places(self) -> int:
        """Return how many jobs are done at once."""

    def submit(self, job: Job) -> Future[Result]:
        """Hand over a job."""


class Local:
    """Workers on this machine.

    Parameters
    ----------
    jobs
        How many.
    tell
        Hears of the cells that start.
    """

    def __init__(self, jobs: int, tell: Callable[[Event], None]) -> None:
        self._jobs, self._tell = jobs, tell
        self.executor = ThreadPoolExecutor(jobs)
        self.stopped = threading.Event()

    def places(self) -> int:
        """Return how many jobs are done at once."""
        return self._jobs

    def submit(self, job: Job) -> Future[Result]:
        """Hand over a job."""

        def report(event: Event) -> None:
            if self.stopped.is_set():
                raise RunError("interrupted")
            self._tell({"event": "cell", "name": job.name, "title": job.title, **event})

        return self.executor.submit(perform, job, report)


@contextmanager
def local_workers(jobs: int, tell: Callable[[Event], None]) -> Iterator[Workers]:
    """Yield workers on this machine; no process that they started outlives the block."""
    workers = Local(jobs, tell)
    try:
        yield workers
    except BaseException:
        workers.stopped.set()
        _close_templates()
        raise
    finally:
        workers.executor.shutdown(cancel_futures=True)
        _close_templates()


def _close_templates() -> None:
    from analysis.batch.kernels import close_templates

    close_templates()


class Cluster:
    """The workers of a Dask cluster.

    Parameters
    ----------
    client
        Connected to the scheduler.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        # Not pure: a job that is asked for again has to be done again.
        self._executor = client.get_executor(pure=False, retries=2)

    def places(self) -> int:
        """Return how many threads the workers have by now."""
        try:
            return sum(self._client.ncores().values())
        except Exception:
            return 0  # there is no scheduler any more that could tell

    def submit(self, job: Job) -> Future[Result]:
        """Hand over a job."""
        future: Future[Result] = self._executor.submit(perform, job)
        return future

    def refuse_others(self, address: str) -> None:
        """Refuse workers that would compute something else, before work is spent.

        Raises
        ------
        RunError
            If there is no worker, or one differs in Python, in the project's code or in seeing the
            project folder.
        """
        here = about_worker(str(project_root()))
        try:
            told = self._client.run(about_worker, str(project_root()))
        except Exception as error:
            raise RunError(f"the workers at {address} cannot be asked: {_words(error)}") from None
        if not told:
            raise RunError(f"the scheduler at {address} has no workers")
        for worker, there in sorted(told.items()):
            for what, value in here.items():
                if there.get(what) != value:
                    raise RunError(f"the worker {worker} has another {what} than this machine")


@contextmanager
def cluster_workers(address: str, tls: Mapping[str, str]) -> Iterator[Workers]:
    """Yield the workers of a Dask cluster.

    Parameters
    ----------
    address
        Of its scheduler.
    tls
        Files of the certification authority, the certificate and the key: ``ca_file``, ``cert`` and
        ``key``. Where none is given, Dask's own configuration decides.

    Raises
    ------
    RunError
        If Dask is not installed, no scheduler answers, or its workers will not do.
    """
    try:
        from distributed import Client, Security
    except ImportError:
        raise RunError(
            "--scheduler needs Dask: install the extra `cluster`, pip install -e '.[cluster]'"
        ) from None
    # What goes wrong is told as the outcome of the notebooks concerned.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    given = {f"tls_{'ca_file' if n == 'ca_file' else f'client_{n}'}": f for n, f in tls.items()}
    try:
        encrypted = {"require_encryption": True, **given} if given else {}
        security = Security(**encrypted)  # type: ignore[no-untyped-call]
        if not address.startswith("tls:") and not _is_here(address):
            print(
                f"nit: {address} is reached without encryption; whoever reaches it runs any code: "
                "see --tls-ca-file",
                file=sys.stderr,
            )
        client: Any = Client(  # type: ignore[no-untyped-call]
            address, timeout=10, set_as_default=False, security=security
        )
    except Exception as error:
        raise RunError(f"no Dask scheduler answers at {address}: {_words(error)}") from None
    try:
        workers = Cluster(client)
        workers.refuse_others(address)
        yield workers
    finally:
        # A scheduler that is gone cannot be told that nothing more is wanted of it.
        with suppress(Exception):
            client.close(timeout=5)


def _is_here(address: str) -> bool:
    """Tell whether a scheduler's address is one that no other machine reaches."""
    host = address.rpartition("//")[2].rpartition(":")[0].strip("[]")
    return host in ("localhost", "::1") or host.startswith("127.")


def _words(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
