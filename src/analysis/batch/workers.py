"""Who does the jobs: threads of this process that each wait for a worker, or a Dask cluster.

Both are a `concurrent.futures.Executor` and run the same function with the same plain data, so
that there is one way through a batch.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from analysis.batch.job import Job, Report, Result
from analysis.batch.warm import ending
from analysis.batch.work import do
from analysis.facts.errors import RunError


@dataclass(frozen=True)
class Workers:
    """An executor for jobs.

    Attributes
    ----------
    executor
        Runs the function `analysis.batch.work.do`.
    places
        How many jobs it does at once; no more than twice as many are handed to it, so that
        finished briefs never pile up.
    local
        Whether it is this machine, where cells can be followed.
    """

    executor: Executor
    places: int
    local: bool

    def submit(self, job: Job, report: Report) -> Future[Result]:
        """Hand over a job; `report` hears of its cells if it is done on this machine."""
        if self.local:
            return self.executor.submit(do, job, report)
        # Not pure: a job that is asked for again has to be done again.
        return self.executor.submit(do, job)


@contextmanager
def local_workers(jobs: int) -> Iterator[Workers]:
    """Yield workers on this machine; none of their processes outlives the block."""
    # Threads will do: the work is done by the processes they wait for.
    executor = ThreadPoolExecutor(jobs, thread_name_prefix="nit-worker")
    try:
        yield Workers(executor, jobs, local=True)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        with ending():
            executor.shutdown(wait=True)


@contextmanager
def cluster_workers(address: str) -> Iterator[Workers]:
    """Yield the workers of a Dask cluster.

    Raises
    ------
    RunError
        If Dask is not installed, no scheduler answers, or it has no workers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise RunError(
            "--scheduler needs Dask: install the extra `cluster`, pip install -e '.[cluster]'"
        ) from None
    # What goes wrong is told as the outcome of the notebooks concerned.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    client = _connected(Client, address)
    try:
        places = sum(client.ncores().values())
        if not places:
            raise RunError(f"the scheduler at {address} has no workers")
        executor = client.get_executor(pure=False, retries=2)
        try:
            yield Workers(executor, places, local=False)
        finally:
            # A scheduler that is gone cannot be told that nothing more is wanted of it.
            with suppress(Exception):
                executor.shutdown(wait=False)
    finally:
        with suppress(Exception):
            client.close(timeout=5)


def _connected(client: Any, address: str) -> Any:
    try:
        return client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        words = " ".join(str(error).split()) or type(error).__name__
        raise RunError(f"no Dask scheduler answers at {address}: {words}") from None
