"""One mixed model, fitted by several optimisers until two agree.

Guards against what statsmodels 0.15 does on such data: `bfgs`, its default, stops short of the
optimum; `lbfgs` can raise on a singular covariance matrix; and with a random variance below 1e-10
effects that are constant within countries can come back as exactly zero with ``converged=True``
(statsmodels issue 10239).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
from statsmodels.regression.mixed_linear_model import MixedLM

from analysis.statistics.arrays import Floats

LADDER: Final = ("lbfgs", "powell", "cg", "bfgs")
AGREE: Final = 1e-3
"""Two log-likelihoods that differ by less are the same optimum."""


@dataclass(frozen=True)
class MixedFit:
    """The accepted fit, or the reason why none was.

    Attributes
    ----------
    terms, coefficients, standard_errors
        Fixed effects; for one series ``level`` and ``slope``.
    mean_line
        Level and slope of the average country (and category).
    covariance
        Covariance of country levels and slopes, in the units of the data.
    category_variances
        Variances of country-by-category levels and slopes, of a joint model.
    residual_variance, log_likelihood
        As fitted.
    random_effects
        Predicted level and slope deviation per country.
    fixed_part, residuals
        Per observation, in the order of the data.
    singular
        Whether a direction of `covariance` has less than 1e-4 of the residual variance.
    attempts
        ``optimiser``, ``log_likelihood``, ``problem``.
    refusal
        Why no fit is accepted; then only `attempts` is filled.
    """

    attempts: pd.DataFrame
    terms: tuple[str, ...] = ()
    coefficients: Floats = field(default_factory=lambda: np.empty(0))
    standard_errors: Floats = field(default_factory=lambda: np.empty(0))
    mean_line: tuple[float, float] = (0.0, 0.0)
    covariance: Floats = field(default_factory=lambda: np.empty((0, 0)))
    category_variances: tuple[float, ...] = ()
    residual_variance: float = 0.0
    log_likelihood: float = 0.0
    random_effects: dict[Any, Floats] = field(default_factory=dict)
    fixed_part: Floats = field(default_factory=lambda: np.empty(0))
    residuals: Floats = field(default_factory=lambda: np.empty(0))
    singular: bool = False
    refusal: str = ""


def fit_by_ladder(
    y: Floats,
    time: Floats,
    country: Any,
    category: Any = None,
    *,
    slopes: bool = True,
    reml: bool = True,
) -> MixedFit:
    """Fit ``y ~ time`` with random country levels and, if `slopes`, random country slopes.

    Parameters
    ----------
    y, time, country, category
        One entry per observation. With categories each has its own average line, and each country
        its own deviation from it.
    reml
        REML, or maximum likelihood to compare fixed parts.
    """
    model, terms = _line_model(y, time, country, category, slopes)
    result, attempts = climb(model, reml=reml)
    if result is None:
        tried = ", ".join(attempts["optimiser"])
        return MixedFit(attempts, refusal=f"not converged: no two of {tried} agree")
    if np.any(np.abs(result.fe_params[:1]) <= 1e-8) or result.scale <= 1e-8:
        return MixedFit(attempts, refusal="not converged: a degenerate optimum")
    b = np.asarray(result.fe_params, dtype=float)
    n = len(terms) // 2
    covariance = np.asarray(result.cov_re, dtype=float)
    return MixedFit(
        attempts,
        terms=terms,
        coefficients=b,
        standard_errors=np.asarray(result.bse_fe, dtype=float),
        mean_line=(float(b[:n].mean()), float(b[n:].mean())),
        covariance=covariance,
        category_variances=() if category is None else tuple(map(float, result.vcomp)),
        residual_variance=float(result.scale),
        log_likelihood=float(result.llf),
        random_effects={
            name: np.asarray(effect, dtype=float)[: covariance.shape[0]]
            for name, effect in result.random_effects.items()
        },
        fixed_part=model.exog @ b,
        residuals=y - np.asarray(result.fittedvalues, dtype=float),
        singular=is_singular(result),
    )


def _line_model(
    y: Floats, time: Floats, country: Any, category: Any, slopes: bool
) -> tuple[MixedLM, tuple[str, ...]]:
    """Return the model of `fit_by_ladder`, and the names of its levels and slopes."""
    data = pd.DataFrame({"y": y, "time": time, "country": country})
    formula, components = "y ~ time", None
    terms: tuple[str, ...] = ("level", "slope")
    if category is not None:
        labels = list(dict.fromkeys(category))
        terms = tuple(f"{part}[{label}]" for part in terms for label in labels)
        data["category"] = pd.Categorical(category, labels)
        formula = "y ~ 0 + category + category:time"
        components = {"level": "0 + category"}
        components |= {"slope": "0 + category:time"} if slopes else {}
    model = MixedLM.from_formula(
        formula,
        data,
        groups="country",
        re_formula="time" if slopes else "1",
        vc_formula=components,
    )
    return model, terms


def is_singular(result: Any) -> bool:
    """Tell whether a direction of the random effects has (almost) no variance."""
    smallest = np.linalg.eigvalsh(np.atleast_2d(np.asarray(result.cov_re, dtype=float)))[0]
    return bool(smallest < 1e-4 * result.scale)


def climb(model: MixedLM, *, reml: bool = True) -> tuple[Any | None, pd.DataFrame]:
    """Fit any statsmodels mixed model by the optimisers of `LADDER` until two agree.

    Returns
    -------
    The better of the two results, or None; and what each optimiser reached: ``optimiser``,
    ``log_likelihood``, ``problem``.

    Examples
    --------
    >>> from analysis import data
    >>> import statsmodels.formula.api as smf
    >>> model = smf.mixedlm("democracy_score ~ edition", data.scores("Eurasia"), groups="country")
    >>> climb(model)[0].fe_params.round(2).to_dict()["edition"]
    -0.02
    """
    results: list[Any] = []
    rows: list[tuple[str, float | None, str]] = []
    for optimiser in LADDER:
        try:
            with warnings.catch_warnings():
                # Agreement and the guards decide on convergence; warnings would only repeat it.
                warnings.simplefilter("ignore")
                result = model.fit(reml=reml, method=[optimiser])
                finite = bool(np.isfinite(result.llf) and np.isfinite(result.bse_fe).all())
        except (np.linalg.LinAlgError, ValueError) as error:
            rows.append((optimiser, None, str(error) or type(error).__name__))
            continue
        rows.append(
            (optimiser, float(result.llf) if finite else None, "" if finite else "not finite")
        )
        if finite:
            results.append(result)
        if _agreed(results) is not None:
            break
    return _agreed(results), pd.DataFrame(rows, columns=["optimiser", "log_likelihood", "problem"])


def _agreed(results: list[Any]) -> Any | None:
    """Return the best fit if a second one reached the same log-likelihood."""
    if len(results) < 2:
        return None
    reached = np.array([float(result.llf) for result in results])
    second, best = np.argsort(reached, kind="stable")[-2:]
    return results[best] if reached[best] - reached[second] < AGREE else None
