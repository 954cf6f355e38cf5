"""Differences of average trends between categories and between groups of countries.

Both questions are answered from country slopes: categories are compared within countries by a
paired t, groups of countries by Welch's t. Slopes are in points per decade.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from analysis.facts.rating_system import SAME
from analysis.statistics.arrays import Floats, finite, matrices_by, panel_matrix, slopes_of
from analysis.statistics.estimates import (
    Estimate,
    adjusted,
    mean_of_countries,
    refused,
    t_estimate,
    table,
)

PAIRED: Final = "paired country-level t"
WELCH: Final = "Welch t, country slopes"


def category_contrasts(
    panel: pd.DataFrame,
    category: str = "category",
    value: str = "rating",
    country: str = "country",
    edition: str = "edition",
) -> pd.DataFrame:
    """Compare the average trends of all pairs of categories within countries.

    Paired t over the differences of a country's slopes; Holm over the pairs.

    Returns
    -------
    The columns of `Estimate`, ``first``, ``second`` (the estimate is first minus second) and
    those of `multiplicity.adjusted`.

    Examples
    --------
    >>> from analysis import data
    >>> len(category_contrasts(data.panel()))
    21
    """
    matrices = matrices_by(panel, category, value, country, edition)
    pairs = list(combinations(matrices, 2))
    estimates = []
    for first, second in pairs:
        # Each slope over all of its own editions: the differences are those of the stored trends.
        one, other = matrices[first].array, matrices[second].array
        estimates.append(
            mean_of_countries(
                f"{first} - {second}",
                slopes_of(one) - slopes_of(other),
                PAIRED,
                editions=one.shape[1],
                n=int((np.isfinite(one) | np.isfinite(other)).sum()),
            )
        )
    if not pairs:
        pairs, estimates = [("", "")], [refused("", PAIRED, "only one category")]
    return _family(estimates, pairs, "category_contrasts")


def group_contrasts(
    frame: pd.DataFrame,
    groups: Mapping[str, str],
    value: str = "democracy_score",
    country: str = "country",
    edition: str = "edition",
) -> pd.DataFrame:
    """Compare average trends between groups of countries: Welch's t on country slopes, Holm.

    Parameters
    ----------
    groups
        Country -> group; countries without a group are left out.

    Returns
    -------
    The columns of `Estimate` (first minus second), ``first``, ``second`` and those of
    `multiplicity.adjusted`.

    Examples
    --------
    >>> from analysis import data
    >>> regions = data.countries().set_index("country")["region"].to_dict()
    >>> contrasts = group_contrasts(data.scores(), regions)
    >>> contrasts.set_index("name")["estimate"].round(2).to_dict()
    {'Balkans - Eurasia': 0.04, 'Balkans - Central Europe': 0.19, 'Eurasia - Central Europe': 0.16}
    """
    matrix = panel_matrix(frame, value, country, edition)
    slopes = slopes_of(matrix.array)
    group_of = np.array([groups.get(name, "") for name in matrix.countries])
    names = list(dict.fromkeys(group for group in groups.values() if group in group_of))
    known = np.isfinite(matrix.array).sum(axis=1)
    pairs = list(combinations(names, 2))
    estimates = []
    for first, second in pairs:
        members = (group_of == first) | (group_of == second)
        estimates.append(
            _welch(
                f"{first} - {second}",
                *(finite(slopes[group_of == group]) for group in (first, second)),
                editions=len(matrix.editions),
                n=int(known[members].sum()),
            )
        )
    if not pairs:
        pairs, estimates = [("", "")], [refused("", WELCH, "only one group")]
    return _family(estimates, pairs, "group_contrasts")


def _family(estimates: list[Estimate], pairs: list[tuple[str, str]], family: str) -> pd.DataFrame:
    first, second = zip(*pairs, strict=True)
    return adjusted(table(estimates).assign(first=first, second=second), family)


def _welch(name: str, first: Floats, second: Floats, *, editions: int, n: int) -> Estimate:
    size = len(first) + len(second)
    if min(len(first), len(second)) < 3:
        reason = f"groups of {len(first)} and {len(second)} countries: each needs 3"
        return refused(name, WELCH, reason, countries=size, editions=editions, n=n)
    if max(np.ptp(first), np.ptp(second)) < SAME:
        reason = "no variation between countries: an interval cannot be given"
        return refused(name, WELCH, reason, countries=size, editions=editions, n=n)
    test = stats.ttest_ind(first, second, equal_var=False)
    parts = first.var(ddof=1) / len(first), second.var(ddof=1) / len(second)
    return t_estimate(
        name,
        float(first.mean() - second.mean()),
        math.sqrt(sum(parts)),
        float(test.df),
        WELCH,
        countries=size,
        editions=editions,
        n=n,
    )
