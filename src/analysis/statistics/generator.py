"""Sticky quarter-point ratings with a known truth.

A latent level drifts; the printed rating follows only when it has become clearly wrong, and then
moves to the nearest quarter point (an (S, s) rule). Ordinary trend and correlation methods are
wrong for such series, so every estimator of the project is validated on them. Replications are
drawn together as one array.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from analysis.facts.rating_system import CATEGORIES, HIGHEST, LOWEST, STEP
from analysis.statistics.arrays import Bools, Floats

_STEP: Final = float(STEP)


@dataclass(frozen=True)
class Settings:
    """Settings of the generator; levels are on ``7=best``, trends per decade (ten editions).

    Attributes
    ----------
    threshold
        A rating stays while the latent level is within this distance; one for all categories, or
        one each.
    step_sd
        Standard deviation of the yearly innovation of a latent level; one, or one each.
    momentum
        Correlation of an innovation with the one of the year before: real scores move on in the
        direction in which they moved last.
    persistence
        1 for a random walk, below 1 for an AR(1) around the country's level.
    rho_within
        Correlation of innovations across the categories of one country.
    between_mean, between_sd, rho_between
        Mean and spread of latent levels over countries, and the share of the spread's variance
        that categories have in common.
    drift, drift_sd, drift_share
        Mean and spread of country-category trends per decade, and the share of the spread's
        variance that categories have in common.
    frailty
        Spread of log volatility over countries.
    shock_sd
        Standard deviation of a yearly innovation that all countries and categories share.
    pace_break
        Change of pace per year from the middle edition on.
    lead
        Share of an innovation of the first category that the second repeats a year later.
    largest_step
        A rating moves at most this far in a year.
    burn_in
        Years before the first edition.
    """

    threshold: float | tuple[float, ...] = 0.25
    step_sd: float | tuple[float, ...] = 0.11
    momentum: float = 0.0
    persistence: float = 1.0
    rho_within: float = 0.0
    between_mean: float = 4.0
    between_sd: float = 1.5
    rho_between: float = 0.9
    drift: float = 0.0
    drift_sd: float = 0.0
    drift_share: float = 0.5
    frailty: float = 0.0
    shock_sd: float = 0.0
    pace_break: float = 0.0
    lead: float = 0.0
    largest_step: float = 0.5
    burn_in: int = 15

    def without_drift(self) -> Settings:
        """Return the same settings with no trend, no break and no common shock."""
        return replace(self, drift=0.0, drift_sd=0.0, pace_break=0.0, shock_sd=0.0)


STRESS: Final = Settings()
"""Rarer changes than in the real panel: the harder case for most estimators."""

CAL: Final = Settings(
    threshold=0.18,
    step_sd=0.13,
    rho_within=0.35,
    between_sd=1.7,
    rho_between=0.95,
    drift=-0.28,
    drift_sd=0.25,
)
"""Fitted to the printed tables of editions 2005-2018; see `statistics.generator_fit`."""

SCENARIOS: Final[dict[str, dict[str, float]]] = {
    "N1": {},
    "N2": {"persistence": 0.8, "step_sd": 0.14},
    "N3": {"persistence": 0.5, "step_sd": 0.20},
    "N4": {"frailty": 0.6},
    "N5": {"shock_sd": 0.05},
    "N6": {"rho_within": 0.8},
    "A1": {"rho_within": 0.5},
    "A2": {"drift": -0.2, "drift_sd": 0.3},
    "A3": {"lead": 0.4},
    "A4": {"pace_break": -0.03},
}
"""Null (N) and alternative (A) panels, as changes to a driftless set of settings."""


def scenario(name: str, base: Settings = STRESS) -> Settings:
    """Return `base` without drift, changed to the scenario `name`.

    The step sizes of N2 and N3 are those of `STRESS`; elsewhere they keep their ratio to its step.
    """
    changes = dict(SCENARIOS[name])
    if "step_sd" in changes and isinstance(base.step_sd, float):
        changes["step_sd"] *= base.step_sd / STRESS.step_sd  # type: ignore[operator]
    return replace(base.without_drift(), **changes)  # type: ignore[arg-type]


def simulate(
    settings: Settings,
    replications: int,
    countries: int,
    editions: int,
    rng: np.random.Generator,
    *,
    categories: int = len(CATEGORIES),
    missing: Bools | None = None,
) -> Floats:
    """Draw panels of ratings, (replications, countries, categories, editions).

    Each panel has the same gaps, where `missing`, (countries, categories, editions), is true.
    """
    shape, shared = (replications, countries, categories), (replications, countries, 1)

    def mixed(rho: float) -> Floats:
        """Draw standard normal numbers that correlate by `rho` across categories."""
        own = np.sqrt(1 - rho) * rng.standard_normal(shape)
        return np.asarray(np.sqrt(rho) * rng.standard_normal(shared) + own)

    level = settings.between_mean + settings.between_sd * mixed(settings.rho_between)
    trend = settings.drift + settings.drift_sd * mixed(settings.drift_share)
    spread = np.asarray(settings.step_sd) * np.exp(settings.frailty * rng.standard_normal(shared))
    threshold = np.asarray(settings.threshold)
    walk = np.zeros(shape)
    if settings.persistence < 1:
        walk = spread * rng.standard_normal(shape) / np.sqrt(1 - settings.persistence**2)
    rating = _on_grid(level + trend * (-settings.burn_in / 10) + walk)
    before = np.zeros(shape)
    ratings = np.empty((*shape, editions))
    for year in range(-settings.burn_in, editions):
        fresh = spread * mixed(settings.rho_within)
        if settings.shock_sd:
            fresh = fresh + settings.shock_sd * rng.standard_normal((replications, 1, 1))
        if settings.lead:
            fresh[:, :, 1] += settings.lead * before[:, :, 0]
        if settings.momentum:
            fresh = settings.momentum * before + np.sqrt(1 - settings.momentum**2) * fresh
        before = fresh
        walk = settings.persistence * walk + before
        pace = settings.pace_break * max(0, year - editions // 2)
        latent = level + trend * (year / 10) + walk + pace
        move = np.clip(_on_grid(latent) - rating, -settings.largest_step, settings.largest_step)
        rating = rating + np.where(np.abs(latent - rating) > threshold, move, 0.0)
        if year >= 0:
            ratings[..., year] = rating
    if missing is not None:
        ratings[:, missing] = np.nan
    return ratings


def simulate_like(
    ratings: Floats, settings: Settings, replications: int, rng: np.random.Generator
) -> Floats:
    """Draw panels of the size of `ratings` (countries, categories, editions), with its gaps."""
    countries, categories, editions = ratings.shape
    size, missing = (replications, countries, editions), ~np.isfinite(ratings)
    return simulate(settings, *size, rng, categories=categories, missing=missing)


def _on_grid(level: Floats) -> Floats:
    return np.clip(np.round(level / _STEP) * _STEP, float(LOWEST), float(HIGHEST))
