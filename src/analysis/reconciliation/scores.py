"""Scores and changes: what follows from the panel by arithmetic alone.

Scores are exact means of seven ratings (`analysis.facts.rating_system`); where only the printed
score of a country-edition is known, its row carries that and its class, and no computed score.
Changes are defined between adjacent editions only.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pandas as pd

from analysis.facts.countries import BY_NAME
from analysis.facts.frames import rows
from analysis.facts.rating_system import (
    CATEGORIES,
    democracy_percentage,
    democracy_score,
    parse_number,
    regime_class,
    to_seven_best,
)
from analysis.tables.schema import columns


def score_table(panel: pd.DataFrame, printed_scores: pd.DataFrame) -> pd.DataFrame:
    """Compute the Democracy Score, percentage and class of every country-edition.

    Parameters
    ----------
    panel
        One row a country, edition and category; `rating` on ``7=best``.
    printed_scores
        Table ``printed_scores``, one row a country-edition.

    Returns
    -------
    pandas.DataFrame
        Table ``scores``, one row a country-edition of which a rating or a score is known.
        `democracy_score` (``7=best``) and `democracy_percentage` only where all seven ratings are
        known; `regime_class` then follows from the ratings, else from the printed score;
        `printed_score` is the text that the source prints, on the scale that it prints.
    """
    ratings: dict[tuple[str, int], list[Fraction]] = {}
    for row in rows(panel):
        ratings.setdefault((row.country, row.edition), []).append(Fraction(row.rating))
    printed = {(row.country, row.edition): row for row in rows(printed_scores)}
    table = [
        _score_row(country, edition, ratings.get((country, edition), []), found)
        for country, edition in sorted(ratings.keys() | printed.keys())
        for found in [printed.get((country, edition))]
    ]
    return pd.DataFrame(table, columns=list(columns("scores")))


def _score_row(
    country: str, edition: int, ratings: list[Fraction], printed: Any
) -> tuple[object, ...]:
    score = percentage = None
    name = ""
    if len(ratings) == len(CATEGORIES):
        exact = democracy_score(ratings)
        score, percentage = float(exact), float(democracy_percentage(exact))
        name = regime_class(exact).name
    elif printed:
        name = regime_class(to_seven_best(parse_number(printed.printed), printed.scale)).name
    text = printed.printed if printed else ""
    place = (country, BY_NAME[country].iso3, edition, edition - 1)
    return (*place, score, percentage, name, text, len(ratings))


def change_table(panel: pd.DataFrame) -> pd.DataFrame:
    """Return every rating's step from the edition before, zeros included.

    Parameters
    ----------
    panel
        One row a country, edition and category; `rating` on ``7=best``.

    Returns
    -------
    pandas.DataFrame
        Table ``changes``; `change` > 0 is an improvement. A pair of editions with a gap between
        them has no row.
    """
    before = panel[["country", "edition", "category", "rating"]].rename(
        columns={"rating": "previous_rating"}
    )
    before["edition"] += 1
    changes = panel.merge(before, on=["country", "edition", "category"])
    changes["change"] = changes["rating"] - changes["previous_rating"]
    order = {category: place for place, category in enumerate(CATEGORIES)}
    return changes.sort_values(
        ["country", "edition", "category"],
        key=lambda column: column.map(order) if column.name == "category" else column,
        ignore_index=True,
    )[list(columns("changes"))]
