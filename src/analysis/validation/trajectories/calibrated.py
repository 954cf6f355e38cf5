"""Checks of the calibrated null: figures of driftless panels among driftless panels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.statistics.arrays import Floats
from analysis.statistics.simulation.generator import CAL, Settings, simulate
from analysis.trajectories.heterogeneity import STATISTICS, slope_spread
from analysis.validation.check import COUNTRIES, Check, Subject, label
from analysis.validation.recursion import recursion

_EDITIONS = 14


def known_null(replications: int, rng: np.random.Generator) -> list[Check]:
    """P-values of panels among draws from their own settings: the drawing alone."""
    null = CAL.without_drift()
    drawn = slope_spread(simulate(null, max(replications, 1000), COUNTRIES, _EDITIONS, rng))
    observed = slope_spread(simulate(null, 200, COUNTRIES, _EDITIONS, rng))
    p = (1 + (drawn >= observed[:, None]).sum(axis=1)) / (len(drawn) + 1)
    return [Subject("calibrated null, slope spread", label(CAL, "driftless", _EDITIONS)).uniform(p)]


def refitted_null(panels: int, rng: np.random.Generator) -> list[Check]:
    """P-values of panels among draws from the generator fitted to each of them."""
    found = recursion(
        CAL.without_drift(),
        {name: statistic for name, (_, statistic) in STATISTICS.items()},
        without_drift,
        rng,
        panels=panels,
    )
    return found.checks("calibrated null with a fit for each panel", "CAL driftless, 14 editions")


def without_drift(settings: Settings, ratings: Floats) -> Settings:
    """Return fitted settings without drift, at the level of the panel."""
    return replace(settings.without_drift(), between_mean=float(np.nanmean(ratings)))
