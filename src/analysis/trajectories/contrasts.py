"""Average trends compared: between categories, between groups, and under declared choices.

Contrasts are drawn from country slopes: categories are compared within countries by a paired t,
groups of countries by Welch's t. Slopes are in points per decade.

Choices are those that a reader would make, declared in advance: sample, window, way to draw a
country's trend, scale of the score, weight of a country, group of countries. Each combination is
one cell, and the headline is one of them. There is no p-value over the cells; their spread is the
result. What leaving out one country does is no choice of this kind: it has a range of its own
(`analysis.trajectories.trends.leave_one_out`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from analysis.facts.rating_system import SAME
from analysis.settings.choices import TENTH, TREND_CHOICES, TrendChoices
from analysis.statistics.arrays import Floats, finite, panel_cube, panel_matrix
from analysis.statistics.estimates import (
    FEWEST_COUNTRIES,
    NO_VARIATION,
    Estimate,
    adjusted,
    mean_of_countries,
    t_estimate,
    table,
)
from analysis.statistics.group_data import in_window
from analysis.tables.schema import columns
from analysis.trajectories.observed import ALL_SCORES, COMPLETE, complete_editions
from analysis.trajectories.trends import slopes_by

PAIRED: Final = "paired country-level t"
WELCH: Final = "Welch t, country slopes"


def category_contrasts(
    panel: pd.DataFrame, *, estimator: str = "OLS", **names: str
) -> pd.DataFrame:
    """Compare the average trends of all pairs of categories within countries.

    Paired t over the differences of a country's slopes by the `estimator`; Holm over the pairs.
    Columns are those of `Estimate`, ``first``, ``second`` (the estimate is first minus second) and
    those of `adjusted`; `names` are those of `panel_cube`.

    Examples
    --------
    >>> from analysis import data
    >>> len(category_contrasts(data.panel()))
    21
    """
    cube = panel_cube(panel, **names)
    # Each slope over all of its own editions: the differences are those of stored trends.
    slopes, known = slopes_by(estimator, cube.array), np.isfinite(cube.array)
    estimates = {
        (cube.variables[a], cube.variables[b]): mean_of_countries(
            f"{cube.variables[a]} - {cube.variables[b]}",
            slopes[:, a] - slopes[:, b],
            PAIRED,
            editions=len(cube.editions),
            n=int((known[:, a] | known[:, b]).sum()),
        )
        for a, b in combinations(range(len(cube.variables)), 2)
    }
    return _family(estimates, PAIRED, "only one category", "category_contrasts")


def group_contrasts(
    frame: pd.DataFrame,
    groups: Mapping[str, str],
    value: str = "democracy_score",
    *,
    estimator: str = "OLS",
    **names: str,
) -> pd.DataFrame:
    """Compare average trends between groups of countries: Welch's t on country slopes, Holm.

    Of `groups`, country -> group, countries that are not in it are left out. Estimator and columns
    are those of `category_contrasts`.

    Examples
    --------
    >>> from analysis import data
    >>> regions = data.countries().set_index("country")["region"].to_dict()
    >>> contrasts = group_contrasts(data.scores(), regions)
    >>> contrasts.set_index("name")["estimate"].round(2).to_dict()
    {'Balkans - Eurasia': 0.04, 'Balkans - Central Europe': 0.19, 'Eurasia - Central Europe': 0.16}
    """
    matrix = panel_matrix(frame, value, **names)
    slopes = slopes_by(estimator, matrix.array)
    group_of = np.array([groups.get(name, "") for name in matrix.countries])
    present = dict.fromkeys(group for group in groups.values() if group in group_of)
    estimates = {
        pair: _welch(
            " - ".join(pair),
            *(finite(slopes[group_of == group]) for group in pair),
            editions=len(matrix.editions),
            n=int(np.isfinite(matrix.array[np.isin(group_of, pair)]).sum()),
        )
        for pair in combinations(present, 2)
    }
    return _family(estimates, WELCH, "only one group", "group_contrasts")


def _family(
    estimates: Mapping[tuple[str, str], Estimate], method: str, reason: str, family: str
) -> pd.DataFrame:
    """Return the contrasts of pairs, adjusted; or one row with the `reason` why there are none."""
    found = estimates or {("", ""): Estimate("", method=method, refusal=reason)}
    first, second = zip(*found, strict=True)
    return adjusted(table(found.values()).assign(first=first, second=second), family)


def _welch(name: str, first: Floats, second: Floats, *, editions: int, n: int) -> Estimate:
    sizes, reason = (len(first), len(second)), ""
    if min(sizes) < FEWEST_COUNTRIES:
        reason = f"groups of {sizes[0]} and {sizes[1]} countries: each needs 3"
    elif max(np.ptp(first), np.ptp(second)) < SAME:
        reason = NO_VARIATION
    counts: Any = {"n_countries": sum(sizes), "n_editions": editions, "n_observations": n}
    if reason:
        return Estimate(name, method=WELCH, refusal=reason, **counts)
    difference = float(first.mean() - second.mean())
    error = math.sqrt(first.var(ddof=1) / sizes[0] + second.var(ddof=1) / sizes[1])
    df = float(stats.ttest_ind(first, second, equal_var=False).df)
    return t_estimate(name, difference, error, df, WELCH, **counts)


def trend_choices(
    scores: pd.DataFrame,
    panel: pd.DataFrame,
    groups: Mapping[str, Sequence[str]],
    grid: TrendChoices,
    completed: Sequence[pd.DataFrame] = (),
    estimator: str = "OLS",
) -> pd.DataFrame:
    """Return the average trend of the score in every cell of the declared grid.

    Parameters
    ----------
    scores, panel
        ``country``, ``edition`` with ``democracy_score``; with ``category`` and ``rating``.
    groups
        Name of each group and its countries, the whole group first.
    grid
        Of ``data/raw/settings.yml``; the first value of each choice is the headline's.
    completed
        Panels without a gap, as `panel`: slopes of that sample are means over them; without any
        the sample is left out.
    estimator
        The headline's.

    Returns
    -------
    Table ``trend_choices``.

    Examples
    --------
    >>> from analysis import data
    >>> from analysis.settings.choices import declared
    >>> scores, panel = data.scores("Balkans"), data.panel("Balkans")
    >>> groups = {"Balkans": list(scores["country"].unique())}
    >>> choices = trend_choices(scores, panel, groups, declared().trend_choices)
    >>> choices.query("chosen == 1")["estimate"].round(2).item()
    -0.16
    """
    key = ["country", "edition"]
    complete = complete_editions(panel)[key].drop_duplicates()
    samples = {
        ALL_SCORES: [scores],
        COMPLETE: [scores.merge(complete, on=key)],
        TENTH: [
            ratings.groupby(key)["rating"].mean().rename("democracy_score").reset_index()
            for ratings in completed
        ],
    }
    rows = []
    for sample, window, scale in product(grid.samples, grid.windows, grid.scales):
        frames = [_scaled(in_window(table, window), scale) for table in samples[sample]]
        matrices = [panel_matrix(frame, "democracy_score") for frame in frames if len(frame)]
        if not matrices:
            continue
        n_known = np.isfinite(matrices[0].array).sum(axis=1)
        for drawn in grid.estimators:
            slopes = np.mean([slopes_by(drawn, one.array) for one in matrices], axis=0)
            choices = {"sample": sample, "window": window, "scale": scale, "estimator": drawn}
            for (group, countries), weighting in product(groups.items(), grid.weightings):
                used = np.isin(matrices[0].countries, list(countries)) & np.isfinite(slopes)
                weights = n_known[used] if weighting == "country-editions" else None
                few = used.sum() < FEWEST_COUNTRIES
                mean = {
                    "estimate": np.nan if few else np.average(slopes[used], weights=weights),
                    "n_countries": int(used.sum()),
                    "n_observations": int(n_known[used].sum()),
                    "refusal": f"{used.sum()} of {FEWEST_COUNTRIES} countries" if few else "",
                }
                rows.append({**choices, "group": group, "weighting": weighting, **mean})
    headline = {name.removesuffix("s"): values[0] for name, values in TREND_CHOICES.items()}
    headline |= {"estimator": estimator, "group": next(iter(groups))}
    cells = pd.DataFrame(rows)
    chosen = (cells[list(headline)] == pd.Series(headline)).all(axis="columns")
    return cells.assign(chosen=chosen.astype(int))[list(columns("trend_choices"))]


def _scaled(scores: pd.DataFrame, scale: str) -> pd.DataFrame:
    """Replace scores by their ranks among all, spread over six points as they are, if asked for."""
    if scale != "ranks":
        return scores
    return scores.assign(democracy_score=6 * scores["democracy_score"].rank(pct=True))
