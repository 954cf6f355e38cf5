"""The reference of the notebooks, from the notebooks themselves: question, parameters, cells."""

from __future__ import annotations

from pathlib import Path

import nbformat
import papermill

from analysis.facts.files import project_root
from analysis.publication.handbook.text import table


def reference() -> str:
    """Return one section a notebook: its question, its parameters, how to run it."""
    paths = sorted((project_root() / "notebooks").glob("[0-9]*_*.ipynb"))
    return "\n\n".join(_section(path) for path in paths)


def _section(path: Path) -> str:
    cells = nbformat.read(path, as_version=4).cells  # type: ignore[no-untyped-call]
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    title = texts[0].splitlines()[0].lstrip("# ")
    prose = next((p for text in texts for p in text.split("\n\n") if not p.startswith("#")), "")
    declared = papermill.inspect_notebook(path).values()
    body = [
        (f"`{p['name']}`", p["inferred_type_name"], f"`{p['default']}`", p["help"])
        for p in declared
    ]
    told = table(("parameter", "type", "default", "meaning"), body) if body else "No parameters."
    first = next((f" -p {p['name']} {p['default']}" for p in declared), "")
    run = f"```sh\n.venv/bin/papermill notebooks/{path.name} out.ipynb{first}\n```"
    return f"## {path.stem}: {title} {{ #{path.stem} }}\n\n{prose}\n\n{told}\n\n{run}"
