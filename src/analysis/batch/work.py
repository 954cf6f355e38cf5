"""What a worker does: have one notebook run, have it exported, answer with bytes.

The same function serves a thread of this machine's runner and a worker of a Dask cluster. A worker
writes nothing into reports/; who asked puts the files in place. Cells run in processes of their
own, and so do exports and other tasks: ``python -m analysis.batch.work`` is what
`analysis.batch.processes.Helper` starts. So the process that decides what is made imports neither
pandas nor the exporters, and papermill only when a job is done.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from analysis.batch.inside import read_record
from analysis.batch.manifest import file_digest, input_digest, python_version
from analysis.batch.plan import Target
from analysis.batch.processes import AVAILABLE, batch_environment, call, template
from analysis.batch.reasons import EXPLORE, code_behind
from analysis.batch.template import changed, source_times, without_iri_grammar
from analysis.facts.errors import AnalysisError, RunError
from analysis.facts.errors import one_line as harmless
from analysis.facts.files import ROOT, combined, processed_folder, project_root, write_text
from analysis.settings.notebooks import read_notebook

EXPORT: Final = "analysis.batch.work:export"

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
    notebook, code, python
        Digests of the notebook and of the package's files behind it, and version of Python, of the
        worker.
    seconds, peak_mb
        Time, and largest resident memory of the kernel.
    """

    error: str = ""
    cell: int = 0
    files: dict[str, bytes] = field(default_factory=dict, hash=False)
    same: bool = False
    inputs: dict[str, str] = field(default_factory=dict, hash=False)
    outputs: dict[str, str] = field(default_factory=dict, hash=False)
    notebook: str = ""
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
    start, before = time.perf_counter(), ROOT.set(job.root)

    def told(event: Event) -> None:
        # On a cluster nobody else tells that the run was ended.
        if not Path(job.scratch).is_dir():
            raise RunError("interrupted")
        report(event)

    try:
        # Another worker that began with this job and was lost has left a folder of its own.
        with tempfile.TemporaryDirectory(dir=job.scratch, ignore_cleanup_errors=True) as scratch:
            result = _made(job, Path(scratch), told)
    except Exception as failure:
        # Whatever goes wrong in one notebook must not end a batch that runs unattended.
        result = Result(error=one_line(failure))
    finally:
        ROOT.reset(before)
    return replace(result, seconds=time.perf_counter() - start)


def _made(job: Job, scratch: Path, report: Callable[[Event], None]) -> Result:
    if AVAILABLE:
        template(batch_environment())  # imports what a notebook needs while this imports papermill
    with without_iri_grammar():
        from analysis.batch.execute import NotebookError, execute

    # The folder that the notebook works in holds nothing else; one of the user's own works at home.
    work, files, reads = scratch / "work", scratch / "files", scratch / "reads"
    for folder in (work, files):
        folder.mkdir()
    target, root, peaks = job.target, Path(job.root), list[float]()
    source, executed = read_notebook(target.notebook), work / f"{target.name}.ipynb"
    error, cell, same = "", 0, False
    try:
        execute(
            source.path,
            executed,
            target.parameters,
            engine=job.engine,
            folder=work if source.path.parent == root / "notebooks" else source.path.parent,
            limits=target.limits,
            reads=reads,
            report=report,
            measured=peaks.append,
        )
        same = bool(job.known) and file_digest(executed) == job.known
    except NotebookError as failure:
        error, cell = str(failure), failure.cell
    if job.formats and not error and not same:
        report({"cell": 0, "of": 0})
        arguments = {"notebook": str(executed), "formats": job.formats, "folder": str(files)}
        arguments |= {"name": target.name, "home": str(source.path.parent)}
        error = call(EXPORT, arguments, job.scratch, target.limits.seconds)
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
        notebook=source.digest,
        code=combined(code_behind(target.notebook, job.formats is not None)),
        python=python_version(),
        peak_mb=peaks[0],
    )


def export(name: str, notebook: str, formats: Sequence[str], folder: str, home: str) -> None:
    """Write the files of a brief into a folder, from its executed notebook whose own is `home`."""
    import nbformat

    from analysis.export.files import brief_files

    executed = nbformat.read(notebook, 4)  # type: ignore[no-untyped-call]
    for file, content in brief_files(name, executed, formats, Path(home)).items():
        path = Path(folder) / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def describe_data() -> None:
    """Write the description of the tables in data/processed."""
    from analysis.tables.datapackage import write_datapackage

    write_datapackage(processed_folder())


def write_index(manifest: dict[str, Any], anew: bool = False) -> None:
    """Write the front door of reports/, every brief that exists or was tried, and the page beside.

    `manifest` is what `analysis.batch.manifest.write_manifest` returns. The page to explore costs
    two seconds: it stays where it would come out the same, unless it is to be made `anew`.
    """
    from analysis.export.explore import explore_page
    from analysis.export.index import card_of, index_page
    from analysis.tables.stored import read_processed, score_series

    series = score_series(read_processed("country_editions"))
    folder = project_root() / "reports"
    # What a user has deleted is not made again by itself, and no link leads there.
    briefs = {
        name: entry
        for name, entry in manifest["briefs"].items()
        if not (entry.get("files") or entry.get("kept")) or (folder / name).is_dir()
    }
    write_text(folder / "index.html", index_page({**manifest, "briefs": briefs}, series))
    explore, before = folder / EXPLORE, ""
    if explore.is_file() and not anew:
        before = explore.read_text(encoding="utf-8", errors="replace")
    page = explore_page(read_processed("panel"), series, before, card_of(briefs))
    if page != before:
        write_text(explore, page)


def one_line(failure: BaseException) -> str:
    """Return an error's message as one harmless line, its kind where it has none."""
    words = harmless(" ".join(str(failure).split()))
    if isinstance(failure, AnalysisError):
        return words
    name = type(failure).__name__
    return f"{name}: {words}" if words else name


def main() -> None:
    """Do the tasks of `analysis.batch.processes.Helper` until there are no more."""
    tasks, answers = (os.fdopen(os.dup(number), mode) for number, mode in ((0, "rb"), (1, "wb")))
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):  # what a library prints is no answer
        os.dup2(null, number)
    if hasattr(signal, "setitimer"):
        # A worker of a cluster does not hear that a run has ended: its folder is gone then.
        signal.signal(signal.SIGALRM, lambda *_: Path.cwd())
        signal.setitimer(signal.ITIMER_REAL, 10, 10)
    sources = source_times()
    for line in tasks:
        # What this process has imported is not what is there now: another one does it.
        error = None if changed(sources) else _done(*json.loads(line))
        answers.write(json.dumps(error).encode() + b"\n")
        answers.flush()


def _done(task: str, arguments: dict[str, Any]) -> str:
    """Call ``module:function``; return why it failed or an empty text."""
    module, name = task.split(":")
    try:
        getattr(import_module(module), name)(**arguments)
    except Exception as failure:
        return one_line(failure)
    return ""


if __name__ == "__main__":
    main()
