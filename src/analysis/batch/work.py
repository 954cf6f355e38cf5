"""What a worker does: have one notebook run, have it exported, answer with bytes.

The same function serves a thread of this machine's runner and a worker of a Dask cluster; cells and
export run in processes of their own. A worker writes nothing into reports/; who asked puts the
files in place. The runner imports this module too and so papermill only when a job is done.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from analysis.batch.job import Event, Job, Result
from analysis.batch.manifest import input_digest, python_version
from analysis.batch.reads import read_record
from analysis.batch.reasons import code_text
from analysis.batch.task import call, one_line
from analysis.batch.template import without_iri_grammar
from analysis.facts.code_files import Code, combined, package_digest
from analysis.settings.notebooks import read_notebook

EXPORT = "analysis.batch.task:export"


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
            result = _notebook(job, Path(scratch), report)
    except Exception as failure:
        # Whatever goes wrong in one notebook must not end a batch that runs unattended.
        result = Result(error=one_line(failure))
    return replace(result, seconds=time.perf_counter() - start)


def _notebook(job: Job, scratch: Path, report: Callable[[Event], None]) -> Result:
    with without_iri_grammar():
        from analysis.batch.execute import NotebookError, digest_of, execute

    # The folder that the notebook works in holds nothing else; one of the user's own works at home.
    work = scratch / "work"
    work.mkdir()
    source, root = Path(job.notebook), Path(job.root)
    own = source.parent != root / "notebooks"
    executed, reads = work / f"{job.name}.ipynb", scratch / "reads"
    peaks: list[float] = []
    try:
        notebook = execute(
            source,
            executed,
            job.parameters,
            engine=job.engine,
            folder=source.parent if own else work,
            limits=job.limits,
            reads=reads,
            report=report,
            measured=peaks.append,
        )
    except NotebookError as failure:
        return _failed(job, executed, str(failure), failure.cell)
    record = read_record(reads)
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
    if not job.formats:
        return replace(done, files={executed.name: executed.read_bytes()})
    report({"cell": 0, "of": 0})
    return _exported(job, executed, scratch, done)


def _exported(job: Job, executed: Path, scratch: Path, done: Result) -> Result:
    folder = scratch / "files"
    arguments = {
        "name": job.name,
        "notebook": str(executed),
        "formats": job.formats,
        "folder": str(folder),
    }
    if error := call(EXPORT, arguments, scratch, job.limits.seconds):
        return _failed(job, executed, error)
    made = (path for path in folder.rglob("*") if path.is_file())
    return replace(
        done, files={path.relative_to(folder).as_posix(): path.read_bytes() for path in made}
    )


def _failed(job: Job, executed: Path, error: str, cell: int = 0) -> Result:
    """Return a failure with the notebook as far as there is one."""
    kept = {f"{job.name}.failed.ipynb": executed.read_bytes()} if executed.is_file() else {}
    return Result(error=error, cell=cell, files=kept)


def code_digest(notebook: str, exported: bool) -> str:
    """Return the digest of the package's files behind a notebook."""
    return combined(Code().files(code_text(read_notebook(notebook), exported)))


def about_worker(root: str) -> dict[str, str]:
    """Return what a worker of a cluster must have in common with the runner."""
    return {
        "version of Python": python_version(),
        "code of the project": package_digest(),
        "version of Dask": version("distributed"),
        "project folder": root if (Path(root) / "data" / "raw").is_dir() else "",
    }
