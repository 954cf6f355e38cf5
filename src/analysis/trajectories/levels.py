"""What happened: net change, steps and spells of each series.

Every number here is an observed fact of the printed ratings and carries no interval. A trend test
on one country's series would find a trend in most driftless ratings, so none is made here.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.statistics.arrays import Floats, Ints
from analysis.tables.schema import columns


def describe_levels(
    series: pd.DataFrame,
    *,
    unit: str = "country",
    time: str = "edition",
    variable: str = "category",
    value: str = "rating",
) -> pd.DataFrame:
    """Describe each unit's series of each variable.

    Parameters
    ----------
    series
        One row a unit, time and variable, without missing values.
    unit, time, variable, value
        Names of its columns.

    Returns
    -------
    pandas.DataFrame
        Table ``levels``, its first two columns named after `unit` and `variable`. Steps are taken
        between adjacent editions only, and values that differ across a gap are counted beside them;
        `largest_step` is the earliest where several tie, missing where there is none.

    Examples
    --------
    >>> from analysis import data
    >>> levels = describe_levels(data.panel("Visegrad"))
    >>> levels.shape
    (28, 14)
    """
    ordered = series.sort_values([unit, variable, time])
    rows = [
        {unit: key[0], variable: key[1]}
        | _describe(group[time].to_numpy(), group[value].to_numpy())
        for key, group in ordered.groupby([unit, variable], sort=True)
    ]
    return pd.DataFrame(rows, columns=[unit, variable, *columns("levels")[2:-1]])


def _describe(times: Ints, values: Floats) -> dict[str, object]:
    # Rounded, so that moves which are equal but for the last bit of a float are ties.
    moves = np.diff(values).round(9)
    adjacent = np.diff(times) == 1
    steps = np.where(adjacent, moves, 0.0)
    largest = int(np.abs(steps).argmax()) if steps.any() else None
    # Wherever a run of unchanged editions ends a new one starts: the starts are the cuts.
    starts = np.flatnonzero(np.r_[True, ~adjacent | (moves != 0), True])
    return {
        "first_edition": times[0],
        "last_edition": times[-1],
        "n_editions": len(times),
        "first": values[0],
        "last": values[-1],
        "net_change": values[-1] - values[0],
        "n_up": int((steps > 0).sum()),
        "n_down": int((steps < 0).sum()),
        "n_over_gaps": int((moves[~adjacent] != 0).sum()),
        "largest_step": np.nan if largest is None else steps[largest],
        "largest_step_edition": np.nan if largest is None else times[largest + 1],
        "longest_unchanged": int(np.diff(starts).max()),
    }
