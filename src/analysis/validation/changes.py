"""Checks of breaks and episodes, of rates of change and of the model of changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import statsmodels.api as sm
from scipy import special

from analysis.statistics.arrays import Floats
from analysis.statistics.estimates import t_quantile
from analysis.statistics.generator import CAL, STRESS
from analysis.trajectories.change_model import fit_gee
from analysis.trajectories.change_rates import clustered_rate
from analysis.trajectories.drift import MARGIN, paces, sup_t
from analysis.trajectories.episodes import STRENGTHS, find_episodes, reach
from analysis.validation.check import ALPHA, COUNTRIES, LARGE, Check, case_of, covers, fitted, share

_SHORTEST = 3
"""Editions on either side of a break."""
_YEARS = 19
_SPREAD = 0.8
"""Standard deviation of country effects on the logit scale."""
_RATE = "rate, Wilson on effective n"


def episodes(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Share of driftless countries in which the rule finds a decline."""
    series = replications * 10
    moderate, clear = STRENGTHS.values()
    for case, least, highest in (
        (case_of("N1"), moderate, 0.10),
        (case_of("N2"), moderate, 0.10),
        # Categories that move together make the score wander further: the harder null.
        (case_of("N1", label="N1, rho 0.5", rho_within=0.5), moderate, 0.10),
        *((fitted("driftless", editions), moderate, 0.17) for editions in (14, 20)),
        *((fitted("driftless", editions), clear, 0.05) for editions in (14, 20)),
    ):
        values = replace(case, countries=1).scores(series, rng)[:, 0]
        found = find_episodes(values, "decline")
        hit = np.isin(np.arange(series), found["series"][reach(found, least)])
        rule = f"episode rule, change {least:g}"
        yield share(rule, case, "countries with a false decline", hit, highest=highest)


def panel_breaks(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Size, power and location of the sup-t sign-flip test.

    The naive best year must fail, and so must the test itself under common shocks: a break is
    worded as a difference of the region's pace, not as something structural.
    """
    method = "panel break, sup-t sign-flip"
    signs: Floats = rng.choice(np.array([-1.0, 1.0]), size=(999, COUNTRIES))
    for base, name, editions in (
        *((STRESS, name, 20) for name in ("N1", "A2", "N5", "A4")),
        *((CAL, name, editions) for name in ("N1", "A4") for editions in (14, 20)),
    ):
        case = case_of(name, editions, base)
        # Where it is located is near its bound: the error must be small beside the distance.
        panels = replications * (4 if name == "A4" and base == STRESS else 1)
        p, t = _broken(case.scores(panels, rng), signs)
        found = p <= ALPHA
        if name == "A4":
            power, located = (0.90, 0.70) if base == STRESS else (-np.inf, -np.inf)
            near = np.abs(np.abs(t).argmax(axis=-1) + MARGIN - editions // 2) <= 1
            yield share(method, case, "power", found, power)
            yield share(method, case, "located within a year", near[found], located)
        elif name == "N5":
            shocked = "sanity: panel break under common shocks"
            yield share(shocked, case, "size, must exceed 0.50", found, 0.50)
        else:
            yield share(method, case, "size", found, highest=0.085)
        if (base, name) == (STRESS, "N1"):
            best = np.abs(t).max(axis=-1) > t_quantile(COUNTRIES - 1)
            yield share("sanity: t at the best year", case, "size, must exceed 0.15", best, 0.15)


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
    bad, metric = "sanity: one break by BIC, one country", "false breaks, must exceed 0.60"
    for n in (14, 20):
        case = case_of("N1", n, CAL)
        values = case.scores(max(replications // 10, 20), rng).reshape(-1, n)
        whole = ((values - values.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)
        places = range(_SHORTEST, n - _SHORTEST + 1)
        sums = [k * values[:, :k].var(axis=1) + (n - k) * values[:, k:].var(axis=1) for k in places]
        split = np.min(sums, axis=0)
        # A break costs two more parameters: its place and the second mean.
        gain = n * np.log(np.maximum(whole, 1e-12) / np.maximum(split, 1e-12)) - 2 * np.log(n)
        yield share(bad, case, metric, (whole > 1e-9) & (gain > 0), 0.60)


def _events(logit: Floats, rng: np.random.Generator) -> Floats:
    """Draw events given logits (replications, countries, years) plus a country effect."""
    effect = _SPREAD * rng.standard_normal((*logit.shape[:2], 1))
    happens = rng.random(logit.shape) < special.expit(logit + effect)
    return np.asarray(happens, dtype=np.float64)


def _mean_probability(logit: float, spread: float = _SPREAD) -> float:
    """Average over normal effects by Gauss-Hermite quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    return float((weights * special.expit(logit + spread * nodes)).sum() / weights.sum())


def rates(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Coverage of the Wilson interval on the effective number of opportunities.

    Of class changes the rate is .014 to .025. A year that moves all countries is not allowed for:
    under such shocks the interval must fall short.
    """
    years, shocks, bound = f"{_YEARS} years", 0.5, "coverage, must stay below 0.93"
    for target in (0.14, 0.05, 0.02):
        logit = float(special.logit(target)) - 0.25
        truth = _mean_probability(logit)
        found = _wilson(np.full((replications, COUNTRIES, _YEARS), logit), rng)
        yield covers(_RATE, f"rate {truth:.3f}, {years}", *found, truth, 0.93, 0.99)
    logit = float(special.logit(0.14))
    shock = shocks * rng.standard_normal((replications, 1, _YEARS))
    shocked = np.broadcast_to(logit + shock, (replications, COUNTRIES, _YEARS))
    truth = _mean_probability(logit, float(np.hypot(_SPREAD, shocks)))
    bad, found = f"sanity: {_RATE}, under shocks", _wilson(shocked, rng)
    yield covers(bad, years, *found, truth, highest=0.93, metric=bound)


def _wilson(logit: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    counts = _events(logit, rng).sum(axis=-1)
    _, lower, upper, _ = clustered_rate(counts, np.full_like(counts, _YEARS))
    return lower, upper


def rates_with_gaps(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Measure rates where of some country-editions only changed ratings are known.

    One country-edition in five is incomplete, whatever happened in it. Of its seven ratings those
    that changed are known, and one in ten of the others. The rule takes complete country-editions
    only; a rate over all known steps must fail.
    """
    intercept, categories = float(special.logit(0.2)), 7
    truth = _mean_probability(intercept)
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
    yield covers(f"{_RATE}, complete country-editions", scenario, *rule, truth, 0.93, 0.97)
    bad, bound = f"sanity: {_RATE}, all known ratings", "coverage, must stay below 0.85"
    yield covers(bad, scenario, *naive, truth, highest=0.85, metric=bound)


def change_models(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Coverage of a country-level and a period coefficient; fits one panel at a time.

    The truth on the observed scale comes from many countries. A fit takes some twenty
    milliseconds, so that there are five times as many as of mixed models: with 300 the Monte Carlo
    error would be half as wide as what is required.
    """
    replications, latent = 5 * replications, np.array([-1.8, 0.5, 0.4])
    x = _design(LARGE)
    y = _events((x @ latent).reshape(1, LARGE, _YEARS), rng).ravel()
    truth = np.asarray(sm.Logit(y, x).fit(disp=False).params)
    x = _design(COUNTRIES)
    country = np.repeat(np.arange(COUNTRIES), _YEARS)
    logit = np.broadcast_to(
        (x @ latent).reshape(1, COUNTRIES, _YEARS), (replications, COUNTRIES, _YEARS)
    )
    fits = (fit_gee(y, x, country) for y in _events(logit, rng).reshape(replications, -1))
    b, errors = np.moveaxis(np.array([(fit.params, fit.bse) for fit in fits]), 1, 0)
    half = t_quantile(COUNTRIES - 3) * errors
    low, high = (b - half).T, (b + half).T
    for j, name in ((1, "country-level covariate"), (2, "period")):
        method, scenario = "change model, bias-reduced GEE, t(G-p)", f"{name}, {_YEARS} years"
        yield covers(method, scenario, low[j], high[j], truth[j], 0.925, 0.975)


def _design(countries: int) -> Floats:
    """Return intercept, a covariate of every second country, and the second half of the years."""
    group = np.repeat(np.arange(countries) % 2, _YEARS).astype(float)
    late = np.tile(np.arange(_YEARS) >= _YEARS // 2, countries).astype(float)
    return np.column_stack([np.ones(countries * _YEARS), group, late])
