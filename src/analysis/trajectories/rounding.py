"""What rounding leaves open: ranks, classes and differences of scores.

Each rating is given in steps of a quarter point. If what was meant lies anywhere within half a step
of it, all positions alike and independent of each other, the score is off by the mean of seven such
errors, whose distribution is Irwin and Hall's: within 0.05 in 95 of 100 cases, never by more than
0.125. Chances of differences and classes follow from it exactly, ranks from seeded draws.

This is the rounding only. That other experts would have rated otherwise is not in it.
"""

from __future__ import annotations

from math import comb, factorial
from typing import Final

import numpy as np
import pandas as pd

from analysis.facts.rating_system import CATEGORIES
from analysis.statistics.arrays import Floats
from analysis.tables.schema import columns
from analysis.trajectories.transitions import CUTS, class_rank

STEP: Final = 0.25
_N: Final = len(CATEGORIES)


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


def rounding_table(
    scores: pd.DataFrame,
    value: str = "democracy_score",
    country: str = "country",
    edition: str = "edition",
    *,
    seed: int = 0,
    draws: int = 9999,
) -> pd.DataFrame:
    """Return for every score which ranks rounding allows, and how sure its class is.

    Parameters
    ----------
    scores
        One row per country and edition, ``7=best``; rank 1 is the most democratic.

    Returns
    -------
    Table ``rounding``. The ranks hold in 95 of 100 draws; equal scores share the better rank.
    """
    rng = np.random.default_rng(seed)
    tables = []
    for year, group in scores.sort_values([edition, country]).groupby(edition):
        score = group[value].to_numpy(dtype=float)
        errors = rng.uniform(-STEP / 2, STEP / 2, (draws, len(score), _N)).mean(axis=-1)
        order = (-(score + errors)).argsort(axis=1, kind="stable").argsort(
            axis=1, kind="stable"
        ) + 1
        low, high = np.quantile(order, [0.025, 0.975], axis=0, method="inverted_cdf")
        # A class ends at its cut rounded to two decimals.
        ends = np.r_[-np.inf, np.array(CUTS) + 0.005, np.inf]
        inside = class_rank(score).astype(int)
        chances = chance_above(score, ends[inside]) - chance_above(score, ends[inside + 1])
        tables.append(
            pd.DataFrame(
                {
                    country: group[country],
                    edition: year,
                    "score": score,
                    "rank": group[value].rank(method="min", ascending=False).astype(int),
                    "best_rank": low.astype(int),
                    "worst_rank": high.astype(int),
                    "p_class": chances,
                    "n_countries": len(score),
                }
            )
        )
    table = pd.concat(tables).sort_values([country, edition], ignore_index=True)
    return table[[name for name in columns("rounding") if name in table]]
