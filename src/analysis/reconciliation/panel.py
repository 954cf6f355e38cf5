"""Reconciliation: from everything that is printed to one panel with a stated origin.

The only place where it is decided which of two printed values is right. The steps, for one country
at a time: convert and correct (`analysis.reconciliation.statements`), settle disagreements
(`analysis.reconciliation.verdicts`), check change lists, derive what the facts determine
(`analysis.reconciliation.derivation`); each leaves its rows in the audit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import CATEGORIES, NOT_PRINTED, SCORE, SOURCE_KINDS
from analysis.reconciliation.case import CountryCase, audit_table, join_sources
from analysis.reconciliation.claims import EDITIONS, MEASURES, seven_best_score
from analysis.reconciliation.indirect import add_rescaled, use_comparisons
from analysis.reconciliation.statements import collect
from analysis.reconciliation.steps import check_scores, judge
from analysis.reconciliation.verdicts import best_claim
from analysis.settings.corrections import Correction
from analysis.sources.cells import Printed
from analysis.tables.schema import columns

AGREEMENTS: Final = ("agrees", "differs", "unchecked")


@dataclass(frozen=True)
class Reconciled:
    """The panel and how it came about: the tables of these names, and what they were made from.

    `printed_scores` has the usable printed scores with their `agreement` with the mean of the seven
    ratings, one of `AGREEMENTS`; `cases` the judged facts of each country.
    """

    panel: pd.DataFrame
    audit: pd.DataFrame
    printed_scores: pd.DataFrame
    printed: Printed
    cases: Mapping[str, CountryCase]


def reconcile(printed: Printed, corrections: Sequence[Correction] = ()) -> Reconciled:
    """Turn everything that is printed into the panel and its audit.

    Parameters
    ----------
    printed
        Cells, statements and sources; the order of their rows does not matter.
    corrections
        Declared misprints.

    Raises
    ------
    SourceError
        If a declared misprint is no longer printed.
    """
    by_country = collect(printed, corrections)
    cases = by_country.values()
    for case in cases:
        judge(case)
    add_rescaled(cases)
    for case in cases:
        use_comparisons(case)
        check_scores(case)
    panel = [row for case in cases for row in _panel_rows(case)]
    scores = [row for case in cases for row in _score_rows(case)]
    return Reconciled(
        pd.DataFrame(panel, columns=list(columns("panel"))),
        audit_table(cases),
        pd.DataFrame(scores, columns=list(columns("printed_scores"))),
        printed,
        by_country,
    )


def _panel_rows(case: CountryCase) -> Iterator[tuple[Any, ...]]:
    """Yield the ratings with status, number of sources, printed form, its scale, and sources."""
    values = case.all_values()
    grid = [(edition, category) for edition in EDITIONS for category in CATEGORIES]
    for cell in (cell for cell in grid if cell in values):
        status = case.status(cell)
        kept = case.claims_behind(cell) if status == "derived" else case.verdicts[cell].kept
        sources, how = join_sources(kept), (0, "", "")
        if status not in NOT_PRINTED:
            best = best_claim(kept)
            how = (sources.count(";") + 1, best.printed, best.scale)
        place = (case.country, BY_NAME[case.country].iso3, cell[0], cell[0] - 1, cell[1])
        yield (*place, values[cell] / 4, status, *how, sources)


def _score_rows(case: CountryCase) -> Iterator[tuple[Any, ...]]:
    for edition, verdict in sorted(case.score_verdicts.items()):
        claims = [c for c in verdict.kept if c.measure == MEASURES[SCORE]]
        if not claims:
            continue
        # A spreadsheet's 5.8571 stands where no report prints 5.86.
        best = best_claim([c for c in claims if len(c.printed) <= len("5.86")] or claims)
        right = best.correction.should_be if best.correction else best.printed
        score = seven_best_score(right, best.scale)
        kinds = ";".join(sorted({c.kind for c in claims}, key=SOURCE_KINDS.index))
        total = case.row_total(edition)
        agreement = "agrees" if total in (verdict.totals or ()) else "differs"
        place = (case.country, BY_NAME[case.country].iso3, edition)
        how = (join_sources(claims), kinds, "unchecked" if total is None else agreement)
        yield (*place, best.printed, best.scale, score, *how)
