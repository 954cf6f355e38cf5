"""Between what every rating and score lies that is not known.

The facts of a country - printed ratings and scores, complete lists of changes, limits - are
`analysis.reconciliation.derivation.Facts`: whole numbers of quarter points, tied by sums and
equalities. Its network gives the least and greatest value of each rating exactly; which values
ratings can have *together* is for whoever draws from the facts to respect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.reconciliation.case import CountryCase, facts_of
from analysis.reconciliation.claims import EDITIONS, POINTS
from analysis.reconciliation.derivation import Facts, possible_values
from analysis.reconciliation.gaps import candidates
from analysis.tables.schema import columns


def possible_table(
    cases: Mapping[str, CountryCase], countries: Iterable[str] = BY_NAME
) -> pd.DataFrame:
    """Return the table ``possible_ratings``: one row a rating or score that is not known.

    Parameters
    ----------
    cases
        The judged facts of each country (`analysis.reconciliation.panel.Reconciled.cases`).
    countries
        Project names of the countries to look at.

    Returns
    -------
    pandas.DataFrame
        `lowest` and `highest` on ``7=best``, exact: both occur, and every quarter point between
        (every 1/28 of a score) does, `n_values` in all. `settled_by` is the printed fact that would
        settle most beside it.
    """
    found = [row for country in countries for row in _rows(country, facts_of(cases, country))]
    return pd.DataFrame(found, columns=list(columns("possible_ratings")))


def _rows(country: str, facts: Facts) -> Iterator[tuple[Any, ...]]:
    values, to_find = possible_values(facts), candidates(facts)
    assert values is not None, "facts that contradict each other were set aside before"
    for edition in EDITIONS:
        place = (country, BY_NAME[country].iso3, edition)
        for category in CATEGORIES:
            left = values.ratings[edition, category]
            if len(left) > 1:
                settling = [c for c in to_find if (edition, category) in c.settled]
                best = max(settling, key=lambda c: len(c.settled))
                yield (*place, category, left[0] / 4, left[-1] / 4, len(left), best.name)
        total = values.totals[edition]
        if len(total) > 1:
            ends = (total[0] / POINTS, total[-1] / POINTS)
            yield (*place, SCORE, *ends, len(total), f"Democracy Score, edition {edition}")
