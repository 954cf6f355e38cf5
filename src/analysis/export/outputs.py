"""Outputs of a cell as blocks: each is shown, or named as one that a brief cannot show."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from typing import Any, Final

from nbformat import NotebookNode

from analysis.briefs.blocks import Block, Content, Note, Preformatted
from analysis.export.charts import chart_blocks
from analysis.export.formulas import formula
from analysis.export.images import FORMATS, SVG, Place, picture
from analysis.export.markdown import markdown_blocks
from analysis.export.nodes import Prose, html_blocks, nested
from analysis.export.tags import Marks
from analysis.facts.errors import BriefError

_PICTURES: Final = (SVG, *(f"image/{name}" for name in FORMATS.values()))
_CHARTS: Final = ("vnd.plotly", "vnd.vega")
# What Python prints of an object that has no text of its own.
_ADDRESS: Final = re.compile(r" at 0x[0-9a-fA-F]+(?=[>:]|&gt;|, file )")
_HANDLE: Final = re.compile(r"(array\()?[\[({]*<")
_FORMULA: Final = re.compile(r"\$\$([^$]*)\$\$|\$([^$]*)\$|\\\[(.*)\\\]|(\\begin\{.*)", re.DOTALL)


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
        if not output.text.strip():
            return []
        if marks.verbatim:
            return markdown_blocks(output.text, place)
        return _plain("\n".join(map(_as_it_ended, output.text.split("\n"))).rstrip())
    if output.output_type == "error":
        return _plain(f"{output.ename}: {output.evalue}")
    data = {
        media: "".join(value) if isinstance(value, list) and "json" not in media else value
        for media, value in output.get("data", {}).items()
    }
    picked = next((media for media in _PICTURES if media in data), "")
    if picked:
        return [_figure(picked, data[picked], output.get("metadata", {}), marks, place)]
    return _displayed(data, place)


def is_handle(output: NotebookNode) -> bool:
    """Tell whether an output is the name of an object alone, as plotting calls return it."""
    data = output.get("data", {})
    return set(data) == {"text/plain"} and bool(_HANDLE.match("".join(data["text/plain"])))


def captioned(contents: Iterable[Content], marks: Marks) -> Iterator[Content]:
    """Yield what a cell shows, with the caption that it gives its table, or above all if none."""
    shown = list(contents)
    if marks.table_caption and shown:
        caption = {"tag": "caption", "attributes": {}, "children": [marks.table_caption]}
        tables = (table for c in shown for table in nested(c.get("nodes", ()), "table"))
        if table := next(tables, None):
            table["children"] = [caption, *table["children"]]
        else:
            yield Prose(nodes=[caption | {"tag": "p"}]).content()
    yield from shown


def _as_it_ended(line: str) -> str:
    """Return what a terminal shows of a line that returns, or steps back, as progress bars do."""
    letters: list[str] = []
    for letter in line.rstrip("\r").rpartition("\r")[2]:
        if letter != "\b":
            letters.append(letter)
        elif letters:
            letters.pop()
    return "".join(letters)


def _plain(text: str) -> list[Block]:
    return [Preformatted(text=_ADDRESS.sub("", text))]


def _figure(media: str, value: str, metadata: Any, marks: Marks, place: Place) -> Prose:
    """Return a picture with its caption; its words are the output's, or else the cell's."""
    about = metadata.get(media, {})
    alt = about.get("alt") or metadata.get("alt") or marks.alts[0]
    try:
        file = value.encode() if media == SVG else b64decode(value)
    except ValueError as error:
        raise BriefError(f"cell {place.number} holds no {media}: {error}") from None
    parts = [picture(media, file, str(alt), place, str(about.get("width", "")))]
    if caption := marks.captions[0]:
        parts[0]["attributes"]["alt"] = parts[0]["attributes"]["alt"] or caption
        parts.append({"tag": "figcaption", "attributes": {}, "children": [caption]})
    return Prose(nodes=[{"tag": "figure", "attributes": {}, "children": parts}])


def _displayed(data: dict[str, Any], place: Place) -> Iterable[Block]:
    """Return the first form of an output that says something to a reader of paper."""
    chart = next((media for media in data if any(kind in media for kind in _CHARTS)), "")
    if chart:
        return chart_blocks(chart, data[chart], place)
    widget = any("widget-view" in media for media in data)
    if "text/html" in data and not widget:
        blocks = list(html_blocks(_ADDRESS.sub("", data["text/html"]), place))
        if blocks:
            return blocks
    if "text/markdown" in data:
        return markdown_blocks(data["text/markdown"], place)
    if "text/latex" in data:
        return _latex(data["text/latex"].strip(), place)
    for media in ("application/json", "application/geo+json"):
        if media in data:
            return _plain(json.dumps(data[media], indent=2, ensure_ascii=False))
    text = str(data.pop("text/plain", ""))
    # A name in angle brackets stands for what the other forms would have shown.
    if not data or (text and not text.startswith("<") and not widget):
        return _plain(text) if text.strip() else []
    what = f"Cell {place.number} shows {' and '.join(data)}; a brief cannot."
    return [Note(label="Left out", text=what)]


def _latex(text: str, place: Place) -> Iterable[Block]:
    """Return a text in LaTeX: a formula, prose that holds formulas, or its source."""
    alone = _FORMULA.fullmatch(text)
    if alone:
        source = next(part for part in alone.groups() if part is not None)
        return [Prose(nodes=[formula(source, block=True)])]
    return markdown_blocks(text, place) if "$" in text else _plain(text)
