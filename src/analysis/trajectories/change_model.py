"""What goes with a change of rating: a logit with countries as clusters.

Generalised estimating equations with exchangeable working correlation (Liang & Zeger 1986), the
bias-reduced covariance (Mancl & DeRouen 2001) and t(G - p). Results are average marginal effects:
differences in the probability of a change. Before fitting, a linear programme (Konis 2007) looks
for separation, under which the fit would report convergence and a meaningless coefficient.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import patsy
import statsmodels.api as sm
from scipy import optimize, special

from analysis.facts.errors import ParameterError, did_you_mean
from analysis.statistics.arrays import Floats
from analysis.statistics.estimates import counted, t_quantile
from analysis.tables.schema import columns
from analysis.trajectories.observed import EVENTS, annual_changes

FEWEST_DF: Final = 5
PERIOD: Final = 5
"""Editions of a period, counted back from the last."""
_SHOCKS: Final = "period contrasts do not allow for shocks common to all countries in a year"


def fit_gee(y: Floats, x: Floats, country: Any) -> Any:
    """Fit a logit by GEE and return statsmodels' results; see the module."""
    family, correlation = sm.families.Binomial(), sm.cov_struct.Exchangeable()
    model = sm.GEE(y, x, np.asarray(country), family=family, cov_struct=correlation)
    return model.fit(cov_type="bias_reduced")


def separating_terms(y: Floats, x: Floats, terms: Sequence[str]) -> list[str]:
    """Return the terms along which events and non-events are separated, if any.

    Along that direction no observation is on the wrong side of zero and some are on the right one.
    """
    scale = np.maximum(np.abs(x).max(axis=0), 1e-12)
    signed = (2 * y - 1)[:, None] * (x / scale)
    right_side = signed.sum(axis=0)
    optimum = optimize.linprog(-right_side, -signed, np.zeros(len(y)), bounds=(-1, 1))
    if optimum.status != 0 or -optimum.fun < 1e-7:
        return []
    return [term for term, b in zip(terms, optimum.x, strict=True) if abs(b) > 1e-7]


def change_effects(panel: pd.DataFrame, covariates: Sequence[str] = ()) -> pd.DataFrame:
    """Return average marginal effects on the yearly probability of each kind of change.

    Explained by category, period of `PERIOD` editions, level before (points from the mean,
    with its square: floor and ceiling), whether the rating changed the year before, and
    `covariates`.

    Parameters
    ----------
    covariates
        Further columns of `panel`, with one value per country and edition: numbers, or text for
        groups. One that it does not have, or that is in the model already, is refused.

    Returns
    -------
    Table ``change_effects`` without the sample. A kind of change whose model is refused has one
    row with the reason.

    Examples
    --------
    >>> from analysis import data
    >>> change_effects(data.panel("Balkans"))["refusal"][0]
    '7 of the 17 countries needed for 12 terms'
    """
    for name in covariates:
        if name in ("country", "edition", "category", "rating"):
            raise ParameterError(f"covariate {name!r} is in the model already")
        if name not in panel:
            near = did_you_mean(name, map(str, panel.columns))
            known = near or f"; there are {', '.join(map(str, panel.columns))}"
            raise ParameterError(f"no covariate {name!r}{known}")
    data = annual_changes(panel).dropna(subset="previous_change")
    data["level"] -= data["level"].mean()
    data["changed_before"] = (data["previous_change"] != 0).astype(float)
    if covariates:
        key = ["country", "edition"]
        extra = panel[[*key, *covariates]].drop_duplicates(key)
        data = data.merge(extra, on=key, how="left").dropna(subset=list(covariates))
    data = data.assign(period=_periods(data["edition"])).reset_index(drop=True)
    variables = ("period", "category", "level", "changed_before", *covariates)
    # A change rests on two editions, and the one before it on a third.
    editions = {edition - back for edition in data["edition"].unique() for back in range(3)}
    design, why = _design(data, variables)
    none, tables = pd.DataFrame([{"variable": None}]), []
    for event in EVENTS:
        refusal = why or _separation(data[event], design)
        effects = none if refusal else _effects(data, event, variables, design)
        table = effects.assign(
            event=event,
            n_countries=data["country"].nunique(),
            n_editions=len(editions),
            n_observations=len(data),
            n_events=int(data[event].sum()),
            messages="" if refusal else _SHOCKS,
            refusal=refusal,
        )
        tables.append(table.reindex(columns=list(columns("change_effects")[:-1])).astype(object))
    return pd.concat(tables, ignore_index=True)


def _design(data: pd.DataFrame, variables: Sequence[str]) -> tuple[Any, str]:
    """Return the design of the model, and why it allows none of any kind of change."""
    if data.empty:
        return None, "no change is known together with the one before it"
    # Dummies for text, the level with its square.
    design = patsy.dmatrix(" + ".join(["I(level**2)", *(f"Q('{v}')" for v in variables)]), data)
    n_countries, n_terms = data["country"].nunique(), design.shape[1]
    if n_countries - n_terms < FEWEST_DF:
        needed = n_terms + FEWEST_DF
        return design, f"{n_countries} of the {needed} countries needed for {n_terms} terms"
    return design, _undetermined(np.asarray(design), data["country"])


def _separation(events: pd.Series, design: Any) -> str:
    """Return along which terms a kind of change is separated, or an empty text."""
    y = events.to_numpy(dtype=float)
    separated = separating_terms(y, np.asarray(design), _names(design))
    known = counted(int(y.sum()), "event")
    told = f"separation along {', '.join(separated)}: counts only ({known})"
    return told if separated else ""


def _effects(data: pd.DataFrame, event: str, variables: Sequence[str], design: Any) -> pd.DataFrame:
    """Return the effects on one kind of change, which the design allows."""
    df = data["country"].nunique() - design.shape[1]
    x, y = np.asarray(design), data[event].to_numpy(dtype=float)
    fitted = fit_gee(y, x, data["country"])
    covariance = np.asarray(fitted.cov_params(), dtype=float)

    def predicted(variable: str, value: Any) -> tuple[float, Floats]:
        """Return the mean probability and its gradient in the coefficients."""
        frame = data.assign(**{variable: value})
        [x] = patsy.build_design_matrices([design.design_info], frame)
        p = special.expit(x @ fitted.params)
        return float(p.mean()), (p * (1 - p)) @ np.asarray(x) / len(p)

    rows = []
    for variable, wording, high, low in _contrasts(data, variables):
        upper, lower = predicted(variable, high), predicted(variable, low)
        effect, gradient = upper[0] - lower[0], upper[1] - lower[1]
        se = float(np.sqrt(gradient @ covariance @ gradient))
        half = float(t_quantile(df)) * se
        rows.append((variable, wording, effect, se, effect - half, effect + half))
    names = ["variable", "contrast", "effect", "standard_error", "lower", "upper"]
    return pd.DataFrame(rows, columns=names).assign(
        df=df, correlation=float(fitted.model.cov_struct.dep_params)
    )


def _undetermined(x: Floats, countries: pd.Series) -> str:
    """Return why terms have no unique effects or no standard errors, or an empty text."""
    size, n_terms = np.abs(x).max(axis=0), x.shape[1]
    scaled = x / np.where(size > 0, size, 1)
    if np.linalg.matrix_rank(scaled) < n_terms:
        return "a covariate is constant or determined by other terms: no unique effects"
    for name in countries.unique():
        if np.linalg.matrix_rank(scaled[countries != name]) < n_terms:
            return f"a covariate rests on {name} alone: no standard error"
    return ""


def _periods(editions: pd.Series) -> Any:
    """Label each edition by its period, counted back from the last; a short rest joins the next."""
    last, first = editions.max(), editions.min()
    most = max(1, (last - first + 1) // PERIOD) - 1
    back = ((last - editions) // PERIOD).clip(upper=most)
    end = last - PERIOD * back
    start = (end - PERIOD + 1).mask(back == most, first)
    return start.astype(str) + "-" + end.astype(str)


def _names(design: Any) -> list[str]:
    """Return the columns of a design matrix as a reader sees them: ``category[CS]``."""
    names = [re.sub(r"Q\('(.*?)'\)", r"\1", name) for name in design.design_info.column_names]
    words = {"Intercept": "intercept", "I(level ** 2)": "level^2"}
    return [words.get(name, name.replace("[T.", "[")) for name in names]


def _contrasts(data: pd.DataFrame, variables: Sequence[str]) -> Iterator[tuple[str, str, Any, Any]]:
    """Yield variable, wording, and the two values whose predictions are compared."""
    for name in variables:
        values = data[name]
        if not pd.api.types.is_numeric_dtype(values):
            base, *others = sorted(values.unique())
            yield from ((name, f"{label} against {base}", label, base) for label in others)
        elif set(values.unique()) <= {0.0, 1.0}:
            yield name, "yes against no", 1.0, 0.0
        else:
            yield name, "one unit more", values + 0.5, values - 0.5
