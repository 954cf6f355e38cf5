"""How sure a correlation is, by leaving out one country at a time.

Ratings are near random walks, so that country-years are no independent observations: the textbook
interval for repeated measures covers half of what it promises. Countries are independent, at
least given the year's common effects; the jackknife over countries on Fisher's z uses only that,
and the t distribution has as many degrees of freedom as countries carry the association.

The declared families of tests of association, each adjusted as a whole.

If two categories are unrelated, a country's sum of products is as likely to be negative as
positive. Turning whole countries round keeps all persistence within a country, which is what
ordinary tests stumble over. A drift that all countries share would count as association within
them - it makes the plain test reject half of unrelated pairs - so that the confirmatory tests are
of departures from each country's and each edition's mean.

Two correlations compared: between countries against within, or one pair against another.

Intervals that overlap do not show that two correlations agree, since both rest on the same
countries; the difference has an interval of its own. Within countries each edition's mean is taken
off as well, so that a drift that all countries share is no association.
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
from analysis.statistics.estimates import Estimate, adjusted, jackknife_error, refused, t_estimate
from analysis.statistics.sign_flips import sign_flip_p_values
from analysis.tables.schema import columns

LEAST_UNITS: Final = 3
LEAST_UNITS_BETWEEN: Final = 4
LEAST_EFFECTIVE: Final = 4.0
"""Below this effective number of countries an interval is withheld."""
_BOUND: Final = 1 - 1e-9


@dataclass(frozen=True)
class Jackknifed:
    """Correlations of pairs with what the jackknife over countries says about them.

    All arrays are (..., pairs); `error`, `low`, `high` and `p_value` are NaN where the interval
    does not exist, whether or not it is to be shown.

    Attributes
    ----------
    r
        The correlations.
    error
        Jackknife standard error of Fisher's z.
    effective
        Effective number of countries, (sum w)^2 / sum w^2 with w the root of the product of a
        country's two sums of squares.
    contributing
        Countries in which both variables moved.
    low, high
        95 % interval.
    p_value
        Two-sided, of t with G_eff - 1 degrees of freedom.
    """

    r: Floats
    error: Floats
    effective: Floats
    contributing: Ints
    low: Floats
    high: Floats
    p_value: Floats


def jackknifed(products: Products, first: Ints, second: Ints) -> Jackknifed:
    """Return correlations with jackknife intervals.

    Parameters
    ----------
    first, second
        Indices of the variables of each pair.

    Notes
    -----
    Within correlation: Bland and Altman (1995). Jackknife over clusters: MacKinnon, Nielsen and
    Webb (2023).
    """
    r = correlations(products.total(), first, second)
    z, without = _z_and_without(products, first, second)
    error = jackknife_error(z, without, axis=-2)
    effective, contributing = support(products, first, second)
    with np.errstate(invalid="ignore", divide="ignore"):
        df = np.where(effective > 1, effective - 1, np.nan)
        reach = stats.t.ppf(0.975, df) * error
        return Jackknifed(
            r=r,
            error=error,
            effective=effective,
            contributing=contributing,
            low=np.tanh(z - reach),
            high=np.tanh(z + reach),
            p_value=2 * stats.t.sf(np.abs(z) / error, df),
        )


def jackknifed_difference(
    one: Products, other: Products, pairs: tuple[Ints, Ints], other_pairs: tuple[Ints, Ints]
) -> tuple[Floats, Floats, Floats]:
    """Compare correlations of the same countries by the jackknife of their difference.

    Two intervals that overlap do not show that two correlations agree: both rest on the same
    countries. The countries are left out of both at once.

    Returns
    -------
    Difference of Fisher's z (`one` less `other`), its standard error, and the degrees of freedom:
    the smaller effective number of countries less one.
    """
    z, apart = _z_and_without(one, *pairs)
    other_z, other_apart = _z_and_without(other, *other_pairs)
    difference = z - other_z
    error = jackknife_error(difference, apart - other_apart, axis=-2)
    df = np.minimum(support(one, *pairs)[0], support(other, *other_pairs)[0]) - 1
    return difference, error, df


def support(products: Products, first: Ints, second: Ints) -> tuple[Floats, Ints]:
    """Return on how many countries each correlation rests, in effect and at all.

    A country contributes if both variables moved in it, before common effects are removed.
    """
    parts = products.parts()
    xx, yy = parts[..., first, first], parts[..., second, second]
    weights = np.sqrt(np.clip(xx, 0, None) * np.clip(yy, 0, None))
    squares = (weights**2).sum(axis=-2)
    effective = np.divide(
        weights.sum(axis=-2) ** 2, squares, out=np.zeros_like(squares), where=squares > TINY
    )
    moved = np.diagonal(products.squares, axis1=-2, axis2=-1) > TINY
    return effective, (moved[..., first] & moved[..., second]).sum(axis=-2)


def too_few(effective: float, units: str = "units") -> str:
    """Say on how few units a correlation rests, rounded down: 3.96 must not read as enough."""
    return f"rests on {np.floor(10 * effective) / 10:.1f} {units}, at least 4 are needed"


def _z_and_without(products: Products, first: Ints, second: Ints) -> tuple[Floats, Floats]:
    r = correlations(products.total(), first, second)
    without = correlations(products.without_each(), first, second)
    return _fisher(r), _fisher(without)


def _fisher(r: Floats) -> Floats:
    """Return Fisher's z; NaN at the bounds, where it does not exist."""
    inside = np.abs(r) < _BOUND
    return np.where(inside, np.arctanh(np.where(inside, r, 0.0)), np.nan)


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


METHOD = "difference of z, country jackknife"
Side = tuple[str, tuple[Ints, Ints]]
"""A level, and first and second index of each pair."""


def level_contrasts(
    wide: pd.DataFrame,
    variables: Sequence[str],
    one: str = "between",
    other: str = "two_way",
    *,
    unit: str = "country",
    time: str = "edition",
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
    cube = complete_cube(wide, variables, unit=unit, time=time)
    pairs = pairs_of(len(variables))
    fields = pd.DataFrame([e.row() for e in _compared(cube, (one, pairs), (other, pairs))])
    table = fields.assign(
        x=[variables[i] for i in pairs[0]],
        y=[variables[j] for j in pairs[1]],
        one=one,
        other=other,
        r_one=correlations(LEVELS[one](cube.array).total(), *pairs),
        r_other=correlations(LEVELS[other](cube.array).total(), *pairs),
        sample=SAMPLE,
    )
    return adjusted(table, "level_contrasts")[list(columns("level_contrasts"))]


def pair_contrast(
    wide: pd.DataFrame,
    one: tuple[str, str],
    other: tuple[str, str],
    level: str = "two_way",
    *,
    unit: str = "country",
    time: str = "edition",
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
    cube = complete_cube(wide, variables, unit=unit, time=time)
    sides = [
        (level, (np.array([variables.index(pair[0])]), np.array([variables.index(pair[1])])))
        for pair in (one, other)
    ]
    return _compared(cube, *sides)[0]


def _compared(cube: Cube, one: Side, other: Side) -> list[Estimate]:
    for level, _ in (one, other):
        check_level(level)
    difference, error, df = jackknifed_difference(
        LEVELS[one[0]](cube.array), LEVELS[other[0]](cube.array), one[1], other[1]
    )
    n_units = len(cube.units)
    size: dict[str, Any] = {
        "countries": n_units,
        "editions": len(cube.times),
        "n": cube.n_rows,
    }
    estimates = []
    for i, (a, b, c, d) in enumerate(zip(*one[1], *other[1], strict=True)):
        v = cube.variables
        name = f"{one[0]} {v[a]}-{v[b]} less {other[0]} {v[c]}-{v[d]}"
        reason = ""
        if n_units < LEAST_UNITS_BETWEEN:
            reason = f"only {n_units} units"
        elif not np.isfinite(difference[i]):
            reason = "one of the correlations is not estimable or at its bound"
        elif df[i] + 1 < LEAST_EFFECTIVE:
            reason = too_few(df[i] + 1)
        if reason:
            estimates.append(refused(name, METHOD, reason, **size))
            continue
        numbers = (float(difference[i]), float(error[i]), float(df[i]))
        estimates.append(t_estimate(name, *numbers, METHOD, **size))
    return estimates
