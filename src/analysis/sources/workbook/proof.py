"""What a workbook's numbers mean: their scale, and whether Year is the edition.

Proved by percentages, by known ratings, and by the order of the known countries, never assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Final

from analysis.facts.rating_system import (
    CATEGORIES,
    LAST_EDITION,
    NEW_SCALE,
    OLD_SCALE,
    SCALES,
    SCORE,
    Scale,
    democracy_percentage,
    parse_number,
    to_seven_best,
)
from analysis.sources.cells import SCORE_ROUNDING
from analysis.sources.known import Known
from analysis.sources.reading import Remarks
from analysis.sources.request import Request
from analysis.sources.scale_proof import decide_scale

NUMBERS: Final = (*CATEGORIES, SCORE)


@dataclass(frozen=True)
class WorkbookRow:
    """One row of the data sheet: where it stands, whom it rates, what it prints by code."""

    place: str
    country: str
    year: int
    printed: Mapping[str, str]


def _values(
    rows: Iterable[WorkbookRow], shift: int = 0
) -> dict[str, list[tuple[str, str, Fraction]]]:
    """Return rated edition, category and number of all cells by country."""
    values: dict[str, list[tuple[str, str, Fraction]]] = {}
    for row in rows:
        values.setdefault(row.country, []).extend(
            (str(row.year + shift), code, parse_number(row.printed[code]))
            for code in NUMBERS
            if code in row.printed
        )
    return values


def _agreement(rows: Iterable[WorkbookRow], known: Known, scale: Scale, shift: int = 0) -> int:
    """Return how many values agree with known ratings."""
    by_country = _values(rows, shift).items()
    return sum(known.agreement(country, values, scale)[0] for country, values in by_country)


def year_shift(rows: Sequence[WorkbookRow], known: Known) -> int:
    """Return 1 if the column Year holds the covered year, 0 if it holds the edition."""
    as_edition = max(_agreement(rows, known, scale) for scale in SCALES)
    as_covered = max(_agreement(rows, known, scale, 1) for scale in SCALES)
    is_covered = as_covered > 20 and as_covered > 1.2 * as_edition
    return 1 if is_covered and max(row.year for row in rows) < LAST_EDITION else 0


def prove_workbook_scale(rows: Sequence[WorkbookRow], request: Request, remarks: Remarks) -> Scale:
    """Return the scale that percentages, known ratings and the order of countries support."""
    counted: tuple[tuple[str, Callable[[Scale], int]], ...] = (
        ("percentages", lambda scale: _percentages(rows, scale)),
        ("known ratings", lambda scale: _agreement(rows, request.known, scale)),
    )
    votes: list[tuple[Scale, str]] = []
    for reason, count in counted:
        less, more = sorted(SCALES, key=count)
        if count(more) > 2 * count(less) and count(more) > 2:
            votes.append((more, f"{count(more)} {reason}, against {count(less)} for the other"))
    if not votes and (ordered := _order(rows, request.known)):
        votes.append((ordered, "the order of the known countries"))
    return decide_scale(votes, request, remarks)


def _percentages(rows: Iterable[WorkbookRow], scale: Scale) -> int:
    """Return how many percentages follow from the score beside them."""
    pairs = (
        (parse_number(row.printed[SCORE]), parse_number(row.printed["DP"]))
        for row in rows
        if SCORE in row.printed and "DP" in row.printed
    )
    return sum(
        abs(democracy_percentage(to_seven_best(score, scale)) - percentage) <= 1
        for score, percentage in pairs
    )


def _order(rows: Iterable[WorkbookRow], known: Known) -> Scale | None:
    """Return the scale on which countries stand in their known order, None if undecided."""
    means = []
    for country, values in _values(rows).items():
        scores = [score for found in known.scores(country).values() for score in found]
        if scores and values:
            printed = sum(value for _, _, value in values) / len(values)
            means.append((printed, sum(scores) / len(scores)))
    products = [(a - b) * (c - d) for (a, c), (b, d) in combinations(means, 2)]
    concordant = sum((product > 0) - (product < 0) for product in products)
    if len(products) < 6 or abs(concordant) < len(products) / 2:
        return None
    return NEW_SCALE if concordant > 0 else OLD_SCALE


def check_scores(rows: Iterable[WorkbookRow], remarks: Remarks) -> None:
    """Tell each Democracy Score that is not the mean of its row's ratings."""
    for row in rows:
        ratings = [parse_number(row.printed[code]) for code in CATEGORIES if code in row.printed]
        if len(ratings) == len(CATEGORIES) and SCORE in row.printed:
            mean = sum(ratings, Fraction(0)) / len(ratings)
            if abs(mean - parse_number(row.printed[SCORE])) > SCORE_ROUNDING:
                says = (
                    f"{row.place}: {row.country} {row.year}: Democracy Score "
                    f"{row.printed[SCORE]} is not the mean {float(mean):.2f} of the ratings"
                )
                remarks.doubt("number", says)
