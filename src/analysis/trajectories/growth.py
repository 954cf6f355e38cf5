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
from analysis.statistics.arrays import Floats, all_between, panel_matrix, require_columns, slopes_of
from analysis.statistics.estimates import counted, t_quantile
from analysis.tables.schema import columns
from analysis.trajectories.observed import ALL_RATINGS, ALL_SCORES

LADDER: Final = ("lbfgs", "powell", "cg", "bfgs")
AGREE: Final = 1e-3
"""Two log-likelihoods that differ by less are the same optimum."""
FEWEST_COUNTRIES: Final = 6
SINGULAR: Final = "random slope variance estimated as 0 (singular fit)"
UNSTABLE: Final = "random slopes not estimable (optimisers disagree)"
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
                if not (np.isfinite(result.llf) and np.isfinite(result.bse_fe).all()):
                    raise ValueError("not finite")
        except (np.linalg.LinAlgError, ValueError) as error:
            rows.append((optimiser, None, str(error) or type(error).__name__))
            continue
        rows.append((optimiser, float(result.llf), ""))
        results = sorted([*results, result], key=lambda reached: float(reached.llf))
        if len(results) > 1 and results[-1].llf - results[-2].llf < AGREE:
            agreed = results[-1]
            break
    return agreed, pd.DataFrame(rows, columns=["optimiser", "log_likelihood", "problem"])


def fit_by_ladder(data: pd.DataFrame, *, slopes: bool = True, reml: bool = True) -> tuple[Any, str]:
    """Fit ``y ~ time`` with random country levels and, if `slopes`, random country slopes.

    The columns are ``y``, ``time``, ``country`` and, for the joint model, ``category``: each
    category has its own average line, and each country its own deviation from it. Without `reml`
    by maximum likelihood, to compare fixed parts. Returns results of statsmodels, whose fixed
    effects are all levels and then all slopes, and ""; or None and why no fit is accepted.
    """
    formula, components = "y ~ time", None
    if "category" in data:
        order = data["category"].unique()
        data = data.assign(category=pd.Categorical(data["category"], order))
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


def _climbed_on(result: Any) -> Any:
    """Return a fit by REML taken to where the likelihood is flat, or as it is where that fails.

    Optimisers stop where it hardly rises, which leaves the third digit of a variance open.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            higher = result.model.fit(
                reml=True, method=["bfgs"], start_params=result.params_object, gtol=1e-6
            )
            better = higher.llf >= result.llf and np.isfinite(higher.bse_fe).all()
    except (np.linalg.LinAlgError, ValueError):
        return result
    return higher if better and not is_singular(higher) else result


def is_singular(result: Any) -> bool:
    """Tell whether a direction of the random effects has under 1e-4 of the residual variance."""
    smallest = np.linalg.eigvalsh(np.atleast_2d(np.asarray(result.cov_re, dtype=float)))[0]
    return bool(smallest < 1e-4 * result.scale)


def growth_model(
    frame: pd.DataFrame,
    value: str = "democracy_score",
    *,
    bounds: tuple[float, float] | None = (1.0, 7.0),
    **names: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fit the growth-curve model.

    Parameters
    ----------
    bounds
        Ends of the scale; a message warns if more than a tenth of the values lie there.
    **names
        Of the columns ``country`` and ``edition``; and of ``category`` for the joint model, in
        which country-by-category deviations are equally large for all categories.

    Returns
    -------
    Tables ``growth``, not rounded, and ``growth_lines``, both without model and sample. Fixed terms
    are ``level`` at the middle edition and ``slope`` per decade, or one of each per category, with
    df = G - 1. Variances are those of country levels and slopes, their correlation, the residual
    one; ``icc``, ``r2_marginal``, ``r2_conditional`` (Nakagawa et al. 2017); and the residuals'
    autocorrelation within countries, which the model leaves out. Where random slopes cannot be
    estimated the model falls back to parallel lines, says so, and gives no intervals; a refused
    model has one row with the reason.
    """
    names = {"y": value, "country": "country", "edition": "edition"} | names
    require_columns(frame, *names.values())
    data = pd.DataFrame({name: frame[column] for name, column in names.items()})
    data = data.dropna(subset="y").reset_index(drop=True).astype({"y": float})
    years = data["edition"]
    all_between(years)
    data["time"] = ((years - (years.min() + years.max()) / 2) / 10).astype(float)
    found, lines = pd.DataFrame([{"part": "fixed", "term": ""}]), pd.DataFrame()
    messages = []
    if not (refusal := _refusal(data)):
        fitted, refusal = fit_by_ladder(data)
        trouble = UNSTABLE if refusal else SINGULAR if is_singular(fitted) else ""
        if trouble:
            fitted, refusal = fit_by_ladder(data, slopes=False)
        else:
            fitted = _climbed_on(fitted)
    if not refusal:
        found = _estimates(fitted, data, parallel=bool(trouble))
        lines = _lines(fitted, data).rename(columns={"country": names["country"]})
        if trouble:
            messages = [f"{trouble}: lines are parallel; for an interval see the average trend"]
        low, high = bounds or (-np.inf, np.inf)
        share = float(((data["y"] <= low + SAME) | (data["y"] >= high - SAME)).mean())
        if share > 0.10:
            messages.append(f"{share:.0%} of values lie at an end of the scale; lines ignore that")
    return found.reindex(columns=["part", "term", *_NUMBERS, "df"]).assign(
        n_countries=data["country"].nunique(),
        n_editions=int(years.max() - years.min() + 1) if len(data) else 0,
        n_observations=len(data),
        messages="; ".join(messages),
        refusal=refusal,
    ), lines


def _refusal(data: pd.DataFrame) -> str:
    """Return why the data allow no model."""
    size, n_editions = data["country"].nunique(), data["edition"].nunique()
    if size < FEWEST_COUNTRIES:
        few = counted(size, "country", "countries")
        return f"{few}: a mixed model needs at least {FEWEST_COUNTRIES}"
    if n_editions < 3:
        return f"{counted(n_editions, 'edition')}: a mixed model needs at least 3"
    series = data.groupby([key for key in ("country", "category") if key in data])["y"]
    changing = (series.max() - series.min() > SAME).groupby("country").any().sum()
    if changing < 2:
        return f"ratings change in {changing} of {size} countries: a mixed model needs 2"
    return ""


def _estimates(result: Any, data: pd.DataFrame, *, parallel: bool) -> pd.DataFrame:
    """Return fixed effects, without intervals if lines are parallel, and shares of variance."""
    shares = _variances(result, data["time"].to_numpy())
    shares["residual_lag_1"] = _lag_1(result, data)
    variances = pd.DataFrame({"part": "variance", "term": [*shares], "estimate": shares.values()})
    labels = [f"[{name}]" for name in dict.fromkeys(data.get("category", ()))] or [""]
    terms = [part + label for part in ("level", "slope") for label in labels]
    df = data["country"].nunique() - 1
    b = np.asarray(result.fe_params, dtype=float)
    # Wald intervals without random slopes cover 42-57 %: then only 1.2's interval may be shown.
    se = np.asarray(result.bse_fe, dtype=float) * (np.nan if parallel else 1.0)
    half = float(t_quantile(df)) * se
    numbers = dict(zip(_NUMBERS, (b, se, b - half, b + half), strict=True))
    fixed = pd.DataFrame({"part": "fixed", "term": terms, **numbers, "df": df})
    return pd.concat([fixed, variances], ignore_index=True)


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


def _lines(result: Any, data: pd.DataFrame) -> pd.DataFrame:
    """Return the shrunken lines, beside the raw ones of the score."""
    if "category" in data:
        # A mean over some of the categories only would be another measure.
        means = data.groupby(["country", "edition"], as_index=False)["y"].agg(["mean", "size"])
        complete = means["size"] == data["category"].nunique()
        data = means[complete].rename(columns={"mean": "y"})
    matrix = panel_matrix(data, "y")
    n_editions = np.isfinite(matrix.array).sum(axis=1)
    own = {"raw_slope_per_decade": slopes_of(matrix.array), "n_editions": n_editions}
    level, slope = (part.mean() for part in np.split(np.asarray(result.fe_params), 2))
    n_effects, random = len(result.cov_re), result.random_effects
    countries = sorted(random)
    effects = np.array([_own_effects(random[name], n_effects) for name in countries])
    lines = {"level": level + effects[:, 0], "slope_per_decade": slope + effects[:, 1]}
    table = pd.DataFrame(lines, countries).join(pd.DataFrame(own, matrix.countries))
    table = table.fillna({"n_editions": 0}).astype({"n_editions": int})
    return table.rename_axis("country").reset_index()


def _own_effects(effects: pd.Series, n_common: int) -> Floats:
    """Return a country's departures from the average level and slope.

    In the joint model the mean over categories departs by what they have in common and by the mean
    of what each has of its own.
    """
    departures: Floats = np.r_[effects.to_numpy()[:n_common], 0][:2]
    for part, name in enumerate(("level", "slope")):
        own = effects[effects.index.str.startswith(f"{name}[")]
        departures[part] += own.mean() if len(own) else 0
    return departures


def _lag_1(result: Any, data: pd.DataFrame) -> float | None:
    """Return the autocorrelation of residuals within series."""
    keys = [key for key in ("country", "category", "edition") if key in data]
    residuals = data[keys].assign(residual=np.asarray(result.resid))
    before = residuals.assign(edition=residuals["edition"] + 1)
    pairs = residuals.merge(before, on=keys)
    r = pairs["residual_x"].corr(pairs["residual_y"])
    return None if pd.isna(r) else float(r)


def growth_tables(scores: pd.DataFrame, panel: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the models of the score and of all categories jointly: ``growth``, ``growth_lines``.

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
    labelled = (
        [table.assign(model=model, sample=sample) for table in tables]
        for (model, sample), tables in models.items()
    )
    estimates, lines = (
        pd.concat(parts, ignore_index=True).reindex(columns=list(columns(name)))
        for name, parts in zip(("growth", "growth_lines"), zip(*labelled, strict=True), strict=True)
    )
    return estimates.round(dict.fromkeys(_NUMBERS, 3)), lines
