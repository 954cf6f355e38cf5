"""What rounding and gaps leave open: ranks and classes, and headlines over completed panels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from analysis.briefs.blocks import Cell, Paragraph, Table, paragraph
from analysis.briefs.tables import frame_table
from analysis.briefs.wording import (
    LEVEL_TITLES,
    MISSING,
    SAME,
    capitalised,
    countries,
    fixed,
    in_text,
    interval,
    listed,
    number,
)
from analysis.facts.frames import rows
from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.trajectories.observed import chance_higher, class_chance, possible_ranks

SURE: Final = 0.95
"""Chance from which on a class or an order counts as settled."""
_TOLD: Final = 8
"""More headlines than these are counted, not named."""


def rank_range(scores: pd.Series, country: str) -> str:
    """Return ``4 to 6``, the ranks of a country that rounding leaves open; nothing where one does.

    `scores` are those of one edition by country, 7 as the most democratic.
    """
    place = list(scores.index).index(country)
    best, worst = possible_ranks(scores.to_numpy(float), slice(place, place + 1))[0]
    return "" if best == worst else f"{best} to {worst}"


def open_class(score: float) -> str:
    """Return a sentence on how likely another class is, where that is not under one in twenty."""
    chance = float(class_chance(np.array([score]))[0])
    if chance >= SURE:
        return ""
    return (
        "Were its ratings not rounded to quarter points, the score would lie in another class in "
        f"{fixed(100 * (1 - chance), 0)} of 100 cases."
    )


def open_ranks(scores: pd.Series) -> str:
    """Return a sentence on the ranks among several countries that stay open, if any do.

    `scores` are as in `rank_range`; the name of the series is the edition.
    """
    if len(scores) < 2:
        return ""
    if len(scores) == 2:
        return _open_order(scores)
    ranks = possible_ranks(scores.to_numpy(float))
    table = pd.DataFrame(ranks, index=scores.index, columns=["best", "worst"])
    table = table[table["best"] < table["worst"]]
    if table.empty:
        return ""
    start = f"Rounding of ratings to quarter points leaves ranks in the {scores.name} edition open"
    if len(table) <= 4:
        ends = [f"{in_text(str(name))} {low} to {high}" for name, low, high in table.itertuples()]
        return f"{start}: {listed(ends)}."
    most = int((table["worst"] - table["best"]).max()) + 1
    return (
        f"{start}, those of {number(len(table))} of {countries(len(scores))}, "
        f"at most {number(most)} for one."
    )


def _open_order(scores: pd.Series) -> str:
    (name, high), (_, low) = scores.sort_values(ascending=False, kind="stable").items()
    if high - low < SAME:
        return ""
    cases = int(100 * chance_higher(high, low))
    share = "more than 99" if cases >= 99 else str(cases)
    return (
        f"Were ratings not rounded to quarter points, {in_text(str(name))} would have the higher "
        f"score in {share} of 100 cases."
    )


def over_completed_table(table: pd.DataFrame) -> Table:
    """Return every headline from what is known beside its range over completed panels.

    `table` is ``over_completed_trajectories`` or ``over_completed_correlations``.
    """
    shown = table.assign(
        statistic=[LEVEL_TITLES.get(name, name) for name in table["statistic"]],
        name=[_of(name) for name in table["name"]],
        from_known=_with_interval(table, "known", "known_low", "known_high"),
        spread=[interval(row.least, row.greatest) for row in rows(table)],
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


def _with_interval(table: pd.DataFrame, *columns: str) -> list[str]:
    return [
        (MISSING if pd.isna(value) else fixed(value))
        + ("" if pd.isna(low) or pd.isna(high) else f" ({interval(low, high)})")
        for value, low, high in table[list(columns)].itertuples(index=False)
    ]


def hanging(table: pd.DataFrame) -> Paragraph:
    """Return which headlines of such a table hang on the gaps, in one sentence."""
    hang = table[table["hangs_on_gaps"].astype(bool)]
    if hang.empty:
        return paragraph(
            f"Not one of the {len(table)} headlines hangs on the gaps: each sign, and each "
            "interval's side of zero, is the same in what is known and over completed panels."
        )
    named = [f"{LEVEL_TITLES.get(r.statistic, r.statistic)} ({_of(r.name)})" for r in rows(hang)]
    which = f"{len(hang)} of the {len(table)} headlines"
    which = capitalised(listed(named)) if len(hang) <= _TOLD else which
    return paragraph(
        f"{which} {'hangs' if len(hang) == 1 else 'hang'} on the gaps: the sign, or the interval's "
        "side of zero, is not the same in what is known and over completed panels."
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
    if hang.empty or len(hang) > _TOLD:
        n = f"{len(hang)} of {len(shown)} such estimates" if len(hang) else f"not one {what}"
        return f"{panels}, {n} changes sign or the interval’s side of zero."
    names = listed([_of(name) for name in hang["name"].drop_duplicates()])
    return (
        f"{panels}, the {what} of {names} changes sign or the interval’s side of zero: "
        f"{'it hangs' if len(hang) == 1 else 'they hang'} on the gaps."
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
    each = [
        told[row.name].format(interval(scale * row.low, scale * row.high, digits, sign=sign))
        for row in rows(own.dropna(subset=["low"]))
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
