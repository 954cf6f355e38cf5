"""How sure a correlation is, by leaving out one country at a time.

Ratings are near random walks, so that country-years are no independent observations: the textbook
interval for repeated measures covers half of what it promises. Countries are independent, at
least given the year's common effects; the jackknife over countries on Fisher's z uses only that,
and the t distribution has as many degrees of freedom as countries carry the association.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import stats

from analysis.correlations.cross_products import TINY, Products, correlations
from analysis.statistics.arrays import Floats, Ints
from analysis.statistics.estimates import jackknife_error

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
