"""Doubts that follow from comparing what one report prints with itself and with known figures.

Nothing is corrected here: each contradiction, and each number that nothing else on the page bears
out, becomes evidence marked as uncertain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final

from analysis.facts.rating_system import (
    CATEGORIES,
    SCORE,
    democracy_percentage,
    parse_number,
    to_seven_best,
)
from analysis.sources.cells import PrintedCell, Statement
from analysis.sources.known import Known
from analysis.sources.reading import Change, Evidence
from analysis.sources.report.headline import Headline
from analysis.sources.report.table_checks import ROUNDING

PERCENTAGE_ROUNDING: Final = Fraction(1, 10)
"""A score of two decimals fixes the percentage to 0.09."""


def check_headline(
    head: Headline, changes: Sequence[Change], scale: str, in_table: str
) -> list[Evidence]:
    """Compare the score with percentage, ratings, the sentence on its change and its table."""
    doubts = [_doubt("number", says) for says in head.doubts]
    if not head.score:
        if head.ratings:
            doubts.append(_doubt("number", "no Democracy Score checks the ratings of the page"))
        return doubts
    score = parse_number(head.score)
    if head.percentage:
        expected = democracy_percentage(to_seven_best(score, scale))
        if abs(expected - parse_number(head.percentage)) > PERCENTAGE_ROUNDING:
            says = (
                f"Democracy Score {head.score} gives {float(expected):.2f}, not {head.percentage}"
            )
            doubts.append(_doubt("number", f"{says} as Democracy Percentage"))
    elif not in_table and not any(change.category == SCORE for change in changes):
        doubts.append(_doubt("number", f"nothing checks the Democracy Score {head.score}"))
    if in_table and parse_number(in_table) != score:
        says = f"the head prints {head.score}, the table {in_table}"
        doubts.append(_doubt("number", f"Democracy Score: {says}"))
    for change in changes:
        if change.category == SCORE and parse_number(change.printed_to) != score:
            says = f"the head prints {head.score}, the sentence on its change {change.printed_to}"
            doubts.append(_doubt("number", f"Democracy Score: {says}"))
    return doubts + _check_ratings(head, score)


def _check_ratings(head: Headline, score: Fraction) -> list[Evidence]:
    if not head.ratings:
        return []
    if set(head.ratings) != set(CATEGORIES):
        missing = ", ".join(code for code in CATEGORIES if code not in head.ratings)
        return [_doubt("number", f"the page prints no rating of {missing}")]
    mean = sum(map(parse_number, head.ratings.values()), Fraction(0)) / len(CATEGORIES)
    doubts = []
    if abs(mean - score) > ROUNDING:
        says = f"Democracy Score {head.score} is not the mean {float(mean):.2f} of the ratings"
        doubts.append(_doubt("number", says))
    if list(head.ratings) != list(CATEGORIES):
        says = f"the ratings stand in an unusual order: {', '.join(head.ratings)}"
        doubts.append(_doubt("number", says))
    return doubts


def check_known(
    country: str,
    cells: Iterable[PrintedCell],
    statements: Iterable[Statement],
    known: Known,
) -> list[Evidence]:
    """Tell each number that differs from all values known from other sources."""
    printed = [(cell.rated_edition, cell.category, cell.printed, cell.scale) for cell in cells]
    for row in statements:
        kind, _, category = row.field.partition("_")
        edition = str(row.report_edition)
        if kind in ("RATING", "CHANGE") and row.printed_to:
            printed.append((edition, category, row.printed_to, row.scale))
        elif row.field in (SCORE, "DS_CHANGE"):
            printed.append((edition, SCORE, row.printed_to, row.scale))
        if kind == "CHANGE" and row.printed_from:
            printed.append((str(row.report_edition - 1), category, row.printed_from, row.scale))
    doubts = []
    for edition, category, value, scale in dict.fromkeys(printed):
        others = known.values.get((country, edition, category))
        if others and to_seven_best(parse_number(value), scale) not in others:
            told = " or ".join(f"{float(to_seven_best(v, scale)):.2f}" for v in sorted(others))
            says = f"{category} {edition} is printed as {value}, other sources print {told}"
            doubts.append(_doubt("number", says))
    return doubts


def check_changes(
    changes: Sequence[Change],
    complete: str,
    printed: Mapping[tuple[int, str], str],
    edition: int,
) -> list[Evidence]:
    """Compare changes with the ratings of the same report.

    Parameters
    ----------
    changes
        As printed.
    complete
        Completeness of their list; anything but ``yes`` leaves a doubt.
    printed
        Ratings that the report prints on the same scale, by edition and category.
    edition
        Edition of the report.
    """
    doubts = []
    ratings = [change for change in changes if change.category != SCORE]
    codes = [change.category for change in changes]
    for code in dict.fromkeys(code for code in codes if codes.count(code) > 1):
        doubts.append(_doubt("changes", f"two different changes of {code} are printed"))
    for change in ratings:
        for year, value in ((edition - 1, change.printed_from), (edition, change.printed_to)):
            other = printed.get((year, change.category))
            if other and value and parse_number(other) != parse_number(value):
                says = f"{change.category} {year} is {value} in the changes and {other} elsewhere"
                doubts.append(_doubt("changes", says))
    if ratings and complete != "yes":
        says = "nothing proves that the printed changes are all and add up"
        doubts.append(_doubt("changes", says))
    return doubts


def _doubt(about: str, says: str) -> Evidence:
    return Evidence(about, says, uncertain=True)
