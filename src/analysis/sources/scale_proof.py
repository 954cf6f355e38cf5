"""Proof of a source's scale direction: whether 1 or 7 is the best rating.

Each kind of evidence votes for one direction or abstains; nothing is assumed from the edition or
the layout. Votes for both directions, or none at all, refuse the source.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.facts.rating_system import SCALES, Scale, read_scale
from analysis.sources.reading import Remarks
from analysis.sources.request import Request

Votes = Sequence[tuple[Scale, str]]
"""Directions, each with the evidence that speaks for it."""


def decide_scale(votes: Votes, request: Request, remarks: Remarks) -> Scale:
    """Return the direction that all votes support, or that the user gives.

    Raises
    ------
    SourceError
        If the votes are contradictory or there is none.
    """
    if request.scale is not None:
        given = read_scale(request.scale)
        remarks.settle("scale", f"{given} is given by the user")
        for voted, reason in votes:
            if voted != given:
                remarks.doubt("scale", f"but {reason} says {voted}")
        return given
    for scale in SCALES:
        reasons = [reason for voted, reason in votes if voted == scale]
        against = [f"{reason} says {voted}" for voted, reason in votes if voted != scale]
        if reasons and not against:
            remarks.settle("scale", f"{scale} by {', '.join(dict.fromkeys(reasons))}")
            return scale
        if reasons:
            raise request.refusal(
                f"the scale contradicts itself: {reasons[0]} says {scale}, but {against[0]}; "
                "check the numbers or give --scale"
            )
    raise request.refusal(
        "the numbers could be read both ways, as 1=best and as 7=best; give --scale"
    )
