"""Simulated panels of the validation, and the truth about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from analysis.correlations.cross_products import LEVELS, correlations, pairs_of
from analysis.facts.rating_system import CATEGORIES
from analysis.statistics.arrays import Floats
from analysis.statistics.simulation.generator import CAL, Settings, scenario, simulate
from analysis.validation.check import COUNTRIES, label

K: Final = len(CATEGORIES)
FIRST, SECOND = pairs_of(K)
_LARGE: Final = 40_000


@dataclass(frozen=True)
class Case:
    """Panels of one scenario.

    Attributes
    ----------
    name
        What a table calls the scenario.
    settings, editions, countries
        What is drawn.
    null
        Categories are unrelated within countries: the truth is zero.
    """

    name: str
    settings: Settings
    editions: int
    countries: int = COUNTRIES
    null: bool = False

    @property
    def where(self) -> str:
        """The scenario's label."""
        return label(self.settings, self.name, self.editions, self.countries)

    def panels(self, replications: int, rng: np.random.Generator) -> Floats:
        """Draw panels (replications, countries, categories, editions)."""
        return simulate(self.settings, replications, self.countries, self.editions, rng)

    def many_countries(self, rng: np.random.Generator) -> Floats:
        """Draw one panel so large that its figures are the truth."""
        panel: Floats = simulate(self.settings, 1, _LARGE, self.editions, rng)[0]
        return panel

    def truths(self, names: Sequence[str], rng: np.random.Generator) -> dict[str, float]:
        """Return the true correlation on each level, on the observed scale."""
        if self.null:
            return dict.fromkeys(names, 0.0)
        panel = self.many_countries(rng)
        return {
            name: float(correlations(LEVELS[name](panel).total(), FIRST, SECOND).mean())
            for name in names
        }

    def truth(self, name: str, rng: np.random.Generator) -> float:
        """Return the true correlation on a level."""
        return self.truths([name], rng)[name]


def frail(settings: Settings) -> Settings:
    """Return the same settings with countries of unequal volatility."""
    return replace(settings, frailty=0.6)


def nulls(editions: int) -> list[Case]:
    """Return the scenarios without association, on the stress settings."""
    return [Case(n, scenario(n), editions, null=True) for n in ("N1", "N2", "N3", "N4")]


def fitted_nulls() -> list[Case]:
    """Return the scenario without association on the fitted settings."""
    null = replace(CAL.without_drift(), rho_within=0.0)
    return [Case("unrelated", null, editions, null=True) for editions in (14, 20)]


def drifting_nulls() -> list[Case]:
    """Return scenarios without association in which all countries drift alike, or as they will.

    The drift is the fitted one; where countries differ, each category of each has its own.
    """
    common = replace(CAL.without_drift(), rho_within=0.0, drift=CAL.drift)
    apart = replace(common, drift_sd=CAL.drift_sd, drift_share=0.0)
    return [
        Case(f"unrelated, {name} drift", settings, editions, null=True)
        for editions in (14, 20)
        for name, settings in (("common", common), ("own", apart))
    ]


def fitted_alternatives() -> list[Case]:
    """Return scenarios with association on the fitted settings."""
    return [
        case
        for editions in (14, 20)
        for case in (
            Case("rho .35", CAL.without_drift(), editions),
            Case("rho .35 with drift", CAL, editions),
        )
    ]
