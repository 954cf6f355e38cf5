"""The correlations of notebook 3 over completed panels, beside those of what is known."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np
import pandas as pd

from analysis.correlations.cross_products import LEVELS, correlations, pairs_of
from analysis.correlations.intervals import LEAST_EFFECTIVE, jackknifed
from analysis.facts.rating_system import CATEGORIES
from analysis.statistics.completion.pooling import Figures, table_over_completed
from analysis.statistics.completion.stacks import Stack
from analysis.statistics.group_data import GroupData

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
