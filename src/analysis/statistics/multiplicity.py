"""Families of tests, declared in advance, and their adjustment.

A p-value means little without the number of tests it was picked from. Each family is named once, in
``data/raw/settings.yml``, with its method: Holm where the family is confirmatory,
Benjamini-Hochberg (1995) where it is an exploratory list. The adaptive two-stage variants are not
offered: on the 1995 paper's own example they reject twice as many.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from analysis.facts.errors import ParameterError, did_you_mean
from analysis.settings.choices import declared
from analysis.statistics.arrays import Floats


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
        A family of `analysis.settings.choices.declared`.

    Returns
    -------
    The table with ``family``, ``family_size`` (tests that were made), ``adjustment`` and
    ``adjusted_p`` (q for ``fdr_bh``; empty where refused).
    """
    families = declared().families
    if family not in families:
        raise ParameterError(f"unknown family {family!r}{did_you_mean(family, list(families))}")
    method = families[family].method
    tested = frame[p_value].notna().to_numpy()
    values = np.full(len(frame), np.nan)
    values[tested] = adjust(frame.loc[tested, p_value].to_numpy(dtype=float), method)
    return frame.assign(
        family=family, family_size=int(tested.sum()), adjustment=method, adjusted_p=values
    )
