"""Spread of country trends and number of episodes, against what driftless ratings give.

Persistent ratings give every country a slope of its own even when none drifts, so that spread is
compared with that of driftless panels from the fitted generator.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Final

import numpy as np
import pandas as pd

from analysis.statistics.arrays import Floats
from analysis.statistics.simulation.calibration import Statistic, calibrate
from analysis.statistics.simulation.generator import Settings, democracy_scores
from analysis.statistics.slopes import slopes_of
from analysis.trajectories.episodes import RULE, find_episodes


def slope_spread(ratings: Floats) -> Floats:
    """Return the standard deviation of country slopes of the score, per replication."""
    return np.asarray(np.nanstd(slopes_of(democracy_scores(ratings)), axis=-1, ddof=1))


def decline_count(ratings: Floats) -> Floats:
    """Return the number of countries with a decline episode, per replication."""
    scores = democracy_scores(ratings)
    replications, countries, editions = scores.shape
    declines = find_episodes(scores.reshape(-1, editions), "decline", RULE)
    hit = np.zeros(replications * countries)
    hit[declines.series] = 1
    return np.asarray(hit.reshape(replications, countries).sum(axis=1))


STATISTICS: Final[dict[str, tuple[str, Statistic]]] = {
    "slope_spread": ("standard deviation of country trends, points per decade", slope_spread),
    "decline_count": ("countries with a decline episode", decline_count),
}


def calibrated_table(
    ratings: Floats, settings: Settings, seed: int, draws: int = 1000
) -> pd.DataFrame:
    """Place the panel's figures among those of driftless panels.

    Parameters
    ----------
    ratings
        The panel (countries, categories, editions), as `matrices.panel_cube` makes it.
    settings
        Fitted to the panel (`simulation.fit`); trends, breaks and common shocks are set to zero
        and the level is moved to the panel's mean.

    Returns
    -------
    One row per figure in `STATISTICS`: ``statistic``, ``meaning`` and the fields of
    `simulation.calibration.Calibration`, with ``n_countries``, ``n_editions``.
    """
    null = replace(settings.without_drift(), between_mean=float(np.nanmean(ratings)))
    rows = [
        {
            "statistic": name,
            "meaning": meaning,
            **asdict(calibrate(ratings, null, statistic, seed, draws)),
        }
        for name, (meaning, statistic) in STATISTICS.items()
    ]
    return pd.DataFrame(rows).assign(n_countries=ratings.shape[0], n_editions=ratings.shape[2])
