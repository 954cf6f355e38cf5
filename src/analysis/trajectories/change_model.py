"""What goes with a change of rating: a logit with countries as clusters.

Generalised estimating equations with exchangeable working correlation (Liang & Zeger 1986), the
bias-reduced covariance (Mancl & DeRouen 2001) and t(G - p). Results are average marginal effects:
differences in the probability of a change. Before fitting, a linear programme (Konis 2007) looks
for separation, under which the fit would report convergence and a meaningless coefficient.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
import patsy
import statsmodels.api as sm
from scipy import optimize, special

from analysis.facts.errors import ParameterError, did_you_mean
from analysis.statistics.arrays import Floats
from analysis.statistics.estimates import t_quantile
from analysis.tables.schema import columns
from analysis.trajectories.change_rates import EVENTS, annual_changes, event_of

FEWEST_DF: Final = 5
PERIOD: Final = 5
"""Editions of a period, counted back from the last."""
_COVARIATES: Final = ("level", "changed_before")


@dataclass(frozen=True)
class GeeFit:
    """Coefficients, bias-reduced covariance and working correlation of a logit GEE."""

    coefficients: Floats
    covariance: Floats
    correlation: float


@dataclass(frozen=True)
class ChangeModel:
    """A fitted model of changes, or the reason why there is none.

    Attributes
    ----------
    event
        What is explained, of `change_rates.EVENTS`.
    effects
        Average marginal effects: ``variable``, ``contrast``, ``effect`` (difference in
        probability), ``standard_error``, ``lower``, ``upper``, ``df``.
    correlation
        Working correlation of two observations of one country.
    n_countries, n_editions, n_observations, n_events
        G, T, n and the number of events.
    messages, refusal
        Guards that fired; why there is no result.
    """

    event: str
    n_countries: int
    n_editions: int
    n_observations: int
    n_events: int
    effects: pd.DataFrame = field(default_factory=pd.DataFrame)
    correlation: float | None = None
    messages: tuple[str, ...] = ()
    refusal: str = ""


def fit_gee(y: Floats, x: Floats, country: Any) -> GeeFit:
    """Fit a logit by GEE; see the module."""
    model = sm.GEE(
        y,
        x,
        groups=np.asarray(country),
        family=sm.families.Binomial(),
        cov_struct=sm.cov_struct.Exchangeable(),
    )
    result = model.fit(cov_type="bias_reduced")
    return GeeFit(
        np.asarray(result.params, dtype=float),
        np.asarray(result.cov_params(), dtype=float),
        float(model.cov_struct.dep_params),
    )


def separating_terms(y: Floats, x: Floats, terms: Sequence[str]) -> list[str]:
    """Return the terms along which events and non-events are separated, if any.

    Looks for a direction in which no observation is on the wrong side of zero and some are on the
    right side.
    """
    scale = np.maximum(np.abs(x).max(axis=0), 1e-12)
    signed = (2 * y - 1)[:, None] * (x / scale)
    optimum = optimize.linprog(
        -signed.sum(axis=0),
        A_ub=-signed,
        b_ub=np.zeros(len(y)),
        bounds=[(-1, 1)] * x.shape[1],
        method="highs",
    )
    if optimum.status != 0 or -optimum.fun < 1e-7:
        return []
    return [term for term, b in zip(terms, optimum.x, strict=True) if abs(b) > 1e-7]


def change_model(
    panel: pd.DataFrame, event: str = "any", *, covariates: Sequence[str] = ()
) -> ChangeModel:
    """Model the yearly probability of a change.

    Explained by category, period of `PERIOD` editions, level before (points from the mean,
    with its square: floor and ceiling), whether the rating changed the year before, and
    `covariates`.

    Parameters
    ----------
    covariates
        Further columns of `panel`, with one value per country and edition: numbers, or text for
        groups.

    Raises
    ------
    ParameterError
        If `panel` has no such column; the nearest is named.
    """
    for name in covariates:
        if name not in panel:
            raise ParameterError(
                f"no covariate {name!r}{did_you_mean(name, map(str, panel.columns))}"
            )
    data = _observations(panel, event, covariates)
    if data.empty:
        reason = "no change is known together with the one before it"
        return ChangeModel(event, 0, 0, 0, 0, refusal=reason)
    data["period"] = _periods(data["edition"])
    variables = ("period", "category", *_COVARIATES, *covariates)
    design = _design(data, variables)
    x, y, terms = np.asarray(design), data["event"].to_numpy(dtype=float), _names(design)
    counts = (data["country"].nunique(), data["edition"].nunique() + 1, len(data), int(y.sum()))
    df = counts[0] - x.shape[1]
    if df < FEWEST_DF:
        reason = f"{counts[0]} countries for {x.shape[1]} terms: {FEWEST_DF} more are needed"
        return ChangeModel(event, *counts, refusal=reason)
    if separated := separating_terms(y, x, terms):
        reason = f"separation along {', '.join(separated)}: counts only ({counts[3]} events)"
        return ChangeModel(event, *counts, refusal=reason)
    fitted = fit_gee(y, x, data["country"])
    message = "period contrasts do not allow for shocks common to all countries in a year"
    return ChangeModel(
        event,
        *counts,
        effects=_effects(fitted, design, data, variables, df),
        correlation=fitted.correlation,
        messages=(message,),
    )


def change_effects(panel: pd.DataFrame, covariates: Sequence[str] = ()) -> pd.DataFrame:
    """Return average marginal effects on the probability of each kind of change.

    Parameters
    ----------
    panel, covariates
        As in `change_model`.

    Returns
    -------
    Table ``change_effects`` without the sample. A kind of change whose model is refused has one
    row with the reason.

    Examples
    --------
    >>> from analysis import data
    >>> change_effects(data.panel("Balkans"))["refusal"][0]
    '7 countries for 12 terms: 5 more are needed'
    """
    tables = []
    for event in EVENTS:
        model = change_model(panel, event, covariates=covariates)
        effects = model.effects if len(model.effects) else pd.DataFrame([{"variable": None}])
        table = effects.assign(
            event=event,
            n_countries=model.n_countries,
            n_editions=model.n_editions,
            n_observations=model.n_observations,
            n_events=model.n_events,
            correlation=model.correlation,
            messages="; ".join(model.messages),
            refusal=model.refusal,
        )
        tables.append(table.reindex(columns=list(columns("change_effects")[:-1])).astype(object))
    return pd.concat(tables, ignore_index=True)


def _observations(panel: pd.DataFrame, event: str, covariates: Sequence[str]) -> pd.DataFrame:
    changes = annual_changes(panel)
    known = changes[changes["previous_change"].notna()].reset_index(drop=True)
    known = known.assign(
        event=event_of(known["change"].to_numpy(dtype=float), event),
        level=known["level"] - known["level"].mean(),
        changed_before=(known["previous_change"] != 0).astype(float),
    )
    if covariates:
        key = ["country", "edition"]
        extra = panel[[*key, *covariates]].drop_duplicates(key)
        known = known.merge(extra, on=key, how="left", validate="m:1")
        known = known.dropna(subset=list(covariates)).reset_index(drop=True)
    return known


def _periods(editions: pd.Series) -> list[str]:
    """Label each edition by its period, counted back from the last; a short rest joins the next."""
    last, first = int(editions.max()), int(editions.min())
    n_periods = max(1, (last - first + 1) // PERIOD)
    labels = []
    for year in editions.astype(int):
        back = min((last - year) // PERIOD, n_periods - 1)
        start = first if back == n_periods - 1 else last - PERIOD * (back + 1) + 1
        labels.append(f"{start}-{last - PERIOD * back}")
    return labels


def _design(data: pd.DataFrame, variables: Sequence[str]) -> Any:
    """Return the design matrix: dummies for text, the level with its square."""
    terms = [f"Q('{name}')" for name in variables]
    return patsy.dmatrix(" + ".join(["I(level**2)", *terms]), data)


def _names(design: Any) -> list[str]:
    """Return the columns of a design matrix as a reader sees them: ``category[CS]``."""
    names = [re.sub(r"Q\('(.*?)'\)", r"\1", name) for name in design.design_info.column_names]
    words = {"Intercept": "intercept", "I(level ** 2)": "level^2"}
    return [words.get(name, name.replace("[T.", "[")) for name in names]


def _contrasts(data: pd.DataFrame, variables: Sequence[str]) -> list[tuple[str, str, Any, Any]]:
    """Return variable, wording, and the two values whose predictions are compared."""
    contrasts: list[tuple[str, str, Any, Any]] = []
    for name in variables:
        values = data[name]
        if not pd.api.types.is_numeric_dtype(values):
            base, *others = sorted(values.unique())
            contrasts += [(name, f"{label} against {base}", label, base) for label in others]
        elif set(values.unique()) <= {0.0, 1.0}:
            contrasts.append((name, "yes against no", 1.0, 0.0))
        else:
            contrasts.append((name, "one unit more", values + 0.5, values - 0.5))
    return contrasts


def _effects(
    fitted: GeeFit, design: Any, data: pd.DataFrame, variables: Sequence[str], df: int
) -> pd.DataFrame:
    def predicted(variable: str, value: Any) -> tuple[float, Floats]:
        """Return the mean probability and its gradient in the coefficients."""
        frame = data.assign(**{variable: value})
        [x] = patsy.build_design_matrices([design.design_info], frame)
        p = special.expit(x @ fitted.coefficients)
        return float(p.mean()), (p * (1 - p)) @ np.asarray(x) / len(p)

    rows = []
    for variable, wording, high, low in _contrasts(data, variables):
        upper, lower = predicted(variable, high), predicted(variable, low)
        effect, gradient = upper[0] - lower[0], upper[1] - lower[1]
        se = float(np.sqrt(gradient @ fitted.covariance @ gradient))
        half = float(t_quantile(df)) * se
        rows.append((variable, wording, effect, se, effect - half, effect + half, df))
    return pd.DataFrame(
        rows,
        columns=["variable", "contrast", "effect", "standard_error", "lower", "upper", "df"],
    )
