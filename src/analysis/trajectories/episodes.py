"""Episodes of decline and improvement by an explicit rule, with the rule's false-alarm rate.

An episode starts with a step in its direction, goes on until a clear step back or several editions
without a further step, and ends with its last step. The idea is that of the Episodes of Regime
Transformation data (Maerz et al. 2024); rule and code are this project's own. Because even
driftless ratings wander, the share of countries in which the rule finds an episode by chance is
part of the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from analysis.statistics.arrays import Bools, Floats, Ints, panel_matrix
from analysis.statistics.generator import CAL, Settings, democracy_scores, simulate

Direction = Literal["decline", "improvement"]
DIRECTIONS: Final[tuple[Direction, Direction]] = ("decline", "improvement")


@dataclass(frozen=True)
class EpisodeRule:
    """When an episode starts, ends and counts; in points of the score.

    Attributes
    ----------
    step
        An annual change of at least this starts or continues an episode: just below 1/28, one
        category by one quarter point.
    stop
        A change of at least this in the other direction ends it: just below 3/28, three category
        steps.
    tolerance
        So many editions without a step end it too.
    moderate, clear
        Cumulative change from which an episode counts, and from which it is called clear.
    """

    step: float = 0.03
    stop: float = 0.10
    tolerance: int = 4
    moderate: float = 0.5
    clear: float = 0.75


RULE: Final = EpisodeRule()


@dataclass(frozen=True)
class Episodes:
    """Episodes of many series, one entry each.

    Attributes
    ----------
    series, start, end
        Row number; column before the first step; column of the last step.
    change
        Cumulative change from start to end, negative for a decline.
    censored
        Still running at the last column or cut off by a gap.
    """

    series: Ints
    start: Ints
    end: Ints
    change: Floats
    censored: Bools


def find_episodes(values: Floats, direction: Direction, rule: EpisodeRule = RULE) -> Episodes:
    """Find the episodes of one direction in many series at once.

    Parameters
    ----------
    values
        Array (series, editions), NaN where unknown; a gap cuts an episode off.
    """
    toward = values if direction == "improvement" else -values
    n_series, n_editions = values.shape
    start = np.full(n_series, -1)
    last = np.full(n_series, -1)
    closed: list[tuple[Ints, Ints, Ints, Bools]] = []

    def close(which: Bools, censored: bool) -> None:
        rows = np.flatnonzero(which)
        closed.append((rows, start[rows], last[rows], np.full(len(rows), censored)))
        start[rows] = -1

    for now in range(1, n_editions):
        step = toward[:, now] - toward[:, now - 1]
        running = start >= 0
        gap = ~np.isfinite(step)
        forward = ~gap & (np.nan_to_num(step) >= rule.step)
        back = ~gap & (np.nan_to_num(step) <= -rule.stop)
        close(running & gap, censored=True)
        close(running & back, censored=False)
        close(running & ~gap & ~back & ~forward & (now - last >= rule.tolerance), censored=False)
        start = np.where(forward & (start < 0), now - 1, start)
        last = np.where(forward, now, last)
    close(start >= 0, censored=True)
    series, starts, ends, censored = (
        np.concatenate([part[i] for part in closed]) if closed else np.empty(0, dtype=int)
        for i in range(4)
    )
    change = values[series, ends] - values[series, starts]
    keep = np.abs(change) >= rule.moderate - 1e-6
    order = np.lexsort((starts[keep], series[keep]))
    return Episodes(
        series=series[keep][order],
        start=starts[keep][order],
        end=ends[keep][order],
        change=change[keep][order],
        censored=censored[keep][order].astype(bool),
    )


def episode_table(scores: pd.DataFrame) -> pd.DataFrame:
    """Return every episode of the panel.

    Returns
    -------
    Table ``episodes``.

    Examples
    --------
    >>> from analysis import data
    >>> episode_table(data.scores("Balkans"))[["country", "direction"]].values.tolist()[:2]
    [['Bosnia and Herzegovina', 'decline'], ['Kosovo', 'improvement']]
    """
    matrix = panel_matrix(scores, "democracy_score")
    years = np.array(matrix.editions)
    parts = []
    for direction in DIRECTIONS:
        episodes = find_episodes(matrix.array, direction)
        clear = np.abs(episodes.change) >= RULE.clear - 1e-6
        parts.append(
            pd.DataFrame(
                {
                    "country": np.array(matrix.countries, dtype=object)[episodes.series],
                    "direction": direction,
                    "first_edition": years[episodes.start],
                    "last_edition": years[episodes.end],
                    "change": episodes.change,
                    "strength": np.where(clear, "clear", "moderate"),
                    "censored": episodes.censored,
                }
            )
        )
    return (
        pd.concat(parts, ignore_index=True)
        .sort_values(["country", "first_edition", "direction"])
        .reset_index(drop=True)
    )


def false_alarms(
    n_editions: int,
    seed: int,
    *,
    settings: Settings = CAL,
    n_series: int = 20_000,
) -> pd.DataFrame:
    """Return how often the rule finds an episode in a country whose ratings have no drift.

    Parameters
    ----------
    settings
        Generator settings; trend, break and common shocks are set to zero.

    Returns
    -------
    Table ``episode_false_alarms``.
    """
    rng = np.random.default_rng(seed)
    scores = democracy_scores(simulate(settings.without_drift(), n_series, 1, n_editions, rng))
    rows = []
    for direction in DIRECTIONS:
        episodes = find_episodes(scores[:, 0], direction)
        for strength, least in (("moderate", RULE.moderate), ("clear", RULE.clear)):
            hit = np.unique(episodes.series[np.abs(episodes.change) >= least - 1e-6])
            share = len(hit) / n_series
            error = float(np.sqrt(share * (1 - share) / n_series))
            rows.append((strength, direction, share, error, n_editions, n_series))
    return pd.DataFrame(
        rows,
        columns=["strength", "direction", "share", "monte_carlo_error", "n_editions", "n_series"],
    )
