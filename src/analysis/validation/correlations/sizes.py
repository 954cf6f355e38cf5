"""Size and power of the tests of single pairs and of the family of pairs."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from analysis.correlations.cross_products import LEVELS
from analysis.correlations.intervals import jackknifed
from analysis.correlations.pair_tests import CONFIRMATORY
from analysis.statistics.arrays import Floats
from analysis.statistics.multiplicity import adjust
from analysis.statistics.sign_flips import count_as_far, random_signs
from analysis.statistics.simulation.generator import scenario
from analysis.validation.check import COUNTRIES, Check, Subject
from analysis.validation.correlations.cases import (
    FIRST,
    SECOND,
    Case,
    drifting_nulls,
    fitted_alternatives,
    fitted_nulls,
    nulls,
)

_ALPHA = 0.05 + 1e-12
_DRAWS = 999
_BLOCK = 100
"""Panels tested together: what their turned countries add up to fills some ten megabytes."""


def tests_under_the_null(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Size of the confirmatory pair test, and chance of any false finding among 21 pairs.

    With a drift that all countries share, the plain within test must fail.
    """
    for case in (*nulls(10), *nulls(20), *fitted_nulls(), *drifting_nulls()):
        tested = _p_values(case, replications, rng)
        pair = Subject("two-way sign-flip pair test", case.where)
        yield pair.share("size", np.asarray(tested["sign flip"] <= _ALPHA), 0.03, 0.07, panels=True)
        for name in ("Holm on sign flips", "Holm on jackknife t(G_eff-1)"):
            wrong = np.asarray((tested[name] <= _ALPHA).any(axis=1))
            family = Subject(f"two-way, {name}", case.where)
            yield family.share("any false finding", wrong, highest=0.07)
        if case.settings.drift:
            plain = _p_values(case, replications, rng, "within")["sign flip"] <= _ALPHA
            subject = Subject("sanity: plain within sign-flip pair test", case.where)
            yield subject.share("size, must exceed 0.20", plain, 0.20, panels=True)


def power(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Power of single pairs, and how many of the pairs the family's tests find."""
    cases = [
        (Case("A1", scenario("A1"), 20), 0.85),
        (Case("A1", scenario("A1"), 10), 0.65),
        *((case, 0.60) for case in fitted_alternatives()[::2]),
    ]
    for case, lowest in cases:
        tested = _p_values(case, replications, rng)
        for name in ("sign flip", "jackknife t(G_eff-1)"):
            hits = np.asarray(tested[name] <= _ALPHA)
            subject = Subject(f"two-way {name}, one pair", case.where)
            yield subject.share("power", hits, lowest, panels=True)
        subject = Subject("two-way, Holm on sign flips", case.where)
        share = tested["Holm on sign flips"] <= _ALPHA
        yield subject.share("share of pairs found", share, 0.0, panels=True)


def _p_values(
    case: Case, replications: int, rng: np.random.Generator, level: str = CONFIRMATORY
) -> dict[str, Floats]:
    signs = random_signs(_DRAWS, COUNTRIES, rng=rng)
    blocks = []
    for start in range(0, replications, _BLOCK):
        products = LEVELS[level](case.panels(min(_BLOCK, replications - start), rng))
        # One product of two matrices: many small ones are ten times slower.
        parts = np.moveaxis(products.parts()[..., FIRST, SECOND], 1, 2)
        reached = count_as_far(parts.reshape(-1, COUNTRIES), signs).reshape(parts.shape[:2])
        blocks.append(((1 + reached) / (_DRAWS + 1), jackknifed(products, FIRST, SECOND).p_value))
    flip, jackknife = (np.concatenate(part) for part in zip(*blocks, strict=True))
    return {
        "sign flip": flip,
        "jackknife t(G_eff-1)": jackknife,
        "Holm on sign flips": adjust(flip, "holm"),
        "Holm on jackknife t(G_eff-1)": adjust(jackknife, "holm"),
    }
