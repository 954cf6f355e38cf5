"""Growth-curve mixed model: shrunken country lines and shares of variance.

Each country has its own line around the average one (Laird & Ware 1982), fitted by REML with time
in decades from the middle edition. The model draws lines and splits variance; it does not test
whether trends differ, because the likelihood-ratio test finds different slopes in every panel of
driftless persistent ratings. Fixed effects get t(G - 1).

A fit counts only if two optimisers agree. That guards against what statsmodels 0.15 does on such
data: `bfgs`, its default, stops short of the optimum; `lbfgs` can raise on a singular covariance
matrix; and with a random variance below 1e-10 effects that are constant within countries can come
back as exactly zero with ``converged=True`` (statsmodels issue 10239).
"""

from __future__ import annotations

import warnings
from typing import Any, Final

import numpy as np
import pandas as pd
from statsmodels.regression.mixed_linear_model import MixedLM

from analysis.facts.rating_system import SAME
from analysis.statistics.arrays import Floats, panel_matrix, slopes_of
from analysis.statistics.estimates import t_quantile
from analysis.tables.schema import columns
from analysis.trajectories.observed import ALL_RATINGS, ALL_SCORES

LADDER: Final = ("lbfgs", "powell", "cg", "bfgs")
AGREE: Final = 1e-3
"""Two log-likelihoods that differ by less are the same optimum."""
FEWEST_COUNTRIES: Final = 6
SINGULAR: Final = "random slope variance estimated as 0 (singular fit)"
UNSTABLE: Final = "random slopes not estimable (optimisers disagree)"
_BOUND_SHARE: Final = 0.10
_NUMBERS: Final = ["estimate", "standard_error", "lower", "upper"]


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
    agreed = None
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
        if not finite:
            rows.append((optimiser, None, "not finite"))
            continue
        rows.append((optimiser, float(result.llf), ""))
        results = sorted([*results, result], key=lambda reached: float(reached.llf))
        if len(results) > 1 and results[-1].llf - results[-2].llf < AGREE:
            agreed = results[-1]
            break
    return agreed, pd.DataFrame(rows, columns=["optimiser", "log_likelihood", "problem"])


def fit_by_ladder(
    y: Floats,
    time: Floats,
    country: Any,
    category: Any = None,
    *,
    slopes: bool = True,
    reml: bool = True,
) -> tuple[Any, str]:
    """Fit ``y ~ time`` with random country levels and, if `slopes`, random country slopes.

    Parameters
    ----------
    y, time, country, category
        One entry per observation. With categories each has its own average line, and each country
        its own deviation from it.
    reml
        REML, or maximum likelihood to compare fixed parts.

    Returns
    -------
    Results of statsmodels, whose fixed effects are all levels and then all slopes, and ""; or None
    and why no fit is accepted.
    """
    data = pd.DataFrame({"y": y, "time": time, "country": country})
    formula, components = "y ~ time", None
    if category is not None:
        data["category"] = pd.Categorical(category, list(dict.fromkeys(category)))
        formula = "y ~ 0 + category + category:time"
        components = {"level": "0 + category"}
        components |= {"slope": "0 + category:time"} if slopes else {}
    random = "time" if slopes else "1"
    model = MixedLM.from_formula(
        formula, data, groups="country", re_formula=random, vc_formula=components
    )
    result, attempts = climb(model, reml=reml)
    if result is None:
        return None, f"not converged: no two of {', '.join(attempts['optimiser'])} agree"
    if np.any(np.abs(result.fe_params[:1]) <= 1e-8) or result.scale <= 1e-8:
        return None, "not converged: a degenerate optimum"
    return result, ""


def is_singular(result: Any) -> bool:
    """Tell whether a direction of the random effects has under 1e-4 of the residual variance."""
    smallest = np.linalg.eigvalsh(np.atleast_2d(np.asarray(result.cov_re, dtype=float)))[0]
    return bool(smallest < 1e-4 * result.scale)


def growth_model(
    frame: pd.DataFrame,
    value: str = "democracy_score",
    country: str = "country",
    edition: str = "edition",
    *,
    category: str | None = None,
    bounds: tuple[float, float] | None = (1.0, 7.0),
) -> tuple[pd.DataFrame, pd.DataFrame]:
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

    Returns
    -------
    Tables ``growth``, not rounded, and ``growth_lines``, both without model and sample. Fixed terms
    are ``level`` at the middle edition and ``slope`` per decade, or one of each per category, with
    df = G - 1. Variances are those of country levels and slopes, their correlation, the residual
    one; ``icc``, ``r2_marginal``, ``r2_conditional`` (Nakagawa et al. 2017); and the residuals'
    autocorrelation within countries, which the model leaves out. Lines have shrunken slopes and raw
    ones (empty below 3 editions). Where random slopes cannot be estimated the model falls back to
    parallel lines, says so, and gives no intervals; a refused model has one row with the reason.
    """
    known = frame[frame[value].notna()]
    keys = [country, category] if category else [country]
    size, years = known[country].nunique(), known[edition]
    counts = {
        "n_countries": size,
        "n_editions": int(years.max() - years.min() + 1) if len(known) else 0,
        "n_observations": len(known),
    }

    def estimates(table: pd.DataFrame, messages: str = "", refusal: str = "") -> pd.DataFrame:
        table = table.reindex(columns=["part", "term", *_NUMBERS, "df"])
        table[_NUMBERS] = table[_NUMBERS].astype(float)
        return table.assign(**counts, messages=messages, refusal=refusal)

    none = pd.DataFrame([{"part": "fixed", "term": ""}])
    if refusal := _refusal(known, value, edition, keys):
        return estimates(none, refusal=refusal), pd.DataFrame()
    time = ((years - (years.min() + years.max()) / 2) / 10).to_numpy(dtype=float)
    y = known[value].to_numpy(dtype=float)
    data = (y, time, known[country].to_numpy(), known[category].to_numpy() if category else None)
    fitted, refusal = fit_by_ladder(*data)
    trouble = UNSTABLE if refusal else SINGULAR if is_singular(fitted) else ""
    if trouble:
        fitted, refusal = fit_by_ladder(*data, slopes=False)
    if refusal:
        return estimates(none, refusal=refusal), pd.DataFrame()
    shares = _variances(fitted, time)
    shares["residual_lag_1"] = _lag_1(fitted, known[[*keys, edition]], edition)
    variances = pd.DataFrame({"part": "variance", "term": [*shares], "estimate": shares.values()})
    b = np.asarray(fitted.fe_params, dtype=float)
    # Wald intervals without random slopes cover 42-57 %: then only 1.2's interval may be shown.
    se = np.asarray(fitted.bse_fe, dtype=float) * (np.nan if trouble else 1.0)
    half = float(t_quantile(size - 1)) * se
    labels = [f"[{name}]" for name in dict.fromkeys(known[category])] if category else [""]
    terms = [part + label for part in ("level", "slope") for label in labels]
    numbers = dict(zip(_NUMBERS, (b, se, b - half, b + half), strict=True))
    fixed = pd.DataFrame({"part": "fixed", "term": terms, **numbers, "df": size - 1})
    parallel = f"{trouble}: lines are parallel; for an interval see the average trend"
    messages = [parallel] if trouble else []
    if bounds:
        share = float(((y <= bounds[0] + SAME) | (y >= bounds[1] - SAME)).mean())
        if share > _BOUND_SHARE:
            messages.append(f"{share:.0%} of values lie at an end of the scale; lines ignore that")
    table = estimates(pd.concat([fixed, variances], ignore_index=True), "; ".join(messages))
    score = known[[country, edition]].assign(score=y)
    if category:
        # A mean over some of the categories only would be another measure.
        means = score.groupby([country, edition], as_index=False)["score"].agg(["mean", "size"])
        score = means[means["size"] == len(labels)].rename(columns={"mean": "score"})
    return table, _lines(fitted, score, country, edition)


def _refusal(known: pd.DataFrame, value: str, edition: str, keys: list[str]) -> str:
    """Return why the data allow no model; `keys` tell the series apart, countries first."""
    size = known[keys[0]].nunique()
    if size < FEWEST_COUNTRIES:
        return f"{size} countries: a mixed model needs at least {FEWEST_COUNTRIES}"
    if known[edition].nunique() < 3:
        return f"{known[edition].nunique()} editions: a mixed model needs at least 3"
    span = known.groupby(keys)[value].agg(lambda v: v.max() - v.min())
    changing = (span > SAME).groupby(level=0).any().sum()
    if changing < 2:
        return f"ratings change in {changing} of {size} countries: a mixed model needs 2"
    return ""


def _variances(result: Any, time: Floats) -> dict[str, float | None]:
    """Split the variance; random parts are averaged over the observed times (Johnson 2014)."""
    cov = np.asarray(result.cov_re, dtype=float)
    z = np.column_stack([np.ones_like(time), time])[:, : len(cov)]
    by_category = [float(v) for v in result.vcomp]
    random = float(np.einsum("ij,jk,ik->i", z, cov, z).mean())
    random += sum(by_category[:1]) + sum(v * float((time**2).mean()) for v in by_category[1:])
    fixed = float((result.model.exog @ np.asarray(result.fe_params, dtype=float)).var())
    residual = float(result.scale)
    total = fixed + random + residual
    level, slope = float(cov[0, 0]), float(cov[-1, -1]) if len(cov) > 1 else 0.0
    shares: dict[str, float | None] = {"country_level": level, "country_slope": slope}
    shares |= zip(("category_level", "category_slope"), by_category, strict=False)
    if slope:
        shares["level_slope_correlation"] = float(cov[0, 1] / np.sqrt(level * slope))
    return shares | {
        "residual": residual,
        "icc": random / (random + residual),
        "r2_marginal": fixed / total,
        "r2_conditional": (fixed + random) / total,
    }


def _lines(result: Any, score: pd.DataFrame, country: str, edition: str) -> pd.DataFrame:
    """Return the shrunken lines, beside the raw ones of `score`."""
    countries = sorted(result.random_effects)
    matrix = panel_matrix(score, "score", country, edition, countries=countries)
    level, slope = (part.mean() for part in np.split(np.asarray(result.fe_params), 2))
    n_effects, random = len(result.cov_re), result.random_effects
    effects = np.array([np.r_[random[name].to_numpy()[:n_effects], 0][:2] for name in countries])
    return pd.DataFrame(
        {
            country: countries,
            "level": level + effects[:, 0],
            "slope_per_decade": slope + effects[:, 1],
            "raw_slope_per_decade": slopes_of(matrix.array),
            "n_editions": np.isfinite(matrix.array).sum(axis=1),
        }
    )


def _lag_1(result: Any, labels: pd.DataFrame, edition: str) -> float | None:
    """Return the autocorrelation of residuals; `labels` are the series and edition of each."""
    residuals = labels.assign(residual=np.asarray(result.resid))
    before = residuals.assign(**{edition: residuals[edition] + 1})
    pairs = residuals.merge(before, on=list(labels.columns))
    r = pairs["residual_x"].corr(pairs["residual_y"])
    return None if pd.isna(r) else float(r)


def growth_tables(scores: pd.DataFrame, panel: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the models of the score and of all categories jointly.

    Returns
    -------
    Tables ``growth``, one row a ``model`` (``score``, ``joint``) and term, and ``growth_lines``.
    Estimates are rounded to three decimals: further ones depend on where an optimiser happened to
    stop.

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
                tables[i].assign(model=name, sample=sample)
                for (name, sample), tables in models.items()
            ],
            ignore_index=True,
        ).reindex(columns=list(columns(table)))
        for i, table in enumerate(("growth", "growth_lines"))
    )
    return estimates.round(dict.fromkeys(_NUMBERS, 3)), lines
