"""What rounding and gaps leave open: classes and ranks, and estimates over completed panels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

import numpy as np
import pandas as pd

from analysis.briefs.blocks import Cell
from analysis.briefs.wording import INITIALS, fixed, interval, listed
from analysis.facts.rating_system import CATEGORIES, SCORE, SCORE_PARTS, regime_class
from analysis.tables.stored import rows
from analysis.trajectories.rounding import class_chance, possible_ranks

SURE: Final = 0.95
"""Chance from which on a class or an order counts as settled."""
MOST_TOLD: Final = 8
"""More headlines than these are counted, not named."""
WIDENED: Final = 6
"""Up to so many countries Rubin’s rules widen an interval by a tenth or more without any gap."""


def class_cell(regime_class: str) -> Cell:
    """Return a regime class by its initials, in its colour."""
    return Cell(INITIALS[regime_class], f"class:{INITIALS[regime_class]}")


def possible_classes(lowest: float, highest: float) -> Cell:
    """Return the classes that a score between two bounds can have, the least democratic first."""
    ends = (regime_class(Fraction(end).limit_denominator(SCORE_PARTS)) for end in (lowest, highest))
    return Cell("–".join(dict.fromkeys(end.initials for end in ends)), "open")


def rank_range(scores: pd.Series, country: str) -> str:
    """Return ``4 to 6``, the ranks of a country that rounding leaves open; nothing where one does.

    `scores` are those of one edition by country, 7 as the most democratic.
    """
    place = list(scores.index).index(country)
    [(best, worst)] = possible_ranks(scores.to_numpy(float), slice(place, place + 1))
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


def open_classes(scores: Mapping[str, float]) -> str:
    """Return the same of several scores, by what they are called in a sentence."""
    chances = zip(scores, class_chance(np.array([*scores.values()], dtype=float)), strict=True)
    cases = {name: fixed(100 * (1 - chance), 0) for name, chance in chances if chance < SURE}
    told = listed([f"{n} for {name}" for name, n in cases.items()]) if cases else ""
    start = "Were ratings not rounded to quarter points, the class would be another one in"
    return f"{start} {told.replace(' for', ' of 100 cases for', 1)}." if told else ""


def gap_sentence(table: pd.DataFrame, statistics: Sequence[str], what: str) -> str:
    """Return which estimates of some kinds hang on the gaps; `what` they are, in the singular.

    `table` is as that of `analysis.briefs.labelled.over_completed_table`; the median of all
    pairs is named so.
    """
    shown = table[table["statistic"].isin(statistics)]
    hang = shown[shown["hangs_on_gaps"].astype(bool)]
    panels = f"Over {table['n_panels'].iloc[0]} completed panels that satisfy every printed fact"
    if hang.empty or len(hang) > MOST_TOLD:
        n = f"{len(hang)} of {len(shown)} such estimates change"
        n = n if len(hang) else f"not one {what} changes"
        return f"{panels}, {n} sign or the interval’s side of zero."
    names = listed([in_words(name) for name in hang["name"].drop_duplicates()])
    return (
        f"{panels}, the {what} of {names} changes sign or the interval’s side of zero: "
        f"{'it hangs' if len(hang) == 1 else 'they hang'} on the gaps."
    )


def filled(
    over: pd.DataFrame | None,
    statistic: str,
    told: Mapping[str, str],
    *,
    scale: float = 1,
    digits: int = 2,
    sign: bool = False,
) -> str:
    """Return intervals over completed panels as a sentence of a note; empty where no gap is.

    `told` is what is said of each headline of `over`, by name, with ``{}`` for its interval, whose
    bounds are printed by `scale`, `digits` and `sign`.
    """
    if over is None:
        return ""
    own = over[(over["statistic"] == statistic) & over["name"].isin(told)]
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


def widened(n_countries: int) -> str:
    """Return a sentence where an interval over completed panels is wider by its rules alone."""
    return " With so few countries these rules alone widen it." if n_countries <= WIDENED else ""


def filled_cell(over: pd.DataFrame, statistic: str, name: str, text: str) -> Cell:
    """Return the cell of an interval with a note of what completed panels give."""
    hang = " It hangs on the gaps." if hangs(over, statistic, name) else ""
    told = filled(over, statistic, {name: "the interval is {}"})
    return Cell(text, how=f"{told}{hang}".strip())


def hangs(over: pd.DataFrame | None, statistic: str, name: str) -> bool:
    """Tell whether a headline changes its sign, or its interval's side of zero, by the gaps."""
    if over is None:
        return False
    own = (over["statistic"] == statistic) & (over["name"] == name)
    return bool(over.loc[own, "hangs_on_gaps"].any())


def in_words(name: str) -> str:
    """Return what a headline is of in words: a measure, a pair, a group or a kind of change."""
    codes, names = name.split(), {**CATEGORIES, SCORE: "Democracy Score"}
    return " with ".join(map(names.__getitem__, codes)) if {*codes} <= {*names} else name
