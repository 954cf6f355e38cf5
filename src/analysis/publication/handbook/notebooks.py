"""The reference of the notebooks, from the notebooks themselves: question, parameters, cells."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from analysis.facts.errors import AnalysisError
from analysis.facts.files import project_root
from analysis.publication.handbook.text import table

# A parameter as the notebooks write it: name: type = default  # help
_PARAMETER: Final = re.compile(
    r"^(?P<name>\w+)\s*:\s*(?P<type>[\w\[\], |]+?)\s*=\s*(?P<default>.*?)\s*#\s*(?P<help>.+)$"
)


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook, as its cell declares it."""

    name: str
    type: str
    default: str
    help: str


def notebook_paths() -> list[Path]:
    """Return the notebooks in their order."""
    return sorted((project_root() / "notebooks").glob("[0-9]*_*.ipynb"))


def parameters(path: Path) -> list[Parameter]:
    """Return the parameters of a notebook.

    Raises
    ------
    AnalysisError
        If a line of its parameter cell is not typed and commented.
    """
    found = []
    for cell in _cells(path):
        if "parameters" not in cell["metadata"].get("tags", ()):
            continue
        for line in filter(None, _source(cell).splitlines()):
            match = _PARAMETER.match(line)
            if match is None:
                raise AnalysisError(
                    f"{path.name}: expected `name: type = default  # help`, found {line!r}"
                )
            found.append(Parameter(**match.groupdict()))
    return found


def reference() -> str:
    """Return one section a notebook: its question, its parameters, how to run it."""
    return "\n\n".join(_section(path) for path in notebook_paths())


def _section(path: Path) -> str:
    texts = [_source(cell) for cell in _cells(path) if cell["cell_type"] == "markdown"]
    title = texts[0].splitlines()[0].lstrip("# ")
    prose = next((p for text in texts for p in text.split("\n\n") if not p.startswith("#")), "")
    declared = parameters(path)
    body = [(f"`{p.name}`", p.type, f"`{p.default}`", p.help) for p in declared]
    told = table(("parameter", "type", "default", "meaning"), body) if body else "No parameters."
    first = f" -p {declared[0].name} {declared[0].default}" if declared else ""
    run = f"```sh\n.venv/bin/papermill notebooks/{path.name} out.ipynb{first}\n```"
    return f"## {path.stem}: {title} {{ #{path.stem} }}\n\n{prose}\n\n{told}\n\n{run}"


def _cells(path: Path) -> list[Any]:
    cells: list[Any] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return cells


def _source(cell: Any) -> str:
    return "".join(cell["source"])
