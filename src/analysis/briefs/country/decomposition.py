"""Which categories' changes make up the score's, edition by edition and over the period."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis.briefs.wording import SAME, capitalised, exact, signed, some
from analysis.facts.rating_system import CATEGORIES, SHORT_NAMES
from analysis.settings.parameters import Window


@dataclass(frozen=True)
class Decomposition:
    """The changes of a country's score, split by category.

    Attributes
    ----------
    editions
        Editions whose change from the edition before is asked for.
    ratings
        Category -> edition -> rating, where it is known.
    scores
        Edition -> exact score, where it is known.
    """

    editions: tuple[int, ...]
    ratings: dict[str, dict[int, float]]
    scores: dict[int, float]

    @cached_property
    def steps(self) -> dict[str, dict[int, float]]:
        """Return category -> edition -> change of the rating, where both are known."""
        return {code: self._steps(self.ratings[code]) for code in CATEGORIES}

    @cached_property
    def score(self) -> dict[int, float]:
        """Return edition -> change of the score, where both are known."""
        return self._steps(self.scores)

    @property
    def net(self) -> dict[str, float]:
        """Return category -> change between `ends`; empty without them."""
        return {code: _net(known, self.ends) for code, known in self.ratings.items() if self.ends}

    @property
    def net_score(self) -> float | None:
        """Return the change of the score between `ends`."""
        return _net(self.scores, self.ends) if self.ends else None

    @cached_property
    def ends(self) -> tuple[int, int] | None:
        """Return the first and the last edition of which all seven ratings are known.

        Between these two the changes of the seven categories sum to seven times that of the score.
        """
        complete = sorted(set.intersection(*(set(known) for known in self.ratings.values())))
        return (complete[0], complete[-1]) if len(complete) > 1 else None

    def _steps(self, known: dict[int, float]) -> dict[int, float]:
        return {y: exact(known[y] - known[y - 1]) for y in self.editions if {y, y - 1} <= {*known}}


def _net(known: dict[int, float], ends: tuple[int, int]) -> float:
    return exact(known[ends[1]] - known[ends[0]])


def decompose(panel: pd.DataFrame, own: pd.DataFrame, window: Window) -> Decomposition:
    """Split the changes of one country's score.

    Parameters
    ----------
    panel
        `edition`, `category` and `rating` of the country.
    own
        `edition` and `score` of the country.
    window
        Editions to show.
    """
    ratings = {c: _by_edition(panel[panel["category"] == c], "rating") for c in CATEGORIES}
    return Decomposition(tuple(window.editions)[1:], ratings, _by_edition(own, "score"))


def _by_edition(table: pd.DataFrame, value: str) -> dict[int, float]:
    return dict(zip(table["edition"].tolist(), table[value].tolist(), strict=True))


def span_words(ends: tuple[int, int]) -> str:
    """Return between which editions ratings are compared, where some before or after are open."""
    first, last = ends
    if first == last:
        return f" in {last}, the one edition known in full"
    return f" from {first} to {last}, both known in full"


def decomposition_title(parts: Decomposition) -> str:
    """Return the finding: which category makes up most of the change between complete editions."""
    movers = [code for code, steps in parts.steps.items() if any(steps.values())]
    if not movers:
        return "No rating changed between two adjacent editions in which both are known"
    if parts.ends is None:
        return "Changes of the ratings from edition to edition"
    net, whole = parts.net, sum(parts.net.values())
    whole_window = parts.ends == (parts.editions[0] - 1, parts.editions[-1])
    span = "" if whole_window else span_words(parts.ends)
    if abs(whole) < SAME:
        return f"Falls and rises of the ratings cancel out{span or ' over the period'}"
    if len(movers) == 1:
        return (
            f"Only one category changed: {SHORT_NAMES[movers[0]]}, by {signed(whole)} points{span}"
        )
    way, direction = (1, "rise") if whole > 0 else (-1, "fall")
    size = max(way * change for change in net.values())
    most = [SHORT_NAMES[code] for code, change in net.items() if way * change == size]
    tied = len(most) > 1
    # Two names and two years leave less room in a title.
    share = "led" if tied and span else f"had the largest part{'s' if tied else ''} in"
    # Where others moved the other way, one can move farther than all together.
    of = "of" if size <= abs(whole) + SAME else "against"
    return (
        f"{capitalised(some(most, 'category', 'categories'))} {share} the {direction}{span}: "
        f"{'each ' if tied else ''}{signed(way * size)} {of} {signed(whole)} "
        f"{'' if span else 'points '}in all seven"
    )
