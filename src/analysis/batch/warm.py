"""The owner's side of a template: one a process, started when first needed, gone with its owner."""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from analysis.batch import wire
from analysis.facts.errors import RunError

FIXED: Final = {
    # One thread a worker: two workers with as many BLAS threads as cores would hinder each other.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # The same bytes whatever the user's settings are.
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
"""Environment of every notebook of a batch."""

_START_SECONDS: Final = 120.0


class Worker:
    """A process forked for one notebook.

    Attributes
    ----------
    channel
        Socket to it.
    """

    def __init__(self, channel: socket.socket, status: Callable[[float], int | None]) -> None:
        self.channel = channel
        self.status = status


class Template:
    """A running template process.

    Parameters
    ----------
    root
        Project folder of its notebooks; None leaves it to them.

    Raises
    ------
    RunError
        If it cannot be started.
    """

    def __init__(self, root: str | None = None) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        rooted = {"NIT_ROOT": root} if root else {}
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "analysis.batch.template", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={**os.environ, **FIXED, **rooted},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._words,
                # A Ctrl-C on the terminal is for the owner, who ends its template in good order.
                start_new_session=True,
            )
        self._owner = os.getpid()
        self._control = ours
        self._lock = threading.Lock()
        self._numbers = 0
        self._ended: dict[int, int] = {}
        self._change = threading.Condition()
        self._gone = False
        self._wait_until_ready()
        self._reader = threading.Thread(target=self._read, daemon=True, name="nit-template")
        self._reader.start()

    def _wait_until_ready(self) -> None:
        self._control.settimeout(_START_SECONDS)
        try:
            ready = self._control.recv(4096)
        except OSError:
            ready = b""
        self._control.settimeout(None)
        if ready:
            return
        self._process.kill()
        self._process.wait()
        self._control.close()
        self._words.seek(0)
        lines = self._words.read().decode("utf-8", "replace").strip().splitlines()
        self._words.close()
        raise RunError(f"no worker process could be started: {(lines or ['no reason given'])[-1]}")

    @property
    def alive(self) -> bool:
        """Tell whether it can be asked for a worker."""
        return not self._gone and self._owner == os.getpid()

    def _read(self) -> None:
        while not self._gone:
            try:
                content = self._control.recv(4096)
            except OSError:
                content = b""
            with self._change:
                if content:
                    message = json.loads(content)
                    self._ended[message["ended"]] = message["status"]
                else:
                    self._gone = True
                self._change.notify_all()

    @contextmanager
    def worker(self) -> Iterator[Worker]:
        """Yield a worker that is just being forked; it is gone when the block ends.

        Raises
        ------
        RunError
            If the template has died.
        """
        ours, theirs = socket.socketpair()
        with ours, theirs:
            with self._lock:
                self._numbers += 1
                number = self._numbers
                try:
                    message = json.dumps({"run": number}).encode()
                    socket.send_fds(self._control, [message], [theirs.fileno()])
                except OSError:
                    self._gone = True
                    raise RunError("the process that starts the workers died") from None
            theirs.close()
            try:
                yield Worker(ours, lambda seconds: self._status(number, seconds))
            finally:
                self._end(number)

    def _status(self, number: int, seconds: float) -> int | None:
        """Return a worker's exit status once it has ended, None if it has not in `seconds`."""
        with self._change:
            self._change.wait_for(lambda: number in self._ended or self._gone, seconds)
            return self._ended.get(number)

    def _end(self, number: int) -> None:
        """Give a worker a moment to end by itself, then kill it."""
        if self._status(number, 0.5) is None and not self._gone:
            with suppress(OSError):
                self._control.send(json.dumps({"kill": number}).encode())
            self._status(number, 10)
        self._ended.pop(number, None)

    def close(self) -> None:
        """End the template and with it every worker."""
        if self._owner != os.getpid():
            return
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(2)
        self._control.close()
        self._words.close()


_templates: Final[dict[object, Template]] = {}
_starting: Final = threading.Lock()
_ending: Final = threading.Event()


def template_of(root: str | None) -> Template:
    """Return this process' template for a project folder, started if there is none alive."""
    with _starting:
        if _ending.is_set():
            raise RunError("the run is ending")
        found = _templates.get(root)
        if found is not None and found.alive:
            return found
        if found is not None:
            found.close()
        _templates[root] = Template(root)
        return _templates[root]


@contextmanager
def template_alone(root: str) -> Iterator[Template]:
    """Yield a template for one notebook, for one that must not share the fate of others."""
    with _starting:
        if _ending.is_set():
            raise RunError("the run is ending")
        own = Template(root)
        _templates[own] = own
    try:
        yield own
    finally:
        with _starting:
            found = _templates.pop(own, None)
        if found is not None:
            found.close()


@atexit.register
def close_templates() -> None:
    """End all templates of this process and their workers."""
    with _starting:
        while _templates:
            _templates.popitem()[1].close()


@contextmanager
def ending() -> Iterator[None]:
    """End all templates, and let nobody start another while the block lasts."""
    _ending.set()
    try:
        close_templates()
        yield
    finally:
        _ending.clear()


Execute = Callable[[str, str, bool], list[dict[str, Any]]]


@contextmanager
def cells(cwd: str, output_mb: float) -> Iterator[tuple[Execute, dict[str, Any]]]:
    """Yield a function that runs a cell in a worker of its own, and the worker's language.

    Parameters
    ----------
    cwd
        The worker's working directory.
    output_mb
        Megabytes that its cells may put out.
    """
    with template_of(None).worker() as worker:
        setting = {
            "cwd": cwd,
            "environment": dict(os.environ),
            "output_bytes": int(output_mb * 1e6),
        }
        wire.send(worker.channel, wire.REQUEST, setting)

        def answer() -> Any:
            received = wire.receive(worker.channel)
            if received is None:
                from nbclient.exceptions import DeadKernelError

                raise DeadKernelError("the worker process ended")
            if received[0] == wire.FAULT:
                raise RunError(f"the worker failed:\n{received[1]}")
            return received[1]

        def execute(code: str, request: str, store_history: bool) -> list[dict[str, Any]]:
            wire.send(worker.channel, wire.REQUEST, (code, request, store_history))
            messages: list[dict[str, Any]] = answer()
            return messages

        yield execute, answer()
