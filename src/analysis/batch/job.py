"""One notebook in a process of its own: run it, export it, answer with bytes.

What a worker receives and returns is plain data, so that the same function serves a thread of this
process and a machine of a cluster. A worker writes nothing into reports/; who asked puts the files
in place.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from analysis.facts.errors import AnalysisError
from analysis.settings.batches import Limits

Event = dict[str, Any]
Report = Callable[[Event], None]

WARM: Final = "warm"
STOCK: Final = "stock"
ENGINES: Final = (WARM, STOCK)


@dataclass(frozen=True)
class Job:
    """A notebook to run.

    Attributes
    ----------
    name
        Of the target.
    root
        The project folder.
    notebook
        The notebook's file.
    parameters
        For papermill.
    formats
        To export; None for a notebook that is no brief.
    engine
        ``warm`` or ``stock``.
    limits
        What it may use.
    scratch
        A folder that this job may create, use as its working directory and leave behind.
    known
        Digest of the executed notebook that is in reports/ already; where the new one is the same,
        nothing is exported.
    call
        Instead of a notebook: ``module:function`` to be called with `parameters`.
    """

    name: str
    root: str
    notebook: str
    parameters: dict[str, Any] = field(hash=False)
    formats: tuple[str, ...] | None
    engine: str
    limits: Limits
    scratch: str
    known: str = ""
    call: str = ""


@dataclass(frozen=True)
class Result:
    """What became of a job.

    Attributes
    ----------
    error
        Why it failed, on one line; empty where it did not.
    cell
        Number of the failed cell, from 1; 0 where none failed.
    files
        Path relative to the brief's folder -> contents; of a failed notebook, what there is of it.
    same
        Whether the notebook came out as it was known, so that `files` is empty.
    inputs, outputs
        Files of data/ read and written, relative to the project folder.
    seconds, peak_mb
        Time and largest resident memory of the process.
    """

    error: str = ""
    cell: int = 0
    files: dict[str, bytes] = field(default_factory=dict, hash=False)
    same: bool = False
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    seconds: float = 0.0
    peak_mb: float = 0.0


def perform(job: Job, report: Report) -> Result:
    """Do a job in this process, which is spent afterwards: its folder and its limits are the job's.

    Parameters
    ----------
    job
        What to do.
    report
        Called with ``{"cell": n, "of": m}`` when a cell starts.
    """
    start = time.perf_counter()
    scratch = Path(job.scratch) / job.name
    scratch.mkdir(parents=True, exist_ok=True)
    os.chdir(scratch)
    _limit_memory(job.limits)
    try:
        result = _called(job) if job.call else _notebook(job, scratch, report)
    except Exception as failure:
        # Whatever goes wrong in one notebook must not end a batch that runs unattended.
        result = Result(error=one_line(failure))
    os.chdir(job.root)
    shutil.rmtree(scratch, ignore_errors=True)
    return replace(result, seconds=time.perf_counter() - start, peak_mb=_peak_mb())


def _called(job: Job) -> Result:
    from importlib import import_module

    module, function = job.call.split(":")
    getattr(import_module(module), function)(**job.parameters)
    return Result()


def _notebook(job: Job, scratch: Path, report: Report) -> Result:
    from analysis.batch.execute import NotebookError, digest_of, execute
    from analysis.batch.reads import read_record

    executed = scratch / f"{job.name}.ipynb"
    reads = scratch / "reads"
    kept = f"{job.name}.failed.ipynb"
    try:
        notebook = execute(
            Path(job.notebook),
            executed,
            job.parameters,
            engine=job.engine,
            limits=job.limits,
            reads=reads,
            report=report,
        )
    except NotebookError as failure:
        files = {kept: executed.read_bytes()} if executed.is_file() else {}
        return Result(error=str(failure), cell=failure.cell, files=files)
    record = read_record(reads)
    done = Result(inputs=record.inputs, outputs=tuple(sorted(record.written)))
    if job.formats is None:
        return done
    if job.known and digest_of(notebook) == job.known:
        return replace(done, same=True)
    report({"cell": 0, "of": 0})
    from analysis.export.files import brief_files

    try:
        return replace(done, files=brief_files(job.name, notebook, job.formats))
    except Exception as failure:
        return Result(error=one_line(failure), files={kept: executed.read_bytes()})


def one_line(failure: BaseException) -> str:
    """Return an error's message as one line, its kind where it has none."""
    words = " ".join(str(failure).split())
    if isinstance(failure, AnalysisError):
        return words
    name = type(failure).__name__
    return f"{name}: {words}" if words else name


def _limit_memory(limits: Limits) -> None:
    """Let allocations beyond the limit fail, so that the cell that asks for them is named."""
    if sys.platform != "linux":
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    allowed = pages * os.sysconf("SC_PAGE_SIZE") + int(limits.memory_gb * 1e9)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))


def _peak_mb() -> float:
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    largest = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return largest / (1e6 if sys.platform == "darwin" else 1e3)
