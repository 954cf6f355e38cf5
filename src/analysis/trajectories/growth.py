"""Growth-curve mixed model: shrunken country lines and shares of variance.

Each country has its own line around the average one (Laird & Ware 1982), fitted by REML with time
in decades from the middle edition. The model draws lines and splits variance; it does not test
whether trends differ, because the likelihood-ratio test finds different slopes in every panel of
driftless persistent ratings. Fixed effects get t(G - 1).

statsmodels' optimisers stop early or fail on such data, each on other panels, so a fit counts only
if two of them agree (`mixed_fit`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from analysis.facts.rating_system import SAME
from analysis.statistics.arrays import Floats, panel_matrix, slopes_of
from analysis.statistics.estimates import t_quantile
from analysis.tables.schema import columns
from analysis.trajectories.mixed_fit import MixedFit, fit_by_ladder
from analysis.trajectories.samples import ALL_RATINGS, ALL_SCORES

FEWEST_COUNTRIES: Final = 6
SINGULAR: Final = "random slope variance estimated as 0 (singular fit)"
UNSTABLE: Final = "random slopes not estimable (optimisers disagree)"
_BOUND_SHARE: Final = 0.10


@dataclass(frozen=True)
class GrowthModel:
    """A fitted growth-curve model, or the reason why there is none.

    Attributes
    ----------
    fixed
        ``term`` (``level`` at the middle edition, ``slope`` per decade, or one of each per
        category), ``estimate``, ``standard_error``, ``lower``, ``upper``, ``df`` = G - 1.
    variances
        ``component``, ``value``: variances of country levels and slopes, their correlation,
        residual variance; ``icc``, ``r2_marginal`` and ``r2_conditional`` (Nakagawa et al. 2017).
    lines
        ``country``, ``level``, ``slope_per_decade`` (shrunken), ``raw_slope_per_decade`` (empty
        below 3 editions), ``n_editions``.
    fits
        What each optimiser of the ladder reached: ``optimiser``, ``log_likelihood``, ``problem``.
    residual_lag_1
        Autocorrelation of residuals within countries, which the model leaves out.
    n_countries, n_editions, n_observations
        G, T and n.
    messages, refusal
        Guards that fired; why there is no result. If refused, all tables but `fits` are empty.
        Where random slopes cannot be estimated the model falls back to parallel lines, says so,
        and gives no intervals.
    """

    n_countries: int
    n_editions: int
    n_observations: int
    fixed: pd.DataFrame = field(default_factory=pd.DataFrame)
    variances: pd.DataFrame = field(default_factory=pd.DataFrame)
    lines: pd.DataFrame = field(default_factory=pd.DataFrame)
    fits: pd.DataFrame = field(default_factory=pd.DataFrame)
    residual_lag_1: float | None = None
    messages: tuple[str, ...] = ()
    refusal: str = ""

    @property
    def estimates(self) -> pd.DataFrame:
        """Fixed effects and variances as rows of the table ``growth``, or one row that refuses.

        Rounded to three decimals: further ones depend on where an optimiser happened to stop.
        """
        lag = pd.DataFrame([{"component": "residual_lag_1", "value": self.residual_lag_1}])
        shares = pd.concat([self.variances, lag], ignore_index=True)
        shares = shares.rename(columns={"component": "term", "value": "estimate"})
        parts = [self.fixed.assign(part="fixed"), shares.assign(part="variance")]
        if self.refusal:
            parts = [pd.DataFrame([{"part": "fixed", "term": ""}])]
        numbers = ["estimate", "standard_error", "lower", "upper"]
        table = pd.concat(parts, ignore_index=True)
        table = table.reindex(columns=["part", "term", *numbers, "df"])
        return table.assign(
            **table[numbers].astype(float).round(3),
            n_countries=self.n_countries,
            n_editions=self.n_editions,
            n_observations=self.n_observations,
            messages="; ".join(self.messages),
            refusal=self.refusal,
        )


def growth_model(
    frame: pd.DataFrame,
    value: str = "democracy_score",
    country: str = "country",
    edition: str = "edition",
    *,
    category: str | None = None,
    bounds: tuple[float, float] | None = (1.0, 7.0),
) -> GrowthModel:
    """Fit the growth-curve model.

    Parameters
    ----------
    frame
        One row per country and edition, or per country, edition and category.
    category
        Column of the categories for the joint model: own average lines, and country-by-category
        deviations that are equally large for all categories.
    bounds
        Ends of the scale; a message warns if more than a tenth of the values lie there.
    """
    known = frame[frame[value].notna()]
    counts = (
        known[country].nunique(),
        int(known[edition].max() - known[edition].min() + 1) if len(known) else 0,
        len(known),
    )
    if refusal := _refusal(known, value, country, edition, category):
        return GrowthModel(*counts, refusal=refusal)
    middle = (known[edition].min() + known[edition].max()) / 2
    time = ((known[edition] - middle) / 10).to_numpy(dtype=float)
    y = known[value].to_numpy(dtype=float)
    categories = known[category].to_numpy() if category else None
    fitted = fit_by_ladder(y, time, known[country].to_numpy(), categories)
    trouble = SINGULAR if fitted.singular else fitted.refusal and UNSTABLE
    if trouble:
        fitted = fit_by_ladder(y, time, known[country].to_numpy(), categories, slopes=False)
    if fitted.refusal:
        return GrowthModel(*counts, fits=fitted.attempts, refusal=fitted.refusal)
    return GrowthModel(
        *counts,
        # Wald intervals without random slopes cover 42-57 %: then only 1.2's interval may be shown.
        fixed=_fixed(fitted, counts[0], intervals=not trouble),
        variances=_variances(fitted, time),
        lines=_lines(fitted, known, value, country, edition, category),
        fits=fitted.attempts,
        residual_lag_1=_lag_1(fitted, known, country, edition, category),
        messages=_messages(y, bounds, trouble),
    )


def _refusal(
    known: pd.DataFrame, value: str, country: str, edition: str, category: str | None
) -> str:
    size = known[country].nunique()
    if size < FEWEST_COUNTRIES:
        return f"{size} countries: a mixed model needs at least {FEWEST_COUNTRIES}"
    if known[edition].nunique() < 3:
        return f"{known[edition].nunique()} editions: a mixed model needs at least 3"
    keys = [country, category] if category else [country]
    span = known.groupby(keys)[value].agg(lambda v: v.max() - v.min())
    changing = (span > SAME).groupby(level=country).any().sum()
    if changing < 2:
        return f"ratings change in {changing} of {size} countries: a mixed model needs 2"
    return ""


def _messages(y: Floats, bounds: tuple[float, float] | None, trouble: str) -> tuple[str, ...]:
    messages = []
    if trouble:
        messages.append(f"{trouble}: lines are parallel; for an interval see the average trend")
    if bounds:
        share = float(((y <= bounds[0] + SAME) | (y >= bounds[1] - SAME)).mean())
        if share > _BOUND_SHARE:
            messages.append(f"{share:.0%} of values lie at an end of the scale; lines ignore that")
    return tuple(messages)


def _fixed(fitted: MixedFit, size: int, *, intervals: bool) -> pd.DataFrame:
    half = float(t_quantile(size - 1)) * fitted.standard_errors
    b = fitted.coefficients
    none = np.full(len(b), np.nan)
    return pd.DataFrame(
        {
            "term": fitted.terms,
            "estimate": b,
            "standard_error": fitted.standard_errors if intervals else none,
            "lower": b - half if intervals else none,
            "upper": b + half if intervals else none,
            "df": size - 1,
        }
    )


def _variances(fitted: MixedFit, time: Floats) -> pd.DataFrame:
    """Split the variance; random parts are averaged over the observed times (Johnson 2014)."""
    cov = fitted.covariance
    z = np.column_stack([np.ones_like(time), time])[:, : len(cov)]
    random = float(np.einsum("ij,jk,ik->i", z, cov, z).mean())
    by_category = fitted.category_variances
    random += sum(by_category[:1]) + sum(v * float((time**2).mean()) for v in by_category[1:])
    fixed = float(fitted.fixed_part.var())
    residual = fitted.residual_variance
    total = fixed + random + residual
    slope = float(cov[1, 1]) if len(cov) > 1 else 0.0
    rows = [
        ("country_level", float(cov[0, 0])),
        ("country_slope", slope),
        ("residual", residual),
        ("icc", random / (random + residual)),
        ("r2_marginal", fixed / total),
        ("r2_conditional", (fixed + random) / total),
    ]
    if len(cov) > 1:
        rows.insert(2, ("level_slope_correlation", float(cov[0, 1] / np.sqrt(cov[0, 0] * slope))))
    names = ("category_level", "category_slope")
    rows[2:2] = list(zip(names, by_category, strict=False))
    return pd.DataFrame(rows, columns=["component", "value"])


def _lines(
    fitted: MixedFit,
    known: pd.DataFrame,
    value: str,
    country: str,
    edition: str,
    category: str | None,
) -> pd.DataFrame:
    """Return the shrunken lines; of the joint model those of the mean over categories."""
    score = known
    if category:
        # A mean over some of the categories only would be another measure.
        means = known.groupby([country, edition])[value].agg(["mean", "size"]).reset_index()
        score = means[means["size"] == known[category].nunique()].rename(columns={"mean": value})
    countries = tuple(sorted(known[country].unique()))
    matrix = panel_matrix(score, value, country, edition, countries=countries)
    level, slope = fitted.mean_line
    effects = [fitted.random_effects[name] for name in matrix.countries]
    return pd.DataFrame(
        {
            country: matrix.countries,
            "level": [level + effect[0] for effect in effects],
            "slope_per_decade": [slope + (e[1] if len(e) > 1 else 0.0) for e in effects],
            "raw_slope_per_decade": slopes_of(matrix.array),
            "n_editions": np.isfinite(matrix.array).sum(axis=1),
        }
    )


def _lag_1(
    fitted: MixedFit, known: pd.DataFrame, country: str, edition: str, category: str | None
) -> float | None:
    keys = [country, category] if category else [country]
    residuals = known[[*keys, edition]].assign(residual=fitted.residuals)
    before = residuals.assign(**{edition: residuals[edition] + 1})
    pairs = residuals.merge(before, on=[*keys, edition])
    r = pairs["residual_x"].corr(pairs["residual_y"])
    return None if pd.isna(r) else float(r)


def growth_tables(scores: pd.DataFrame, panel: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the models of the score and of all categories jointly.

    Returns
    -------
    Tables ``growth``, one row a ``model`` (``score``, ``joint``) and term, and ``growth_lines``.

    Examples
    --------
    >>> from analysis import data
    >>> tables = growth_tables(data.scores("Visegrad"), data.panel("Visegrad"))
    >>> len(tables)
    2
    """
    models = {
        ("score", ALL_SCORES): growth_model(scores),
        ("joint", ALL_RATINGS): growth_model(panel, "rating", category="category"),
    }
    estimates, lines = (
        pd.concat(
            [
                getattr(fitted, part).assign(model=model, sample=sample)
                for (model, sample), fitted in models.items()
            ],
            ignore_index=True,
        ).reindex(columns=list(columns(table)))
        for part, table in (("estimates", "growth"), ("lines", "growth_lines"))
    )
    return estimates, lines
