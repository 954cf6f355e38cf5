"""How sure a correlation is: its interval, tests of families, comparisons of two.

Ratings are near random walks, so that country-years are no independent observations: the textbook
interval for repeated measures covers half of what it promises. Countries are independent, at
least given the year's common effects; the jackknife over countries on Fisher's z uses only that,
and the t distribution has as many degrees of freedom as countries carry the association.

If two categories are unrelated, a country's sum of products is as likely to be negative as
positive. Turning whole countries round keeps all persistence within a country, which is what
ordinary tests stumble over. A drift that all countries share would count as association within
them - it makes the plain test reject half of unrelated pairs - so that tests and comparisons are
of departures from each country's and each edition's mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from analysis.correlations.cross_products import (
    LEVELS,
    SAMPLE,
    TINY,
    Products,
    check_level,
    correlations,
    pairs_of,
    with_rest_scores,
)
from analysis.facts.errors import ParameterError, did_you_mean
from analysis.statistics.arrays import Cube, Floats, Ints, complete_cube
from analysis.statistics.estimates import (
    Estimate,
    adjusted,
    jackknife_error,
    sign_flip_p_values,
    t_estimate,
    t_quantile,
)
from analysis.tables.schema import columns

LEAST_UNITS: Final = 3
LEAST_UNITS_BETWEEN: Final = 4
LEAST_EFFECTIVE: Final = 4.0
"""Below this effective number of countries an interval is withheld."""
BOUND: Final = 1 - 1e-9
"""A larger correlation is one: it has no Fisher's z."""

TEST_FAMILIES: Final = ("pairs", "rest_scores")
"""Families that `family_tests` can test; ``data/raw/settings.yml`` declares them."""
CONFIRMATORY: Final = "two_way"
"""The level on which they are tested: less each country's and each edition's mean."""
REST: Final = "rest score"
LEAST_FLIPPED: Final = 6
"""Two in 2^5 patterns are 6 %: with fewer countries no result can fall below 5 %."""
METHOD: Final = "difference of z, country jackknife"
_Side = tuple[str, tuple[Ints, Ints]]  # a level, and first and second index of each pair


@dataclass(frozen=True)
class Jackknifed:
    """Correlations of pairs with what the jackknife over countries says about them.

    All arrays are (..., pairs); what rests on Fisher's z is NaN where it does not exist.

    Attributes
    ----------
    r, z, without
        The correlations, Fisher's z, and that without each country, (..., countries, pairs).
    error
        Jackknife standard error of Fisher's z.
    effective
        `effective_number` of countries by the root of the product of their two sums of squares.
    contributing
        Countries in which both variables moved, before common effects are removed.
    low, high, p_value
        95 % interval, whether or not it is to be shown, and two-sided p-value of t(G_eff - 1).
    """

    r: Floats
    z: Floats
    without: Floats
    error: Floats
    effective: Floats
    contributing: Ints
    low: Floats
    high: Floats
    p_value: Floats


def jackknifed(products: Products, first: Ints, second: Ints) -> Jackknifed:
    """Return correlations of pairs, by the indices of their variables, with jackknife intervals.

    Within correlation: Bland and Altman (1995). Jackknife over clusters: MacKinnon, Nielsen and
    Webb (2023).
    """
    r = correlations(products.total(), first, second)
    z, without = _fisher(r), _fisher(correlations(products.without_each(), first, second))
    error = jackknife_error(z, without, axis=-2)
    effective, contributing = _support(products, first, second)
    with np.errstate(invalid="ignore", divide="ignore"):
        df = np.where(effective > 1, effective - 1, np.nan)
        low, high = (np.tanh(z + side * t_quantile(df) * error) for side in (-1, 1))
        p_value = 2 * stats.t.sf(np.abs(z) / error, df)
    return Jackknifed(r, z, without, error, effective, contributing, low, high, p_value)


def jackknifed_difference(one: Jackknifed, other: Jackknifed) -> tuple[Floats, Floats, Floats]:
    """Return the difference of Fisher's z of the same countries, its error and degrees of freedom.

    Two intervals that overlap do not show that two correlations agree: both rest on the same
    countries. The countries are left out of both at once; the degrees of freedom are the smaller
    effective number of countries less one.
    """
    difference = one.z - other.z
    error = jackknife_error(difference, one.without - other.without, axis=-2)
    return difference, error, np.minimum(one.effective, other.effective) - 1


def _support(products: Products, first: Ints, second: Ints) -> tuple[Floats, Ints]:
    """Return on how many countries each correlation rests, in effect and at all."""
    parts = products.parts()
    xx, yy = parts[..., first, first], parts[..., second, second]
    weights = np.sqrt(np.clip(xx, 0, None) * np.clip(yy, 0, None))
    moved = np.diagonal(products.squares, axis1=-2, axis2=-1) > TINY
    return effective_number(weights, -2), (moved[..., first] & moved[..., second]).sum(axis=-2)


def effective_number(weights: Floats, axis: int) -> Floats:
    """Return (sum w)^2 / sum w^2 along an axis, 0 where nothing has a weight."""
    squares, whole = (weights**2).sum(axis=axis), weights.sum(axis=axis) ** 2
    return np.asarray(np.divide(whole, squares, out=np.zeros_like(squares), where=squares > TINY))


def _fisher(r: Floats) -> Floats:
    """Return Fisher's z; NaN at the bounds, where it does not exist."""
    inside = np.abs(r) < BOUND
    return np.where(inside, np.arctanh(np.where(inside, r, 0.0)), np.nan)


def too_few(effective: float, units: str = "units") -> str:
    """Say on how few units a correlation rests, rounded down: 3.96 must not read as enough."""
    return f"rests on {np.floor(10 * effective) / 10:.1f} {units}, at least 4 are needed"


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
    **units: str,
) -> pd.DataFrame:
    """Test a family of associations, adjusted by the method declared for it.

    Parameters
    ----------
    wide, variables, **units
        As in `analysis.statistics.arrays.complete_cube`.
    family
        ``pairs`` of variables, or ``rest_scores`` (each variable with the mean of the others).
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
    cube = complete_cube(wide, variables, **units)
    products, k = LEVELS[level](cube.array), len(variables)
    names, (first, second) = list(variables), pairs_of(k)
    if family == "rest_scores":
        products = products.combined(with_rest_scores(k))
        names, first, second = [*names, *[REST] * k], np.arange(k), np.arange(k, 2 * k)
    tested = _tested(products, first, second, draws, np.random.default_rng(seed))
    x, y = ([names[i] for i in side] for side in (first, second))
    table = tested.assign(level=level, x=x, y=y, draws=draws, sample=SAMPLE)
    return adjusted(table, family, "p_sign_flip")[list(columns("correlation_tests"))]


def _tested(
    products: Products, first: Ints, second: Ints, draws: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Return correlations, both p-values and refusals of pairs."""
    found = jackknifed(products, first, second)
    p = pair_p_values(products, first, second, draws, rng)
    many = products.n_countries >= LEAST_UNITS
    estimable = np.isfinite(found.r) & many
    few = f"not tested: fewer than {LEAST_FLIPPED} countries moved in both"
    shown = many & (found.effective >= LEAST_EFFECTIVE)
    return pd.DataFrame(
        {
            "r": np.where(estimable, found.r, np.nan),
            "effective_units": found.effective,
            "p_sign_flip": p,
            "p_jackknife": np.where(shown, found.p_value, np.nan),
            "refusal": np.where(np.isfinite(p), "", np.where(estimable, few, "not estimable")),
        }
    )


def pair_p_values(
    products: Products, first: Ints, second: Ints, draws: int, rng: np.random.Generator
) -> Floats:
    """Return a two-sided p-value for each pair by turning round whole countries.

    It is NaN if both variables moved in fewer than `LEAST_FLIPPED` countries.
    """
    enough = _support(products, first, second)[1] >= LEAST_FLIPPED
    contributions = products.parts()[:, first, second].T
    return np.where(enough, sign_flip_p_values(contributions, rng, draws), np.nan)


def level_contrasts(
    wide: pd.DataFrame,
    variables: Sequence[str],
    one: str = "between",
    other: str = "two_way",
    **units: str,
) -> pd.DataFrame:
    """Compare the levels `one` and `other` of each pair of variables.

    Returns
    -------
    Table ``level_contrasts``: both correlations, the difference of Fisher's z, and its p-value
    adjusted in the family of that name.

    Examples
    --------
    >>> from analysis import data
    >>> codes = ["NDG", "EP", "CS", "IM"]
    >>> ratings = data.country_editions().dropna(subset=codes)
    >>> level_contrasts(ratings, codes)["name"][0]
    'between NDG-EP less two_way NDG-EP'
    """
    cube = complete_cube(wide, variables, **units)
    pairs = pairs_of(len(variables))
    estimates, r_one, r_other = _compared(cube, (one, pairs), (other, pairs))
    first, second = ([variables[i] for i in side] for side in pairs)
    levels: Any = {"one": one, "other": other, "r_one": r_one, "r_other": r_other, "sample": SAMPLE}
    table = pd.DataFrame([estimate.row() for estimate in estimates])
    table = adjusted(table.assign(x=first, y=second, **levels), "level_contrasts")
    return table[list(columns("level_contrasts"))]


def pair_contrast(
    wide: pd.DataFrame,
    one: tuple[str, str],
    other: tuple[str, str],
    level: str = "two_way",
    **units: str,
) -> Estimate:
    """Compare two pairs of variables on one level: Fisher's z of `one` less that of `other`.

    Examples
    --------
    >>> from analysis import data
    >>> codes = ["NDG", "EP", "CS", "IM"]
    >>> ratings = data.country_editions().dropna(subset=codes)
    >>> pair_contrast(ratings, ("NDG", "EP"), ("NDG", "IM")).n_countries
    29
    """
    variables = list(dict.fromkeys([*one, *other]))
    cube = complete_cube(wide, variables, **units)
    x, y = ([np.array([variables.index(name)]) for name in pair] for pair in (one, other))
    return _compared(cube, (level, (x[0], x[1])), (level, (y[0], y[1])))[0][0]


def _compared(cube: Cube, one: _Side, other: _Side) -> tuple[list[Estimate], Floats, Floats]:
    """Return the differences of pairs, and the correlations of either side."""
    for level, _ in (one, other):
        check_level(level)
    own, others = (jackknifed(LEVELS[level](cube.array), *pairs) for level, pairs in (one, other))
    difference, error, df = jackknifed_difference(own, others)
    n_units, v = len(cube.units), cube.variables
    size: Any = {"n_countries": n_units, "n_editions": len(cube.times)}
    size |= {"n_observations": cube.n_rows}
    estimates = []
    for i, (a, b, c, d) in enumerate(zip(*one[1], *other[1], strict=True)):
        name = f"{one[0]} {v[a]}-{v[b]} less {other[0]} {v[c]}-{v[d]}"
        reason = ""
        if n_units < LEAST_UNITS_BETWEEN:
            reason = f"only {n_units} units"
        elif not np.isfinite(difference[i]):
            reason = "one of the correlations is not estimable or at its bound"
        elif df[i] + 1 < LEAST_EFFECTIVE:
            reason = too_few(df[i] + 1)
        numbers = (float(difference[i]), float(error[i]), float(df[i]))
        estimates.append(
            Estimate(name, method=METHOD, refusal=reason, **size)
            if reason
            else t_estimate(name, *numbers, METHOD, **size)
        )
    return estimates, own.r, others.r
