"""What the author of a notebook marks as shown or not: tags of cells and ``#|`` options.

Code is never shown unless asked for, so that what hides code is met already. The table in
`docs/howto/your_own_notebook.md` says what each mark does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any, Final

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
    alts, captions
        Of its pictures in order, the last also of those that follow; one empty text for none.
    table_caption
        Of its first table, or empty.
    """

    cell: bool
    output: bool
    code: str
    runs: bool
    may_fail: bool
    verbatim: bool
    alts: Sequence[str]
    captions: Sequence[str]
    table_caption: str

    def after_picture(self) -> Marks:
        """Return what is left for the pictures after the first."""
        alts, captions = self.alts[1:] or self.alts, self.captions[1:] or self.captions
        return replace(self, alts=alts, captions=captions)


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
    gone = LEFT_OUT & tags or cell.metadata.get("nbsphinx") == "hidden"
    hidden = cell.metadata.get("jupyter", {}).get("outputs_hidden") or WITHOUT_OUTPUT & tags
    echo = asked.get("echo") in (True, "fenced")
    return Marks(
        cell=not gone and asked.get("include") is not False,
        output=not hidden and asked.get("output") is not False,
        code="\n".join(lines[len(head) :]).strip("\n") if echo else "",
        runs=asked.get("eval") is not False,
        may_fail="raises-exception" in tags or asked.get("error") is True,
        verbatim=asked.get("output") == "asis",
        alts=_texts(asked.get("fig-alt")),
        captions=[
            ": ".join(filter(None, (whole, part)))
            for whole in _texts(asked.get("fig-cap"))
            for part in _texts(asked.get("fig-subcap"))
        ],
        table_caption=_texts(asked.get("tbl-cap"))[0],
    )


def _texts(option: Any) -> list[str]:
    """Return the texts of an option that holds one or a list of them."""
    if isinstance(option, list):
        return [*(str(text or "") for text in option), ""]
    return [str(option or "")]
