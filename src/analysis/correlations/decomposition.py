"""Correlation of two categories, taken apart: between countries, within them, in their changes.

A pooled correlation of two rating categories is high even where their movements are unrelated,
because countries differ in everything at once; it is computed here only to show that. What moves
together is seen within countries, less each edition's mean as well (two-way), and in the changes.

The correlations of notebook 3 over completed panels, beside those of what is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from analysis.correlations import cross_products as levels
from analysis.correlations.cross_products import (
    LEVELS,
    Products,
    correlations,
    pairs_of,
    with_rest_scores,
)
from analysis.correlations.inference import (
    LEAST_EFFECTIVE,
    LEAST_UNITS,
    LEAST_UNITS_BETWEEN,
    Jackknifed,
    jackknifed,
    too_few,
)
from analysis.facts.rating_system import CATEGORIES
from analysis.statistics.arrays import Floats, Ints, complete_cube
from analysis.statistics.completed_panels import Figures, Stack, table_over_completed
from analysis.statistics.group_data import GroupData
from analysis.tables.schema import columns

_POOLED: Final = "no interval: pooling mixes differences between countries with their movements"


def pair_correlations(
    wide: pd.DataFrame, variables: Sequence[str], *, unit: str = "country", time: str = "edition"
) -> pd.DataFrame:
    """Correlate every pair of variables on every level.

    Parameters
    ----------
    wide, variables, unit, time
        As in `complete_cube`. Changes are taken between adjacent times only.

    Returns
    -------
    pandas.DataFrame
        Table ``correlations``, one row a level and pair. `low` and `high` bound a 95 %
        interval: Fisher z on unit means for ``between``; for ``within``, ``two_way`` and
        ``changes`` a jackknife over units on Fisher z with t(G_eff - 1), where `effective_units`
        G_eff tells on how many units the association rests. ``pooled`` has no interval: none
        would be valid. `refusal` says why an estimate or an interval is withheld.

    Examples
    --------
    >>> from analysis import data
    >>> codes = ["NDG", "EP", "CS", "IM"]
    >>> ratings = data.country_editions().dropna(subset=codes)
    >>> pair_correlations(ratings, codes).groupby("level")["r"].median().round(2).to_dict()
    {'between': 0.95, 'changes': 0.27, 'pooled': 0.94, 'two_way': 0.56, 'within': 0.63}
    """
    cube = complete_cube(wide, variables, unit=unit, time=time)
    first, second = pairs_of(len(variables))
    names = [(variables[i], variables[j]) for i, j in zip(first, second, strict=True)]
    rows = []
    for level, products_of in levels.LEVELS.items():
        estimates = estimates_of(products_of(cube.array), level, first, second)
        rows += [(level, *name, *row) for name, row in zip(names, estimates, strict=True)]
    table = pd.DataFrame(rows, columns=list(columns("correlations"))[:-1])
    return table.assign(sample=levels.SAMPLE)


def rest_correlations(
    wide: pd.DataFrame, variables: Sequence[str], *, unit: str = "country", time: str = "edition"
) -> pd.DataFrame:
    """Correlate each variable with the mean of the others, its rest score.

    A variable correlates with the mean of all because it is a part of it; that figure is only
    ever given beside the rest score, as `r_with_mean`.

    Returns
    -------
    pandas.DataFrame
        Table ``rest_scores``.

    Examples
    --------
    >>> from analysis import data
    >>> codes = ["NDG", "EP", "CS", "IM"]
    >>> ratings = data.country_editions().dropna(subset=codes)
    >>> rest = rest_correlations(ratings, codes).set_index(["level", "category"])
    >>> float(rest["r"].round(2)["within", "EP"])
    0.72
    """
    cube = complete_cube(wide, variables, unit=unit, time=time)
    k = len(variables)
    own, rest = np.arange(k), np.arange(k, 2 * k)
    rows = []
    for level, products_of in levels.LEVELS.items():
        products = products_of(cube.array).combined(with_rest_scores(k))
        with_mean = levels.correlations(products.total(), own, np.full(k, 2 * k))
        estimates = estimates_of(products, level, own, rest)
        rows += [
            (level, name, *row, None if np.isnan(inflated) else float(inflated))
            for name, row, inflated in zip(variables, estimates, with_mean, strict=True)
        ]
    table = pd.DataFrame(rows, columns=list(columns("rest_scores"))[:-1])
    return table.assign(sample=levels.SAMPLE)


def cross_product_shares(
    wide: pd.DataFrame, variables: Sequence[str], *, unit: str = "country", time: str = "edition"
) -> pd.DataFrame:
    """Split the pooled sum of products of each pair exactly into between and within.

    Returns
    -------
    ``x``, ``y``, ``total``, ``between`` (country means, each as often as the country is known),
    ``within``, with total = between + within.

    Examples
    --------
    >>> from analysis import data
    >>> codes = ["NDG", "EP", "CS", "IM"]
    >>> ratings = data.country_editions().dropna(subset=codes)
    >>> shares = cross_product_shares(ratings, codes)
    >>> float((shares["between"] / shares["total"]).median().round(2))
    0.97
    """
    cube = complete_cube(wide, variables, unit=unit, time=time)
    first, second = pairs_of(len(variables))
    within = levels.within(cube.array).total()[first, second]
    between = weighted_between(cube.array)[first, second]
    total = levels.pooled(cube.array).total()[first, second]
    return pd.DataFrame(
        {
            "x": [variables[i] for i in first],
            "y": [variables[j] for j in second],
            "total": total,
            "between": between,
            "within": within,
        }
    )


def weighted_between(ratings: Floats) -> Floats:
    """Return the products of country means, each counted once a country-edition."""
    products = levels.between(ratings)
    return np.asarray(products.total(products.counts[None].astype(float))[0])


Row = tuple[float | None, float | None, float | None, int, int, float | None, int, str]


def estimates_of(products: Products, level: str, first: Ints, second: Ints) -> list[Row]:
    """Return the columns of ``correlations`` from ``r`` on for each pair, refusals included."""
    found = jackknifed(products, first, second)
    n_units, n_rows = products.n_countries, int(products.counts.sum())
    least = {"between": LEAST_UNITS_BETWEEN, "pooled": 1}.get(level, LEAST_UNITS)
    rows: list[Row] = []
    for pair, r in enumerate(found.r):
        counted = (n_units, int(found.contributing[pair]))
        if level in ("between", "pooled"):
            counted = (n_units, n_units)
        if reason := _not_estimable(r, n_units, least, counted[1], level):
            rows.append((None, None, None, *counted, None, n_rows, f"not estimable: {reason}"))
            continue
        low, high, effective, why = _interval(found, pair, level, n_units)
        rows.append((float(r), low, high, *counted, effective, n_rows, why))
    return rows


def _not_estimable(r: float, n_units: int, least: int, contributing: int, level: str) -> str:
    if n_units < least:
        return f"only {n_units} units"
    if np.isnan(r):
        return "all units are alike in one" if level == "between" else "one of the two never moved"
    return "" if contributing else "no unit moved in both"


def _interval(
    found: Jackknifed, pair: int, level: str, n_units: int
) -> tuple[float | None, float | None, float | None, str]:
    r, effective = float(found.r[pair]), float(found.effective[pair])
    if level == "pooled":
        return None, None, None, _POOLED
    if level == "between":
        if abs(r) > 1 - 1e-9:
            return None, None, None, "no interval: at its bound"
        return (*fisher_interval(r, n_units), None, "")
    if effective < LEAST_EFFECTIVE:
        return None, None, effective, f"no interval: {too_few(effective)}"
    if not np.isfinite(found.low[pair]):
        why = "no interval: the correlation is at its bound without one of the units"
        return None, None, effective, why
    return float(found.low[pair]), float(found.high[pair]), effective, ""


def fisher_interval(r: float, n: int) -> tuple[float, float]:
    """Return the 95 % interval of the correlation of `n` independent pairs."""
    reach = stats.norm.ppf(0.975) / np.sqrt(n - 3)
    z = np.arctanh(r)
    return float(np.tanh(z - reach)), float(np.tanh(z + reach))


_NORMAL: Final = 1e9
"""Degrees of freedom with which t is the normal distribution."""
COMPARED: Final = ("between", "within", "two_way", "changes")


def correlations_over_completed(data: GroupData) -> pd.DataFrame:
    """Return the correlations over completed panels.

    Returns
    -------
    pandas.DataFrame
        Table ``over_completed_correlations``: for each level the median of all pairs, then each
        pair. Intervals are combined on Fisher's z.

    Examples
    --------
    >>> from analysis.statistics.group_data import load_group
    >>> table = correlations_over_completed(load_group("Balkans", 2005, 2024))
    >>> table.query("name == 'median'")["statistic"].tolist()
    ['between', 'within', 'two_way', 'changes']
    """
    statistics = [(name, partial(of, level=name)) for name in COMPARED for of in (median, pairs)]
    table = table_over_completed("over_completed_correlations", statistics, data)
    normal = table["statistic"] == "between"
    return table.assign(df=table["df"].mask(normal))


def median(panels: Stack, level: str) -> Figures:
    """Return the median of the correlations of all pairs on a level."""
    r = correlations(LEVELS[level](panels.ratings).total(), *pairs_of(len(CATEGORIES)))
    return Figures(["median"], np.median(r, axis=-1, keepdims=True))


def pairs(panels: Stack, level: str) -> Figures:
    """Return Fisher's z of all pairs on a level with its error.

    Between countries that is the textbook error of independent pairs, else that of the jackknife
    over countries with as many degrees of freedom as countries carry the association.
    """
    first, second = pairs_of(len(CATEGORIES))
    products = LEVELS[level](panels.ratings)
    names = [
        f"{list(CATEGORIES)[i]} {list(CATEGORIES)[j]}" for i, j in zip(first, second, strict=True)
    ]
    result = jackknifed(products, first, second)
    errors = np.where(result.effective < LEAST_EFFECTIVE, np.nan, result.error)
    df = result.effective - 1
    if level == "between":
        n = (products.counts > 0).sum()
        errors = np.full_like(errors, 1 / np.sqrt(n - 3) if n > 3 else np.nan)
        df = np.full_like(errors, _NORMAL)
    return Figures(names, np.arctanh(result.r), errors, df, shown=np.tanh)
