"""Families of tests, declared in advance, and their adjustment.

A p-value means little without the number of tests it was picked from. Each family is named once, in
``data/raw/settings.yml``, with its method: Holm where the family is confirmatory,
Benjamini-Hochberg (1995) where it is an exploratory list. The adaptive two-stage variants are not
offered: on the 1995 paper's own example they reject twice as many.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.facts.errors import ParameterError, did_you_mean
from analysis.settings.choices import declared
from analysis.statistics.arrays import Floats


def adjust(p_values: Floats, method: str) -> Floats:
    """Return p-values adjusted for their number.

    Parameters
    ----------
    p_values
        (..., tests), each row a family of its own; NaN for a test that was not made, which does
        not count.
    method
        ``holm`` or ``fdr_bh``.

    Notes
    -----
    As `statsmodels.stats.multitest.multipletests`, which takes one family without gaps at a time
    and collects the interpreter's garbage at every call, 50 ms each: too slow for a simulation.
    """
    if method not in ("holm", "fdr_bh"):
        raise ParameterError(f"expected the method holm or fdr_bh, found {method!r}")
    made = np.isfinite(p_values)
    n, rank = made.sum(axis=-1, keepdims=True), np.arange(1, p_values.shape[-1] + 1)
    order = np.argsort(p_values, axis=-1, kind="stable")
    ordered = np.take_along_axis(p_values, order, axis=-1)
    if method == "holm":
        stepped = np.maximum.accumulate(ordered * (n - rank + 1), axis=-1)
    else:
        stepped = np.fmin.accumulate((ordered * n / rank)[..., ::-1], axis=-1)[..., ::-1]
    adjusted_p = np.empty_like(p_values)
    np.put_along_axis(adjusted_p, order, np.minimum(stepped, 1.0), axis=-1)
    return np.where(made, adjusted_p, np.nan)


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
    p_values = frame[p_value].to_numpy(dtype=float)
    return frame.assign(
        family=family,
        family_size=int(np.isfinite(p_values).sum()),
        adjustment=method,
        adjusted_p=adjust(p_values, method),
    )
