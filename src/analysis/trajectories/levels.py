"""What happened: net change, steps and spells of each series, and the region's mean.

Every number here is an observed fact of the printed ratings and carries no interval. A trend test
on one country's series would find a trend in most driftless ratings, so none is made here.
"""

from __future__ import annotations

import pandas as pd

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
        between adjacent editions only; `largest_step` is the earliest where several tie, missing
        where nothing moved.
    """
    ordered = series.sort_values([unit, variable, time])
    rows = [
        (*key, *_describe(group[time].tolist(), group[value].tolist()))
        for key, group in ordered.groupby([unit, variable], sort=True)
    ]
    return pd.DataFrame(rows, columns=[unit, variable, *columns("levels")[2:]])


def _describe(times: list[int], values: list[float]) -> tuple[object, ...]:
    steps = [
        (now, after - before)
        for then, now, before, after in zip(times, times[1:], values, values[1:], strict=False)
        if now - then == 1
    ]
    moves = [(now, step) for now, step in steps if abs(step) > 1e-9]
    edition, largest = max(moves, key=lambda move: abs(move[1]), default=(None, None))
    run = longest = 1
    for then, now, before, after in zip(times, times[1:], values, values[1:], strict=False):
        run = run + 1 if now - then == 1 and abs(after - before) <= 1e-9 else 1
        longest = max(longest, run)
    return (
        times[0],
        times[-1],
        len(times),
        values[0],
        values[-1],
        values[-1] - values[0],
        sum(step > 0 for _, step in moves),
        sum(step < 0 for _, step in moves),
        largest,
        edition,
        longest,
    )


def mean_by_edition(
    scores: pd.DataFrame,
    *,
    unit: str = "country",
    time: str = "edition",
    value: str = "democracy_score",
) -> pd.DataFrame:
    """Average over units in every edition, over two sets of units.

    A mean over whatever is known in each edition moves when countries enter and leave, so the mean
    over the units known in **every** edition of the table stands beside it.

    Returns
    -------
    pandas.DataFrame
        `time`, `mean_known`, `n_known`, `mean_fixed`, `n_fixed`; the fixed set is empty (missing
        mean) where no unit is known throughout.
    """
    known = scores.dropna(subset=[value])
    wide = known.pivot_table(index=time, columns=unit, values=value)
    fixed = wide.dropna(axis="columns")
    return pd.DataFrame(
        {
            time: wide.index,
            "mean_known": wide.mean(axis="columns").to_numpy(),
            "n_known": wide.notna().sum(axis="columns").to_numpy(),
            "mean_fixed": fixed.mean(axis="columns").to_numpy(),
            "n_fixed": fixed.shape[1],
        }
    )
