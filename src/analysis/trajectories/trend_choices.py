"""The average trend under the choices that a reader would make, declared in advance.

Sample, window, way to draw a country's trend, scale of the score, weight of a country, group of
countries: each combination is one cell, and the headline is one of them. There is no p-value over
the cells; their spread is the result. What leaving out one country does is no choice of this kind:
it has a range of its own (`analysis.trajectories.trends.leave_one_out`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final

import numpy as np
import pandas as pd

from analysis.settings.choices import FORMAT_CHANGE, TrendChoices
from analysis.statistics.arrays import panel_matrix
from analysis.tables.schema import columns
from analysis.trajectories.samples import ALL_SCORES, COMPLETE, complete_editions
from analysis.trajectories.trends import SLOPES

FEWEST_COUNTRIES: Final = 3


def trend_choices(
    scores: pd.DataFrame,
    panel: pd.DataFrame,
    groups: Mapping[str, Sequence[str]],
    grid: TrendChoices,
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

    Returns
    -------
    Table ``trend_choices``.
    """
    complete = complete_editions(panel)[["country", "edition"]].drop_duplicates()
    samples = {ALL_SCORES: scores, COMPLETE: scores.merge(complete, on=["country", "edition"])}
    rows = []
    for sample, window, scale in product(grid.samples, grid.windows, grid.scales):
        frame = _scaled(_cut(samples[sample], window), scale)
        if frame.empty:
            continue
        matrix = panel_matrix(frame, "democracy_score")
        n_known = np.isfinite(matrix.array).sum(axis=1)
        for estimator in grid.estimators:
            slopes = SLOPES[estimator](matrix.array)
            for (group, countries), weighting in product(groups.items(), grid.weightings):
                used = np.isin(matrix.countries, list(countries)) & np.isfinite(slopes)
                weights = n_known[used] if weighting == "country-editions" else None
                few = used.sum() < FEWEST_COUNTRIES
                rows.append(
                    {
                        "sample": sample,
                        "window": window,
                        "scale": scale,
                        "estimator": estimator,
                        "group": group,
                        "weighting": weighting,
                        "estimate": np.nan if few else np.average(slopes[used], weights=weights),
                        "n_countries": int(used.sum()),
                        "n_observations": int(n_known[used].sum()),
                        "refusal": f"{used.sum()} of {FEWEST_COUNTRIES} countries" if few else "",
                    }
                )
    headline = {**grid.headline, "group": next(iter(groups))}
    table = pd.DataFrame(rows)
    chosen = (table[list(headline)] == pd.Series(headline)).all(axis="columns")
    return table.assign(chosen=chosen.astype(int))[list(columns("trend_choices"))]


def _cut(scores: pd.DataFrame, window: str) -> pd.DataFrame:
    first, last = scores["edition"].min(), scores["edition"].max()
    inside = {
        "all editions": (first, last),
        "first ten editions": (first, first + 9),
        "last ten editions": (last - 9, last),
        "until the change of format": (first, FORMAT_CHANGE - 1),
    }
    cut: pd.DataFrame = scores[scores["edition"].between(*inside[window])]
    return cut


def _scaled(scores: pd.DataFrame, scale: str) -> pd.DataFrame:
    """Replace scores by their ranks among all, spread over the same 1 to 7 points, if asked for."""
    if scale != "ranks":
        return scores
    share = scores["democracy_score"].rank(pct=True) - 0.5 / max(len(scores), 1)
    return scores.assign(democracy_score=1 + 6 * share)
