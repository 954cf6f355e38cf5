"""The best known Democracy Score of every country and edition, from the stored tables."""

from __future__ import annotations

import pandas as pd

from analysis.tables.schema import columns


def score_series(
    panel: pd.DataFrame, scores: pd.DataFrame, printed_scores: pd.DataFrame
) -> pd.DataFrame:
    """Return the best known Democracy Score of every country-edition.

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
        are printed (or corrected), ``derived`` where at least one of them is derived, and
        ``score only`` where the score is printed but its ratings are not all known: `score` then
        has two decimals.
    """
    derived = panel.loc[panel["status"] == "derived", ["country", "edition"]].drop_duplicates()
    table = scores.merge(derived.assign(derived=True), on=["country", "edition"], how="left")
    table = table.merge(
        printed_scores[["country", "edition", "score"]], on=["country", "edition"], how="left"
    )
    computed = table["democracy_score"].notna()
    table["score"] = table["democracy_score"].fillna(table["score"])
    table["basis"] = "score only"
    table.loc[computed, "basis"] = "printed"
    table.loc[computed & table["derived"].notna(), "basis"] = "derived"
    return table.dropna(subset=["score"])[list(columns("series"))].reset_index(drop=True)
