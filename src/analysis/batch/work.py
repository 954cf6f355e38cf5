"""What a worker does: have one notebook run, have it exported, answer with bytes.

The same function serves a thread of this machine's runner and a worker of a Dask cluster; cells and
export run in processes of their own. A worker writes nothing into reports/; who asked puts the
files in place. The runner imports this module too and so papermill only when a job is done.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from analysis.batch.inside import read_record
from analysis.batch.manifest import input_digest, python_version
from analysis.batch.plan import Target
from analysis.batch.processes import AVAILABLE, batch_environment, call, template
from analysis.batch.reasons import code_behind
from analysis.batch.tasks import one_line
from analysis.batch.template import without_iri_grammar
from analysis.facts.code_files import combined
from analysis.settings.notebooks import notebook_path

EXPORT: Final = "analysis.batch.tasks:export"

Event = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """A notebook to run: plain data that any worker can be sent.

    Attributes
    ----------
    target
        What it makes.
    root
        The project folder.
    formats
        To export; None for a notebook that is no brief.
    engine
        ``warm`` or ``stock``.
    scratch
        A folder in which this job may create one of its own.
    known
        Digest of the executed notebook that is in reports/ already; where the new one is the same,
        nothing is exported.
    """

    target: Target
    root: str
    formats: tuple[str, ...] | None
    engine: str
    scratch: str
    known: str = ""


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
        Files of data/ read and tables written, relative to the project folder -> digest, as the
        worker has them.
    code, python
        Digest of the package's files behind the notebook, and version of Python, of the worker.
    seconds, peak_mb
        Time, and largest resident memory of the kernel.
    """

    error: str = ""
    cell: int = 0
    files: dict[str, bytes] = field(default_factory=dict, hash=False)
    same: bool = False
    inputs: dict[str, str] = field(default_factory=dict, hash=False)
    outputs: dict[str, str] = field(default_factory=dict, hash=False)
    code: str = ""
    python: str = ""
    seconds: float = 0.0
    peak_mb: float = 0.0


def perform(job: Job, report: Callable[[Event], None] = lambda _: None) -> Result:
    """Do a job; whatever goes wrong in it is told in the result.

    Parameters
    ----------
    job
        What to do.
    report
        Called with ``{"cell": n, "of": m}`` when a cell starts; with cell 0 before the export.
    """
    start = time.perf_counter()
    os.environ["NIT_ROOT"] = job.root
    try:
        # Another worker that began with this job and was lost has left a folder of its own.
        with tempfile.TemporaryDirectory(dir=job.scratch, ignore_cleanup_errors=True) as scratch:
            result = _made(job, Path(scratch), report)
    except Exception as failure:
        # Whatever goes wrong in one notebook must not end a batch that runs unattended.
        result = Result(error=one_line(failure))
    return replace(result, seconds=time.perf_counter() - start)


def _made(job: Job, scratch: Path, report: Callable[[Event], None]) -> Result:
    if AVAILABLE:
        template(batch_environment())  # imports what a notebook needs while this imports papermill
    with without_iri_grammar():
        from analysis.batch.execute import NotebookError, digest_of, execute

    # The folder that the notebook works in holds nothing else; one of the user's own works at home.
    work, files, reads = scratch / "work", scratch / "files", scratch / "reads"
    for folder in (work, files):
        folder.mkdir()
    target, root, peaks = job.target, Path(job.root), list[float]()
    source, executed = notebook_path(target.notebook), work / f"{target.name}.ipynb"
    error, cell, same = "", 0, False
    try:
        notebook = execute(
            source,
            executed,
            target.parameters,
            engine=job.engine,
            folder=work if source.parent == root / "notebooks" else source.parent,
            limits=target.limits,
            reads=reads,
            report=report,
            measured=peaks.append,
        )
        same = bool(job.known) and digest_of(notebook) == job.known
    except NotebookError as failure:
        error, cell = str(failure), failure.cell
    if job.formats and not error and not same:
        report({"cell": 0, "of": 0})
        arguments = {"notebook": str(executed), "formats": job.formats, "folder": str(files)}
        error = call(EXPORT, {"name": target.name, **arguments}, scratch, target.limits.seconds)
    if error:
        kept = {f"{target.name}.failed.ipynb": executed.read_bytes()} if executed.is_file() else {}
        return Result(error=error, cell=cell, files=kept)
    if job.formats == () and not same:
        shutil.copy(executed, files)
    made = (path for path in files.rglob("*") if path.is_file())
    inputs, written = read_record(reads)
    return Result(
        files={path.relative_to(files).as_posix(): path.read_bytes() for path in made},
        same=same,
        inputs={name: input_digest(root, name) for name in inputs},
        outputs={name: input_digest(root, name) for name in written if name.endswith(".csv")},
        code=combined(code_behind(target.notebook, job.formats is not None)),
        python=python_version(),
        peak_mb=peaks[0],
    )
