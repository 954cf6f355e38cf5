"""Processes forked from a template whose imports are done: kernels, exports, other tasks.

Light, so that the process that decides what is made imports neither pandas, papermill nor zmq. What
happens in the template itself is in `analysis.batch.template`.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from contextlib import suppress
from multiprocessing.connection import Pipe
from typing import Any, Final

from analysis.facts.files import project_root

AVAILABLE: Final = sys.platform == "linux"
"""A template needs signals at a parent's death and children that find a new parent."""

INLINE: Final = "module://matplotlib_inline.backend_inline"

FIXED: Final = {
    # One thread a kernel: two kernels with as many BLAS threads as cores would hinder each other.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # The same bytes whatever the user's settings are.
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "LANG": "C.UTF-8",
    "MPLBACKEND": INLINE,
}
"""Environment of every notebook of a batch."""


STARTED: Final[weakref.WeakSet[Any]] = weakref.WeakSet()
"""Kernels and helpers of this process, forked or not."""


def batch_environment() -> dict[str, str]:
    """Return the environment of the notebooks of a batch."""
    return {**os.environ, **FIXED, "NIT_ROOT": str(project_root())}


class Template:
    """A template process, which ends with the process that started it.

    What needs another environment when an interpreter starts is not forked from it. `requests`
    takes the connection of each process to come, which waits there until there is time.
    """

    def __init__(self, environment: dict[str, str]) -> None:
        self.requests, theirs = socket.socketpair()
        with theirs:
            # A session of its own: a Ctrl-C on the terminal is for the owner.
            self.process = subprocess.Popen(
                [sys.executable, "-m", "analysis.batch.template"],
                env=environment,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
        self.requests.close()


_templates: Final[list[Template]] = []
_starting: Final = threading.Lock()


def template(environment: dict[str, str], instead_of: Template | None = None) -> Template:
    """Return this process' template, another one where it has died."""
    with _starting:
        last = _templates[-1] if _templates else None
        if last is None or last is instead_of or last.process.poll() is not None:
            _templates.append(Template(environment))
        return _templates[-1]


@atexit.register
def close_templates() -> None:
    """End the templates, kernels and helpers of this process."""
    while _templates:
        _templates.pop().close()
    for process in list(STARTED):
        process.kill()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
    with _choosing:
        _helpers.clear()


class ForkedProcess:
    """A process forked from a template, with the methods of `subprocess.Popen` that are used.

    A template that does not answer is an `OSError`.

    Raises
    ------
    OSError
        If the template does not answer.
    """

    stdin = stdout = stderr = None

    def __init__(self, source: Template, request: dict[str, Any], *lines: int) -> None:
        self.returncode: int | None = None
        self.lost = False
        self._reading = threading.Lock()
        self._keeper, theirs = Pipe()
        try:
            with theirs:
                socket.send_fds(source.requests, [b"+"], [theirs.fileno(), *lines])
            self._keeper.send(request)
            # Nothing that comes back is unpickled: it is a number.
            self.pid = int(self._keeper.recv_bytes())
        except (OSError, EOFError, ValueError):
            self._keeper.close()
            raise ConnectionResetError("the template ended") from None

    def poll(self) -> int | None:
        """Return the exit status, negative for a signal, or None while it lives."""
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> int | None:
        """Return the exit status once there is one, or None after so many seconds."""
        # Not closed while this lives: others may wait for it in threads of their own.
        ended = self.returncode is None and self._keeper.poll(timeout)
        with self._reading:
            if ended and self.returncode is None:
                try:
                    self.returncode = int(self._keeper.recv_bytes())
                except (OSError, EOFError, ValueError):
                    # Its keeper died and took it along.
                    self.returncode, self.lost = -signal.SIGKILL, True
            return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to the process."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill the process."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)


def forked(
    cmd: list[str], env: dict[str, str], cwd: str, *lines: int, fresh: bool = False
) -> ForkedProcess:
    """Return a process forked from this process' template, or if that has died from a new one.

    Parameters
    ----------
    cmd, env, cwd
        ``python -m MODULE ...``, its environment and folder.
    lines
        Number of a socket that is its standard input and output; without one it has neither.
    fresh
        Start its interpreter anew, without the template's imports.
    """
    request = {"cmd": cmd, "env": env, "cwd": cwd, "fresh": fresh}
    source = template(env)
    try:
        return ForkedProcess(source, request, *lines)
    except OSError:
        return ForkedProcess(template(env, instead_of=source), request, *lines)


class Helper:
    """A process that does one task after the other, each told and answered in a line of JSON.

    It works in `folder`, and ends where nobody has it any more.
    """

    def __init__(self, folder: str) -> None:
        command, environment = [sys.executable, "-m", "analysis.batch.work"], batch_environment()
        self.process: Any = None
        if AVAILABLE:
            ours, theirs = socket.socketpair()
            with ours, theirs, suppress(OSError):
                self.process = forked(command, environment, folder, theirs.fileno())
                self._tasks = self._answers = ours.makefile("rwb")
        if self.process is None:
            apart: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            apart |= {"stderr": subprocess.DEVNULL, "start_new_session": True}
            self.process = subprocess.Popen(command, env=environment, cwd=folder, **apart)
            self._tasks, self._answers = self.process.stdin, self.process.stdout
        STARTED.add(self.process)

    def do(self, function: str, arguments: dict[str, Any], seconds: float) -> str | None:
        """Return why a task failed or an empty text; None if it is one for another helper."""
        start, answer = time.monotonic(), b""
        limit = threading.Timer(seconds, self.process.kill)
        limit.start()
        try:
            with suppress(OSError):
                self._tasks.write(json.dumps([function, arguments]).encode() + b"\n")
                self._tasks.flush()
                answer = self._answers.readline()
        finally:
            limit.cancel()
        if answer.endswith(b"\n"):
            told: str | None = json.loads(answer)
            return told
        status = self.process.wait()
        if time.monotonic() - start >= seconds:
            return f"{function.rpartition(':')[2]} took longer than {seconds:g} s"
        return f"the worker process died (status {status})"


_helpers: Final[dict[tuple[str, str], list[Helper]]] = {}
"""Those that have nothing to do, of a function and a run's folder."""
_choosing: Final = threading.Lock()


def call(function: str, arguments: dict[str, Any], folder: str, seconds: float) -> str:
    """Call ``module:function`` in another process; return why it failed or an empty text.

    Parameters
    ----------
    function, arguments
        What to call, and with what that JSON can hold.
    folder
        Of the run: what helps in one is not kept for another.
    seconds
        After how long it is stopped.
    """
    with _choosing:
        for key in [key for key in _helpers if key[1] != folder]:
            del _helpers[key]
        idle = _helpers.setdefault((function, folder), [])
    while True:
        with _choosing:
            helper = idle.pop() if idle else None
        if helper is None or helper.process.poll() is not None:
            helper = Helper(folder)
        error = helper.do(function, arguments, seconds)
        if error is not None:
            idle.append(helper)
            return error
