"""What is still missing: between what it lies, and which single fact would settle most of it.

The facts of a country are whole numbers of quarter points, tied by sums and equalities. Their
network gives the least and greatest value of each rating exactly; which values ratings can have
*together* is for whoever draws from the facts to respect.

A rating or a complete list of changes, whatever it says, ties the open ratings further together.
How many it settles at least is a question of linear algebra: two assignments differ by a flow
through the open arcs of the network of `analysis.reconciliation.derivation` that leaves as much at
each node as it brings; the fact adds one equation or more; and an arc is settled once all flows
that satisfy the equations are zero on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import CATEGORIES, SAME, SCORE
from analysis.reconciliation.case import CountryCase, solved
from analysis.reconciliation.claims import EDITIONS, POINTS, Cell
from analysis.reconciliation.derivation import Solution
from analysis.tables.schema import columns


def gaps(cases: Mapping[str, CountryCase], countries: Iterable[str] = BY_NAME) -> pd.DataFrame:
    """Return the table ``gaps``: one row a country and edition without all seven ratings.

    Missing categories, the fact that settles most of them, how many it settles at least in this
    edition and in all editions of the country, and how many values are possible of those now.
    """
    rows = []
    for place, solution, settling in _editions(cases, countries):
        row = [(place[-1], category) for category in CATEGORIES]
        missing = [cell for cell in row if len(solution.ratings[cell]) > 1]
        if missing:
            here = {name: len(cells.intersection(missing)) for name, cells in settling.items()}
            best = max(settling, key=lambda name: (here[name], len(settling[name])))
            n_values = sum(len(solution.ratings[cell]) for cell in settling[best])
            counts = (here[best], len(settling[best]), n_values)
            rows.append((*place, " ".join(c for _, c in missing), best, *counts))
    return pd.DataFrame(rows, columns=list(columns("gaps")))


def possible_table(cases: Mapping[str, CountryCase]) -> pd.DataFrame:
    """Return the table ``possible_ratings``: one row a rating or score that is not known.

    `lowest` and `highest` (``7=best``) both occur, and so does every quarter point between, every
    1/28 of a score. `settled_by` is the printed fact that would settle most beside it.
    """
    rows = []
    for place, solution, settling in _editions(cases, BY_NAME):
        for category in CATEGORIES:
            cell, left = (place[-1], category), solution.ratings[place[-1], category]
            if len(left) > 1:
                names = [name for name, cells in settling.items() if cell in cells]
                best = max(names, key=lambda name: len(settling[name]))
                rows.append((*place, category, left[0] / 4, left[-1] / 4, len(left), best))
        total = solution.totals[place[-1]]
        if len(total) > 1:
            ends = (total[0] / POINTS, total[-1] / POINTS)
            score = f"Democracy Score, edition {place[-1]}"
            rows.append((*place, SCORE, *ends, len(total), score))
    return pd.DataFrame(rows, columns=list(columns("possible_ratings")))


def _editions(
    cases: Mapping[str, CountryCase], countries: Iterable[str]
) -> Iterator[tuple[tuple[str, str, int], Solution, dict[str, frozenset[Cell]]]]:
    """Yield country, code and edition, what the facts leave open, and what would settle it."""
    for country in countries:
        solution = solved(cases, country)
        settling = candidates(solution)
        for edition in EDITIONS:
            yield (country, BY_NAME[country].iso3, edition), solution, settling


def candidates(solution: Solution) -> dict[str, frozenset[Cell]]:
    """Return what a source might print -> the cells that it would settle at least."""
    runs, arcs = solution.runs, solution.open_arcs
    if not arcs:
        return {}
    totals = {len(runs) + place: edition for place, edition in enumerate(EDITIONS)}
    cells = {n: runs[n].cells for n in arcs if n not in totals}
    equations = {f"Democracy Score, edition {totals[n]}": [[n]] for n in arcs if n in totals}
    starting = {run.cells[0]: n for n, run in enumerate(runs)}
    for edition in EDITIONS[1:]:
        # Even if the list names no change, the runs that meet there become one.
        ending = [(n, run.cells[-1]) for n, run in enumerate(runs)]
        pairs = [(n, starting[edition, last[1]]) for n, last in ending if last[0] == edition - 1]
        name = f"complete list of changes, edition {edition}"
        equations[name] = [[n for n in pair if n in arcs] for pair in pairs]
    for n, run_cells in cells.items():
        (first, category), (last, _) = run_cells[0], run_cells[-1]
        span = f"{first}" if first == last else f"{first} to {last}"
        equations[f"rating {category}, edition {span}"] = [[n]]
    return {
        name: frozenset(cell for n in settled_arcs(arcs, added) for cell in cells.get(n, ()))
        for name, added in equations.items()
    }


def settled_arcs(
    arcs: Mapping[int, tuple[int, int]], equations: Sequence[Sequence[int]] = ()
) -> list[int]:
    """Return the arcs on which every flow is zero that leaves as much at each node as it brings.

    Arcs have the nodes where they begin and end; an equation of one arc says that its flow is zero,
    one of two that their flows are equal. Without any these are the bridges of the graph.
    """
    numbers = {arc: n for n, arc in enumerate(arcs)}
    nodes = sorted({end for ends in arcs.values() for end in ends})
    rows = np.zeros((len(nodes) + len(equations), len(arcs)))
    for n, (start, end) in enumerate(arcs.values()):
        rows[nodes.index(start), n], rows[nodes.index(end), n] = 1, -1
    for row, equation in zip(rows[len(nodes) :], equations, strict=True):
        row[[numbers[arc] for arc in equation]] = (1, -1)[: len(equation)]
    # A flow is zero where its unit vector is a combination of the equations, and so is projected
    # on itself; elsewhere it is shorter by at least 1 in the length of a cycle.
    projected = np.diag(np.linalg.pinv(rows) @ rows) if arcs else ()
    return sorted(arc for arc, n in numbers.items() if projected[n] > 1 - SAME)
