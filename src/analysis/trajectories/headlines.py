"""The headlines of notebook 2 for the members of a group alone, and over completed panels.

Both are the same estimators as for the region with what is known, each with its own refusal: a
trend and a rate take three countries, a break in pace six. Their coverage holds with so few
(`tests/trajectories`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.settings.parameters import FORMAT_CHANGE
from analysis.statistics.arrays import Floats, Ints, changes_of
from analysis.statistics.completed_panels import Figures, Stack, Statistic, table_over_completed
from analysis.statistics.estimates import FEWEST_COUNTRIES
from analysis.statistics.group_data import GroupData, chosen_groups
from analysis.trajectories.change_rates import change_rate_table, clustered_rate
from analysis.trajectories.drift import panel_break
from analysis.trajectories.episodes import DIRECTIONS, find_episodes
from analysis.trajectories.moves import class_transitions
from analysis.trajectories.observed import EVENTS, complete_editions, event_of
from analysis.trajectories.rounding import class_rank
from analysis.trajectories.trends import group_leave_one_out, group_trends, slopes_by, trend_table

COMPARED = ("any", "down", "up")


def results_of_members(
    scores: pd.DataFrame, panel: pd.DataFrame, group: str
) -> dict[str, pd.DataFrame]:
    """Return trends, pace and rates of the members of one group.

    Parameters
    ----------
    scores, panel
        ``country``, ``edition`` with ``democracy_score``; with ``category`` and ``rating``: those
        of the members.
    group
        Its name, as it stands in the tables of trends.

    Returns
    -------
    Name of a stored table -> the same table for these countries, without its sample.
    """
    members = {group: scores["country"].unique().tolist()}
    # A brief prints no signed-rank p; with ties it takes seconds for a dozen countries.
    of_score = group_trends(scores, members, draws=0)
    of_categories = trend_table(panel, draws=0).assign(group=group)
    return {
        "trends": pd.concat([of_score, of_categories], ignore_index=True),
        "trend_leave_one_out": group_leave_one_out(scores, members),
        "panel_break": panel_break(scores).table,
        "change_rates": change_rate_table(complete_editions(panel)),
        "class_moves": class_transitions(scores).moves,
    }


def trajectories_over_completed(data: GroupData, estimator: str = "OLS") -> pd.DataFrame:
    """Return the headlines over completed panels; trends are drawn by the `estimator`.

    In the table ``over_completed_trajectories`` average trends rest on all that is known and on
    completed panels, rates of change on complete country-editions and on completed panels: of
    incomplete ones mostly those ratings are known whose change was printed.

    Examples
    --------
    >>> from analysis.statistics.group_data import load_group
    >>> table = trajectories_over_completed(load_group("Visegrad", 2005, 2024))
    >>> table["statistic"][0], table["name"][0], table["known"].round(2)[0].item()
    ('trend', 'DS', -0.68)
    """
    parts = chosen_groups(data.group)
    del parts[data.group]
    statistics: dict[str, Statistic] = {
        "trend": partial(trends, estimator=estimator),
        "trend of the score": partial(part_trends, parts=parts, estimator=estimator),
        "rate of changes": change_rates,
        "change of the rate": partial(rate_changes, split=FORMAT_CHANGE),
        "moves between classes": class_moves,
        "rate of moves between classes": class_rates,
        "episodes": episodes,
    }
    if not data.window.first_edition < FORMAT_CHANGE <= data.window.last_edition:
        del statistics["change of the rate"]
    return table_over_completed("over_completed_trajectories", statistics.items(), data)


def trends(panels: Stack, estimator: str = "OLS") -> Figures:
    """Return the average trend of the score and of each category, with t(G - 1)."""
    slopes = [
        slopes_by(estimator, panels.scores)[..., None],
        slopes_by(estimator, panels.ratings),
    ]
    return _means_of_countries([SCORE, *CATEGORIES], np.concatenate(slopes, axis=-1))


def part_trends(
    panels: Stack, parts: Mapping[str, Collection[str]], estimator: str = "OLS"
) -> Figures:
    """Return the average trend of the score in every part of the region."""
    slopes = slopes_by(estimator, panels.scores)
    inside = np.array([[c in members for c in panels.countries] for members in parts.values()])
    own = np.where(inside.reshape(len(parts), len(panels.countries)).T, slopes[..., None], np.nan)
    return _means_of_countries(list(parts), own)


def change_rates(panels: Stack) -> Figures:
    """Return the yearly rate of every kind of change, with the error that clustering gives it."""
    changes = changes_of(panels.complete)
    events = {event: event_of(changes, event).sum(axis=(-2, -1)) for event in EVENTS}
    return _clustered_rates(events, np.isfinite(changes).sum(axis=(-2, -1)))


def _clustered_rates(events: Mapping[str, Ints], chances: Ints) -> Figures:
    """Return rates of events on the logit scale; counts are (panels, countries)."""
    rate, _, _, deff = (part.T for part in clustered_rate(np.array([*events.values()]), chances))
    n = chances.sum(axis=-1, keepdims=True) / deff
    df = np.asarray((chances > 0).sum(axis=-1, keepdims=True) - 1, dtype=float)
    errors = np.where(df + 1 < FEWEST_COUNTRIES, np.nan, 1 / np.sqrt(n * rate * (1 - rate)))
    return Figures(list(events), logit(rate), errors, df, shown=expit, signed=False)


def rate_changes(panels: Stack, split: int) -> Figures:
    """Return how much the yearly rates differ from edition `split` on, within countries."""
    changes = changes_of(panels.complete)
    late = np.array(panels.editions[1:]) >= split
    known = np.isfinite(changes)[..., None]
    events = np.stack([event_of(changes, event) for event in COMPARED], axis=-1)
    before, after = (
        events[..., part, :].sum(axis=(-3, -2)) / known[..., part, :].sum(axis=(-3, -2))
        for part in (~late, late)
    )
    return _means_of_countries(COMPARED, after - before)


def class_moves(panels: Stack) -> Figures:
    """Return how often a country changed its regime class between adjacent editions."""
    return _counts({way: moved.sum(axis=-1) for way, moved in _class_moves(panels)[0].items()})


def class_rates(panels: Stack) -> Figures:
    """Return the yearly rate at which countries change their class."""
    return _clustered_rates(*_class_moves(panels))


def _class_moves(panels: Stack) -> tuple[dict[str, Ints], Ints]:
    """Return how many steps are moves, by way, and how many are known; (panels, countries)."""
    steps = np.diff(class_rank(panels.scores), axis=-1)
    moved = {"down": (steps < 0).sum(axis=-1), "up": (steps > 0).sum(axis=-1)}
    return moved, np.isfinite(steps).sum(axis=-1)


def _counts(counts: Mapping[str, Ints]) -> Figures:
    return Figures(list(counts), np.stack([*counts.values()], -1).astype(float), signed=False)


def episodes(panels: Stack) -> Figures:
    """Return the number of episodes of decline and improvement."""
    n_panels, n_countries, n_editions = panels.scores.shape
    every = panels.scores.reshape(-1, n_editions)
    found = {way: find_episodes(every, way)["series"] // n_countries for way in DIRECTIONS}
    return _counts({way: np.bincount(n, minlength=n_panels) for way, n in found.items()})


def _means_of_countries(names: Sequence[str], values: Floats) -> Figures:
    """Return means over countries, (panels, countries, names), each with t(G - 1)."""
    known = np.isfinite(values)
    size = known.sum(axis=1)
    means = np.nansum(values, axis=1) / size
    squares = np.where(known, values - means[:, None], 0.0) ** 2
    errors = np.sqrt(squares.sum(axis=1) / (size - 1) / size)
    return Figures(names, means, np.where(size < FEWEST_COUNTRIES, np.nan, errors), size - 1.0)
