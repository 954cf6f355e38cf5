"""From an executed notebook to the content of a brief.

Outputs that carry a block (`analysis.briefs.blocks`) are taken as they are, others are shown as
far as paper can show them (`analysis.export.outputs`); Markdown cells become blocks of their own.
Code is hidden, and cells as their tags say (`analysis.export.marks`). What cannot be shown is named
with its cell's number or refused, never dropped.
"""

from __future__ import annotations

import copy
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets.config import Application, Config

from analysis.briefs.blocks import MIME, Block, Content, Preformatted, Title
from analysis.export.images import Place
from analysis.export.marks import Marks, front_matter, marks_of
from analysis.export.outputs import is_picture, outputs_of
from analysis.export.prose import Prose, elements, html_blocks, markdown_blocks
from analysis.facts.errors import AnalysisError, BriefError
from analysis.settings.notebooks import ended_well, refuse_undeclared

_LOG: Final = logging.getLogger("analysis")
_STAMP: Final = "brief"
"""Under this name a cell's metadata keeps what nbconvert's preprocessors change."""
_TOP: Final = 2
"""A heading among so many blocks is the title: badges may stand above it."""


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
    for cell, number, marks in numbered:
        for output in cell.get("outputs", ()):
            failed = output.output_type == "error" and not ended_well(output)
            if failed and not marks.may_fail:
                message = " ".join(output.evalue.split())
                raise BriefError(f"cell {number} failed: {output.ename}: {message}")
    numbered = _up_to_its_end(numbered)
    sources = {tag: c.source for c in notebook.cells for tag in c.metadata.get("tags", ())}
    if {"parameters", "injected-parameters"} <= {*sources}:
        refuse_undeclared(sources["parameters"], sources["injected-parameters"])
    title, abstract, rest = front_matter(notebook.cells[0]) if notebook.cells else (None, "", "")
    if title:
        first = copy.copy(notebook.cells[0])
        first.source = rest
        numbered[0] = (first, *numbered[0][1:])
    shown = [title] if title else []
    shown += [block.content() for block in markdown_blocks(abstract, Place())]
    for cell, number, marks in numbered:
        if marks.cell:
            place = Place(number, folder, cell.get("attachments", {}))
            shown += _cell_content(cell, marks, place)
    if not shown:
        raise BriefError("the notebook shows nothing: run it before it is rendered as a brief")
    _refuse_unrun_cells(numbered)
    _tell_what_is_left_out(numbered)
    return _finished(readable(shown))


_UNREADABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]"
)
# ECMA-48: control sequences, strings such as a window's title or a link, and short escapes.
_TERMINAL: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-OQ-WYZ\\`-~]"
)


def readable(value: Any) -> Any:
    """Return content with a replacement character for each control, half pair and private one.

    Neither HTML nor PDF/A can hold them, and a printed output may contain any. What a terminal
    takes as a command is dropped, and so is the mark of byte order, which begins many a CSV file.
    """
    if isinstance(value, str):
        return _UNREADABLE.sub("\ufffd", _TERMINAL.sub("", value.replace("\ufeff", "")))
    if isinstance(value, list):
        return [readable(item) for item in value]
    if isinstance(value, dict):
        return {key: readable(item) for key, item in value.items()}
    return value


Numbered = list[tuple[NotebookNode, int, Marks]]


def _up_to_its_end(cells: Numbered) -> Numbered:
    """Leave out what lies behind a cell that ended the notebook well, if nothing of it was run."""
    for place, (cell, _, _) in enumerate(cells, start=1):
        if any(map(ended_well, cell.get("outputs", ()))):
            return cells if any(_ran(behind) for behind, _, _ in cells[place:]) else cells[:place]
    return cells


def _refuse_unrun_cells(cells: Numbered) -> None:
    """Refuse a notebook of which no cell was run, or one of those that count their runs was not."""
    code = {
        number: cell.metadata.get(_STAMP, {}).get("ran") or _ran(cell)
        for cell, number, marks in cells
        if cell.cell_type == "code" and cell.source.strip() and marks.runs
    }
    counted = any(cell.get("execution_count") for cell, _, _ in cells)
    unrun = [number for number, ran in code.items() if not ran]
    if unrun and (counted or len(unrun) == len(code)):
        raise BriefError(
            f"cell {unrun[0]} was not run: run the notebook before it is rendered as a brief"
        )


def _ran(cell: NotebookNode) -> bool:
    return bool(cell.get("outputs") or cell.get("execution_count"))


def _tell_what_is_left_out(cells: Numbered) -> None:
    """Warn of raw cells in other languages, of error streams, and of scripts in outputs."""
    raw, errors, scripts = "raw cells", "error streams of cells", "scripts of cells"
    left_out: dict[str, dict[str, None]] = {raw: {}, errors: {}, scripts: {}}
    for cell, number, marks in cells:
        if cell.source and cell.cell_type == "raw" and not _reader(cell):
            left_out[raw][str(number)] = None
        for output in cell.get("outputs", ()) if marks.cell and marks.output else ():
            html = "".join(output.get("data", {}).get("text/html", ()))
            if output.get("name") == "stderr" and output.text.strip():
                left_out[errors][str(number)] = None
            if "<script" in html and not (is_picture(output) or MIME in output.data):
                left_out[scripts][str(number)] = None
    for kind, numbers in left_out.items():
        if numbers:
            _LOG.warning("%s are left out: %s", kind, ", ".join(numbers))


def _cell_content(cell: NotebookNode, marks: Marks, place: Place) -> list[Content]:
    """Return what a cell shows, with the caption that it gives its table, or above all if none."""
    shown: list[Content] = []
    if reader := _reader(cell):
        shown += (block.content() for block in reader(cell.source, place))
    elif cell.cell_type == "code":
        shown += [Preformatted(text=marks.code).content()] if marks.code else []
        shown += outputs_of(cell, marks, place)
    if marks.table_caption and shown:
        caption = {"tag": "caption", "attributes": {}, "children": [marks.table_caption]}
        tables = (table for c in shown for table in elements(c.get("nodes", ()), "table"))
        if table := next(tables, None):
            table["children"] = [caption, *table["children"]]
        else:
            shown.insert(0, Prose(nodes=[caption | {"tag": "p"}]).content())
    return shown


def _reader(cell: NotebookNode) -> Callable[[str, Place], Iterator[Block]] | None:
    """Return what reads the text of a cell; raw cells say in which language they are."""
    raw = cell.metadata.get("raw_mimetype") or cell.metadata.get("format")
    kinds = {"markdown": "text/markdown", "raw": raw}
    readers = {"text/markdown": markdown_blocks, "text/html": html_blocks}
    return readers.get(kinds.get(cell.cell_type, ""))


def title_of(contents: Sequence[Content]) -> Content:
    """Return the title block of a brief, or one made from a heading at its top.

    So a notebook that is no brief of ours gets a page title too.
    """
    if title := next((c for c in contents if c["kind"] == "title"), None):
        return title
    heading = next((c["text"] for c in contents[:_TOP] if c["kind"] == "heading"), "Brief")
    return Title(title=heading).content()


def _finished(contents: list[Content]) -> list[Content]:
    """Return the blocks as a whole: titled, levels closed up, each picture with words.

    A heading at the top is the title, if there is no other. Headings do not skip a level, as
    readers of a PDF require. A picture without words has those of the heading above it.
    """
    kinds = [content["kind"] for content in contents]
    if "title" not in kinds and "heading" in kinds[:_TOP]:
        place = kinds.index("heading")
        contents = [title_of(contents), *contents[:place], *contents[place + 1 :]]
    heading, above, lacking = title_of(contents)["title"], [1], 0
    for content in contents:
        level = {"title": 1, "findings": 2}.get(content["kind"], content.get("level"))
        if level is not None:
            above = [*(other for other in above if other < level), level]
        if content["kind"] == "heading":
            heading, content["level"] = content["text"], len(above)
        for node in elements(content.get("nodes", ()), "img"):
            lacking += not node["attributes"]["alt"]
            node["attributes"]["alt"] = node["attributes"]["alt"] or heading
    if lacking:
        have, are = ("pictures have", "are") if lacking > 1 else ("picture has", "is")
        _LOG.warning(
            f"{lacking} {have} no alt text and {are} called by the heading above: say what is seen "
            "by display(..., metadata={'image/png': {'alt': ...}}), #| fig-alt or ![words](...)"
        )
    return contents


class BriefExporter(Exporter):
    """An nbconvert exporter that renders the blocks of an executed notebook."""

    render: Callable[[list[Content]], str | bytes]
    """Makes the document."""

    def _file_extension_default(self) -> str:
        return f".{self.output_mimetype.rpartition('/')[2]}"

    @property
    def default_config(self) -> Config:
        """Nbconvert's own, with its choice of cells by tags as its other formats have it."""
        config = Config({"TagRemovePreprocessor": {"enabled": True}})
        config.merge(super().default_config)
        return config

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str | bytes, dict[str, Any]]:
        """Return the document and nbconvert's resources; raises as `brief_content`."""
        stamped = copy.deepcopy(nb)
        for number, cell in enumerate(stamped.cells, start=1):
            cell.metadata[_STAMP] = {"number": number, "ran": _ran(cell)}
        notebook, extended = super().from_notebook_node(stamped, resources, **kw)
        about = extended.get("metadata", {})
        path = about.get("path", "")
        try:
            return self.render(brief_content(notebook, Path(path) if path else None)), extended
        except AnalysisError as refusal:
            # The command would print a traceback; a server or a script is told by the exception.
            if Application.initialized() and Application.instance().name == "jupyter-nbconvert":
                raise SystemExit(f"{about.get('name', 'the notebook')}: {refusal}") from None
            raise
