"""Which categories' changes make up the score's, and which came together: facts of one country.

Ten or twenty annual changes of one country carry no correlation worth printing; how often two
categories were revised in the same edition is a fact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd

from analysis.briefs.wording import capitalised, exact, signed, some
from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import CATEGORIES, SAME, SCORE, SHORT_NAMES
from analysis.settings.parameters import Window
from analysis.tables.stored import row_at


@dataclass(frozen=True)
class Decomposition:
    """The changes of a country's score, split by category.

    Attributes
    ----------
    known
        What is known: a row an edition, a column a category, and the exact score as ``DS``.
    """

    known: pd.DataFrame

    @cached_property
    def steps(self) -> pd.DataFrame:
        """Return the changes from the edition before, missing unless both are known."""
        return self.known.diff().iloc[1:].map(exact, na_action="ignore")

    @cached_property
    def ends(self) -> tuple[int, int] | None:
        """Return the first and the last edition of which all seven ratings are known.

        Between these two the changes of the seven categories sum to seven times that of the score.
        """
        complete = self.known.index[self.known[list(CATEGORIES)].notna().all(axis=1)].tolist()
        return (complete[0], complete[-1]) if len(complete) > 1 else None

    @property
    def net(self) -> dict[str, float]:
        """Return the changes between `ends`, by category and ``DS``; empty without them."""
        if self.ends is None:
            return {}
        first, last = (row_at(self.known, end) for end in self.ends)
        return {str(code): exact(last[code] - first[code]) for code in self.known.columns}


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
    ratings = panel.pivot(index="edition", columns="category", values="rating")
    known = ratings.reindex(index=list(window.editions), columns=list(CATEGORIES))
    return Decomposition(known.assign(**{SCORE: own.set_index("edition")["score"]}).astype(float))


def span_words(ends: tuple[int, int]) -> str:
    """Return between which editions ratings are compared, where some before or after are open."""
    first, last = ends
    if first == last:
        return f" in {last}, the one edition known in full"
    return f" from {first} to {last}, both known in full"


def decomposition_title(parts: Decomposition) -> str:
    """Return the finding: which category makes up most of the change between complete editions."""
    movers = [code for code in CATEGORIES if parts.steps[code].any()]
    if not movers:
        return "No rating changed between two adjacent editions in which both are known"
    if parts.ends is None:
        return "Changes of the ratings from edition to edition"
    net = {code: parts.net[code] for code in CATEGORIES}
    whole = sum(net.values())
    whole_window = parts.ends == (parts.known.index[0], parts.known.index[-1])
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


JOINT_COLUMNS: Final = ("x", "y", "n_steps", "same_way", "opposite_ways", "only_x", "only_y")


def joint_changes(changes: pd.DataFrame, categories: Sequence[str]) -> pd.DataFrame:
    """Count joint changes of each pair of categories.

    Parameters
    ----------
    changes
        ``country``, ``edition``, ``category``, ``change``: one row a rating that is known in two
        adjacent editions.

    Returns
    -------
    `JOINT_COLUMNS`: ``n_steps`` country-editions in which the change of both is known; in
    ``same_way`` of them both rose or both fell, in ``opposite_ways`` one rose and one fell, in
    ``only_x`` and ``only_y`` one of them changed.

    Raises
    ------
    ParameterError
        If a change is listed twice.
    """
    if changes.duplicated(["country", "edition", "category"]).any():
        raise ParameterError("a change is listed twice: expected one row a country and edition")
    ways = (
        changes.assign(way=np.sign(changes["change"].where(changes["change"].abs() > SAME, 0)))
        .pivot(index=["country", "edition"], columns="category", values="way")
        .reindex(columns=list(categories))
    )
    rows = []
    for names in combinations(categories, 2):
        x, y = ways[list(names)].dropna().to_numpy(dtype=float).T
        counts = (x * y > 0, x * y < 0, (x != 0) & (y == 0), (x == 0) & (y != 0))
        rows.append((*names, len(x), *(int(count.sum()) for count in counts)))
    return pd.DataFrame(rows, columns=list(JOINT_COLUMNS))
