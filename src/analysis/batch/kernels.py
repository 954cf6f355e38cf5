"""Warm kernels: real ones whose imports are done, because they are forked from a template.

`WarmProvisioner` is what jupyter_client asks for the process of a kernel; the kernel specification
``nit-warm`` names it, so that JupyterLab, papermill and nbconvert have warm kernels as well. Where
none can be forked it starts an ordinary one.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from analysis.batch.forked import FIXED, INLINE, SHARED, forked_kernel
from analysis.batch.template import AVAILABLE

WARM, STOCK = "nit-warm", "python3"

WARM_SPEC: Final[dict[str, Any]] = {
    "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    "display_name": "Python 3, warm (Nations in Transit)",
    "language": "python",
    "metadata": {"debugger": True, "kernel_provisioner": {"provisioner_name": WARM}},
}
"""Of an ordinary kernel of this interpreter but for who starts its process."""


class WarmProvisioner(LocalProvisioner):
    """Starts kernels by forking them from a template, or as usual where that cannot be."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        """Start a kernel; see `jupyter_client.provisioning.LocalProvisioner`."""
        environment = {**os.environ, **(options.get("env") or {})}
        for name in FIXED:
            if name.endswith("_NUM_THREADS"):
                environment.setdefault(name, "1")
        environment.setdefault("MPLBACKEND", INLINE)
        environment.pop(SHARED, None)
        options["env"] = environment
        if not AVAILABLE:
            return await super().launch_kernel(cmd, **options)
        folder = str(Path(options.get("cwd") or ".").resolve())
        request = {"cmd": cmd, "env": environment, "cwd": folder}
        try:
            kernel = forked_kernel(request)
        except OSError:
            return await super().launch_kernel(cmd, **options)
        self.process = kernel  # type: ignore[assignment]
        self.pid = self.pgid = kernel.pid
        self.cwd = folder
        return self.connection_info


class OwnSpecs(KernelSpecManager):
    """Knows the kernels of this interpreter, whatever is installed in the user's folders."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the specification of ``nit-warm`` or ``python3``."""
        warm = KernelSpec(**WARM_SPEC)
        known = KernelProvisionerFactory.instance().is_provisioner_available(warm)
        if kernel_name == WARM and known:
            return warm
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
    # A socket's path may have about a hundred characters, so the folder's name is short. Beside the
    # template's socket, so that it goes with that where this process is killed.
    shared = os.environ.get(SHARED)
    beside = os.path.dirname(shared) if shared else None  # noqa: PTH120
    with tempfile.TemporaryDirectory(
        prefix="nit-", dir=beside, ignore_cleanup_errors=True
    ) as folder:
        manager = AsyncKernelManager(
            kernel_name=name,
            kernel_spec_manager=OwnSpecs(),
            connection_file=str(Path(folder) / "kernel.json"),
        )
        if os.name == "posix":
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
    folder = Path(sys.prefix) / "share" / "jupyter" / "kernels" / WARM
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(WARM_SPEC, indent=1)
    (folder / "kernel.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    install()
