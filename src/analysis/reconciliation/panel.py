"""Reconciliation: from everything that is printed to one panel with a stated origin.

The only place where it is decided which of two printed values is right. The steps, for one country
at a time: convert and correct (`analysis.reconciliation.statements`), settle disagreements
(`analysis.reconciliation.verdicts`), check change lists, derive what the facts determine
(`analysis.reconciliation.derivation`); each leaves its rows in the audit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import CATEGORIES, SCORE, SOURCE_KINDS
from analysis.reconciliation.audit import audit_frame, join_sources, rating_of
from analysis.reconciliation.case import CountryCase, sort_by_country
from analysis.reconciliation.claims import EDITIONS, MEASURES, RescaledClaim, seven_best_score
from analysis.reconciliation.comparisons import use_comparisons
from analysis.reconciliation.rescaled import add_rescaled
from analysis.reconciliation.score_check import check_scores
from analysis.reconciliation.statements import collect
from analysis.reconciliation.steps import judge
from analysis.reconciliation.verdicts import best_claim
from analysis.settings.corrections import Correction
from analysis.sources.cells import Printed
from analysis.tables.schema import columns

PRINTED: Final = "printed"
CORRECTED: Final = "corrected"
DERIVED: Final = "derived"
RESCALED: Final = "rescaled"
STATUSES: Final = (PRINTED, CORRECTED, DERIVED, RESCALED)

AGREES: Final = "agrees"
DIFFERS: Final = "differs"
UNCHECKED: Final = "unchecked"
AGREEMENTS: Final = (AGREES, DIFFERS, UNCHECKED)


@dataclass(frozen=True)
class Reconciled:
    """The panel and how it came about.

    Attributes
    ----------
    panel
        Table ``panel``, one row a known rating.
    audit
        Table ``audit``, one row a judgement.
    printed_scores
        Table ``printed_scores``, one row a country and edition with a usable printed score: `score`
        on ``7=best``, `agreement` ``agrees`` or ``differs`` with the mean of the seven
        ratings, or ``unchecked`` where not all are known.
    printed
        What it was made from.
    cases
        The judged facts of each country, for `analysis.reconciliation.explain` and
        `analysis.reconciliation.gaps`.
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
    cases = sort_by_country(collect(printed, corrections))
    for case in cases.values():
        judge(case)
    add_rescaled(cases.values())
    for case in cases.values():
        use_comparisons(case)
        check_scores(case)
    audit = audit_frame(row for case in cases.values() for row in case.audit)
    panel = pd.DataFrame(_panel_rows(cases.values()), columns=list(columns("panel")))
    scores = pd.DataFrame(_score_rows(cases.values()), columns=list(columns("printed_scores")))
    return Reconciled(panel, audit, scores, printed, cases)


def _panel_rows(cases: Iterable[CountryCase]) -> Iterator[tuple[Any, ...]]:
    for case in sorted(cases, key=lambda case: case.country):
        iso3 = BY_NAME[case.country].iso3
        values = case.all_values()
        for edition in EDITIONS:
            for category in CATEGORIES:
                if (quarters := values.get((edition, category))) is not None:
                    origin = _origin(case, (edition, category))
                    place = (case.country, iso3, edition, edition - 1, category)
                    yield (*place, rating_of(quarters), *origin)


def _origin(case: CountryCase, cell: tuple[int, str]) -> tuple[str, int, str, str, str]:
    """Return status, number of sources, printed form, its scale and the sources of a rating."""
    if cell in case.derivations:
        claims = case.claims_behind(cell)
        return DERIVED, 0, "", "", join_sources(claims)
    kept = case.verdicts[cell].kept
    best = best_claim(kept)
    if isinstance(best, RescaledClaim):
        return RESCALED, 0, "", "", join_sources(kept)
    status = CORRECTED if best.correction else PRINTED
    sources = join_sources(kept)
    return status, sources.count(";") + 1, best.printed, best.scale, sources


def _score_rows(cases: Iterable[CountryCase]) -> Iterator[tuple[Any, ...]]:
    for case in sorted(cases, key=lambda case: case.country):
        for edition, verdict in sorted(case.score_verdicts.items()):
            claims = [c for c in verdict.kept if c.measure == MEASURES[SCORE]]
            if not claims:
                continue
            # A spreadsheet's 5.8571 stands where no report prints 5.86.
            best = best_claim([c for c in claims if len(c.printed) <= len("5.86")] or claims)
            right = best.correction.should_be if best.correction else best.printed
            total = case.row_total(edition)
            agreement = UNCHECKED if total is None else AGREES
            if total is not None and total not in (verdict.totals or ()):
                agreement = DIFFERS
            yield (
                case.country,
                BY_NAME[case.country].iso3,
                edition,
                best.printed,
                best.scale,
                seven_best_score(right, best.scale),
                join_sources(claims),
                ";".join(sorted({c.kind for c in claims}, key=SOURCE_KINDS.index)),
                agreement,
            )
