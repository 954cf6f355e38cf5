"""``papermill --engine warm``: papermill's own engine, with the kernel ``nit-warm``.

A module of its own, as papermill imports it while it is being imported itself.
"""

from __future__ import annotations

from typing import Any, Final

from papermill.engines import NBClientEngine

from analysis.batch.kernels import KERNEL

NO_HISTORY: Final = ("--HistoryManager.hist_file=:memory:",)
"""Keeps cells out of the user's history; nbclient says so by itself to ``python3`` only."""


class WarmEngine(NBClientEngine):  # type: ignore[misc]
    """Runs notebooks for ``python3`` in kernels whose imports are done."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        """Execute the notebook; see `papermill.engines.NBClientEngine`."""
        if kernel_name == "python3":
            kernel_name = KERNEL
            options.setdefault("extra_arguments", [*NO_HISTORY])
        super().execute_managed_notebook(nb_man, kernel_name, **options)
