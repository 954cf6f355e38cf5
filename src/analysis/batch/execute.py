"""Execute one notebook with papermill, free of what differs from run to run."""

from __future__ import annotations

import copy
import hashlib
import logging
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from analysis.batch.kernel import PrivateKernelManager
from analysis.facts.errors import AnalysisError
from analysis.facts.files import project_root
from analysis.settings.batches import DEFAULT, Limits
from analysis.settings.notebooks import notebook_path

__all__ = ["NotebookError", "digest_of", "execute", "notebook_path", "without_volatile"]


class NotebookError(AnalysisError):
    """A cell of a notebook failed.

    Attributes
    ----------
    cell
        Its number, from 1.
    """

    def __init__(self, cell: int, message: str) -> None:
        super().__init__(message)
        self.cell = cell


def execute(
    notebook: Path,
    output: Path,
    parameters: dict[str, Any],
    *,
    engine: str = "stock",
    limits: Limits = DEFAULT,
    reads: Path | None = None,
    report: Callable[[dict[str, Any]], None] = lambda _: None,
) -> NotebookNode:
    """Execute a notebook and write the reproducible form of the result.

    Parameters
    ----------
    notebook
        The notebook to run.
    output
        Where the executed notebook goes, also when a cell fails.
    parameters
        Injected after the cell tagged ``parameters``.
    engine
        ``stock`` for a kernel of its own, ``warm`` for this process where it was forked for one
        notebook, else for a process that is (`analysis.batch.engine`).
    limits
        How much it may put out.
    reads
        File to which is appended what of data/ the notebook reads and writes.
    report
        Called with ``{"cell": n, "of": m}`` when a cell starts.

    Returns
    -------
    nbformat.NotebookNode
        The executed notebook without times, durations, paths and random ids.

    Raises
    ------
    NotebookError
        If a cell fails or the kernel dies in it: its number, the error's name and its message, on
        one line.
    """
    options = _engine_options(engine, reads, limits)
    started: list[int] = []

    def noted(event: dict[str, Any]) -> None:
        started.append(event["cell"])
        report(event)

    try:
        with _quiet(), _reported(noted):
            executed = papermill.execute_notebook(
                str(notebook),
                str(output),
                parameters=parameters,
                progress_bar=False,
                log_output=False,
                kernel_name="python3",
                request_save_on_cell_execute=False,
                autosave_cell_every=0,
                record_timing=False,
                **options,
            )
    except PapermillExecutionError as error:
        # A marker with a link and a heading of colour stands before the failed cell.
        failed = nbformat.read(output, 4)  # type: ignore[no-untyped-call]
        _write(without_volatile(failed), output)
        message = " ".join(str(error.evalue).split()) if str(error.evalue) else ""
        number = error.cell_index + 1
        words = f"{error.ename}: {message}" if message else error.ename
        raise NotebookError(number, f"cell {number}: {words}") from None
    except DeadKernelError as error:
        number = started[-1] if started else 0
        raise NotebookError(number, f"cell {number}: {type(error).__name__}: {error}") from None
    reproducible = without_volatile(executed)
    _refuse_much_output(reproducible, limits)
    _write(reproducible, output)
    return reproducible


def _engine_options(engine: str, reads: Path | None, limits: Limits) -> dict[str, Any]:
    if engine == "warm":
        return {"engine_name": "warm", "reads": reads, "output_mb": limits.output_mb}
    options: dict[str, Any] = {"kernel_manager_class": PrivateKernelManager}
    if reads is not None:
        # The kernel is another process: it records what it reads into the file.
        line = (
            "__import__('analysis.batch.reads', fromlist=['x']).record_reads("
            f"__import__('pathlib').Path({str(project_root())!r}),"
            f" __import__('pathlib').Path({str(reads)!r})) and None"
        )
        options["extra_arguments"] = [f"--IPKernelApp.exec_lines={line}"]
    return options


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep papermill and the kernels from printing over the progress of a batch."""
    logging.getLogger("papermill").setLevel(logging.ERROR)
    # One thread a worker: two workers with as many BLAS threads as cores would hinder each other.
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    os.environ["NIT_ROOT"] = str(project_root())
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Passing unrecognized arguments")
        yield


@contextmanager
def _reported(report: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """Tell of every cell that starts."""
    from papermill.engines import NotebookExecutionManager

    start = NotebookExecutionManager.cell_start

    def cell_start(manager: Any, cell: Any, cell_index: int | None = None, **more: Any) -> None:
        if cell.cell_type == "code" and cell_index is not None:
            report({"cell": cell_index + 1, "of": len(manager.nb.cells)})
        start(manager, cell, cell_index, **more)

    NotebookExecutionManager.cell_start = cell_start
    try:
        yield
    finally:
        NotebookExecutionManager.cell_start = start


def _refuse_much_output(notebook: NotebookNode, limits: Limits) -> None:
    """Fail a notebook of the stock engine that put out too much; the warm one stops it earlier."""
    spent = 0
    for number, cell in enumerate(notebook.cells, start=1):
        spent += sum(len(repr(output)) for output in cell.get("outputs", ()))
        if spent > 2 * limits.output_mb * 1e6:
            raise NotebookError(
                number,
                f"cell {number}: OutputLimitError: the notebook put out more than "
                f"{limits.output_mb:g} MB",
            )


def _write(notebook: NotebookNode, path: Path) -> None:
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]


def digest_of(notebook: NotebookNode) -> str:
    """Return the SHA-256 of an executed notebook as it is stored in reports/."""
    text = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return hashlib.sha256(f"{text}\n".encode()).hexdigest()


def without_volatile(notebook: NotebookNode) -> NotebookNode:
    """Return a copy without times, paths, process output and random ids."""
    clean = copy.deepcopy(notebook)
    clean.metadata.pop("papermill", None)
    clean.metadata.get("language_info", {}).pop("version", None)
    for place, cell in enumerate(clean.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if {"injected-parameters", "papermill-error-cell-tag"} & set(cell.metadata.get("tags", ())):
            text = f"{place}{cell.source}"
            cell["id"] = hashlib.sha256(text.encode()).hexdigest()[:8]
        if cell.cell_type == "code":
            # What libraries warn about depends on the machine; a brief never shows it.
            cell.outputs = merged([o for o in cell.outputs if o.get("name") != "stderr"])
    return clean


def merged(outputs: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Return outputs with adjacent pieces of one stream joined.

    Into how many pieces a kernel cuts what is printed depends on the time that it takes. nbclient's
    own ``coalesce_streams`` needs hours for a line of a megabyte (a regular expression of quadratic
    time) and moves output past displays.
    """
    joined: list[NotebookNode] = []
    for output in outputs:
        stream = output.get("name") if output.output_type == "stream" else None
        if stream and joined and joined[-1].get("name") == stream:
            joined[-1].text += output.text
        else:
            joined.append(copy.copy(output))
    return joined
