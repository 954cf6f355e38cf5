"""The engine that was not taken: an ipykernel forked from a warm process, with its sockets.

For the comparison with the forked shell in `benchmarks/batch.py` only. A template process that has
imported the analysis stack forks a kernel for each connection file that it is told, through a
provisioner of jupyter_client; nbclient talks to it as to any kernel.
"""

# The methods are those of the interface, with its parameters, and documented there.
# ruff: noqa: ARG002, D102

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from jupyter_client.connect import write_connection_file
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerBase
from papermill.engines import NBClientEngine

TEMPLATE = """
import os, sys
from analysis.batch import template
template._warm_up()
from ipykernel.kernelapp import IPKernelApp
print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if not child:
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        IPKernelApp.launch_instance(argv=["-f", line.strip(), "--HistoryManager.enabled=False"])
        os._exit(0)
    print(child, flush=True)
"""


class Template:
    """A warm process that forks kernels."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", TEMPLATE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            bufsize=1,
        )
        assert self.process.stdout is not None
        self.process.stdout.readline()

    def fork(self, connection_file: str) -> int:
        """Return the number of the process of a new kernel."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{connection_file}\n")
        return int(self.process.stdout.readline())

    def close(self) -> None:
        """End the template."""
        self.process.communicate()


class ForkProvisioner(KernelProvisionerBase):
    """Start kernels by forking `template`."""

    template: Template
    process = 0

    @property
    def has_process(self) -> bool:
        return self.process != 0

    async def poll(self) -> int | None:
        return None if self.has_process and Path(f"/proc/{self.process}/exe").exists() else 0

    async def wait(self) -> int:
        while await self.poll() is None:
            await asyncio.sleep(0.01)
        self.process = 0
        return 0

    async def send_signal(self, signum: int) -> None:
        if self.has_process:
            os.kill(self.process, signum)

    async def kill(self, restart: bool = False) -> None:
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        await self.send_signal(signal.SIGTERM)

    async def cleanup(self, restart: bool = False) -> None:
        return None

    async def pre_launch(self, **options: Any) -> dict[str, Any]:
        manager = self.parent
        manager.connection_file, info = write_connection_file(
            key=manager.session.key, transport="tcp", ip="127.0.0.1"
        )
        manager.load_connection_info(info)
        return await super().pre_launch(cmd=[], **options)

    async def launch_kernel(self, cmd: list[str], **options: Any) -> dict[str, Any]:
        self.process = self.template.fork(self.parent.connection_file)
        return dict(self.parent.get_connection_info())


class ForkManager(AsyncKernelManager):
    """A manager whose kernels are forked."""

    async def _async_pre_start_kernel(self, **options: Any) -> tuple[list[str], dict[str, Any]]:
        self.kernel_id = self.kernel_id or "forked"
        self.provisioner = ForkProvisioner(
            kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
        )
        options = await self.provisioner.pre_launch(**options)
        return options.pop("cmd"), options

    pre_start_kernel = _async_pre_start_kernel


class ForkedKernelEngine(NBClientEngine):  # type: ignore[misc]
    """papermill's engine on forked kernels."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        options["kernel_manager_class"] = ForkManager
        return super().execute_managed_notebook(nb_man, kernel_name, **options)
