"""Episodes of decline and improvement by an explicit rule, and what driftless ratings give.

An episode starts with a step in its direction, goes on until a clear step back or several editions
without a further step, and ends with its last step. The idea is that of the Episodes of Regime
Transformation data (Maerz et al. 2024); rule and code are this project's own.

Even driftless ratings wander: the rule finds episodes by chance, and persistent ratings give every
country a slope of its own. So the rule's false alarms are part of the result, and the number of
episodes and the spread of country trends are placed among those of driftless panels from the fitted
generator.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Final, Literal

import numpy as np
import pandas as pd

from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import CATEGORIES
from analysis.statistics.arrays import Bools, Floats, panel_cube, panel_matrix, slopes_of
from analysis.statistics.generator import CAL, Settings, democracy_scores, simulate
from analysis.statistics.generator_fit import Statistic, calibrate, fitted_generator
from analysis.tables.schema import columns, empty
from analysis.trajectories.observed import ALL_RATINGS, SIMULATED

Direction = Literal["decline", "improvement"]
DIRECTIONS: Final[tuple[Direction, Direction]] = ("decline", "improvement")


STEP: Final = 0.03
"""An annual change of at least this starts or continues an episode: just below 1/28, one category
by one quarter point."""
STOP: Final = 0.10
"""A change of at least this in the other direction ends it: just below 3/28, three category
steps."""
TOLERANCE: Final = 4
"""So many editions without a step end it too."""
STRENGTHS: Final = {"moderate": 0.5, "clear": 0.75}
"""Cumulative change from which an episode counts, and from which it is called clear."""


def find_episodes(values: Floats, direction: Direction) -> pd.DataFrame:
    """Find the episodes of one direction in many series at once.

    Parameters
    ----------
    values
        Array (series, editions), NaN where unknown; a gap cuts an episode off.

    Returns
    -------
    One row an episode: ``series`` (row number), ``start`` (column before the first step), ``end``
    (column of the last step), ``change`` from start to end (negative for a decline), and whether it
    is ``censored``, still running at the last column or cut off by a gap.
    """
    toward = values if direction == "improvement" else -values
    n_series, n_editions = values.shape
    start, last = np.full(n_series, -1), np.full(n_series, -1)
    closed: list[pd.DataFrame] = []

    def close(which: Bools, censored: bool) -> None:
        rows = np.flatnonzero(which)
        ended = {"series": rows, "start": start[rows], "end": last[rows]}
        closed.append(pd.DataFrame({**ended, "censored": np.full(len(rows), censored)}))
        start[rows] = -1

    for now in range(1, n_editions):
        step = toward[:, now] - toward[:, now - 1]
        running = start >= 0
        # Comparisons with an unknown step are false.
        forward, back, gap = step >= STEP, step <= -STOP, np.isnan(step)
        close(running & gap, censored=True)
        close(running & back, censored=False)
        close(running & ~gap & ~back & ~forward & (now - last >= TOLERANCE), censored=False)
        start = np.where(forward & (start < 0), now - 1, start)
        last = np.where(forward, now, last)
    close(start >= 0, censored=True)
    found = pd.concat(closed)
    row = found["series"].to_numpy()
    found["change"] = values[row, found["end"]] - values[row, found["start"]]
    counted = found[reach(found, STRENGTHS["moderate"])]
    return counted.sort_values(["series", "start"], ignore_index=True)


def reach(episodes: pd.DataFrame, least: float) -> pd.Series:
    """Tell which episodes change the score by at least so much."""
    return episodes["change"].abs() >= least - 1e-6


def episode_table(scores: pd.DataFrame) -> pd.DataFrame:
    """Return every episode of the panel.

    Returns
    -------
    Table ``episodes`` without the sample.

    Examples
    --------
    >>> from analysis import data
    >>> episode_table(data.scores("Balkans"))[["country", "direction"]].values.tolist()[:2]
    [['Bosnia and Herzegovina', 'decline'], ['Kosovo', 'improvement']]
    """
    matrix = panel_matrix(scores, "democracy_score")
    ways = [find_episodes(matrix.array, way).assign(direction=way) for way in DIRECTIONS]
    found = pd.concat(ways, ignore_index=True)
    years = np.array(matrix.editions)
    table = found.assign(
        country=np.array(matrix.countries, dtype=object)[found["series"]],
        first_edition=years[found["start"]],
        last_edition=years[found["end"]],
        strength=np.where(reach(found, STRENGTHS["clear"]), "clear", "moderate"),
    )
    ordered = table.sort_values(["country", "first_edition", "direction"], ignore_index=True)
    return ordered[list(columns("episodes")[:-1])]


def false_alarms(
    n_editions: int, seed: int, settings: Settings = CAL, n_series: int = 20_000
) -> pd.DataFrame:
    """Return the table ``episode_false_alarms``: episodes of countries that have no drift."""
    rng = np.random.default_rng(seed)
    scores = democracy_scores(simulate(settings.without_drift(), n_series, 1, n_editions, rng))
    rows = []
    for direction in DIRECTIONS:
        episodes = find_episodes(scores[:, 0], direction)
        for strength, least in STRENGTHS.items():
            share = episodes.loc[reach(episodes, least), "series"].nunique() / n_series
            error = float(np.sqrt(share * (1 - share) / n_series))
            rows.append((strength, direction, share, error, n_editions, n_series))
    return pd.DataFrame(rows, columns=list(columns("episode_false_alarms")[:-1]))


def slope_spread(ratings: Floats) -> Floats:
    """Return the standard deviation of country slopes of the score, per replication."""
    return np.asarray(np.nanstd(slopes_of(democracy_scores(ratings)), axis=-1, ddof=1))


def decline_count(ratings: Floats) -> Floats:
    """Return the number of countries with a decline episode, per replication."""
    scores = democracy_scores(ratings)
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
    """Return the table ``calibrated_trends``: the panel's `STATISTICS` among driftless ones."""
    null = driftless(settings, ratings)
    rows = [
        {"statistic": name, "meaning": meaning}
        | asdict(calibrate(ratings, null, statistic, seed, draws))
        for name, (meaning, statistic) in STATISTICS.items()
    ]
    return pd.DataFrame(rows).assign(n_countries=ratings.shape[0], n_editions=ratings.shape[2])


@dataclass(frozen=True)
class DriftlessPanels:
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
    cube = panel_cube(panel, order=list(CATEGORIES))
    return DriftlessPanels(
        table,
        calibrated_table(cube, settings, seed, draws).assign(sample=ALL_RATINGS),
        false_alarms(cube.shape[2], seed, settings).assign(sample=SIMULATED),
    )
