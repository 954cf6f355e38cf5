"""Proof of a source's scale direction: whether 1 or 7 is the best rating.

Each kind of evidence votes for one direction or abstains; nothing is assumed from the edition or
the layout. Votes for both directions, or none at all, refuse the source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from analysis.facts.errors import SourceError
from analysis.facts.rating_system import (
    NEW_SCALE,
    OLD_SCALE,
    SCALES,
    Scale,
    democracy_percentage,
    read_scale,
    regime_class,
    to_seven_best,
)
from analysis.sources.known import Known
from analysis.sources.reading import Change, Evidence
from analysis.sources.report.labels import direction, stated_scales

PERCENTAGE_TOLERANCE: Final = Fraction(1)
"""Percentages are printed with two decimals, rounded to whole ones, or a step out of date."""


@dataclass
class ScaleFacts:
    """What a source prints that can tell its direction.

    `values` are rated edition, category and number of all cells and ratings; `score`,
    `percentage` and `regime` the headline of the report's own edition.
    """

    country: str
    edition: int
    text: str
    values: Sequence[tuple[str, str, Fraction]] = ()
    score: Fraction | None = None
    percentage: Fraction | None = None
    regime: str = ""
    changes: Sequence[Change] = ()
    votes: list[tuple[Scale, str]] = field(default_factory=list)


def prove_scale(
    facts: ScaleFacts, known: Known, override: str | None, place: str, evidence: list[Evidence]
) -> Scale:
    """Return the direction that all evidence supports.

    Parameters
    ----------
    facts
        What the source prints.
    known
        Figures known from other sources.
    override
        The user's word, or None.
    place
        File name for messages.
    evidence
        Where the reasons are added.

    Raises
    ------
    SourceError
        If the evidence is contradictory or there is none.
    """
    votes = [*_sentences(facts), *_percentage(facts, place), *_regime(facts)]
    votes += _overlap(facts, known)
    if not votes:
        votes += _verbs(facts) or _nearness(facts, known)
    if override is not None:
        scale = read_scale(override)
        evidence.append(Evidence("scale", f"{scale} is given by the user"))
        for other, reason in votes:
            if other != scale:
                evidence.append(Evidence("scale", f"but {reason} says {other}", uncertain=True))
        return scale
    for scale in SCALES:
        reasons = [reason for voted, reason in votes if voted == scale]
        against = [f"{reason} says {voted}" for voted, reason in votes if voted != scale]
        if reasons and not against:
            evidence.append(Evidence("scale", f"{scale} by {', '.join(dict.fromkeys(reasons))}"))
            return scale
        if reasons:
            raise SourceError(
                f"{place}: the scale contradicts itself: {reasons[0]} says {scale}, "
                f"but {against[0]}; check the numbers or give --scale"
            )
    raise SourceError(
        f"{place}: the numbers could be read both ways, as 1=best and as 7=best; give --scale"
    )


def _sentences(facts: ScaleFacts) -> list[tuple[Scale, str]]:
    return [(scale, "the sentence on the scale") for scale in sorted(stated_scales(facts.text))]


def _percentage(facts: ScaleFacts, place: str) -> list[tuple[Scale, str]]:
    """Compare score and percentage; a pair that fits neither direction refuses the source."""
    if facts.score is None or facts.percentage is None:
        return []
    fitting = [
        scale
        for scale in SCALES
        if abs(democracy_percentage(to_seven_best(facts.score, scale)) - facts.percentage)
        <= PERCENTAGE_TOLERANCE
    ]
    if not fitting:
        raise SourceError(
            f"{place}: Democracy Score {float(facts.score):.2f} and Percentage "
            f"{float(facts.percentage):.2f} fit neither 1=best nor 7=best"
        )
    return [(fitting[0], "Democracy Score and Percentage")] if len(fitting) == 1 else []


def _regime(facts: ScaleFacts) -> list[tuple[Scale, str]]:
    """Compare score and regime; the class names differ in words between editions."""
    if facts.score is None or not facts.regime:
        return []
    name = "".join(facts.regime.lower().replace("government or", "or").split())
    fitting = [
        scale
        for scale in SCALES
        if "".join(regime_class(to_seven_best(facts.score, scale)).name.lower().split()) == name
    ]
    return [(fitting[0], "Democracy Score and regime")] if len(fitting) == 1 else []


def _overlap(facts: ScaleFacts, known: Known) -> list[tuple[Scale, str]]:
    """Compare with known ratings of the same editions; nine in ten must agree."""
    results = {scale: known.agreement(facts.country, facts.values, scale) for scale in SCALES}
    for scale, (agree, differ) in results.items():
        other = results[OLD_SCALE if scale == NEW_SCALE else NEW_SCALE][0]
        if agree >= 3 and agree > 9 * differ and agree > 2 * other:
            return [(scale, f"{agree} of {agree + differ} values known from other sources")]
    return []


def _verbs(facts: ScaleFacts) -> list[tuple[Scale, str]]:
    votes = {scale for change in facts.changes if (scale := scale_of_change(change))}
    return [(votes.pop(), "the verbs of its changes")] if len(votes) == 1 else []


def scale_of_change(change: Change) -> Scale | None:
    """Return the direction on which a change's verb and numbers agree, None if there is none."""
    try:
        old, new = Fraction(change.printed_from), Fraction(change.printed_to)
    except ValueError:
        return None
    meaning = direction(change.verb)
    if not meaning or old == new:
        return None
    return NEW_SCALE if (new > old) == (meaning > 0) else OLD_SCALE


def _nearness(facts: ScaleFacts, known: Known) -> list[tuple[Scale, str]]:
    """Compare with the country's known place: scores of other editions move little."""
    scores = [score for values in known.scores(facts.country).values() for score in values]
    printed = [value for _, _, value in facts.values] or ([facts.score] if facts.score else [])
    if len(scores) < 2 or not printed:
        return []
    usual = sum(scores, Fraction(0)) / len(scores)
    mean = sum(printed, Fraction(0)) / len(printed)
    if abs(usual - 4) < Fraction(1, 2):
        return []
    distance = {scale: abs(to_seven_best(mean, scale) - usual) for scale in SCALES}
    near = min(SCALES, key=lambda scale: distance[scale])
    if distance[near] > Fraction(3, 4) or 3 * distance[near] > max(distance.values()):
        return []
    return [(near, f"its known place: scores of about {float(usual):.1f} on 7=best")]
