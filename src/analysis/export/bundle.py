"""From an executed notebook to the content of a brief.

Outputs that carry a block (`analysis.briefs.blocks`) are taken as they are; Markdown cells
become blocks of their own; code is hidden. A cell tagged ``analyst-only`` is left out. What a brief
cannot show accessibly - a picture without a text for those who do not see it - is refused with the
cell's number rather than dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from analysis.briefs.blocks import KINDS, MIME, Content, Preformatted
from analysis.export.markdown import markdown_blocks
from analysis.facts.errors import BriefError

HIDING_TAGS: Final = {
    "analyst-only",
    "parameters",
    "injected-parameters",
    "papermill-error-cell-tag",
}


def brief_content(notebook: NotebookNode) -> list[Content]:
    """Return the blocks of an executed notebook, in order.

    Parameters
    ----------
    notebook
        A version 4 notebook with outputs.

    Raises
    ------
    BriefError
        If a cell failed, shows a picture without a description, or stores a block that this
        version does not know; or if nothing is left to show.
    """
    _refuse_failed_cells(notebook)
    contents = [
        content
        for number, cell in enumerate(notebook.cells, start=1)
        if not HIDING_TAGS & set(cell.metadata.get("tags", ()))
        for content in map(readable, _cell_content(cell, number))
    ]
    if not contents:
        raise BriefError("the notebook shows nothing: run it before it is rendered as a brief")
    return contents


_UNREADABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_TERMINAL_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")


def readable(value: Any) -> Any:
    """Return content with a replacement character for each control character and half pair.

    Neither HTML nor PDF can hold them, and a printed output may contain any. What a terminal would
    take as a colour is dropped.
    """
    if isinstance(value, str):
        return _UNREADABLE.sub("\ufffd", _TERMINAL_COLOUR.sub("", value))
    if isinstance(value, list):
        return [readable(item) for item in value]
    if isinstance(value, dict):
        return {key: readable(item) for key, item in value.items()}
    return value


def _refuse_failed_cells(notebook: NotebookNode) -> None:
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                message = " ".join(output.evalue.split())
                raise BriefError(f"cell {number} failed: {output.ename}: {message}")


def _cell_content(cell: NotebookNode, number: int) -> Iterator[Content]:
    if cell.cell_type == "markdown":
        for block in markdown_blocks(cell.source):
            yield block.content()
    elif cell.cell_type == "code":
        for output in cell.outputs:
            yield from _output_content(output, number)


def _output_content(output: NotebookNode, number: int) -> Iterator[Content]:
    if output.output_type == "stream":
        # Warnings and progress are for the analyst; what is printed on purpose is shown.
        if output.name == "stdout" and output.text.strip():
            yield Preformatted(text=output.text.rstrip()).content()
        return
    data = output.get("data", {})
    if MIME in data:
        yield checked(data[MIME], number)
    elif any(media.startswith("image/") for media in data):
        raise BriefError(
            f"cell {number} shows a picture without alt text: wrap it in "
            "analysis.briefs.blocks.Figure, or tag the cell analyst-only"
        )
    elif "text/plain" in data:
        yield Preformatted(text=data["text/plain"]).content()


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

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str | bytes, dict[str, Any]]:
        """Return the document and nbconvert's resources.

        Raises
        ------
        BriefError
            If the notebook cannot be shown as a brief.
        """
        notebook, extended = super().from_notebook_node(nb, resources, **kw)
        return self.render(brief_content(notebook)), extended


def title_of(contents: list[Content]) -> Content:
    """Return the title block of a brief, or one made from its first heading.

    A notebook that is no brief of ours, one with Markdown cells only for example, still gets a
    page title.
    """
    for content in contents:
        if content["kind"] == "title":
            return content
    heading = next((c["text"] for c in contents if c["kind"] == "heading"), "Brief")
    return {**dict.fromkeys(KINDS["title"].__dataclass_fields__, ""), "title": heading}
