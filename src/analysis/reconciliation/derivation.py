"""Ratings that no source prints, but that all printed facts together determine.

A country's unknown ratings are quarter points (1.00 is 4, 7.00 is 28). Facts fix single ratings,
say that a category is unchanged against the edition before, or bound the total of an edition's
seven ratings (a printed score allows one total). A rating is derived only if every assignment
that satisfies all facts gives the same value.

The system is exact and needs no search. Ratings tied by "unchanged" are one *run* over
consecutive editions, so every run enters the totals of consecutive editions. Such a system is a
circulation in a network (Veinott and Wagner 1962; Ahuja, Magnanti and Orlin 1993, ch. 9): one node
between neighbouring editions, one arc for each run from where it begins to where it ends, one arc
back for the total of each edition. Whole-number bounds give whole-number flows, and a run's value
is unique if and only if no cycle of the residual network passes through its arc.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from analysis.facts.rating_system import CATEGORIES
from analysis.reconciliation.claims import EDITIONS, QUARTERS, Cell


@dataclass(frozen=True)
class Facts:
    """What is known of one country, in quarter points.

    `unchanged` are cells that equal the same category in the edition before, `totals` the sums of
    an edition's ratings that printed scores allow, `limits` the values that a rating that is not
    known can have; `editions`, `categories` and `quarters` are the grid.
    """

    ratings: Mapping[Cell, int] = field(default_factory=dict)
    unchanged: Collection[Cell] = frozenset()
    totals: Mapping[int, range] = field(default_factory=dict)
    editions: range = EDITIONS
    categories: Sequence[str] = tuple(CATEGORIES)
    quarters: range = QUARTERS
    limits: Mapping[Cell, range] = field(default_factory=dict)

    def total(self, edition: int) -> range:
        """Return the sums of ratings that an edition's score allows, all where there is none."""
        lowest, highest = (len(self.categories) * self.quarters[end] for end in (0, -1))
        return self.totals.get(edition, range(lowest, highest + 1))


class RatingRun(NamedTuple):
    """One category over consecutive editions without a change, and the bounds of its value."""

    cells: list[Cell]
    bounds: range


def find_runs(facts: Facts) -> list[RatingRun]:
    """Return the runs of all categories; `bounds` are empty where known ratings clash."""
    found = []
    for category in facts.categories:
        first = facts.editions.start
        for edition in facts.editions:
            after = edition + 1
            if after not in facts.editions or (after, category) not in facts.unchanged:
                cells = [(e, category) for e in range(first, after)]
                known = [facts.ratings[cell] for cell in cells if cell in facts.ratings]
                limits = [facts.limits[cell] for cell in cells if cell in facts.limits]
                lowest = max([facts.quarters[0], *known, *(limit[0] for limit in limits)])
                highest = min([facts.quarters[-1], *known, *(limit[-1] for limit in limits)])
                found.append(RatingRun(cells, range(lowest, highest + 1)))
                first = after
    return found


class Solution:
    """One assignment that satisfies the facts, and what other assignments make of it.

    A circulation with bounds: node i stands before the i-th edition, arc k is the k-th run, the
    arcs after the runs are the totals; `values` are one flow that is possible, in quarter points.
    An arc takes every whole number between its least and its most flow, so a range has no holes;
    which values ratings can have *together* says `Facts` only.
    """

    def __init__(self, facts: Facts) -> None:
        self.runs = find_runs(facts)
        self.editions = facts.editions
        self._ends = [(run.cells[0][0], run.cells[-1][0] + 1) for run in self.runs]
        self._ends += [(edition + 1, edition) for edition in facts.editions]
        self.bounds = [run.bounds for run in self.runs] + [*map(facts.total, facts.editions)]
        self._flow = [bounds.start for bounds in self.bounds]
        self._arcs_at: dict[int, list[int]] = defaultdict(list)
        for arc, ends in enumerate(self._ends):
            if len(self.bounds[arc]) > 1:  # else it carries its flow and nothing else
                for end in ends:
                    self._arcs_at[end].append(arc)

    def circulate(self) -> bool:
        """Make the flow a circulation; return False if there is none."""
        if not all(self.bounds):
            return False
        excess: dict[int, int] = defaultdict(int)
        for (tail, head), flow in zip(self._ends, self._flow, strict=True):
            excess[tail] -= flow
            excess[head] += flow
        for node in sorted(excess):
            while excess[node] > 0:
                lacking = [n for n, more in excess.items() if more < 0]
                path = self._find_path(node, lacking)
                if path is None:
                    return False
                arc, sign = path[-1]
                end = self._ends[arc][sign > 0]
                amount = self._push(path, min(excess[node], -excess[end]))
                excess[node] -= amount
                excess[end] += amount
        self.values = [*self._flow]
        return True

    @cached_property
    def _spans(self) -> list[range]:
        """The exact range of each arc's flow."""
        arcs = range(len(self._flow))
        return [range(self._furthest(arc, -1), self._furthest(arc, +1) + 1) for arc in arcs]

    @cached_property
    def ratings(self) -> Mapping[Cell, range]:
        """All values of every cell, in quarter points."""
        spans = zip(self.runs, self._spans, strict=False)
        return {cell: span for run, span in spans for cell in run.cells}

    @cached_property
    def determined(self) -> dict[Cell, int]:
        """Every rating that has one value in all assignments, the known ones among them."""
        return {cell: left[0] for cell, left in self.ratings.items() if len(left) == 1}

    @cached_property
    def totals(self) -> Mapping[int, range]:
        """All values of every edition's sum of ratings, a Democracy Score times 28."""
        return dict(zip(self.editions, self._spans[len(self.runs) :], strict=True))

    @cached_property
    def open_arcs(self) -> dict[int, tuple[int, int]]:
        """Arcs that can have another value, with the nodes where they begin and end."""
        return {arc: self._ends[arc] for arc, span in enumerate(self._spans) if len(span) > 1}

    def _room(self, arc: int, sign: int) -> int:
        """Return how much more (+1) or less (-1) flow the bounds of an arc allow."""
        return sign * (self.bounds[arc][-1 if sign > 0 else 0] - self._flow[arc])

    def _find_path(
        self, start: int, goals: Collection[int], without: int = -1
    ) -> list[tuple[int, int]] | None:
        """Return arcs and directions of a residual path from `start` to one of `goals`, or None."""
        reached_by: dict[int, tuple[int, int, int]] = {start: (start, -1, 0)}
        waiting = deque([start])
        while waiting:
            node = waiting.popleft()
            if node in goals:
                path = []
                while node != start:
                    node, arc, sign = reached_by[node]
                    path.append((arc, sign))
                return path[::-1]
            for arc in self._arcs_at[node]:
                sign = 1 if self._ends[arc][0] == node else -1
                other = self._ends[arc][sign > 0]
                if arc != without and other not in reached_by and self._room(arc, sign):
                    reached_by[other] = (node, arc, sign)
                    waiting.append(other)
        return None

    def _push(self, path: Sequence[tuple[int, int]], most: int) -> int:
        """Send up to `most` along a path; return how much went."""
        amount = min(most, *(self._room(arc, sign) for arc, sign in path))
        for arc, sign in path:
            self._flow[arc] += sign * amount
        return amount

    def _furthest(self, arc: int, sign: int) -> int:
        """Return the most (+1) or least (-1) flow that any circulation has on `arc`."""
        start, goal = self._ends[arc][::-sign]
        while room := self._room(arc, sign):
            path = self._find_path(start, {goal}, without=arc)
            if path is None:
                break
            self._flow[arc] += sign * self._push(path, room)
        return self._flow[arc]


def solve(facts: Facts) -> Solution | None:
    """Return one assignment and what can differ in others, or None if none satisfies the facts."""
    solution = Solution(facts)
    return solution if solution.circulate() else None


def determine(facts: Facts) -> dict[Cell, int] | None:
    """Return the ratings, in quarter points, that facts determine; None if they contradict."""
    solution = solve(facts)
    return solution.determined if solution else None


def possible(facts: Facts, cell: Cell) -> range:
    """Return all values that a rating can have, in quarter points; empty if facts contradict."""
    solution = solve(facts)
    return solution.ratings[cell] if solution else range(0)
