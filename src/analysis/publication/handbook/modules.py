"""The pages of the API reference: one a package of the house, in the order of the flow."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

PARTS: Final[dict[str, tuple[str, ...]]] = {
    "Facts": ("facts",),
    "Sources": ("sources",),
    "Settings": ("settings",),
    "Reconciliation": ("reconciliation",),
    "Tables": ("tables",),
    "Statistics": ("statistics",),
    "Trajectories": ("trajectories",),
    "Correlations": ("correlations",),
    "Validation": ("validation",),
    "Briefs": ("briefs",),
    "Export": ("export",),
    "Batch": ("batch",),
    "Publication": ("publication",),
}
"""Title of the page -> modules and packages of `analysis` on it."""


def pages(package: Path) -> dict[str, str]:
    """Return the pages of the reference: address below reference/api -> Markdown.

    Parameters
    ----------
    package
        The folder of the package `analysis`.
    """
    made = {}
    for title, names in PARTS.items():
        modules = [module for name in names for module in _modules(package, name)]
        slug = title.lower().replace(" ", "_")
        body = "\n\n".join(f"::: {module}" for module in modules)
        made[f"{slug}.md"] = f"# {title}\n\n{body}\n"
    return made


def _modules(package: Path, name: str) -> list[str]:
    """Return a module, or all modules of a package that hold anything public."""
    if (package / f"{name}.py").is_file():
        return [f"analysis.{name}"]
    found = sorted((package / name).rglob("*.py"))
    return [
        ".".join(("analysis", *path.relative_to(package).with_suffix("").parts))
        for path in found
        if path.stem not in ("__init__", "__main__") and _has_public(path)
    ]


def _has_public(path: Path) -> bool:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    kinds = (ast.FunctionDef, ast.ClassDef)
    return any(isinstance(node, kinds) and not node.name.startswith("_") for node in body)
