"""What the numbers of one report say of its scale, of each other, and beside known figures.

Words, percentage, regime and known ratings speak for a scale direction. Nothing is corrected: each
contradiction, and each number that nothing else on the page bears out, becomes evidence marked as
uncertain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from analysis.facts.rating_system import (
    CATEGORIES,
    SCALES,
    SCORE,
    Scale,
    democracy_percentage,
    democracy_score,
    parse_number,
    to_seven_best,
)
from analysis.sources.cells import SCORE_ROUNDING, PrintedCell, Statement
from analysis.sources.known import FEW
from analysis.sources.reading import Votes, decide_scale
from analysis.sources.report.changes import scale_of_change
from analysis.sources.report.headline import ReportText, fitting_scales
from analysis.sources.report.labels import stated_scales

PERCENTAGE_TOLERANCE: Final = Fraction(1)
"""Percentages are printed with two decimals, rounded to whole ones, or a step out of date."""
PERCENTAGE_ROUNDING: Final = Fraction(1, 10)
"""A score of two decimals fixes the percentage to 0.09."""
Values = Sequence[tuple[str, str, Fraction]]
"""Rated edition, category and number, on the scale of the source."""


def prove_scale(report: ReportText, in_tables: Values = ()) -> None:
    """Set the scale of a report, its country and edition settled, from all that it prints.

    Raises
    ------
    SourceError
        If the evidence is contradictory or there is none.
    """
    figures = report.figures()
    values = [*in_tables, *((year, code, parse_number(printed)) for year, code, printed in figures)]
    if not values:
        return
    votes = [(scale, "the sentence on the scale") for scale in sorted(stated_scales(report.text))]
    votes += [*_votes_of_head(report), *_overlap(report, values)]
    if not votes:
        scales = {scale for change in report.changes.changes if (scale := scale_of_change(change))}
        votes += _only(list(scales), "the verbs of its changes")
    if not votes:  # scores of other editions are near
        printed = [((report.country, year, code), value) for year, code, value in values]
        near = report.request.known.usual_scale(printed)
        votes += _only([near] if near else [], "its known place in other editions")
    report.scale = decide_scale(votes, report.request, report.remarks)


def _only(fitting: Sequence[Scale], reason: str) -> Votes:
    return [(fitting[0], reason)] if len(fitting) == 1 else []


def _votes_of_head(report: ReportText) -> Iterator[tuple[Scale, str]]:
    """Compare score, percentage and regime; a percentage that fits neither scale is refused."""
    head = report.head
    score = parse_number(head[SCORE] or "1")
    if head[SCORE] and head["DP"]:
        percentage = parse_number(head["DP"])
        expected = {scale: democracy_percentage(to_seven_best(score, scale)) for scale in SCALES}
        fitting = [s for s in SCALES if abs(expected[s] - percentage) <= PERCENTAGE_TOLERANCE]
        if not fitting:
            raise report.request.refusal(
                f"Democracy Score {float(score):.2f} and Percentage {float(percentage):.2f} fit "
                "neither 1=best nor 7=best"
            )
        yield from _only(fitting, "Democracy Score and Percentage")
    if head[SCORE] and head["REGIME"]:
        yield from _only(fitting_scales(score, head["REGIME"]), "Democracy Score and regime")


def _overlap(report: ReportText, values: Values) -> Votes:
    """Compare with known ratings of the same editions; nine in ten must agree."""
    known = report.request.known
    printed = [((report.country, year, code), value) for year, code, value in values]
    counts = sorted((*known.agreement(printed, scale), scale) for scale in SCALES)
    (other, _, _), (agree, differ, best) = counts
    is_clear = agree >= 3 and agree > 9 * differ and agree > 2 * other
    told = f"{agree} of {agree + differ} values known from other sources"
    return [(best, told)] if is_clear else []


def head_doubts(report: ReportText, in_table: str) -> Iterator[str]:
    """Compare the score with percentage, ratings, the sentence on its change and its table."""
    head, ratings = report.head, report.head.ratings
    yield from head.doubts
    if not head[SCORE]:
        if ratings:
            yield "no Democracy Score checks the ratings of the page"
        return
    score = parse_number(head[SCORE])
    of_score = [change for change in report.changes.changes if change.category == SCORE]
    if head["DP"]:
        expected = democracy_percentage(to_seven_best(score, report.scale))
        if abs(expected - parse_number(head["DP"])) > PERCENTAGE_ROUNDING:
            yield (
                f"Democracy Score {head[SCORE]} gives {float(expected):.2f}, not {head['DP']} as "
                "Democracy Percentage"
            )
    elif not in_table and not of_score:
        yield f"nothing checks the Democracy Score {head[SCORE]}"
    others = [("table", in_table), *(("sentence on its change", c.printed_to) for c in of_score)]
    for where, printed in others:
        if printed and parse_number(printed) != score:
            yield f"Democracy Score: the head prints {head[SCORE]}, the {where} {printed}"
    if missing := [code for code in CATEGORIES if code not in ratings]:
        if ratings:
            yield f"the page prints no rating of {', '.join(missing)}"
        return
    mean = democracy_score(map(parse_number, ratings.values()))
    if abs(mean - score) > SCORE_ROUNDING:
        yield f"Democracy Score {head[SCORE]} is not the mean {float(mean):.2f} of the ratings"
    if list(ratings) != list(CATEGORIES):
        yield f"the ratings stand in an unusual order: {', '.join(ratings)}"


def check_known(
    report: ReportText, cells: Iterable[PrintedCell], statements: Iterable[Statement]
) -> None:
    """Doubt each number that differs from all values known from other sources.

    Raises
    ------
    SourceError
        If most of those that are known differ: then years, country or scale are not those.
    """
    known, country = report.request.known, report.country
    printed = [((country, c.rated_edition, c.category), c.printed, c.scale) for c in cells]
    for row in statements:
        printed += [((country, year, code), n, row.scale) for year, code, n in row.figures()]
    printed = [*dict.fromkeys(printed)]
    differing = [*known.contradictions(printed)]
    for says in differing:
        report.remarks.doubt("number", says)
    compared = sum(key in known.values for key, *_ in printed)
    if len(differing) >= FEW and 2 * len(differing) > compared:
        raise report.request.refusal(
            f"{len(differing)} of {compared} numbers that are known from other sources differ; is "
            f"it {country} {report.edition}, and do the years stand where they were read?"
        )


def change_doubts(
    report: ReportText, complete: str, printed: Mapping[tuple[str, str], str]
) -> Iterator[str]:
    """Compare changes with the ratings of the same report, by edition and category in `printed`.

    Their list is complete if that is ``yes``.
    """
    changes = report.changes
    yield from (f"an item of the list of changes is not read: {item}" for item in changes.unread)
    for code, times in Counter(change.category for change in changes.changes).items():
        if times > 1:
            yield f"two different changes of {code} are printed"
    for year, code, value in report.figures():
        other = printed.get((year, code), value)
        if code != SCORE and parse_number(other) != parse_number(value):
            yield f"{code} {year} is {value} in the changes and {other} elsewhere"
    if changes.ratings() and complete != "yes":
        yield "nothing proves that the printed changes are all and add up"
