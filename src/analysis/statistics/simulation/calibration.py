"""An observed figure among those of panels that lack the feature.

The generator, fitted to the panel but with the feature set to zero, draws panels with the same
gaps; the observed figure is placed among theirs. This replaces tests that reject in every
persistent panel, such as the likelihood-ratio test of different slopes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.facts.errors import ParameterError
from analysis.statistics.arrays import Floats
from analysis.statistics.simulation.generator import Settings, simulate_like

Statistic = Callable[[Floats], Floats]
"""From panels (replications, countries, categories, editions) to one figure per replication."""


@dataclass(frozen=True)
class Calibration:
    """An observed figure among those of null panels.

    Attributes
    ----------
    observed
        The panel's figure.
    null_mean, null_lower, null_upper
        Mean and central 95 % over null panels.
    percentile
        Share of null panels with a smaller figure, ties by half.
    p_value
        Share of null panels with at least this figure: (1 + #) / (draws + 1).
    draws
        Number of null panels.
    """

    observed: float
    null_mean: float
    null_lower: float
    null_upper: float
    percentile: float
    p_value: float
    draws: int


def calibrate(
    ratings: Floats, null: Settings, statistic: Statistic, seed: int, draws: int = 1000
) -> Calibration:
    """Compare a statistic of a panel with its distribution over null panels.

    Parameters
    ----------
    ratings
        The panel (countries, categories, editions), NaN where unknown.
    null
        Settings with the feature under test set to zero.
    """
    if draws < 1:
        raise ParameterError(f"expected at least one draw, found {draws}")
    panels = simulate_like(ratings, null, draws, np.random.default_rng(seed))
    return place(float(statistic(ratings[None])[0]), statistic(panels))


def place(observed: float, drawn: Floats) -> Calibration:
    """Place an observed figure among drawn ones."""
    lower, upper = np.quantile(drawn, [0.025, 0.975])
    tolerance = 1e-9 * max(1.0, abs(observed))
    below, above = drawn < observed - tolerance, drawn > observed + tolerance
    draws = len(drawn)
    return Calibration(
        observed=observed,
        null_mean=float(drawn.mean()),
        null_lower=float(lower),
        null_upper=float(upper),
        percentile=float((below.sum() + 0.5 * (draws - below.sum() - above.sum())) / draws),
        p_value=float((1 + (~below).sum()) / (draws + 1)),
        draws=draws,
    )
