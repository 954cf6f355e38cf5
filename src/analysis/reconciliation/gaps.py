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

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import CATEGORIES, SAME, SCORE
from analysis.reconciliation.case import CountryCase, solved
from analysis.reconciliation.claims import EDITIONS, POINTS, Cell
from analysis.reconciliation.derivation import Solution
from analysis.tables.schema import columns

Arc = int
"""Number of an open run, or an open total's edition, negative."""


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
    rows = []
    for country in countries:
        solution = solved(cases, country)
        settling = candidates(solution)
        for edition in EDITIONS:
            row = [(edition, category) for category in CATEGORIES]
            missing = {cell: None for cell in row if len(solution.ratings[cell]) > 1}
            if missing:
                here = {name: len(missing.keys() & cells) for name, cells in settling.items()}
                best = max(settling, key=lambda name: (here[name], len(settling[name])))
                n_values = sum(len(solution.ratings[cell]) for cell in settling[best])
                counts = (here[best], len(settling[best]), n_values)
                place = (country, BY_NAME[country].iso3, edition)
                rows.append((*place, " ".join(c for _, c in missing), best, *counts))
    return pd.DataFrame(rows, columns=list(columns("gaps")))


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
    rows = []
    for country in countries:
        solution = solved(cases, country)
        settling = candidates(solution)
        for edition in EDITIONS:
            place = (country, BY_NAME[country].iso3, edition)
            for category in CATEGORIES:
                cell, left = (edition, category), solution.ratings[edition, category]
                if len(left) > 1:
                    names = [name for name, cells in settling.items() if cell in cells]
                    best = max(names, key=lambda name: len(settling[name]))
                    rows.append((*place, category, left[0] / 4, left[-1] / 4, len(left), best))
            total = solution.totals[edition]
            if len(total) > 1:
                ends = (total[0] / POINTS, total[-1] / POINTS)
                best = f"Democracy Score, edition {edition}"
                rows.append((*place, SCORE, *ends, len(total), best))
    return pd.DataFrame(rows, columns=list(columns("possible_ratings")))


def candidates(solution: Solution) -> dict[str, frozenset[Cell]]:
    """Return every fact that would settle something, the shortest to print first.

    Returns
    -------
    dict
        What a source might print -> the cells that it would settle at least.
    """
    runs = solution.runs
    arcs = {n: (runs[n].first, runs[n].last + 1) for n in sorted(solution.open_runs)}
    arcs |= {-edition: (edition + 1, edition) for edition in sorted(solution.open_totals)}
    if not solution.open_runs:
        return {}
    equations: dict[str, list[list[Arc]]] = {}
    for edition in sorted(solution.open_totals):
        equations[f"Democracy Score, edition {edition}"] = [[-edition]]
    starting = {(run.category, run.first): n for n, run in enumerate(runs)}
    for edition in EDITIONS[1:]:
        # Even if the list names no change, the runs that meet there become one.
        ending = [n for n, run in enumerate(runs) if run.last == edition - 1]
        pairs = [(n, starting[runs[n].category, edition]) for n in ending]
        name = f"complete list of changes, edition {edition}"
        equations[name] = [[n for n in pair if n in arcs] for pair in pairs]
    for n in sorted(solution.open_runs):
        run = runs[n]
        span = f"{run.first}" if run.first == run.last else f"{run.first} to {run.last}"
        equations[f"rating {run.category}, edition {span}"] = [[n]]
    settled = {name: settled_arcs(arcs, added) for name, added in equations.items()}
    return {
        name: frozenset(cell for n in found if n >= 0 for cell in runs[n].cells())
        for name, found in settled.items()
    }


def settled_arcs(
    arcs: Mapping[Arc, tuple[int, int]], equations: Sequence[Sequence[Arc]] = ()
) -> list[Arc]:
    """Return the arcs on which every flow is zero that leaves as much at each node as it brings.

    Without further equations these are the bridges of the graph.

    Parameters
    ----------
    arcs
        Node where each arc begins and node where it ends.
    equations
        One arc: its flow is zero; two arcs: their flows are equal.
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
