"""Checks of change rates and of the change model, on events with country effects."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy import special

from analysis.statistics.arrays import Floats
from analysis.statistics.estimates import t_quantile
from analysis.trajectories.change_model import fit_gee
from analysis.trajectories.change_rates import clustered_rate
from analysis.validation.check import COUNTRIES, Check, Subject

_YEARS = 19
_SPREAD = 0.8
"""Standard deviation of country effects on the logit scale."""
_LARGE = 40_000


def _events(logit: Floats, rng: np.random.Generator) -> Floats:
    """Draw events given logits (replications, countries, years) plus a country effect."""
    effect = _SPREAD * rng.standard_normal((*logit.shape[:2], 1))
    happens = rng.random(logit.shape) < special.expit(logit + effect)
    return np.asarray(happens, dtype=np.float64)


def _mean_probability(logit: float) -> float:
    """Average over country effects by Gauss-Hermite quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    return float((weights * special.expit(logit + _SPREAD * nodes)).sum() / weights.sum())


def rates(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Coverage of the Wilson interval on the effective number of opportunities.

    Of class changes the rate is .014 to .025. A year that moves all countries is not allowed for.
    """
    for target in (0.14, 0.05, 0.02):
        intercept = float(special.logit(target)) - 0.25
        truth = _mean_probability(intercept)
        events = _events(np.full((replications, COUNTRIES, _YEARS), intercept), rng).sum(axis=-1)
        _, lower, upper, _ = clustered_rate(events, np.full_like(events, _YEARS))
        subject = Subject("rate, Wilson on effective n", f"rate {truth:.3f}, {_YEARS} years")
        yield subject.coverage(lower, upper, truth, 0.93, 0.99)
    yield _shocked_rate(replications, rng)


def _shocked_rate(replications: int, rng: np.random.Generator) -> Check:
    """Measure what common shocks of the years do to the interval: it must fall short."""
    spread = 0.5
    intercept = float(special.logit(0.14))
    shock = spread * rng.standard_normal((replications, 1, _YEARS))
    events = _events(np.broadcast_to(intercept + shock, (replications, COUNTRIES, _YEARS)), rng)
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    truth = np.array([_mean_probability(intercept + spread * node) for node in nodes]) @ weights
    _, lower, upper, _ = clustered_rate(
        events.sum(axis=-1), np.full((replications, COUNTRIES), float(_YEARS))
    )
    subject = Subject("sanity: rate, Wilson on effective n, under shocks", f"{_YEARS} years")
    hits = (lower <= truth / weights.sum()) & (truth / weights.sum() <= upper)
    return subject.share("coverage, must stay below 0.93", hits, highest=0.93)


def rates_with_gaps(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Measure rates where of some country-editions only changed ratings are known.

    One country-edition in five is incomplete, whatever happened in it. Of its seven ratings those
    that changed are known, and one in ten of the others. The rule takes complete country-editions
    only; a rate over all known steps must fail.
    """
    intercept = float(special.logit(0.2))
    truth = _mean_probability(intercept)
    categories, subject = 7, "rate, Wilson on effective n"
    scenario = f"rate {truth:.3f}, {_YEARS} years, only changed ratings known in 1 of 5"
    complete: list[tuple[Floats, Floats]] = []
    known: list[tuple[Floats, Floats]] = []
    for _ in range(replications):
        events = _events(np.full((1, COUNTRIES, _YEARS * categories), intercept), rng)
        events = events.reshape(COUNTRIES, _YEARS, categories)
        whole = rng.random((COUNTRIES, _YEARS, 1)) < 4 / 5
        told = whole | (events > 0) | (rng.random(events.shape) < 0.1)
        for counts, seen in ((complete, np.broadcast_to(whole, told.shape)), (known, told)):
            counts.append(((events * seen).sum(axis=(1, 2)), seen.sum(axis=(1, 2), dtype=float)))
    intervals = [clustered_rate(*np.swapaxes(counts, 0, 1))[1:3] for counts in (complete, known)]
    (low, high), (naive_low, naive_high) = intervals
    hits = (naive_low <= truth) & (truth <= naive_high)
    return [
        Subject(f"{subject}, complete country-editions", scenario).coverage(
            low, high, truth, 0.93, 0.97
        ),
        Subject(f"sanity: {subject}, all known ratings", scenario).share(
            "coverage, must stay below 0.85", hits, highest=0.85
        ),
    ]


def change_models(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Coverage of a country-level and a period coefficient; fits one panel at a time.

    A fit takes some twenty milliseconds, so that there are five times as many as of mixed models:
    with 300 the Monte Carlo error would be half as wide as what is required.
    """
    replications = 5 * replications
    truth = _marginal_truth(rng)
    x = _design(COUNTRIES)
    country = np.repeat(np.arange(COUNTRIES), _YEARS)
    logit = np.broadcast_to(
        (x @ _LATENT).reshape(1, COUNTRIES, _YEARS), (replications, COUNTRIES, _YEARS)
    )
    fits = [fit_gee(y, x, country) for y in _events(logit, rng).reshape(replications, -1)]
    b = np.array([fit.coefficients for fit in fits])
    half = t_quantile(COUNTRIES - 3) * np.array([np.sqrt(np.diag(fit.covariance)) for fit in fits])
    return [
        Subject("change model, bias-reduced GEE, t(G-p)", f"{name}, {_YEARS} years").coverage(
            b[:, j] - half[:, j], b[:, j] + half[:, j], truth[j], 0.925, 0.975
        )
        for j, name in ((1, "country-level covariate"), (2, "period"))
    ]


_LATENT = np.array([-1.8, 0.5, 0.4])


def _design(countries: int) -> Floats:
    """Return intercept, a covariate of every second country, and the second half of the years."""
    group = np.repeat(np.arange(countries) % 2, _YEARS).astype(float)
    late = np.tile(np.arange(_YEARS) >= _YEARS // 2, countries).astype(float)
    return np.column_stack([np.ones(countries * _YEARS), group, late])


def _marginal_truth(rng: np.random.Generator) -> Floats:
    """Return the coefficients on the observed scale, from 40 000 countries, by Newton's method."""
    x = _design(_LARGE)
    y = _events((x @ _LATENT).reshape(1, _LARGE, _YEARS), rng).ravel()
    b = np.zeros(x.shape[1])
    for _ in range(25):
        p = special.expit(x @ b)
        b += np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x, x.T @ (y - p))
    return b
