"""What the author of a notebook marks as shown or not: tags of cells and ``#|`` options.

Code is never shown unless asked for, so that what hides code is met already. The table that
`docs/howto/your_own_notebook.md` prints says what each mark does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import yaml
from nbformat import NotebookNode

LEFT_OUT: Final = {
    "analyst-only",
    "parameters",
    "injected-parameters",
    "papermill-error-cell-tag",
    "remove-cell",
    "hide-cell",
}
"""Tags of cells that do not appear. A ``_`` in a tag counts as a ``-``."""
WITHOUT_OUTPUT: Final = {"remove-output", "hide-output", "remove-all-outputs"}
"""Tags of cells whose outputs do not appear."""
FAILS: Final = "raises-exception"
"""Tag of a cell whose error is meant to be seen."""


@dataclass(frozen=True)
class Marks:
    """What is shown of a cell.

    Attributes
    ----------
    cell, code, output
        Whether the cell appears at all, its code, and its outputs.
    runs
        Whether it is meant to be run.
    may_fail
        Whether its error is shown rather than refused.
    verbatim
        Whether what it prints is Markdown.
    alt, caption
        Of its pictures, or empty.
    """

    cell: bool
    code: bool
    output: bool
    runs: bool
    may_fail: bool
    verbatim: bool
    alt: str
    caption: str


def marks_of(cell: NotebookNode) -> Marks:
    """Return what a cell's tags and options say."""
    tags = {str(tag).replace("_", "-") for tag in cell.metadata.get("tags", ())}
    asked = _options(cell.source) if cell.cell_type == "code" else {}
    hidden = bool(cell.metadata.get("jupyter", {}).get("outputs_hidden"))
    output = asked.get("output", True)
    return Marks(
        cell=not LEFT_OUT & tags and asked.get("include", True) is not False,
        code=asked.get("echo", False) in (True, "fenced"),
        output=not WITHOUT_OUTPUT & tags and not hidden and output is not False,
        runs=asked.get("eval", True) is not False,
        may_fail=FAILS in tags or asked.get("error") is True,
        verbatim=output == "asis",
        alt=str(asked.get("fig-alt") or ""),
        caption=str(asked.get("fig-cap") or ""),
    )


def code_of(source: str) -> str:
    """Return a cell's code without its options."""
    lines = source.splitlines()
    while lines and lines[0].startswith("#|"):
        lines.pop(0)
    return "\n".join(lines).strip("\n")


def _options(source: str) -> dict[str, Any]:
    """Return the options at the head of a cell; none where they are no YAML mapping."""
    lines = []
    for line in source.splitlines():
        if not line.startswith("#|"):
            break
        lines.append(line[2:].removeprefix(" "))
    try:
        options = yaml.safe_load("\n".join(lines))
    except yaml.YAMLError:
        return {}
    return options if isinstance(options, dict) else {}
