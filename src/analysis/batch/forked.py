"""The owner's side of a template: start one, ask it for a kernel, end it."""

from __future__ import annotations

import atexit
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from typing import Any, Final

SHARED: Final = "NIT_TEMPLATE"
"""Variable that names the socket of a template that several processes share."""

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


class Template:
    """A template process, which ends with the process that started it.

    Parameters
    ----------
    environment
        Of the template; kernels with other settings of the interpreter are not forked from it.

    Attributes
    ----------
    address
        Path of its socket. It accepts connections at once; they wait until it is ready.
    """

    def __init__(self, environment: dict[str, str]) -> None:
        self._folder = tempfile.mkdtemp(prefix="nit-")
        self.address = os.path.join(self._folder, "template")  # noqa: PTH118
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.address)
            listener.listen(64)
            # A session of its own: a Ctrl-C on the terminal is for the owner.
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "analysis.batch.template",
                    self.address,
                    str(listener.fileno()),
                ],
                pass_fds=[listener.fileno()],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        """Tell whether it can be asked for a kernel."""
        return self._process.poll() is None

    def close(self) -> None:
        """End it; kernels end when their own connections are closed."""
        self._process.kill()
        self._process.communicate()
        shutil.rmtree(self._folder, ignore_errors=True)


_mine: Final[list[Template]] = []
_starting: Final = threading.Lock()


def template_address(environment: dict[str, str]) -> str:
    """Return where to ask for a kernel: the shared template, else this process' own."""
    shared = os.environ.get(SHARED, "")
    if shared and not _mine:
        return shared
    with _starting:
        if not (_mine and _mine[-1].alive):
            _mine.append(Template(environment))
        return _mine[-1].address


@atexit.register
def close_templates() -> None:
    """End the templates of this process."""
    while _mine:
        _mine.pop().close()


class ForkedKernel:
    """A kernel's process, with the methods of `subprocess.Popen` that jupyter_client uses.

    Parameters
    ----------
    address
        Of the template.
    request
        What `analysis.batch.template` needs to know: ``cmd``, ``env`` and ``cwd``.

    Raises
    ------
    OSError
        If no template answers there.
    """

    stdin = stdout = stderr = None

    def __init__(self, address: str, request: dict[str, Any]) -> None:
        self._connection = socket.socket(socket.AF_UNIX)
        self.returncode: int | None = None
        self.lost = False
        try:
            self._connection.connect(address)
            self._connection.sendall(f"{json.dumps(request)}\n".encode())
            self.pid = int(self._connection.recv(32) or 0)
        except OSError:
            self._connection.close()
            raise
        if not self.pid:
            self._connection.close()
            raise ConnectionResetError("the template ended")

    def poll(self) -> int | None:
        """Return the exit status, negative for a signal, or None while it lives."""
        if self.returncode is None and select.select([self._connection], [], [], 0)[0]:
            self._end()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Return the exit status once there is one."""
        if self.returncode is None and select.select([self._connection], [], [], timeout)[0]:
            self._end()
        return self.returncode

    def _end(self) -> None:
        with suppress(OSError):
            if status := self._connection.recv(32):
                self.returncode = int(status)
        if self.returncode is None:
            # Its keeper died and took it along.
            self.returncode, self.lost = -signal.SIGKILL, True
        self._connection.close()

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill the kernel."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)


def forked_kernel(request: dict[str, Any]) -> ForkedKernel:
    """Return a kernel forked from the shared template, or if that has died from one of ours."""
    address = template_address(request["env"])
    try:
        return ForkedKernel(address, request)
    except OSError:
        with _starting:
            _mine.append(Template(request["env"]))
        return ForkedKernel(_mine[-1].address, request)
