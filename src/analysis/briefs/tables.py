"""Data frames as tables of a brief or a notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral, Real

import pandas as pd

from analysis.briefs.blocks import Cell, Column, Table
from analysis.briefs.wording import fixed, signed
from analysis.facts.rating_system import CATEGORIES

MISSING = "–"


def frame_table(
    frame: pd.DataFrame,
    title: str,
    heads: Mapping[str, str],
    *,
    caption: str = "",
    with_sign: Sequence[str] = (),
    digits: int = 2,
    dense: bool = False,
) -> Table:
    """Return a data frame as a table.

    Parameters
    ----------
    frame
        What to show, one row a row.
    title, caption
        Words above and below.
    heads
        Columns to show, in order: name in `frame` -> head in the table.
    with_sign
        Columns whose numbers carry their sign, such as changes.
    digits
        Decimals of numbers that are not whole by type.
    dense
        Set small; more than five columns always are.
    """
    columns = [
        Column(head, align="right" if pd.api.types.is_numeric_dtype(frame[name]) else "left")
        for name, head in heads.items()
    ]
    rows = [
        [Cell(_shown(row[name], name in with_sign, digits)) for name in heads]
        for row in frame.to_dict(orient="records")
    ]
    small = dense or len(heads) > 5
    return Table(title=title, columns=columns, rows=rows, caption=caption, dense=small)


def with_reasons(heads: Mapping[str, str], frame: pd.DataFrame) -> dict[str, str]:
    """Return heads with a last column for the reasons of refusals, if there is any."""
    if frame["refusal"].isna().all() or (frame["refusal"] == "").all():
        return dict(heads)
    return {**heads, "refusal": "Withheld because"}


def _shown(value: object, with_sign: bool, digits: int) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return MISSING
    if isinstance(value, Integral):
        return str(value)
    if isinstance(value, Real):
        return signed(float(value), digits) if with_sign else fixed(float(value), digits)
    return CATEGORIES.get(str(value), str(value)) or MISSING
