"""How sure a correlation is: its interval, tests of families, comparisons of two.

Ratings are near random walks, so that country-years are no independent observations: the textbook
interval for repeated measures covers half of what it promises. Countries are independent, at
least given the year's common effects; the jackknife over countries on Fisher's z uses only that,
and the t distribution has as many degrees of freedom as countries carry the association.

If two categories are unrelated, a country's sum of products is as likely to be negative as
positive. Turning whole countries round keeps all persistence within a country, which is what
ordinary tests stumble over. A drift that all countries share would count as association within
them - over twenty editions it makes the plain test reject two in three unrelated pairs - so that
tests and comparisons are of departures from each country's and each edition's mean.
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
    check_choice,
    correlations,
    pair_names,
    pairs_of,
    with_rest_scores,
)
from analysis.facts.errors import ParameterError
from analysis.settings.parameters import FEWEST_DRAWS
from analysis.statistics.arrays import Floats, Ints, Panel, complete_cube
from analysis.statistics.estimates import (
    Estimate,
    adjusted,
    counted,
    jackknife_error,
    sign_flip_p_values,
    t_estimate,
    t_quantile,
    table,
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
TESTED: Final = (CONFIRMATORY, "within", "changes")
"""Levels on which a test may be made: levels of countries are associated for any reason."""
COMPARED: Final = ("between", CONFIRMATORY)
"""Levels of which the correlations of each pair are compared."""
LEAST_FLIPPED: Final = 6
"""Two in 2^5 patterns are 6 %: with fewer countries no result can fall below 5 %."""
METHOD: Final = "difference of z, country jackknife"


@dataclass(frozen=True)
class Jackknifed:
    """Correlations of pairs with what the jackknife over countries says about them.

    All arrays are (..., pairs), Fisher's z `without` each country (..., countries, pairs); what
    rests on z is NaN where it does not exist. The `error` is that of z, `effective` the
    `effective_number` of countries by the root of the product of their two sums of squares,
    `contributing` those in which both variables moved before common effects are removed. Interval
    (whether or not it is to be shown) and two-sided p-value are those of t(G_eff - 1).
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
    parts = products.parts()
    xx, yy = parts[..., first, first], parts[..., second, second]
    effective = effective_number(np.sqrt(np.clip(xx, 0, None) * np.clip(yy, 0, None)), -2)
    moved = np.diagonal(products.squares, axis1=-2, axis2=-1) > TINY
    contributing = (moved[..., first] & moved[..., second]).sum(axis=-2)
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
    """Test a family of associations, adjusted as declared: its rows of ``correlation_tests``.

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

    Examples
    --------
    >>> from analysis import data
    >>> codes = ["NDG", "EP", "CS", "IM"]
    >>> ratings = data.country_editions().dropna(subset=codes)
    >>> len(family_tests(ratings, codes, "pairs", "two_way", seed=1, draws=99))
    6
    """
    check_choice("family", family, TEST_FAMILIES)
    check_choice("level", level, TESTED)
    if draws < FEWEST_DRAWS:
        raise ParameterError(f"draws: expected at least {FEWEST_DRAWS}, found {draws}")
    cube = complete_cube(wide, variables, **units)
    products, k = LEVELS[level](cube.array), len(variables)
    names, (first, second) = list(variables), pairs_of(k)
    if family == "rest_scores":
        products = products.combined(with_rest_scores(k))
        names, first, second = [*names, *["rest score"] * k], np.arange(k), np.arange(k, 2 * k)
    found = jackknifed(products, first, second)
    by_country = products.parts()[:, first, second].T
    flipped = sign_flip_p_values(by_country, np.random.default_rng(seed), draws)
    p = np.where(np.isfinite(found.r) & (found.contributing >= LEAST_FLIPPED), flipped, np.nan)
    many = products.n_countries >= LEAST_UNITS
    estimable = np.isfinite(found.r) & many
    few = f"not tested: fewer than {LEAST_FLIPPED} countries moved in both"
    shown = many & (found.effective >= LEAST_EFFECTIVE)
    tests = pd.DataFrame(
        {
            "level": level,
            "x": [names[i] for i in first],
            "y": [names[i] for i in second],
            "r": np.where(estimable, found.r, np.nan),
            "effective_units": found.effective,
            "p_sign_flip": p,
            "p_jackknife": np.where(shown, found.p_value, np.nan),
            "refusal": np.where(np.isfinite(p), "", np.where(estimable, few, "not estimable")),
            "draws": draws,
            "sample": SAMPLE,
        }
    )
    return adjusted(tests, family, "p_sign_flip")[list(columns("correlation_tests"))]


def level_contrasts(wide: pd.DataFrame, variables: Sequence[str], **units: str) -> pd.DataFrame:
    """Compare the levels `COMPARED` of each pair of variables by Fisher's z.

    In the table ``level_contrasts`` p-values are adjusted in the family of that name.

    Examples
    --------
    >>> from analysis import data
    >>> codes = ["NDG", "EP", "CS", "IM"]
    >>> ratings = data.country_editions().dropna(subset=codes)
    >>> level_contrasts(ratings, codes)["name"][0]
    'between NDG-EP less two_way NDG-EP'
    """
    cube, names = complete_cube(wide, variables, **units), pair_names(variables)
    one, other = COMPARED
    pairs = pairs_of(len(variables))
    own, others = (jackknifed(LEVELS[level](cube.array), *pairs) for level in COMPARED)
    labels = [f"{x}-{y}" for x, y in zip(*names.values(), strict=True)]
    contrasts = [f"{one} {pair} less {other} {pair}" for pair in labels]
    estimates = _differences(contrasts, own, others, cube)
    sides: dict[str, Any] = {"one": one, "other": other, "r_one": own.r, "r_other": others.r}
    found = table(estimates).assign(**names, **sides, sample=SAMPLE)
    return adjusted(found, "level_contrasts")[list(columns("level_contrasts"))]


def pair_contrast(
    wide: pd.DataFrame, one: tuple[str, str], other: tuple[str, str], **units: str
) -> Estimate:
    """Compare two pairs of variables, two-way: Fisher's z of `one` less that of `other`.

    Examples
    --------
    >>> from analysis import data
    >>> ratings, codes = data.country_editions(), ["NDG", "EP", "CS", "IM"]
    >>> pair_contrast(ratings, ("NDG", "EP"), ("NDG", "IM")).n_countries
    29
    """
    variables = list(dict.fromkeys([*one, *other]))
    cube = complete_cube(wide, variables, **units)
    products = LEVELS[CONFIRMATORY](cube.array)
    own, others = (
        jackknifed(products, *np.array([[variables.index(name)] for name in pair]))
        for pair in (one, other)
    )
    name = f"{CONFIRMATORY} {'-'.join(one)} less {CONFIRMATORY} {'-'.join(other)}"
    return _differences([name], own, others, cube)[0]


def _differences(
    names: Sequence[str], own: Jackknifed, others: Jackknifed, cube: Panel
) -> list[Estimate]:
    n_units = len(cube.countries)
    size: Any = {"n_countries": n_units, "n_editions": len(cube.editions)}
    size |= {"n_observations": int(np.isfinite(cube.array).all(axis=1).sum())}
    estimates = []
    for name, *numbers in zip(names, *jackknifed_difference(own, others), strict=True):
        difference, error, df = map(float, numbers)
        reason = ""
        if n_units < LEAST_UNITS_BETWEEN:
            reason = f"only {counted(n_units, 'unit')}"
        elif not np.isfinite(difference):
            reason = "one of the correlations is not estimable or at its bound"
        elif df + 1 < LEAST_EFFECTIVE:
            reason = too_few(df + 1)
        refused = Estimate(name, method=METHOD, refusal=reason, **size)
        estimate = t_estimate(name, difference, error, df, METHOD, **size)
        estimates.append(refused if reason else estimate)
    return estimates
