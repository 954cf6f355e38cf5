"""One latent trait behind seven ordinal ratings: the graded response model (Samejima 1969).

The plain mean of the ratings counts every category alike and every quarter point as far as any
other. The model assumes neither: a category has its own discrimination, and the distances between
its steps are estimated. Fitted by marginal maximum likelihood over a grid of the trait.
Country-editions are taken as separate units, so that standard errors would be far too small; none
is given, and only the order of the traits is used.

The libraries looked at do not serve: girth was last released in 2021, factor_analyzer has no
ordinal model, the current ones (irtorch, py-irt) need torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import optimize, sparse, special

from analysis.statistics.arrays import Floats, require_columns

_GRID: Final = np.linspace(-4, 4, 161)
"""Values of the trait; posterior distributions are a tenth of its unit wide."""
_PRIOR: Final = special.log_softmax(-(_GRID**2) / 2)
_FLOOR: Final = 1e-12
"""Chances below this are lost in the difference of two that are nearly one."""
_MOST: Final = 50.0
"""Log of a discrimination or a distance beyond which no chance changes any more."""
_STEPS: Final = 2000
"""The most that the optimiser may take."""
_TOLERANCE: Final = 1e-12
_FEWEST: Final = 50
"""Rows below which steps of seven scales cannot be told apart."""
_SHARPEST: Final = 50.0
"""Discrimination of an item whose steps lie closer than the grid tells: it is the trait itself, as
happens with few countries."""


@dataclass(frozen=True)
class LatentTrait:
    """A fitted graded response model, or why there is none.

    The scores have the index of the rows used, the ``trait`` (posterior mean, standard normal in
    the population) and the plain ``mean`` of the items; `discrimination` says of each item how
    sharply it tells low from high traits; the log-likelihood is the marginal one.
    """

    scores: pd.DataFrame
    discrimination: pd.Series
    log_likelihood: float
    refusal: str = ""


def graded_response(ratings: pd.DataFrame, items: Sequence[str]) -> LatentTrait:
    """Fit a graded response model to the complete rows of a table, one row a unit.

    Of each of the `items`, columns, higher is more of the trait. It is refused with few rows, where
    an item never varied or would order the rows alone, and where the fit does not come to an end.

    Examples
    --------
    >>> from analysis import data
    >>> codes = ["NDG", "EP", "CS"]
    >>> trait = graded_response(data.country_editions(), codes)
    >>> trait.discrimination.idxmax()
    'CS'
    >>> trait.scores["trait"].corr(trait.scores["mean"], method="spearman").round(3).item()
    0.998
    """
    require_columns(ratings, *items)
    known = ratings[list(items)].dropna()
    still = [name for name in items if known[name].nunique() < 2]
    why = f"{', '.join(still)} never varied" if still else ""
    if len(known) < _FEWEST:
        why = f"{len(known)} of the {_FEWEST} complete country-editions needed"
    if why:
        return _refused(why)
    # Sparse: dense products would be spread over threads, which takes longer than they do.
    marks = [sparse.csr_array(pd.get_dummies(known[name]).to_numpy(float)) for name in items]
    parts, log_likelihood = _fitted(marks)
    discrimination = pd.Series([float(_exp(x[0])) for x in parts], list(items))
    if discrimination.max() > _SHARPEST:
        alone = f"{discrimination.idxmax()} would order the {len(known)} country-editions alone"
        return _refused(alone)
    if np.isnan(log_likelihood):
        return _refused(f"its fit did not come to an end in {_STEPS} steps")
    posterior = special.softmax(_joint(parts, marks) + _PRIOR, axis=1)
    scores = pd.DataFrame({"trait": posterior @ _GRID, "mean": known.mean(axis=1)}, known.index)
    return LatentTrait(scores, discrimination, log_likelihood)


def _refused(why: str) -> LatentTrait:
    nothing = pd.DataFrame(columns=["trait", "mean"], dtype=float)
    return LatentTrait(nothing, pd.Series(dtype=float), float("nan"), why)


def _fitted(marks: Sequence[Any]) -> tuple[list[Floats], float]:
    """Return the parameters of every item that maximise the likelihood, and its maximum.

    Where the optimiser does not come to an end they are its last, and the maximum is NaN.
    """
    starts = [_start(of_item.mean(axis=0)) for of_item in marks]
    sizes = np.cumsum([len(start) for start in starts])[:-1]

    def loss(x: Floats) -> tuple[float, Floats]:
        parts = np.split(x, sizes)
        joint = _joint(parts, marks) + _PRIOR
        total = special.logsumexp(joint, axis=1, keepdims=True)
        posterior = np.exp(joint - total)
        # By Fisher's identity the slope is that of the expected likelihood of complete data.
        slopes = [_slope(*item, posterior) for item in zip(parts, marks, strict=True)]
        return -float(total.sum()), -np.concatenate(slopes)

    search = {"maxiter": _STEPS, "maxfun": 2 * _STEPS, "maxcor": 50}
    start = np.concatenate(starts)
    best = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options=search)
    if not best.success:
        return np.split(best.x, sizes), float("nan")
    # The optimiser stops where the likelihood is flat, a few 1e-4 off and elsewhere on another
    # processor; the root of the slope is the same to all decimals that are stored.
    root = optimize.root(lambda x: loss(x)[1], best.x, tol=_TOLERANCE)
    x = root.x if root.success else best.x
    return np.split(x, sizes), -loss(x)[0]


def _start(shares: Floats) -> Floats:
    """Return log discrimination, first threshold, logs of the distances to the next ones."""
    thresholds = 2 * special.logit(np.cumsum(shares)[:-1])
    return np.concatenate([[np.log(2)], thresholds[:1], np.log(np.diff(thresholds))])


def _exp(logs: Floats) -> Floats:
    """Return discriminations or distances, without overflow where the optimiser tries too much."""
    return np.asarray(np.exp(np.minimum(logs, _MOST)))


def _cumulative(parameters: Floats) -> Floats:
    """Return the chance of lying above each threshold, with 1 below the first and 0 at the end."""
    thresholds = np.cumsum(np.concatenate([parameters[1:2], _exp(parameters[2:])]))
    above = special.expit(_exp(parameters[0]) * _GRID - thresholds[:, None])
    return np.pad(above, ((1, 1), (0, 0)), constant_values=((1, 0), (0, 0)))


def _probabilities(parameters: Floats) -> Floats:
    """Return the chance of every step at every value of the trait, (steps, grid)."""
    return np.maximum(-np.diff(_cumulative(parameters), axis=0), _FLOOR)


def _joint(parts: Sequence[Floats], marks: Sequence[Any]) -> Floats:
    """Return the log-likelihood of every row at every value of the trait, (rows, grid)."""
    return np.asarray(sum(m @ np.log(_probabilities(x)) for x, m in zip(parts, marks, strict=True)))


def _slope(x: Floats, marks: Any, posterior: Floats) -> Floats:
    """Return the derivative of an item's expected log-likelihood by its parameters."""
    ratio, above = marks.T @ posterior / _probabilities(x), _cumulative(x)[1:-1]
    pull = (ratio[1:] - ratio[:-1]) * above * (1 - above)
    # A distance between two thresholds moves every threshold above it.
    tail = -np.cumsum(pull.sum(axis=1)[::-1])[::-1]
    by_discrimination = _exp(x[0]) * (pull * _GRID).sum()
    return np.concatenate([[by_discrimination], tail[:1], tail[1:] * _exp(x[2:])])
