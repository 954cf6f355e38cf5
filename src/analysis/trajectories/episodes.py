"""Episodes of decline and improvement by an explicit rule.

An episode starts with a step in its direction, goes on until a clear step back or several editions
without a further step, and ends with its last step. The idea is that of the Episodes of Regime
Transformation data (Maerz et al. 2024); rule and code are this project's own. How often it finds an
episode by chance is told by `analysis.trajectories.driftless`.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import pandas as pd

from analysis.statistics.arrays import Bools, Floats, panel_matrix
from analysis.tables.schema import columns

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

    def close(which: Bools, censored: Bools) -> None:
        rows = np.flatnonzero(which & (start >= 0))
        ended = {"series": rows, "start": start[rows], "end": last[rows]}
        closed.append(pd.DataFrame({**ended, "censored": censored[rows]}))
        start[rows] = -1

    for now in range(1, n_editions):
        step = toward[:, now] - toward[:, now - 1]
        # Comparisons with an unknown step are false.
        forward, back, gap = step >= STEP, step <= -STOP, np.isnan(step)
        close(gap | back | (~forward & (now - last >= TOLERANCE)), censored=gap)
        start = np.where(forward & (start < 0), now - 1, start)
        last = np.where(forward, now, last)
    close(np.ones(n_series, dtype=bool), censored=np.ones(n_series, dtype=bool))
    found = pd.concat(closed)
    row = found["series"].to_numpy()
    found["change"] = values[row, found["end"]] - values[row, found["start"]]
    # Steps back that are too small to end an episode can outweigh its steps.
    onward = (found["change"] > 0) == (direction == "improvement")
    counted = found[onward & reach(found, STRENGTHS["moderate"])]
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
    found = pd.concat(ways)
    years = np.array(matrix.editions)
    table = found.assign(
        country=np.array(matrix.countries, dtype=object)[found["series"]],
        first_edition=years[found["start"]],
        last_edition=years[found["end"]],
        strength=np.where(reach(found, STRENGTHS["clear"]), "clear", "moderate"),
    )
    ordered = table.sort_values(["country", "first_edition", "direction"], ignore_index=True)
    return ordered[list(columns("episodes")[:-1])]
