"""Warm kernels: real ones whose imports are done, because they are forked from a template.

`WarmProvisioner` is what jupyter_client asks for the process of a kernel; the kernel specification
``nit-warm`` names it, so that JupyterLab, papermill and nbconvert have warm kernels as well. Where
none can be forked it starts an ordinary one.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Bool, Type

from analysis.batch.processes import AVAILABLE, FIXED, INLINE, STARTED, forked

KERNEL: Final = "nit-warm"

WARM_SPEC: Final[dict[str, Any]] = {
    "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    "display_name": "Python 3, warm (Nations in Transit)",
    "language": "python",
    "metadata": {"debugger": True, "kernel_provisioner": {"provisioner_name": KERNEL}},
}
"""Of an ordinary kernel of this interpreter but for who starts its process."""

OFTEN: Final = 0.01
"""Seconds between two looks at a process that is about to end."""


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
        folder = str(Path(options.get("cwd") or ".").resolve())
        kernel: Any = None
        if AVAILABLE:
            with suppress(OSError):
                kernel = forked(cmd, options["env"], folder, fresh=self.stock)
        if kernel is None:
            await super().launch_kernel(cmd, **options)
        else:
            self.process, self.cwd = kernel, folder
            self.pid = self.pgid = kernel.pid
        STARTED.add(self.process)
        return self.connection_info


class _Manager(AsyncKernelManager):
    """Looks more often whether its kernel has ended: ten thousand briefs end ten thousand."""

    async def _async_wait(self, pollinterval: float = OFTEN) -> None:
        await super()._async_wait(min(pollinterval, OFTEN))


class _Channel(AsyncZMQSocketChannel):
    """Is silent after 0.01 s, not 0.2 s, for which every new kernel would be listened to twice."""

    async def get_msg(  # type: ignore[override]
        self, timeout: float | None = None
    ) -> dict[str, Any]:
        """Return a message, or raise `queue.Empty`."""
        return await super().get_msg(timeout and min(timeout, OFTEN))


class _Client(AsyncKernelClient):
    """Finds a kernel sooner that is still starting."""

    iopub_channel_class = Type(_Channel)

    def _context_default(self) -> zmq.asyncio.Context:
        context = super()._context_default()
        # Milliseconds after which a socket is tried again that the kernel has not opened yet.
        context.setsockopt(zmq.RECONNECT_IVL, 10)
        return context


class _OwnSpecs(KernelSpecManager):
    """Knows the kernels of this interpreter, whatever is installed in the user's folders."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the specification of ``nit-warm`` or ``python3``."""
        provisioner = {"provisioner_name": KERNEL, "config": {"stock": kernel_name != KERNEL}}
        return KernelSpec(**{**WARM_SPEC, "metadata": {"kernel_provisioner": provisioner}})


@contextmanager
def kernel_manager(warm: bool, folder: Path) -> Iterator[AsyncKernelManager]:
    """Yield a manager of one kernel.

    Parameters
    ----------
    warm
        Whether its imports are to be done.
    folder
        For the file that tells how to reach the kernel.
    """
    manager = _Manager(
        kernel_name=KERNEL if warm else "python3",
        client_factory=_Client,
        kernel_spec_manager=_OwnSpecs(),
        connection_file=str(folder / "kernel.json"),
    )
    if AVAILABLE:
        # Two batches that start many kernels at once could pick the same TCP port. A name that
        # begins so is no file, which nobody would remove after a kill.
        manager.transport, manager.ip = "ipc", f"@nit-{uuid4()}"
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
