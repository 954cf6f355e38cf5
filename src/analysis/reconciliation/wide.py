"""The panel in the shape of the official workbook: one row a country and edition.

Here the Democracy Score is one column, exact: the mean of seven ratings where all are known, else
the one multiple of 1/28 that the printed score or all printed facts together allow.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

import pandas as pd

from analysis.facts.countries import COUNTRIES
from analysis.facts.rating_system import CATEGORIES, democracy_percentage, regime_class
from analysis.reconciliation.case import CountryCase, facts_of
from analysis.reconciliation.claims import EDITIONS, POINTS
from analysis.reconciliation.derivation import possible_values
from analysis.reconciliation.panel import DERIVED, PRINTED, Reconciled
from analysis.tables.schema import columns

COMPUTED: Final = "computed"
SCORE_STATUSES: Final = (COMPUTED, PRINTED, DERIVED)


def country_editions(result: Reconciled) -> pd.DataFrame:
    """Return the table ``country_editions``: every country and edition, whatever is known of it."""
    status = {
        (country, edition, category): how
        for country, edition, category, how in result.panel[
            ["country", "edition", "category", "status"]
        ].itertuples(index=False)
    }
    return pd.DataFrame(_rows(result, status), columns=list(columns("country_editions")))


def _rows(result: Reconciled, status: dict[tuple[str, int, str], str]) -> Iterator[list[Any]]:
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
