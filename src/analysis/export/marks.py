"""What the author of a notebook says of it and its cells: YAML header, tags and ``#|`` options.

Code is never shown unless asked for, so that what hides code is met already. The table in
`docs/howto/your_own_notebook.md` says what each mark does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any, Final

import yaml
from nbformat import NotebookNode

from analysis.briefs.blocks import Content, Title

# Tags of cells that do not appear, and of those whose outputs do not. A ``_`` counts as a ``-``.
_LEFT_OUT: Final = {
    *("analyst-only", "parameters", "injected-parameters", "papermill-error-cell-tag"),
    *("remove-cell", "hide-cell"),
}
_LANGUAGE: Final = re.compile("[a-z]{2,3}(-[A-Z]{2})?")
"""A language, and a country, as pages and Typst have them."""
_WITHOUT_OUTPUT: Final = {"remove-output", "hide-output", "remove-all-outputs"}


def front_matter(cell: NotebookNode) -> tuple[Content | None, str, str]:
    """Return the title and abstract in the header of a notebook's first cell, and its other text.

    Quarto, Jupytext and Jupyter Book begin a notebook so, in a raw cell or one of Markdown.
    """
    before, _, rest = cell.source.lstrip().partition("\n")
    header, closing, text = f"{rest}\n".partition("\n---\n")
    begins = cell.cell_type != "code" and before.rstrip() == "---" and closing
    told = _mapping(header) if begins else {}
    if not told.get("title"):
        return None, "", cell.source
    authors = told.get("author") or told.get("authors")
    authors = authors if isinstance(authors, list) else [authors]
    named = [author.get("name") if isinstance(author, dict) else author for author in authors]
    names = [name for name in named if isinstance(name, str)]
    below = (told.get("subtitle"), *names, told.get("date"))
    subtitle = " · ".join(str(part) for part in below if part)
    abstract = "\n\n".join(str(told[key]) for key in ("abstract", "description") if told.get(key))
    title = Title(title=str(told["title"]), subtitle=subtitle).content()
    if _LANGUAGE.fullmatch(lang := str(told.get("lang"))):
        title["lang"] = lang
    return title, abstract, text.strip()


@dataclass(frozen=True)
class Marks:
    """What is shown of a cell."""

    cell: bool  # whether it appears at all, and its outputs
    output: bool
    code: str  # where it is asked for, without the options
    runs: bool  # whether it is meant to be run, and its error to be shown rather than refused
    may_fail: bool
    verbatim: bool  # whether what it prints is Markdown
    alts: Sequence[str]  # of its pictures in order, the last also of those that follow
    captions: Sequence[str]  # the same; one empty text for none
    table_caption: str  # of its first table, or empty

    def after_picture(self) -> Marks:
        """Return what is left for the pictures after the first."""
        alts, captions = self.alts[1:] or self.alts, self.captions[1:] or self.captions
        return replace(self, alts=alts, captions=captions)


def marks_of(cell: NotebookNode) -> Marks:
    """Return what a cell's tags and options say."""
    tags = {str(tag).replace("_", "-") for tag in cell.metadata.get("tags", ())}
    lines = cell.source.splitlines() if cell.cell_type == "code" else []
    head = list(takewhile(lambda line: line.startswith("#|"), lines))
    asked = _mapping("\n".join(line[2:].removeprefix(" ") for line in head))
    gone = _LEFT_OUT & tags or cell.metadata.get("nbsphinx") == "hidden"
    hidden = cell.metadata.get("jupyter", {}).get("outputs_hidden") or _WITHOUT_OUTPUT & tags
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


def _mapping(text: str) -> dict[Any, Any]:
    """Return a mapping in YAML; nothing where there is none."""
    try:
        told = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    return told if isinstance(told, dict) else {}


def _texts(option: Any) -> list[str]:
    """Return the texts of an option that holds one or a list of them."""
    if isinstance(option, list):
        return [*(str(text or "") for text in option), ""]
    return [str(option or "")]
