"""Warm kernels: real ones whose imports are done, because they are forked from a template.

`WarmProvisioner` is what jupyter_client asks for the process of a kernel; the kernel specification
``nit-warm`` names it, so that JupyterLab, papermill and nbconvert have warm kernels as well. Where
none can be forked it starts an ordinary one.
"""

from __future__ import annotations

import atexit
import json
import math
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty
from typing import Any, Final

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Bool

from analysis.batch.template import AVAILABLE
from analysis.facts.files import project_root

KERNEL: Final = "nit-warm"

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

WARM_SPEC: Final[dict[str, Any]] = {
    "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    "display_name": "Python 3, warm (Nations in Transit)",
    "language": "python",
    "metadata": {"debugger": True, "kernel_provisioner": {"provisioner_name": KERNEL}},
}
"""Of an ordinary kernel of this interpreter but for who starts its process."""


OFTEN: Final = 0.01
"""Seconds between two looks at a process that is about to end."""

LONGEST: Final = 100
"""Characters of a socket's path that every system allows, with a few for the socket's own name."""


def batch_environment() -> dict[str, str]:
    """Return the environment of the notebooks of a batch."""
    return {**os.environ, **FIXED, "NIT_ROOT": str(project_root())}


def short_folder() -> str:
    """Return the folder in which folders for sockets are made.

    The temporary folder that a user or a scheduler names can be too long for the path of a socket.
    """
    usual = tempfile.gettempdir()
    fits = len(os.fsencode(usual)) <= LONGEST - 2 * len("/nit-12345678")
    return usual if fits or not os.access("/tmp", os.W_OK) else "/tmp"


class Template:
    """A template process, which ends with the process that started it.

    Parameters
    ----------
    environment
        Of the template; what has other settings of the interpreter is not forked from it.

    Attributes
    ----------
    address
        Path of its socket. It accepts connections at once; they wait until it is ready.
    processes
        Forked from it.
    """

    def __init__(self, environment: dict[str, str]) -> None:
        self.folder = tempfile.mkdtemp(prefix="nit-", dir=short_folder())
        self.address = os.path.join(self.folder, "template")  # noqa: PTH118
        self.processes: list[ForkedProcess] = []
        try:
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(self.address)
                listener.listen(64)
                number = listener.fileno()
                # A session of its own: a Ctrl-C on the terminal is for the owner.
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "analysis.batch.template", self.address, str(number)],
                    pass_fds=[number],
                    env=environment,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    @property
    def alive(self) -> bool:
        """Tell whether it can be asked for a process."""
        return self._process.poll() is None

    def close(self) -> None:
        """End it and all that was forked from it."""
        self._process.kill()
        self._process.communicate()
        for process in self.processes:
            process.kill()
            process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


_templates: Final[list[Template]] = []
_starting: Final = threading.Lock()


def template(environment: dict[str, str], instead_of: Template | None = None) -> Template:
    """Return this process' template, another one where it has died."""
    with _starting:
        if not (_templates and _templates[-1].alive and _templates[-1] is not instead_of):
            _templates.append(Template(environment))
        return _templates[-1]


@atexit.register
def close_templates() -> None:
    """End the templates of this process and all that was forked from them."""
    while _templates:
        _templates.pop().close()


class ForkedProcess:
    """A process forked from a template, with the methods of `subprocess.Popen` that are used.

    Parameters
    ----------
    source
        The template.
    request
        What `analysis.batch.template` needs to know: ``cmd``, ``env``, ``cwd`` and ``fresh``.

    Raises
    ------
    OSError
        If the template does not answer.
    """

    stdin = stdout = stderr = None

    def __init__(self, source: Template, request: dict[str, Any]) -> None:
        self._connection = socket.socket(socket.AF_UNIX)
        self.returncode: int | None = None
        self.lost = False
        try:
            self._connection.connect(source.address)
            self._connection.sendall(f"{json.dumps(request)}\n".encode())
            self.pid = int(self._line() or 0)
            if not self.pid:
                raise ConnectionResetError("the template ended")
        except OSError:
            self._connection.close()
            raise
        source.processes = [p for p in source.processes if p.returncode is None] + [self]

    def _line(self) -> bytes:
        """Return one line: the number and the status of a short run may arrive together."""
        line = b""
        while not line.endswith(b"\n") and (letter := self._connection.recv(1)):
            line += letter
        return line

    def poll(self) -> int | None:
        """Return the exit status, negative for a signal, or None while it lives."""
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> int | None:
        """Return the exit status once there is one, or None after so many seconds."""
        if self.returncode is None and select.select([self._connection], [], [], timeout)[0]:
            with suppress(OSError):
                if status := self._line():
                    self.returncode = int(status)
            if self.returncode is None:
                # Its keeper died and took it along.
                self.returncode, self.lost = -signal.SIGKILL, True
            self._connection.close()
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


def forked(cmd: list[str], env: dict[str, str], cwd: str, fresh: bool = False) -> ForkedProcess:
    """Return a process forked from this process' template, or if that has died from a new one.

    Parameters
    ----------
    cmd
        ``python -m MODULE ...``
    env, cwd
        Its environment and folder.
    fresh
        Start its interpreter anew, without the template's imports.
    """
    request = {"cmd": cmd, "env": env, "cwd": cwd, "fresh": fresh}
    source = template(env)
    try:
        return ForkedProcess(source, request)
    except OSError:
        return ForkedProcess(template(env, instead_of=source), request)


class WarmProvisioner(LocalProvisioner):
    """Starts kernels by forking them from a template, or as usual where that cannot be.

    Attributes
    ----------
    stock
        Give the kernel an interpreter of its own. It is watched, and ends with all that it started
        when its owner does, like the others.
    """

    stock = Bool(config=True)

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        """Start a kernel; see `jupyter_client.provisioning.LocalProvisioner`."""
        threads = {name: value for name, value in FIXED.items() if name.endswith("_THREADS")}
        given = {**os.environ, **(options.get("env") or {})}
        options["env"] = {"MPLBACKEND": INLINE, **threads, **given}
        if not AVAILABLE:
            return await super().launch_kernel(cmd, **options)
        folder = str(Path(options.get("cwd") or ".").resolve())
        try:
            kernel = forked(cmd, options["env"], folder, self.stock)
        except OSError:
            return await super().launch_kernel(cmd, **options)
        self.process = kernel  # type: ignore[assignment]
        self.pid = self.pgid = kernel.pid
        self.cwd = folder
        return self.connection_info


class _Manager(AsyncKernelManager):
    """Looks more often whether its kernel has ended: ten thousand briefs end ten thousand."""

    async def _async_wait(self, pollinterval: float = OFTEN) -> None:
        await super()._async_wait(min(pollinterval, OFTEN))


class _Client(AsyncKernelClient):
    """Takes a kernel for ready when it says so, not after 0.2 s in which it says nothing."""

    def _context_default(self) -> zmq.asyncio.Context:
        context = super()._context_default()
        # Milliseconds after which a socket is tried again that the kernel has not opened yet.
        context.setsockopt(zmq.RECONNECT_IVL, 10)
        return context

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for the reply to a request, and for the word that the kernel is idle after it.

        Raises
        ------
        RuntimeError
            If it dies or does not answer in time; see `jupyter_client.client.KernelClient`.
        """
        until = time.monotonic() + (math.inf if timeout is None else timeout)
        asked: set[str] = set()
        replied = idle = False
        patience = 2 * OFTEN
        while not idle:
            asked.add(self.kernel_info())
            with suppress(Empty):
                while not replied:
                    reply = await self.get_shell_msg(timeout=1)
                    replied = reply["parent_header"].get("msg_id") in asked
                    self._handle_kernel_info_reply(reply)
                # Who listens too late misses its word, and asks again.
                patience = min(2 * patience, 1)
                while not idle:
                    word = await self.get_iopub_msg(timeout=patience)
                    ours = word["parent_header"].get("msg_id") in asked
                    idle = ours and word["content"].get("execution_state") == "idle"
            if self.parent is None or not await self.parent.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > until:
                raise RuntimeError(f"Kernel didn't respond in {timeout:.0f} seconds")


class OwnSpecs(KernelSpecManager):
    """Knows the kernels of this interpreter, whatever is installed in the user's folders."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the specification of ``nit-warm`` or ``python3``."""
        provisioner = {"provisioner_name": KERNEL, "config": {"stock": kernel_name != KERNEL}}
        asked = KernelSpec(**{**WARM_SPEC, "metadata": {"kernel_provisioner": provisioner}})
        if KernelProvisionerFactory.instance().is_provisioner_available(asked):
            return asked
        return KernelSpec(**{**WARM_SPEC, "metadata": {}})


@contextmanager
def kernel_manager(name: str) -> Iterator[AsyncKernelManager]:
    """Yield a manager of one kernel that talks over sockets in a private folder, not TCP ports.

    Two batches that start many kernels at once could otherwise pick the same port.

    Parameters
    ----------
    name
        ``nit-warm`` or ``python3``.
    """
    # Beside the template's socket, so that it goes with that where this process is killed.
    beside = template(batch_environment()).folder if AVAILABLE else short_folder()
    with tempfile.TemporaryDirectory(
        prefix="nit-", dir=beside, ignore_cleanup_errors=True
    ) as folder:
        manager = _Manager(
            kernel_name=name,
            client_factory=_Client,
            kernel_spec_manager=OwnSpecs(),
            connection_file=str(Path(folder) / "kernel.json"),
        )
        if os.name == "posix" and len(os.fsencode(folder)) <= LONGEST:
            manager.transport, manager.ip = "ipc", str(Path(folder) / "k")
        try:
            yield manager
        finally:
            provisioner: Any = manager.provisioner
            if provisioner is not None and provisioner.process is not None:
                with suppress(OSError):
                    provisioner.process.kill()
                provisioner.process.wait(10)


def install() -> None:
    """Write the specification ``nit-warm`` into this environment, where Jupyter looks for it."""
    folder = Path(sys.prefix) / "share" / "jupyter" / "kernels" / KERNEL
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(WARM_SPEC, indent=1)
    (folder / "kernel.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    install()
