"""Do one job with a process of its own, watch it, and tell how it ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from analysis.batch import template, wire
from analysis.batch.job import STOCK, Event, Job, Report, Result
from analysis.batch.warm import FIXED, Template, template_alone, template_of
from analysis.facts.errors import AnalysisError, RunError


def ignore(_event: Event) -> None:
    """Report nothing."""


def do(job: Job, report: Report = ignore) -> Result:
    """Do a job in a process of its own and return what became of it, whatever happens to it.

    Parameters
    ----------
    job
        The notebook to run.
    report
        Called with the number of each cell that starts.
    """
    try:
        if not template.AVAILABLE:
            with _started(replace(job, engine=STOCK)) as channel:
                return _followed(job, channel, report, lambda: channel.status())
        return _forked(job, report)
    except (AnalysisError, OSError) as failure:
        return Result(error=" ".join(str(failure).split()))


def _forked(job: Job, report: Report) -> Result:
    owner = template_of(job.root)
    try:
        result = _worked(owner, job, report)
    except RunError as failure:
        result = Result(error=str(failure))
    if owner.alive or not result.error:
        return result
    # The template died, by this notebook's doing or by another's: once more, apart from the others.
    with template_alone(job.root) as own:
        return _worked(own, job, report)


def _worked(owner: Template, job: Job, report: Report) -> Result:
    with owner.worker() as worker:
        # A worker that is gone before it reads is told by the end of the channel, like any other.
        with suppress(ConnectionError):
            wire.send(worker.channel, wire.REQUEST, job)
        return _followed(job, worker.channel, report, lambda: worker.status(5))


def _followed(job: Job, channel: Any, report: Report, status: Any) -> Result:
    """Return the result that arrives, or say why none did."""
    start, last = time.monotonic(), {"cell": 0, "of": 0}
    try:
        while True:
            left = start + job.limits.seconds - time.monotonic()
            channel.settimeout(max(left, 0.001))
            received = wire.receive(channel)
            if received is None:
                return _stopped(job, last, start, _how(status()))
            kind, value = received
            if kind == wire.RESULT:
                result: Result = value
                if result.cell and not result.files:
                    # The kernel has taken the executed notebook along.
                    return replace(result, files=_kept(job, result.cell, result.error))
                return result
            if kind == wire.FAULT:
                sys.stderr.write(value)
                return _stopped(job, last, start, f"the worker failed: {value.splitlines()[-1]}")
            last = value
            report(value)
    except TimeoutError:
        return _stopped(job, last, start, f"took longer than {job.limits.seconds:g} s")


def _how(status: int | None) -> str:
    if status is None:
        return "the worker process died"
    if status < 0:
        return f"the process was killed by signal {-status}"
    return f"the notebook ended its process with status {status}"


def _stopped(job: Job, last: Event, start: float, why: str) -> Result:
    cell = last["cell"]
    place = f"cell {cell}: " if cell else ""
    files = _kept(job, cell, why) if cell else {}
    seconds = time.monotonic() - start
    return Result(error=f"{place}{why}", cell=cell, files=files, seconds=seconds)


def _kept(job: Job, cell: int, why: str) -> dict[str, bytes]:
    return {f"{job.name}.failed.ipynb": _marked(job, cell, why)}


def _marked(job: Job, number: int, why: str) -> bytes:
    """Return the notebook with its parameters and the error in the cell that was running.

    The outputs of the cells before have gone with the process.
    """
    notebook = json.loads(Path(job.notebook).read_text(encoding="utf-8"))
    cells = notebook["cells"]
    tagged = [i for i, cell in enumerate(cells) if "parameters" in cell["metadata"].get("tags", ())]
    if job.parameters and tagged:
        lines = [f"{name} = {value!r}\n" for name, value in job.parameters.items()]
        injected = {
            "cell_type": "code",
            "execution_count": None,
            "id": "injected",
            "metadata": {"tags": ["injected-parameters"]},
            "outputs": [],
            "source": ["# Parameters\n", *lines],
        }
        cells.insert(tagged[0] + 1, injected)
    error = {"output_type": "error", "ename": "Stopped", "evalue": why, "traceback": [why]}
    cells[number - 1]["outputs"] = [error]
    return f"{json.dumps(notebook, indent=1, ensure_ascii=False)}\n".encode()


@dataclass
class _Pipes:
    """A process that answers on its standard output, with the interface of a socket."""

    process: subprocess.Popen[bytes]

    def settimeout(self, seconds: float) -> None:
        """Let the process be killed after that time."""
        self.deadline = time.monotonic() + seconds

    def recv(self, size: int) -> bytes:
        """Return what has arrived, waiting for it."""
        import threading

        output = self.process.stdout
        assert output is not None
        timer = threading.Timer(max(self.deadline - time.monotonic(), 0), self.process.kill)
        timer.start()
        try:
            piece = os.read(output.fileno(), size)
        finally:
            timer.cancel()
        if not piece and time.monotonic() >= self.deadline:
            raise TimeoutError
        return piece

    def sendall(self, data: bytes) -> None:
        """Send a request."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def status(self) -> int | None:
        """Return the exit status."""
        try:
            return self.process.wait(5)
        except subprocess.TimeoutExpired:
            return None


@contextmanager
def _started(job: Job) -> Iterator[_Pipes]:
    """Start a fresh interpreter for a job, where none can be forked."""
    environment = {**os.environ, **FIXED, "NIT_ROOT": job.root}
    command = [sys.executable, "-m", "analysis.batch.cold"]
    pipe: Final = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        channel = _Pipes(process)
        try:
            wire.send(channel, wire.REQUEST, job)
            yield channel
        except OSError as error:
            raise RunError(f"the worker process died: {error.strerror}") from None
        finally:
            process.kill()
