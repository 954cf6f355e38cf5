"""Doubts that follow from comparing what one report prints with itself and with known figures.

Nothing is corrected here: each contradiction, and each number that nothing else on the page bears
out, becomes evidence marked as uncertain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from analysis.facts.rating_system import (
    CATEGORIES,
    SCORE,
    democracy_percentage,
    parse_number,
    to_seven_best,
)
from analysis.sources.cells import SCORE_ROUNDING, PrintedCell, Statement
from analysis.sources.report.headline import ReportText

FEW: Final = 4
"""Known numbers that differ, from which on a report is compared as a whole."""
PERCENTAGE_ROUNDING: Final = Fraction(1, 10)
"""A score of two decimals fixes the percentage to 0.09."""


def check_head(report: ReportText, in_table: str) -> None:
    """Compare the score with percentage, ratings, the sentence on its change and its table."""
    head, doubt = report.head, report.remarks.doubt
    for says in head.doubts:
        doubt("number", says)
    if not head.score:
        if head.ratings:
            doubt("number", "no Democracy Score checks the ratings of the page")
        return
    score = parse_number(head.score)
    of_score = [change for change in report.changes.changes if change.category == SCORE]
    if head.percentage:
        expected = democracy_percentage(to_seven_best(score, report.scale))
        if abs(expected - parse_number(head.percentage)) > PERCENTAGE_ROUNDING:
            doubt(
                "number",
                f"Democracy Score {head.score} gives {float(expected):.2f}, not "
                f"{head.percentage} as Democracy Percentage",
            )
    elif not in_table and not of_score:
        doubt("number", f"nothing checks the Democracy Score {head.score}")
    others = [("table", in_table)] if in_table else []
    others += [("sentence on its change", change.printed_to) for change in of_score]
    for where, printed in others:
        if parse_number(printed) != score:
            says = f"the head prints {head.score}, the {where} {printed}"
            doubt("number", f"Democracy Score: {says}")
    _check_ratings(report, score)


def _check_ratings(report: ReportText, score: Fraction) -> None:
    ratings, doubt = report.head.ratings, report.remarks.doubt
    if missing := [code for code in CATEGORIES if code not in ratings]:
        if ratings:
            doubt("number", f"the page prints no rating of {', '.join(missing)}")
        return
    mean = sum(map(parse_number, ratings.values()), Fraction(0)) / len(CATEGORIES)
    if abs(mean - score) > SCORE_ROUNDING:
        says = f"{report.head.score} is not the mean {float(mean):.2f} of the ratings"
        doubt("number", f"Democracy Score {says}")
    if list(ratings) != list(CATEGORIES):
        doubt("number", f"the ratings stand in an unusual order: {', '.join(ratings)}")


def check_known(
    report: ReportText, cells: Iterable[PrintedCell], statements: Iterable[Statement]
) -> None:
    """Doubt each number that differs from all values known from other sources.

    Raises
    ------
    SourceError
        If most of those that are known differ: then years, country or scale are not those.
    """
    printed = [(cell.rated_edition, cell.category, cell.printed, cell.scale) for cell in cells]
    for row in statements:
        printed += [(*figure, row.scale) for figure in row.figures()]
    compared = differing = 0
    for edition, category, value, scale in dict.fromkeys(printed):
        others = report.request.known.values.get((report.country, edition, category))
        compared += bool(others)
        if others and to_seven_best(parse_number(value), scale) not in others:
            told = " or ".join(f"{float(to_seven_best(v, scale)):.2f}" for v in sorted(others))
            says = f"{category} {edition} is printed as {value}, other sources print {told}"
            report.remarks.doubt("number", says)
            differing += 1
    if differing >= FEW and 2 * differing > compared:
        raise report.request.refusal(
            f"{differing} of {compared} numbers that are known from other sources differ; is it "
            f"{report.country} {report.edition}, and do the years stand where they were read?"
        )


def check_changes(
    report: ReportText, complete: str, printed: Mapping[tuple[int, str], str]
) -> None:
    """Compare changes with the ratings of the same report.

    Parameters
    ----------
    report
        Its changes are as printed.
    complete
        Completeness of their list; anything but ``yes`` leaves a doubt.
    printed
        Ratings that the report prints on the same scale, by edition and category.
    """
    changes, doubt = report.changes, report.remarks.doubt
    codes = [change.category for change in changes.changes]
    for code in dict.fromkeys(code for code in codes if codes.count(code) > 1):
        doubt("changes", f"two different changes of {code} are printed")
    for change in changes.ratings():
        both = ((report.edition - 1, change.printed_from), (report.edition, change.printed_to))
        for year, value in both:
            other = printed.get((year, change.category))
            if other and value and parse_number(other) != parse_number(value):
                says = f"{change.category} {year} is {value} in the changes and {other} elsewhere"
                doubt("changes", says)
    if changes.ratings() and complete != "yes":
        doubt("changes", "nothing proves that the printed changes are all and add up")
