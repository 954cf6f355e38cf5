"""Size and power of the tests of single pairs and of the family of pairs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analysis.correlations import cross_products as levels
from analysis.correlations.intervals import jackknifed
from analysis.correlations.resampling import max_t_p_values
from analysis.statistics.arrays import Floats
from analysis.statistics.multiplicity import adjust
from analysis.statistics.sign_flips import random_signs
from analysis.statistics.simulation.generator import scenario
from analysis.validation.check import COUNTRIES, Check, Subject
from analysis.validation.correlations.cases import (
    FIRST,
    SECOND,
    Case,
    K,
    fitted_alternatives,
    fitted_nulls,
    nulls,
)

_ALPHA = 0.05 + 1e-12
_DRAWS = 999
_BLOCK = 100
"""Panels tested together: their sign patterns fill about a hundred megabytes."""


def tests_under_the_null(replications: int, rng: np.random.Generator) -> list[Check]:
    """Size of the pair test, and chance of any false finding among 21 pairs."""
    checks = []
    for case in (*nulls(10), *nulls(20), *fitted_nulls()):
        found = _p_values(case, replications, rng)
        pair = Subject("sign-flip pair test", case.where)
        checks.append(
            pair.share("size", np.asarray(found["sign flip"] <= _ALPHA), 0.04, 0.06, panels=True)
        )
        for name, highest in (
            ("max-T of 21 pairs", 0.08),
            ("Holm on sign flips", 0.07),
            ("Holm on jackknife t(G_eff-1)", 0.07),
        ):
            wrong = np.asarray((found[name] <= _ALPHA).any(axis=1))
            family = Subject(name, case.where)
            checks.append(family.share("any false finding", wrong, highest=highest))
    return checks


def power(replications: int, rng: np.random.Generator) -> list[Check]:
    """Power of single pairs, and how many of the pairs the family's tests find."""
    checks = []
    cases = [
        (Case("A1", scenario("A1"), 20), 0.85),
        (Case("A1", scenario("A1"), 10), 0.65),
        *((case, 0.60) for case in fitted_alternatives()[::2]),
    ]
    for case, lowest in cases:
        found = _p_values(case, replications, rng)
        for name in ("sign flip", "jackknife t(G_eff-1)"):
            hits = np.asarray(found[name] <= _ALPHA)
            subject = Subject(f"{name}, one pair", case.where)
            checks.append(subject.share("power", hits, lowest, panels=True))
        for name in ("max-T of 21 pairs", "Holm on sign flips"):
            subject = Subject(name, case.where)
            checks.append(
                subject.share("share of pairs found", found[name] <= _ALPHA, 0.0, panels=True)
            )
    return checks


def _p_values(case: Case, replications: int, rng: np.random.Generator) -> dict[str, Floats]:
    paths = random_signs(_DRAWS, COUNTRIES, K, rng=rng)
    countries = random_signs(_DRAWS, COUNTRIES, rng=rng)
    blocks = [_of_block(panels, paths, countries) for panels in _blocks(case, replications, rng)]
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def _blocks(case: Case, replications: int, rng: np.random.Generator) -> Iterator[Floats]:
    for start in range(0, replications, _BLOCK):
        yield case.panels(min(_BLOCK, replications - start), rng)


def _of_block(panels: Floats, paths: Floats, countries: Floats) -> dict[str, Floats]:
    products = levels.within(panels)
    parts = products.parts()
    contributions = parts[..., FIRST, SECOND]
    observed = np.abs(contributions.sum(axis=1)) - 1e-9
    turned = np.abs(countries @ contributions)
    flip = (1 + (turned >= observed[:, None, :]).sum(axis=1)) / (len(countries) + 1)
    jackknife = jackknifed(products, FIRST, SECOND).p_value
    return {
        "sign flip": flip,
        "jackknife t(G_eff-1)": jackknife,
        "max-T of 21 pairs": max_t_p_values(parts, FIRST, SECOND, paths),
        "Holm on sign flips": adjust(flip, "holm"),
        "Holm on jackknife t(G_eff-1)": adjust(jackknife, "holm"),
    }
