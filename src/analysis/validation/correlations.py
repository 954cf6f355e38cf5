"""Coverage of what is said of correlations, beside methods that must not be used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np

from analysis.correlations.cross_products import LEVELS, correlations, pairs_of, with_rest_scores
from analysis.correlations.decomposition import fisher_interval, pairs
from analysis.correlations.inference import jackknifed, jackknifed_difference
from analysis.facts.rating_system import CATEGORIES
from analysis.statistics.estimates import t_quantile
from analysis.statistics.generator import CAL
from analysis.validation.check import COVERAGE, Case, Check, case_of, covers, fitted, share
from analysis.validation.refitted import Headline, with_gaps

K: Final = len(CATEGORIES)
FIRST, SECOND = pairs_of(K)
FRAIL: Final = case_of("A1", label="A1 frail", frailty=0.6)
"""Association in countries of unequal volatility."""
FITTED_NULLS: Final = [fitted("unrelated", editions, rho_within=0.0) for editions in (14, 20)]
ALTERNATIVES: Final = [fitted("rho .35", editions) for editions in (14, 20)]
"""Association on the fitted settings."""


def truths(case: Case, rng: np.random.Generator, *levels: str) -> list[float]:
    """Return the true correlation on each level, on the observed scale.

    Where nothing moves two categories of a country together it is zero but between countries.
    """
    of = case.settings
    moved = of.rho_within or of.drift or of.drift_sd or of.shock_sd or of.pace_break or of.lead
    if not moved and not {"between", "pooled"} & set(levels):
        return [0.0] * len(levels)
    panel = case.large().panels(1, rng)[0]
    sums = [LEVELS[level](panel).total() for level in levels]
    return [float(correlations(total, FIRST, SECOND).mean()) for total in sums]


def jackknife_intervals(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Coverage within countries, two-way and of changes; t(G-1) in place of t(G_eff-1) beside."""
    few = (
        "0.98 is required where it was designed, with 20 editions; nine changes a country of which "
        "one in seven moves leave wide intervals"
    )
    bounds = {"within": (0.93, 0.975), "changes": (0.92, 0.98), "two_way": (0.92, 0.98)}
    cases = [case_of("N1"), case_of("N4"), case_of("A1"), FRAIL, case_of("N1", 10), *FITTED_NULLS]
    for related in ALTERNATIVES:
        cases += [related, Case("rho .35 with drift", CAL, related.editions)]
    for case in cases:
        panels = case.panels(replications, rng)
        for level, truth in zip(bounds, truths(case, rng, *bounds), strict=True):
            (lowest, highest), note = bounds[level], ""
            if level == "changes" and case.editions == 10:
                highest, note = 0.99, few
            found = jackknifed(LEVELS[level](panels), FIRST, SECOND)
            method, held = f"{level} r, jackknife t(G_eff-1)", (found.low, found.high, truth)
            yield covers(method, case, *held, lowest, highest, note=note)
            if level == "within":
                reach = t_quantile(case.countries - 1) * found.error
                near = np.abs(found.z - np.arctanh(truth)) <= reach
                yield share("within r, jackknife t(G-1)", case, COVERAGE, near, 0.91)


def few_countries(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Coverage within countries when there are twelve or eight."""
    for countries in (12, 8):
        for name in ("N1", "A1"):
            case = replace(case_of(name), countries=countries)
            found = jackknifed(LEVELS["within"](case.panels(replications, rng)), FIRST, SECOND)
            (truth,) = truths(case, rng, "within")
            method = "within r, jackknife t(G_eff-1)"
            yield covers(method, case, found.low, found.high, truth, 0.93, 0.99)


def between_intervals(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Coverage of Fisher's interval on country means."""
    for case in (case_of("N1"), case_of("A1"), FRAIL, *ALTERNATIVES):
        (truth,) = truths(case, rng, "between")
        r = correlations(LEVELS["between"](case.panels(replications, rng)).total(), FIRST, SECOND)
        bounds = (0.89 if case is FRAIL else 0.93, 0.97)
        interval = fisher_interval(r, case.countries)
        yield covers("between r, Fisher z", case, *interval, truth, *bounds)


def common_shocks(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Size under years that move all countries at once: two-way must hold, plain within fail."""
    case = case_of("N5")
    panels = case.panels(replications, rng)
    for level, name, metric, bounds in (
        ("two_way", "two_way r, jackknife t(G_eff-1)", "size", (-np.inf, 0.08)),
        ("within", "sanity: plain within r", "size, must exceed 0.15", (0.15, np.inf)),
    ):
        found = jackknifed(LEVELS[level](panels), FIRST, SECOND)
        excluded = (found.low > 0) | (found.high < 0)
        yield share(name, case, metric, excluded, *bounds)


def differences(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Two pairs that are equally correlated, and between against within."""
    case = case_of("A1")
    panels = case.panels(replications, rng)
    own = LEVELS["within"](panels)
    one, other = (FIRST[:1], SECOND[:1]), (np.array([2]), np.array([3]))
    pairs = [jackknifed(own, *pair) for pair in (one, other)]
    difference, error, df = jackknifed_difference(*pairs)
    found = np.abs(difference) > t_quantile(df) * error
    between = jackknifed(LEVELS["between"](panels), *one)
    apart, within_error, within_df = jackknifed_difference(between, pairs[0])
    truth = np.subtract(*(np.arctanh(truths(case, rng, level)) for level in ("between", "within")))
    hits = np.abs(apart - truth) <= t_quantile(within_df) * within_error
    equal, gap = "difference of two pairs, jackknife", "between less within z, jackknife"
    yield share(equal, case, "size", found, highest=0.08)
    yield share(gap, case, COVERAGE, hits, 0.92, 0.985)


def part_and_whole(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Mean correlation of unrelated categories with the score, and with the rest score."""
    case = case_of("N1")
    products = LEVELS["within"](case.panels(replications, rng)).combined(with_rest_scores(K))
    total, own = products.total(), np.arange(K)
    for name, other, lowest, highest in (
        ("r with the rest score", own + K, -0.02, 0.02),
        ("sanity: r with the score", np.full(K, 2 * K), 0.36, 0.40),
    ):
        r = correlations(total, own, other).mean(axis=1)
        error = float(r.std(ddof=1) / np.sqrt(len(r)))
        yield Check(name, str(case), "mean", lowest, highest, float(r.mean()), error)


def bad_methods(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Measure the textbook interval for repeated measures, and the pooled correlation."""
    case = case_of("N1")
    panels, n = case.panels(replications, rng), case.countries * case.editions
    within, pooled = (
        correlations(LEVELS[level](panels).total(), FIRST, SECOND) for level in ("within", "pooled")
    )
    interval = fisher_interval(within, n - case.countries + 1)
    wrong = np.abs(pooled * np.sqrt((n - 2) / (1 - pooled**2))) > t_quantile(n - 2)
    textbook = "sanity: textbook repeated-measures interval"
    bound = "coverage, must stay below 0.70"
    yield covers(textbook, case, *interval, 0.0, highest=0.70, metric=bound)
    rejections = "rejections, must exceed 0.99"
    yield share("sanity: pooled r", case, rejections, wrong, 0.99)


def completed_panels(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Coverage of correlations within countries and editions."""
    (truth,) = truths(Case("drift", CAL), rng, "two_way")
    headline = Headline("two-way r", partial(pairs, level="two_way"), truth, slice(None))
    return with_gaps([headline], replications, rng)
