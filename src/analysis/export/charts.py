"""Interactive charts without a picture of their own: drawn, or as the tables of their values."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.briefs.blocks import Block, Note
from analysis.export.images import Place, picture
from analysis.export.nodes import Prose, html_blocks

_MOST_ROWS, _SCALE = 200, 2
_VALUES: Final = ("x", "y", "z", "labels", "values", "locations", "lon", "lat", "r", "theta")


def chart_blocks(media: str, spec: Any, place: Place) -> Iterator[Block]:
    """Yield a chart of Vega or Altair as its picture; of another, a note and tables of its values.

    Parameters
    ----------
    media, spec
        The media type and what the notebook stores under it.
    place
        Where it stands.
    """
    spec = spec if isinstance(spec, Mapping) else {}
    title = spec.get("layout", spec).get("title", "")
    title = str(title.get("text", "") if isinstance(title, Mapping) else title)
    drawn = _drawn(spec, "vegalite" in media) if "vega" in media else b""
    if drawn:
        alt = str(spec.get("description", title))
        width = int.from_bytes(drawn[16:20]) // _SCALE
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


def _drawn(spec: Any, lite: bool) -> bytes:
    """Return the picture of a chart that carries all its values; nothing if it cannot be drawn."""
    if '"url"' in json.dumps(spec):
        return b""
    import vl_convert  # its engine is large

    draw = vl_convert.vegalite_to_png if lite else vl_convert.vega_to_png
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
