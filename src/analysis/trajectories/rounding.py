"""What rounding leaves open: ranks, classes and differences of scores.

Each rating is given in steps of a quarter point. If what was meant lies anywhere within half a step
of it, all positions alike and independent of each other, the score is off by the mean of seven such
errors, whose distribution is Irwin and Hall's: within 0.05 in 93 of 100 cases, never by more than
0.125. Chances of differences, classes and ranks follow from it without a draw. That other experts
would have rated otherwise is not in it.
"""

from __future__ import annotations

from math import comb, factorial
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.facts.rating_system import CATEGORIES, REGIME_CLASSES
from analysis.tables.schema import columns

# Not those of `analysis.statistics.arrays`: a brief that tells ranks needs nothing else of it.
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CLASSES: Final = tuple(c.name for c in reversed(REGIME_CLASSES))
"""Least democratic first."""
CUTS: Final = (2.0, 3.0, 4.0, 5.0)
"""A class ends at its cut: a two-decimal score above it belongs to the next class."""

_STEP: Final = 0.25
_N: Final = len(CATEGORIES)
_CHANCES: Final = (np.arange(100) + 0.5) / 100


def class_rank(score: Floats) -> Floats:
    """Return the number of cuts below each two-decimal score; NaN where unknown."""
    two_decimals = np.floor(score * 100 + 0.5 + 1e-6) / 100
    rank: Floats = (two_decimals[..., None] > np.asarray(CUTS) + 1e-6).sum(axis=-1).astype(float)
    return np.where(np.isfinite(score), rank, np.nan)


def sum_of_uniforms(x: Floats | float, n: int) -> Floats:
    """Return the chance that `n` independent numbers between 0 and 1 add up to at most `x`."""
    inside = np.clip(np.asarray(x, dtype=float), 0, n)
    terms = [(-1) ** k * comb(n, k) * np.maximum(inside - k, 0) ** n for k in range(n + 1)]
    return np.asarray(sum(terms) / factorial(n))


def chance_above(score: Floats | float, cut: Floats | float) -> Floats:
    """Return the chance that a score without rounding lies above a fixed value."""
    return 1 - sum_of_uniforms((np.asarray(cut) - score) * _N / _STEP + _N / 2, _N)


def chance_higher(one: Floats | float, other: Floats | float) -> Floats:
    """Return the chance that the first of two scores is the higher one without rounding."""
    return sum_of_uniforms((np.asarray(one) - other) * _N / _STEP + _N, 2 * _N)


def class_chance(scores: Floats) -> Floats:
    """Return the chance that scores without rounding are in the class of those with it."""
    # A class ends at its cut rounded to two decimals.
    ends = np.r_[-np.inf, np.array(CUTS) + 0.005, np.inf]
    inside = class_rank(scores).astype(int)
    return chance_above(scores, ends[inside]) - chance_above(scores, ends[inside + 1])


def possible_ranks(scores: Floats, of: slice = slice(None)) -> Ints:
    """Return the central 95 % of the ranks that scores can have among several without rounding.

    Given what rounding did to one score, the others lie above it independently of each other; the
    chances of so many above are added up over equally likely errors of the one. One row a score
    that is wanted, `of` all of an edition: the best and the worst rank; 1 is the most democratic.
    """
    error = np.linspace(-_STEP / 2, _STEP / 2, 4001)
    beyond = chance_above(0.0, error)
    likely = np.interp(_CHANCES, 1 - beyond, error)
    places = np.arange(len(scores))[of]
    above = np.interp((scores[of, None] + likely)[..., None] - scores, error, beyond)
    above[np.arange(len(places)), :, places] = 0
    n_above = np.zeros_like(above)
    n_above[..., 0] = 1
    for chance in np.moveaxis(above, -1, 0)[..., None]:
        n_above = n_above * (1 - chance) + np.roll(n_above, 1, axis=-1) * chance
    so_far = n_above.mean(axis=1).cumsum(axis=-1)
    return np.stack([(so_far < end).sum(axis=-1) for end in (0.025, 0.975)], axis=-1) + 1


def rounding_table(scores: pd.DataFrame) -> pd.DataFrame:
    """Return for every score which ranks rounding allows, and how sure its class is.

    Parameters
    ----------
    scores
        ``country``, ``edition``, ``democracy_score`` on ``7=best``.

    Returns
    -------
    Table ``rounding`` without the sample. Each range holds the rank in 95 of 100 cases; rank 1 is
    the most democratic, and equal scores share the better rank.

    Examples
    --------
    >>> from analysis import data
    >>> len(rounding_table(data.scores("Visegrad")))
    80
    """
    table = scores.sort_values(["country", "edition"], ignore_index=True)
    of_edition = table.groupby("edition")["democracy_score"]
    ranges = np.empty((len(table), 2), dtype=int)
    for _, score in of_edition:
        ranges[score.index] = possible_ranks(score.to_numpy(float))
    return table.assign(
        score=table["democracy_score"],
        rank=of_edition.rank(method="min", ascending=False).astype(int),
        best_rank=ranges[:, 0],
        worst_rank=ranges[:, 1],
        p_class=class_chance(table["democracy_score"].to_numpy(float)),
        n_countries=of_edition.transform("size"),
    )[list(columns("rounding")[:-1])]
