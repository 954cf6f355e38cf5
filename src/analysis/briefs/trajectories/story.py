"""The results of notebook 2 as briefs slice them: the stored ones, or those of a group."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import pandas as pd

from analysis.facts.frames import with_texts
from analysis.facts.rating_system import FIRST_EDITION, LAST_EDITION
from analysis.settings.parameters import WHOLE, Window
from analysis.statistics.completed_panels import Statistic, table_over_completed
from analysis.statistics.group_data import load_group
from analysis.tables.stored import read_processed
from analysis.trajectories.of_members import results_of_members
from analysis.trajectories.over_completed import part_trends, trends

TABLES: Final = (
    "drifts",
    "episodes",
    "episode_false_alarms",
    "usual_changes",
    "last_changes",
    "trends",
    "trend_leave_one_out",
    "panel_break",
    "change_rates",
    "class_events",
    "class_moves",
    "over_completed_trajectories",
)


@dataclass(frozen=True)
class TrajectoryResults:
    """Results over all editions, one attribute a stored table."""

    drifts: pd.DataFrame
    episodes: pd.DataFrame
    episode_false_alarms: pd.DataFrame
    usual_changes: pd.DataFrame
    last_changes: pd.DataFrame
    trends: pd.DataFrame
    trend_leave_one_out: pd.DataFrame
    panel_break: pd.DataFrame
    change_rates: pd.DataFrame
    class_events: pd.DataFrame
    class_moves: pd.DataFrame
    over_completed_trajectories: pd.DataFrame


def load_results() -> TrajectoryResults:
    """Read what notebook 2 stored for all countries and editions.

    Raises
    ------
    analysis.facts.errors.AnalysisError
        If it has not been stored yet.
    """
    return TrajectoryResults(**{name: with_texts(read_processed(name)) for name in TABLES})


def results_of_group(
    whole: TrajectoryResults, group: str, names: Collection[str]
) -> TrajectoryResults:
    """Return the results of all with the trends, pace and rates of these countries alone."""
    scores, panel = (
        table[table["country"].isin(names)]
        for table in map(read_processed, ("country_editions", "panel"))
    )
    data = load_group(group, FIRST_EDITION, LAST_EDITION)
    statistics: dict[str, Statistic] = {
        "trend": trends,
        "trend of the score": partial(part_trends, parts={group: names}),
    }
    over = table_over_completed("over_completed_trajectories", statistics.items(), data)
    tables = results_of_members(scores, panel, group)
    return replace(whole, **tables, over_completed_trajectories=over)


def scope(window: Window) -> str:
    """Return what to say where a brief shows other editions than its results rest on."""
    if window == WHOLE:
        return ""
    return (
        f"The results of this section rest on the {FIRST_EDITION} to {LAST_EDITION} editions, "
        "whatever period this brief shows."
    )
