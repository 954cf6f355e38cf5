"""Correlation of two categories, taken apart: between countries, within them, in their changes.

A pooled correlation of two rating categories is high even where their movements are unrelated,
because countries differ in everything at once; it is computed here only to show that. What moves
together is seen within countries, less each edition's mean as well (two-way), and in the changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from analysis.correlations.cross_products import (
    LEVELS,
    SAMPLE,
    Products,
    correlations,
    pair_names,
    pairs_of,
    with_rest_scores,
)
from analysis.correlations.inference import (
    BOUND,
    LEAST_EFFECTIVE,
    LEAST_UNITS,
    LEAST_UNITS_BETWEEN,
    jackknifed,
    too_few,
)
from analysis.facts.rating_system import CATEGORIES
from analysis.statistics.arrays import Floats, Ints, complete_cube
from analysis.statistics.completed_panels import Figures, Stack, table_over_completed
from analysis.statistics.estimates import counted
from analysis.statistics.group_data import GroupData
from analysis.tables.schema import columns

COMPARED: Final = ("between", "within", "two_way", "changes")
"""Levels that are compared with those of completed panels."""
_POOLED: Final = "no interval: pooling mixes differences between countries with their movements"
_NORMAL: Final = 1e9
"""Degrees of freedom with which t is the normal distribution."""


def pair_correlations(wide: pd.DataFrame, variables: Sequence[str], **units: str) -> pd.DataFrame:
    """Correlate every pair of variables on every level: the table ``correlations``.

    Parameters are those of `complete_cube`; changes are taken between adjacent times only. `low`
    and `high` bound a 95 % interval: Fisher z on unit means for ``between``; for ``within``,
    ``two_way`` and ``changes`` a jackknife over units on Fisher z with t(G_eff - 1), where
    `effective_units` G_eff tells on how many units the association rests. ``pooled`` has no
    interval: none would be valid.

    Examples
    --------
    >>> from analysis import data
    >>> codes = ["NDG", "EP", "CS", "IM"]
    >>> ratings = data.country_editions().dropna(subset=codes)
    >>> pair_correlations(ratings, codes).groupby("level")["r"].median().round(2).to_dict()
    {'between': 0.95, 'changes': 0.27, 'pooled': 0.94, 'two_way': 0.56, 'within': 0.63}
    """
    cube, pairs = complete_cube(wide, variables, **units), pairs_of(len(variables))
    tables = [
        _estimates(products_of(cube.array), level, *pairs).assign(**pair_names(variables))
        for level, products_of in LEVELS.items()
    ]
    return pd.concat(tables, ignore_index=True)[list(columns("correlations"))]


def rest_correlations(wide: pd.DataFrame, variables: Sequence[str], **units: str) -> pd.DataFrame:
    """Correlate each variable with the mean of the others, its rest score.

    A variable correlates with the mean of all because it is a part of it; in the table
    ``rest_scores`` that figure, `r_with_mean`, only ever stands beside the rest score.

    Examples
    --------
    >>> from analysis import data
    >>> codes = ["NDG", "EP", "CS", "IM"]
    >>> ratings = data.country_editions().dropna(subset=codes)
    >>> rest = rest_correlations(ratings, codes).set_index(["level", "category"])
    >>> float(rest["r"].round(2)["within", "EP"])
    0.72
    """
    cube = complete_cube(wide, variables, **units)
    k = len(variables)
    own, rest = np.arange(k), np.arange(k, 2 * k)
    tables = []
    for level, products_of in LEVELS.items():
        products = products_of(cube.array).combined(with_rest_scores(k))
        with_mean = correlations(products.total(), own, np.full(k, 2 * k))
        table = _estimates(products, level, own, rest)
        tables.append(table.assign(category=list(variables), r_with_mean=with_mean))
    return pd.concat(tables, ignore_index=True)[list(columns("rest_scores"))]


def cross_product_shares(
    wide: pd.DataFrame, variables: Sequence[str], **units: str
) -> pd.DataFrame:
    """Split the pooled sum of products of each pair exactly into between and within.

    Columns ``x``, ``y``, ``total``, ``between`` (country means, each as often as the country is
    known), ``within``, with total = between + within.

    Examples
    --------
    >>> from analysis import data
    >>> ratings, codes = data.country_editions(), ["NDG", "EP", "CS", "IM"]
    >>> shares = cross_product_shares(ratings, codes)
    >>> float((shares["between"] / shares["total"]).median().round(2))
    0.97
    """
    cube, pairs = complete_cube(wide, variables, **units), pairs_of(len(variables))
    parts = {
        "total": LEVELS["pooled"](cube.array).total(),
        "between": weighted_between(cube.array),
        "within": LEVELS["within"](cube.array).total(),
    }
    sums = {name: products[pairs] for name, products in parts.items()}
    return pd.DataFrame({**pair_names(variables), **sums})


def weighted_between(ratings: Floats) -> Floats:
    """Return the products of country means, each counted once a country-edition."""
    products = LEVELS["between"](ratings)
    return np.asarray(products.total(products.counts[None].astype(float))[0])


def _estimates(products: Products, level: str, first: Ints, second: Ints) -> pd.DataFrame:
    """Return what ``correlations`` tells of each pair on a level, refusals included."""
    found, n_units = jackknifed(products, first, second), products.n_countries
    low, high, effective, contributing = found.low, found.high, found.effective, found.contributing
    least = {"between": LEAST_UNITS_BETWEEN, "pooled": 1}.get(level, LEAST_UNITS)
    still = "all units are alike in one" if level == "between" else "one of the two never moved"
    if level in ("between", "pooled"):
        effective, contributing = np.full_like(low, np.nan), np.full_like(contributing, n_units)
        low, high = fisher_interval(found.r, n_units)
    every = np.ones(len(first), dtype=bool)
    refusals = [
        (every & (n_units < least), f"not estimable: only {counted(n_units, 'unit')}"),
        (np.isnan(found.r), f"not estimable: {still}"),
        (contributing == 0, "not estimable: no unit moved in both"),
        (every & (level == "pooled"), _POOLED),
        ((np.abs(found.r) > BOUND) & (level == "between"), "no interval: at its bound"),
        (effective < LEAST_EFFECTIVE, [f"no interval: {too_few(e)}" for e in effective]),
        (np.isnan(low), "no interval: the correlation is at its bound without one of the units"),
    ]
    refusal = np.select([where for where, _ in refusals], [why for _, why in refusals], default="")
    estimable = ~np.char.startswith(refusal, "not estimable")
    return pd.DataFrame(
        {
            "level": level,
            "r": np.where(estimable, found.r, np.nan),
            "low": np.where(refusal == "", low, np.nan),
            "high": np.where(refusal == "", high, np.nan),
            "n_units": n_units,
            "n_contributing": contributing,
            "effective_units": np.where(estimable, effective, np.nan),
            "n_rows": int(products.counts.sum()),
            "refusal": refusal.astype(object),
            "sample": SAMPLE,
        }
    )


def fisher_interval(r: Floats, n: int) -> tuple[Floats, Floats]:
    """Return the 95 % interval of correlations of `n` independent pairs."""
    with np.errstate(invalid="ignore", divide="ignore"):  # at its bound, or of three pairs
        reach, z = stats.norm.ppf(0.975) / np.sqrt(n - 3), np.arctanh(r)
        return np.tanh(z - reach), np.tanh(z + reach)


def correlations_over_completed(data: GroupData) -> pd.DataFrame:
    """Return the correlations over completed panels, combined on Fisher's z.

    Table ``over_completed_correlations``: for each level the median of all pairs, then each pair.

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
    products = LEVELS[level](panels.ratings)
    names = [f"{x} {y}" for x, y in combinations(CATEGORIES, 2)]
    result = jackknifed(products, *pairs_of(len(CATEGORIES)))
    errors = np.where(result.effective < LEAST_EFFECTIVE, np.nan, result.error)
    df = result.effective - 1
    if level == "between":
        n = (products.counts > 0).sum()
        errors = np.full_like(errors, 1 / np.sqrt(n - 3) if n > 3 else np.nan)
        df = np.full_like(errors, _NORMAL)
    return Figures(names, np.arctanh(result.r), errors, df, shown=np.tanh)
