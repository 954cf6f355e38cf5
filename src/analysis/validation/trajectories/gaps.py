"""Checks of trends and rates over completed panels, with the gaps of the real panel."""

from __future__ import annotations

import numpy as np

from analysis.statistics.arrays import changes_of
from analysis.statistics.simulation.generator import CAL, simulate
from analysis.statistics.slopes import slopes_of
from analysis.trajectories.over_completed import change_rates, trends
from analysis.validation.check import Check
from analysis.validation.gaps import Headline, with_gaps

_LARGE = 10_000


def completed_panels(replications: int, rng: np.random.Generator) -> list[Check]:
    """Coverage of average trends of the categories, and of the yearly rate of changes."""
    large = simulate(CAL, 1, _LARGE, 20, rng)
    trend = Headline("mean trend", trends, float(slopes_of(large).mean()), slice(1, None))
    rate = Headline("rate", change_rates, float((changes_of(large) != 0).mean()), slice(1))
    return with_gaps([trend, rate], replications, rng)
