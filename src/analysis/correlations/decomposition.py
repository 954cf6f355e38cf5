"""Correlation of two categories, taken apart: between countries, within them, in their changes.

A pooled correlation of two rating categories is high even where their movements are unrelated,
because countries differ in everything at once; it is computed here only to show that. The interval
of a within correlation comes from leaving out one country at a time: ratings are near random walks,
and the textbook interval for repeated measures covers half of what it promises.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

Array = npt.NDArray[np.float64]

PAIR_COLUMNS: Final = (
    "level",
    "x",
    "y",
    "r",
    "low",
    "high",
    "n_units",
    "n_contributing",
    "effective_units",
    "n_rows",
    "refusal",
)
LEVELS: Final = ("between", "within", "changes", "pooled")
LEAST_EFFECTIVE_UNITS: Final = 4.0
LEAST_UNITS: Final = 3
_TINY: Final = 1e-12


def pair_correlations(
    wide: pd.DataFrame, variables: Sequence[str], *, unit: str = "country", time: str = "edition"
) -> pd.DataFrame:
    """Correlate every pair of variables on every level.

    Parameters
    ----------
    wide
        One row a unit and time with a column for each of `variables`; rows with a missing value
        are left out. Changes are taken between adjacent times only.
    variables, unit, time
        Names of its columns.

    Returns
    -------
    pandas.DataFrame
        `PAIR_COLUMNS`, one row a level of `LEVELS` and pair. `low` and `high` bound a 95 %
        interval: Fisher z on unit means for ``between``; for ``within`` and ``changes`` a
        jackknife over units on Fisher z with t(G_eff - 1), where `effective_units` G_eff tells on
        how many units the association rests. ``pooled`` has no interval: none would be valid.
        `refusal` says why an estimate or an interval is withheld.

    Notes
    -----
    Within correlation: Bland and Altman (1995). Jackknife over clusters: MacKinnon, Nielsen and
    Webb (2023).
    """
    complete = wide.dropna(subset=list(variables)).sort_values([unit, time])
    values = complete[list(variables)].to_numpy(float)
    units = pd.factorize(complete[unit])[0]
    means = complete.groupby(unit, sort=False)[list(variables)].mean().to_numpy(float)

    adjacent = np.flatnonzero(
        (units[1:] == units[:-1]) & (np.diff(complete[time].to_numpy(int)) == 1)
    )
    steps = values[adjacent + 1] - values[adjacent]
    centred_steps = steps - steps.mean(axis=0) if len(steps) else steps

    within = _cross_products(values - means[units], units, len(means))
    changes = _cross_products(centred_steps, units[adjacent + 1], len(means))
    # A unit that never moved departs from the mean step all the same; it contributes nothing.
    moved = _squares(_cross_products(steps, units[adjacent + 1], len(means))) > _TINY
    rows = [
        row
        for i, j in combinations(range(len(variables)), 2)
        for row in (
            _between(means[:, i], means[:, j], len(complete)),
            ("within", *_jackknifed(within, _squares(within) > _TINY, i, j, len(complete))),
            ("changes", *_jackknifed(changes, moved, i, j, len(steps))),
            _pooled(values[:, i], values[:, j], len(means)),
        )
    ]
    pairs = [pair for pair in combinations(variables, 2) for _ in LEVELS]
    table = pd.DataFrame(
        [(row[0], *pair, *row[1:]) for row, pair in zip(rows, pairs, strict=True)],
        columns=list(PAIR_COLUMNS),
    )
    order = {level: place for place, level in enumerate(LEVELS)}
    return table.sort_values(
        "level", key=lambda level: level.map(order), kind="stable"
    ).reset_index(drop=True)


def _cross_products(deviations: Array, units: npt.NDArray[np.intp], n_units: int) -> Array:
    """Return each unit's sums of squares and products: (units, variables, variables)."""
    k = deviations.shape[1]
    sums = np.zeros((n_units, k, k))
    np.add.at(sums, units, deviations[:, :, None] * deviations[:, None, :])
    return sums


def _squares(products: Array) -> Array:
    """Return each unit's sums of squares: (units, variables)."""
    return np.diagonal(products, axis1=1, axis2=2)


Estimate = tuple[float | None, float | None, float | None, int, int, float | None, int, str]


def _jackknifed(
    products: Array, moved: npt.NDArray[np.bool_], i: int, j: int, n_rows: int
) -> Estimate:
    xy, xx, yy = products[:, i, j], products[:, i, i], products[:, j, j]
    n_units = len(xy)
    weights = np.sqrt(xx * yy)
    contributing = int((moved[:, i] & moved[:, j]).sum())
    if n_units < LEAST_UNITS:
        return _refused(n_units, contributing, n_rows, f"only {n_units} units")
    if xx.sum() <= _TINY or yy.sum() <= _TINY:
        return _refused(n_units, contributing, n_rows, "one of the two never moved")
    r = xy.sum() / np.sqrt(xx.sum() * yy.sum())
    if contributing == 0:
        return _refused(n_units, 0, n_rows, "no unit moved in both")
    effective = float(weights.sum() ** 2 / (weights**2).sum())
    bounds = _leave_one_out_interval(xy, xx, yy, r, effective)
    if effective < LEAST_EFFECTIVE_UNITS or bounds is None:
        why = f"no interval: rests on {effective:.1f} units, at least 4 are needed"
        if effective >= LEAST_EFFECTIVE_UNITS:
            why = "no interval: the correlation is at its bound without one of the units"
        return (float(r), None, None, n_units, contributing, effective, n_rows, why)
    return (float(r), *bounds, n_units, contributing, effective, n_rows, "")


def _leave_one_out_interval(
    xy: Array, xx: Array, yy: Array, r: float, effective: float
) -> tuple[float, float] | None:
    spread = (xx.sum() - xx) * (yy.sum() - yy)
    if (spread <= _TINY).any():
        return None
    without = (xy.sum() - xy) / np.sqrt(spread)
    if max(abs(r), np.abs(without).max()) > 1 - 1e-9:
        return None
    n_units = len(xy)
    z = np.arctanh(r)
    error = np.sqrt((n_units - 1) / n_units * ((np.arctanh(without) - z) ** 2).sum())
    reach = stats.t.ppf(0.975, effective - 1) * error
    return float(np.tanh(z - reach)), float(np.tanh(z + reach))


def _between(x: Array, y: Array, n_rows: int) -> tuple[object, ...]:
    n_units = len(x)
    if n_units < 4:
        return ("between", *_refused(n_units, n_units, n_rows, f"only {n_units} units"))
    if np.ptp(x) <= _TINY or np.ptp(y) <= _TINY:
        return ("between", *_refused(n_units, n_units, n_rows, "all units are alike in one"))
    r = float(np.clip(np.corrcoef(x, y)[0, 1], -1, 1))
    if abs(r) > 1 - 1e-9:
        return (
            "between",
            r,
            None,
            None,
            n_units,
            n_units,
            None,
            n_rows,
            "no interval: at its bound",
        )
    reach = stats.norm.ppf(0.975) / np.sqrt(n_units - 3)
    low, high = np.tanh(np.arctanh(r) - reach), np.tanh(np.arctanh(r) + reach)
    return ("between", r, float(low), float(high), n_units, n_units, None, n_rows, "")


def _pooled(x: Array, y: Array, n_units: int) -> tuple[object, ...]:
    if len(x) < 3 or np.ptp(x) <= _TINY or np.ptp(y) <= _TINY:
        return ("pooled", *_refused(n_units, n_units, len(x), "one of the two never moved"))
    r = float(np.corrcoef(x, y)[0, 1])
    why = "no interval: pooling mixes differences between countries with their movements"
    return ("pooled", r, None, None, n_units, n_units, None, len(x), why)


def _refused(n_units: int, contributing: int, n_rows: int, why: str) -> Estimate:
    return (None, None, None, n_units, contributing, None, n_rows, f"not estimable: {why}")


def as_matrix(
    pairs: pd.DataFrame, level: str, variables: Sequence[str], column: str = "r"
) -> pd.DataFrame:
    """Return one level's values of `column` as a symmetric matrix, the diagonal empty."""
    chosen = pairs[pairs["level"] == level]
    both = pd.concat([chosen, chosen.rename(columns={"x": "y", "y": "x"})])
    return both.pivot(index="x", columns="y", values=column).reindex(
        index=list(variables), columns=list(variables)
    )
