"""What a workbook's numbers mean: their scale, and whether Year is the edition.

Proved by percentages, by known ratings, and by the order of the known countries, never assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from analysis.facts.errors import SourceError
from analysis.facts.rating_system import (
    CATEGORIES,
    LAST_EDITION,
    SCALES,
    SCORE,
    democracy_percentage,
    parse_number,
    read_scale,
    to_seven_best,
)
from analysis.sources.known import Known
from analysis.sources.reading import Evidence
from analysis.sources.report.table_checks import ROUNDING

NUMBERS: Final = (*CATEGORIES, SCORE)


@dataclass(frozen=True)
class Line:
    """One row of the data sheet: where it stands, whom it rates, what it prints by code."""

    place: str
    country: str
    year: int
    printed: Mapping[str, str]


def _values(lines: Iterable[Line], shift: int = 0) -> dict[str, list[tuple[str, str, Fraction]]]:
    found: dict[str, list[tuple[str, str, Fraction]]] = {}
    for line in lines:
        rows = found.setdefault(line.country, [])
        rows += [
            (str(line.year + shift), code, parse_number(line.printed[code]))
            for code in NUMBERS
            if code in line.printed
        ]
    return found


def _agreement(lines: Iterable[Line], known: Known, scale: str, shift: int = 0) -> tuple[int, int]:
    """Return how many values agree with known ratings and how many do not."""
    agree = differ = 0
    for country, values in _values(lines, shift).items():
        more = known.agreement(country, values, scale)
        agree, differ = agree + more[0], differ + more[1]
    return agree, differ


def year_shift(lines: Sequence[Line], known: Known) -> int:
    """Return 1 if the column Year holds the covered year, 0 if it holds the edition."""
    as_edition = max(_agreement(lines, known, scale)[0] for scale in SCALES)
    as_covered = max(_agreement(lines, known, scale, 1)[0] for scale in SCALES)
    is_covered = as_covered > 20 and as_covered > 1.2 * as_edition
    return 1 if is_covered and max(line.year for line in lines) < LAST_EDITION else 0


def prove_workbook_scale(
    lines: Sequence[Line], known: Known, override: str | None, path: Path, evidence: list[Evidence]
) -> str:
    """Return the scale that percentages, known ratings and the order of countries support."""
    if override is not None:
        evidence.append(Evidence("scale", f"{override} is given by the user"))
        return read_scale(override)
    votes = {scale: _percentages(lines, scale) for scale in SCALES}
    overlap = {scale: _agreement(lines, known, scale)[0] for scale in SCALES}
    told: list[tuple[str, str]] = []
    for reason, counts in (("percentages", votes), ("known ratings", overlap)):
        best = max(SCALES, key=lambda scale: counts[scale])
        worst = min(counts.values())
        if counts[best] > 2 * worst and counts[best] > 2:
            told.append((best, f"{counts[best]} {reason}, against {worst} for the other"))
    if not told and (ordered := _order(lines, known)):
        told.append((ordered, "the order of the known countries"))
    scales = {scale for scale, _ in told}
    if len(scales) != 1:
        what = "contradict each other" if scales else "could be read both ways"
        raise SourceError(f"{path}: its numbers {what} as to the scale; give --scale")
    proved = scales.pop()
    evidence.append(Evidence("scale", f"{proved} by {'; '.join(reason for _, reason in told)}"))
    return proved


def _percentages(lines: Iterable[Line], scale: str) -> int:
    return sum(
        abs(
            democracy_percentage(to_seven_best(parse_number(line.printed[SCORE]), scale))
            - parse_number(line.printed["DP"])
        )
        <= 1
        for line in lines
        if SCORE in line.printed and "DP" in line.printed
    )


def _order(lines: Iterable[Line], known: Known) -> str:
    """Return the scale on which countries stand in their known order, empty if undecided."""
    printed, usual = [], []
    for country, values in _values(lines).items():
        scores = [score for found in known.scores(country).values() for score in found]
        if scores and values:
            printed.append(sum(value for _, _, value in values) / len(values))
            usual.append(sum(scores) / len(scores))
    concordant = sum(
        (1 if (a - b) * (c - d) > 0 else -1 if (a - b) * (c - d) < 0 else 0)
        for i, (a, c) in enumerate(zip(printed, usual, strict=True))
        for b, d in zip(printed[:i], usual[:i], strict=True)
    )
    pairs = len(printed) * (len(printed) - 1) // 2
    if pairs < 6 or abs(concordant) < pairs / 2:
        return ""
    return SCALES[1] if concordant > 0 else SCALES[0]


def check_scores(lines: Iterable[Line], evidence: list[Evidence]) -> None:
    """Tell each Democracy Score that is not the mean of its row's ratings."""
    for line in lines:
        ratings = [parse_number(line.printed[code]) for code in CATEGORIES if code in line.printed]
        if len(ratings) == len(CATEGORIES) and SCORE in line.printed:
            mean = sum(ratings, Fraction(0)) / len(ratings)
            if abs(mean - parse_number(line.printed[SCORE])) > ROUNDING:
                says = (
                    f"{line.place}: {line.country} {line.year}: Democracy Score "
                    f"{line.printed[SCORE]} is not the mean {float(mean):.2f} of the ratings"
                )
                evidence.append(Evidence("number", says, uncertain=True))
