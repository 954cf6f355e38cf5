"""Scores and changes: what follows from the panel by arithmetic alone.

Scores are exact means of seven ratings (`analysis.facts.rating_system`); where only the printed
score of a country-edition is known, its row carries that and its class, and no computed score.
Changes are defined between adjacent editions only.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

import pandas as pd

from analysis.facts.countries import BY_NAME, COUNTRIES
from analysis.facts.frames import rows
from analysis.facts.rating_system import (
    CATEGORIES,
    democracy_percentage,
    democracy_score,
    parse_number,
    regime_class,
    to_seven_best,
)
from analysis.reconciliation.case import CountryCase, facts_of
from analysis.reconciliation.claims import EDITIONS, POINTS
from analysis.reconciliation.derivation import possible_values
from analysis.reconciliation.panel import DERIVED, PRINTED, Reconciled
from analysis.tables.schema import columns

COMPUTED: Final = "computed"
SCORE_STATUSES: Final = (COMPUTED, PRINTED, DERIVED)


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
        `printed_score` is the text that the source prints, on the scale that it prints;
        `printed_by` says what kinds of source print it.
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
    texts = (printed.printed, printed.printed_by) if printed else ("", "")
    place = (country, BY_NAME[country].iso3, edition, edition - 1)
    return (*place, score, percentage, name, *texts, len(ratings))


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


def country_editions(result: Reconciled) -> pd.DataFrame:
    """Return the table ``country_editions``: every country and edition, whatever is known of it.

    The shape of the official workbook. Here the Democracy Score is one column, exact: the mean of
    seven ratings where all are known, else the one multiple of 1/28 that the printed score or all
    printed facts together allow.
    """
    status = {
        (country, edition, category): how
        for country, edition, category, how in result.panel[
            ["country", "edition", "category", "status"]
        ].itertuples(index=False)
    }
    return pd.DataFrame(_wide_rows(result, status), columns=list(columns("country_editions")))


def _wide_rows(result: Reconciled, status: dict[tuple[str, int, str], str]) -> Iterator[list[Any]]:
    for country in COUNTRIES:
        values = possible_values(facts_of(result.cases, country.name))
        assert values is not None, "facts that contradict each other were set aside before"
        case = result.cases.get(country.name, CountryCase(country.name))
        known = case.all_values()
        codes = (country.name, country.iso3, country.cow, country.gw, country.vdem)
        for edition in EDITIONS:
            cells = [(edition, category) for category in CATEGORIES]
            ratings = [known[cell] / 4 if cell in known else None for cell in cells]
            how = [status.get((country.name, *cell), "") for cell in cells]
            score = _score(case, edition, values.totals[edition])
            yield [*codes, edition, edition - 1, *ratings, *score, *how]


def _score(case: CountryCase, edition: int, totals: range) -> tuple[Any, ...]:
    """Return score, percentage, class and how the score is known."""
    total = case.row_total(edition)
    if total is None and len(totals) > 1:
        return None, None, "", ""
    how = COMPUTED if total is not None else DERIVED
    if total is None and case.printed_totals().get(edition) == totals:
        how = PRINTED
    exact = Fraction(totals[0] if total is None else total, POINTS)
    return float(exact), float(democracy_percentage(exact)), regime_class(exact).name, how
