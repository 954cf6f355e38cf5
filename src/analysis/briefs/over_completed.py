"""What the gaps of the panel could change: headlines over completed panels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from analysis.briefs.blocks import Cell, Paragraph, Table, paragraph
from analysis.briefs.tables import frame_table
from analysis.briefs.wording import LEVEL_TITLES, MISSING, capitalised, fixed, interval, listed
from analysis.facts.frames import rows
from analysis.facts.rating_system import CATEGORIES, SCORE

_TOLD: Final = 8
"""More headlines than these are counted, not named."""


def over_completed_table(table: pd.DataFrame) -> Table:
    """Return every headline from what is known beside its range over completed panels.

    Parameters
    ----------
    table
        Table ``over_completed_trajectories`` or ``over_completed_correlations``.
    """
    shown = table.assign(
        statistic=[LEVEL_TITLES.get(name, name) for name in table["statistic"]],
        name=[_of(name) for name in table["name"]],
        from_known=_with_interval(table, "known", "known_low", "known_high"),
        spread=[
            interval(low, high) for low, high in zip(table["least"], table["greatest"], strict=True)
        ],
        combined=_with_interval(table, "pooled", "low", "high"),
        hangs=table["hangs_on_gaps"].map({True: "yes", False: ""}),
    )
    return frame_table(
        shown,
        "What the gaps could change: the known panel and completed ones",
        "statistic: Headline | name: Of | from_known: From what is known | "
        "spread: Least to greatest | combined: Completed panels | hangs: Hangs on the gaps",
        caption=f"{table['n_panels'].iloc[0]} panels that satisfy every printed fact; in brackets "
        "95 % intervals, over completed panels combined by Rubin's rules.",
    )


def _with_interval(table: pd.DataFrame, value: str, low: str, high: str) -> list[str]:
    columns = zip(table[value], table[low], table[high], strict=True)
    return [
        (MISSING if pd.isna(middle) else fixed(middle))
        + ("" if pd.isna(a) or pd.isna(b) else f" ({interval(a, b)})")
        for middle, a, b in columns
    ]


def hanging(table: pd.DataFrame) -> Paragraph:
    """Return which headlines hang on the gaps, in one sentence."""
    hang = table[table["hangs_on_gaps"].astype(bool)]
    if hang.empty:
        return paragraph(
            f"Not one of the {len(table)} headlines hangs on the gaps: each sign, and each "
            "interval's side of zero, is the same in what is known and over completed panels."
        )
    if len(hang) > _TOLD:
        return paragraph(
            f"{len(hang)} of the {len(table)} headlines hang on the gaps: the sign, or the "
            "interval's side of zero, is not the same in what is known and over completed panels."
        )
    names = [
        f"{LEVEL_TITLES.get(row.statistic, row.statistic)} ({_of(row.name)})" for row in rows(hang)
    ]
    hang_on = "hangs" if len(names) == 1 else "hang"
    return paragraph(
        f"{capitalised(listed(names))} {hang_on} on the gaps: the sign, or the interval's side of "
        "zero, is not the same in what is known and over completed panels."
    )


def gap_sentence(table: pd.DataFrame, statistics: Sequence[str], what: str) -> str:
    """Return which estimates of some kinds hang on the gaps, for a brief.

    Parameters
    ----------
    table
        As that of `over_completed_table`.
    statistics
        The kinds; an estimate of all categories together, ``DS`` or ``median``, is named so.
    what
        What they are, in the singular.
    """
    shown = table[table["statistic"].isin(list(statistics))]
    hang = shown[shown["hangs_on_gaps"].astype(bool)]
    panels = f"Over {table['n_panels'].iloc[0]} completed panels that satisfy every printed fact"
    names = listed([_of(name) for name in hang["name"].drop_duplicates()] or ["none"])
    if hang.empty or len(hang) > _TOLD:
        n = f"{len(hang)} of {len(shown)} such estimates" if len(hang) else f"not one {what}"
        return f"{panels}, {n} changes sign or the interval’s side of zero."
    each = "it" if len(hang) == 1 else "they"
    return (
        f"{panels}, the {what} of {names} changes sign or the interval’s side of zero: {each} "
        f"{'hangs' if len(hang) == 1 else 'hang'} on the gaps."
    )


def of_score(group: str) -> tuple[str, str]:
    """Return under which statistic and name the trend of a group's score stands."""
    return ("trend", SCORE) if group == "all" else ("trend of the score", group)


def filled(
    over: pd.DataFrame,
    statistic: str,
    told: Mapping[str, str],
    *,
    scale: float = 1,
    digits: int = 2,
    sign: bool = False,
) -> str:
    """Return intervals over completed panels as a sentence of a note; empty where no gap is.

    Parameters
    ----------
    over
        As in `over_completed_table`.
    statistic, told
        The headlines, by name: what is said of each, with ``{}`` for its interval.
    scale, digits, sign
        How a bound is printed.
    """
    own = over[(over["statistic"] == statistic) & over["name"].isin(list(told))]
    own = own.dropna(subset=["low"])
    each = [
        told[row.name].format(interval(scale * row.low, scale * row.high, digits, sign=sign))
        for row in rows(own)
        if not np.allclose([row.least, row.greatest], row.known)
    ]
    if not each:
        return ""
    return (
        f"Over {own['n_panels'].iloc[0]} completed panels, which fill every gap as the printed "
        f"facts allow, {listed(each)} (Rubin’s rules)."
    )


def filled_cell(over: pd.DataFrame, statistic: str, name: str, text: str) -> Cell:
    """Return the cell of an interval with a note of what completed panels give."""
    hang = " It hangs on the gaps." if hangs(over, statistic, name) else ""
    told = filled(over, statistic, {name: "the interval is {}"})
    return Cell(text, how=f"{told}{hang}".strip())


def hangs(over: pd.DataFrame, statistic: str, name: str) -> bool:
    """Tell whether a headline changes its sign, or its interval's side of zero, by the gaps."""
    own = over[(over["statistic"] == statistic) & (over["name"] == name)]
    return bool(own["hangs_on_gaps"].any())


def _of(name: str) -> str:
    """Return a category, pair of categories, group or kind of change in words."""
    codes = name.split()
    return " with ".join(map(CATEGORIES.__getitem__, codes)) if {*codes} <= {*CATEGORIES} else name
