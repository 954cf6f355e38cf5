"""The declared families of tests of association, each adjusted as a whole.

If two categories are unrelated, a country's sum of products is as likely to be negative as
positive. Turning whole countries round keeps all persistence within a country, which is what
ordinary tests stumble over. A drift that all countries share would count as association within
them - it makes the plain test reject half of unrelated pairs - so that the confirmatory tests are
of departures from each country's and each edition's mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from analysis.correlations.cross_products import (
    LEVELS,
    SAMPLE,
    TINY,
    Products,
    check_level,
    pairs_of,
    with_rest_scores,
)
from analysis.correlations.decomposition import LEAST_UNITS
from analysis.correlations.intervals import LEAST_EFFECTIVE, jackknifed
from analysis.facts.errors import ParameterError, did_you_mean
from analysis.statistics.arrays import Floats, Ints, complete_cube
from analysis.statistics.multiplicity import adjusted
from analysis.statistics.sign_flips import sign_flip_p_values
from analysis.tables.schema import columns

TEST_FAMILIES: Final = ("pairs", "rest_scores")
"""Families that `family_tests` can test; ``data/raw/settings.yml`` declares them."""
CONFIRMATORY: Final = "two_way"
"""The level on which they are tested: less each country's and each edition's mean."""
REST: Final = "rest score"
LEAST_FLIPPED: Final = 6
"""Two in 2^5 patterns are 6 %: with fewer countries no result can fall below 5 %."""


def check_family(family: str) -> None:
    """Refuse a family that is not tested here.

    Raises
    ------
    ParameterError
        If it is none of `TEST_FAMILIES`.

    Examples
    --------
    >>> check_family("pairs")
    """
    if family not in TEST_FAMILIES:
        raise ParameterError(
            f"family: expected {' or '.join(TEST_FAMILIES)}, found {family!r}"
            f"{did_you_mean(str(family), TEST_FAMILIES)}"
        )


def family_tests(
    wide: pd.DataFrame,
    variables: Sequence[str],
    family: str = "pairs",
    level: str = CONFIRMATORY,
    *,
    seed: int = 0,
    draws: int = 9999,
    unit: str = "country",
    time: str = "edition",
) -> pd.DataFrame:
    """Test a family of associations, adjusted by the method declared for it.

    Parameters
    ----------
    wide, variables, unit, time
        As in `analysis.statistics.arrays.complete_cube`.
    family
        ``pairs`` (each pair of variables) or ``rest_scores`` (each variable with the mean of the
        others).
    level
        ``two_way`` is confirmatory; ``within`` and ``changes`` are there for comparison.
    seed, draws
        Of the sign patterns, where they are too many to count all.

    Returns
    -------
    pandas.DataFrame
        Table ``correlation_tests``, the rows of the family.

    Examples
    --------
    >>> from analysis import data
    >>> codes = ["NDG", "EP", "CS", "IM"]
    >>> ratings = data.country_editions().dropna(subset=codes)
    >>> len(family_tests(ratings, codes, "pairs", "two_way", seed=1, draws=99))
    6
    """
    check_family(family)
    check_level(level)
    if draws < 99:
        raise ParameterError(f"draws: expected at least 99, found {draws}")
    cube = complete_cube(wide, variables, unit=unit, time=time)
    products, k = LEVELS[level](cube.array), len(variables)
    names, (first, second) = list(variables), pairs_of(k)
    if family == "rest_scores":
        products = products.combined(with_rest_scores(k))
        names, first, second = [*names, *[REST] * k], np.arange(k), np.arange(k, 2 * k)
    table = _tests(products, first, second, draws, np.random.default_rng(seed)).assign(
        level=level,
        x=[names[i] for i in first],
        y=[names[j] for j in second],
        draws=draws,
        sample=SAMPLE,
    )
    return adjusted(table, family, "p_sign_flip")[list(columns("correlation_tests"))]


def _tests(
    products: Products, first: Ints, second: Ints, draws: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Return correlations, both p-values and refusals of pairs."""
    tested = jackknifed(products, first, second)
    many = products.n_countries >= LEAST_UNITS
    p = pair_p_values(products, first, second, draws, rng)
    estimable = np.isfinite(tested.r) & many
    few = f"not tested: fewer than {LEAST_FLIPPED} countries moved in both"
    shown = many & (tested.effective >= LEAST_EFFECTIVE)
    return pd.DataFrame(
        {
            "r": np.where(estimable, tested.r, np.nan),
            "effective_units": tested.effective,
            "p_sign_flip": p,
            "p_jackknife": np.where(shown, tested.p_value, np.nan),
            "refusal": np.where(np.isfinite(p), "", np.where(estimable, few, "not estimable")),
        }
    )


def pair_p_values(
    products: Products, first: Ints, second: Ints, draws: int, rng: np.random.Generator
) -> Floats:
    """Test each pair by turning round whole countries.

    Returns
    -------
    Two-sided p-value per pair; NaN if both variables moved in fewer than `LEAST_FLIPPED` countries.
    """
    contributions = products.parts()[:, first, second].T
    moved = np.diagonal(products.squares, axis1=-2, axis2=-1) > TINY
    enough = (moved[:, first] & moved[:, second]).sum(axis=0) >= LEAST_FLIPPED
    return np.where(enough, sign_flip_p_values(contributions, rng, draws), np.nan)
