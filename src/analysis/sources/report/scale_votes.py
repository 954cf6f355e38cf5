"""What of a report speaks for a scale direction: words, percentage, regime, known ratings."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from analysis.facts.rating_system import (
    NEW_SCALE,
    OLD_SCALE,
    SCALES,
    SCORE,
    Scale,
    democracy_percentage,
    parse_number,
    regime_class,
    to_seven_best,
)
from analysis.sources.reading import Change, Votes, decide_scale
from analysis.sources.report.headline import ReportText, plain_regime
from analysis.sources.report.labels import direction, stated_scales

PERCENTAGE_TOLERANCE: Final = Fraction(1)
"""Percentages are printed with two decimals, rounded to whole ones, or a step out of date."""
Values = Sequence[tuple[str, str, Fraction]]
"""Rated edition, category and number, on the scale of the source."""


def prove_scale(report: ReportText, in_tables: Values = ()) -> None:
    """Set the scale of a report from all that it prints.

    Parameters
    ----------
    report
        Its country and edition are settled.
    in_tables
        What its tables print.

    Raises
    ------
    SourceError
        If the evidence is contradictory or there is none.
    """
    values = [*in_tables, *_values_of_head(report)]
    if not values:
        return
    votes: list[tuple[Scale, str]] = [
        *((scale, "the sentence on the scale") for scale in sorted(stated_scales(report.text))),
        *_percentage(report),
        *_regime(report),
        *_overlap(report, values),
    ]
    votes = votes or [*_verbs(report)] or [*_nearness(report, values)]
    report.scale = decide_scale(votes, report.request, report.remarks)


def _values_of_head(report: ReportText) -> list[tuple[str, str, Fraction]]:
    edition, before = str(report.edition), str(report.edition - 1)
    head = {SCORE: report.head.score, **report.head.ratings}
    values = [(edition, code, parse_number(value)) for code, value in head.items() if value]
    for change in report.changes.changes:
        if change.printed_to and change.printed_from:
            values.append((edition, change.category, parse_number(change.printed_to)))
            values.append((before, change.category, parse_number(change.printed_from)))
    return values


def _only(fitting: Sequence[Scale], reason: str) -> Votes:
    return [(fitting[0], reason)] if len(fitting) == 1 else []


def _percentage(report: ReportText) -> Votes:
    """Compare score and percentage; a pair that fits neither direction refuses the source."""
    if not report.head.score or not report.head.percentage:
        return []
    score, percentage = map(parse_number, (report.head.score, report.head.percentage))
    distances = {
        scale: abs(democracy_percentage(to_seven_best(score, scale)) - percentage)
        for scale in SCALES
    }
    fitting = [scale for scale in SCALES if distances[scale] <= PERCENTAGE_TOLERANCE]
    if not fitting:
        raise report.request.refusal(
            f"Democracy Score {float(score):.2f} and Percentage {float(percentage):.2f} fit "
            "neither 1=best nor 7=best"
        )
    return _only(fitting, "Democracy Score and Percentage")


def _regime(report: ReportText) -> Votes:
    """Compare score and regime; the class names differ in words between editions."""
    if not report.head.score or not report.head.regime:
        return []
    score = parse_number(report.head.score)
    name = plain_regime(report.head.regime)
    fitting = [
        scale
        for scale in SCALES
        if plain_regime(regime_class(to_seven_best(score, scale)).name) == name
    ]
    return _only(fitting, "Democracy Score and regime")


def _overlap(report: ReportText, values: Values) -> Votes:
    """Compare with known ratings of the same editions; nine in ten must agree."""
    known = report.request.known
    counts = {scale: known.agreement(report.country, values, scale) for scale in SCALES}
    for scale, (agree, differ) in counts.items():
        other = counts[OLD_SCALE if scale == NEW_SCALE else NEW_SCALE][0]
        if agree >= 3 and agree > 9 * differ and agree > 2 * other:
            return [(scale, f"{agree} of {agree + differ} values known from other sources")]
    return []


def _verbs(report: ReportText) -> Votes:
    scales = {scale for change in report.changes.changes if (scale := scale_of_change(change))}
    return _only(list(scales), "the verbs of its changes")


def scale_of_change(change: Change) -> Scale | None:
    """Return the direction on which a change's verb and numbers agree, None if there is none."""
    meaning = direction(change.verb)
    if not meaning or not change.printed_to or not change.printed_from:
        return None
    step = parse_number(change.printed_to) - parse_number(change.printed_from)
    return (NEW_SCALE if (step > 0) == (meaning > 0) else OLD_SCALE) if step else None


def _nearness(report: ReportText, values: Values) -> Votes:
    """Compare with the country's known place."""
    near = report.request.known.usual_scale(report.country, [value for _, _, value in values])
    return [(near, "its known place in other editions")] if near else []
