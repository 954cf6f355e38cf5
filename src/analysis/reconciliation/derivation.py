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

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from analysis.facts.rating_system import CATEGORIES
from analysis.reconciliation.claims import EDITIONS, HIGHEST_QUARTERS, LOWEST_QUARTERS

Cell = tuple[int, str]
"""Edition and category."""


@dataclass(frozen=True)
class Facts:
    """What is known of one country.

    Attributes
    ----------
    ratings
        Known ratings in quarter points.
    unchanged
        Cells that equal the same category in the edition before.
    totals
        Possible totals of an edition's ratings, from printed scores; editions without are free.
    editions, categories, lowest, highest
        The grid.
    limits
        Values that a rating that is not known can have.
    """

    ratings: Mapping[Cell, int] = field(default_factory=dict)
    unchanged: Collection[Cell] = frozenset()
    totals: Mapping[int, range] = field(default_factory=dict)
    editions: range = EDITIONS
    categories: Sequence[str] = tuple(CATEGORIES)
    lowest: int = LOWEST_QUARTERS
    highest: int = HIGHEST_QUARTERS
    limits: Mapping[Cell, range] = field(default_factory=dict)


@dataclass(frozen=True)
class RatingRun:
    """One category over consecutive editions without a change, and the bounds of its value."""

    category: str
    first: int
    last: int
    lowest: int
    highest: int

    def cells(self) -> Iterator[Cell]:
        """Yield the run's cells."""
        return ((edition, self.category) for edition in range(self.first, self.last + 1))


def find_runs(facts: Facts) -> list[RatingRun]:
    """Return the runs of all categories; `lowest` exceeds `highest` where known ratings clash."""
    found = []
    for category in facts.categories:
        first = facts.editions.start
        for edition in facts.editions:
            after = edition + 1
            if after not in facts.editions or (after, category) not in facts.unchanged:
                cells = [(e, category) for e in range(first, after)]
                known = [facts.ratings[cell] for cell in cells if cell in facts.ratings]
                limits = [facts.limits[cell] for cell in cells if cell in facts.limits]
                lowest = max([facts.lowest, *known, *(limit[0] for limit in limits)])
                highest = min([facts.highest, *known, *(limit[-1] for limit in limits)])
                found.append(RatingRun(category, first, edition, lowest, highest))
                first = after
    return found


class _Network:
    """A circulation with bounds; arcs are numbered in the order in which they are added."""

    def __init__(self, nodes: int) -> None:
        self.nodes = nodes
        self.tails: list[int] = []
        self.heads: list[int] = []
        self.lowest: list[int] = []
        self.highest: list[int] = []
        self.flow: list[int] = []
        self.arcs_at: list[list[int]] = [[] for _ in range(nodes)]

    def add(self, tail: int, head: int, lowest: int, highest: int) -> None:
        if lowest < highest:  # a fixed arc carries its flow and nothing else
            self.arcs_at[tail].append(len(self.flow))
            self.arcs_at[head].append(len(self.flow))
        self.tails.append(tail)
        self.heads.append(head)
        self.lowest.append(lowest)
        self.highest.append(highest)
        self.flow.append(lowest)

    def find_path(self, start: int, goals: Collection[int], without: int = -1) -> list[int] | None:
        """Return arcs of a residual path from `start` to one of `goals`, or None."""
        reached_by: dict[int, tuple[int, int]] = {}
        waiting = deque([start])
        while waiting:
            node = waiting.popleft()
            if node in goals:
                path = []
                while node != start:
                    node, arc = reached_by[node]
                    path.append(arc)
                return path[::-1]
            for arc in self.arcs_at[node]:
                other = self._other_end(arc, node)
                if arc != without and other not in reached_by and other != start and other >= 0:
                    reached_by[other] = (node, arc)
                    waiting.append(other)
        return None

    def _other_end(self, arc: int, node: int) -> int:
        """Return where one more unit can go from `node` along `arc`, or -1."""
        if self.tails[arc] == node:
            return self.heads[arc] if self.flow[arc] < self.highest[arc] else -1
        return self.tails[arc] if self.flow[arc] > self.lowest[arc] else -1

    def circulate(self) -> bool:
        """Make the flow a circulation; return False if there is none."""
        if any(low > high for low, high in zip(self.lowest, self.highest, strict=True)):
            return False
        excess = [0] * self.nodes
        for tail, head, flow in zip(self.tails, self.heads, self.flow, strict=True):
            excess[tail] -= flow
            excess[head] += flow
        for node in range(self.nodes):
            while excess[node] > 0:
                lacking = [n for n in range(self.nodes) if excess[n] < 0]
                path = self.find_path(node, lacking)
                if path is None:
                    return False
                self._push(node, path, excess)
        return True

    def _push(self, node: int, path: list[int], excess: list[int]) -> None:
        steps = []
        end = node
        for arc in path:
            forward = self.tails[arc] == end
            steps.append((arc, 1 if forward else -1))
            end = self.heads[arc] if forward else self.tails[arc]
        room = min(
            self.highest[arc] - self.flow[arc] if sign > 0 else self.flow[arc] - self.lowest[arc]
            for arc, sign in steps
        )
        amount = min(room, excess[node], -excess[end])
        for arc, sign in steps:
            self.flow[arc] += sign * amount
        excess[node] -= amount
        excess[end] += amount

    def can_move(self, arc: int, sign: int) -> bool:
        """Tell whether another circulation has more (+1) or less (-1) flow on `arc`."""
        if sign > 0:
            within, start, goal = self.flow[arc] < self.highest[arc], self.heads, self.tails
        else:
            within, start, goal = self.flow[arc] > self.lowest[arc], self.tails, self.heads
        return within and self.find_path(start[arc], {goal[arc]}, without=arc) is not None

    def furthest(self, arc: int, sign: int) -> int:
        """Return the most (+1) or least (-1) flow that any circulation has on `arc`."""
        while self.can_move(arc, sign):
            start, goal = (self.heads, self.tails) if sign > 0 else (self.tails, self.heads)
            path = self.find_path(start[arc], {goal[arc]}, without=arc)
            excess = [0] * self.nodes
            excess[start[arc]], excess[goal[arc]] = 1, -1
            self._push(start[arc], path or [], excess)
            self.flow[arc] += sign
        return self.flow[arc]


def _network(facts: Facts, runs: Sequence[RatingRun]) -> _Network:
    """Build the network: node i stands before the i-th edition, arc k is the k-th run."""
    start = facts.editions.start
    network = _Network(len(facts.editions) + 1)
    for run in runs:
        network.add(run.first - start, run.last + 1 - start, run.lowest, run.highest)
    size = len(facts.categories)
    for node, edition in enumerate(facts.editions):
        free = range(size * facts.lowest, size * facts.highest + 1)
        totals = facts.totals.get(edition, free)
        lowest, highest = (totals[0], totals[-1]) if totals else (1, 0)
        network.add(node + 1, node, lowest, highest)
    return network


@dataclass(frozen=True)
class Solution:
    """What the facts leave open.

    Attributes
    ----------
    runs
        All runs.
    values
        One possible value of each run, in quarter points.
    open_runs
        Numbers of the runs that can have another value.
    open_totals
        Editions whose total can have another value.
    """

    runs: Sequence[RatingRun]
    values: Sequence[int]
    open_runs: frozenset[int]
    open_totals: frozenset[int]


def solve(facts: Facts) -> Solution | None:
    """Return one assignment and what can differ in others, or None if none satisfies the facts."""
    runs = find_runs(facts)
    network = _network(facts, runs)
    if not network.circulate():
        return None
    moving = [
        arc
        for arc in range(len(network.flow))
        if network.can_move(arc, +1) or network.can_move(arc, -1)
    ]
    first_total = len(runs)
    return Solution(
        runs,
        network.flow[:first_total],
        frozenset(arc for arc in moving if arc < first_total),
        frozenset(facts.editions[arc - first_total] for arc in moving if arc >= first_total),
    )


def determine(facts: Facts) -> dict[Cell, int] | None:
    """Return every rating that is the same in all assignments, or None if there is none.

    The known ratings are among them. Values are quarter points.
    """
    solution = solve(facts)
    if solution is None:
        return None
    return {
        cell: solution.values[number]
        for number, run in enumerate(solution.runs)
        if number not in solution.open_runs
        for cell in run.cells()
    }


@dataclass(frozen=True)
class Possible:
    """All values that ratings and totals can have under a country's facts, in quarter points.

    A circulation's arc takes every whole number between its least and its most flow, so a range
    has no holes. What ratings can be together says `Facts` only.

    Attributes
    ----------
    ratings
        Of every cell.
    totals
        Of every edition: the sum of its ratings, a Democracy Score times 28.
    """

    ratings: Mapping[Cell, range]
    totals: Mapping[int, range]


def possible_values(facts: Facts) -> Possible | None:
    """Return the exact range of every rating and total, or None if the facts contradict."""
    runs = find_runs(facts)
    network = _network(facts, runs)
    if not network.circulate():
        return None
    spans = [
        range(network.furthest(arc, -1), network.furthest(arc, +1) + 1)
        for arc in range(len(network.flow))
    ]
    return Possible(
        {cell: spans[n] for n, run in enumerate(runs) for cell in run.cells()},
        dict(zip(facts.editions, spans[len(runs) :], strict=True)),
    )


def possible(facts: Facts, cell: Cell) -> range:
    """Return all values that a rating can have, in quarter points; empty if facts contradict."""
    values = possible_values(facts)
    return values.ratings[cell] if values else range(0)
