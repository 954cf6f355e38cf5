"""Tables that follow from the panel: Democracy Scores and changes between editions."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Final

import pandas as pd

from analysis.countries import BY_NAME
from analysis.rating_system import (
    CATEGORIES,
    democracy_percentage,
    democracy_score,
    regime_class,
)

KEYS: Final = ("country", "edition")

SCORES_COLUMNS: Final = (
    "country",
    "iso3",
    "edition",
    "coverage_year",
    "democracy_score",
    "democracy_percentage",
    "regime_class",
    "printed_score",
    "n_ratings",
)

CHANGES_COLUMNS: Final = (
    "country",
    "iso3",
    "edition",
    "coverage_year",
    "category",
    "previous_rating",
    "rating",
    "change",
)


def score_table(panel: pd.DataFrame, printed_scores: pd.DataFrame) -> pd.DataFrame:
    """Return the Democracy Score of every country and edition where one is known.

    Parameters
    ----------
    panel
        `analysis.panel.PANEL_COLUMNS`.
    printed_scores
        `analysis.panel.PRINTED_SCORE_COLUMNS`.

    Returns
    -------
    pandas.DataFrame
        `SCORES_COLUMNS` by country and edition, on ``7=best``. `democracy_score` and
        `democracy_percentage` are unrounded and only there where all seven ratings are known;
        `regime_class` follows from the score, else from the printed score.
    """
    ratings: dict[tuple[str, int], list[float]] = defaultdict(list)
    for country, edition, rating in zip(*(panel[c] for c in (*KEYS, "rating")), strict=True):
        ratings[country, edition].append(rating)
    places = zip(*(printed_scores[column] for column in KEYS), strict=True)
    printed = dict(zip(places, printed_scores["score"], strict=True))
    rows = []
    for country, edition in sorted({*ratings, *printed}):
        row, score = ratings[country, edition], printed.get((country, edition))
        if score is not None or len(row) == len(CATEGORIES):
            place = (country, BY_NAME[country].iso3, edition, edition - 1)
            rows.append((*place, *_score(row, score), score, len(row)))
    frame = pd.DataFrame(rows, columns=list(SCORES_COLUMNS))
    numbers = ("democracy_score", "democracy_percentage", "printed_score")
    return frame.astype(dict.fromkeys(numbers, float))


def _score(row: list[float], printed: float | None) -> tuple[float | None, float | None, str]:
    """Return score, percentage and regime class; only the class where a rating is missing."""
    if len(row) == len(CATEGORIES):
        score = democracy_score(Fraction(rating) for rating in row)
        return float(score), float(democracy_percentage(score)), regime_class(score).name
    return None, None, regime_class(Fraction(str(printed))).name


def change_table(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the change of every rating that is known in two adjacent editions.

    Returns
    -------
    pandas.DataFrame
        `CHANGES_COLUMNS` in the order of the panel, zeros included; a positive change is an
        improvement, as everything is on ``7=best``.
    """
    earlier = panel.assign(edition=panel["edition"] + 1, previous_rating=panel["rating"])
    keys = ["country", "edition", "category"]
    joined = panel.merge(earlier[[*keys, "previous_rating"]], on=keys, how="inner")
    joined["change"] = joined["rating"] - joined["previous_rating"]
    return joined.loc[:, list(CHANGES_COLUMNS)]
