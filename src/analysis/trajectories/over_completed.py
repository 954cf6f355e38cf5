"""The headlines of notebook 2 over completed panels, beside those of what is known."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.statistics.arrays import Floats, Ints, changes_of, slopes_of
from analysis.statistics.completed_panels import Figures, Stack, Statistic, table_over_completed
from analysis.statistics.group_data import GroupData, chosen_groups
from analysis.trajectories.change_rates import FEWEST_COUNTRIES, clustered_rate, event_of
from analysis.trajectories.episodes import DIRECTIONS, Direction, find_episodes
from analysis.trajectories.transitions import class_rank

EVENTS = ("any", "down", "up", "large")
COMPARED = EVENTS[:3]
MOVES = {"down": -1, "up": 1}
"""Way of a move between classes -> its sign."""


def trajectories_over_completed(data: GroupData) -> pd.DataFrame:
    """Return the headlines over completed panels.

    Returns
    -------
    pandas.DataFrame
        Table ``over_completed_trajectories``. Average trends rest on all that is known and on
        completed panels, rates of change on complete country-editions and on completed panels:
        of incomplete ones mostly those ratings are known whose change was printed.

    Examples
    --------
    >>> from analysis.statistics.group_data import load_group
    >>> table = trajectories_over_completed(load_group("Visegrad", 2005, 2024))
    >>> table["statistic"][0], table["name"][0], table["known"].round(2)[0].item()
    ('trend', 'DS', -0.68)
    """
    middle = (data.window.first_edition + data.window.last_edition + 1) // 2
    parts = {
        name: members for name, members in chosen_groups(data.group).items() if name != data.group
    }
    statistics: dict[str, Statistic] = {
        "trend": trends,
        "trend of the score": partial(part_trends, parts=parts),
        "rate of changes": change_rates,
        "change of the rate": partial(rate_changes, split=middle),
        "moves between classes": class_moves,
        "rate of moves between classes": class_rates,
        "episodes": episodes,
    }
    return table_over_completed("over_completed_trajectories", statistics.items(), data)


def trends(panels: Stack) -> Figures:
    """Return the average trend of the score and of each category, with t(G - 1)."""
    scores = slopes_of(panels.scores)[..., None]
    return _means_of_countries(
        [SCORE, *CATEGORIES], np.concatenate([scores, slopes_of(panels.ratings)], axis=-1)
    )


def part_trends(panels: Stack, parts: Mapping[str, Collection[str]]) -> Figures:
    """Return the average trend of the score in every part of the region."""
    slopes = slopes_of(panels.scores)
    inside = np.array([[c in members for c in panels.countries] for members in parts.values()])
    own = np.where(inside.reshape(len(parts), len(panels.countries)).T, slopes[..., None], np.nan)
    return _means_of_countries(list(parts), own)


def change_rates(panels: Stack) -> Figures:
    """Return the yearly rate of every kind of change, with the error that clustering gives it."""
    changes = changes_of(panels.complete)
    events = {event: event_of(changes, event).sum(axis=-2) for event in EVENTS}
    return _clustered_rates(events, np.isfinite(changes).sum(axis=-2))


def _clustered_rates(events: Mapping[str, Ints], opportunities: Ints) -> Figures:
    """Return rates of events on the logit scale; counts are (panels, countries, steps)."""
    chances = opportunities.sum(axis=-1).astype(float)
    parts = []
    for counts in events.values():
        rate, _, _, design_effect = clustered_rate(counts.sum(axis=-1).astype(float), chances)
        n = chances.sum(axis=-1) / design_effect
        parts.append((logit(rate), 1 / np.sqrt(n * rate * (1 - rate))))
    estimates, errors = np.moveaxis(np.array(parts), 0, -1)
    countries = (chances > 0).sum(axis=-1, keepdims=True)
    df = np.broadcast_to(countries - 1.0, estimates.shape)
    return Figures(list(events), estimates, errors, df, shown=expit, signed=False)


def rate_changes(panels: Stack, split: int) -> Figures:
    """Return how much the yearly rates differ from edition `split` on, within countries."""
    changes = changes_of(panels.complete)
    late = np.array(panels.editions[1:]) >= split
    known = np.isfinite(changes)
    differences = []
    for event in COMPARED:
        events = event_of(changes, event)
        before, after = (
            events[..., part].sum(axis=(-2, -1)) / known[..., part].sum(axis=(-2, -1))
            for part in (~late, late)
        )
        differences.append(after - before)
    return _means_of_countries(COMPARED, np.stack(differences, axis=-1))


def class_moves(panels: Stack) -> Figures:
    """Return how often a country changed its regime class between adjacent editions."""
    counts = [moved.sum(axis=(-2, -1)) for moved in _class_moves(panels)[0].values()]
    return Figures(list(MOVES), np.stack(counts, axis=-1).astype(float), signed=False)


def class_rates(panels: Stack) -> Figures:
    """Return the yearly rate at which countries change their class."""
    return _clustered_rates(*_class_moves(panels))


def _class_moves(panels: Stack) -> tuple[dict[str, Ints], Ints]:
    """Return which steps are moves, by way, and which are known; (panels, countries, steps)."""
    steps = np.diff(class_rank(panels.scores), axis=-1)
    ways = {way: (np.nan_to_num(sign * steps) > 0).astype(int) for way, sign in MOVES.items()}
    return ways, np.isfinite(steps).astype(int)


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
