"""Checks of the calibrated null: figures of unrelated panels among unrelated panels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from analysis.correlations.calibrated_null import STATISTICS, unrelated, without_order
from analysis.correlations.lead_lag import calibrated_p_values, orders
from analysis.statistics.arrays import Floats
from analysis.statistics.simulation.calibration import Statistic
from analysis.statistics.simulation.generator import CAL, simulate
from analysis.validation.check import COUNTRIES, Check, Subject, label
from analysis.validation.correlations.structure import PAIR, two
from analysis.validation.recursion import recursion

_EDITIONS = 14
_TRIGGERS = "CAL, triggers .14 and .24, 14 editions"
_UNEQUAL = replace(CAL.without_drift(), threshold=(0.14, 0.24))


def known_null(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """P-values of panels among draws from their own settings: the drawing alone."""
    null = unrelated(CAL, np.array([4.0]))
    draws = max(replications // 2, 500)
    drawn_panels = simulate(null, draws, COUNTRIES, _EDITIONS, rng)
    own_panels = simulate(null, 200, COUNTRIES, _EDITIONS, rng)
    for name in ("within", "changes", "first_share", "alpha"):
        statistic = STATISTICS[name][1]
        drawn, observed = statistic(drawn_panels)[0], statistic(own_panels)[0]
        p = (1 + (drawn >= observed[:, None]).sum(axis=1)) / (draws + 1)
        subject = Subject(f"calibrated null, {name}", label(CAL, "unrelated", _EDITIONS))
        yield subject.uniform(p)
    without = orders(two(_UNEQUAL, draws, _EDITIONS, rng), *PAIR).difference
    own = orders(two(_UNEQUAL, 200, _EDITIONS, rng), *PAIR).difference
    p = calibrated_p_values(own, without)[:, 0]
    yield Subject("calibrated null, asymmetry", _TRIGGERS).uniform(p)


def refitted_null(panels: int, rng: np.random.Generator) -> Iterable[Check]:
    """P-values of panels among draws from the generator fitted to each of them."""
    found = recursion(
        unrelated(CAL, np.array([4.0])),
        {name: _figure(name) for name in ("within", "changes", "first_share", "alpha")},
        unrelated,
        rng,
        panels=panels,
    )
    return found.checks("calibrated null with a fit for each panel", "CAL unrelated, 14 editions")


def _figure(name: str) -> Statistic:
    return lambda ratings: STATISTICS[name][1](ratings)[0]


def refitted_order(panels: int, rng: np.random.Generator) -> Iterable[Check]:
    """P-values of the order of revisions, with triggers fitted to each panel's categories."""

    def difference(ratings: Floats) -> Floats:
        return orders(ratings, *PAIR).difference[..., 0]

    found = recursion(
        _UNEQUAL,
        {"asymmetry": difference},
        lambda settings, _: without_order(settings),
        rng,
        panels=panels,
        shape=(COUNTRIES, 2, _EDITIONS),
    )
    return found.checks("calibrated null with a fit for each panel", _TRIGGERS)[:1]
