"""Checks of the sign-flip test of one country's Democracy Score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from analysis.statistics.arrays import Bools, Floats
from analysis.statistics.generator import CAL, Settings, scenario
from analysis.statistics.sign_flips import sign_flip_p_values
from analysis.trajectories.drift import block_sums
from analysis.validation.check import Check, Subject, label, scores

_ALPHA = 0.05 + 1e-12
_BLOCK = 250
"""Panels tested together: all sign patterns of their series fill some hundred megabytes."""


def _rejects(
    settings: Settings,
    n_editions: int,
    length: int,
    replications: int,
    rng: np.random.Generator,
) -> Bools:
    parts = []
    for start in range(0, replications, _BLOCK):
        values: Floats = scores(settings, min(_BLOCK, replications - start), n_editions, rng)
        blocks = block_sums(np.diff(values, axis=-1), length)
        p = sign_flip_p_values(blocks.reshape(-1, blocks.shape[-1]))
        parts.append((p <= _ALPHA).reshape(values.shape[:2]))
    return np.concatenate(parts)


def _subject(length: int, where: str) -> Subject:
    return Subject(f"drift sign-flip, {length}-year blocks", where)


def drift_tests(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Size without drift, on stress and on fitted settings, and where changes carry momentum."""
    cases: list[tuple[Settings, str, int, int, float]] = []
    for rho in (0.4, 0.7):
        null = replace(scenario("N1"), rho_within=rho)
        for n_editions, length, most in (
            (10, 1, 0.07),
            (15, 2, 0.09),
            (20, 2, 0.09),
            (20, 3, 0.05),
        ):
            cases.append((null, f"N1, rho {rho}", n_editions, length, most))
    driftless = CAL.without_drift()
    # Real scores go on in the direction of their last change; two-year blocks are there for that.
    going_on = replace(driftless, momentum=0.2)
    for n_editions in (14, 20):
        cases += [
            (driftless, "driftless", n_editions, 2, 0.09),
            (driftless, "driftless", n_editions, 3, 0.05),
            (going_on, "driftless, momentum 0.2", n_editions, 2, 0.09),
        ]
    for settings, name, n_editions, length, most in cases:
        found = _rejects(settings, n_editions, length, replications, rng)
        subject = _subject(length, label(settings, name, n_editions))
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
        subject = _subject(length, label(settings, name, n_editions))
        yield subject.share("power", found, lowest, panels=True)
