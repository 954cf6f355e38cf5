"""Which categories' steps make up the score's change, edition by edition."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.briefs.figures import chart
from analysis.briefs.wording import counted, listed, signed
from analysis.facts.frames import rows
from analysis.facts.rating_system import CATEGORIES, SHORT_NAMES
from analysis.settings.parameters import Window


@dataclass(frozen=True)
class Decomposition:
    """The annual changes of a country's score, split by category.

    Attributes
    ----------
    editions
        Editions whose change from the edition before is asked for.
    steps
        Category -> edition -> change of the rating; only where both ratings are known.
    score
        Edition -> change of the score: the sum of its steps / 7 where all seven are known, else
        the difference of the two printed scores.
    exact
        Editions of `score` whose seven steps are all known.
    """

    editions: tuple[int, ...]
    steps: dict[str, dict[int, float]]
    score: dict[int, float]
    exact: frozenset[int]

    def total(self, code: str) -> float:
        """Return the sum of a category's known steps, in points of its rating."""
        return sum(self.steps[code].values())


def decompose(changes: pd.DataFrame, own: pd.DataFrame, window: Window) -> Decomposition:
    """Split the annual changes of one country's score.

    Parameters
    ----------
    changes
        Rows of the table ``changes`` of the country.
    own
        `edition` and `score` of the country.
    window
        Editions to show.
    """
    editions = tuple(window.editions)[1:]
    steps: dict[str, dict[int, float]] = {code: {} for code in CATEGORIES}
    for row in rows(changes):
        if row.edition in editions:
            steps[row.category][int(row.edition)] = float(row.change)
    known = dict(chart.points_of(own))
    score, exact = {}, set()
    for edition in editions:
        found = [steps[code][edition] for code in CATEGORIES if edition in steps[code]]
        if len(found) == len(CATEGORIES):
            score[edition] = sum(found) / len(CATEGORIES)
            exact.add(edition)
        elif edition in known and edition - 1 in known:
            score[edition] = known[edition] - known[edition - 1]
    return Decomposition(editions, steps, score, frozenset(exact))


def decomposition_title(parts: Decomposition) -> str:
    """Return the finding: which category makes up most of the change of the known steps."""
    totals = {code: parts.total(code) for code in CATEGORIES}
    whole = sum(totals.values())
    if not any(any(step for step in steps.values()) for steps in parts.steps.values()):
        return "No rating changed between two adjacent editions in which both are known"
    if abs(whole) < 1e-9:
        return "Falls and rises of the ratings cancel out over the period"
    way = 1 if whole > 0 else -1
    size = max(way * total for total in totals.values())
    most = [SHORT_NAMES[code] for code, total in totals.items() if abs(way * total - size) < 1e-9]
    direction = "rise" if whole > 0 else "fall"
    movers = [code for code, steps in parts.steps.items() if any(map(abs, steps.values()))]
    if len(movers) == 1:
        return f"Only one category changed: {SHORT_NAMES[movers[0]]}, by {signed(whole)} points"
    share = f"{signed(way * size)} of {signed(whole)} points in all seven"
    if len(most) == 1:
        return f"{most[0]} had the largest part in the {direction}: {share}"
    if len(most) == len(CATEGORIES):
        return f"All seven categories had the same part in the {direction}: {signed(way * size)}"
    many = listed(most) if len(most) <= 3 else counted(len(most), "category", "categories")
    return f"{many[:1].upper()}{many[1:]} had the largest parts in the {direction}: each {share}"
