"""Outputs of a cell as blocks: each is shown, or named as one that a brief cannot show."""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from typing import Any, Final

from nbformat import NotebookNode

from analysis.briefs.blocks import Block, Note, Preformatted
from analysis.export.charts import chart_blocks
from analysis.export.formulas import formula
from analysis.export.images import FORMATS, SVG, Place, picture
from analysis.export.markdown import markdown_blocks
from analysis.export.nodes import Prose, html_blocks
from analysis.export.tags import Marks
from analysis.facts.errors import BriefError

_PICTURES: Final = (SVG, *(f"image/{name}" for name in FORMATS.values()))
_CHARTS: Final = ("vnd.plotly", "vnd.vega")
_WIDGET: Final = "application/vnd.jupyter.widget-view+json"
# What Python prints of an object that has no text of its own.
_ADDRESS: Final = re.compile(r"(<[^<>]{1,300}?) at 0x[0-9a-fA-F]+(?=[^<>]{0,300}>)")


def output_blocks(output: NotebookNode, marks: Marks, place: Place) -> Iterable[Block]:
    """Return what a brief shows of an output that holds no block of ours.

    Parameters
    ----------
    output
        Of a cell.
    marks
        What the cell asks for.
    place
        Where the cell stands.

    Raises
    ------
    BriefError
        If it holds a picture that cannot be shown.
    """
    if output.output_type == "stream":
        # Warnings and progress are for the analyst; what is printed on purpose is shown.
        printed = output.name == "stdout" and output.text.strip()
        return _printed(output.text, marks, place) if printed else []
    if output.output_type == "error":
        return [Preformatted(text=f"{output.ename}: {without_addresses(output.evalue)}")]
    data = {media: _joined(value) for media, value in output.get("data", {}).items()}
    picked = next((media for media in _PICTURES if media in data), "")
    if picked:
        return [_figure(picked, data[picked], output.get("metadata", {}), marks, place)]
    return _displayed(data, place)


def without_addresses(text: str) -> str:
    """Return a text without the addresses in memory that Python prints of objects."""
    return _ADDRESS.sub(r"\1", text)


def _joined(value: Any) -> Any:
    texts = isinstance(value, list) and all(isinstance(line, str) for line in value)
    return "".join(value) if texts else value


def _printed(text: str, marks: Marks, place: Place) -> Iterator[Block]:
    if marks.verbatim:
        yield from markdown_blocks(text, place)
        return
    # A line is what stands last between its returns, as on a terminal: progress bars.
    lines = [line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n")]
    yield Preformatted(text=without_addresses("\n".join(lines)).rstrip())


def _figure(media: str, value: str, metadata: Any, marks: Marks, place: Place) -> Prose:
    """Return a picture with its caption; its words are the output's, or else the cell's."""
    about = metadata.get(media, {})
    alt = about.get("alt") or metadata.get("alt") or marks.alt or marks.caption
    try:
        file = value.encode() if media == SVG else b64decode(value)
    except binascii.Error as error:
        raise BriefError(f"cell {place.number} holds no {media}: {error}") from None
    shown = picture(media, file, str(alt), place, str(about.get("width", "")))
    caption = {"tag": "figcaption", "attributes": {}, "children": [marks.caption]}
    parts = [shown, caption] if marks.caption else [shown]
    return Prose(nodes=[{"tag": "figure", "attributes": {}, "children": parts}])


def _displayed(data: dict[str, Any], place: Place) -> list[Block]:
    """Return the first form of an output that says something to a reader of paper."""
    for media in data:
        if any(kind in media for kind in _CHARTS):
            return list(chart_blocks(media, data[media], place.number))
    if _WIDGET in data:
        return [_left_out(place, "a widget, which answers only in a running notebook")]
    if "text/html" in data:
        blocks = list(html_blocks(without_addresses(data["text/html"]), place))
        if any(map(_says_something, blocks)):
            return blocks
    if "text/markdown" in data:
        return list(markdown_blocks(data["text/markdown"], place))
    if "text/latex" in data:
        return list(_latex(data["text/latex"], place))
    for media in ("application/json", "application/geo+json"):
        if media in data:
            return [Preformatted(text=json.dumps(data[media], indent=2, ensure_ascii=False))]
    text = str(data.pop("text/plain", ""))
    # A name in angle brackets stands for what the other forms would have shown.
    if text.strip() and not (data and text.startswith("<")):
        return [Preformatted(text=without_addresses(text))]
    return [_left_out(place, " and ".join(data))] if data else []


def _left_out(place: Place, what: str) -> Note:
    return Note(label="Left out", text=f"Cell {place.number} shows {what}; a brief cannot.")


def _says_something(block: Block) -> bool:
    content = block.content()
    return bool(content.get("text") or any(map(_is_seen, content.get("nodes", ()))))


def _is_seen(node: Any) -> bool:
    if isinstance(node, str):
        return bool(node.strip())
    return node["tag"] == "img" or any(map(_is_seen, node["children"]))


def _latex(source: str, place: Place) -> Iterator[Block]:
    """Yield a text in LaTeX: a formula, prose that holds formulas, or its source."""
    text = source.strip()
    for sign, end in (("$$", "$$"), ("$", "$"), ("\\[", "\\]"), ("\\(", "\\)")):
        inner = text.removeprefix(sign).removesuffix(end)
        if text.startswith(sign) and text.endswith(end) and sign not in inner:
            yield Prose(nodes=[formula(inner, block=True)])
            return
    if text.startswith("\\begin{"):
        yield Prose(nodes=[formula(text, block=True)])
    elif "$" in text:
        yield from markdown_blocks(text, place)
    else:
        yield Preformatted(text=text)
