"""Execute one notebook with papermill, free of what differs from run to run."""

from __future__ import annotations

import copy
import hashlib
import logging
import os
import warnings
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from analysis.batch.kernel import PrivateKernelManager
from analysis.errors import AnalysisError
from analysis.files import project_root


class NotebookError(AnalysisError):
    """A cell of a notebook failed."""


def notebook_path(name: str) -> Path:
    """Return the path of a project notebook.

    Raises
    ------
    AnalysisError
        If there is none of that name.
    """
    path = project_root() / "notebooks" / f"{name}.ipynb"
    if not path.is_file():
        raise AnalysisError(f"no notebook {path}")
    return path


def execute(notebook: Path, output: Path, parameters: dict[str, Any]) -> NotebookNode:
    """Execute a notebook and write the reproducible form of the result.

    Parameters
    ----------
    notebook
        The notebook to run.
    output
        Where the executed notebook goes, also when a cell fails.
    parameters
        Injected after the cell tagged ``parameters``.

    Returns
    -------
    nbformat.NotebookNode
        The executed notebook without times, durations, paths and random ids.

    Raises
    ------
    NotebookError
        If a cell fails: its number, the error's name and its message, on one line.
    """
    _quiet()
    try:
        executed = papermill.execute_notebook(
            str(notebook),
            str(output),
            parameters=parameters,
            progress_bar=False,
            log_output=False,
            kernel_name="python3",
            request_save_on_cell_execute=False,
            record_timing=False,
            kernel_manager_class=PrivateKernelManager,
        )
    except PapermillExecutionError as error:
        message = str(error.evalue).splitlines()[0] if str(error.evalue) else ""
        raise NotebookError(f"cell {error.cell_index + 1}: {error.ename}: {message}") from None
    reproducible = without_volatile(executed)
    nbformat.write(reproducible, output)  # type: ignore[no-untyped-call]
    return reproducible


def _quiet() -> None:
    """Keep papermill and the kernels from printing over the progress of a batch."""
    logging.getLogger("papermill").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", message="Passing unrecognized arguments")
    # One thread a worker: two workers with as many BLAS threads as cores would hinder each other.
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    os.environ["NIT_ROOT"] = str(project_root())


def without_volatile(notebook: NotebookNode) -> NotebookNode:
    """Return a copy without times, paths, process output and random ids."""
    clean = copy.deepcopy(notebook)
    clean.metadata.pop("papermill", None)
    clean.metadata.get("language_info", {}).pop("version", None)
    for place, cell in enumerate(clean.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", ()):
            text = f"{place}{cell.source}"
            cell["id"] = hashlib.sha256(text.encode()).hexdigest()[:8]
        if cell.cell_type == "code":
            # What libraries warn about depends on the machine; a brief never shows it.
            cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]
    return clean
