"""The declared families of tests of association within countries, each adjusted as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.correlations import cross_products as levels
from analysis.correlations.cross_products import Products, pairs_of, with_rest_scores
from analysis.correlations.decomposition import LEAST_UNITS
from analysis.correlations.intervals import LEAST_EFFECTIVE, jackknifed
from analysis.correlations.resampling import (
    LEAST_FLIPPED,
    bootstrap_intervals,
    max_t_p_values,
    pair_p_values,
)
from analysis.facts.errors import ParameterError, did_you_mean
from analysis.statistics.arrays import Floats, Ints, complete_cube
from analysis.statistics.multiplicity import adjust, adjusted
from analysis.statistics.sign_flips import random_signs
from analysis.tables.schema import columns

TEST_FAMILIES: Final = ("pairs", "rest_scores")
"""Families that `family_tests` can test; ``data/raw/settings.yml`` declares them."""

REST: Final = "rest score"


def family_tests(
    wide: pd.DataFrame,
    variables: Sequence[str],
    family: str = "pairs",
    *,
    seed: int,
    draws: int = 9999,
    unit: str = "country",
    time: str = "edition",
) -> pd.DataFrame:
    """Test a family of within-country associations.

    Parameters
    ----------
    wide, variables, unit, time
        As in `analysis.correlations.decomposition.complete_cube`.
    family
        ``pairs`` (each pair of variables) or ``rest_scores`` (each variable with the mean of the
        others).
    seed, draws
        Of the sign patterns and of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        Table ``correlation_tests``, the rows of the family.
    """
    if family not in TEST_FAMILIES:
        raise ParameterError(
            f"family: expected {' or '.join(TEST_FAMILIES)}, found {family!r}"
            f"{did_you_mean(family, TEST_FAMILIES)}"
        )
    cube = complete_cube(wide, variables, unit=unit, time=time)
    base = levels.within(cube.array)
    k = len(variables)
    weights, first, second, y = np.eye(k), *pairs_of(k), [variables[j] for j in pairs_of(k)[1]]
    if family == "rest_scores":
        weights, first, second = with_rest_scores(k), np.arange(k), np.arange(k, 2 * k)
        y = [REST] * k
    table = pd.DataFrame({"x": [variables[i] for i in first], "y": y})
    table = table.assign(**_tested(base, weights, first, second, seed, draws), draws=draws)
    q = adjust(table["p_sign_flip"].to_numpy(float), "fdr_bh")
    return adjusted(table.assign(q_sign_flip=q), family, "p_sign_flip")[
        list(columns("correlation_tests"))
    ]


def _tested(
    base: Products, weights: Floats, first: Ints, second: Ints, seed: int, draws: int
) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    products = base.combined(weights)
    found = jackknifed(products, first, second)
    enough = (found.effective >= LEAST_EFFECTIVE) & (base.n_countries >= LEAST_UNITS)
    flips = pair_p_values(products.parts(), first, second, draws, rng)
    signs = random_signs(draws, base.n_countries, base.squares.shape[-1], rng=rng)
    largest = max_t_p_values(base.parts(), first, second, signs, weights)
    low, high = bootstrap_intervals(products, first, second, draws, rng)
    estimable = np.isfinite(found.r) & (base.n_countries >= LEAST_UNITS)
    refusals = np.where(
        np.isfinite(flips),
        "",
        np.where(
            estimable,
            f"not tested: fewer than {LEAST_FLIPPED} countries moved in both",
            "not estimable",
        ),
    )
    return {
        "r": np.where(estimable, found.r, np.nan),
        "effective_units": found.effective,
        "p_sign_flip": flips,
        "p_max_t": np.where(np.isfinite(flips), largest, np.nan),
        "p_jackknife": np.where(enough, found.p_value, np.nan),
        "bootstrap_low": np.where(enough, low, np.nan),
        "bootstrap_high": np.where(enough, high, np.nan),
        "refusal": refusals,
    }
