"""The calibrated null on panels whose null is true.

A panel is drawn from known settings, the generator is fitted to it as to the real one, and its
figures are placed among panels of that fit with the feature set to zero. Over many such panels the
p-values must be uniform (Talts et al. 2018 rank their draws likewise); a fit that takes up part of
what is tested, or misses what matters, shows here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.statistics.arrays import Floats
from analysis.statistics.generator import Settings, simulate
from analysis.statistics.generator_fit import Statistic, fit, place
from analysis.statistics.moments import moments
from analysis.validation.check import Check, Subject

DRAWS: Final = 199
"""Panels among which each is placed."""
REPLICATIONS: Final = 10
"""Simulated panels per evaluation of a fit."""

Null = Callable[[Settings, Floats], Settings]
"""From fitted settings and the panel to settings without the feature under test."""


@dataclass(frozen=True)
class Recursion:
    """What fitting and testing panels of the null gives.

    Attributes
    ----------
    p_values
        Name of a statistic -> one p-value a panel.
    ranks
        Name of a moment -> share of the fit's own panels with a smaller value, one a panel.
    """

    p_values: dict[str, Floats]
    ranks: dict[str, Floats]

    def checks(self, estimator: str, where: str) -> list[Check]:
        """Return what is required of them.

        P-values are uniform. Moments were fitted, so that the panel's own should lie in the middle
        of the fit's more often than a rank of chance, and must not lie at its ends more often.
        """
        found = [
            Subject(f"{estimator}: {name.replace('_', ' ')}", where).uniform(p)
            for name, p in self.p_values.items()
        ]
        outer = np.concatenate([(r < 0.05) | (r > 0.95) for r in self.ranks.values()])
        subject = Subject("fitted moments among those of the fit's own panels", where)
        return [*found, subject.share("share in the outer tenth", outer, highest=0.10)]


def recursion(
    truth: Settings,
    statistics: Mapping[str, Statistic],
    null: Null,
    rng: np.random.Generator,
    *,
    panels: int = 200,
    shape: tuple[int, int, int] = (29, 7, 14),
) -> Recursion:
    """Fit and test panels drawn from `truth`, which lacks the feature that `statistics` measure.

    Parameters
    ----------
    shape
        Countries, categories and editions.
    """
    countries, categories, editions = shape
    size = (countries, editions, rng)
    observed = simulate(truth, panels, *size, categories=categories)
    p: dict[str, list[float]] = {name: [] for name in statistics}
    ranks: dict[str, list[float]] = {}
    for panel in observed:
        fitted = fit(panel, int(rng.integers(2**31)), replications=REPLICATIONS).settings
        drawn = simulate(null(fitted, panel), DRAWS, *size, categories=categories)
        for name, statistic in statistics.items():
            # Ties are broken at random, as a discrete figure cannot have uniform p-values else.
            rank = place(float(statistic(panel[None])[0]), statistic(drawn))
            ties = rank.p_value - (1 - rank.percentile)
            p[name].append(float(np.clip(1 - rank.percentile + ties * rng.uniform(-1, 1), 0, 1)))
        again = moments(simulate(fitted, DRAWS, *size, categories=categories))
        for name, own in moments(panel[None]).items():
            ranks.setdefault(name, []).append(place(float(own[0]), again[name]).percentile)
    return Recursion(
        {name: np.array(values) for name, values in p.items()},
        {name: np.array(values) for name, values in ranks.items()},
    )
