"""From an executed notebook to the content of a brief.

Outputs that carry a block (`analysis.briefs.blocks`) are taken as they are, others are shown as
far as paper can show them (`analysis.export.outputs`); Markdown cells become blocks of their own.
Code is hidden, and cells as their tags say (`analysis.export.tags`). What cannot be shown is named
with its cell's number or refused, never dropped.
"""

from __future__ import annotations

import copy
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets.config import Config

from analysis.briefs.blocks import KINDS, MIME, Block, Content, Preformatted
from analysis.export.front import front_matter
from analysis.export.images import Place
from analysis.export.markdown import markdown_blocks
from analysis.export.nodes import html_blocks
from analysis.export.outputs import captioned, is_handle, output_blocks
from analysis.export.tags import Marks, marks_of
from analysis.export.whole import closed_up, described, titled
from analysis.facts.errors import BriefError
from analysis.settings.notebooks import merged, refuse_undeclared

_STAMP: Final = "brief"
"""Under this name a cell's metadata keeps what nbconvert's preprocessors change."""


def brief_content(notebook: NotebookNode, folder: Path | None = None) -> list[Content]:
    """Return the blocks of an executed notebook, in order.

    Parameters
    ----------
    notebook
        A version 4 notebook with outputs.
    folder
        Where its file lies, for the pictures beside it; without it they are not shown.

    Raises
    ------
    BriefError
        If a cell failed or was not run, holds a picture that cannot be shown, or stores a block
        that this version does not know; or if nothing is left to show.
    ParameterError
        If papermill gave it a parameter that it does not declare.
    """
    numbered = [
        (cell, cell.metadata.get(_STAMP, {}).get("number", place), marks_of(cell))
        for place, cell in enumerate(notebook.cells, start=1)
    ]
    _refuse_failed_cells(numbered)
    _refuse_parameters(notebook)
    title, abstract, rest = front_matter(notebook.cells[0]) if notebook.cells else (None, "", "")
    contents = [readable(block.content()) for block in (title, *markdown_blocks(abstract)) if block]
    if title:
        first = copy.copy(notebook.cells[0])
        first.source = rest
        numbered[0] = (first, *numbered[0][1:])
    contents += [
        readable(content)
        for cell, number, marks in numbered
        if marks.cell
        for content in captioned(
            _cell_content(cell, marks, Place(number, folder, cell.get("attachments", {}))), marks
        )
    ]
    if not contents:
        raise BriefError("the notebook shows nothing: run it before it is rendered as a brief")
    _refuse_unrun_cells(numbered)
    _tell_what_is_left_out(numbered)
    return described(closed_up(titled(contents)))


_UNREADABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
# ECMA-48: control sequences, strings such as a window's title or a link, and short escapes.
_TERMINAL: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-OQ-WYZ\\`-~]"
)


def readable(value: Any) -> Any:
    """Return content with a replacement character for each control character and half pair.

    Neither HTML nor PDF can hold them, and a printed output may contain any. What a terminal would
    take as a command is dropped.
    """
    if isinstance(value, str):
        return _UNREADABLE.sub("\ufffd", _TERMINAL.sub("", value))
    if isinstance(value, list):
        return [readable(item) for item in value]
    if isinstance(value, dict):
        return {key: readable(item) for key, item in value.items()}
    return value


Numbered = list[tuple[NotebookNode, int, Marks]]


def _refuse_failed_cells(cells: Numbered) -> None:
    for cell, number, marks in cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "error" and not marks.may_fail:
                message = " ".join(output.evalue.split())
                raise BriefError(f"cell {number} failed: {output.ename}: {message}")


def _refuse_unrun_cells(cells: Numbered) -> None:
    """Refuse a notebook of which no cell was run, or one of those that count their runs was not."""
    code = [
        (number, cell.metadata.get(_STAMP, {}).get("ran") or _ran(cell))
        for cell, number, marks in cells
        if cell.cell_type == "code" and cell.source.strip() and marks.runs
    ]
    unrun = [number for number, ran in code if not ran]
    counted = any(cell.get("execution_count") for cell, _, _ in cells)
    if unrun and (counted or len(unrun) == len(code)):
        raise BriefError(
            f"cell {unrun[0]} was not run: run the notebook before it is rendered as a brief"
        )


def _tell_what_is_left_out(cells: Numbered) -> None:
    """Warn of raw cells in other languages, of error streams, and of scripts in outputs."""
    left_out = {
        "raw cells": [
            n
            for cell, n, _ in cells
            if cell.source and cell.cell_type == "raw" and not _reader(cell)
        ],
        **{
            f"{what} of cells": [
                number
                for cell, number, marks in cells
                if marks.cell and marks.output and any(map(is_it, cell.get("outputs", ())))
            ]
            for what, is_it in (("error streams", _is_error_stream), ("scripts", _has_script))
        },
    }
    for what, numbers in left_out.items():
        if numbers:
            told = ", ".join(map(str, numbers))
            logging.getLogger("analysis").warning("%s are left out: %s", what, told)


def _is_error_stream(output: NotebookNode) -> bool:
    return bool(output.get("name") == "stderr" and output.text.strip())


def _has_script(output: NotebookNode) -> bool:
    html = "".join(output.get("data", {}).get("text/html", ()))
    return "<script" in html and not _is_picture(output) and MIME not in output.data


def _is_picture(output: NotebookNode) -> bool:
    return any(media.startswith("image/") for media in output.get("data", ()))


def _ran(cell: NotebookNode) -> bool:
    return bool(cell.get("outputs") or cell.get("execution_count"))


def _refuse_parameters(notebook: NotebookNode) -> None:
    sources = {
        tag: cell.source
        for cell in notebook.cells
        for tag in cell.metadata.get("tags", ())
        if tag in ("parameters", "injected-parameters")
    }
    if len(sources) == 2:
        refuse_undeclared(sources["parameters"], sources["injected-parameters"])


def _cell_content(cell: NotebookNode, marks: Marks, place: Place) -> Iterator[Content]:
    if reader := _reader(cell):
        for block in reader(cell.source, place):
            yield block.content()
    elif cell.cell_type == "code":
        if marks.code:
            yield Preformatted(text=marks.code).content()
        # Warnings and progress are for the analyst; what is printed on purpose is shown.
        shown = cell.outputs if marks.output else []
        outputs = merged(output for output in shown if output.get("name") != "stderr")
        # What draws a picture often returns its parts, which the picture shows.
        drawn = any(map(_is_picture, outputs))
        for output in outputs:
            if drawn and is_handle(output):
                continue
            if MIME in output.get("data", {}):
                yield checked(output.data[MIME], place.number)
            else:
                yield from (block.content() for block in output_blocks(output, marks, place))
            if _is_picture(output):
                marks = marks.after_picture()


def _reader(cell: NotebookNode) -> Callable[[str, Place], Iterator[Block]] | None:
    """Return what reads the text of a cell; raw cells say in which language they are."""
    raw = cell.metadata.get("raw_mimetype") or cell.metadata.get("format")
    kinds = {"markdown": "text/markdown", "raw": raw}
    readers = {"text/markdown": markdown_blocks, "text/html": html_blocks}
    return readers.get(kinds.get(cell.cell_type, ""))


def checked(content: Any, number: int) -> Content:
    """Return a stored block's content if it is of a known kind and has all its fields.

    Raises
    ------
    BriefError
        Naming the cell and what is wrong.
    """
    kind = content.get("kind") if isinstance(content, dict) else None
    if kind not in KINDS:
        raise BriefError(
            f"cell {number} stores a block of kind {kind!r}; known are {', '.join(KINDS)}"
        )
    expected = set(KINDS[kind].__dataclass_fields__) | {"kind"}
    if set(content) != expected:
        odd = ", ".join(sorted(set(content) ^ expected))
        raise BriefError(
            f"cell {number}: a block of kind {kind} has missing or unknown fields: {odd}"
        )
    if kind == "figure" and (not content["alt"].strip() or content["alt"] == content["caption"]):
        raise BriefError(
            f"cell {number}: the figure {content['title']!r} needs an alt text "
            "that says what it shows and is not its caption"
        )
    if not re.fullmatch(r"([a-z0-9]+(_[a-z0-9]+)*)?", str(content.get("name", ""))):
        raise BriefError(
            f"cell {number}: the name {content['name']!r} of a {kind} becomes a file's: expected "
            "small letters and digits, with _ between words"
        )
    return dict(content)


class BriefExporter(Exporter):
    """An nbconvert exporter that renders the blocks of an executed notebook."""

    render: Callable[[list[Content]], str | bytes]
    """Makes the document."""

    @property
    def default_config(self) -> Config:
        """Nbconvert's own, with its choice of cells by tags as its other formats have it."""
        config = Config({"TagRemovePreprocessor": {"enabled": True}})
        config.merge(super().default_config)
        return config

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str | bytes, dict[str, Any]]:
        """Return the document and nbconvert's resources.

        Raises
        ------
        BriefError
            If the notebook cannot be shown as a brief.
        """
        stamped = copy.deepcopy(nb)
        for number, cell in enumerate(stamped.cells, start=1):
            cell.metadata[_STAMP] = {"number": number, "ran": _ran(cell)}
        notebook, extended = super().from_notebook_node(stamped, resources, **kw)
        path = extended.get("metadata", {}).get("path", "")
        contents = brief_content(notebook, Path(path) if path else None)
        return self.render(contents), extended
