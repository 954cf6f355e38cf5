"""What the printed figures claim, in the units in which claims can be compared.

A rating becomes quarter points (1.00 is 4, 7.00 is 28) on ``7=best``; a Democracy Score or
Percentage becomes the range of totals of seven ratings that round to it (28 to 196). Two decimals
of a score allow one total only, as totals lie 1/28 apart. Which claim is right is decided in
`analysis.panel`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from math import ceil, floor
from typing import Any, Final, cast

from analysis.corrections import Applied, Correction
from analysis.rating_system import (
    CATEGORIES,
    FIRST_EDITION,
    LAST_EDITION,
    parse_number,
    to_seven_best,
)
from analysis.sources.cells import (
    CELL_COLUMNS,
    SCORE,
    STATEMENT_COLUMNS,
    Printed,
    PrintedCell,
    Statement,
)

LOWEST_QUARTERS: Final = 4
HIGHEST_QUARTERS: Final = 28
POINTS: Final = 4 * len(CATEGORIES)
"""A Democracy Score is the total of the quarter points over 28."""

COMPLETE: Final = ("yes", "likely")
"""Marks of a change list that names every change of its edition."""

EDITIONS: Final = range(FIRST_EDITION, LAST_EDITION + 1)

Page = tuple[str, str, int]
"""Source, country and report edition."""

Row = PrintedCell | Statement


@dataclass(frozen=True)
class Claim:
    """What one source prints about one country and edition.

    Attributes
    ----------
    country, edition
        What is rated.
    source_id, kind
        Who prints it, and what kind of source that is.
    report_edition
        The edition of the printing report.
    printed, scale
        The number as printed.
    correction
        The declared misprint, if this is one.
    """

    country: str
    edition: int
    source_id: str
    kind: str
    report_edition: int
    printed: str
    scale: str
    correction: Correction | None = None

    def told(self) -> str:
        """Return who prints what, in words."""
        return f"{self.source_id} ({self.report_edition} report, {self.kind}) {self.value_told()}"

    def value_told(self) -> str:
        """Return the printed number with its scale."""
        return f"{self.printed} on {self.scale}" if self.scale else self.printed

    def subject(self) -> str:
        """Return what the claim is about."""
        return f"edition {self.edition}"


@dataclass(frozen=True)
class RatingClaim(Claim):
    """A category's rating in quarter points on ``7=best``.

    `fits` tells whether the seven ratings of its own table or page give the Democracy Score
    printed there; None where that cannot be told.
    """

    category: str = ""
    quarters: int = 0
    fits: bool | None = None

    def subject(self) -> str:
        """Return category and edition."""
        return f"{self.category} {self.edition}"


@dataclass(frozen=True)
class ScoreClaim(Claim):
    """A Democracy Score or Percentage as the totals of quarter points that round to it.

    No total at all means that the number is no possible score.
    """

    measure: str = ""
    totals: range = range(0)

    def value_told(self) -> str:
        """Return the printed number with its scale or as a percentage."""
        return super().value_told() if self.scale else f"{self.printed} %"

    def subject(self) -> str:
        """Return which score of which edition."""
        return f"{self.measure} {self.edition}"


@dataclass(frozen=True)
class ChangeList(Claim):
    """All changes of an edition against the one before, as one page lists them.

    `net` is the sum of the changes in quarter points, None if one lacks its numbers; `stated` is
    ``yes`` or ``likely``.
    """

    changed: frozenset[str] = frozenset()
    net: int | None = None
    stated: str = ""

    def value_told(self) -> str:
        """Return the categories that the list names."""
        return ", ".join(sorted(self.changed)) or "no changes"

    def subject(self) -> str:
        """Return which edition's changes."""
        return f"changes in {self.edition}"


@dataclass(frozen=True)
class Evidence:
    """Everything that the sources claim about editions 2005-2024.

    `unnumbered` holds changes that a source reports without their numbers or category.
    """

    ratings: tuple[RatingClaim, ...]
    scores: tuple[ScoreClaim, ...]
    lists: tuple[ChangeList, ...]
    unnumbered: tuple[Claim, ...]


MEASURES: Final = {
    SCORE: "Democracy Score",
    "DP": "Democracy Percentage",
    "LAST_DP": "Democracy Percentage, printed as last year's,",
}


@cache
def quarters_of(printed: str, scale: str) -> int:
    """Return a printed rating in quarter points on ``7=best``."""
    return int(to_seven_best(parse_number(printed), scale) * 4)


@cache
def totals_of_score(printed: str, scale: str, exact: bool = True) -> range:
    """Return the totals whose score rounds to the printed one.

    Parameters
    ----------
    exact
        Reports round to two decimals and may drop zeros, so 4.5 means 4.50. The press rounds as
        it likes: with False, 4.5 means 4.45 to 4.55.
    """
    value = to_seven_best(parse_number(printed), scale)
    decimals = len(printed.strip().replace(",", ".").partition(".")[2])
    half = Fraction(1, 2 * 10 ** (2 if exact else min(decimals, 2)))
    return _whole_between((value - half) * POINTS, (value + half) * POINTS)


@cache
def totals_of_percentage(printed: str) -> range:
    """Return the totals whose percentage rounds half up to the printed one.

    A whole number, also one printed 47.00, counts as rounded to the whole number: Montenegro 2022
    prints 47.00 where the score printed beside it gives 47.02.
    """
    value = parse_number(printed)
    half = Fraction(1, 2) if value.denominator == 1 else Fraction(1, 200)
    low, high = (POINTS * (1 + (value + side) * 6 / 100) for side in (-half, half))
    found = _whole_between(low, high)
    return found[:-1] if found and found[-1] == high else found


def _whole_between(low: Fraction, high: Fraction) -> range:
    lowest, highest = (len(CATEGORIES) * q for q in (LOWEST_QUARTERS, HIGHEST_QUARTERS))
    return range(max(ceil(low), lowest), min(floor(high), highest) + 1)


def collect(printed: Printed, corrections: Sequence[Correction]) -> Evidence:
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
        self.quarters: dict[tuple[str, str, int, int, str], int] = {}

    def collect(self) -> Evidence:
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
        return Evidence(
            tuple(sorted(_with_fits(self.ratings, self.scores), key=_order)),
            tuple(sorted(self.scores, key=_order)),
            tuple(sorted(self._lists(pages), key=_order)),
            tuple(sorted(self.unnumbered, key=_order)),
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
            self.quarters[(*page, edition, category)] = quarters
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
        elif field in ("DP", "LAST_DP"):
            rated = edition - (field == "LAST_DP")
            claim = self._claim(row, rated, row.printed_to)
            if rated in EDITIONS:
                totals = totals_of_percentage(row.printed_to)
                self.scores.append(
                    ScoreClaim(**{**claim, "scale": ""}, measure=MEASURES[field], totals=totals)
                )
        elif field == "CHANGE_UNNAMED" and edition in EDITIONS:
            printed = f"{field} {row.printed_from} to {row.printed_to}"
            self.unnumbered.append(Claim(**self._claim(row, edition, printed)))

    def _lists(self, pages: dict[Page, list[Statement]]) -> Iterable[ChangeList]:
        for (source, country, edition), rows in pages.items():
            listing = [r for r in rows if r.field.startswith(("CHANGE_", "NO_CHANGES"))]
            stated = {r.changes_complete for r in listing}
            unnamed = any(r.field == "CHANGE_UNNAMED" for r in listing)
            if not listing or unnamed or not stated <= set(COMPLETE):
                continue
            if edition - 1 not in EDITIONS or edition not in EDITIONS:
                continue
            changed = sorted({r.field.partition("_")[2] for r in listing} & set(CATEGORIES))
            yield ChangeList(
                **self._claim(listing[0], edition, ""),
                changed=frozenset(changed),
                net=self._net((source, country, edition), changed),
                stated="likely" if "likely" in stated else "yes",
            )

    def _net(self, page: Page, changed: list[str]) -> int | None:
        """Return the sum of a page's changes, from the corrected values."""
        edition = page[2]
        before = [self.quarters.get((*page, edition - 1, category)) for category in changed]
        after = [self.quarters.get((*page, edition, category)) for category in changed]
        if None in before or None in after:
            return None
        return sum(cast(list[int], after)) - sum(cast(list[int], before))


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
    return claim.category if isinstance(claim, RatingClaim) else SCORE


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
