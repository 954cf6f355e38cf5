"""Make a plan's targets with several workers; one that fails takes no other along."""

from __future__ import annotations

import multiprocessing
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from analysis.batch.execute import execute, notebook_path
from analysis.batch.plan import RESULT_NOTEBOOKS, Target
from analysis.datapackage import write_datapackage
from analysis.errors import AnalysisError
from analysis.files import processed_folder, project_root


@dataclass(frozen=True)
class Outcome:
    """What became of one target.

    Attributes
    ----------
    name, title
        As in `Target`.
    error
        Why it failed, on one line; empty where it was made.
    seconds
        How long it took.
    """

    name: str
    title: str
    error: str
    seconds: float


Report = Callable[[Outcome], None]


def build_results(report: Report) -> list[Outcome]:
    """Run the notebooks that build data/processed: the first, then the others side by side.

    Returns
    -------
    list of Outcome
        One a notebook run; only the first where that fails, since the others read its tables.
    """
    first, *others = RESULT_NOTEBOOKS
    with tempfile.TemporaryDirectory(prefix="nit-") as scratch:

        def build(name: str) -> Outcome:
            outcome = _build_result(name, Path(scratch))
            report(outcome)
            return outcome

        outcomes = [build(first)]
        if not outcomes[0].error:
            # Threads will do: the work is done by the kernels, which are processes of their own.
            with ThreadPoolExecutor(len(others)) as pool:
                outcomes += pool.map(build, others)
            # Each notebook described the tables as it left them; now all of them are there.
            write_datapackage(processed_folder())
    return outcomes


def _build_result(name: str, scratch: Path) -> Outcome:
    start = time.perf_counter()
    error = ""
    try:
        execute(notebook_path(name), scratch / f"{name}.ipynb", {})
    except AnalysisError as failure:
        error = str(failure)
    return Outcome(name, name, error, time.perf_counter() - start)


def make_briefs(targets: Sequence[Target], jobs: int, report: Report) -> list[Outcome]:
    """Make every target and report each as it ends.

    Parameters
    ----------
    targets
        What to make.
    jobs
        Number of worker processes.
    report
        Called with each outcome in the order in which they end.

    Returns
    -------
    list of Outcome
        In the order of `targets`.
    """
    reports = project_root() / "reports"
    reports.mkdir(exist_ok=True)
    _remove_leftovers(reports)
    # Spawned workers hold no state of this process and import the exporters once.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(targets)) or 1, mp_context=context) as pool:
        futures = {pool.submit(make_brief, target, reports): target for target in targets}
        done = {outcome.name: outcome for outcome in _collected(futures, report)}
    return [done[target.name] for target in targets]


def _collected(futures: dict[Future[Outcome], Target], report: Report) -> Iterable[Outcome]:
    for future in as_completed(futures):
        target = futures[future]
        try:
            outcome = future.result()
        except BrokenProcessPool:
            error = "the worker process died (out of memory, or killed)"
            outcome = Outcome(target.name, target.title, error, 0.0)
        report(outcome)
        yield outcome


def make_brief(target: Target, reports: Path) -> Outcome:
    """Execute one target's notebook, export it, and put all its files in place together.

    Everything is made in a folder beside the final one; a failure leaves the last good brief as
    it was and keeps the failed notebook as ``<name>.failed.ipynb``.
    """
    # Imported here so that only workers pay for the exporters.
    from analysis.export.files import brief_files

    start = time.perf_counter()
    scratch = Path(tempfile.mkdtemp(prefix=LEFTOVER, dir=reports))
    executed = scratch / f"{target.name}.ipynb"
    folder = reports / target.name
    failed = folder / f"{target.name}.failed.ipynb"
    error = ""
    try:
        notebook = execute(notebook_path(target.notebook), executed, target.parameters)
        for made, contents in brief_files(target.name, notebook, target.formats).items():
            (scratch / made).write_bytes(contents)
        folder.mkdir(exist_ok=True)
        for path in sorted(scratch.iterdir()):
            path.replace(folder / path.name)
        failed.unlink(missing_ok=True)
    except Exception as failure:
        # Whatever goes wrong in one notebook must not end a batch that runs unattended.
        error = str(failure).splitlines()[0] if str(failure) else type(failure).__name__
        if executed.exists():
            folder.mkdir(exist_ok=True)
            executed.replace(failed)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return Outcome(target.name, target.title, error, time.perf_counter() - start)


LEFTOVER = ".making-"


def _remove_leftovers(reports: Path) -> None:
    """Delete the scratch folders of a run that was killed."""
    for folder in reports.glob(f"{LEFTOVER}*"):
        shutil.rmtree(folder, ignore_errors=True)
