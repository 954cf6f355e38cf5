"""Checks of forecast intervals, of the challengers, and of the test of equal accuracy."""

from __future__ import annotations

import numpy as np

from analysis.statistics.arrays import Floats
from analysis.statistics.estimates import t_quantile
from analysis.statistics.simulation.check import (
    COUNTRIES,
    Check,
    Subject,
    label,
    scores,
)
from analysis.statistics.simulation.generator import CAL, STRESS, scenario
from analysis.trajectories.backtest import (
    FIRST_ORIGIN,
    absolute_errors,
    by_country,
    interval_hits,
    origins,
)
from analysis.trajectories.forecasts import HORIZONS, change_interval, pooled_changes

_BOUNDS = {0.95: (0.94, 0.99), 0.80: (0.80, 0.90)}
_COARSE = (
    "0.90 was designed; one step of 1/28 in or out decides here: the next narrower interval of the "
    "grid holds less than 80 %"
)


def intervals(replications: int, rng: np.random.Generator) -> list[Check]:
    """Coverage of the no-change interval for the score, one to three editions ahead."""
    checks = []
    for settings, name, n_editions in (
        (scenario("N1"), "N1", 20),
        (scenario("N2"), "N2", 20),
        (scenario("A2"), "A2", 20),
        (CAL, "drift", 14),
        (CAL, "drift", 20),
    ):
        values = scores(settings, replications, n_editions, rng)
        where = label(settings, name, n_editions)
        for horizon in HORIZONS:
            for level, (lowest, highest) in _BOUNDS.items():
                hits = interval_hits(values, horizon, FIRST_ORIGIN, level)[0]
                subject = Subject(f"no-change interval, {level:.0%}, {horizon} ahead", where)
                coarse = (name, horizon, level) == ("N2", 1, 0.80)
                checks.append(
                    subject.share(
                        "coverage",
                        np.moveaxis(hits, 1, 0) > 0.5,
                        lowest,
                        0.94 if coarse else highest,
                        panels=True,
                        note=_COARSE if coarse else "",
                    )
                )
                if coarse:
                    checks.append(_narrower(values, horizon, level, where))
    return checks


def _narrower(values: Floats, horizon: int, level: float, where: str) -> Check:
    """Measure the interval of the score's grid that is one step of 1/28 narrower at both ends."""
    parts = []
    for end in origins(values.shape[-1], horizon, FIRST_ORIGIN):
        low, high = change_interval(pooled_changes(values[..., :end], horizon), level)
        step = values[..., end - 1 + horizon] - values[..., end - 1]
        inside = (step > low[:, None] + 1e-5) & (step < high[:, None] - 1e-5)
        parts.append(inside)
    subject = Subject(f"sanity: no-change interval, {level:.0%}, without its two end steps", where)
    hits = np.moveaxis(np.stack(parts), 1, 0)
    return subject.share("coverage, must stay below 0.80", hits, highest=0.80, panels=True)


def challengers(replications: int, rng: np.random.Generator) -> list[Check]:
    """MAE ratios to no change: none wins without drift, shrunk drift wins with it."""
    checks = []
    null = scores(scenario("N1"), replications, 20, rng)
    for horizon in HORIZONS:
        losses = absolute_errors(null, horizon, FIRST_ORIGIN)
        base = losses.pop("no_change")
        for name, loss in losses.items():
            checks.append(_ratio(name, label(STRESS, "N1", 20), horizon, loss, base, lowest=1.0))
    for settings, where, horizon, most in (
        (scenario("A2"), label(STRESS, "A2", 20), 3, 0.90),
        (CAL, label(CAL, "drift", 14), 3, 0.95),
        (CAL, label(CAL, "drift", 20), 3, 0.95),
    ):
        n_editions = 14 if "14" in where else 20
        values = scores(settings, replications, n_editions, rng)
        losses = absolute_errors(values, horizon, FIRST_ORIGIN, ["no_change", "eb_drift"])
        checks.append(
            _ratio(
                "eb_drift", where, horizon, losses["eb_drift"], losses["no_change"], highest=most
            )
        )
    return checks


def _ratio(
    name: str,
    where: str,
    horizon: int,
    loss: Floats,
    base: Floats,
    lowest: float = -np.inf,
    highest: float = np.inf,
) -> Check:
    own, other = loss.mean(axis=(0, 2)), base.mean(axis=(0, 2))
    ratio = float(own.mean() / other.mean())
    # Delta method over replications.
    error = float((own - ratio * other).std(ddof=1) / np.sqrt(len(own)) / other.mean())
    metric = f"MAE ratio to no change, {horizon} ahead"
    return Check(f"forecast {name}", where, metric, lowest, highest, ratio, error)


def accuracy_tests(replications: int, rng: np.random.Generator) -> list[Check]:
    """Size of the country-level test for two forecasts that are equally good by symmetry.

    Without drift a forecast a tenth above the last score errs as much as one a tenth below it.
    """
    values = scores(scenario("N1"), replications, 20, rng)
    checks = []
    for horizon in HORIZONS:
        ends = range(FIRST_ORIGIN, 20 - horizon + 1)
        change = np.stack([values[..., e - 1 + horizon] - values[..., e - 1] for e in ends])
        difference = np.abs(change - 0.1) - np.abs(change + 0.1)
        country = by_country(difference)
        t = country.mean(axis=1) / (country.std(axis=1, ddof=1) / np.sqrt(COUNTRIES))
        where = f"{label(STRESS, 'N1', 20)}, {horizon} ahead"
        subject = Subject("equal accuracy, by country, t(G-1)", where)
        found = np.abs(t) > t_quantile(COUNTRIES - 1)
        checks.append(subject.share("size", found, highest=0.08))
        if horizon == max(HORIZONS):
            pooled = np.moveaxis(difference, 1, 0).reshape(replications, -1)
            n = pooled.shape[1]
            z = pooled.mean(axis=1) / (pooled.std(axis=1, ddof=1) / np.sqrt(n))
            bad = Subject("sanity: equal accuracy, errors pooled as iid", where)
            checks.append(bad.share("size, must exceed 0.12", np.abs(z) > 1.96, lowest=0.12))
    return checks
