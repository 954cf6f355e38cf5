"""What a worker does: run one notebook, export it, answer with bytes.

The same function serves a process of this machine's pool and a worker of a Dask cluster. A worker
writes nothing into reports/; who asked puts the files in place. The runner imports this module too
and so neither papermill nor the exporters until a job is done.
"""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from analysis.batch.forked import SHARED
from analysis.batch.job import Event, Job, Result
from analysis.batch.manifest import input_digest, python_version
from analysis.batch.reads import read_record
from analysis.batch.reasons import code_text
from analysis.facts.code_files import Code, combined
from analysis.facts.errors import AnalysisError
from analysis.settings.notebooks import read_notebook

_reports: list[Callable[[Event], None]] = []


def prepare(root: str, template: str, lifeline: Connection, events: Any) -> None:
    """Make a process of the pool ready for jobs.

    Parameters
    ----------
    root
        The project folder.
    template
        Address of the template that the pool shares.
    lifeline
        Of the runner: at its end, however it comes, this process ends at once.
    events
        Queue for the cells that start.
    """
    # A Ctrl-C on the terminal is for the runner.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ |= {"NIT_ROOT": root, SHARED: template}
    _reports.append(events.put)

    def watch() -> None:
        lifeline.poll(None)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def perform(job: Job) -> Result:
    """Do a job; whatever goes wrong in it is told in the result."""
    start = time.perf_counter()
    os.environ["NIT_ROOT"] = job.root
    scratch = Path(job.scratch) / job.name
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        result = _notebook(job, scratch)
    except Exception as failure:
        # Whatever goes wrong in one notebook must not end a batch that runs unattended.
        result = Result(error=one_line(failure))
    shutil.rmtree(scratch, ignore_errors=True)
    return replace(result, seconds=time.perf_counter() - start)


def call(name: str, arguments: dict[str, Any]) -> str:
    """Call ``module:function`` and return why it failed, on one line, or an empty text."""
    module, function = name.split(":")
    try:
        getattr(import_module(module), function)(**arguments)
    except Exception as failure:
        return one_line(failure)
    return ""


def _notebook(job: Job, scratch: Path) -> Result:
    from analysis.batch.execute import NotebookError, digest_of, execute
    from analysis.export.files import brief_files

    def report(event: Event) -> None:
        for put in _reports:
            put({"event": "cell", "name": job.name, "title": job.title, **event})

    executed, reads = scratch / f"{job.name}.ipynb", scratch.with_suffix(".reads")
    kept = f"{job.name}.failed.ipynb"
    peaks: list[float] = []
    try:
        notebook = execute(
            Path(job.notebook),
            executed,
            job.parameters,
            engine=job.engine,
            limits=job.limits,
            reads=reads,
            report=report,
            measured=peaks.append,
        )
    except NotebookError as failure:
        files = {kept: executed.read_bytes()} if executed.is_file() else {}
        return Result(error=str(failure), cell=failure.cell, files=files)
    record = read_record(reads)
    root = Path(job.root)
    done = Result(
        inputs={name: input_digest(root, name) for name in record.inputs},
        outputs={n: input_digest(root, n) for n in sorted(record.written) if n.endswith(".csv")},
        code=code_digest(job.notebook, job.formats is not None),
        python=python_version(),
        peak_mb=peaks[0],
    )
    if job.formats is None:
        return done
    if job.known and digest_of(notebook) == job.known:
        return replace(done, same=True)
    report({"cell": 0, "of": 0})
    try:
        return replace(done, files=brief_files(job.name, notebook, job.formats))
    except Exception as failure:
        return Result(error=one_line(failure), files={kept: executed.read_bytes()})


@cache
def code_digest(notebook: str, exported: bool) -> str:
    """Return the digest of the package's files behind a notebook as they were at first asking."""
    return combined(Code().files(code_text(read_notebook(notebook), exported)))


def one_line(failure: BaseException) -> str:
    """Return an error's message as one line, its kind where it has none."""
    words = " ".join(str(failure).split())
    if isinstance(failure, AnalysisError):
        return words
    name = type(failure).__name__
    return f"{name}: {words}" if words else name


def about_worker(root: str) -> dict[str, str]:
    """Return what a worker of a cluster must have in common with the runner."""
    from analysis.facts.code_files import package_digest

    return {
        "version of Python": python_version(),
        "code of the project": package_digest(),
        "project folder": root if (Path(root) / "data" / "raw").is_dir() else "",
    }
