"""Outputs of a cell as blocks: each is shown, or named as one that a brief cannot show.

Interactive charts without a picture of their own are drawn, or shown as tables of their values.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any, Final

import numpy as np
import pandas as pd
from nbformat import NotebookNode

from analysis.briefs.blocks import KINDS, MIME, Block, Content, Note, Preformatted
from analysis.export.formulas import formula
from analysis.export.images import FORMATS, SVG, Place, picture
from analysis.export.marks import Marks
from analysis.export.prose import Prose, html_blocks, markdown_blocks
from analysis.facts.errors import BriefError
from analysis.settings.notebooks import ended_well, merged

_PICTURES: Final = (SVG, *(f"image/{name}" for name in FORMATS.values()))
_CHARTS: Final = ("vnd.plotly", "vnd.vega")
_MOST_ROWS, _SCALE = 200, 2
_VALUES: Final = ("x", "y", "z", "labels", "values", "locations", "lon", "lat", "r", "theta")
# What Python prints of an object that has no text of its own.
_ADDRESS: Final = re.compile(r" at 0x[0-9a-fA-F]+(?=[>:]|&gt;|, file )")
_HANDLE: Final = re.compile(r"(array\()?[\[({]*<")
# A text has no encoding, whatever its file had.
_DECLARATION: Final = re.compile(r"\s*<\?xml[^>]*\?>")
_FORMULA: Final = re.compile(r"\$\$([^$]*)\$\$|\$([^$]*)\$|\\\[(.*)\\\]|(\\begin\{.*)", re.DOTALL)


def outputs_of(cell: NotebookNode, marks: Marks, place: Place) -> Iterator[Content]:
    """Yield what a brief shows of the outputs of a code cell."""
    # Warnings and progress are for the analyst; what is printed on purpose is shown.
    shown = cell.outputs if marks.output else []
    outputs = merged(output for output in shown if output.get("name") != "stderr")
    # What draws a picture often returns its parts, which the picture shows.
    drawn = any(map(is_picture, outputs))
    for output in outputs:
        data = output.get("data", {})
        if drawn and set(data) == {"text/plain"} and _HANDLE.match("".join(data["text/plain"])):
            continue
        if MIME in data:
            yield checked(data[MIME], place.number)
        else:
            yield from (block.content() for block in _output_blocks(output, marks, place))
        if is_picture(output):
            marks = marks.after_picture()


def is_picture(output: NotebookNode) -> bool:
    """Tell whether an output has a picture among its forms."""
    return any(media.startswith("image/") for media in output.get("data", ()))


def checked(content: Any, number: int) -> Content:
    """Return a stored block's content; `BriefError` tells by the cell's number what is wrong."""
    kind = content.get("kind") if isinstance(content, dict) else None
    if kind not in KINDS:
        wrong = f" stores a block of kind {kind!r}; known are {', '.join(KINDS)}"
    elif odd := {*content} ^ {*KINDS[kind].__dataclass_fields__, "kind"}:
        named = ", ".join(sorted(odd))
        wrong = f": a block of kind {kind} has missing or unknown fields: {named}"
    elif kind == "figure" and (not content["alt"].strip() or content["alt"] == content["caption"]):
        wrong = f": the figure {content['title']!r} needs an alt text that says what it shows "
        wrong += "and is not its caption"
    elif not re.fullmatch(r"([a-z0-9]+(_[a-z0-9]+)*)?", str(content.get("name", ""))):
        wrong = f": the name {content['name']!r} of a {kind} becomes a file's: expected small "
        wrong += "letters and digits, with _ between words"
    else:
        return dict(content)
    raise BriefError(f"cell {number}{wrong}")


def _output_blocks(output: NotebookNode, marks: Marks, place: Place) -> Iterable[Block]:
    """Return what a brief shows of an output that holds no block of ours."""
    if output.output_type == "stream":
        if not output.text.strip():
            return []
        if marks.verbatim:
            return markdown_blocks(output.text, place)
        return _plain("\n".join(map(_as_it_ended, output.text.split("\n"))).rstrip())
    if output.output_type == "error":
        if ended_well(output) and not marks.may_fail:
            return []
        return _plain(f"{output.ename}: {output.evalue}")
    data = {
        media: "".join(value) if isinstance(value, list) and "json" not in media else value
        for media, value in output.get("data", {}).items()
    }
    if picked := next((media for media in _PICTURES if media in data), ""):
        return [_figure(picked, data[picked], output.get("metadata", {}), marks, place)]
    return _displayed(data, place)


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
    file = _DECLARATION.sub("", value, count=1).strip().encode() if media == SVG else value
    parts = [picture(media, file, str(alt), place, str(about.get("width", "")))]
    if caption := marks.captions[0]:
        parts[0]["attributes"]["alt"] = parts[0]["attributes"]["alt"] or caption
        parts.append({"tag": "figcaption", "attributes": {}, "children": [caption]})
    return Prose(nodes=[{"tag": "figure", "attributes": {}, "children": parts}])


def _displayed(data: dict[str, Any], place: Place) -> Iterable[Block]:
    """Return the first form of an output that says something to a reader of paper."""
    if chart := next((media for media in data if any(map(media.__contains__, _CHARTS))), ""):
        return _chart(chart, data[chart], place)
    if spec := _embedded(data.get("text/html", "")):
        return _chart("vegalite", spec, place)
    widget = any("widget-view" in media for media in data)
    html = "" if widget else _ADDRESS.sub("", data.get("text/html", ""))
    if blocks := list(html_blocks(html, place)):
        return blocks
    if "text/markdown" in data:
        return markdown_blocks(data["text/markdown"], place)
    if latex := data.get("text/latex", "").strip():
        if alone := _FORMULA.fullmatch(latex):
            return [Prose(nodes=[formula(alone[alone.lastindex or 0], block=True)])]
        # Prose that holds formulas, or source.
        return markdown_blocks(latex, place) if "$" in latex else _plain(latex)
    for media in ("application/json", "application/geo+json"):
        if media in data:
            return _plain(json.dumps(data[media], indent=2, ensure_ascii=False))
    text = str(data.pop("text/plain", ""))
    # A name in angle brackets stands for what the other forms would have shown.
    if not data or (text and not text.startswith("<") and not widget):
        return _plain(text) if text.strip() else []
    what = f"Cell {place.number} shows {' and '.join(data)}; a brief cannot."
    return [Note(label="Left out", text=what)]


def _chart(media: str, spec: Any, place: Place) -> Iterator[Block]:
    """Yield a chart of Vega as its picture; of another kind, a note and tables of its values."""
    spec = spec if isinstance(spec, Mapping) else {}
    title = spec.get("layout", spec).get("title", "")
    title = str(title.get("text", "") if isinstance(title, Mapping) else title)
    if drawn := _drawn(media, spec):
        alt, width = str(spec.get("description", title)), int.from_bytes(drawn[16:20]) // _SCALE
        yield Prose(nodes=[picture("image/png", drawn, alt, place, str(width))])
        return
    tables = list(_tables(spec))
    about = f"Cell {place.number} shows an interactive chart; a brief cannot. "
    shown = "Its values:" if tables else "It carries no values."
    yield Note(label=title or "Chart", text=about + shown)
    for table in tables:
        yield from html_blocks(table[:_MOST_ROWS].to_html(index=False, na_rep=""), place)
        if len(table) > _MOST_ROWS:
            cut = f"<p>The first {_MOST_ROWS} of {len(table)} rows of {escape(title)}.</p>"
            yield from html_blocks(cut, place)


def _embedded(html: str) -> Any:
    """Return the chart that Altair writes into a script, if there is one."""
    begin = re.search(r"\}\)\((?=\{)", html) if "altair-viz" in html else None
    try:
        return json.JSONDecoder().raw_decode(html, begin.end())[0] if begin else None
    except ValueError:
        return None


def _drawn(media: str, spec: Any) -> bytes:
    """Return the picture of a chart that carries all its values; nothing if it cannot be drawn."""
    if "vega" not in media or '"url"' in json.dumps(spec):
        return b""
    import vl_convert  # its engine is large

    draw = vl_convert.vegalite_to_png if "vegalite" in media else vl_convert.vega_to_png
    try:
        return bytes(draw(spec, scale=_SCALE, allowed_base_urls=[]))
    except ValueError:
        return b""


def _tables(spec: Any) -> Iterator[pd.DataFrame]:
    """Yield the values of each source of a chart."""
    data = spec.get("data", [])
    for number, part in enumerate([data] if isinstance(data, Mapping) else data, start=1):
        arrays = {key: pd.Series(_array(part[key])) for key in _VALUES if key in part}
        if isinstance(part.get("values"), list) and "labels" not in part:
            yield pd.DataFrame(part["values"])
        elif arrays:
            name = part.get("name") or f"{part.get('type', 'scatter')} {number}"
            yield pd.DataFrame({"series": name, **arrays})
    yield from map(pd.DataFrame, spec.get("datasets", {}).values())


def _array(value: Any) -> Any:
    """Return the values of an array, which Plotly may store as bytes."""
    if isinstance(value, Mapping) and "bdata" in value:
        return np.frombuffer(b64decode(value["bdata"]), np.dtype(value["dtype"]))
    return value if isinstance(value, list) else [value]
