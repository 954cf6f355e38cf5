"""What the author of a notebook marks as shown or not: tags of cells and ``#|`` options.

Code is never shown unless asked for, so that what hides code is met already. The table in
`docs/howto/your_own_notebook.md` says what each mark does.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import Final

import yaml
from nbformat import NotebookNode

LEFT_OUT: Final = {
    *("analyst-only", "parameters", "injected-parameters", "papermill-error-cell-tag"),
    *("remove-cell", "hide-cell"),
}
"""Tags of cells that do not appear. A ``_`` in a tag counts as a ``-``."""
WITHOUT_OUTPUT: Final = {"remove-output", "hide-output", "remove-all-outputs"}
"""Tags of cells whose outputs do not appear."""


@dataclass(frozen=True)
class Marks:
    """What is shown of a cell.

    Attributes
    ----------
    cell, output
        Whether the cell appears at all, and its outputs.
    code
        Its code where that is asked for, without the options.
    runs, may_fail
        Whether it is meant to be run, and its error to be shown rather than refused.
    verbatim
        Whether what it prints is Markdown.
    alt, caption
        Of its pictures, or empty.
    """

    cell: bool
    output: bool
    code: str
    runs: bool
    may_fail: bool
    verbatim: bool
    alt: str
    caption: str


def marks_of(cell: NotebookNode) -> Marks:
    """Return what a cell's tags and options say."""
    tags = {str(tag).replace("_", "-") for tag in cell.metadata.get("tags", ())}
    lines = cell.source.splitlines() if cell.cell_type == "code" else []
    head = list(takewhile(lambda line: line.startswith("#|"), lines))
    try:
        options = yaml.safe_load("\n".join(line[2:].removeprefix(" ") for line in head))
    except yaml.YAMLError:
        options = None
    asked = options if isinstance(options, dict) else {}
    hidden = cell.metadata.get("jupyter", {}).get("outputs_hidden") or WITHOUT_OUTPUT & tags
    echo = asked.get("echo") in (True, "fenced")
    return Marks(
        cell=not LEFT_OUT & tags and asked.get("include") is not False,
        output=not hidden and asked.get("output") is not False,
        code="\n".join(lines[len(head) :]).strip("\n") if echo else "",
        runs=asked.get("eval") is not False,
        may_fail="raises-exception" in tags or asked.get("error") is True,
        verbatim=asked.get("output") == "asis",
        alt=str(asked.get("fig-alt") or ""),
        caption=str(asked.get("fig-cap") or ""),
    )
