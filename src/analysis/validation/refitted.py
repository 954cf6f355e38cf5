"""Groups of checks that take long: every panel gets a fitted generator, or its gaps completed.

`recursion`: a panel is drawn from known settings, the generator is fitted to it as to the real one,
and its figures are placed among panels of that fit with the feature set to zero. Over many such
panels the p-values must be uniform (Talts et al. 2018 rank their draws likewise); a fit that takes
up part of what is tested, or misses what matters, shows here.

`with_gaps`: of a simulated panel is known what the real panel knows: the same ratings, the same
scores, and what the same lists of changes say. A list tells of a category that it is unchanged, or
else the rating before and after; so what is known depends on what happened, as it does in reality.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import Final

import numpy as np
import pandas as pd

from analysis.facts.countries import COUNTRIES
from analysis.facts.rating_system import CATEGORIES, SAME
from analysis.reconciliation import cleaning
from analysis.reconciliation.claims import EDITIONS
from analysis.reconciliation.derivation import Facts, determine
from analysis.statistics.arrays import Floats
from analysis.statistics.completed_panels import Stack, Statistic, over_completed
from analysis.statistics.completion import OpenRatings, fit_steps
from analysis.statistics.generator import CAL, Settings, simulate
from analysis.statistics.generator_fit import Statistic as Figure
from analysis.statistics.generator_fit import fit, place
from analysis.statistics.moments import moments
from analysis.validation.check import Case, Check, covers, share, uniform

_DRAWS: Final = 199
"""Panels among which each is placed."""
_REPLICATIONS: Final = 10
"""Simulated panels per evaluation of a fit."""
_N_PANELS: Final = 19
"""Completed panels of each simulated one."""
_NAMES: Final = tuple(country.name for country in COUNTRIES)

Null = Callable[[Settings, Floats], Settings]
"""From fitted settings and the panel to settings without the feature under test."""


def drawing(
    case: Case, statistics: Mapping[str, Figure], draws: int, rng: np.random.Generator
) -> list[Check]:
    """Test panels among others of the same settings: the drawing alone, p-values are uniform."""
    drawn, own = (case.panels(size, rng) for size in (draws, 200))
    checks = []
    for name, statistic in statistics.items():
        p = (1 + (statistic(drawn) >= statistic(own)[:, None]).sum(axis=1)) / (draws + 1)
        checks.append(uniform(f"calibrated null, {name}", case, p))
    return checks


def recursion(
    case: Case, statistics: Mapping[str, Figure], null: Null, panels: int, rng: np.random.Generator
) -> list[Check]:
    """Fit and test panels of a case which lacks the feature that `statistics` measure.

    P-values are uniform. Moments were fitted, so that the panel's own should lie in the middle
    of the fit's more often than a rank of chance, and must not lie at its ends more often.
    """
    p_values: dict[str, list[float]] = {name: [] for name in statistics}
    percentiles: list[float] = []
    for panel in case.panels(panels, rng):
        settings, _ = fit(panel, int(rng.integers(2**31)), replications=_REPLICATIONS)
        drawn = replace(case, settings=null(settings, panel)).panels(_DRAWS, rng)
        for name, statistic in statistics.items():
            # Ties are broken at random, as a discrete figure cannot have uniform p-values else.
            rank = place(float(statistic(panel[None])[0]), statistic(drawn))
            above = 1 - rank["percentile"]
            p = above + (rank["p_value"] - above) * rng.uniform(-1, 1)
            p_values[name].append(float(np.clip(p, 0, 1)))
        again = moments(replace(case, settings=settings).panels(_DRAWS, rng))
        percentiles += [
            place(float(own[0]), again[name])["percentile"]
            for name, own in moments(panel[None]).items()
        ]
    refitted = "calibrated null with a fit for each panel"
    found = [
        uniform(f"{refitted}: {name.replace('_', ' ')}", case, np.array(p))
        for name, p in p_values.items()
    ]
    outer = np.array([not 0.05 <= rank <= 0.95 for rank in percentiles])
    middle = "fitted moments among those of the fit's own panels"
    return [*found, share(middle, case, "share in the outer tenth", outer, highest=0.10)]


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


def simulated_panel(rng: np.random.Generator) -> tuple[Stack, Stack, Stack]:
    """Draw one panel from the fitted generator with drift: it, what is known of it, completed."""
    whole = simulate(CAL, 1, len(_NAMES), len(EDITIONS), rng)
    known, scores = whole.copy(), whole.mean(axis=-2)
    opened = []
    for i, country in enumerate(_NAMES):
        facts = facts_like(*_known_cells()[country], whole[0, i])
        ratings = OpenRatings(facts, dict.fromkeys(CATEGORIES, np.zeros((29, 29))))
        opened.append((i, facts, ratings.cells))
        for edition, category in ratings.cells:
            known[0, i, list(CATEGORIES).index(category), edition - EDITIONS.start] = np.nan
            if edition not in facts.totals:
                scores[0, i, edition - EDITIONS.start] = np.nan
    model = fit_steps(known[0])
    log_steps = {category: model.log_steps(category) for category in CATEGORIES}
    completed = np.repeat(known, _N_PANELS, axis=0)
    for i, facts, cells in opened:
        if cells:
            drawn = np.array(list(islice(OpenRatings(facts, log_steps).draws(rng), _N_PANELS)))
            for (edition, category), column in zip(cells, drawn.T, strict=True):
                cell = (i, list(CATEGORIES).index(category), edition - EDITIONS.start)
                completed[(slice(None), *cell)] = column / 4
    panels = (whole, whole.mean(axis=-2)), (known, scores), (completed, completed.mean(axis=-2))
    first, second, third = (Stack(_NAMES, tuple(EDITIONS), *arrays) for arrays in panels)
    return first, second, third


@dataclass(frozen=True)
class Headline:
    """A statistic to check: the figures of a stack of which `chosen` have the same `truth`."""

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
        whole, known, completed = simulated_panel(rng)
        for headline, kept in zip(headlines, tables, strict=True):
            table = over_completed(headline.statistic, known, completed)
            figures = headline.statistic(whole)
            kept.append(table.assign(whole=figures.shown(figures.estimates[0]))[headline.chosen])
    pairs = zip(headlines, tables, strict=True)
    return [check for headline, kept in pairs for check in _gap_checks(headline, kept)]


def _gap_checks(headline: Headline, tables: Sequence[pd.DataFrame]) -> list[Check]:
    """Compare one table of figures a panel with the truth and with the panel without gaps."""

    def of(column: str) -> Floats:
        return np.array([table[column] for table in tables], dtype=float)

    whole = of("whole")
    nearer = np.abs(of("pooled") - whole) <= np.abs(of("known") - whole) + SAME
    inside = (of("least") - SAME <= whole) & (whole <= of("greatest") + SAME)
    where = f"{Case('drift', CAL, len(EDITIONS))}, gaps of the panel"
    estimator, truth = headline.estimator, headline.truth
    pooled, known = f"{estimator}, completed panels", f"{estimator}, what is known"
    ranges = "share of ranges that hold the panel without gaps"
    return [
        covers(pooled, where, of("low"), of("high"), truth, 0.925, 0.975),
        covers(known, where, of("known_low"), of("known_high"), truth),
        share(pooled, where, "share nearer to the panel without gaps", nearer, 0.5),
        share(pooled, where, ranges, inside, 0.75),
    ]
