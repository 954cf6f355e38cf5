"""What rounding leaves open: ranks, classes and differences of scores.

Each rating is given in steps of a quarter point. If what was meant lies anywhere within half a step
of it, all positions alike and independent of each other, the score is off by the mean of seven such
errors, whose distribution is Irwin and Hall's: within 0.05 in 95 of 100 cases, never by more than
0.125. Chances of differences, classes and ranks follow from it without a draw.

This is the rounding only. That other experts would have rated otherwise is not in it.
"""

from __future__ import annotations

from math import comb, factorial
from typing import Final

import numpy as np
import pandas as pd

from analysis.facts.rating_system import CATEGORIES
from analysis.statistics.arrays import Floats, Ints
from analysis.tables.schema import columns
from analysis.trajectories.transitions import CUTS, class_rank

STEP: Final = 0.25
_N: Final = len(CATEGORIES)
_CHANCES: Final = (np.arange(100) + 0.5) / 100


def sum_of_uniforms(x: Floats | float, n: int) -> Floats:
    """Return the chance that `n` independent numbers between 0 and 1 add up to at most `x`."""
    inside = np.clip(np.asarray(x, dtype=float), 0, n)
    terms = [(-1) ** k * comb(n, k) * np.maximum(inside - k, 0) ** n for k in range(n + 1)]
    return np.asarray(sum(terms) / factorial(n))


def chance_above(score: Floats | float, cut: Floats | float) -> Floats:
    """Return the chance that a score without rounding lies above a fixed value."""
    return 1 - sum_of_uniforms((np.asarray(cut) - score) * _N / STEP + _N / 2, _N)


def chance_higher(one: Floats | float, other: Floats | float) -> Floats:
    """Return the chance that the first of two scores is the higher one without rounding."""
    return sum_of_uniforms((np.asarray(one) - other) * _N / STEP + _N, 2 * _N)


def possible_ranks(scores: Floats, of: slice = slice(None)) -> Ints:
    """Return the central 95 % of the ranks that scores can have among several without rounding.

    Given what rounding did to one score, the others lie above it independently of each other; the
    chances of so many above are added up over equally likely errors of the one.

    Parameters
    ----------
    scores
        All scores of an edition, 7 as the most democratic.
    of
        Positions of those whose ranks are wanted.

    Returns
    -------
    One row a wanted score: the best and the worst rank; 1 is the most democratic.
    """
    error = np.linspace(-STEP / 2, STEP / 2, 4001)
    beyond = chance_above(0.0, error)
    likely = np.interp(_CHANCES, 1 - beyond, error)
    places = np.arange(len(scores))[of]
    above = np.interp((scores[of, None] + likely)[..., None] - scores, error, beyond)
    above[np.arange(len(places)), :, places] = 0
    n_above = np.zeros_like(above)
    n_above[..., 0] = 1
    for chance in np.moveaxis(above, -1, 0)[..., None]:
        moved = np.roll(n_above, 1, axis=-1) * chance
        n_above = n_above * (1 - chance) + moved
    so_far = n_above.mean(axis=1).cumsum(axis=-1)
    ends = [(so_far < end).sum(axis=-1) for end in (0.025, 0.975)]
    return np.stack(ends, axis=-1) + 1


def class_chance(scores: Floats) -> Floats:
    """Return the chance that scores without rounding are in the class of those with it."""
    # A class ends at its cut rounded to two decimals.
    ends = np.r_[-np.inf, np.array(CUTS) + 0.005, np.inf]
    inside = class_rank(scores).astype(int)
    return chance_above(scores, ends[inside]) - chance_above(scores, ends[inside + 1])


def rounding_table(
    scores: pd.DataFrame,
    value: str = "democracy_score",
    country: str = "country",
    edition: str = "edition",
) -> pd.DataFrame:
    """Return for every score which ranks rounding allows, and how sure its class is.

    Parameters
    ----------
    scores
        One row per country and edition, ``7=best``; rank 1 is the most democratic.

    Returns
    -------
    Table ``rounding``. Each range holds the rank in 95 of 100 cases; equal scores share the better
    rank.

    Examples
    --------
    >>> from analysis import data
    >>> len(rounding_table(data.scores("Visegrad")))
    80
    """
    table = scores.sort_values([country, edition], ignore_index=True)
    of_edition = table.groupby(edition)[value]
    ranges = {
        row: ranks
        for _, score in of_edition
        for row, ranks in zip(score.index, possible_ranks(score.to_numpy(float)), strict=True)
    }
    table["score"] = table[value]
    table["rank"] = of_edition.rank(method="min", ascending=False).astype(int)
    table[["best_rank", "worst_rank"]] = [ranges[row] for row in table.index]
    table["p_class"] = class_chance(table[value].to_numpy(float))
    table["n_countries"] = of_edition.transform("size")
    return table[[name for name in columns("rounding") if name in table]]
