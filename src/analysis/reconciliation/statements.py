"""From printed cells and statements to claims about editions 2005-2024, one case a country.

Declared misprints are corrected here, each table is held against its own Democracy Score, and the
changes that a page lists become one list. Which claim is right is decided later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final, TypeVar

import pandas as pd

from analysis.facts.rating_system import CATEGORIES, SCORE, parse_number
from analysis.reconciliation.case import CountryCase
from analysis.reconciliation.claims import (
    EDITIONS,
    MEASURES,
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
from analysis.settings.corrections import Applied, Correction
from analysis.sources.cells import Comparison, Printed, PrintedCell, RescaledScore, Statement

Row = PrintedCell | Statement
AnyClaim = TypeVar("AnyClaim", bound=Claim)

COMPLETE: Final = ("yes", "likely")
"""Marks of a change list that names every change of its edition."""


def collect(printed: Printed, corrections: Sequence[Correction]) -> dict[str, CountryCase]:
    """Turn printed cells and statements into claims, correcting declared misprints.

    Returns
    -------
    dict
        Country -> its claims, by name; the order of the rows that are printed does not matter.

    Raises
    ------
    SourceError
        If a declared misprint is no longer printed.
    """
    return _Collector(printed, corrections).collect()


def _typed(kind: Any, table: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows of a table as what their columns make."""
    return map(kind, *(table[name] for name in kind.__dataclass_fields__))


class _Collector:
    def __init__(self, printed: Printed, corrections: Sequence[Correction]) -> None:
        self.printed = printed
        self.kinds = dict(zip(printed.sources["source_id"], printed.sources["kind"], strict=True))
        self.applied = Applied(corrections)
        self.cases: dict[str, CountryCase] = {}

    def collect(self) -> dict[str, CountryCase]:
        for cell in _typed(PrintedCell, self.printed.cells):
            if cell.rated_edition.isdecimal():  # "1999-2000" is before the panel
                self._number(cell, int(cell.rated_edition), cell.category, cell.printed)
        pages: dict[tuple[str, str, int], list[Statement]] = defaultdict(list)
        for statement in _typed(Statement, self.printed.statements):
            self._statement(statement)
            page = (statement.source_id, statement.country, statement.report_edition)
            pages[page].append(statement)
        for page_rows in pages.values():
            self._list(page_rows)
        for rescaled in _typed(RescaledScore, self.printed.rescaled):
            self._rescaled(rescaled)
        for comparison in _typed(Comparison, self.printed.comparisons):
            self._comparison(comparison)
        cases = dict(sorted(self.cases.items()))
        for case in cases.values():
            _tell_fits(case)
            groups: list[list[Any]] = [*case.ratings.values(), *case.scores.values(), case.lists]
            groups += [case.unnumbered, case.classes, case.rescaled, case.comparisons]
            for claims in groups:
                claims.sort(key=_order)
        self.applied.refuse_unmet(
            ((c.source_id, c.country, c.edition, _category(c)), c.printed, c.scale)
            for case in cases.values()
            for c in chain(*case.ratings.values(), *case.scores.values())
        )
        return cases

    def _case(self, country: str) -> CountryCase:
        return self.cases.setdefault(country, CountryCase(country))

    def _claim(
        self, kind: type[AnyClaim], row: Row | Comparison, edition: int, *printed: Any
    ) -> AnyClaim:
        """Return a claim of a row: number, scale, correction and what its kind has besides."""
        where = (row.country, edition, row.source_id, self.kinds[row.source_id])
        return kind(*where, row.report_edition, *printed)

    def _number(self, row: Row, edition: int, category: str, printed: str) -> None:
        """Add the claim of one printed rating or Democracy Score."""
        if edition not in EDITIONS or category not in (*CATEGORIES, SCORE) or not printed:
            return
        place = (row.source_id, row.country, edition, category)
        correction = self.applied.find(place, parse_number(printed), row.scale)
        right = correction.should_be if correction else printed
        case, shown = self._case(row.country), (printed, row.scale, correction)
        if category == SCORE:
            totals = totals_of_score(right, row.scale, self.kinds[row.source_id] != "press")
            score = self._claim(ScoreClaim, row, edition, *shown, MEASURES[SCORE], totals)
            case.scores[edition].append(score)
        else:
            quarters = quarters_of(right, row.scale)
            rating = self._claim(RatingClaim, row, edition, *shown, category, quarters)
            case.ratings[edition, category].append(rating)

    def _statement(self, row: Statement) -> None:
        edition, field = row.report_edition, row.field
        kind, _, category = field.partition("_")
        unnumbered = ""
        if kind == "RATING" or field == SCORE:
            self._number(row, edition, category or SCORE, row.printed_to)
        elif field == "DS_CHANGE" or (kind == "CHANGE" and category in CATEGORIES):
            category = SCORE if field == "DS_CHANGE" else category
            self._number(row, edition - 1, category, row.printed_from)
            self._number(row, edition, category, row.printed_to)
            unnumbered = "" if row.printed_from and row.printed_to else field
        elif field in ("DP", "LAST_DP", "REGIME", "LAST_REGIME"):
            self._score_of_page(row, edition - field.startswith("LAST"))
        elif field == "CHANGE_UNNAMED":
            unnumbered = f"{field} {row.printed_from} to {row.printed_to}"
        if unnumbered and edition in EDITIONS:
            claim = self._claim(Claim, row, edition, unnumbered, row.scale)
            self._case(row.country).unnumbered.append(claim)

    def _score_of_page(self, row: Statement, rated: int) -> None:
        """Add a percentage or a regime class, of the edition or of the one before."""
        if rated not in EDITIONS:
            return
        case = self._case(row.country)
        if row.field.endswith("REGIME"):
            case.classes.append(self._claim(Claim, row, rated, row.printed_to, ""))
        else:
            what = (MEASURES[row.field], totals_of_percentage(row.printed_to))
            score = self._claim(ScoreClaim, row, rated, row.printed_to, "", None, *what)
            case.scores[rated].append(score)

    def _list(self, rows: Sequence[Statement]) -> None:
        """Add the changes that a page lists, if it lists all."""
        listing = [r for r in rows if r.field.startswith(("CHANGE_", "NO_CHANGES"))]
        stated = {r.changes_complete for r in listing}
        unnamed = any(r.field == "CHANGE_UNNAMED" for r in listing)
        if not listing or unnamed or not stated <= set(COMPLETE):
            return
        edition = listing[0].report_edition
        if edition - 1 not in EDITIONS or edition not in EDITIONS:
            return
        changed = frozenset(r.field.partition("_")[2] for r in listing) & set(CATEGORIES)
        what = (changed, None, "likely" if "likely" in stated else "yes")
        changes = self._claim(ListClaim, listing[0], edition, "", "", None, *what)
        case = self._case(changes.country)
        case.lists.append(replace(changes, net=_net(case, changes)))

    def _rescaled(self, row: RescaledScore) -> None:
        if row.rated_edition in EDITIONS:
            where = (row.country, row.rated_edition, row.source_id, self.kinds[row.source_id])
            claim = RescaledClaim(*where, int(row.index_year), row.printed, "", None, row.category)
            self._case(row.country).rescaled.append(claim)

    def _comparison(self, row: Comparison) -> None:
        edition, since = row.report_edition, row.since_edition
        if edition in EDITIONS and since in EDITIONS:
            how = "the same as" if row.direction == "same" else f"{row.direction} than"
            printed = f"{how} in {since}" + (f" by {row.by}" if row.by else "")
            what = (row.category, since, steps_of(row.direction, row.by, row.category))
            claim = self._claim(ComparisonClaim, row, edition, printed, "", None, *what)
            self._case(row.country).comparisons.append(claim)


def _net(case: CountryCase, changes: ListClaim) -> int | None:
    """Return the sum of a page's changes, from the corrected values.

    None where a value is missing, or printed twice and differently.
    """
    net = 0
    for category in changes.changed:
        for edition, sign in ((changes.edition - 1, -1), (changes.edition, 1)):
            found = {claim.quarters for claim in case.of_page(changes, edition, category)}
            if len(found) != 1:
                return None
            net += sign * found.pop()
    return net


def _tell_fits(case: CountryCase) -> None:
    """Tell of each rating whether its own table's ratings give the score printed there."""
    totals: dict[tuple[str, int], set[int]] = defaultdict(set)
    for score in chain.from_iterable(case.scores.values()):
        if score.measure == MEASURES[SCORE]:
            totals[score.source_id, score.edition].update(score.totals)
    rows: dict[tuple[str, int], set[tuple[str, int]]] = defaultdict(set)
    for claim in chain.from_iterable(case.ratings.values()):
        rows[claim.source_id, claim.edition].add((claim.category, claim.quarters))
    fits = {
        table: sum(quarters for _, quarters in row) in totals[table]
        for table, row in rows.items()
        if len(row) == len(dict(row)) == len(CATEGORIES) and totals[table]
    }
    for cell, claims in case.ratings.items():
        case.ratings[cell] = [replace(c, fits=fits.get((c.source_id, c.edition))) for c in claims]


def _category(claim: Claim) -> str:
    return claim.category if isinstance(claim, RatingClaim | ComparisonClaim) else SCORE


def _order(claim: Claim) -> tuple[object, ...]:
    """Order claims by what they say, so that the order of the rows in a file never matters."""
    who = (claim.edition, claim.source_id, claim.report_edition)
    return (*who, _category(claim), claim.printed, claim.scale)
