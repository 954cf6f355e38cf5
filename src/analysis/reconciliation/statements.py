"""From printed cells and statements to claims about editions 2005-2024.

Declared misprints are corrected here, each table is held against its own Democracy Score, and the
changes that a page lists become one list. Which claim is right is decided later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from analysis.facts.rating_system import CATEGORIES, SCORE, parse_number
from analysis.reconciliation.claims import (
    EDITIONS,
    MEASURES,
    Claim,
    Claims,
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
from analysis.sources.cells import (
    CELL_COLUMNS,
    COMPARISON_COLUMNS,
    RESCALED_COLUMNS,
    STATEMENT_COLUMNS,
    Comparison,
    Printed,
    PrintedCell,
    RescaledScore,
    Statement,
)

COMPLETE: Final = ("yes", "likely")
"""Marks of a change list that names every change of its edition."""

Page = tuple[str, str, int]
"""Source, country and report edition."""

Row = PrintedCell | Statement


def collect(printed: Printed, corrections: Sequence[Correction]) -> Claims:
    """Turn printed cells and statements into claims, correcting declared misprints.

    Raises
    ------
    SourceError
        If a declared misprint is no longer printed.
    """
    return _Collector(printed, corrections).collect()


class _Collector:
    def __init__(self, printed: Printed, corrections: Sequence[Correction]) -> None:
        self.printed = printed
        self.kinds = dict(zip(printed.sources["source_id"], printed.sources["kind"], strict=True))
        self.applied = Applied(corrections)
        self.ratings: list[RatingClaim] = []
        self.scores: list[ScoreClaim] = []
        self.unnumbered: list[Claim] = []
        self.classes: list[Claim] = []
        self.quarters: dict[tuple[str, str, int, int, str], set[int]] = defaultdict(set)

    def collect(self) -> Claims:
        cells = self.printed.cells
        for cell in map(PrintedCell, *(cells[name] for name in CELL_COLUMNS)):
            if cell.rated_edition.isdecimal():  # "1999-2000" is before the panel
                self._number(cell, int(cell.rated_edition), cell.category, cell.printed)
        pages: dict[Page, list[Statement]] = defaultdict(list)
        statements = self.printed.statements
        for statement in map(Statement, *(statements[name] for name in STATEMENT_COLUMNS)):
            self._statement(statement)
            page = (statement.source_id, statement.country, statement.report_edition)
            pages[page].append(statement)
        self.applied.refuse_unmet(
            ((c.source_id, c.country, c.edition, _category(c)), c.printed, c.scale)
            for c in (*self.ratings, *self.scores)
        )
        return Claims(
            tuple(sorted(_with_fits(self.ratings, self.scores), key=_order)),
            tuple(sorted(self.scores, key=_order)),
            tuple(sorted(self._lists(pages), key=_order)),
            tuple(sorted(self.unnumbered, key=_order)),
            tuple(sorted(self.classes, key=_order)),
            tuple(sorted(self._rescaled(), key=_order)),
            tuple(sorted(self._comparisons(), key=_order)),
        )

    def _rescaled(self) -> Iterable[RescaledClaim]:
        table = self.printed.rescaled
        for row in map(RescaledScore, *(table[name] for name in RESCALED_COLUMNS)):
            if row.rated_edition in EDITIONS:
                kind, year = self.kinds[row.source_id], int(row.index_year)
                place = (row.country, row.rated_edition, row.source_id, kind, year)
                yield RescaledClaim(*place, row.printed, "", category=row.category)

    def _comparisons(self) -> Iterable[ComparisonClaim]:
        table = self.printed.comparisons
        for row in map(Comparison, *(table[name] for name in COMPARISON_COLUMNS)):
            if row.report_edition in EDITIONS and row.since_edition in EDITIONS:
                kind, year = self.kinds[row.source_id], row.report_edition
                printed = f"{row.direction} than in {row.since_edition}"
                if row.direction == "same":
                    printed = f"the same as in {row.since_edition}"
                yield ComparisonClaim(
                    row.country,
                    year,
                    row.source_id,
                    kind,
                    year,
                    f"{printed} by {row.by}" if row.by else printed,
                    "",
                    category=row.category,
                    since=row.since_edition,
                    steps=steps_of(row.direction, row.by, row.category),
                )

    def _claim(self, row: Row, edition: int, printed: str) -> dict[str, Any]:
        return {
            "country": row.country,
            "edition": edition,
            "source_id": row.source_id,
            "kind": self.kinds[row.source_id],
            "report_edition": row.report_edition,
            "printed": printed,
            "scale": row.scale,
        }

    def _number(self, row: Row, edition: int, category: str, printed: str) -> None:
        """Add the claim of one printed rating or Democracy Score."""
        if edition not in EDITIONS or category not in (*CATEGORIES, SCORE) or not printed:
            return
        claim = self._claim(row, edition, printed)
        place = (row.source_id, row.country, edition, category)
        correction = self.applied.find(place, parse_number(printed), row.scale)
        right = correction.should_be if correction else printed
        if category == SCORE:
            totals = totals_of_score(right, row.scale, claim["kind"] != "press")
            measure = MEASURES[SCORE]
            self.scores.append(
                ScoreClaim(**claim, correction=correction, measure=measure, totals=totals)
            )
        else:
            quarters = quarters_of(right, row.scale)
            page = (row.source_id, row.country, row.report_edition)
            self.quarters[(*page, edition, category)].add(quarters)
            self.ratings.append(
                RatingClaim(**claim, correction=correction, category=category, quarters=quarters)
            )

    def _statement(self, row: Statement) -> None:
        edition, field = row.report_edition, row.field
        kind, _, category = field.partition("_")
        if kind == "RATING" or field == SCORE:
            self._number(row, edition, category or SCORE, row.printed_to)
        elif field == "DS_CHANGE" or (kind == "CHANGE" and category in CATEGORIES):
            category = SCORE if field == "DS_CHANGE" else category
            self._number(row, edition - 1, category, row.printed_from)
            self._number(row, edition, category, row.printed_to)
            if edition in EDITIONS and not (row.printed_from and row.printed_to):
                self.unnumbered.append(Claim(**self._claim(row, edition, field)))
        elif field in ("DP", "LAST_DP", "REGIME", "LAST_REGIME"):
            self._score_of_page(row, edition - field.startswith("LAST"))
        elif field == "CHANGE_UNNAMED" and edition in EDITIONS:
            printed = f"{field} {row.printed_from} to {row.printed_to}"
            self.unnumbered.append(Claim(**self._claim(row, edition, printed)))

    def _score_of_page(self, row: Statement, rated: int) -> None:
        """Add a percentage or a regime class, of the edition or of the one before."""
        claim = self._claim(row, rated, row.printed_to) | {"scale": ""}
        if rated not in EDITIONS:
            return
        if row.field.endswith("REGIME"):
            self.classes.append(Claim(**claim))
        else:
            totals = totals_of_percentage(row.printed_to)
            self.scores.append(ScoreClaim(**claim, measure=MEASURES[row.field], totals=totals))

    def _lists(self, pages: dict[Page, list[Statement]]) -> Iterable[ListClaim]:
        for (source, country, edition), rows in pages.items():
            listing = [r for r in rows if r.field.startswith(("CHANGE_", "NO_CHANGES"))]
            stated = {r.changes_complete for r in listing}
            unnamed = any(r.field == "CHANGE_UNNAMED" for r in listing)
            if not listing or unnamed or not stated <= set(COMPLETE):
                continue
            if edition - 1 not in EDITIONS or edition not in EDITIONS:
                continue
            changed = sorted({r.field.partition("_")[2] for r in listing} & set(CATEGORIES))
            claim = self._claim(listing[0], edition, "") | {"scale": ""}
            yield ListClaim(
                **claim,
                changed=frozenset(changed),
                net=self._net((source, country, edition), changed),
                stated="likely" if "likely" in stated else "yes",
            )

    def _net(self, page: Page, changed: list[str]) -> int | None:
        """Return the sum of a page's changes, from the corrected values.

        None where a value is missing, or printed twice and differently.
        """
        edition = page[2]
        sums = []
        for rated in (edition - 1, edition):
            values = [self.quarters.get((*page, rated, category), ()) for category in changed]
            if any(len(found) != 1 for found in values):
                return None
            sums.append(sum(value for found in values for value in found))
        return sums[1] - sums[0]


def _with_fits(
    ratings: Iterable[RatingClaim], scores: Iterable[ScoreClaim]
) -> tuple[RatingClaim, ...]:
    """Tell of each rating whether its own table's ratings give the score printed there."""
    own_totals: dict[Page, set[int]] = defaultdict(set)
    for score in scores:
        if score.measure == MEASURES[SCORE]:
            own_totals[score.source_id, score.country, score.edition].update(score.totals)
    rows: dict[Page, set[tuple[str, int]]] = defaultdict(set)
    for claim in ratings:
        rows[claim.source_id, claim.country, claim.edition].add((claim.category, claim.quarters))
    fits = {
        key: sum(quarters for _, quarters in row) in own_totals[key]
        for key, row in rows.items()
        if len(row) == len(dict(row)) == len(CATEGORIES) and own_totals[key]
    }
    return tuple(
        replace(claim, fits=fits.get((claim.source_id, claim.country, claim.edition)))
        for claim in ratings
    )


def _category(claim: Claim) -> str:
    return claim.category if isinstance(claim, RatingClaim | ComparisonClaim) else SCORE


def _order(claim: Claim) -> tuple[object, ...]:
    """Order claims by what they say, so that the order of the rows in a file never matters."""
    return (
        claim.country,
        claim.edition,
        claim.source_id,
        claim.report_edition,
        _category(claim),
        claim.printed,
        claim.scale,
    )
