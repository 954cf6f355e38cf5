"""Checks of breaks and episodes, of rates of change and of the model of changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import statsmodels.api as sm
from scipy import special

from analysis.statistics.arrays import Bools, Floats
from analysis.statistics.estimates import t_quantile
from analysis.statistics.generator import CAL, STRESS, scenario
from analysis.trajectories.change_model import fit_gee
from analysis.trajectories.change_rates import clustered_rate
from analysis.trajectories.drift import MARGIN, paces, sup_t
from analysis.trajectories.episodes import STRENGTHS, find_episodes, reach
from analysis.validation.check import COUNTRIES, Check, Subject, label, scores

_ALPHA = 0.05 + 1e-12
_SHORTEST = 3
"""Editions on either side of a break."""
_YEARS = 19
_SPREAD = 0.8
"""Standard deviation of country effects on the logit scale."""
_LARGE = 40_000


def episodes(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Share of driftless countries in which the rule finds a decline."""
    series = replications * 10
    # Categories that move together make the score wander further: the harder null.
    together = replace(scenario("N1"), rho_within=0.5)
    moderate, clear = STRENGTHS.values()
    cases = [
        (scenario("N1"), "N1", 20, moderate, 0.10),
        (scenario("N2"), "N2", 20, moderate, 0.10),
        (together, "N1, rho 0.5", 20, moderate, 0.10),
        *((CAL.without_drift(), "driftless", t, moderate, 0.17) for t in (14, 20)),
        *((CAL.without_drift(), "driftless", t, clear, 0.05) for t in (14, 20)),
    ]
    for settings, name, n_editions, least, highest in cases:
        values = scores(settings, series, n_editions, rng, 1)[:, 0]
        found = find_episodes(values, "decline")
        hit = np.isin(np.arange(series), found["series"][reach(found, least)])
        subject = Subject(f"episode rule, change {least:g}", label(settings, name, n_editions))
        yield subject.share("countries with a false decline", hit, highest=highest)


def panel_breaks(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Size, power and location of the sup-t sign-flip test.

    The naive best year must fail, and so must the test itself under common shocks: a break is
    worded as a difference of the region's pace, not as something structural.
    """
    signs: Floats = rng.choice(np.array([-1.0, 1.0]), size=(999, COUNTRIES))
    for base, name, n_editions, power in (
        (STRESS, "N1", 20, 0.0),
        (STRESS, "A2", 20, 0.0),
        (STRESS, "N5", 20, 0.0),
        (STRESS, "A4", 20, 0.90),
        (CAL, "N1", 14, 0.0),
        (CAL, "N1", 20, 0.0),
        (CAL, "A4", 14, -np.inf),
        (CAL, "A4", 20, -np.inf),
    ):
        settings = scenario(name, base)
        # Where it is located is near its bound: the error must be small beside the distance.
        panels = replications * (4 if name == "A4" and base == STRESS else 1)
        p, t = _broken(scores(settings, panels, n_editions, rng), signs)
        subject = Subject("panel break, sup-t sign-flip", label(settings, name, n_editions))
        if name == "A4":
            near = np.abs(np.abs(t).argmax(axis=-1) + MARGIN - n_editions // 2) <= 1
            found = p <= _ALPHA
            yield subject.share("power", found, lowest=power)
            lowest = 0.70 if base == STRESS else -np.inf
            yield subject.share("located within a year", near[found], lowest)
        elif name == "N5":
            bad = Subject("sanity: panel break under common shocks", subject.scenario)
            yield bad.share("size, must exceed 0.50", p <= _ALPHA, lowest=0.50)
        else:
            yield subject.share("size", p <= _ALPHA, highest=0.085)
        if (base, name) == (STRESS, "N1"):
            naive = Subject("sanity: t at the best year", subject.scenario)
            best = np.abs(t).max(axis=-1) > t_quantile(COUNTRIES - 1)
            yield naive.share("size, must exceed 0.15", best, lowest=0.15)


def _broken(values: Floats, signs: Floats) -> tuple[Floats, Floats]:
    """Return the p-value of each panel, and the t of every possible break."""
    parts = []
    for some in np.array_split(values, max(len(values) // 500, 1)):
        before, after = paces(np.diff(some))
        t, largest = sup_t(after - before, signs)
        best = np.abs(t).max(axis=-1)
        p = (1 + (largest >= best[:, None] - 1e-9).sum(axis=-1)) / (len(signs) + 1)
        parts.append((p, t))
    p_values, t_values = (np.concatenate(part) for part in zip(*parts, strict=True))
    return p_values, t_values


def single_breaks(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Measure the search for one break in one country by BIC, which must fail."""
    for n_editions in (14, 20):
        values = scores(CAL.without_drift(), max(replications // 10, 20), n_editions, rng)
        subject = Subject("sanity: one break by BIC, one country", label(CAL, "N1", n_editions))
        found = _prefers_break(values.reshape(-1, n_editions))
        yield subject.share("false breaks, must exceed 0.60", found, lowest=0.60)


def _prefers_break(values: Floats) -> Bools:
    n = values.shape[-1]
    whole = ((values - values.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)
    places = range(_SHORTEST, n - _SHORTEST + 1)
    sums = [k * values[:, :k].var(axis=1) + (n - k) * values[:, k:].var(axis=1) for k in places]
    split = np.min(sums, axis=0)
    # A break costs two more parameters: its place and the second mean.
    gain = n * np.log(np.maximum(whole, 1e-12) / np.maximum(split, 1e-12)) - 2 * np.log(n)
    return np.asarray((whole > 1e-9) & (gain > 0))


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
    counts = events.sum(axis=-1)
    _, lower, upper, _ = clustered_rate(counts, np.full_like(counts, _YEARS))
    subject = Subject("sanity: rate, Wilson on effective n, under shocks", f"{_YEARS} years")
    metric = "coverage, must stay below 0.93"
    return subject.coverage(lower, upper, truth / weights.sum(), highest=0.93, metric=metric)


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
    rule, naive = (clustered_rate(*np.swapaxes(c, 0, 1))[1:3] for c in (complete, known))
    good = Subject(f"{subject}, complete country-editions", scenario)
    yield good.coverage(*rule, truth, 0.93, 0.97)
    bad = Subject(f"sanity: {subject}, all known ratings", scenario)
    yield bad.coverage(*naive, truth, highest=0.85, metric="coverage, must stay below 0.85")


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
    fits = (fit_gee(y, x, country) for y in _events(logit, rng).reshape(replications, -1))
    b, errors = np.moveaxis(np.array([(fit.params, fit.bse) for fit in fits]), 1, 0)
    half = t_quantile(COUNTRIES - 3) * errors
    low, high = (b - half).T, (b + half).T
    for j, name in ((1, "country-level covariate"), (2, "period")):
        subject = Subject("change model, bias-reduced GEE, t(G-p)", f"{name}, {_YEARS} years")
        yield subject.coverage(low[j], high[j], truth[j], 0.925, 0.975)


_LATENT = np.array([-1.8, 0.5, 0.4])


def _design(countries: int) -> Floats:
    """Return intercept, a covariate of every second country, and the second half of the years."""
    group = np.repeat(np.arange(countries) % 2, _YEARS).astype(float)
    late = np.tile(np.arange(_YEARS) >= _YEARS // 2, countries).astype(float)
    return np.column_stack([np.ones(countries * _YEARS), group, late])


def _marginal_truth(rng: np.random.Generator) -> Floats:
    """Return the coefficients on the observed scale, from 40 000 countries."""
    x = _design(_LARGE)
    y = _events((x @ _LATENT).reshape(1, _LARGE, _YEARS), rng).ravel()
    return np.asarray(sm.Logit(y, x).fit(disp=False).params)
