"""Least-squares slopes of many series at once."""

from __future__ import annotations

import numpy as np

from analysis.facts.rating_system import SAME
from analysis.statistics.arrays import Floats


def slopes_of(values: Floats, fewest: int = 3) -> Floats:
    """Return least-squares slopes per decade (ten editions) along the last axis.

    Parameters
    ----------
    values
        Array (..., editions), NaN where unknown.
    fewest
        Known editions that a slope needs, at least two.

    Returns
    -------
    Array (...); NaN for a series with fewer than `fewest` known editions.
    """
    known = np.isfinite(values)
    count = known.sum(axis=-1, keepdims=True)
    time = np.arange(values.shape[-1], dtype=float)
    mean = np.where(known, time, 0.0).sum(axis=-1, keepdims=True) / np.maximum(count, 1)
    centred = np.where(known, time - mean, 0.0)
    # Dividing by the sum of squares of fewer than two points has no meaning; those become NaN.
    squares = np.where(count[..., 0] >= fewest, (centred**2).sum(axis=-1), np.nan)
    slopes: Floats = 10 * (centred * np.nan_to_num(values)).sum(axis=-1) / squares
    return np.where(np.abs(slopes) < SAME, 0.0, slopes)


def finite(values: Floats) -> Floats:
    """Return the known ones of a list of numbers."""
    return values[np.isfinite(values)]
