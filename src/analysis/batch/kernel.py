"""Kernels that talk over sockets in a private folder instead of TCP ports.

Two batches that start many kernels at once can otherwise pick the same port.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from typing import Any

from jupyter_client.manager import AsyncKernelManager


class PrivateKernelManager(AsyncKernelManager):
    """Start a kernel on inter-process sockets where the system has them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        if os.name == "posix":
            self.transport = "ipc"
            # A socket's path may have about a hundred characters, so the folder's name is short.
            self._folder = tempfile.TemporaryDirectory(prefix="nit-")
            self.ip = os.path.join(self._folder.name, "k")  # noqa: PTH118 - a prefix, not a file

    async def _async_pre_start_kernel(self, **options: Any) -> tuple[list[str], dict[str, Any]]:
        """Keep the kernel's own log off the terminal; what cells print does not pass there."""
        command, options = await super()._async_pre_start_kernel(**options)
        options["stderr"] = subprocess.DEVNULL
        return command, options

    pre_start_kernel = _async_pre_start_kernel

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if os.name == "posix" and not restart:
            self._folder.cleanup()

    cleanup_resources = _async_cleanup_resources
