"""``papermill --engine warm``: cells run in a process forked from one that has imported everything.

The engine is papermill's own, on nbclient, with another kernel manager. In a process that was
forked for one notebook the cells run right there; elsewhere a worker is forked for them from this
process' template (`analysis.batch.template`), which stays for the next notebook. Where neither is
possible, or the notebook asks for a real kernel, the stock engine takes over.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from papermill.engines import NBClientEngine

from analysis.batch.kernel import PrivateKernelManager
from analysis.batch.shell import CellClient, CellShell
from analysis.settings.batches import Limits
from analysis.settings.notebooks import NEEDS_KERNEL


class WarmEngine(NBClientEngine):  # type: ignore[misc]
    """Run a notebook's cells in a process forked from a warm template."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, reads: Path | None = None, **options: Any
    ) -> Any:
        """Execute the notebook; see `papermill.engines.NBClientEngine`.

        Parameters
        ----------
        nb_man
            Papermill's manager of the notebook.
        kernel_name
            Of the kernel that the notebook was made for.
        reads
            File to which is appended what of data/ the notebook reads.
        **options
            As for the stock engine, and ``output_mb``.
        """
        from analysis.batch import template

        output_mb = options.pop("output_mb", Limits().output_mb)
        run = super().execute_managed_notebook
        if _needs_kernel(nb_man.nb, kernel_name) or not template.AVAILABLE:
            return run(nb_man, kernel_name, kernel_manager_class=PrivateKernelManager, **options)
        if template.in_worker():
            return run(nb_man, kernel_name, km=_here(output_mb, reads), **options)
        from analysis.batch.warm import cells

        cwd = str(options.get("resources", {}).get("metadata", {}).get("path") or Path.cwd())
        with cells(cwd, output_mb) as (execute, language_info):
            client = CellClient(execute, language_info)
            return run(nb_man, kernel_name, km=CellManager(client), **options)


def _needs_kernel(notebook: Any, kernel_name: str) -> bool:
    tags = [
        notebook.metadata.get("tags", []),
        *(c.metadata.get("tags", []) for c in notebook.cells),
    ]
    language = notebook.metadata.get("kernelspec", {}).get("language", "python")
    return kernel_name != "python3" or language != "python" or any(NEEDS_KERNEL in t for t in tags)


def _here(output_mb: float, reads: Path | None) -> CellManager:
    if reads is not None:
        from analysis.batch.reads import record_reads
        from analysis.facts.files import project_root

        record_reads(project_root(), reads)
    shell = CellShell(int(output_mb * 1e6))
    return CellManager(CellClient(shell.execute, shell.language_info))


class CellManager:
    """A kernel manager, as far as nbclient needs one, whose kernel runs already.

    Parameters
    ----------
    client
        Its one client.
    """

    has_kernel = True
    kernel_id = f"warm-{os.getpid()}"

    def __init__(self, client: CellClient) -> None:
        self._client = client

    def client(self) -> CellClient:
        """Return the client."""
        return self._client

    async def is_alive(self) -> bool:
        """Return that the kernel lives."""
        return True

    async def shutdown_kernel(self, now: bool = False) -> None:
        """Do nothing: the process ends with the notebook."""

    async def cleanup_resources(self, restart: bool = False) -> None:
        """Do nothing: there are no sockets."""

    async def interrupt_kernel(self) -> None:
        """Do nothing: a cell that takes too long is ended with its process."""
