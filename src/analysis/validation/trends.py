"""Checks of trends beside methods that must not be used.

One country's drift by sign flips; average trends by t and by mixed models; the spread of country
trends among those of fitted panels.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
import pandas as pd

from analysis.statistics.arrays import Bools, Floats, changes_of, slopes_of
from analysis.statistics.estimates import sign_flip_p_values, t_quantile
from analysis.statistics.generator import CAL, simulate
from analysis.trajectories.drift import block_sums
from analysis.trajectories.driftless import STATISTICS, driftless, slope_spread
from analysis.trajectories.growth import fit_by_ladder, is_singular
from analysis.trajectories.headlines import change_rates, trends
from analysis.validation.check import (
    ALPHA,
    COUNTRIES,
    LARGE,
    Case,
    Check,
    Group,
    case_of,
    covers,
    fitted,
    share,
)
from analysis.validation.refitted import Headline, drawing, recursion, with_gaps

_METHOD = "mean trend, t(G-1)"
_DRIFT = "drift sign-flip, {}-year blocks"
_BLOCK = 250
"""Panels tested together: all sign patterns of their series fill some hundred megabytes."""


def true_slope(case: Case, rng: np.random.Generator) -> float:
    """Return the mean slope of many countries, on the observed scale."""
    if case.settings.drift == 0:
        # Without drift the generator is symmetric around the middle of the scale.
        return 0.0
    return float(slopes_of(case.large().scores(1, rng)).mean())


def intervals(slopes: Floats) -> tuple[Floats, Floats]:
    """Return the 95 % t intervals of mean slopes; the countries are the second axis."""
    n = slopes.shape[1]
    half = t_quantile(n - 1) * slopes.std(axis=1, ddof=1) / np.sqrt(n)
    mean = slopes.mean(axis=1)
    return mean - half, mean + half


def _rejects(case: Case, length: int, replications: int, rng: np.random.Generator) -> Bools:
    """Tell which countries' drift the test finds, (replications, countries)."""
    parts = []
    for start in range(0, replications, _BLOCK):
        values = case.scores(min(_BLOCK, replications - start), rng)
        blocks = block_sums(np.diff(values, axis=-1), length)
        p = sign_flip_p_values(blocks.reshape(-1, blocks.shape[-1]))
        parts.append((p <= ALPHA).reshape(values.shape[:2]))
    return np.concatenate(parts)


def drift_tests(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Size without drift, on stress and on fitted settings, and where changes carry momentum."""
    cases = [
        (case_of("N1", editions, label=f"N1, rho {rho}", rho_within=rho), length, most)
        for rho in (0.4, 0.7)
        for editions, length, most in ((10, 1, 0.07), (15, 2, 0.09), (20, 2, 0.09), (20, 3, 0.05))
    ]
    for editions in (14, 20):
        cases += [
            (fitted("driftless", editions), 2, 0.09),
            (fitted("driftless", editions), 3, 0.05),
            # Real scores go on in the direction of their last change: hence two-year blocks.
            (fitted("driftless, momentum 0.2", editions, momentum=0.2), 2, 0.09),
        ]
    for case, length, most in cases:
        found = _rejects(case, length, replications, rng)
        yield share(_DRIFT.format(length), case, "size", found, highest=most)


def drift_power(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Power against -0.75 a decade; at the real mean drift most single countries stay untold."""
    fast = "-0.75 a decade"
    falling = partial(case_of, "N1", label=fast, rho_within=0.4, drift=-0.75)
    for case, length, lowest in (
        (falling(15), 2, 0.65),
        (falling(20), 2, 0.85),
        (fitted(fast, 20, drift=-0.75, drift_sd=CAL.drift_sd), 2, -np.inf),
        (Case("-0.28 a decade", CAL, 14), 1, -np.inf),
        (Case("-0.28 a decade", CAL, 20), 2, -np.inf),
    ):
        found = _rejects(case, length, max(replications // 4, 20), rng)
        yield share(_DRIFT.format(length), case, "power", found, lowest)


def mean_trends(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Coverage of the country-level t interval; under common shocks it must fail."""
    for case in (
        *(case_of(name) for name in ("N1", "N2", "N4", "A2")),
        case_of("N1", 10),
        *(replace(case_of("A2"), countries=countries) for countries in (12, 8)),
        *(fitted("driftless", editions) for editions in (14, 20)),
        *(Case("drift", CAL, editions) for editions in (14, 20)),
    ):
        truth = true_slope(case, rng)
        found = intervals(slopes_of(case.scores(replications, rng)))
        yield covers(_METHOD, case, *found, truth, 0.925, 0.97)
    shocked = case_of("N5")
    found = intervals(slopes_of(shocked.scores(replications, rng)))
    bad, metric = "sanity: mean trend under common shocks", "coverage, must stay below 0.80"
    yield covers(bad, shocked, *found, 0, highest=0.80, metric=metric)


def mean_trend_power(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Power at the drift of the real panel: the region is testable where one country is not."""
    for case, lowest in ((Case("drift", CAL, 14), 0.78), (Case("drift", CAL, 20), 0.86)):
        low, high = intervals(slopes_of(case.scores(replications, rng)))
        yield share(_METHOD, case, "power at -0.28 a decade", (low > 0) | (high < 0), lowest)


def bad_methods(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Measure methods that must fail: iid errors, and least squares on one series."""
    pooled, alone = "sanity: fixed effects, iid errors", "sanity: least-squares t, one country"
    for case in (case_of("N1"), fitted("driftless", 14), fitted("driftless", 20)):
        values, n = case.scores(replications, rng), case.editions
        time = np.arange(n) - (n - 1) / 2
        squares = float((time**2).sum())
        demeaned = values - values.mean(axis=-1, keepdims=True)
        b = demeaned @ time / squares
        mean = b.mean(axis=1)
        residual = demeaned - mean[:, None, None] * time
        variance = (residual**2).sum(axis=(1, 2)) / (COUNTRIES * (n - 1) - 1)
        near = np.abs(mean) <= 1.96 * np.sqrt(variance / (squares * COUNTRIES))
        yield share(pooled, case, "coverage, must stay below 0.70", near, highest=0.70)
        own = demeaned - b[..., None] * time
        error = np.sqrt((own**2).sum(axis=-1) / (n - 2) / squares)
        rejects: Bools = np.abs(b) > t_quantile(n - 2) * error
        yield share(alone, case, "size, must exceed 0.40", rejects, 0.40)


def known_null(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """P-values of panels among draws from their own settings: the drawing alone."""
    figures = {"slope spread": slope_spread}
    return drawing(fitted("driftless", 14), figures, max(replications, 1000), rng)


def refitted_null(panels: int, rng: np.random.Generator) -> Iterable[Check]:
    """P-values of panels among draws from the generator fitted to each of them."""
    figures = {name: statistic for name, (_, statistic) in STATISTICS.items()}
    return recursion(fitted("driftless", 14), figures, driftless, panels, rng)


def completed_panels(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Coverage of average trends of the categories, and of the yearly rate of changes."""
    large = simulate(CAL, 1, LARGE // 4, 20, rng)
    trend = Headline("mean trend", trends, float(slopes_of(large).mean()), slice(1, None))
    rate = Headline("rate", change_rates, float((changes_of(large) != 0).mean()), slice(1))
    return with_gaps([trend, rate], replications, rng)


def _mixed_models(case: Case, replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Measure coverage of the slope and count failures of the ladder, one panel at a time."""
    truth = true_slope(case, rng)
    time = np.tile((np.arange(case.editions) - (case.editions - 1) / 2) / 10, COUNTRIES)
    country = np.repeat(np.arange(COUNTRIES), case.editions)
    good = []
    for panel in case.scores(replications, rng):
        data = pd.DataFrame({"y": panel.ravel(), "time": time, "country": country})
        result, refusal = fit_by_ladder(data)
        if not refusal and not is_singular(result):
            good.append((result.fe_params.iloc[-1], result.bse_fe.iloc[-1]))
    slope, error = np.array(good).reshape(-1, 2).T
    half = t_quantile(COUNTRIES - 1) * error
    method = "mixed model, random slopes, t(G-1)"
    count, failed = f"fits failed by the ladder, of {replications}", float(replications - len(good))
    yield covers(method, case, slope - half, slope + half, truth, 0.93, 0.975)
    yield Check(method, str(case), count, -np.inf, 0.0, failed, 0.0)


MIXED_MODELS: Final[dict[str, Group]] = {
    "mixed_models_n1": partial(_mixed_models, case_of("N1")),
    "mixed_models_n2": partial(_mixed_models, case_of("N2")),
    "mixed_models_n4": partial(_mixed_models, case_of("N4")),
    "mixed_models_fitted": partial(_mixed_models, Case("drift", CAL)),
}
"""On driftless random walks, stationary ratings, unequal volatility, and as fitted, with drift."""
