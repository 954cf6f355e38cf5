"""What is still missing: between what it lies, and which single fact would settle most of it.

The facts of a country are whole numbers of quarter points, tied by sums and equalities. Their
network gives the least and greatest value of each rating exactly; which values ratings can have
*together* is for whoever draws from the facts to respect.

A rating or a complete list of changes, whatever it says, ties the open ratings further together.
How many it settles at least can be read off the network of `analysis.reconciliation.derivation`:
the open runs and open totals are its movable arcs, and an arc is settled once no cycle passes
through it, that is, once it is a bridge of the (undirected) rest (Tarjan 1974).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.reconciliation.case import CountryCase, facts_of
from analysis.reconciliation.claims import EDITIONS, POINTS
from analysis.reconciliation.derivation import (
    Cell,
    Facts,
    Possible,
    RatingRun,
    Solution,
    possible_values,
    solve,
)
from analysis.tables.schema import columns

Edge = tuple[int, int]


@dataclass(frozen=True)
class Candidate:
    """A fact that a source might print, and the cells that it would settle at least."""

    name: str
    settled: frozenset[Cell]


def gaps(cases: Mapping[str, CountryCase], countries: Iterable[str] = BY_NAME) -> pd.DataFrame:
    """Return what is missing, and what would settle most of it.

    Parameters
    ----------
    cases
        The judged facts of each country (`analysis.reconciliation.panel.Reconciled.cases`).
    countries
        Project names of the countries to look at.

    Returns
    -------
    pandas.DataFrame
        Table ``gaps``, one row a country and edition without all seven ratings: the missing
        categories joined by spaces, the fact that settles most of them, how many missing ratings it
        settles at least in this edition and in all editions of the country, and how many values are
        possible of those now.
    """
    return _table("gaps", _missing_rows, cases, countries)


def _missing_rows(
    edition: int, possible: Possible, to_find: Sequence[Candidate]
) -> Iterator[tuple[Any, ...]]:
    row = [(edition, category) for category in CATEGORIES]
    missing = [cell for cell in row if len(possible.ratings[cell]) > 1]
    if missing:
        here = set(missing)
        best = max(to_find, key=lambda c: (len(here & c.settled), len(c.settled)))
        n_values = sum(len(possible.ratings[cell]) for cell in best.settled)
        counts = (len(here & best.settled), len(best.settled), n_values)
        yield (" ".join(category for _, category in missing), best.name, *counts)


def possible_table(
    cases: Mapping[str, CountryCase], countries: Iterable[str] = BY_NAME
) -> pd.DataFrame:
    """Return the table ``possible_ratings``: one row a rating or score that is not known.

    Parameters
    ----------
    cases, countries
        As in `gaps`.

    Returns
    -------
    pandas.DataFrame
        `lowest` and `highest` on ``7=best``, exact: both occur, and every quarter point between
        (every 1/28 of a score) does, `n_values` in all. `settled_by` is the printed fact that would
        settle most beside it.
    """
    return _table("possible_ratings", _possible_rows, cases, countries)


def _possible_rows(
    edition: int, possible: Possible, to_find: Sequence[Candidate]
) -> Iterator[tuple[Any, ...]]:
    for category in CATEGORIES:
        left = possible.ratings[edition, category]
        if len(left) > 1:
            settling = [c for c in to_find if (edition, category) in c.settled]
            best = max(settling, key=lambda c: len(c.settled))
            yield (category, left[0] / 4, left[-1] / 4, len(left), best.name)
    total = possible.totals[edition]
    if len(total) > 1:
        ends = (total[0] / POINTS, total[-1] / POINTS)
        yield (SCORE, *ends, len(total), f"Democracy Score, edition {edition}")


def _table(
    name: str,
    rows_of: Callable[[int, Possible, Sequence[Candidate]], Iterator[tuple[Any, ...]]],
    cases: Mapping[str, CountryCase],
    countries: Iterable[str],
) -> pd.DataFrame:
    """Return a table of what `rows_of` tells of each edition of each country."""
    rows = []
    for country in countries:
        facts = facts_of(cases, country)
        possible, to_find = possible_values(facts), candidates(facts)
        assert possible is not None, "facts that contradict each other were set aside before"
        for edition in EDITIONS:
            place = (country, BY_NAME[country].iso3, edition)
            rows += [(*place, *row) for row in rows_of(edition, possible, to_find)]
    return pd.DataFrame(rows, columns=list(columns(name)))


def candidates(facts: Facts) -> list[Candidate]:
    """Return every fact that would settle something, the shortest to print first."""
    solution = solve(facts)
    return list(_candidates(solution)) if solution and solution.open_runs else []


def _candidates(solution: Solution) -> Iterator[Candidate]:
    edges = _open_edges(solution)
    for edition in sorted(solution.open_totals):
        rest = {key: edge for key, edge in edges.items() if key != -edition}
        fixed = _cells(solution.runs[n] for n in _bridges(rest) if n >= 0)
        yield Candidate(f"Democracy Score, edition {edition}", frozenset(fixed))
    for edition in EDITIONS[1:]:
        name = f"complete list of changes, edition {edition}"
        yield Candidate(name, frozenset(_settled_by_list(solution, edges, edition)))
    for number in sorted(solution.open_runs):
        run = solution.runs[number]
        span = f"{run.first}" if run.first == run.last else f"{run.first} to {run.last}"
        rest = {key: edge for key, edge in edges.items() if key != number}
        settled = [solution.runs[n] for n in [number, *_bridges(rest)] if n >= 0]
        yield Candidate(f"rating {run.category}, edition {span}", frozenset(_cells(settled)))


def _open_edges(solution: Solution) -> dict[int, Edge]:
    """Return open runs by their number, and open totals by negative numbers, as edges."""
    runs = {n: (solution.runs[n].first, solution.runs[n].last + 1) for n in solution.open_runs}
    return runs | {-edition: (edition + 1, edition) for edition in solution.open_totals}


def _settled_by_list(solution: Solution, edges: Mapping[int, Edge], edition: int) -> Iterator[Cell]:
    """Yield what a list settles even if it names no change: runs that meet there become one."""
    merged = dict(edges)
    followers: dict[int, int] = {}
    numbers = {(run.category, run.first): n for n, run in enumerate(solution.runs)}
    settled: list[int] = []
    for number, run in enumerate(solution.runs):
        if run.last != edition - 1:
            continue
        after = numbers[run.category, edition]
        if number in merged and after in merged:
            merged[number] = (merged[number][0], merged.pop(after)[1])
            followers[number] = after
        elif number in merged or after in merged:
            settled.append(number if number in merged else after)
            del merged[settled[-1]]
    settled += [n for n in _bridges(merged) if n >= 0]
    settled += [followers[n] for n in settled if n in followers]
    yield from _cells(solution.runs[n] for n in settled)


def _cells(runs: Iterable[RatingRun]) -> Iterator[Cell]:
    return (cell for run in runs for cell in run.cells())


def _bridges(edges: Mapping[int, Edge]) -> list[int]:
    """Return the edges of a graph through which no cycle passes."""
    edges_at: dict[int, list[int]] = defaultdict(list)
    for key, (one, other) in sorted(edges.items()):
        edges_at[one].append(key)
        edges_at[other].append(key)
    order: dict[int, int] = {}
    found: list[int] = []

    def lowest_reach(node: int, arrived_by: int | None) -> int:
        """Visit a node; return the earliest node that it and what lies behind it lead back to."""
        lowest = order[node] = len(order)
        for key in edges_at[node]:
            other = sum(edges[key]) - node
            if key == arrived_by:
                continue
            if other in order:
                lowest = min(lowest, order[other])
                continue
            reach = lowest_reach(other, key)
            lowest = min(lowest, reach)
            if reach > order[node]:
                found.append(key)
        return lowest

    for node in sorted(edges_at):
        if node not in order:
            lowest_reach(node, None)
    return sorted(found)
