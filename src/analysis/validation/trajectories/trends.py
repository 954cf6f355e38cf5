"""Checks of average trends, by t and by mixed models, beside methods that must not be used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from analysis.statistics.arrays import Bools, Floats, changes_of, slopes_of
from analysis.statistics.estimates import t_quantile
from analysis.statistics.generator import CAL, STRESS, Settings, scenario, simulate
from analysis.trajectories.heterogeneity import STATISTICS, slope_spread
from analysis.trajectories.mixed_fit import MixedFit, fit_by_ladder
from analysis.trajectories.over_completed import change_rates, trends
from analysis.validation.check import COUNTRIES, Check, Subject, label, scores
from analysis.validation.gaps import Headline, with_gaps
from analysis.validation.recursion import recursion

_LARGE = 40_000
_EDITIONS = 14
_METHOD = "mean trend, t(G-1)"


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
    covered = (shocked[0] <= 0) & (shocked[1] >= 0)
    yield bad.share("coverage, must stay below 0.80", covered, highest=0.80)


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
        yield from [
            Subject("sanity: fixed effects, iid errors", where).share(
                "coverage, must stay below 0.70", iid, highest=0.70
            ),
            Subject("sanity: least-squares t, one country", where).share(
                "size, must exceed 0.40", single, lowest=0.40, panels=True
            ),
        ]


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
    found = recursion(
        CAL.without_drift(),
        {name: statistic for name, (_, statistic) in STATISTICS.items()},
        without_drift,
        rng,
        panels=panels,
    )
    return found.checks("calibrated null with a fit for each panel", "CAL driftless, 14 editions")


def without_drift(settings: Settings, ratings: Floats) -> Settings:
    """Return fitted settings without drift, at the level of the panel."""
    return replace(settings.without_drift(), between_mean=float(np.nanmean(ratings)))


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
