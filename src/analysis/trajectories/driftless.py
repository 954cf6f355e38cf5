"""What driftless ratings give: false episodes, and a spread of country trends.

Even driftless ratings wander: the rule finds episodes by chance, and persistent ratings give every
country a slope of its own. So the rule's false alarms are part of the result, and the number of
episodes and the spread of country trends are placed among those of driftless panels from the fitted
generator.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from analysis.facts.errors import ParameterError
from analysis.statistics.arrays import Floats, panel_cube, slopes_of
from analysis.statistics.generator import CAL, Settings, simulate, simulate_like
from analysis.statistics.generator_fit import Statistic, fitted_generator, place
from analysis.tables.schema import columns, empty
from analysis.trajectories.episodes import DIRECTIONS, STRENGTHS, find_episodes, reach
from analysis.trajectories.observed import COMPLETE, SIMULATED


def false_alarms(
    n_editions: int, seed: int, settings: Settings = CAL, n_series: int = 20_000
) -> pd.DataFrame:
    """Return the table ``episode_false_alarms``: episodes of countries that have no drift."""
    rng = np.random.default_rng(seed)
    scores = simulate(settings.without_drift(), n_series, 1, n_editions, rng)[:, 0].mean(axis=-2)
    rows = []
    for direction in DIRECTIONS:
        episodes = find_episodes(scores, direction)
        for strength, least in STRENGTHS.items():
            share = episodes.loc[reach(episodes, least), "series"].nunique() / n_series
            error = float(np.sqrt(share * (1 - share) / n_series))
            rows.append((strength, direction, share, error, n_editions, n_series))
    return pd.DataFrame(rows, columns=list(columns("episode_false_alarms")[:-1]))


def slope_spread(ratings: Floats) -> Floats:
    """Return the standard deviation of country slopes of the score, per replication."""
    return np.asarray(np.nanstd(slopes_of(ratings.mean(axis=-2)), axis=-1, ddof=1))


def decline_count(ratings: Floats) -> Floats:
    """Return the number of countries with a decline episode, per replication."""
    scores = ratings.mean(axis=-2)
    hit = np.zeros(scores.shape[:2])
    hit.flat[find_episodes(scores.reshape(-1, scores.shape[-1]), "decline")["series"]] = 1
    return np.asarray(hit.sum(axis=1))


STATISTICS: Final[dict[str, tuple[str, Statistic]]] = {
    "slope_spread": ("standard deviation of country trends, points per decade", slope_spread),
    "decline_count": ("countries with a decline episode", decline_count),
}


def driftless(settings: Settings, ratings: Floats) -> Settings:
    """Return settings without trends, breaks and common shocks, at the panel's mean level."""
    return replace(settings.without_drift(), between_mean=float(np.nanmean(ratings)))


def calibrated_table(
    ratings: Floats, settings: Settings, seed: int, draws: int = 1000
) -> pd.DataFrame:
    """Return the table ``calibrated_trends``: the panel's `STATISTICS` among driftless ones.

    Simulated panels have no printed scores: as in them, the panel's scores here are those of
    complete country-editions.
    """
    null, rng = driftless(settings, ratings), np.random.default_rng(seed)
    panels = simulate_like(ratings, null, draws, rng)
    rows = [
        {"statistic": name, "meaning": meaning}
        | place(float(statistic(ratings[None])[0]), statistic(panels))
        for name, (meaning, statistic) in STATISTICS.items()
    ]
    return pd.DataFrame(rows).assign(n_countries=ratings.shape[0], n_editions=ratings.shape[2])


class DriftlessPanels(NamedTuple):
    """What rests on panels from the fitted generator, its drift set to zero.

    Tables ``generator_fit`` (settings, and moments of real and simulated panels),
    ``calibrated_trends`` and ``episode_false_alarms``; empty, with the reason, where it is refused.
    """

    fit: pd.DataFrame
    calibrated: pd.DataFrame
    alarms: pd.DataFrame
    refusal: str = ""

    @property
    def moments(self) -> pd.DataFrame:
        """Return the moments of the real panel beside those of simulated ones."""
        return self.fit[self.fit["part"] == "moment"]


def driftless_panels(panel: pd.DataFrame, seed: int, draws: int) -> DriftlessPanels:
    """Fit the generator to a panel, and place the panel among driftless ones.

    Parameters
    ----------
    panel
        ``country``, ``edition``, ``category``, ``rating``.
    draws
        Simulated panels.

    Examples
    --------
    >>> from analysis import data
    >>> driftless = driftless_panels(data.panel("Balkans"), seed=1, draws=20)
    >>> driftless.calibrated.set_index("statistic")["observed"].round(2).to_dict()
    {'slope_spread': 0.25, 'decline_count': 3.0}
    """
    try:
        settings, table = fitted_generator(panel, seed)
    except ParameterError as error:
        # Too few countries, categories or editions to fit a generator to: the notebook says so.
        names = ("generator_fit", "calibrated_trends", "episode_false_alarms")
        fit, calibrated, alarms = map(empty, names)
        return DriftlessPanels(fit, calibrated, alarms, str(error))
    cube = panel_cube(panel).array
    return DriftlessPanels(
        table,
        calibrated_table(cube, settings, seed, draws).assign(sample=COMPLETE),
        # The null of the table above, level included.
        false_alarms(cube.shape[2], seed, driftless(settings, cube)).assign(sample=SIMULATED),
    )
