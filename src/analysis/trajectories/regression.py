"""Regression on a panel with inference that respects countries as clusters.

Coefficients are least squares. With few or unequal clusters no single standard error is safe, so
four answers stand side by side: CR1 with t(G - 1); CR2 with Satterthwaite degrees of freedom (Bell
& McCaffrey 2002, Pustejovsky & Tipton 2018); the cluster jackknife CV3 (MacKinnon, Nielsen & Webb
2023); and the wild cluster bootstrap with the null imposed (Cameron, Gelbach & Miller 2008), which
enumerates all sign patterns where that is possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import stats

from analysis.statistics.arrays import Bools, Floats, Ints
from analysis.statistics.estimates import all_signs, jackknife_error, random_signs, t_quantile
from analysis.tables.schema import columns

FEWEST_CLUSTERS: Final = 6
_TIE: Final = 1e-9


def cr2(fit: Any, cluster: Ints) -> tuple[Floats, Floats]:
    """Return CR2 standard errors and Satterthwaite degrees of freedom.

    The working model is independence with one variance, as for a model fitted by least squares.

    Parameters
    ----------
    fit
        Least-squares results of statsmodels.
    cluster
        Cluster number of each row, 0 to G - 1.
    """
    x, bread, rows = fit.model.exog, fit.normalized_cov_params, _rows(cluster)
    adjusted = []
    for own in rows:
        values, vectors = np.linalg.eigh(np.eye(len(own)) - x[own] @ bread @ x[own].T)
        # The symmetric inverse square root, without the null directions.
        keep = values > 1e-10
        root = (vectors[:, keep] / np.sqrt(values[keep])) @ vectors[:, keep].T
        adjusted.append(root @ x[own] @ bread)
    pairs = list(zip(rows, adjusted, strict=True))
    errors = np.sqrt((np.array([fit.resid[own] @ a for own, a in pairs]) ** 2).sum(axis=0))
    inner = np.array([x[own].T @ a for own, a in pairs])
    squares = np.array([(a**2).sum(axis=0) for a in adjusted])
    df = []
    for j in range(x.shape[1]):
        products = np.diag(squares[:, j]) - inner[..., j] @ bread @ inner[..., j].T
        df.append(float(np.trace(products) ** 2 / (products**2).sum()))
    return errors, np.array(df)


def cv3(fit: Any, cluster: Ints) -> Floats:
    """Return cluster-jackknife standard errors; NaN where a term needs one particular cluster.

    `fit` and `cluster` are those of `cr2`.
    """
    x, y = fit.model.exog, fit.model.endog
    xx, xy = x.T @ x, x.T @ y
    without = []
    for own in _rows(cluster):
        left = xx - x[own].T @ x[own]
        b = np.linalg.pinv(left, hermitian=True) @ (xy - x[own].T @ y[own])
        without.append(np.where(_estimable(left, np.sqrt(np.diag(xx))), b, np.nan))
    return jackknife_error(fit.params, np.array(without), axis=0)


def _rows(cluster: Ints) -> list[Ints]:
    """Return the row numbers of each cluster."""
    return [np.flatnonzero(cluster == g) for g in range(int(cluster.max()) + 1)]


def _estimable(xx: Floats, scale: Floats) -> Bools:
    """Tell which coefficients X'X identifies: those without part in its null space.

    `scale` holds the lengths of the regressors over all clusters; over those that are left one may
    be zero but for the last bit.
    """
    values, vectors = np.linalg.eigh(xx / np.outer(scale, scale))
    null = vectors[:, values < 1e-10]
    return np.asarray(np.abs(null).sum(axis=1) < 1e-6)


def wild_p_values(fit: Any, cluster: Ints, rng: np.random.Generator, draws: int = 9999) -> Floats:
    """Return wild cluster bootstrap p-values of each coefficient being zero.

    Rademacher weights by cluster on the residuals of the model that omits the term. All 2^G
    patterns are used if there are at most `draws` + 1 of them, else `draws` random ones. `fit` and
    `cluster` are those of `cr2`.
    """
    x, y, bread, rows = fit.model.exog, fit.model.endog, fit.normalized_cov_params, _rows(cluster)
    size = len(rows)
    enumerated = 2**size <= draws + 1
    weights = all_signs(size) if enumerated else random_signs(draws, size, rng=rng)
    # The first pattern leaves all signs as they are, and so gives the observed statistic.
    weights = np.vstack([np.ones(size), weights])
    p_values = []
    for j in range(x.shape[1]):
        rest = np.delete(x, j, axis=1)
        u = y - rest @ (np.linalg.pinv(rest) @ y)
        score = np.array([x[some].T @ u[some] for some in rows])
        own = score @ bread[j]
        # The bootstrap residual of a cluster is its weighted residual less the bootstrap fit.
        pull = np.array([bread[j] @ x[some].T @ x[some] for some in rows]) @ bread @ score.T
        # By CR1, but for a factor that is the same for all patterns.
        errors = np.sqrt(((weights * own - weights @ pull.T) ** 2).sum(axis=1))
        t = np.abs(weights @ own) / errors
        hits = int((t[1:] >= t[0] * (1 - _TIE)).sum())
        p_values.append(hits / 2**size if enumerated else (1 + hits) / (draws + 1))
    return np.array(p_values)


@dataclass(frozen=True)
class ClusterRegression:
    """Coefficients with four kinds of inference.

    Attributes
    ----------
    coefficients
        One row per term, as in the table ``trend_regression``. Empty if refused.
    n_clusters, n_observations
        G and n.
    messages, refusal
        Guards that fired; why there is no result.
    """

    coefficients: pd.DataFrame
    n_clusters: int
    n_observations: int
    messages: tuple[str, ...] = ()
    refusal: str = ""

    @property
    def table(self) -> pd.DataFrame:
        """Return the terms as the table ``trend_regression``, or one row that refuses.

        Terms that rest on one cluster alone are left out, such as a country's own level.
        """
        terms = pd.DataFrame([{"term": ""}])
        if len(self.coefficients):
            terms = self.coefficients[self.coefficients["message"] == ""]
        return terms.assign(
            n_clusters=self.n_clusters,
            n_observations=self.n_observations,
            messages="; ".join(self.messages),
            refusal=self.refusal,
        ).reindex(columns=list(columns("trend_regression")[:-1]))


def cluster_regression(
    frame: pd.DataFrame,
    formula: str,
    cluster: str = "country",
    *,
    split: str = "",
    seed: int = 0,
    draws: int = 9999,
) -> ClusterRegression:
    """Fit a linear model by least squares with cluster-robust inference.

    Parameters
    ----------
    frame
        Rows with a missing value in any variable of the formula are left out.
    formula
        Such as ``"invest ~ value + capital"``; add ``C(country)`` for country effects.
    split
        Column that divides the clusters; each part needs three.

    Examples
    --------
    >>> from analysis import data
    >>> frame = data.scores().assign(time=lambda scores: (scores["edition"] - 2014.5) / 10)
    >>> fitted = cluster_regression(frame, "democracy_score ~ C(country) + time", draws=99)
    >>> fitted.table["estimate"].round(2).tolist()
    [-0.24]
    """
    if split:
        sizes = frame.groupby(split)[cluster].nunique()
        if len(sizes) < 2 or sizes.min() < 3:
            told = " and ".join(f"{n} with {split} {value:g}" for value, n in sizes.items())
            reason = f"clusters: {told}; each part needs 3"
            return ClusterRegression(pd.DataFrame(), int(sizes.sum()), len(frame), refusal=reason)
    model = smf.ols(formula, frame, missing="drop")
    numbers, names = pd.factorize(frame.loc[model.data.row_labels, cluster])
    n, k = model.exog.shape
    size = len(names)
    refused = partial(ClusterRegression, pd.DataFrame(), size, n, ())
    if size < FEWEST_CLUSTERS or n <= k:
        return refused(f"{size} clusters and {n} rows for {k} terms: too few for inference")
    if np.linalg.matrix_rank(model.exog) < k:
        return refused(f"the terms of {formula} are linearly dependent: no unique coefficients")
    fit = sm.OLS(model.endog, model.exog).fit()
    if fit.ssr < 1e-12 * max(1.0, float((model.endog**2).sum())):
        return refused("the outcome does not vary around the fit: no standard error")
    # statsmodels' own CR1 takes the root of a variance that rounding can make negative.
    scores = np.array([fit.resid[own] @ model.exog[own] for own in _rows(numbers)])
    squares = ((scores @ fit.normalized_cov_params) ** 2).sum(axis=0)
    se1 = np.sqrt(size / (size - 1) * (n - 1) / (n - k) * squares)
    (se2, df2), se3 = cr2(fit, numbers), cv3(fit, numbers)
    half = t_quantile(df2) * se2
    coefficients = pd.DataFrame(
        {
            "term": model.exog_names,
            "estimate": fit.params,
            "se_cr1": se1,
            "p_cr1": 2 * stats.t.sf(np.abs(fit.params / se1), size - 1),
            "se_cr2": se2,
            "df_cr2": df2,
            "p_cr2": 2 * stats.t.sf(np.abs(fit.params / se2), df2),
            "lower": fit.params - half,
            "upper": fit.params + half,
            "se_cv3": se3,
            "p_cv3": 2 * stats.t.sf(np.abs(fit.params / se3), size - 1),
            "p_wild": wild_p_values(fit, numbers, np.random.default_rng(seed), draws),
            "message": np.where(np.isfinite(se3), "", "rests on one cluster"),
        }
    )
    few = f"{size} clusters: read CR2, CV3 or the wild bootstrap, not CR1"
    return ClusterRegression(coefficients, size, n, (few,) if size < 20 else ())
