"""The pages of the API reference: one a package of the house, in the order of the flow."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

PARTS: Final = (
    *("Facts", "Sources", "Settings", "Reconciliation", "Tables", "Statistics", "Trajectories"),
    *("Correlations", "Validation", "Briefs", "Export", "Batch", "Publication"),
)
"""Titles of the pages; each has the modules of the package of that name."""


def pages(package: Path) -> dict[str, str]:
    """Return the pages of the reference: address below reference/api -> Markdown.

    Parameters
    ----------
    package
        The folder of the package `analysis`.
    """
    return {f"{title.lower()}.md": _page(package, title) for title in PARTS}


def _page(package: Path, title: str) -> str:
    paths = sorted((package / title.lower()).rglob("*.py"))
    names = [
        ".".join(("analysis", *path.relative_to(package).with_suffix("").parts))
        for path in paths
        if path.stem not in ("__init__", "__main__") and _has_public(path)
    ]
    return "\n\n".join([f"# {title}", *(f"::: {name}" for name in names)]) + "\n"


def _has_public(path: Path) -> bool:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    kinds = (ast.FunctionDef, ast.ClassDef)
    return any(isinstance(node, kinds) and not node.name.startswith("_") for node in body)
