"""Checks of episodes and of breaks in the pace of change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from analysis.statistics.arrays import Bools, Floats
from analysis.statistics.estimates import t_quantile
from analysis.statistics.generator import CAL, STRESS, scenario
from analysis.trajectories.breaks import MARGIN, pace_differences, sup_t
from analysis.trajectories.episodes import RULE, find_episodes
from analysis.validation.check import COUNTRIES, Check, Subject, label, scores

_ALPHA = 0.05 + 1e-12
_SHORTEST = 3
"""Editions on either side of a break."""


def episodes(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Share of driftless countries in which the rule finds a decline."""
    series = replications * 10
    # Categories that move together make the score wander further: the harder null.
    together = replace(scenario("N1"), rho_within=0.5)
    cases = [
        (scenario("N1"), "N1", 20, RULE.moderate, 0.10),
        (scenario("N2"), "N2", 20, RULE.moderate, 0.10),
        (together, "N1, rho 0.5", 20, RULE.moderate, 0.10),
        *((CAL.without_drift(), "driftless", t, RULE.moderate, 0.17) for t in (14, 20)),
        *((CAL.without_drift(), "driftless", t, RULE.clear, 0.05) for t in (14, 20)),
    ]
    for settings, name, n_editions, least, highest in cases:
        values = scores(settings, series, n_editions, rng, 1)[:, 0]
        found = find_episodes(values, "decline", RULE)
        hit = np.isin(np.arange(series), found.series[np.abs(found.change) >= least - 1e-6])
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
            yield from [
                subject.share("power", found, lowest=power),
                subject.share(
                    "located within a year", near[found], 0.70 if base == STRESS else -np.inf
                ),
            ]
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
        t, largest = sup_t(pace_differences(np.diff(some)), signs)
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
    split = np.min(
        [
            part.var(axis=-1) * part.shape[-1] + rest.var(axis=-1) * rest.shape[-1]
            for part, rest in (
                (values[:, :k], values[:, k:]) for k in range(_SHORTEST, n - _SHORTEST + 1)
            )
        ],
        axis=0,
    )
    # A break costs two more parameters: its place and the second mean.
    gain = n * np.log(np.maximum(whole, 1e-12) / np.maximum(split, 1e-12)) - 2 * np.log(n)
    return np.asarray((whole > 1e-9) & (gain > 0))
