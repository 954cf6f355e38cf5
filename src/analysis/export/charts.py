"""Interactive charts without a picture of their own, as the tables of their values."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final

import numpy as np

from analysis.briefs.blocks import Block, Cell, Column, Note, Table

Rows = list[Mapping[str, Any]]

_MOST_ROWS: Final = 200
_VALUES: Final = ("x", "y", "z", "labels", "values", "locations", "lon", "lat", "r", "theta")


def chart_blocks(media: str, spec: Any, number: int) -> Iterator[Block]:
    """Yield the tables of a Plotly or Vega chart, or a note where it carries no values.

    Parameters
    ----------
    media
        Its media type, which names its kind.
    spec
        As the notebook stores it.
    number
        Of the cell.
    """
    kind = "Plotly" if "plotly" in media else "Vega"
    title, tables = _plotly(spec) if kind == "Plotly" else _vega(spec)
    tables = [rows for rows in tables if rows]
    for rows in tables:
        shown = rows[:_MOST_ROWS]
        cut = "" if shown == rows else f" The first {len(shown)} of {len(rows)} rows."
        heads = list(dict.fromkeys(name for row in rows for name in row))
        yield Table(
            title=title or f"Chart of cell {number}",
            columns=[
                Column(head, align="left" if not i else "right") for i, head in enumerate(heads)
            ],
            rows=[[Cell(_text(row.get(head))) for head in heads] for row in shown],
            caption=f"Values of an interactive chart ({kind}), which paper cannot show.{cut}",
        )
    if not tables:
        text = f"Cell {number} shows an interactive chart ({kind}) that carries no values."
        yield Note(label="Left out", text=text)


def _plotly(spec: Any) -> tuple[str, list[Rows]]:
    rows: Rows = []
    for place, trace in enumerate(spec.get("data", ()), start=1):
        arrays = {key: _array(trace[key]) for key in _VALUES if key in trace}
        name = str(trace.get("name") or f"{trace.get('type', 'scatter')} {place}")
        for values in zip_longest(*arrays.values()):
            rows.append({"series": name, **dict(zip(arrays, values, strict=True))})
    title = spec.get("layout", {}).get("title", "")
    return str(title.get("text", "") if isinstance(title, Mapping) else title), [rows]


def _vega(spec: Any) -> tuple[str, list[Rows]]:
    data = spec.get("data", {})
    # Vega itself lists its sources; Vega-Lite has one, or names one of its data sets.
    sources = [data] if isinstance(data, Mapping) else data
    tables = [source.get("values", []) for source in sources]
    tables += spec.get("datasets", {}).values()
    named = [
        [r if isinstance(r, Mapping) else {"value": r} for r in t]
        for t in tables
        if isinstance(t, list)
    ]
    title = spec.get("title", "")
    return str(title.get("text", "") if isinstance(title, Mapping) else title), named


def _array(value: Any) -> Sequence[Any]:
    """Return the values of an array, which Plotly may store as bytes."""
    if isinstance(value, Mapping) and "bdata" in value:
        return list(np.frombuffer(b64decode(value["bdata"]), np.dtype(value["dtype"])).tolist())
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else str(value)
