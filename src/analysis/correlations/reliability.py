"""Are seven categories one scale? Eigenvalues, alpha, loadings and omega of a matrix of sums.

Pooled alpha is near one even if categories are unrelated within countries: that countries can be
ranked on one dimension says nothing about movements. Everything is therefore computed on three
levels.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import optimize, stats

from analysis.correlations.cross_products import TINY, Products
from analysis.statistics.arrays import Floats, Ints
from analysis.statistics.estimates import jackknife_error, t_quantile

LEAST_UNIQUENESS: Final = 0.01
"""A smaller one is a Heywood case: the factor model has no proper solution."""
_SINGULAR: Final = 1e-8
"""A smaller eigenvalue: one category is determined by the others, the likelihood has no maximum."""


def correlation_matrix(sums: Floats) -> Floats:
    """Return sums of products (..., K, K) as correlations; every variable must have moved."""
    size = np.sqrt(np.diagonal(sums, axis1=-2, axis2=-1))
    return np.asarray(sums / (size[..., :, None] * size[..., None, :]))


def eigenvalues(sums: Floats) -> Floats:
    """Return the eigenvalues of the correlation matrix, (..., K), the largest first."""
    return np.asarray(np.linalg.eigvalsh(correlation_matrix(sums))[..., ::-1])


def alpha(sums: Floats) -> Floats:
    """Return Cronbach's alpha of sums of products (..., K, K); it equals ICC(3, k)."""
    k = sums.shape[-1]
    own = np.trace(sums, axis1=-2, axis2=-1)
    return np.asarray(k / (k - 1) * (1 - own / sums.sum(axis=(-2, -1))))


def one_factor_loadings(sums: Floats) -> Floats | None:
    """Return maximum-likelihood loadings on one factor, their sum positive.

    The likelihood is maximised over the uniquenesses alone (Joreskog 1967): given these, the
    loadings are an eigenvector.

    Returns
    -------
    Array (K), or None where the model has no proper solution.
    """
    r = correlation_matrix(sums)
    if np.linalg.eigvalsh(r)[0] < _SINGULAR:
        return None

    def loadings_of(uniqueness: Floats) -> tuple[Floats, Floats]:
        root = np.sqrt(uniqueness)
        values, vectors = np.linalg.eigh(r / (root[:, None] * root))
        return root * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0)), values[:-1]

    def misfit(uniqueness: Floats) -> tuple[float, Floats]:
        loadings, rest = loadings_of(uniqueness)
        rest = np.maximum(rest, TINY)
        return (
            float((rest - np.log(rest) - 1).sum()),
            (loadings**2 + uniqueness - 1) / uniqueness**2,
        )

    start = np.clip(0.5 / np.diag(np.linalg.pinv(r, hermitian=True)), 0.05, 0.95)
    bounds = [(LEAST_UNIQUENESS / 2, 1.0)] * len(r)
    options = {"ftol": 1e-15, "gtol": 1e-9}
    found = optimize.minimize(
        misfit, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options
    )
    if (found.x < LEAST_UNIQUENESS).any():
        return None
    loadings = loadings_of(found.x)[0]
    return loadings * (1.0 if loadings.sum() >= 0 else -1.0)


def omega_total(loadings: Floats) -> float:
    """Return the share of the sum's variance that the factor explains."""
    common = float(loadings.sum() ** 2)
    return common / (common + float((1 - loadings**2).sum()))


def jackknifed_reliability(
    estimate: Floats, without: Floats, effective: Floats
) -> tuple[Floats, Floats]:
    """Return a 95 % interval of alpha or omega, by country jackknife on log(1 - value).

    With G - 1 degrees of freedom it covers 92.5 % where categories move together, and 90.5 % where
    countries are unequally volatile besides; with G_eff - 1 as for correlations 93.4 and 92.9 %
    (10 000 panels each, Monte Carlo error 0.3 points).

    Parameters
    ----------
    estimate
        (...).
    without
        (..., countries): the value without each country.
    effective
        (...): on how many countries the value rests, as `effective_countries` has it.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = np.log(1 - estimate)
        error = jackknife_error(centre, np.log(1 - without))
        reach = t_quantile(np.where(effective > 1, effective - 1, np.nan)) * error
        return 1 - np.exp(centre + reach), 1 - np.exp(centre - reach)


def effective_countries(products: Products) -> Floats:
    """Return on how many countries the variance of the sum of the variables rests.

    (sum w)^2 / sum w^2, with w a country's share of the sum of squares of the variables' sum.
    """
    shares = products.parts().sum(axis=(-2, -1))
    squares = (shares**2).sum(axis=-1)
    effective: Floats = np.divide(
        shares.sum(axis=-1) ** 2, squares, out=np.zeros_like(squares), where=squares > TINY
    )
    return effective


def jackknifed_alpha(products: Products) -> tuple[Floats, Floats, Floats]:
    """Return alpha with its interval by country jackknife, t(G_eff - 1)."""
    value = alpha(products.total())
    without = alpha(products.without_each())
    return value, *jackknifed_reliability(value, without, effective_countries(products))


def feldt_interval(value: float, n: int, k: int) -> tuple[float, float]:
    """Return the 95 % interval of alpha of `k` items over `n` independent units (Feldt 1965)."""
    df = (n - 1, (n - 1) * (k - 1))
    return (
        float(1 - (1 - value) * stats.f.ppf(0.975, *df)),
        float(1 - (1 - value) * stats.f.ppf(0.025, *df)),
    )


def moving(sums: Floats) -> Ints:
    """Return the indices of the variables that moved."""
    return np.flatnonzero(np.diagonal(sums) > TINY)
