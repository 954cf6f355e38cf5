"""``papermill --engine warm``: papermill's own engine, with the kernel ``nit-warm``.

A module of its own, as papermill imports it while it is being imported itself.
"""

from __future__ import annotations

from typing import Any

from papermill.engines import NBClientEngine

from analysis.batch.kernels import KERNEL


class WarmEngine(NBClientEngine):  # type: ignore[misc]
    """Runs notebooks for ``python3`` in kernels whose imports are done."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        """Execute the notebook; see `papermill.engines.NBClientEngine`."""
        kernel = KERNEL if kernel_name == "python3" else kernel_name
        super().execute_managed_notebook(nb_man, kernel, **options)
