"""Who does the jobs: a pool of processes on this machine, or the workers of a Dask cluster.

Both are a `concurrent.futures.Executor` and run the same function with the same plain data, so
that there is one way through a batch.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import forkserver
from typing import Any, Protocol

from analysis.batch.forked import FIXED, Template
from analysis.batch.job import Event, Job, Result
from analysis.batch.work import about_worker, call, perform, prepare
from analysis.facts.errors import RunError
from analysis.facts.files import project_root


class Workers(Protocol):
    """Those who do the jobs of a run."""

    def places(self) -> int:
        """Return how many jobs are done at once."""

    def submit(self, job: Job) -> Future[Result]:
        """Hand over a job."""

    def call(self, name: str, arguments: dict[str, Any]) -> str:
        """Call ``module:function`` in a worker; return why it failed or an empty text."""


class Pool:
    """Processes of this machine; none of them outlives `close`, or this process.

    Parameters
    ----------
    jobs
        How many.
    tell
        Hears of the cells that start.
    """

    def __init__(self, jobs: int, tell: Callable[[Event], None]) -> None:
        self._jobs = jobs
        self._template = Template({**os.environ, **FIXED, "NIT_ROOT": str(project_root())})
        forks = "forkserver" in multiprocessing.get_all_start_methods()
        self._context = multiprocessing.get_context("forkserver" if forks else "spawn")
        if forks:
            self._context.set_forkserver_preload(
                ["__main__", "analysis.batch.execute", "analysis.export.files"]
            )
            with _environment(FIXED):
                forkserver.ensure_running()
        # Workers end when this end of the pipe is closed, also by the end of this process.
        self._lifeline, self._held = self._context.Pipe(duplex=False)
        self._events = self._context.SimpleQueue()
        self._teller = threading.Thread(target=self._pass_on, args=(tell,), daemon=True)
        self._teller.start()
        self._executor = self._started()

    def _started(self) -> Executor:
        given = (str(project_root()), self._template.address, self._lifeline, self._events)
        return ProcessPoolExecutor(self._jobs, self._context, prepare, given)

    def _pass_on(self, tell: Callable[[Event], None]) -> None:
        for event in iter(self._events.get, None):
            tell(event)

    def places(self) -> int:
        """Return how many processes there are."""
        return self._jobs

    def submit(self, job: Job) -> Future[Result]:
        """Hand over a job, to new processes where one has died and taken the others along."""
        return self._submitted(perform, job)

    def _submitted(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        try:
            return self._executor.submit(function, *arguments)
        except BrokenProcessPool:
            self._executor = self._started()
            return self._executor.submit(function, *arguments)

    def call(self, name: str, arguments: dict[str, Any]) -> str:
        """Call ``module:function`` in a worker; return why it failed or an empty text."""
        return str(self._submitted(call, name, arguments).result())

    def close(self, at_once: bool) -> None:
        """End all processes, in the middle of their work if that is asked for."""
        if at_once:
            self._held.close()
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._held.close()
        self._lifeline.close()
        self._template.close()
        self._events.put(None)
        self._teller.join(5)
        self._events.close()


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """Set variables while the block lasts."""
    before = dict(os.environ)
    os.environ |= variables
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class Local:
    """Workers on this machine, started when there is something to do.

    Parameters
    ----------
    jobs
        How many.
    tell
        Hears of the cells that start.
    """

    def __init__(self, jobs: int, tell: Callable[[Event], None]) -> None:
        self._jobs, self._tell = jobs, tell
        self.pools: list[Pool] = []

    def _pool(self) -> Pool:
        if not self.pools:
            self.pools.append(Pool(self._jobs, self._tell))
        return self.pools[0]

    def places(self) -> int:
        """Return how many processes there are."""
        return self._jobs

    def submit(self, job: Job) -> Future[Result]:
        """Hand over a job."""
        return self._pool().submit(job)

    def call(self, name: str, arguments: dict[str, Any]) -> str:
        """Call ``module:function`` in a worker; return why it failed or an empty text."""
        return self._pool().call(name, arguments)


@contextmanager
def local_workers(jobs: int, tell: Callable[[Event], None]) -> Iterator[Workers]:
    """Yield workers on this machine; none of their processes outlives the block."""
    workers = Local(jobs, tell)
    finished = False
    try:
        yield workers
        finished = True
    finally:
        for pool in workers.pools:
            pool.close(at_once=not finished)


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

    def call(self, name: str, arguments: dict[str, Any]) -> str:
        """Call ``module:function`` in a worker; return why it failed or an empty text."""
        try:
            return str(self._executor.submit(call, name, arguments).result())
        except Exception as error:
            return f"the worker was lost: {_words(error)}"

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
def cluster_workers(address: str) -> Iterator[Workers]:
    """Yield the workers of a Dask cluster.

    Raises
    ------
    RunError
        If Dask is not installed, no scheduler answers, or its workers will not do.
    """
    try:
        from distributed import Client
    except ImportError:
        raise RunError(
            "--scheduler needs Dask: install the extra `cluster`, pip install -e '.[cluster]'"
        ) from None
    # What goes wrong is told as the outcome of the notebooks concerned.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client: Any = Client(  # type: ignore[no-untyped-call]
            address, timeout=10, set_as_default=False
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


def _words(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
