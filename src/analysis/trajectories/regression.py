"""Regression on a panel with inference that respects countries as clusters.

Coefficients are least squares. With few or unequal clusters no single standard error is safe, so
four answers stand side by side: CR1 with t(G - 1); CR2 with Satterthwaite degrees of freedom (Bell
& McCaffrey 2002, Pustejovsky & Tipton 2018); the cluster jackknife CV3 (MacKinnon, Nielsen & Webb
2023); and the wild cluster bootstrap with the null imposed (Cameron, Gelbach & Miller 2008), which
enumerates all sign patterns where that is possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd
import patsy
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import stats

from analysis.facts.errors import ParameterError
from analysis.statistics.arrays import Floats, Ints, require_columns
from analysis.statistics.estimates import (
    all_signs,
    counted,
    jackknife_error,
    random_signs,
    t_quantile,
)
from analysis.tables.schema import columns

FEWEST_CLUSTERS: Final = 6
_TIE: Final = 1e-9


def cr2(fit: Any, clusters: Sequence[Ints]) -> tuple[Floats, Floats]:
    """Return CR2 standard errors and Satterthwaite degrees of freedom.

    The working model is independence with one variance, as for a model fitted by least squares.
    `fit` are least-squares results of statsmodels, `clusters` the row numbers of each cluster.
    """
    x, bread = fit.model.exog, fit.normalized_cov_params
    scores, inner, squares = [], [], []
    for own in clusters:
        values, vectors = np.linalg.eigh(np.eye(len(own)) - x[own] @ bread @ x[own].T)
        # The symmetric inverse square root, without the null directions.
        keep = values > 1e-10
        root = (vectors[:, keep] / np.sqrt(values[keep])) @ vectors[:, keep].T
        adjusted = root @ x[own] @ bread
        scores.append(fit.resid[own] @ adjusted)
        inner.append(x[own].T @ adjusted)
        squares.append((adjusted**2).sum(axis=0))
    df = []
    for product, square in zip(
        np.moveaxis(np.array(inner), -1, 0), np.transpose(squares), strict=True
    ):
        products = np.diag(square) - product @ bread @ product.T
        df.append(float(np.trace(products) ** 2 / (products**2).sum()))
    return np.sqrt((np.array(scores) ** 2).sum(axis=0)), np.array(df)


def cv3(fit: Any, clusters: Sequence[Ints]) -> Floats:
    """Return cluster-jackknife standard errors; NaN where a term needs one particular cluster.

    Parameters are those of `cr2`.
    """
    x, y = fit.model.exog, fit.model.endog
    xx, xy = x.T @ x, x.T @ y
    # Lengths of the regressors over all clusters; over those that are left one may be zero but
    # for the last bit.
    scale = np.sqrt(np.diag(xx))
    without = []
    for own in clusters:
        left = xx - x[own].T @ x[own]
        b = np.linalg.pinv(left, hermitian=True) @ (xy - x[own].T @ y[own])
        values, vectors = np.linalg.eigh(left / np.outer(scale, scale))
        # Coefficients with a part in the null space are not identified.
        identified = np.abs(vectors[:, values < 1e-10]).sum(axis=1) < 1e-6
        without.append(np.where(identified, b, np.nan))
    return jackknife_error(fit.params, np.array(without), axis=0)


def wild_p_values(
    fit: Any, clusters: Sequence[Ints], rng: np.random.Generator, draws: int = 9999
) -> Floats:
    """Return wild cluster bootstrap p-values of each coefficient being zero.

    Rademacher weights by cluster on the residuals of the model that omits the term. All 2^G
    patterns are used if there are at most `draws` + 1 of them, else `draws` random ones. Other
    parameters are those of `cr2`.
    """
    x, y, bread = fit.model.exog, fit.model.endog, fit.normalized_cov_params
    size = len(clusters)
    enumerated = 2**size <= draws + 1
    weights = all_signs(size) if enumerated else random_signs(draws, size, rng=rng)
    # The first pattern leaves all signs as they are, and so gives the observed statistic.
    weights = np.vstack([np.ones(size), weights])
    p_values = []
    for j in range(x.shape[1]):
        rest = np.delete(x, j, axis=1)
        u = y - rest @ (np.linalg.pinv(rest) @ y)
        score = np.array([x[some].T @ u[some] for some in clusters])
        own = score @ bread[j]
        # The bootstrap residual of a cluster is its weighted residual less the bootstrap fit.
        pull = np.array([bread[j] @ x[some].T @ x[some] for some in clusters]) @ bread @ score.T
        # By CR1, but for a factor that is the same for all patterns.
        errors = np.sqrt(((weights * own - weights @ pull.T) ** 2).sum(axis=1))
        t = np.abs(weights @ own) / errors
        hits = int((t[1:] >= t[0] * (1 - _TIE)).sum())
        p_values.append(hits / 2**size if enumerated else (1 + hits) / (draws + 1))
    return np.array(p_values)


def cluster_regression(
    frame: pd.DataFrame,
    formula: str,
    cluster: str = "country",
    *,
    split: str = "",
    seed: int = 0,
    draws: int = 9999,
) -> pd.DataFrame:
    """Fit a linear model by least squares with cluster-robust inference.

    Parameters
    ----------
    frame
        Rows with a missing value in any variable of the formula are left out.
    formula
        Such as ``"invest ~ value + capital"``; add ``C(country)`` for country effects.
    split
        Column that divides the clusters; each part needs three.

    Returns
    -------
    Table ``trend_regression`` without the sample, one row a term, or one row that refuses. A term
    that rests on one cluster alone, such as a country's own level, says so in its ``message``.

    Raises
    ------
    ParameterError
        If the formula is none, or of columns that `frame` does not have.

    Examples
    --------
    >>> from analysis import data
    >>> frame = data.scores().assign(time=lambda scores: (scores["edition"] - 2014.5) / 10)
    >>> fitted = cluster_regression(frame, "democracy_score ~ C(country) + time", draws=99)
    >>> fitted.set_index("term").loc["time", "estimate"].round(2).item()
    -0.24
    """
    require_columns(frame, cluster, *([split] if split else []))
    if split:
        sizes = frame.groupby(split)[cluster].nunique()
        if len(sizes) < 2 or sizes.min() < 3:
            told = " and ".join(f"{n} with {split} {value:g}" for value, n in sizes.items())
            return _table(int(sizes.sum()), len(frame), f"clusters: {told}; each part needs 3")
    frame = frame.reset_index(drop=True)  # two tables one after the other have labels twice
    model = _model(formula, frame)
    numbers, names = pd.factorize(frame.loc[model.data.row_labels, cluster])
    (n, k), size = model.exog.shape, len(names)
    table = partial(_table, size, n)
    if refusal := _refusal(model.exog, size, formula):
        return table(refusal)
    fit = sm.OLS(model.endog, model.exog).fit()
    if fit.ssr < 1e-12 * max(1.0, float((model.endog**2).sum())):
        return table("the outcome does not vary around the fit: no standard error")
    clusters = [np.flatnonzero(numbers == g) for g in range(size)]
    # statsmodels' own CR1 takes the root of a variance that rounding can make negative.
    scores = np.array([fit.resid[own] @ model.exog[own] for own in clusters])
    squares = ((scores @ fit.normalized_cov_params) ** 2).sum(axis=0)
    se1 = np.sqrt(size / (size - 1) * (n - 1) / (n - k) * squares)
    (se2, df2), se3 = cr2(fit, clusters), cv3(fit, clusters)
    half = t_quantile(df2) * se2
    few = f"{size} clusters: read CR2, CV3 or the wild bootstrap, not CR1"
    return table(
        messages=few if size < 20 else "",
        term=model.exog_names,
        estimate=fit.params,
        se_cr1=se1,
        p_cr1=2 * stats.t.sf(np.abs(fit.params / se1), size - 1),
        se_cr2=se2,
        df_cr2=df2,
        p_cr2=2 * stats.t.sf(np.abs(fit.params / se2), df2),
        lower=fit.params - half,
        upper=fit.params + half,
        se_cv3=se3,
        p_cv3=2 * stats.t.sf(np.abs(fit.params / se3), size - 1),
        p_wild=wild_p_values(fit, clusters, np.random.default_rng(seed), draws),
        message=np.where(np.isfinite(se3), "", "rests on one cluster"),
    )


def _model(formula: str, frame: pd.DataFrame) -> Any:
    """Return the least-squares model of a formula, or refuse the formula in one line."""
    try:
        if not all(side.strip() for side in formula.partition("~")):
            raise ValueError("expected an outcome, ~ and terms")
        if frame.empty:
            raise ValueError("no rows")
        return smf.ols(formula, frame, missing="drop")
    except (patsy.PatsyError, ValueError) as error:
        found = f"{str(error).splitlines()[0]}; the columns are {', '.join(map(str, frame))}"
        raise ParameterError(f"formula {formula!r}: {found}") from None


def _refusal(x: Floats, n_clusters: int, formula: str) -> str:
    """Return why a design allows no inference, or an empty text."""
    n, k = x.shape
    if n_clusters < FEWEST_CLUSTERS or n <= k:
        of = " and ".join((counted(n_clusters, "cluster"), counted(n, "row")))
        return f"{of} for {counted(k, 'term')}: too few for inference"
    if not np.isfinite(x).all():
        return f"a term of {formula} has infinite values: no coefficients"
    if np.linalg.matrix_rank(x) < k:
        return f"the terms of {formula} are linearly dependent: no unique coefficients"
    return ""


def _table(n_clusters: int, n_observations: int, refusal: str = "", **terms: Any) -> pd.DataFrame:
    """Return terms as the table ``trend_regression``, or one row with the reason of a refusal."""
    sizes = {"n_clusters": n_clusters, "n_observations": n_observations}
    none = {"term": [""], "message": "", "messages": "", "refusal": refusal}
    return pd.DataFrame(none | sizes | terms, columns=list(columns("trend_regression")[:-1]))
