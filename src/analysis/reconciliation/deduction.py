"""Why a rating is derived, step by step, and why facts contradict each other.

`analysis.reconciliation.derivation` decides what is determined; here each determined rating gets
the shortest reason of a few kinds that a reader can check by hand, and only where none of them
suffices the smallest set of scores that determine it together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from typing import Final

from analysis.reconciliation.derivation import Cell, Facts, determine, find_runs, possible

UNCHANGED: Final = "unchanged"
FROM_SCORE: Final = "score"
BOUND: Final = "score at the end of the scale"
SCORE_CHANGE: Final = "change of score"
LIMITED: Final = "printed limits"
TOGETHER: Final = "all scores together"

DEDUCTIONS: Final = (UNCHANGED, FROM_SCORE, BOUND, SCORE_CHANGE, LIMITED, TOGETHER)
"""Kinds of reasons, simplest first."""


@dataclass(frozen=True)
class Derivation:
    """One derived rating and the facts that it follows from.

    Attributes
    ----------
    edition, category, quarters
        The rating, in quarter points.
    rule
        One of `DEDUCTIONS`.
    cells
        The ratings used, known or derived before.
    totals
        Editions whose score is used.
    unchanged
        Cells whose "unchanged against the edition before" is used.
    limits
        Cells whose limits are used.
    """

    edition: int
    category: str
    quarters: int
    rule: str
    cells: tuple[Cell, ...] = ()
    totals: tuple[int, ...] = ()
    unchanged: tuple[Cell, ...] = ()
    limits: tuple[Cell, ...] = ()

    def told(self) -> str:
        """Return the value and its reason as one sentence."""
        cells = _listed(f"{category} {edition}" for edition, category in self.cells)
        totals = _listed(str(edition) for edition in self.totals)
        lists = _listed(str(edition) for edition in sorted({e for e, _ in self.unchanged}))
        value = f"{self.category} {self.edition} is {self.quarters / 4:.2f} on 7=best"
        if self.rule == UNCHANGED:
            return f"{value} like {cells}: the complete lists of {lists} name no change between"
        if self.rule == FROM_SCORE:
            return f"{value}: what the score of {totals} leaves beside {cells}"
        if self.rule == BOUND:
            beside = f" beside {cells}" if cells else ""
            return f"{value}: the score of {totals}{beside} leaves only the end of the scale"
        if self.rule == SCORE_CHANGE:
            beside = f" beside {cells}" if cells else ""
            unless = f", as the list of {lists} names no other change" if lists else ""
            return f"{value}: what the scores of {totals} leave{beside}{unless}"
        if self.rule == LIMITED:
            return f"{value}: the only value that what is printed about it leaves"
        return f"{value}: the only value that the scores of {totals} and all lists allow"


def _listed(names: Iterable[str]) -> str:
    """Return names as "a, b and c"."""
    *front, last = list(names) or [""]
    return f"{', '.join(front)} and {last}" if front else last


def derive(facts: Facts) -> list[Derivation] | None:
    """Return the derived ratings in an order in which each follows from those before.

    None if no assignment satisfies the facts.
    """
    determined = determine(facts)
    return None if determined is None else list(_Deducer(facts, determined).steps())


class _Deducer:
    def __init__(self, facts: Facts, determined: Mapping[Cell, int]) -> None:
        self.facts = facts
        self.determined = determined
        self.known = dict(facts.ratings)
        self.runs = find_runs(facts)
        self.at_end: dict[int, tuple[Cell, ...]] = {}
        self.run_of = {cell: run for run in self.runs for cell in run.cells()}

    def steps(self) -> Iterator[Derivation]:
        order = {category: n for n, category in enumerate(self.facts.categories)}
        open_cells = sorted(
            (cell for cell in self.determined if cell not in self.known),
            key=lambda cell: (cell[0], order[cell[1]]),
        )
        while open_cells:
            step = self._next_step(open_cells)
            self.known[step.edition, step.category] = step.quarters
            open_cells.remove((step.edition, step.category))
            yield step

    def _next_step(self, open_cells: list[Cell]) -> Derivation:
        for reason in (self._unchanged, self._score, self._score_change, self._limited):
            for cell in open_cells:
                if step := reason(cell):
                    return step
        return self._together(open_cells[0])

    def _unchanged(self, cell: Cell) -> Derivation | None:
        edition, category = cell
        known = [c for c in self.run_of[cell].cells() if c in self.known]
        if not known:
            return None
        nearest = min(known, key=lambda c: (abs(c[0] - edition), c[0]))
        low, high = sorted((nearest[0], edition))
        links = tuple((e, category) for e in range(low + 1, high + 1))
        return self._step(cell, UNCHANGED, (nearest,), (), links)

    def _score(self, cell: Cell) -> Derivation | None:
        edition = cell[0]
        if not self._exact(edition):
            return None
        if edition in self.at_end:
            return self._step(cell, BOUND, self.at_end[edition], (edition,))
        row = [(edition, category) for category in self.facts.categories]
        others = tuple(c for c in row if c in self.known)
        unknown = len(row) - len(others)
        rest = self.facts.totals[edition][0] - sum(self.known[c] for c in others)
        if unknown == 1:
            return self._step(cell, FROM_SCORE, others, (edition,))
        if rest in (unknown * self.facts.lowest, unknown * self.facts.highest):
            self.at_end[edition] = others
            return self._step(cell, BOUND, others, (edition,))
        return None

    def _score_change(self, cell: Cell) -> Derivation | None:
        """Use that two scores differ by the runs that end and begin between them."""
        edition = cell[0]
        for before in (edition - 1, edition):
            after = before + 1
            if not (self._exact(before) and self._exact(after)):
                continue
            ended = [(before, run.category) for run in self.runs if run.last == before]
            begun = [(after, run.category) for run in self.runs if run.first == after]
            moved = [*ended, *begun]
            if cell in moved and all(c in self.known for c in moved if c != cell):
                others = tuple(c for c in moved if c != cell)
                kept = {name for _, name in ended}
                links = tuple((after, c) for c in self.facts.categories if c not in kept)
                return self._step(cell, SCORE_CHANGE, others, (before, after), links)
        return None

    def _limited(self, cell: Cell) -> Derivation | None:
        run = self.run_of[cell]
        if run.lowest != run.highest:
            return None
        links = tuple((e, run.category) for e in range(run.first + 1, run.last + 1))
        return self._step(cell, LIMITED, (), (), links)

    def _together(self, cell: Cell) -> Derivation:
        """Drop every score that the result does not need."""
        facts = replace(self.facts, ratings=self.known)
        for edition in sorted(facts.totals, key=lambda e: (-abs(e - cell[0]), e)):
            fewer = {e: total for e, total in facts.totals.items() if e != edition}
            without = replace(facts, totals=fewer)
            if len(possible(without, cell)) == 1:
                facts = without
        editions = {*facts.totals}
        used = tuple(sorted(c for c in self.known if c[0] in editions))
        links = tuple(sorted(c for c in self.facts.unchanged if {c[0], c[0] - 1} & editions))
        return self._step(cell, TOGETHER, used, tuple(sorted(editions)), links)

    def _exact(self, edition: int) -> bool:
        return len(self.facts.totals.get(edition, ())) == 1

    def _step(
        self,
        cell: Cell,
        rule: str,
        cells: tuple[Cell, ...],
        totals: tuple[int, ...],
        unchanged: tuple[Cell, ...] = (),
    ) -> Derivation:
        limits: tuple[Cell, ...] = ()
        if rule in (LIMITED, TOGETHER):
            limits = tuple(c for c in sorted(self.facts.limits) if c not in self.facts.ratings)
            limits = tuple(c for c in limits if rule == TOGETHER or c in self.run_of[cell].cells())
        return Derivation(*cell, self.determined[cell], rule, cells, totals, unchanged, limits)


def minimal_conflict(facts: Facts) -> Facts:
    """Return facts that contradict each other, none of which can be spared.

    Parameters
    ----------
    facts
        Facts that no assignment satisfies.
    """
    for kind in ("ratings", "totals", "unchanged"):
        keys = sorted(getattr(facts, kind))
        editions = sorted({_edition(key) for key in keys})
        whole = [{key for key in keys if _edition(key) == edition} for edition in editions]
        for some in (*whole, *({key} for key in keys)):  # whole editions first: far fewer trials
            fewer = _without(facts, kind, some)
            if some & set(getattr(facts, kind)) and determine(fewer) is None:
                facts = fewer
    return facts


def _edition(key: Cell | int) -> int:
    return key if isinstance(key, int) else key[0]


def _without(facts: Facts, kind: str, some: Set[Cell | int]) -> Facts:
    if kind == "unchanged":
        return replace(facts, unchanged=[c for c in facts.unchanged if c not in some])
    if kind == "ratings":
        return replace(facts, ratings={k: v for k, v in facts.ratings.items() if k not in some})
    return replace(facts, totals={k: v for k, v in facts.totals.items() if k not in some})
