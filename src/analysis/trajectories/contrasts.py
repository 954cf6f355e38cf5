"""Differences of average trends between categories and between groups of countries.

Both questions are answered from country slopes: categories are compared within countries by a
paired t, groups of countries by Welch's t. Slopes are in points per decade.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from analysis.estimates import Estimate, mean_of_countries, refused, t_estimate, table
from analysis.matrices import SAME, Floats, matrices_by, panel_matrix
from analysis.multiplicity import adjusted
from analysis.trajectories.trends import finite, slopes_of


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
    """
    matrices = matrices_by(panel, category, value, country, edition)
    slopes = {name: slopes_of(matrix.array) for name, matrix in matrices.items()}
    pairs = list(combinations(slopes, 2))
    estimates = []
    for first, second in pairs:
        both = np.isfinite(matrices[first].array) & np.isfinite(matrices[second].array)
        estimates.append(
            mean_of_countries(
                f"{first} - {second}",
                slopes[first] - slopes[second],
                "paired country-level t",
                editions=both.shape[1],
                n=int(both.sum()),
            )
        )
    if not pairs:
        return adjusted(
            table([refused("-", "paired country-level t", "only one category")]),
            "category_contrasts",
        )
    named = table(estimates).assign(
        first=[first for first, _ in pairs], second=[second for _, second in pairs]
    )
    return adjusted(named, "category_contrasts")


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
    """
    matrix = panel_matrix(frame, value, country, edition)
    slopes = slopes_of(matrix.array)
    group_of = np.array([groups.get(name, "") for name in matrix.countries])
    names = list(dict.fromkeys(group for group in groups.values() if group in group_of))
    known = np.isfinite(matrix.array).sum(axis=1)
    rows = []
    for first, second in combinations(names, 2):
        members = (group_of == first) | (group_of == second)
        rows.append(
            _welch(
                f"{first} - {second}",
                *(finite(slopes[group_of == group]) for group in (first, second)),
                editions=len(matrix.editions),
                n=int(known[members].sum()),
            )
        )
    if not rows:
        return adjusted(
            table([refused("-", "Welch t, countries", "only one group")]), "group_contrasts"
        )
    pairs = list(combinations(names, 2))
    named = table(rows).assign(first=[a for a, _ in pairs], second=[b for _, b in pairs])
    return adjusted(named, "group_contrasts")


def _welch(name: str, first: Floats, second: Floats, *, editions: int, n: int) -> Estimate:
    method = "Welch t, country slopes"
    size = len(first) + len(second)
    if min(len(first), len(second)) < 3:
        reason = f"groups of {len(first)} and {len(second)} countries: each needs 3"
        return refused(name, method, reason, countries=size, editions=editions, n=n)
    if max(np.ptp(first), np.ptp(second)) < SAME:
        reason = "no variation between countries: an interval cannot be given"
        return refused(name, method, reason, countries=size, editions=editions, n=n)
    test = stats.ttest_ind(first, second, equal_var=False)
    parts = first.var(ddof=1) / len(first), second.var(ddof=1) / len(second)
    return t_estimate(
        name,
        float(first.mean() - second.mean()),
        math.sqrt(sum(parts)),
        float(test.df),
        method,
        countries=size,
        editions=editions,
        n=n,
    )
