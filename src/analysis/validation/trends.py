"""Checks of trends beside methods that must not be used.

One country's drift by sign flips; average trends by t and by mixed models; the spread of country
trends among those of fitted panels.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from analysis.statistics.arrays import Bools, Floats, changes_of, slopes_of
from analysis.statistics.estimates import sign_flip_p_values, t_quantile
from analysis.statistics.generator import CAL, STRESS, Settings, scenario, simulate
from analysis.trajectories.drift import block_sums
from analysis.trajectories.driftless import STATISTICS, driftless, slope_spread
from analysis.trajectories.growth import fit_by_ladder, is_singular
from analysis.trajectories.headlines import change_rates, trends
from analysis.validation.check import COUNTRIES, Check, Subject, label, scores
from analysis.validation.refitted import Headline, recursion, with_gaps

_LARGE = 40_000
_EDITIONS = 14
_METHOD = "mean trend, t(G-1)"
_DRIFT = "drift sign-flip, {}-year blocks"
_ALPHA = 0.05 + 1e-12
_BLOCK = 250
"""Panels tested together: all sign patterns of their series fill some hundred megabytes."""


def true_slope(settings: Settings, n_editions: int, rng: np.random.Generator) -> float:
    """Return the mean slope of 40 000 countries, on the observed scale."""
    if settings.drift == 0:
        # Without drift the generator is symmetric around the middle of the scale.
        return 0.0
    return float(slopes_of(scores(settings, 1, n_editions, rng, _LARGE)).mean())


def _intervals(slopes: Floats) -> tuple[Floats, Floats]:
    n = slopes.shape[1]
    half = t_quantile(n - 1) * slopes.std(axis=1, ddof=1) / np.sqrt(n)
    mean = slopes.mean(axis=1)
    return mean - half, mean + half


def _rejects(
    settings: Settings, n_editions: int, length: int, replications: int, rng: np.random.Generator
) -> Bools:
    """Tell which countries' drift the test finds, (replications, countries)."""
    parts = []
    for start in range(0, replications, _BLOCK):
        values: Floats = scores(settings, min(_BLOCK, replications - start), n_editions, rng)
        blocks = block_sums(np.diff(values, axis=-1), length)
        p = sign_flip_p_values(blocks.reshape(-1, blocks.shape[-1]))
        parts.append((p <= _ALPHA).reshape(values.shape[:2]))
    return np.concatenate(parts)


def drift_tests(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Size without drift, on stress and on fitted settings, and where changes carry momentum."""
    driftless = CAL.without_drift()
    # Real scores go on in the direction of their last change; two-year blocks are there for that.
    going_on = replace(driftless, momentum=0.2)
    cases: list[tuple[Settings, str, int, int, float]] = [
        (replace(scenario("N1"), rho_within=rho), f"N1, rho {rho}", n_editions, length, most)
        for rho in (0.4, 0.7)
        for n_editions, length, most in ((10, 1, 0.07), (15, 2, 0.09), (20, 2, 0.09), (20, 3, 0.05))
    ]
    for n_editions in (14, 20):
        cases += [
            (driftless, "driftless", n_editions, 2, 0.09),
            (driftless, "driftless", n_editions, 3, 0.05),
            (going_on, "driftless, momentum 0.2", n_editions, 2, 0.09),
        ]
    for settings, name, n_editions, length, most in cases:
        found = _rejects(settings, n_editions, length, replications, rng)
        subject = Subject(_DRIFT.format(length), label(settings, name, n_editions))
        yield subject.share("size", found, highest=most, panels=True)


def drift_power(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Power against -0.75 a decade; at the real mean drift most single countries stay untold."""
    falling = replace(scenario("N1"), rho_within=0.4, drift=-0.75)
    fast = replace(CAL, drift=-0.75)
    for settings, name, n_editions, length, lowest in (
        (falling, "-0.75 a decade", 15, 2, 0.65),
        (falling, "-0.75 a decade", 20, 2, 0.85),
        (fast, "-0.75 a decade", 20, 2, -np.inf),
        (CAL, "-0.28 a decade", 14, 1, -np.inf),
        (CAL, "-0.28 a decade", 20, 2, -np.inf),
    ):
        found = _rejects(settings, n_editions, length, max(replications // 4, 20), rng)
        subject = Subject(_DRIFT.format(length), label(settings, name, n_editions))
        yield subject.share("power", found, lowest, panels=True)


def mean_trends(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Coverage of the country-level t interval; under common shocks it must fail."""
    cases: list[tuple[Settings, str, int, int]] = [
        *((scenario(name), name, 20, COUNTRIES) for name in ("N1", "N2", "N4", "A2")),
        (scenario("N1"), "N1", 10, COUNTRIES),
        (scenario("A2"), "A2", 20, 12),
        (scenario("A2"), "A2", 20, 8),
        (CAL.without_drift(), "driftless", 14, COUNTRIES),
        (CAL.without_drift(), "driftless", 20, COUNTRIES),
        (CAL, "drift", 14, COUNTRIES),
        (CAL, "drift", 20, COUNTRIES),
    ]
    for settings, name, n_editions, countries in cases:
        truth = true_slope(settings, n_editions, rng)
        slopes = slopes_of(scores(settings, replications, n_editions, rng, countries))
        subject = Subject(_METHOD, label(settings, name, n_editions, countries))
        yield subject.coverage(*_intervals(slopes), truth, 0.925, 0.97)
    shocked = _intervals(slopes_of(scores(scenario("N5"), replications, 20, rng)))
    bad = Subject("sanity: mean trend under common shocks", label(STRESS, "N5", 20))
    yield bad.coverage(*shocked, 0, highest=0.80, metric="coverage, must stay below 0.80")


def mean_trend_power(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Power at the drift of the real panel: the region is testable where one country is not."""
    for n_editions, lowest in ((14, 0.78), (20, 0.86)):
        low, high = _intervals(slopes_of(scores(CAL, replications, n_editions, rng)))
        subject = Subject(_METHOD, label(CAL, "drift", n_editions))
        yield subject.share("power at -0.28 a decade", (low > 0) | (high < 0), lowest)


def bad_methods(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Measure methods that must fail: iid errors, and least squares on one series."""
    for settings, name, n_editions in (
        (scenario("N1"), "N1", 20),
        (CAL.without_drift(), "driftless", 14),
        (CAL.without_drift(), "driftless", 20),
    ):
        iid, single = _naive(scores(settings, replications, n_editions, rng))
        where = label(settings, name, n_editions)
        pooled = Subject("sanity: fixed effects, iid errors", where)
        yield pooled.share("coverage, must stay below 0.70", iid, highest=0.70)
        alone = Subject("sanity: least-squares t, one country", where)
        yield alone.share("size, must exceed 0.40", single, lowest=0.40, panels=True)


def _naive(values: Floats) -> tuple[Bools, Bools]:
    """Return whether the iid interval holds zero, and whether each country's t rejects it."""
    n_editions = values.shape[-1]
    time = np.arange(n_editions) - (n_editions - 1) / 2
    squares = float((time**2).sum())
    demeaned = values - values.mean(axis=-1, keepdims=True)
    b = demeaned @ time / squares
    pooled = b.mean(axis=1)
    residual = demeaned - pooled[:, None, None] * time
    freedom = COUNTRIES * (n_editions - 1) - 1
    variance = (residual**2).sum(axis=(1, 2)) / freedom
    half = 1.96 * np.sqrt(variance / (squares * COUNTRIES))
    own = demeaned - b[..., None] * time
    error = np.sqrt((own**2).sum(axis=-1) / (n_editions - 2) / squares)
    alone: Bools = np.abs(b) > t_quantile(n_editions - 2) * error
    return np.abs(pooled) <= half, alone


def known_null(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """P-values of panels among draws from their own settings: the drawing alone."""
    null = CAL.without_drift()
    drawn = slope_spread(simulate(null, max(replications, 1000), COUNTRIES, _EDITIONS, rng))
    observed = slope_spread(simulate(null, 200, COUNTRIES, _EDITIONS, rng))
    p = (1 + (drawn >= observed[:, None]).sum(axis=1)) / (len(drawn) + 1)
    return [Subject("calibrated null, slope spread", label(CAL, "driftless", _EDITIONS)).uniform(p)]


def refitted_null(panels: int, rng: np.random.Generator) -> Iterable[Check]:
    """P-values of panels among draws from the generator fitted to each of them."""
    return recursion(
        CAL.without_drift(),
        {name: statistic for name, (_, statistic) in STATISTICS.items()},
        driftless,
        rng,
        panels=panels,
        where="CAL driftless, 14 editions",
    )


def completed_panels(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Coverage of average trends of the categories, and of the yearly rate of changes."""
    large = simulate(CAL, 1, _LARGE // 4, 20, rng)
    trend = Headline("mean trend", trends, float(slopes_of(large).mean()), slice(1, None))
    rate = Headline("rate", change_rates, float((changes_of(large) != 0).mean()), slice(1))
    return with_gaps([trend, rate], replications, rng)


def mixed_models_n1(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Check the mixed model on driftless random walks."""
    return _mixed_models(scenario("N1"), "N1", 20, replications, rng)


def mixed_models_n2(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Check the mixed model on stationary ratings."""
    return _mixed_models(scenario("N2"), "N2", 20, replications, rng)


def mixed_models_n4(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Check the mixed model on countries of unequal volatility."""
    return _mixed_models(scenario("N4"), "N4", 20, replications, rng)


def mixed_models_fitted(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Check the mixed model on the fitted settings, with drift."""
    return _mixed_models(CAL, "drift", 20, replications, rng)


def _mixed_models(
    settings: Settings, name: str, n_editions: int, replications: int, rng: np.random.Generator
) -> Iterable[Check]:
    """Measure coverage of the slope and count failures of the ladder, one panel at a time."""
    truth = true_slope(settings, n_editions, rng)
    time = np.tile((np.arange(n_editions) - (n_editions - 1) / 2) / 10, COUNTRIES)
    country = np.repeat(np.arange(COUNTRIES), n_editions)
    good = []
    for panel in scores(settings, replications, n_editions, rng):
        result, refusal = fit_by_ladder(panel.ravel(), time, country)
        if not refusal and not is_singular(result):
            good.append((result.fe_params.iloc[-1], result.bse_fe.iloc[-1]))
    slope, error = np.array(good).reshape(-1, 2).T
    half = t_quantile(COUNTRIES - 1) * error
    subject = Subject("mixed model, random slopes, t(G-1)", label(settings, name, n_editions))
    count, failed = f"fits failed by the ladder, of {replications}", float(replications - len(good))
    return [
        subject.coverage(slope - half, slope + half, truth, 0.93, 0.975),
        Check(subject.estimator, subject.scenario, count, -np.inf, 0.0, failed, 0.0),
    ]
