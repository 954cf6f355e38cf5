"""The headlines of notebook 2 over completed panels, beside those of what is known."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.statistics.arrays import Floats, changes_of, slopes_of
from analysis.statistics.completion.pooling import Figures, Statistic, table_over_completed
from analysis.statistics.completion.stacks import Stack
from analysis.statistics.group_data import GroupData
from analysis.trajectories.change_rates import FEWEST_COUNTRIES, clustered_rate, event_of
from analysis.trajectories.episodes import DIRECTIONS, Direction, find_episodes
from analysis.trajectories.transitions import class_rank

EVENTS = ("any", "down", "up")


def trajectories_over_completed(data: GroupData) -> pd.DataFrame:
    """Return the headlines over completed panels.

    Returns
    -------
    pandas.DataFrame
        Table ``over_completed_trajectories``. Average trends rest on all that is known and on
        completed panels, rates of change on complete country-editions and on completed panels:
        of incomplete ones mostly those ratings are known whose change was printed.
    """
    middle = (data.window.first_edition + data.window.last_edition + 1) // 2
    statistics: dict[str, Statistic] = {
        "trend": trends,
        "rate of changes": change_rates,
        "change of the rate": partial(rate_changes, split=middle),
        "moves between classes": class_moves,
        "episodes": episodes,
    }
    return table_over_completed("over_completed_trajectories", statistics.items(), data)


def trends(panels: Stack) -> Figures:
    """Return the average trend of the score and of each category, with t(G - 1)."""
    scores = slopes_of(panels.scores)[..., None]
    return _means_of_countries(
        [SCORE, *CATEGORIES], np.concatenate([scores, slopes_of(panels.ratings)], axis=-1)
    )


def change_rates(panels: Stack) -> Figures:
    """Return the yearly rate of every kind of change, with the error that clustering gives it."""
    changes = changes_of(panels.complete)
    opportunities = np.isfinite(changes).sum(axis=(-2, -1)).astype(float)
    parts = []
    for event in EVENTS:
        events = event_of(changes, event).sum(axis=(-2, -1)).astype(float)
        rate, _, _, design_effect = clustered_rate(events, opportunities)
        n = opportunities.sum(axis=-1) / design_effect
        parts.append((logit(rate), 1 / np.sqrt(n * rate * (1 - rate))))
    estimates, errors = np.moveaxis(np.array(parts), 0, -1)
    countries = (opportunities > 0).sum(axis=-1, keepdims=True)
    df = np.broadcast_to(countries - 1.0, estimates.shape)
    return Figures(EVENTS, estimates, errors, df, shown=expit, signed=False)


def rate_changes(panels: Stack, split: int) -> Figures:
    """Return how much the yearly rates differ from edition `split` on, within countries."""
    changes = changes_of(panels.complete)
    late = np.array(panels.editions[1:]) >= split
    known = np.isfinite(changes)
    differences = []
    for event in EVENTS:
        events = event_of(changes, event)
        before, after = (
            events[..., part].sum(axis=(-2, -1)) / known[..., part].sum(axis=(-2, -1))
            for part in (~late, late)
        )
        differences.append(after - before)
    return _means_of_countries(EVENTS, np.stack(differences, axis=-1))


def class_moves(panels: Stack) -> Figures:
    """Return how often a country changed its regime class between adjacent editions."""
    moves = np.diff(class_rank(panels.scores), axis=-1)
    counts = [(np.nan_to_num(sign * moves) > 0).sum(axis=(-2, -1)) for sign in (-1, 1)]
    return Figures(["down", "up"], np.stack(counts, axis=-1).astype(float), signed=False)


def episodes(panels: Stack) -> Figures:
    """Return the number of episodes of decline and improvement."""
    n_panels, n_countries, n_editions = panels.scores.shape

    def count(direction: Direction) -> Floats:
        found = find_episodes(panels.scores.reshape(-1, n_editions), direction)
        return np.bincount(found.series // n_countries, minlength=n_panels).astype(float)

    return Figures(DIRECTIONS, np.stack([count(d) for d in DIRECTIONS], axis=-1), signed=False)


def _means_of_countries(names: Sequence[str], values: Floats) -> Figures:
    """Return means over countries, (panels, countries, names), each with t(G - 1)."""
    known = np.isfinite(values)
    size = known.sum(axis=1)
    means = np.nansum(values, axis=1) / size
    squares = np.where(known, values - means[:, None], 0.0) ** 2
    errors = np.sqrt(squares.sum(axis=1) / (size - 1) / size)
    return Figures(names, means, np.where(size < FEWEST_COUNTRIES, np.nan, errors), size - 1.0)
