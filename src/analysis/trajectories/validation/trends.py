"""Checks of drift tests, average trends, the mixed model, episodes and the panel break."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import stats

from analysis.estimates import t_quantile
from analysis.matrices import Floats
from analysis.simulation.check import (
    COUNTRIES,
    Check,
    Subject,
    label,
    scores,
)
from analysis.simulation.generator import CAL, STRESS, Settings, scenario, simulate
from analysis.trajectories.breaks import MARGIN, pace_differences, sup_t
from analysis.trajectories.drift import block_sums, sign_flip_p_values
from analysis.trajectories.episodes import RULE, find_episodes
from analysis.trajectories.heterogeneity import slope_spread
from analysis.trajectories.mixed_fit import MixedFit, fit_by_ladder
from analysis.trajectories.trends import slopes_of

_LARGE = 40_000
_ALPHA = 0.05 + 1e-12


def mean_trends(replications: int, rng: np.random.Generator) -> list[Check]:
    """Coverage of the country-level t interval; the truth is the mean slope of 40 000 countries."""
    cases: list[tuple[Settings, str, int, int]] = [
        *((scenario(name), name, 20, COUNTRIES) for name in ("N1", "N2", "N4", "A2")),
        (scenario("N1"), "N1", 10, COUNTRIES),
        (scenario("A2"), "A2", 20, 12),
        (scenario("A2"), "A2", 20, 8),
        (CAL, "drift", 14, COUNTRIES),
        (CAL, "drift", 20, COUNTRIES),
    ]
    checks = []
    for settings, name, n_editions, countries in cases:
        truth = _true_slope(settings, n_editions, rng)
        slopes = slopes_of(scores(settings, replications, n_editions, rng, countries))
        half = t_quantile(countries - 1) * slopes.std(axis=1, ddof=1) / np.sqrt(countries)
        mean = slopes.mean(axis=1)
        subject = Subject("mean trend, t(G-1)", label(settings, name, n_editions, countries))
        checks.append(subject.coverage(mean - half, mean + half, truth, 0.925, 0.975))
    return checks


def _true_slope(settings: Settings, n_editions: int, rng: np.random.Generator) -> float:
    if settings.drift == 0:
        # Without drift the generator is symmetric around the middle of the scale.
        return 0.0
    return float(slopes_of(scores(settings, 1, n_editions, rng, _LARGE)).mean())


def drift_tests(replications: int, rng: np.random.Generator) -> list[Check]:
    """Size of the sign-flip test of one country's score, and its power against -0.75 a decade."""
    panels = max(replications // 10, 20)
    checks = []
    for rho in (0.4, 0.7):
        null = replace(scenario("N1"), rho_within=rho)
        for n_editions, length, highest in (
            (10, 1, 0.07),
            (15, 2, 0.09),
            (20, 2, 0.09),
            (20, 3, 0.05),
        ):
            values = scores(null, panels, n_editions, rng)
            subject = Subject(
                f"drift sign-flip, {length}-year blocks", label(null, f"N1, rho {rho}", n_editions)
            )
            checks.append(
                subject.share("size", _drift_rejects(values, length), highest=highest, panels=True)
            )
    for n_editions in (14, 20):
        values = scores(CAL.without_drift(), panels, n_editions, rng)
        subject = Subject("drift sign-flip, 2-year blocks", label(CAL, "no drift", n_editions))
        checks.append(subject.share("size", _drift_rejects(values, 2), highest=0.09, panels=True))
    falling = replace(scenario("N1"), rho_within=0.4, drift=-0.75)
    for n_editions, lowest in ((15, 0.65), (20, 0.85)):
        values = scores(falling, panels, n_editions, rng)
        subject = Subject(
            "drift sign-flip, 2-year blocks", label(falling, "-0.75 a decade", n_editions)
        )
        checks.append(subject.share("power", _drift_rejects(values, 2), lowest, panels=True))
    # Real scores go on in the direction of their last change; two-year blocks are there for that.
    going_on = replace(CAL.without_drift(), momentum=0.2)
    for n_editions in (14, 20):
        values = scores(going_on, panels, n_editions, rng)
        subject = Subject(
            "drift sign-flip, 2-year blocks", label(going_on, "no drift, momentum 0.2", n_editions)
        )
        checks.append(subject.share("size", _drift_rejects(values, 2), highest=0.09, panels=True))
    return checks


def _drift_rejects(values: Floats, length: int) -> Any:
    blocks = block_sums(np.diff(values, axis=-1), length)
    p = sign_flip_p_values(blocks.reshape(-1, blocks.shape[-1]))
    return (p <= _ALPHA).reshape(values.shape[:2])


def mixed_models_n1(replications: int, rng: np.random.Generator) -> list[Check]:
    """Check the mixed model on driftless random walks."""
    return _mixed_models("N1", replications, rng)


def mixed_models_n2(replications: int, rng: np.random.Generator) -> list[Check]:
    """Check the mixed model on stationary ratings."""
    return _mixed_models("N2", replications, rng)


def mixed_models_n4(replications: int, rng: np.random.Generator) -> list[Check]:
    """Check the mixed model on countries of unequal volatility."""
    return _mixed_models("N4", replications, rng)


def _mixed_models(name: str, replications: int, rng: np.random.Generator) -> list[Check]:
    """Measure coverage of the slope and count failures of the ladder, one panel at a time."""
    fits = [_mixed(panel) for panel in scores(scenario(name), replications, 20, rng)]
    failed = np.array([bool(fit.refusal) or fit.singular for fit in fits])
    half = np.array([_half(fit) for fit in fits])[~failed]
    slope = np.array([fit.mean_line[1] for fit in fits])[~failed]
    subject = Subject("mixed model, random slopes, t(G-1)", label(STRESS, name, 20))
    count = f"fits failed by the ladder, of {replications}"
    return [
        subject.coverage(slope - half, slope + half, 0.0, 0.93, 0.975),
        Check(subject.estimator, subject.scenario, count, -np.inf, 0.0, float(failed.sum()), 0.0),
    ]


def _mixed(values: Floats) -> MixedFit:
    countries, n_editions = values.shape
    time = (np.arange(n_editions) - (n_editions - 1) / 2) / 10
    return fit_by_ladder(
        values.ravel(), np.tile(time, countries), np.repeat(np.arange(countries), n_editions)
    )


def _half(fit: MixedFit) -> float:
    return float(t_quantile(COUNTRIES - 1)) * float(fit.standard_errors[-1]) if fit.terms else 0.0


def episodes(replications: int, rng: np.random.Generator) -> list[Check]:
    """Share of driftless countries in which the rule finds a decline."""
    series = replications * 10
    # Categories that move together make the score wander further: the harder null.
    together = replace(scenario("N1"), rho_within=0.5)
    cases = [
        (scenario("N1"), "N1", 20, RULE.moderate, 0.10),
        (scenario("N2"), "N2", 20, RULE.moderate, 0.10),
        (together, "N1, rho 0.5", 20, RULE.moderate, 0.10),
        *((CAL.without_drift(), "no drift", t, RULE.moderate, 0.17) for t in (14, 20)),
        *((CAL.without_drift(), "no drift", t, RULE.clear, 0.05) for t in (14, 20)),
    ]
    checks = []
    for settings, name, n_editions, least, highest in cases:
        values = scores(settings, series, n_editions, rng, 1)[:, 0]
        found = find_episodes(values, "decline", RULE)
        hit = np.isin(np.arange(series), found.series[np.abs(found.change) >= least - 1e-6])
        subject = Subject(f"episode rule, change {least:g}", label(settings, name, n_editions))
        checks.append(subject.share("countries with a false decline", hit, highest=highest))
    return checks


def panel_breaks(replications: int, rng: np.random.Generator) -> list[Check]:
    """Size, power and location of the sup-t sign-flip test; the naive best year beside it."""
    checks = []
    signs = rng.choice([-1.0, 1.0], size=(499, COUNTRIES))
    for base, name, n_editions in (
        (STRESS, "N1", 20),
        (STRESS, "A2", 20),
        (STRESS, "A4", 20),
        (CAL, "N1", 14),
        (CAL, "N1", 20),
    ):
        settings = scenario(name, base)
        differences = pace_differences(np.diff(scores(settings, replications, n_editions, rng)))
        t, largest = sup_t(differences, signs)
        best = np.abs(t).max(axis=-1)
        p = (1 + (largest >= best[:, None] - 1e-9).sum(axis=-1)) / (len(signs) + 1)
        rejected = p <= _ALPHA
        subject = Subject("panel break, sup-t sign-flip", label(settings, name, n_editions))
        if name != "A4":
            checks.append(subject.share("size", rejected, highest=0.085))
            if (base, name) == (STRESS, "N1"):
                naive = Subject("sanity: t at the best year", subject.scenario)
                found = best > t_quantile(COUNTRIES - 1)
                checks.append(naive.share("size, must exceed 0.15", found, lowest=0.15))
            continue
        near = np.abs(np.abs(t).argmax(axis=-1) + MARGIN - n_editions // 2) <= 1
        checks += [
            subject.share("power", rejected, lowest=0.90),
            subject.share("located within a year", near[rejected], lowest=0.70),
        ]
    return checks


def calibrated_null(replications: int, rng: np.random.Generator) -> list[Check]:
    """Uniformity of the calibrated p-value of slope spread over panels of the null itself."""
    null = CAL.without_drift()
    drawn = slope_spread(simulate(null, max(replications, 1000), COUNTRIES, 14, rng))
    observed = slope_spread(simulate(null, 200, COUNTRIES, 14, rng))
    p = (1 + (drawn >= observed[:, None]).sum(axis=1)) / (len(drawn) + 1)
    uniform = float(stats.kstest(p, "uniform").pvalue)
    where = label(CAL, "no drift", 14)
    return [
        Check(
            "calibrated null",
            where,
            "Kolmogorov-Smirnov p of 200 p-values",
            0.01,
            np.inf,
            uniform,
            0,
        )
    ]


def bad_methods(replications: int, rng: np.random.Generator) -> list[Check]:
    """Measure methods that must fail: iid errors, and least squares on one series."""
    values = scores(scenario("N1"), replications, 20, rng)
    time = np.arange(20) - 9.5
    demeaned = values - values.mean(axis=-1, keepdims=True)
    squares = float((time**2).sum())
    b = demeaned @ time / squares
    pooled = b.mean(axis=1)
    n = COUNTRIES * 20
    residual = demeaned - pooled[:, None, None] * time
    variance = (residual**2).sum(axis=(1, 2)) / (n - COUNTRIES - 1)
    half = 1.96 * np.sqrt(variance / (squares * COUNTRIES))
    iid = Subject("sanity: fixed effects, iid errors", label(STRESS, "N1", 20))
    own = demeaned - b[..., None] * time
    error = np.sqrt((own**2).sum(axis=-1) / 18 / squares)
    found = np.abs(b) > t_quantile(18) * error
    single = Subject("sanity: least-squares t, one country", label(STRESS, "N1", 20))
    return [
        iid.share("coverage, must stay below 0.70", np.abs(pooled) <= half, highest=0.70),
        single.share("size, must exceed 0.40", found, lowest=0.40, panels=True),
    ]
