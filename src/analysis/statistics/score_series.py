"""The Democracy Score of every country and edition that is known: a view of ``country_editions``.

A mean of seven ratings in quarter points is a multiple of 1/28. Two printed decimals allow just one
such multiple, so that every score is exact, and so are all changes, counts of moves and ties that
follow from it.
"""

from __future__ import annotations

import pandas as pd

from analysis.facts.rating_system import CATEGORIES, NOT_PRINTED, exact_scores
from analysis.tables.schema import columns


def score_series(country_editions: pd.DataFrame) -> pd.DataFrame:
    """Return the exact Democracy Score of every country-edition of which it is known.

    Parameters
    ----------
    country_editions
        Table of data/processed; its `score_status` tells how a score is known.

    Returns
    -------
    pandas.DataFrame
        Columns of ``series``; `score` on ``7=best``. `basis` is ``printed`` where all seven ratings
        are printed (or corrected), ``derived`` where at least one of them is derived or rescaled;
        where not all are known ``score only`` of a printed score and ``score derived`` of one that
        all printed facts together leave.
    """
    table = country_editions.rename(columns={"democracy_score": "score"})
    statuses = table[[f"{category}_status" for category in CATEGORIES]]
    not_printed = statuses.isin(NOT_PRINTED).any(axis="columns")
    table["basis"] = table["score_status"].map(
        {"computed": "printed", "printed": "score only", "derived": "score derived"}
    )
    table.loc[(table["basis"] == "printed") & not_printed, "basis"] = "derived"
    table["score"] = exact_scores(table["score"])
    return table.dropna(subset=["score"])[list(columns("series"))].reset_index(drop=True)
