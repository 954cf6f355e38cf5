"""Data frames and rows of values as tables of a brief or a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from numbers import Integral, Real

import pandas as pd

from analysis.briefs.blocks import Cell, Column, Table
from analysis.briefs.wording import INITIALS, MISSING, fixed, signed
from analysis.facts.rating_system import CATEGORIES, SCORE_PARTS, regime_class


def value_table(
    title: str,
    columns: Sequence[Column | str],
    rows: Iterable[Sequence[Cell | str | int]],
    *,
    name: str = "",
    caption: str = "",
    dense: bool = True,
) -> Table:
    """Return rows of texts, whole numbers and marked cells as a table.

    Parameters
    ----------
    title, name, caption, dense
        As those of a `Table`.
    columns
        Those given by their head alone are aligned left if they are the first, else right.
    rows
        One value a column in each row.
    """
    first, *others = columns
    return Table(
        name=name,
        title=title,
        columns=[
            Column(first, align="left") if isinstance(first, str) else first,
            *(Column(column) if isinstance(column, str) else column for column in others),
        ],
        rows=[
            [value if isinstance(value, Cell) else Cell(str(value)) for value in row]
            for row in rows
        ],
        caption=caption,
        dense=dense,
    )


def class_cell(regime_class: str) -> Cell:
    """Return a regime class by its initials, in its colour."""
    return Cell(INITIALS[regime_class], f"class:{INITIALS[regime_class]}")


def possible_classes(lowest: float, highest: float) -> Cell:
    """Return the classes that a score between two bounds can have, the least democratic first."""
    ends = (regime_class(Fraction(end).limit_denominator(SCORE_PARTS)) for end in (lowest, highest))
    return Cell("–".join(dict.fromkeys(end.initials for end in ends)), "open")


def frame_table(
    frame: pd.DataFrame,
    title: str,
    heads: str,
    *,
    caption: str = "",
    digits: int = 2,
    dense: bool = False,
    reasons: bool = False,
) -> Table:
    """Return a data frame as a table.

    Parameters
    ----------
    frame
        What to show, one row a row.
    title, caption
        Words above and below.
    heads
        Columns to show, in order, as in ``country: Country | ±net_change: Change``: name in
        `frame` and head in the table, after a ``±`` if its numbers carry their sign.
    digits
        Decimals of numbers that are not whole by type.
    dense
        Set small; more than five columns always are.
    reasons
        Add a last column for the reasons of refusals, if there is any.
    """
    if reasons and len(given_reasons(frame)):
        heads += " | refusal: Withheld because"
    named = [spec.strip().partition(": ") for spec in heads.split("|")]
    columns, texts = [], []
    for mark, _, head in named:
        column = frame[mark.removeprefix("±")]
        numeric = pd.api.types.is_numeric_dtype(column)
        columns.append(Column(head, align="right" if numeric else "left"))
        texts.append([_text(value, mark.startswith("±"), digits) for value in column])
    rows = zip(*texts, strict=True)
    return value_table(title, columns, rows, caption=caption, dense=dense or len(named) > 5)


def given_reasons(table: pd.DataFrame) -> pd.Series:
    """Return the reasons of the rows of a table that are refused."""
    return table.loc[table["refusal"].notna() & (table["refusal"] != ""), "refusal"]


def _text(value: object, with_sign: bool, digits: int) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return MISSING
    if isinstance(value, Integral):
        return str(value)
    if isinstance(value, Real):
        return signed(float(value), digits) if with_sign else fixed(float(value), digits)
    return CATEGORIES.get(str(value), str(value)) or MISSING
