"""Why a rating is derived, step by step, and why facts contradict each other.

`analysis.reconciliation.derivation` decides what is determined; here each determined rating gets
the shortest reason of a few kinds that a reader can check by hand, and only where none of them
suffices the smallest set of scores that determine it together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from analysis.reconciliation.claims import Cell
from analysis.reconciliation.derivation import Facts, Solution, possible, solve

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
    """One derived rating, in quarter points, and the facts that it follows from.

    `rule` is one of `DEDUCTIONS`. Used are `cells`, ratings known or derived before, the scores of
    the editions `totals`, that the cells `unchanged` equal those of the edition before, and the
    limits of the cells `limits`.
    """

    cell: Cell
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
        beside = f" beside {cells}" if cells else ""
        unless = f", as the list of {lists} names no other change" if lists else ""
        reasons = {
            UNCHANGED: f" like {cells}: the complete lists of {lists} name no change between",
            FROM_SCORE: f": what the score of {totals} leaves{beside}",
            BOUND: f": the score of {totals}{beside} leaves only the end of the scale",
            SCORE_CHANGE: f": what the scores of {totals} leave{beside}{unless}",
            LIMITED: ": the only value that what is printed about it leaves",
            TOGETHER: f": the only value that the scores of {totals} and all lists allow",
        }
        edition, category = self.cell
        return f"{category} {edition} is {self.quarters / 4:.2f} on 7=best{reasons[self.rule]}"


def _listed(names: Iterable[str]) -> str:
    """Return names as "a, b and c"."""
    *front, last = list(names) or [""]
    return f"{', '.join(front)} and {last}" if front else last


def derive(facts: Facts) -> list[Derivation] | None:
    """Return the derived ratings in an order in which each follows from those before.

    None if no assignment satisfies the facts.
    """
    solution = solve(facts)
    return None if solution is None else list(_Deducer(facts, solution).steps())


class _Deducer:
    def __init__(self, facts: Facts, solution: Solution) -> None:
        self.facts = facts
        self.runs = solution.runs
        self.determined = solution.determined
        self.known = dict(facts.ratings)
        self.exact = {edition for edition, total in facts.totals.items() if len(total) == 1}
        self.limits = [cell for cell in sorted(facts.limits) if cell not in facts.ratings]
        self.at_end: dict[int, tuple[Cell, ...]] = {}
        self.run_of = {cell: run for run in self.runs for cell in run.cells}

    def steps(self) -> Iterator[Derivation]:
        grid = [(e, category) for e in self.facts.editions for category in self.facts.categories]
        open_cells = [cell for cell in grid if cell in self.determined and cell not in self.known]
        reasons = (self._unchanged, self._score, self._score_change, self._limited)
        while open_cells:
            found = (reason(cell) for reason in reasons for cell in open_cells)
            step = next(filter(None, found), None) or self._together(open_cells[0])
            self.known[step.cell] = step.quarters
            open_cells.remove(step.cell)
            yield step

    def _step(self, cell: Cell, rule: str, **used: Iterable[Any]) -> Derivation:
        parts: dict[str, Any] = {name: tuple(items) for name, items in used.items()}
        return Derivation(cell, self.determined[cell], rule, **parts)

    def _unchanged(self, cell: Cell) -> Derivation | None:
        edition, category = cell
        known = [c for c in self.run_of[cell].cells if c in self.known]
        if not known:
            return None
        nearest = min(known, key=lambda c: (abs(c[0] - edition), c[0]))
        low, high = sorted((nearest[0], edition))
        links = [(e, category) for e in range(low + 1, high + 1)]
        return self._step(cell, UNCHANGED, cells=[nearest], unchanged=links)

    def _score(self, cell: Cell) -> Derivation | None:
        edition = cell[0]
        if edition not in self.exact:
            return None
        if edition not in self.at_end:
            row = [(edition, category) for category in self.facts.categories]
            others = tuple(c for c in row if c in self.known)
            unknown = len(row) - len(others)
            if unknown == 1:
                return self._step(cell, FROM_SCORE, cells=others, totals=[edition])
            rest = self.facts.totals[edition][0] - sum(self.known[c] for c in others)
            if rest not in (unknown * self.facts.quarters[0], unknown * self.facts.quarters[-1]):
                return None
            self.at_end[edition] = others
        return self._step(cell, BOUND, cells=self.at_end[edition], totals=[edition])

    def _score_change(self, cell: Cell) -> Derivation | None:
        """Use that two scores differ by the runs that end and begin between them."""
        edition = cell[0]
        for before in (edition - 1, edition):
            after = before + 1
            ended = [run.cells[-1] for run in self.runs if run.cells[-1][0] == before]
            begun = [run.cells[0] for run in self.runs if run.cells[0][0] == after]
            others = [c for c in (*ended, *begun) if c != cell]
            is_exact = {before, after} <= self.exact and cell in (*ended, *begun)
            if is_exact and all(c in self.known for c in others):
                moved = {name for _, name in ended}
                links = [(after, c) for c in self.facts.categories if c not in moved]
                used = {"cells": others, "totals": (before, after), "unchanged": links}
                return self._step(cell, SCORE_CHANGE, **used)
        return None

    def _limited(self, cell: Cell) -> Derivation | None:
        run = self.run_of[cell]
        if len(run.bounds) > 1:
            return None
        limits = [c for c in run.cells if c in self.limits]
        return self._step(cell, LIMITED, unchanged=run.cells[1:], limits=limits)

    def _together(self, cell: Cell) -> Derivation:
        """Drop every score that the result does not need."""
        facts = replace(self.facts, ratings=self.known)
        for edition in sorted(facts.totals, key=lambda e: (-abs(e - cell[0]), e)):
            without = _without(facts, "totals", {edition})
            if len(possible(without, cell)) == 1:
                facts = without
        editions = {*facts.totals}
        used = sorted(c for c in self.known if c[0] in editions)
        links = sorted(c for c in self.facts.unchanged if {c[0], c[0] - 1} & editions)
        parts = {"cells": used, "unchanged": links, "limits": self.limits}
        return self._step(cell, TOGETHER, totals=sorted(editions), **parts)


def minimal_conflict(facts: Facts) -> Facts:
    """Return a part of facts that contradict each other, none of which can be spared."""
    for kind in ("ratings", "totals", "unchanged"):
        keys = sorted(getattr(facts, kind))
        editions: dict[int, set[Any]] = defaultdict(set)
        for key in keys:
            editions[key if isinstance(key, int) else key[0]].add(key)
        for some in (*editions.values(), *({key} for key in keys)):  # the former save many trials
            fewer = _without(facts, kind, some)
            if some & set(getattr(facts, kind)) and solve(fewer) is None:
                facts = fewer
    return facts


def _without(facts: Facts, kind: str, some: set[Any]) -> Facts:
    """Return the facts without some of their ratings, totals or cells that do not change."""
    there = getattr(facts, kind)
    left: Any = [key for key in there if key not in some]
    if kind != "unchanged":
        left = {key: there[key] for key in left}
    return replace(facts, **{kind: left})
