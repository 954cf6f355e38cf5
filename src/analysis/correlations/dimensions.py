"""How many dimensions the categories have, and how well they measure one, on three levels.

Eigenvalues, alpha, loadings and omega of a matrix of sums. Pooled alpha is near one even if
categories are unrelated within countries: that countries can be ranked on one dimension says
nothing about movements. Everything is therefore computed on three levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import optimize, stats

from analysis.correlations.cross_products import LEVELS, SAMPLE, TINY, Products
from analysis.correlations.inference import LEAST_EFFECTIVE, LEAST_UNITS, effective_number, too_few
from analysis.statistics.arrays import Floats, Ints, complete_cube
from analysis.statistics.estimates import counted, jackknife_error, random_signs, t_quantile
from analysis.tables.schema import columns

DIMENSION_LEVELS: Final = ("pooled", "between", "within")
LEAST_FOR_FACTOR: Final = 15
"""Country means: with fewer there is no factor model between countries."""
LEAST_UNIQUENESS: Final = 0.01
"""A smaller one is a Heywood case: the factor model has no proper solution."""
_SINGULAR: Final = 1e-8
"""A smaller eigenvalue: one category is determined by the others, the likelihood has no maximum."""

Row = dict[str, Any]
"""A row of the table: what it measures, and its figures or why they are withheld."""


def correlation_matrix(sums: Floats) -> Floats:
    """Return sums of products (..., K, K) as correlations; every variable must have moved."""
    size = np.sqrt(np.diagonal(sums, axis1=-2, axis2=-1))
    return np.asarray(sums / (size[..., :, None] * size[..., None, :]))


def eigenvalues(sums: Floats) -> Floats:
    """Return the eigenvalues of the correlation matrix, (..., K), the largest first."""
    return np.asarray(np.linalg.eigvalsh(correlation_matrix(sums))[..., ::-1])


def alpha(sums: Floats) -> Floats:
    """Return Cronbach's alpha of sums of products (..., K, K); it equals ICC(3, k)."""
    k = sums.shape[-1]
    own = np.trace(sums, axis1=-2, axis2=-1)
    return np.asarray(k / (k - 1) * (1 - own / sums.sum(axis=(-2, -1))))


def one_factor_loadings(sums: Floats) -> Floats | None:
    """Return maximum-likelihood loadings (K) on one factor, their sum positive.

    The likelihood is maximised over the uniquenesses alone (Joreskog 1967): given these, the
    loadings are an eigenvector. Where the model has no proper solution there are none.
    """
    r = correlation_matrix(sums)
    if np.linalg.eigvalsh(r)[0] < _SINGULAR:
        return None

    def loadings_of(uniqueness: Floats) -> tuple[Floats, Floats]:
        root = np.sqrt(uniqueness)
        values, vectors = np.linalg.eigh(r / (root[:, None] * root))
        return root * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0)), values[:-1]

    def misfit(uniqueness: Floats) -> tuple[float, Floats]:
        loadings, rest = loadings_of(uniqueness)
        rest = np.maximum(rest, TINY)
        slope = (loadings**2 + uniqueness - 1) / uniqueness**2
        return float((rest - np.log(rest) - 1).sum()), slope

    start = np.clip(0.5 / np.diag(np.linalg.pinv(r, hermitian=True)), 0.05, 0.95)
    bounds, exactly = [(LEAST_UNIQUENESS / 2, 1.0)] * len(r), {"ftol": 1e-15, "gtol": 1e-9}
    search: Any = {"method": "L-BFGS-B", "bounds": bounds, "options": exactly}
    found = optimize.minimize(misfit, start, jac=True, **search)
    if (found.x < LEAST_UNIQUENESS).any():
        return None
    loadings = loadings_of(found.x)[0]
    return loadings * (1.0 if loadings.sum() >= 0 else -1.0)


def omega_total(loadings: Floats) -> float:
    """Return the share of the sum's variance that the factor explains."""
    common = float(loadings.sum() ** 2)
    return common / (common + float((1 - loadings**2).sum()))


def _interval(estimate: Floats, without: Floats, effective: Floats) -> tuple[Floats, Floats]:
    """Return a 95 % interval of alpha or omega, by jackknife on log(1 - value), t(G_eff - 1).

    With G - 1 degrees of freedom it covers 92.5 % where categories move together, and 90.5 % where
    countries are unequally volatile besides; with G_eff - 1 as for correlations 93.4 and 92.9 %
    (10 000 panels each, Monte Carlo error 0.3 points). Countries are the last axis of `without`.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = np.log(1 - estimate)
        error = jackknife_error(centre, np.log(1 - without))
        reach = t_quantile(np.where(effective > 1, effective - 1, np.nan)) * error
        return 1 - np.exp(centre + reach), 1 - np.exp(centre - reach)


def _effective_countries(products: Products) -> Floats:
    """Return on how many countries the variance of the variables' sum rests, by their shares."""
    return effective_number(products.parts().sum(axis=(-2, -1)), -1)


def jackknifed_alpha(products: Products) -> tuple[Floats, Floats, Floats]:
    """Return alpha with its interval by country jackknife, t(G_eff - 1)."""
    value, without = alpha(products.total()), alpha(products.without_each())
    return value, *_interval(value, without, _effective_countries(products))


def feldt_interval(value: float, n: int, k: int) -> tuple[float, float]:
    """Return the 95 % interval of alpha of `k` items over `n` independent units (Feldt 1965)."""
    high, low = 1 - (1 - value) * stats.f.ppf([0.025, 0.975], n - 1, (n - 1) * (k - 1))
    return float(low), float(high)


def moving(sums: Floats) -> Ints:
    """Return the indices of the variables that moved."""
    return np.flatnonzero(np.diagonal(sums) > TINY)


def dimensions(
    wide: pd.DataFrame, variables: Sequence[str], *, seed: int, draws: int = 999, **units: str
) -> pd.DataFrame:
    """Describe the dimensions of the categories.

    Parameters
    ----------
    seed, draws
        Of the reference panels, in which each category's country paths are turned round
        (within) or dealt out anew (between).

    Returns
    -------
    Table ``dimensions``, one row a level, measure and item: ``eigenvalue`` (item 1 is the largest;
    ``reference`` is the 95th percentile without association), ``first_share``, ``alpha``,
    ``omega``, ``loading`` (item: the category), ``factors`` (number of leading eigenvalues above
    their reference) and ``constant`` (item: a category that never moved and is left out).

    Examples
    --------
    >>> from analysis import data
    >>> ratings, codes = data.country_editions(), ["NDG", "EP", "CS", "IM"]
    >>> dimensions(ratings, codes, seed=1, draws=99)["measure"].unique().tolist()[:2]
    ['eigenvalue', 'first_share']
    """
    cube = complete_cube(wide, variables, **units)
    rng = np.random.default_rng(seed)
    tables = []
    for level in DIMENSION_LEVELS:
        products = LEVELS[level](cube.array)
        sizes = {"n_countries": products.n_countries, "n_rows": int(products.counts.sum())}
        rows = _level(level, products, variables, draws, rng)
        tables.append(pd.DataFrame(rows).assign(level=level, **sizes, sample=SAMPLE))
    table = pd.concat(tables, ignore_index=True).reindex(columns=list(columns("dimensions")))
    return table.fillna({"refusal": ""})


def _level(
    level: str, products: Products, variables: Sequence[str], draws: int, rng: np.random.Generator
) -> list[Row]:
    kept = moving(products.total())
    refusal, left_out = "", [name for i, name in enumerate(variables) if i not in kept]
    constant = [_row("constant", name, refusal="never moved: left out") for name in left_out]
    if products.n_countries < LEAST_UNITS:
        few = counted(products.n_countries, "country", "countries")
        refusal, constant = f"not estimable: only {few}", []
    elif len(kept) < 3:
        refusal = f"not estimable: {len(kept)} of the 3 categories needed moved"
    if refusal:
        return [*constant, _row("first_share", "1", refusal=refusal)]
    moved = products.combined(np.eye(len(variables))[kept])
    found = eigenvalues(moved.total())
    limit = eigenvalue_limits(level, moved, draws, rng)
    share, chance = found[0] / len(found), limit[0] / len(found)
    factors: Row = {"estimate": float(leading(found, limit))}
    if level == "pooled":
        reason = "pooling mixes countries with their movements: no reference exists"
        factors = {"refusal": f"not estimable: {reason}"}
    return [
        *(
            _row("eigenvalue", str(place), estimate=value, reference=by_chance)
            for place, (value, by_chance) in enumerate(zip(found, limit, strict=True), 1)
        ),
        _row("first_share", "1", estimate=share, reference=chance),
        _row("factors", **factors),
        *_reliability_rows(level, moved, [variables[i] for i in kept]),
        *constant,
    ]


def _row(measure: str, item: str = "", **figures: Any) -> Row:
    return {"measure": measure, "item": item, **figures}


def eigenvalue_limits(
    level: str, products: Products, draws: int, rng: np.random.Generator
) -> Floats:
    """Return the 95th percentile, (K), of eigenvalues without association; NaN if there is none.

    Parallel analysis (Horn 1965) with countries in place of independent normal numbers, which
    would find two to four factors that do not exist.
    """
    parts = products.parts()
    countries, k, _ = parts.shape
    if level == "within":
        sums = flipped(parts, random_signs(draws, countries, k, rng=rng))
    elif level == "between":
        # The means themselves are the effects of the single regressor of this level.
        means = products.effects[:, 0, :] - products.effects[:, 0, :].mean(axis=0)
        dealt = rng.permuted(np.broadcast_to(means, (draws, *means.shape)), axis=1)
        sums = np.swapaxes(dealt, 1, 2) @ dealt
    else:
        return np.full(k, np.nan)
    return np.asarray(np.quantile(eigenvalues(sums), 0.95, axis=0))


def flipped(parts: Floats, signs: Floats) -> Floats:
    """Return the sums over countries after turning round single paths.

    Every category's path of every country is turned round on its own: that keeps each path with
    its persistence and removes every association. `parts` (countries, K, K) are of departures from
    country means, `signs` (draws, countries, K); the sums are (draws, K, K).
    """
    return np.asarray(np.einsum("gab,dga,dgb->dab", parts, signs, signs, optimize=True))


def leading(found: Floats, limit: Floats) -> int:
    """Return how many leading eigenvalues lie above their limits."""
    return int(np.argmin([*(found > limit), False]))


def _reliability_rows(level: str, products: Products, names: list[str]) -> list[Row]:
    """Return alpha, omega and loadings with their intervals, or why one is withheld."""
    n, total = products.n_countries, products.total()
    value, loadings = float(alpha(total)), one_factor_loadings(total)
    no_model = "the factor model has no proper solution"
    of_alpha: Row = {"refusal": "no interval: country-editions are not independent"}
    of_omega: Row = of_alpha
    if level == "between":
        low, high = feldt_interval(value, n, len(names))
        of_alpha = {"low": low, "high": high}
        of_omega = {"refusal": "no interval: none is validated between countries"}
        if n < LEAST_FOR_FACTOR:
            loadings, needed = None, f"{n} of the {LEAST_FOR_FACTOR} countries needed"
            no_model = f"{needed} for a factor model"
    elif level == "within":
        effective = _effective_countries(products)
        if effective < LEAST_EFFECTIVE:
            few = too_few(float(effective), "countries")
            of_alpha = of_omega = {"refusal": f"no interval: {few}"}
        else:
            of_alpha = _bounds(*jackknifed_alpha(products)[1:])
            if loadings is not None:
                without = [one_factor_loadings(sums) for sums in products.without_each()]
                proper = [omega_total(others) for others in without if others is not None]
                omega = np.array(omega_total(loadings))
                of_omega = _bounds(*_interval(omega, np.array(proper), effective))
                if len(proper) < n:
                    lost = "without one of the countries there is no proper solution"
                    of_omega = {"refusal": f"no interval: {lost}"}
    rows = [_row("alpha", estimate=value, **of_alpha)]
    if loadings is None:
        return [*rows, _row("omega", refusal=f"not estimable: {no_model}")]
    rows.append(_row("omega", estimate=omega_total(loadings), **of_omega))
    pairs = zip(names, loadings, strict=True)
    return rows + [_row("loading", name, estimate=size) for name, size in pairs]


def _bounds(low: Floats, high: Floats) -> Row:
    if not (np.isfinite(low) and np.isfinite(high)):
        return {"refusal": "no interval: at its bound without one of the countries"}
    return {"low": float(low), "high": float(high)}
