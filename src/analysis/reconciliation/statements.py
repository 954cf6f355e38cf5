"""From printed cells and statements to claims about editions 2005-2024, one case a country.

Declared misprints are corrected here, each table is held against its own Democracy Score, and the
changes that a page lists become one list. Which claim is right is decided later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final

from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.reconciliation.case import CountryCase
from analysis.reconciliation.claims import (
    EDITIONS,
    MEASURES,
    WHOLE_EDITION,
    AnyClaim,
    Claim,
    ComparisonClaim,
    ListClaim,
    RatingClaim,
    RescaledClaim,
    ScoreClaim,
    quarters_of,
    steps_of,
    totals_of_percentage,
    totals_of_score,
)
from analysis.settings.corrections import Correction, refuse_unmet
from analysis.sources.cells import Printed, Statement
from analysis.tables.stored import rows

COMPLETE: Final = {"yes", "likely"}
"""Marks of a change list that names every change of its edition."""


def collect(printed: Printed, corrections: Sequence[Correction]) -> dict[str, CountryCase]:
    """Return each country's claims, by its name, with declared misprints corrected.

    The order of the rows that are printed does not matter.

    Raises
    ------
    SourceError
        If a declared misprint is no longer printed.
    """
    collector = _Collector(printed, corrections)
    for cell in rows(printed.cells):
        if cell.rated_edition.isdecimal():  # "1999-2000" is before the panel
            collector.number(cell, int(cell.rated_edition), cell.category, cell.printed)
    pages: dict[tuple[str, str, int], list[Any]] = defaultdict(list)
    for row in rows(printed.statements):
        collector.statement(Statement(*row))
        pages[row.source_id, row.country, row.report_edition].append(row)
    for page in pages.values():
        collector.list_of(page)
    for rescaled in rows(printed.rescaled):
        place = (rescaled.rated_edition, rescaled.category)
        collector.add(RescaledClaim, rescaled, *place, rescaled.printed)
    for comparison in rows(printed.comparisons):
        collector.comparison(comparison)
    numbers = [
        ((claim.source_id, country, *claim.place), claim.printed, claim.scale)
        for country, claims in collector.claims.items()
        for claim in sorted(claims, key=_order)
        if claim.scale and type(claim) in (RatingClaim, ScoreClaim)
    ]
    refuse_unmet(corrections, numbers)
    return {country: _case(country, claims) for country, claims in sorted(collector.claims.items())}


class _Collector:
    def __init__(self, printed: Printed, corrections: Sequence[Correction]) -> None:
        self.kinds = dict(zip(printed.sources["source_id"], printed.sources["kind"], strict=True))
        self.corrections = corrections
        self.claims: dict[str, list[Claim]] = defaultdict(list)

    def add(
        self, kind: type[Claim], row: Any, edition: int, category: str, printed: str, **own: Any
    ) -> None:
        """Add a claim about an edition of the panel, with what its kind has of its own."""
        if edition in EDITIONS:
            report = row.index_year if kind is RescaledClaim else row.report_edition
            who = (row.source_id, self.kinds[row.source_id], report)
            claim = kind(row.country, edition, category, *who, printed, **own)
            self.claims[row.country].append(claim)

    def number(self, row: Any, edition: int, category: str, text: str) -> None:
        """Add the claim of one printed rating or Democracy Score."""
        if edition not in EDITIONS or category not in (*CATEGORIES, SCORE) or not text:
            return
        place = (row.source_id, row.country, edition, category)
        met = (c for c in self.corrections if c.corrects(place, text, row.scale))
        correction = next(met, None)
        right = correction.should_be if correction else text
        own: dict[str, Any] = {"scale": row.scale, "correction": correction}
        if category == SCORE:
            totals = totals_of_score(right, row.scale, self.kinds[row.source_id] != "press")
            own |= {"measure": MEASURES[SCORE], "totals": totals}
        else:
            own["quarters"] = quarters_of(right, row.scale)
        kind = ScoreClaim if category == SCORE else RatingClaim
        self.add(kind, row, edition, category, text, **own)

    def statement(self, row: Statement) -> None:
        """Add what a statement says: numbers, a percentage, a class, a change without numbers."""
        for year, category, printed in row.figures():
            self.number(row, int(year), category, printed)
        field, printed, unnumbered = row.field, row.printed_to, ""
        rated = row.report_edition - field.startswith("LAST")
        if field.endswith("REGIME"):
            self.add(Claim, row, rated, SCORE, printed)
        elif field.endswith("DP") and rated in EDITIONS:
            totals = totals_of_percentage(printed)
            self.add(ScoreClaim, row, rated, SCORE, printed, measure=MEASURES[field], totals=totals)
        elif field == "CHANGE_UNNAMED":
            unnumbered = f"{field} {row.printed_from} to {printed}"
        elif field.startswith(("CHANGE", "DS_CHANGE")) and not (row.printed_from and printed):
            unnumbered = field
        if unnumbered:
            self.add(Claim, row, rated, WHOLE_EDITION, unnumbered, scale=row.scale)

    def list_of(self, page: Sequence[Any]) -> None:
        """Add the changes that a page lists, if it lists all."""
        listing = [row for row in page if row.field.startswith(("CHANGE_", "NO_CHANGES"))]
        stated = {row.changes_complete for row in listing}
        changed = {row.field.partition("_")[2] for row in listing}
        edition = page[0].report_edition
        if listing and stated <= COMPLETE and "UNNAMED" not in changed and edition - 1 in EDITIONS:
            named = frozenset(changed) & set(CATEGORIES)
            printed = ", ".join(sorted(named)) or "no changes"
            told = (page[0], edition, WHOLE_EDITION, printed)
            how = "likely" if "likely" in stated else "yes"
            self.add(ListClaim, *told, changed=named, stated=how)

    def comparison(self, row: Any) -> None:
        """Add a comparison with an earlier edition."""
        if row.since_edition in EDITIONS:
            how = "the same as" if row.direction == "same" else f"{row.direction} than"
            printed = f"{how} in {row.since_edition}" + (f" by {row.by}" if row.by else "")
            steps = steps_of(row.direction, row.by, row.category)
            told = (row, row.report_edition, row.category, printed)
            self.add(ComparisonClaim, *told, since=row.since_edition, steps=steps)


def _case(country: str, claims: Sequence[Claim]) -> CountryCase:
    """Return a country's case with each claim in its place and in order."""
    ordered = sorted(claims, key=_order)

    def of(kind: type[AnyClaim]) -> list[AnyClaim]:
        return [claim for claim in ordered if type(claim) is kind]

    case = CountryCase(country, rescaled=of(RescaledClaim), comparisons=of(ComparisonClaim))
    case.classes = [claim for claim in of(Claim) if claim.category == SCORE]
    case.unnumbered = [claim for claim in of(Claim) if claim.category == WHOLE_EDITION]
    for rating in of(RatingClaim):
        case.ratings[rating.place].append(rating)
    for score in of(ScoreClaim):
        case.scores[score.edition].append(score)
    case.lists = [replace(changes, net=_net(case, changes)) for changes in of(ListClaim)]
    _tell_fits(case)
    return case


def _net(case: CountryCase, changes: ListClaim) -> int | None:
    """Return the sum of a page's changes, from the corrected values.

    None where a value is missing, or printed twice and differently.
    """
    steps = [
        {sign * claim.quarters for claim in case.of_page(changes, edition, category)}
        for category in changes.changed
        for edition, sign in ((changes.edition - 1, -1), (changes.edition, 1))
    ]
    return sum(map(max, steps)) if all(len(step) == 1 for step in steps) else None


def _tell_fits(case: CountryCase) -> None:
    """Tell of each rating whether its own table's ratings give the score printed there."""
    totals: dict[tuple[str, int], set[int]] = defaultdict(set)
    for score in chain.from_iterable(case.scores.values()):
        if score.measure == MEASURES[SCORE]:
            totals[score.source_id, score.edition].update(score.totals)
    ratings: dict[tuple[str, int], set[tuple[str, int]]] = defaultdict(set)
    for claim in chain.from_iterable(case.ratings.values()):
        ratings[claim.source_id, claim.edition].add((claim.category, claim.quarters))
    fits = {
        table: sum(quarters for _, quarters in row) in totals[table]
        for table, row in ratings.items()
        if len(row) == len(dict(row)) == len(CATEGORIES) and totals[table]
    }
    for cell, claims in case.ratings.items():
        case.ratings[cell] = [replace(c, fits=fits.get((c.source_id, c.edition))) for c in claims]


def _order(claim: Claim) -> tuple[object, ...]:
    """Order claims by what they say, so that the order of the rows in a file never matters."""
    who = (claim.edition, claim.source_id, claim.report_edition)
    return (*who, claim.category, claim.printed, claim.scale)
