"""What a workbook's numbers mean: their scale, and whether Year is the edition.

Proved by percentages, by known ratings, and by the order of the known countries, never assumed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Final

from analysis.facts.rating_system import (
    CATEGORIES,
    FIRST_EDITION,
    LAST_EDITION,
    NEW_SCALE,
    OLD_SCALE,
    SCALES,
    SCORE,
    Scale,
    democracy_percentage,
    democracy_score,
    parse_number,
    to_seven_best,
)
from analysis.sources.cells import PERCENTAGE, SCORE_ROUNDING
from analysis.sources.known import FEW, Key, Known
from analysis.sources.reading import Remarks, Request, decide_scale
from analysis.sources.workbook_heads import NUMBERS

_OTHER: Final[dict[str, Scale]] = {OLD_SCALE: NEW_SCALE, NEW_SCALE: OLD_SCALE}


@dataclass(frozen=True)
class WorkbookRow:
    """One row of the data sheet: where it stands, whom it rates, what it prints by code."""

    place: str
    country: str
    year: int
    printed: Mapping[str, str]

    @cached_property
    def numbers(self) -> dict[str, Fraction]:
        """What it prints but for the regime."""
        return {code: parse_number(text) for code, text in self.printed.items() if code != "REGIME"}


def _figures(rows: Iterable[WorkbookRow], shift: int = 0) -> list[tuple[Key, Fraction]]:
    """Return all ratings and scores, the years moved by `shift`."""
    return [
        ((row.country, str(row.year + shift), code), row.numbers[code])
        for row in rows
        for code in NUMBERS
        if code in row.numbers
    ]


def place_years(
    rows: Sequence[WorkbookRow], request: Request, remarks: Remarks
) -> list[WorkbookRow]:
    """Return the rows by edition: known ratings tell whether the years are editions.

    Raises
    ------
    SourceError
        If known ratings agree with quite other years.
    """

    def agreement(shift: int) -> tuple[int, int]:
        return request.known.best_agreement(_figures(rows, shift))

    fits = {0: agreement(0)}
    if request.known.values and fits[0][0] <= 9 * fits[0][1]:
        moved = {shift: agreement(shift) for shift in range(-8, 9)}
        fits |= {shift: (a, d) for shift, (a, d) in moved.items() if a > max(20, d)}
    # Editions are known to different parts, so that nearly no contradiction counts for most.
    best = max(fits, key=lambda shift: (fits[shift][0] - 9 * fits[shift][1], -abs(shift)))
    (agree, differ), (as_given, against) = fits[best], fits[0]
    if best and (agree > 1.2 * as_given or (agree > 9 * differ and against >= FEW + 3 * differ)):
        if best != 1 and as_given + against > 20:
            raise request.refusal(
                f"the years are moved by {-best}: {agree} of {agree + differ} known ratings agree "
                f"with {best:+} years, {as_given} of {as_given + against} with those given"
            )
        if best == 1 and max(row.year for row in rows) < LAST_EDITION:
            says = f"{agree} of {agree + differ} known ratings agree with the edition after it, "
            says += f"{as_given} of {as_given + against} with it"
            remarks.doubt("edition", f"Year is the covered year: {says}")
            rows = [replace(row, year=row.year + 1) for row in rows]
    rated = [row for row in rows if FIRST_EDITION <= row.year <= LAST_EDITION]
    if early := len(rows) - len(rated):
        says = f"{early} rows of other editions than {FIRST_EDITION} to {LAST_EDITION}: left out"
        remarks.doubt("edition", says)
    if not rated:
        raise request.refusal(f"no row of an edition of {FIRST_EDITION} to {LAST_EDITION}")
    return rated


def prove_workbook_scale(rows: Sequence[WorkbookRow], request: Request, remarks: Remarks) -> Scale:
    """Return the scale that percentages, known ratings and the order of countries support."""
    figures, votes = _figures(rows), []
    agree = {scale: request.known.agreement(figures, scale) for scale in SCALES}
    for reason, counts in (
        ("percentages", {scale: _percentages(rows, scale) for scale in SCALES}),
        ("known ratings", {scale: a if a > d else 0 for scale, (a, d) in agree.items()}),
    ):
        less, more = sorted(SCALES, key=lambda scale: counts[scale])
        if counts[more] > max(2, 2 * counts[less]):
            votes.append((more, f"{counts[more]} {reason}, against {counts[less]} for the other"))
    if not votes and (ordered := _order(figures, request.known)):
        votes.append((ordered, "the order of the known countries"))
    return decide_scale(votes, request, remarks)


def _percentages(rows: Iterable[WorkbookRow], scale: Scale) -> int:
    """Return how many percentages follow from the score beside them."""
    return sum(
        abs(democracy_percentage(to_seven_best(row.numbers[SCORE], scale)) - row.numbers["DP"]) <= 1
        for row in rows
        if {SCORE, "DP"} <= row.numbers.keys()
    )


def _order(figures: Iterable[tuple[Key, Fraction]], known: Known) -> Scale | None:
    """Return the scale on which countries stand in their known order, None if undecided."""
    printed: dict[str, list[Fraction]] = defaultdict(list)
    for (country, _, _), value in figures:
        printed[country].append(value)
    means = [
        (sum(values) / len(values), sum(scores) / len(scores))
        for country, values in printed.items()
        if (scores := known.scores(country))
    ]
    products = [(a - b) * (c - d) for (a, c), (b, d) in combinations(means, 2)]
    concordant = sum((product > 0) - (product < 0) for product in products)
    if len(products) < 6 or abs(concordant) < len(products) / 2:
        return None
    return NEW_SCALE if concordant > 0 else OLD_SCALE


def refuse_contradictions(rows: Sequence[WorkbookRow], scale: Scale, request: Request) -> None:
    """Refuse rows that fit the other scale only, and tables that contradict what is known.

    Raises
    ------
    SourceError
        Naming the first such rows, or the countries and counts.
    """
    figures, countries = _figures(rows), list(dict.fromkeys(row.country for row in rows))
    for name in (*countries, *NUMBERS):
        found = [(key, value) for key, value in figures if name in key]
        agree, differ = request.known.agreement(found, scale)
        turned, _ = request.known.agreement(found, _OTHER[scale])
        is_country = name in countries
        if differ >= FEW and differ > agree and not (is_country and 2 * turned > agree + differ):
            raise request.refusal(
                f"{name}: {differ} of {agree + differ} values that are known from other sources "
                f"differ; is it another {'country, year or scale' if is_country else 'column'}?"
            )
    if misfits := [row for row in rows if _fits_other_scale(row, scale, request.known)]:
        told = ", ".join(f"{row.country} {row.year}" for row in misfits[:10])
        raise request.refusal(
            f"{len(misfits)} of {len(rows)} rows fit the other scale than {scale}, on which the "
            f"others stand: {told}{' and more' if len(misfits) > 10 else ''}"
        )


def _fits_other_scale(row: WorkbookRow, scale: Scale, known: Known) -> bool:
    if {SCORE, "DP"} <= row.numbers.keys():
        return _percentages([row], _OTHER[scale]) > _percentages([row], scale)
    figures = _figures([row])
    agree, differ = known.agreement(figures, scale)
    turned, _ = known.agreement(figures, _OTHER[scale])
    if agree + differ > 1:
        return turned >= 2 and turned > 2 * agree and 2 * turned > agree + differ
    return not agree and known.usual_scale(figures) == _OTHER[scale]


def check_numbers(
    rows: Iterable[WorkbookRow], scale: Scale, request: Request, remarks: Remarks
) -> None:
    """Tell numbers that differ from all known ones, and scores that do not fit their row."""
    for row in rows:
        figures = [(key, row.printed[key[2]], scale) for key, _ in _figures([row])]
        for says in request.known.contradictions(figures):
            remarks.doubt("number", f"{row.place}: {row.country} {says}")
        if SCORE not in row.numbers:
            continue
        score = f"{row.place}: {row.country} {row.year}: Democracy Score {row.printed[SCORE]}"
        ratings = [row.numbers[code] for code in CATEGORIES if code in row.numbers]
        if len(ratings) == len(CATEGORIES):
            mean = democracy_score(ratings)
            if abs(mean - row.numbers[SCORE]) > SCORE_ROUNDING:
                says = f"{score} is not the mean {float(mean):.2f} of the ratings"
                remarks.doubt("number", says)
        if PERCENTAGE in row.numbers and not _percentages([row], scale):
            says = f"{score} does not give {row.printed[PERCENTAGE]} as Democracy Percentage"
            remarks.doubt("number", says)
