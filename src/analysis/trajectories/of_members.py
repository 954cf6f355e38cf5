"""The results that a brief on a group needs, for its members alone.

The same estimators as for the region, each with its own refusal: a trend and a rate take three
countries, a break in pace six. Their coverage holds with so few (`tests/trajectories`).
"""

from __future__ import annotations

import pandas as pd

from analysis.trajectories.breaks import panel_break
from analysis.trajectories.change_rates import change_rate_table
from analysis.trajectories.samples import complete_editions
from analysis.trajectories.transitions import class_transitions
from analysis.trajectories.trends import group_leave_one_out, group_trends, trend_table


def results_of_members(
    scores: pd.DataFrame, panel: pd.DataFrame, group: str
) -> dict[str, pd.DataFrame]:
    """Return trends, pace and rates of the members of one group.

    Parameters
    ----------
    scores
        ``country``, ``edition``, ``democracy_score`` of the members.
    panel
        ``country``, ``edition``, ``category``, ``rating`` of the members.
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
