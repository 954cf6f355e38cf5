"""The best split of one country's series: a description, never a test.

Exact least-squares segmentation by dynamic programming (Bai & Perron 2003). Every search of this
kind finds breaks in driftless ratings, so there is no p-value and no information criterion; the
size of the shift and the stability of the split are reported instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import SAME
from analysis.statistics.arrays import Floats, panel_matrix

FEWEST_EDITIONS: Final = 8
MIN_SIZE: Final = 3


@dataclass(frozen=True)
class Split:
    """The best split of a series into segments with constant means.

    Attributes
    ----------
    starts
        Position at which each segment but the first starts; the earliest of tied optima.
    residual
        Sum of squared residuals.
    tied
        Whether another split is as good.
    """

    starts: tuple[int, ...]
    residual: float
    tied: bool


def best_split(values: Floats, n_breaks: int, min_size: int = MIN_SIZE) -> Split:
    """Split a series without gaps into `n_breaks` + 1 segments of at least `min_size`.

    Raises
    ------
    ParameterError
        If the series is too short for that.
    """
    n = len(values)
    if n < min_size * (n_breaks + 1):
        raise ParameterError(f"{n} values cannot make {n_breaks + 1} segments of {min_size}")
    cost = _segment_costs(values)
    tolerance = 1e-9 * max(1.0, float(cost[0, n]))
    # best[j]: least cost of values[:j] in the segments so far; ways: number of optima, at most 2.
    best = np.where(np.arange(n + 1) >= min_size, cost[0], np.inf)
    ways = np.ones(n + 1, dtype=int)
    previous: list[list[int]] = []
    for _ in range(n_breaks):
        total = best[:, None] + cost
        ends = np.arange(n + 1)
        total[ends[:, None] > ends[None, :] - min_size] = np.inf
        best = total.min(axis=0)
        optimal = np.isfinite(total) & (total <= best + tolerance)
        ways = np.minimum(2, optimal.astype(int).T @ ways)
        previous.append([int(column.argmax()) for column in optimal.T])
    starts, end = [], n
    for step in reversed(previous):
        end = step[end]
        starts.append(end)
    return Split(tuple(reversed(starts)), float(best[n]), bool(ways[n] > 1))


def _segment_costs(values: Floats) -> Floats:
    """Return the sum of squares around the mean of values[i:j] at [i, j]."""
    centred = values - values.mean()
    total = np.concatenate([[0.0], np.cumsum(centred)])
    squares = np.concatenate([[0.0], np.cumsum(centred**2)])
    length = np.arange(len(total))[None, :] - np.arange(len(total))[:, None]
    sums = total[None, :] - total[:, None]
    cost = squares[None, :] - squares[:, None] - sums**2 / np.maximum(length, 1)
    return np.where(length > 0, np.maximum(cost, 0.0), 0.0)


def stability(values: Floats, positions: Floats, min_size: int = MIN_SIZE) -> float:
    """Return the share of leave-one-out fits whose single split lies within one position.

    Parameters
    ----------
    positions
        Edition of each value.
    """
    split = positions[best_split(values, 1, min_size).starts[0]]
    near = 0
    for out in range(len(values)):
        rest = np.delete(values, out)
        start = best_split(rest, 1, min_size).starts[0]
        near += bool(abs(np.delete(positions, out)[start] - split) <= 1)
    return near / len(values)


def segmentation_table(
    scores: pd.DataFrame,
    value: str = "democracy_score",
    country: str = "country",
    edition: str = "edition",
    *,
    min_size: int = MIN_SIZE,
) -> pd.DataFrame:
    """Describe the best single split of every country's series.

    Returns
    -------
    Table ``segmentation``; empty figures exactly where refused.
    """
    matrix = panel_matrix(scores, value, country, edition)
    years = np.array(matrix.editions, dtype=float)
    rows = []
    for name, row in zip(matrix.countries, matrix.array, strict=True):
        known = np.isfinite(row)
        rows.append({country: name, **_describe(row[known], years[known], min_size)})
    return pd.DataFrame(rows)


def _describe(values: Floats, years: Floats, min_size: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "edition": None,
        "mean_before": None,
        "mean_after": None,
        "shift": None,
        "stability": None,
        "n_editions": len(values),
        "messages": "",
        "refusal": "",
    }
    if len(values) < FEWEST_EDITIONS:
        reason = f"{len(values)} editions: a split needs at least {FEWEST_EDITIONS}"
        return {**result, "refusal": reason}
    if np.ptp(values) < SAME:
        reason = f"unchanged at {values[0]:.2f} in all {len(values)} editions"
        return {**result, "refusal": reason}
    split = best_split(values, 1, min_size)
    start = split.starts[0]
    before, after = float(values[:start].mean()), float(values[start:].mean())
    messages = ["tied: the earliest of equally good splits"] if split.tied else []
    if len(values) < years[-1] - years[0] + 1:
        messages.append("editions missing; the split ignores the gap")
    return {
        **result,
        "edition": int(years[start]),
        "mean_before": before,
        "mean_after": after,
        "shift": after - before,
        "stability": stability(values, years, min_size),
        "messages": "; ".join(messages),
    }
