"""Are seven categories one scale? Eigenvalues, alpha, loadings and omega of a matrix of sums.

Pooled alpha is near one even if categories are unrelated within countries: that countries can be
ranked on one dimension says nothing about movements. Everything is therefore computed on three
levels.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import stats
from statsmodels.multivariate.factor import Factor

from analysis.correlations.cross_products import TINY, Products
from analysis.estimates import t_quantile
from analysis.matrices import Floats

LEAST_UNIQUENESS: Final = 0.01
"""A smaller one is a Heywood case: the factor model has no proper solution."""


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

    Returns
    -------
    Array (K), or None where the model has no proper solution.
    """
    try:
        fit = Factor(corr=correlation_matrix(sums), n_factor=1, method="ml").fit()
    except (np.linalg.LinAlgError, ValueError):
        return None
    loadings = np.asarray(fit.loadings[:, 0], dtype=float)
    if not np.isfinite(loadings).all() or (1 - loadings**2 < LEAST_UNIQUENESS).any():
        return None
    return loadings * (1.0 if loadings.sum() >= 0 else -1.0)


def omega_total(loadings: Floats) -> float:
    """Return the share of the sum's variance that the factor explains."""
    common = float(loadings.sum() ** 2)
    return common / (common + float((1 - loadings**2).sum()))


def jackknifed_reliability(estimate: Floats, without: Floats) -> tuple[Floats, Floats]:
    """Return a 95 % interval of alpha or omega, by country jackknife on log(1 - value), t(G - 1).

    Parameters
    ----------
    estimate
        (...).
    without
        (..., countries): the value without each country.
    """
    n = without.shape[-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = np.log(1 - estimate)
        deviations = np.log(1 - without) - centre[..., None]
        error = np.sqrt((n - 1) / n * (deviations**2).sum(axis=-1))
        reach = t_quantile(n - 1) * error
        return 1 - np.exp(centre + reach), 1 - np.exp(centre - reach)


def jackknifed_alpha(products: Products) -> tuple[Floats, Floats, Floats]:
    """Return alpha with its interval by country jackknife."""
    value = alpha(products.total())
    return value, *jackknifed_reliability(value, alpha(products.without_each()))


def feldt_interval(value: float, n: int, k: int) -> tuple[float, float]:
    """Return the 95 % interval of alpha of `k` items over `n` independent units (Feldt 1965)."""
    df = (n - 1, (n - 1) * (k - 1))
    return (
        float(1 - (1 - value) * stats.f.ppf(0.975, *df)),
        float(1 - (1 - value) * stats.f.ppf(0.025, *df)),
    )


def moving(sums: Floats) -> Floats:
    """Return the indices of the variables that moved."""
    return np.flatnonzero(np.diagonal(sums) > TINY)
