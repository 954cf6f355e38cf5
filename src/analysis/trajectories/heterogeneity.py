"""Spread of country trends and number of episodes, against what driftless ratings give.

Persistent ratings give every country a slope of its own even when none drifts, so that spread is
compared with that of driftless panels from the fitted generator.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import CATEGORIES
from analysis.statistics.arrays import Floats, panel_cube, slopes_of
from analysis.statistics.generator import Settings, democracy_scores
from analysis.statistics.generator_fit import Statistic, calibrate, fitted_generator
from analysis.tables.schema import empty
from analysis.trajectories.episodes import RULE, false_alarms, find_episodes
from analysis.trajectories.samples import ALL_RATINGS, SIMULATED


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
        Fitted to the panel (`generator_fit`); trends, breaks and common shocks are set to zero
        and the level is moved to the panel's mean.

    Returns
    -------
    One row per figure in `STATISTICS`: ``statistic``, ``meaning`` and the fields of
    `generator_fit.Calibration`, with ``n_countries``, ``n_editions``.
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


@dataclass(frozen=True)
class DriftlessPanels:
    """What rests on panels from the fitted generator, its drift set to zero.

    Attributes
    ----------
    fit
        Table ``generator_fit``: settings, and the moments of real and simulated panels.
    calibrated
        Table ``calibrated_trends``.
    alarms
        Table ``episode_false_alarms``.
    refusal
        Why there are none; then the tables are empty.
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
    cube = panel_cube(panel, order=list(CATEGORIES))
    return DriftlessPanels(
        table,
        calibrated_table(cube, settings, seed, draws).assign(sample=ALL_RATINGS),
        false_alarms(cube.shape[2], seed, settings=settings).assign(sample=SIMULATED),
    )
