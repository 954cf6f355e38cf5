"""Which ranks and classes the rounding of ratings to quarter points leaves open, in plain words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.briefs.wording import SAME, countries, fixed, in_text, listed, number
from analysis.trajectories.rounding import chance_higher, class_chance, possible_ranks

SURE = 0.95
"""Chance from which on a class or an order counts as settled."""


def rank_range(scores: pd.Series, country: str) -> str:
    """Return ``4 to 6``, the ranks of a country that rounding leaves open; nothing where one does.

    Parameters
    ----------
    scores
        Scores of one edition by country, 7 as the most democratic.
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

    Parameters
    ----------
    scores
        As in `rank_range`; the name of the series is the edition.
    """
    if len(scores) < 2:
        return ""
    if len(scores) == 2:
        return _open_order(scores)
    ranks = possible_ranks(scores.to_numpy(float))
    table = pd.DataFrame(ranks, index=scores.index, columns=["best", "worst"])
    table = table[table["best"] < table["worst"]]
    start = f"Rounding of ratings to quarter points leaves ranks in the {scores.name} edition open"
    if table.empty:
        return ""
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
