"""Regression on a panel with inference that respects countries as clusters.

Coefficients are least squares. With few or unequal clusters no single standard error is safe, so
four answers stand side by side: CR1 with t(G - 1); CR2 with Satterthwaite degrees of freedom (Bell
& McCaffrey 2002, Pustejovsky & Tipton 2018); the cluster jackknife CV3 (MacKinnon, Nielsen & Webb
2023); and the wild cluster bootstrap with the null imposed (Cameron, Gelbach & Miller 2008), which
enumerates all sign patterns where that is possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from scipy import stats

from analysis.statistics.arrays import Floats, Ints
from analysis.statistics.estimates import jackknife_error, t_quantile
from analysis.statistics.sign_flips import all_signs, random_signs
from analysis.tables.schema import columns

FEWEST_CLUSTERS: Final = 6
_TIE: Final = 1e-9


@dataclass(frozen=True)
class Design:
    """A least-squares fit with its clusters.

    Attributes
    ----------
    y, x
        Outcome (n) and regressors (n, k).
    cluster
        Cluster number of each row, 0 to G - 1.
    """

    y: Floats
    x: Floats
    cluster: Ints

    @property
    def groups(self) -> list[Ints]:
        """Row numbers of each cluster."""
        return [np.flatnonzero(self.cluster == g) for g in range(int(self.cluster.max()) + 1)]

    @property
    def bread(self) -> Floats:
        """Inverse of X'X."""
        return np.asarray(np.linalg.inv(self.x.T @ self.x), dtype=np.float64)

    @property
    def coefficients(self) -> Floats:
        """Least-squares coefficients."""
        return np.asarray(np.linalg.lstsq(self.x, self.y, rcond=None)[0], dtype=np.float64)

    @property
    def residuals(self) -> Floats:
        """Least-squares residuals."""
        e: Floats = self.y - self.x @ self.coefficients
        return e


def cr1(design: Design) -> Floats:
    """Return CR1 standard errors: G/(G - 1) x (n - 1)/(n - k)."""
    n, k = design.x.shape
    groups = design.groups
    e = design.residuals
    scores = np.array([design.x[g].T @ e[g] for g in groups]) @ design.bread
    size = len(groups)
    factor = size / (size - 1) * (n - 1) / (n - k)
    errors: Floats = np.sqrt(factor * (scores**2).sum(axis=0))
    return errors


def cr2(design: Design) -> tuple[Floats, Floats]:
    """Return CR2 standard errors and Satterthwaite degrees of freedom.

    The working model is independence with one variance, as for a model fitted by least squares.
    """
    bread = design.bread
    e = design.residuals
    adjusted, meat = [], []
    for rows in design.groups:
        x = design.x[rows]
        inside = np.eye(len(rows)) - x @ bread @ x.T
        root = _inverse_root(inside)
        adjusted.append(root @ x @ bread)
        meat.append((root @ e[rows]) @ x @ bread)
    errors: Floats = np.sqrt((np.array(meat) ** 2).sum(axis=0))
    df = np.array([_satterthwaite(design, bread, adjusted, j) for j in range(design.x.shape[1])])
    return errors, df


def _inverse_root(matrix: Floats) -> Floats:
    """Return the symmetric inverse square root, leaving out null directions."""
    values, vectors = np.linalg.eigh(matrix)
    keep = values > 1e-10
    root: Floats = (vectors[:, keep] / np.sqrt(values[keep])) @ vectors[:, keep].T
    return root


def _satterthwaite(design: Design, bread: Floats, adjusted: list[Floats], j: int) -> float:
    columns = [a[:, j] for a in adjusted]
    inner = np.array([design.x[rows].T @ a for rows, a in zip(design.groups, columns, strict=True)])
    products = np.diag([float(a @ a) for a in columns]) - inner @ bread @ inner.T
    return float(np.trace(products) ** 2 / (products**2).sum())


def cv3(design: Design) -> Floats:
    """Return cluster-jackknife standard errors; NaN where a term needs one particular cluster."""
    xx, xy = design.x.T @ design.x, design.x.T @ design.y
    without = []
    for rows in design.groups:
        x, y = design.x[rows], design.y[rows]
        left = xx - x.T @ x
        estimable = _estimable(left, np.sqrt(np.diag(xx)))
        b = np.linalg.pinv(left, hermitian=True) @ (xy - x.T @ y)
        without.append(np.where(estimable, b, np.nan))
    return jackknife_error(design.coefficients, np.array(without), axis=0)


def _estimable(xx: Floats, scale: Floats) -> np.ndarray:
    """Tell which coefficients X'X identifies: those without part in its null space.

    Parameters
    ----------
    scale
        Lengths of the regressors over all clusters; over those that are left one may be zero but
        for the last bit.
    """
    values, vectors = np.linalg.eigh(xx / np.outer(scale, scale))
    null = vectors[:, values < 1e-10]
    return np.asarray(np.abs(null).sum(axis=1) < 1e-6)


def wild_p_values(design: Design, rng: np.random.Generator, draws: int = 9999) -> Floats:
    """Return wild cluster bootstrap p-values of each coefficient being zero.

    Rademacher weights by cluster on the residuals of the model that omits the term. All 2^G
    patterns are used if there are at most `draws` + 1 of them, else `draws` random ones.
    """
    size = len(design.groups)
    enumerated = 2**size <= draws + 1
    weights = all_signs(size) if enumerated else random_signs(draws, size, rng=rng)
    statistics = design.coefficients / cr1(design)
    hits = np.array(
        [_wild_hits(design, weights, j, statistics[j]) for j in range(design.x.shape[1])]
    )
    return hits / len(weights) if enumerated else (1 + hits) / (draws + 1)


def _wild_hits(design: Design, weights: Floats, j: int, statistic: float) -> int:
    n, k = design.x.shape
    groups, bread = design.groups, design.bread
    rest = np.delete(design.x, j, axis=1)
    u = design.y - rest @ np.linalg.lstsq(rest, design.y, rcond=None)[0] if k > 1 else design.y
    score = np.array([design.x[g].T @ u[g] for g in groups])
    own = score @ bread[j]
    # The bootstrap residual of a cluster is its weighted residual less the bootstrap fit.
    pull = np.array([bread[j] @ design.x[g].T @ design.x[g] for g in groups]) @ bread @ score.T
    cluster_scores = weights * own - weights @ pull.T
    size = len(groups)
    factor = size / (size - 1) * (n - 1) / (n - k)
    t = weights @ own / np.sqrt(factor * (cluster_scores**2).sum(axis=1))
    return int((np.abs(t) >= abs(statistic) * (1 - _TIE)).sum())


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
            empty = pd.DataFrame()
            return ClusterRegression(empty, int(sizes.sum()), len(frame), refusal=reason)
    model = smf.ols(formula, frame, missing="drop")
    y, x, terms = model.endog, model.exog, list(model.exog_names)
    rows = frame.loc[model.data.row_labels, cluster]
    numbers, names = pd.factorize(rows)
    n, k = x.shape
    if len(names) < FEWEST_CLUSTERS or n <= k:
        reason = f"{len(names)} clusters and {n} rows for {k} terms: too few for inference"
        return ClusterRegression(pd.DataFrame(), len(names), n, refusal=reason)
    if np.linalg.matrix_rank(x) < k:
        reason = f"the terms of {formula} are linearly dependent: no unique coefficients"
        return ClusterRegression(pd.DataFrame(), len(names), n, refusal=reason)
    design = Design(np.asarray(y, float), np.asarray(x, float), numbers.astype(np.int64))
    if float((design.residuals**2).sum()) < 1e-12 * max(1.0, float((design.y**2).sum())):
        reason = "the outcome does not vary around the fit: no standard error"
        return ClusterRegression(pd.DataFrame(), len(names), n, refusal=reason)
    few = len(names) < 20
    message = f"{len(names)} clusters: read CR2, CV3 or the wild bootstrap, not CR1" if few else ""
    table = _coefficient_table(design, terms, np.random.default_rng(seed), draws)
    return ClusterRegression(table, len(names), n, (message,) if message else ())


def _coefficient_table(
    design: Design, terms: list[str], rng: np.random.Generator, draws: int
) -> pd.DataFrame:
    b, se1, se3 = design.coefficients, cr1(design), cv3(design)
    se2, df2 = cr2(design)
    df = len(design.groups) - 1
    half = t_quantile(df2) * se2
    return pd.DataFrame(
        {
            "term": terms,
            "estimate": b,
            "se_cr1": se1,
            "p_cr1": 2 * stats.t.sf(np.abs(b / se1), df),
            "se_cr2": se2,
            "df_cr2": df2,
            "p_cr2": 2 * stats.t.sf(np.abs(b / se2), df2),
            "lower": b - half,
            "upper": b + half,
            "se_cv3": se3,
            "p_cv3": 2 * stats.t.sf(np.abs(b / se3), df),
            "p_wild": wild_p_values(design, rng, draws),
            "message": ["" if np.isfinite(s) else "rests on one cluster" for s in se3],
        }
    )
