"""Families of tests, declared in advance, and their adjustment.

A p-value means little without the number of tests it was picked from. Each family is named here
once, with its method: Holm where the family is confirmatory, Benjamini-Hochberg (1995) where it is
an exploratory list. The adaptive two-stage variants are not offered: on the 1995 paper's own
example they reject twice as many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from analysis.errors import ParameterError, did_you_mean
from analysis.matrices import Floats


@dataclass(frozen=True)
class Family:
    """A set of tests that is adjusted together.

    Attributes
    ----------
    name, description
        Code, and what a sentence calls it.
    method
        ``holm`` keeps the chance of any false rejection, ``fdr_bh`` the share of false ones.
    """

    name: str
    description: str
    method: Literal["holm", "fdr_bh"]


FAMILIES: Final[dict[str, Family]] = {
    family.name: family
    for family in (
        Family("drifts", "drift of the Democracy Score, one test per country", "fdr_bh"),
        Family("trends", "mean trend, one test per category", "holm"),
        Family("category_contrasts", "difference of mean trends, one test per pair", "holm"),
        Family("group_contrasts", "difference of mean trends between groups", "holm"),
        Family("pairs", "within-country association, one test per pair of categories", "holm"),
        Family("rest_scores", "association with the rest score, one test per category", "holm"),
        Family("level_contrasts", "between less within correlation, one test per pair", "holm"),
        Family("leads", "lead-lag asymmetry, one test per pair of categories", "fdr_bh"),
    )
}


def adjust(p_values: Floats, method: str) -> Floats:
    """Return p-values adjusted for their number.

    Parameters
    ----------
    p_values
        One p-value per test, none missing.
    method
        ``holm`` or ``fdr_bh``.
    """
    if method not in ("holm", "fdr_bh"):
        raise ParameterError(f"expected the method holm or fdr_bh, found {method!r}")
    if len(p_values) == 0:
        return np.empty(0)
    adjusted: Floats = multipletests(p_values, method=method)[1]
    return adjusted


def adjusted(frame: pd.DataFrame, family: str, p_value: str = "p_value") -> pd.DataFrame:
    """Add a family's adjusted p-values to a table of tests.

    Parameters
    ----------
    frame
        One row per test; a refused test has an empty `p_value` and does not count.
    family
        A name in `FAMILIES`.

    Returns
    -------
    The table with ``family``, ``family_size`` (tests that were made), ``adjustment`` and
    ``adjusted_p`` (q for ``fdr_bh``; empty where refused).
    """
    if family not in FAMILIES:
        raise ParameterError(f"unknown family {family!r}{did_you_mean(family, FAMILIES)}")
    method = FAMILIES[family].method
    tested = frame[p_value].notna().to_numpy()
    values = np.full(len(frame), np.nan)
    values[tested] = adjust(frame.loc[tested, p_value].to_numpy(dtype=float), method)
    return frame.assign(
        family=family, family_size=int(tested.sum()), adjustment=method, adjusted_p=values
    )
