"""The average trend under the choices that a reader would make, declared in advance.

Sample, window, way to draw a country's trend, scale of the score, weight of a country, group of
countries: each combination is one cell, and the headline is one of them. There is no p-value over
the cells; their spread is the result. What leaving out one country does is no choice of this kind:
it has a range of its own (`analysis.trajectories.trends.leave_one_out`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.settings.choices import TENTH, TrendChoices
from analysis.statistics.arrays import Floats, PanelMatrix, panel_matrix
from analysis.statistics.group_data import in_window
from analysis.tables.schema import columns
from analysis.trajectories.samples import ALL_SCORES, COMPLETE, complete_editions
from analysis.trajectories.trends import SLOPES

FEWEST_COUNTRIES: Final = 3


def trend_choices(
    scores: pd.DataFrame,
    panel: pd.DataFrame,
    groups: Mapping[str, Sequence[str]],
    grid: TrendChoices,
    completed: Sequence[pd.DataFrame] = (),
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
    complete = complete_editions(panel)[["country", "edition"]].drop_duplicates()
    samples = {
        ALL_SCORES: [scores],
        COMPLETE: [scores.merge(complete, on=["country", "edition"])],
        TENTH: [_scores_of(ratings) for ratings in completed],
    }
    rows = []
    for sample, window, scale in product(grid.samples, grid.windows, grid.scales):
        frames = [_scaled(in_window(table, window), scale) for table in samples[sample]]
        matrices = [panel_matrix(frame, "democracy_score") for frame in frames if len(frame)]
        if not matrices:
            continue
        for estimator in grid.estimators:
            slopes = np.mean([SLOPES[estimator](one.array) for one in matrices], axis=0)
            choices = {"sample": sample, "window": window, "scale": scale, "estimator": estimator}
            for (group, countries), weighting in product(groups.items(), grid.weightings):
                mean = _mean_slope(matrices[0], slopes, countries, weighting)
                rows.append({**choices, "group": group, "weighting": weighting, **mean})
    headline = {**grid.headline, "group": next(iter(groups))}
    table = pd.DataFrame(rows)
    chosen = (table[list(headline)] == pd.Series(headline)).all(axis="columns")
    return table.assign(chosen=chosen.astype(int))[list(columns("trend_choices"))]


def _scores_of(panel: pd.DataFrame) -> pd.DataFrame:
    scores = panel.groupby(["country", "edition"])["rating"].mean().rename("democracy_score")
    return scores.reset_index()


def _mean_slope(
    matrix: PanelMatrix, slopes: Floats, countries: Sequence[str], weighting: str
) -> dict[str, Any]:
    """Return the mean slope of a group with its sizes, or the refusal."""
    used = np.isin(matrix.countries, list(countries)) & np.isfinite(slopes)
    n_known = np.isfinite(matrix.array).sum(axis=1)[used]
    weights = n_known if weighting == "country-editions" else None
    few = used.sum() < FEWEST_COUNTRIES
    return {
        "estimate": np.nan if few else np.average(slopes[used], weights=weights),
        "n_countries": int(used.sum()),
        "n_observations": int(n_known.sum()),
        "refusal": f"{used.sum()} of {FEWEST_COUNTRIES} countries" if few else "",
    }


def _scaled(scores: pd.DataFrame, scale: str) -> pd.DataFrame:
    """Replace scores by their ranks among all, spread over the same 1 to 7 points, if asked for."""
    if scale != "ranks":
        return scores
    share = scores["democracy_score"].rank(pct=True) - 0.5 / max(len(scores), 1)
    return scores.assign(democracy_score=1 + 6 * share)
