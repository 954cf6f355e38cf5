"""Tables of notebook 2: net changes and steps."""

from __future__ import annotations

import pandas as pd

from analysis.briefs.blocks import Table
from analysis.briefs.tables import frame_table
from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.statistics.group_data import GroupData
from analysis.trajectories.levels import describe_levels
from analysis.trajectories.samples import ALL_RATINGS, ALL_SCORES


def levels(data: GroupData) -> pd.DataFrame:
    """Return the table ``levels``: every country's categories and its Democracy Score (``DS``)."""
    scores = data.series.rename(columns={"score": "rating"}).assign(category=SCORE)
    columns = ["country", "edition", "category", "rating"]
    table = describe_levels(pd.concat([data.panel[columns], scores[columns]]))
    of_score = table["category"] == SCORE
    return table.assign(sample=of_score.map({True: ALL_SCORES, False: ALL_RATINGS}))


def largest_changes(table: pd.DataFrame, most: int = 12) -> Table:
    """Return the largest net changes of a category."""
    ratings = table[table["category"] != SCORE]
    largest = ratings.sort_values("net_change", key=abs, ascending=False, kind="stable")
    return frame_table(
        largest.head(most),
        f"The {most} largest net changes of a rating",
        "country: Country | category: Category | first_edition: From | first: Rating | "
        "last_edition: To | last: Rating  | ±net_change: Change",
        caption="First to last known edition of the window; 7 = most democratic.",
    )


def steps_by_category(table: pd.DataFrame) -> Table:
    """Return how often each category moved up and down, and by how much on average."""
    moves = table[["n_up", "n_down", "n_over_gaps"]].sum(axis="columns")
    grouped = table.assign(still=moves == 0)[table["category"] != SCORE].groupby("category")
    summary = pd.DataFrame(
        {
            "up": grouped["n_up"].sum(),
            "down": grouped["n_down"].sum(),
            "constant": grouped["still"].sum(),
            "largest": grouped["largest_step"].apply(lambda step: step.abs().max()),
            "mean": grouped["net_change"].mean(),
        }
    ).reindex(list(CATEGORIES))
    return frame_table(
        summary.reset_index(),
        "Steps between adjacent editions by category",
        "category: Category | up: Up | down: Down | constant: Countries that never moved | "
        "largest: Largest step | ±mean: Mean net change",
    )
