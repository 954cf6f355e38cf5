"""Checks of the growth-curve model, which statsmodels fits one panel at a time."""

from __future__ import annotations

import numpy as np

from analysis.statistics.arrays import Floats
from analysis.statistics.estimates import t_quantile
from analysis.statistics.simulation.generator import CAL, Settings, scenario
from analysis.trajectories.mixed_fit import MixedFit, fit_by_ladder
from analysis.validation.check import COUNTRIES, Check, Subject, label, scores
from analysis.validation.trajectories.trends import true_slope


def mixed_models_n1(replications: int, rng: np.random.Generator) -> list[Check]:
    """Check the mixed model on driftless random walks."""
    return _mixed_models(scenario("N1"), "N1", 20, replications, rng)


def mixed_models_n2(replications: int, rng: np.random.Generator) -> list[Check]:
    """Check the mixed model on stationary ratings."""
    return _mixed_models(scenario("N2"), "N2", 20, replications, rng)


def mixed_models_n4(replications: int, rng: np.random.Generator) -> list[Check]:
    """Check the mixed model on countries of unequal volatility."""
    return _mixed_models(scenario("N4"), "N4", 20, replications, rng)


def mixed_models_fitted(replications: int, rng: np.random.Generator) -> list[Check]:
    """Check the mixed model on the fitted settings, with drift."""
    return _mixed_models(CAL, "drift", 20, replications, rng)


def _mixed_models(
    settings: Settings, name: str, n_editions: int, replications: int, rng: np.random.Generator
) -> list[Check]:
    """Measure coverage of the slope and count failures of the ladder, one panel at a time."""
    truth = true_slope(settings, n_editions, rng)
    fits = [_fit(panel) for panel in scores(settings, replications, n_editions, rng)]
    failed = np.array([bool(fit.refusal) or fit.singular for fit in fits])
    half = np.array([_half(fit) for fit in fits])[~failed]
    slope = np.array([fit.mean_line[1] for fit in fits])[~failed]
    subject = Subject("mixed model, random slopes, t(G-1)", label(settings, name, n_editions))
    count = f"fits failed by the ladder, of {replications}"
    return [
        subject.coverage(slope - half, slope + half, truth, 0.93, 0.975),
        Check(subject.estimator, subject.scenario, count, -np.inf, 0.0, float(failed.sum()), 0.0),
    ]


def _fit(values: Floats) -> MixedFit:
    countries, n_editions = values.shape
    time = (np.arange(n_editions) - (n_editions - 1) / 2) / 10
    return fit_by_ladder(
        values.ravel(), np.tile(time, countries), np.repeat(np.arange(countries), n_editions)
    )


def _half(fit: MixedFit) -> float:
    return float(t_quantile(COUNTRIES - 1)) * float(fit.standard_errors[-1]) if fit.terms else 0.0
