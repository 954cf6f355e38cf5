"""The Democracy Score of every country and edition that is known, exactly.

A mean of seven ratings in quarter points is a multiple of 1/28. Two printed decimals allow just one
such multiple, so that every score is exact, and so are all changes, counts of moves and ties that
follow from it.
"""

from __future__ import annotations

import pandas as pd

from analysis.facts.exact import exact_scores
from analysis.facts.provenance import NOT_PRINTED
from analysis.tables.schema import columns


def score_series(
    panel: pd.DataFrame, scores: pd.DataFrame, printed_scores: pd.DataFrame
) -> pd.DataFrame:
    """Return the exact Democracy Score of every country-edition of which it is known.

    Parameters
    ----------
    panel, scores
        Tables of data/processed.
    printed_scores
        Table of data/processed; its `score` is on ``7=best``.

    Returns
    -------
    pandas.DataFrame
        Columns of ``series``; `score` on ``7=best``. `basis` is ``printed`` where all seven ratings
        are printed (or corrected), ``derived`` where at least one of them is derived or rescaled,
        and ``score only`` where the score is printed but its ratings are not all known.
    """
    derived = panel.loc[panel["status"].isin(NOT_PRINTED), ["country", "edition"]].drop_duplicates()
    table = scores.merge(derived.assign(derived=True), on=["country", "edition"], how="left")
    table = table.merge(
        printed_scores[["country", "edition", "score"]], on=["country", "edition"], how="left"
    )
    computed = table["democracy_score"].notna()
    table["score"] = exact_scores(table["democracy_score"].fillna(table["score"]))
    table["basis"] = "score only"
    table.loc[computed, "basis"] = "printed"
    table.loc[computed & table["derived"].notna(), "basis"] = "derived"
    return table.dropna(subset=["score"])[list(columns("series"))].reset_index(drop=True)
