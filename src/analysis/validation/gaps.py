"""Simulated panels with the gaps of the real one, and their completed panels.

Of a simulated panel is known what the real panel knows: the same ratings, the same scores, and
what the same lists of changes say. A list tells of a category that it is unchanged, or else the
rating before and after; so what is known depends on what happened, as it does in reality.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

import numpy as np
import pandas as pd

from analysis.facts.countries import COUNTRIES
from analysis.facts.rating_system import CATEGORIES, SAME
from analysis.reconciliation import cleaning
from analysis.reconciliation.claims import EDITIONS
from analysis.reconciliation.derivation import Facts, determine
from analysis.statistics.arrays import Bools, Floats
from analysis.statistics.completed_panels import Stack, Statistic, over_completed
from analysis.statistics.completion import OpenRatings, fit_steps
from analysis.statistics.generator import CAL, simulate
from analysis.validation.check import Check, Subject, label

_N_PANELS = 19
"""Completed panels of each simulated one."""
_WHERE = f"{label(CAL, 'drift', len(EDITIONS))}, gaps of the panel"
_NAMES = tuple(country.name for country in COUNTRIES)
_CODES = list(CATEGORIES)


@cache
def _known_cells() -> Mapping[str, tuple[Facts, frozenset[tuple[int, str]]]]:
    """Return the facts of every country and the cells whose rating they determine."""
    result = cleaning.reconciled(cleaning.read_printed())
    return {
        country: (case.facts, frozenset(determine(case.facts) or ()))
        for country, case in result.cases.items()
    }


def facts_like(real: Facts, known: frozenset[tuple[int, str]], ratings: Floats) -> Facts:
    """Return what would be known of other ratings, (categories, editions), of a country."""
    truth = {
        (edition, category): round(4 * ratings[k, t])
        for k, category in enumerate(CATEGORIES)
        for t, edition in enumerate(EDITIONS)
    }
    unchanged, told = set(), set(known)
    for edition, category in real.unchanged:
        pair = ((edition - 1, category), (edition, category))
        if truth[pair[0]] == truth[pair[1]]:
            unchanged.add(pair[1])
        else:
            told |= set(pair)
    totals = {}
    for edition, total in real.totals.items():
        row = sum(truth[edition, category] for category in CATEGORIES)
        totals[edition] = range(row, row + len(total))
    return Facts({cell: truth[cell] for cell in told}, frozenset(unchanged), totals)


@dataclass(frozen=True)
class Simulated:
    """One simulated panel: without gaps, what is known of it, and its completed panels."""

    whole: Stack
    known: Stack
    completed: Stack


def simulated_panel(rng: np.random.Generator) -> Simulated:
    """Draw one panel from the fitted generator with drift, and complete what is known of it."""
    whole = simulate(CAL, 1, len(_NAMES), len(EDITIONS), rng)
    known, scores = whole.copy(), whole.mean(axis=-2)
    opened = []
    for i, country in enumerate(_NAMES):
        facts = facts_like(*_known_cells()[country], whole[0, i])
        ratings = OpenRatings(facts, dict.fromkeys(CATEGORIES, np.zeros((29, 29))))
        opened.append((i, facts, ratings.cells))
        for edition, category in ratings.cells:
            known[0, i, _CODES.index(category), edition - EDITIONS.start] = np.nan
            if edition not in facts.totals:
                scores[0, i, edition - EDITIONS.start] = np.nan
    model = fit_steps(known[0])
    log_steps = {category: model.log_steps(category) for category in CATEGORIES}
    completed = np.repeat(known, _N_PANELS, axis=0)
    for i, facts, cells in opened:
        if cells:
            drawn = np.array(list(islice(OpenRatings(facts, log_steps).draws(rng), _N_PANELS)))
            for (edition, category), column in zip(cells, drawn.T, strict=True):
                place = (i, _CODES.index(category), edition - EDITIONS.start)
                completed[(slice(None), *place)] = column / 4
    stacks = (whole, whole.mean(axis=-2)), (known, scores), (completed, completed.mean(axis=-2))
    return Simulated(*(Stack(_NAMES, tuple(EDITIONS), *arrays) for arrays in stacks))


@dataclass(frozen=True)
class Headline:
    """A statistic to check.

    Attributes
    ----------
    estimator
        Its name.
    statistic
        Figures of a stack, of which `chosen` have the same `truth`.
    """

    estimator: str
    statistic: Statistic
    truth: float
    chosen: slice


def with_gaps(
    headlines: Sequence[Headline], replications: int, rng: np.random.Generator
) -> list[Check]:
    """Compare what is known, and completed panels, with the truth and the panel without gaps."""
    tables: list[list[pd.DataFrame]] = [[] for _ in headlines]
    for _ in range(replications):
        panel = simulated_panel(rng)
        for headline, kept in zip(headlines, tables, strict=True):
            table = over_completed(headline.statistic, panel.known, panel.completed)
            whole = headline.statistic(panel.whole)
            table["whole"] = whole.shown(whole.estimates[0])
            kept.append(table[headline.chosen])
    return [
        check
        for headline, kept in zip(headlines, tables, strict=True)
        for check in _checks(headline, kept)
    ]


def _checks(headline: Headline, tables: Sequence[pd.DataFrame]) -> list[Check]:
    def of(column: str) -> Floats:
        return np.array([table[column] for table in tables], dtype=float)

    def covered(low: str, high: str) -> Bools:
        return np.asarray((of(low) <= headline.truth) & (headline.truth <= of(high)))

    whole, coverage = of("whole"), "coverage of the 95 % interval"
    nearer = np.abs(of("pooled") - whole) <= np.abs(of("known") - whole) + SAME
    inside = (of("least") - SAME <= whole) & (whole <= of("greatest") + SAME)
    pooled = Subject(f"{headline.estimator}, completed panels", _WHERE)
    known = Subject(f"{headline.estimator}, what is known", _WHERE)
    return [
        pooled.share(coverage, covered("low", "high"), 0.925, 0.975, panels=True),
        known.share(coverage, covered("known_low", "known_high"), panels=True),
        pooled.share("share nearer to the panel without gaps", nearer, 0.5, panels=True),
        pooled.share("share of ranges that hold the panel without gaps", inside, 0.75, panels=True),
    ]
