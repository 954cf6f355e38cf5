"""Execute one notebook with papermill, within limits, free of what differs from run to run."""

from __future__ import annotations

import atexit
import copy
import hashlib
import logging
import subprocess
import tempfile
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import nbformat
import papermill
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import raise_for_execution_errors

from analysis.batch.engine import NO_HISTORY
from analysis.batch.inside import FIRST_LINE, INTO, MEMORY
from analysis.batch.kernels import kernel_manager
from analysis.batch.processes import batch_environment
from analysis.facts.errors import AnalysisError
from analysis.settings.batches import DEFAULT, Limits
from analysis.settings.notebooks import ended_well, merged

STARTING: Final = 300
"""Seconds that a kernel may take to answer, on a machine however busy."""

_PAPERMILL: Final[dict[str, Any]] = {
    "engine_name": "watched",
    "kernel_name": "python3",
    "language": "python",
    "progress_bar": False,
    "request_save_on_cell_execute": False,
    "autosave_cell_every": 0,
}
"""How papermill runs a notebook: what it writes, it writes at the end."""

# Papermill and the kernels must not print over the progress of a batch.
logging.getLogger("papermill").setLevel(logging.ERROR)


class NotebookError(AnalysisError):
    """A cell of a notebook failed.

    Attributes
    ----------
    cell
        Its number, from 1; 0 where the kernel died before the first.
    """

    def __init__(self, cell: int, words: str) -> None:
        super().__init__(f"cell {cell}: {words}" if cell else words)
        self.cell = cell


class _Watch:
    """Watches a kernel at work and kills it where it goes beyond a limit."""

    def __init__(
        self, manager: AsyncKernelManager, limits: Limits, report: Callable[[dict[str, Any]], None]
    ) -> None:
        self.manager, self.limits, self.report = manager, limits, report
        self.notebook = NotebookNode()  # type: ignore[no-untyped-call]
        self.cell, self.spent, self.peak_mb = 0, 0, 0.0
        self.why = ""
        self.error: NotebookError | None = None
        late = f"took longer than {limits.seconds:g} s"
        self.timer = threading.Timer(limits.seconds, self.stop, [late])
        self.timer.daemon = True

    @property
    def process(self) -> Any:
        """The kernel's process, like `subprocess.Popen`, or None."""
        provisioner: Any = self.manager.provisioner
        return provisioner and provisioner.process

    def stop(self, why: str) -> None:
        """Kill the kernel."""
        self.why = self.why or why
        with suppress(OSError, AttributeError):
            self.process.kill()

    def cell_starts(self, *, cell_index: int, **_unused: Any) -> None:
        """Report a cell; from the first on the time is limited."""
        if not self.cell:
            # How long a kernel takes to start is no fault of the notebook.
            self.timer.start()
        self.cell = cell_index + 1
        self.report({"cell": self.cell, "of": len(self.notebook.cells)})

    def cell_ended(self, **_unused: Any) -> None:
        """Note the kernel's largest resident memory."""
        with suppress(OSError, AttributeError, IndexError):
            status = Path(f"/proc/{self.process.pid}/status").read_text()
            self.peak_mb = int(status.split("VmHWM:")[1].split()[0]) / 1e3

    def takes(self, message: dict[str, Any]) -> bool:
        """Count a message of the kernel; tell whether its output is still within the limit."""
        content, most = message["content"], self.limits.output_mb
        if message["msg_type"] != "error":
            pieces = [content.get("text", ""), *content.get("data", {}).values()]
            self.spent += sum(len(p) if isinstance(p, str) else len(repr(p)) for p in pieces)
        if self.spent > most * 1e6:
            self.stop(f"OutputLimitError: the notebook put out more than {most:g} MB")
        return not self.why

    def how_it_ended(self) -> str:
        """Return why the kernel is dead."""
        status = self.process.wait(10)
        if self.why:
            return self.why
        if status is None or getattr(self.process, "lost", False):
            return "the worker process died"
        if status < 0:
            return f"the process was killed by signal {-status}"
        return f"the notebook ended its process with status {status}"


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """Papermill's client, whose messages are counted."""

    watch: _Watch

    def process_message(self, msg: dict[str, Any], *more: Any, **options: Any) -> Any:
        """Take a message of the kernel."""
        return super().process_message(msg, *more, **options) if self.watch.takes(msg) else None


class _Engine(NBClientEngine):  # type: ignore[misc]
    """Papermill's engine, with a kernel that is watched."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, watch: _Watch, start: dict[str, Any], **_unused: Any
    ) -> None:
        """Execute the notebook; see `papermill.engines.NBClientEngine`."""
        watch.notebook = nb_man.nb
        client = _Client(
            nb_man,
            km=watch.manager,
            kernel_name=kernel_name,
            on_cell_start=watch.cell_starts,
            on_cell_executed=watch.cell_ended,
            # On a machine that is busy the last word of a kernel may take its time.
            iopub_timeout=60,
            startup_timeout=STARTING,
            record_timing=False,
            extra_arguments=[f"--IPKernelApp.exec_lines={FIRST_LINE}", *NO_HISTORY],
        )
        client.watch = watch
        try:
            client.execute(**start, stderr=subprocess.DEVNULL, cleanup_kc=True)
        finally:
            watch.timer.cancel()
            # Where no kernel answered, nbclient would try again to end it when Python ends, and
            # the garbage collector would wait for ever for its sockets to be closed.
            atexit.unregister(client._cleanup_kernel)
            if client.kc is not None:
                if client.kc.channels_running:
                    client.kc.stop_channels()
                client.kc.context.destroy(linger=0)
            watch.manager.context.destroy(linger=0)
            # nbclient makes a loop for this thread and leaves it open.
            ensure_event_loop().close()

    @classmethod
    def execute_notebook(cls, *about: Any, **options: Any) -> NotebookNode:
        """Return the executed notebook; note the error that it ended with, and mark its place."""
        executed = super().execute_notebook(*about, **options)
        if error := _error_in(executed):
            options["watch"].error = error
            raise_for_execution_errors(executed, None)
        # A copy: papermill marks, and fails for, errors that the tag of their cell allows.
        return copy.deepcopy(executed)  # type: ignore[no-any-return]


papermill_engines.register("watched", _Engine)


def execute(
    notebook: Path,
    output: Path,
    parameters: dict[str, Any],
    *,
    engine: str = "stock",
    folder: Path | None = None,
    limits: Limits = DEFAULT,
    reads: Path | None = None,
    report: Callable[[dict[str, Any]], None] = lambda _: None,
    measured: Callable[[float], None] = lambda _: None,
) -> NotebookNode:
    """Execute a notebook; write and return it without times, durations, paths and random ids.

    Parameters
    ----------
    notebook, output
        The notebook to run, and where the executed one goes, also when a cell fails.
    parameters
        Injected after the cell tagged ``parameters``.
    engine
        ``stock`` for an ordinary kernel, ``warm`` for one whose imports are done.
    folder
        That it works in; that of `output` if none is given.
    limits
        What it may use.
    reads
        File to which is appended what of data/ the notebook reads and writes.
    report, measured
        Called with ``{"cell": n, "of": m}`` when a cell starts, and at the end with the largest
        resident memory of the kernel, in megabytes.

    Raises
    ------
    NotebookError
        If a cell fails or the kernel dies in it; told on one line.
    """
    environment = {**batch_environment(), MEMORY: str(int(limits.memory_gb * 1e9))}
    environment |= {INTO: str(reads)} if reads else {}
    start = {"env": environment, "cwd": str(folder or output.parent)}
    beside = reads and reads.parent
    with (
        tempfile.TemporaryDirectory(dir=beside, ignore_cleanup_errors=True) as connection,
        kernel_manager(engine == "warm", Path(connection)) as manager,
    ):
        watch = _Watch(manager, limits, report)
        try:
            papermill.execute_notebook(
                _loaded(notebook),
                None,  # in a path it would take braces for names of parameters
                parameters=parameters,
                watch=watch,
                start=start,
                **_PAPERMILL,
            )
        except PapermillExecutionError:
            pass  # `watch.error` says whether that is one
        except (DeadKernelError, RuntimeError):
            if watch.process is None or watch.process.poll() is None:
                raise
            watch.error = _dead(watch)
    if watch.error and not watch.error.cell:
        raise watch.error  # before its first cell: there is nothing to keep
    executed = without_volatile(watch.notebook)
    nbformat.write(executed, output)  # type: ignore[no-untyped-call]
    if watch.error:
        raise watch.error
    measured(watch.peak_mb)
    return executed


def _error_in(notebook: NotebookNode) -> NotebookError | None:
    """Return the error that a notebook ended with, which papermill marks.

    As for papermill, ``sys.exit(0)`` ends a notebook and is no error; as for Jupyter, an error that
    the tag ``raises-exception`` of its cell allows is none.
    """
    for number, cell in enumerate(notebook.cells, start=1):
        if "raises-exception" in cell.metadata.get("tags", ()):
            continue
        errors = [o for o in cell.get("outputs", ()) if o.output_type == "error"]
        for output in errors:
            if not ended_well(output):
                words = " ".join(str(output.evalue or "").split())
                return NotebookError(number, f"{output.ename}: {words}" if words else output.ename)
        if not errors and cell.get("metadata", {}).get("papermill", {}).get("exception"):
            return NotebookError(number, "CellExecutionError")
    return None


def _dead(watch: _Watch) -> NotebookError:
    """Return why a kernel is dead, and put it into the cell that was running."""
    why = watch.how_it_ended()
    if watch.cell:
        name = why.split(":")[0] if ":" in why else "Stopped"
        output = NotebookNode(  # type: ignore[no-untyped-call]
            output_type="error", ename=name, evalue=why, traceback=[why]
        )
        watch.notebook.cells[watch.cell - 1].outputs.append(output)
    return NotebookError(watch.cell, why)


def _loaded(path: Path) -> NotebookNode:
    """Return a notebook of any format since 4.0 in the newest, its ids always the same."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of ids that are missing
        try:
            notebook: NotebookNode = nbformat.read(path, 4)  # type: ignore[no-untyped-call]
        except Exception as error:
            raise AnalysisError(f"{path} is no notebook: {' '.join(str(error).split())}") from None
    for place, cell in enumerate(notebook.cells):
        if notebook.nbformat_minor < 5 or "id" not in cell:
            cell["id"] = _fixed_id(place, cell)
    notebook.nbformat_minor = max(notebook.nbformat_minor, 5)
    return notebook


def without_volatile(notebook: NotebookNode) -> NotebookNode:
    """Return a copy without times, paths, process output and random ids."""
    clean = _without_marks(notebook)
    if "language_info" in clean.metadata:
        clean.metadata["language_info"] = copy.copy(clean.metadata["language_info"])
        clean.metadata["language_info"].pop("version", None)
    clean.cells = []
    for place, cell in enumerate(map(_without_marks, notebook.cells)):
        if {"injected-parameters", "papermill-error-cell-tag"} & set(cell.metadata.get("tags", ())):
            cell["id"] = _fixed_id(place, cell)
        if cell.cell_type == "code":
            # What libraries warn about depends on the machine; a brief never shows it.
            cell.outputs = merged([o for o in cell.outputs if o.get("name") != "stderr"])
        clean.cells.append(cell)
    return clean


def _fixed_id(place: int, cell: NotebookNode) -> str:
    return hashlib.sha256(f"{place}{cell.source}".encode()).hexdigest()[:8]


def _without_marks(node: NotebookNode) -> NotebookNode:
    """Return a copy of a notebook or cell without what papermill and nbclient note in it."""
    clean = copy.copy(node)
    clean.metadata = copy.copy(node.metadata)
    for name in ("papermill", "execution"):
        clean.metadata.pop(name, None)
    return clean
