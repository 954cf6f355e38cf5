"""What is known and what happened: facts of the printed ratings.

Nothing here carries an interval over countries: a level, a step, a spell or a count is an observed
fact. A trend test on one country's series would find a trend in most driftless ratings, so none is
made.

Whether a rating is known depends on what it did: in country-editions of which not all seven ratings
are known, mostly those are whose change was printed. Rates of change and models of them therefore
rest on complete country-editions; what an estimate says of levels uses every exact score. Every
stored table names its sample in the column ``sample``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import CATEGORIES, SAME
from analysis.statistics.arrays import (
    Bools,
    Floats,
    Ints,
    all_between,
    changes_of,
    panel_cube,
    require_columns,
)
from analysis.tables.schema import columns

ALL_SCORES: Final = "all scores"
"""Every country-edition whose Democracy Score is known exactly."""
ALL_RATINGS: Final = "all known ratings"
"""Every rating of the panel; of incomplete country-editions those whose change was printed."""
COMPLETE: Final = "complete country-editions"
"""Country-editions of which all seven ratings are known."""
SIMULATED: Final = "simulated panels"
"""Panels from the generator that is fitted to the ratings."""

EVENTS: Final[dict[str, str]] = {
    "any": "rating changed",
    "down": "rating fell",
    "up": "rating rose",
    "large": "rating changed by half a point or more",
}


def complete_editions(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the ratings of the country-editions of which all seven are known.

    Parameters
    ----------
    panel
        ``country``, ``edition``, ``category``, ``rating``.

    Examples
    --------
    >>> from analysis import data
    >>> panel = data.panel("Balkans")
    >>> len(panel), len(complete_editions(panel))
    (967, 966)
    """
    require_columns(panel, "country", "edition", "rating")
    n_known = panel.groupby(["country", "edition"])["rating"].transform("count")
    return panel[n_known == len(CATEGORIES)]


def describe_levels(
    series: pd.DataFrame,
    *,
    unit: str = "country",
    time: str = "edition",
    variable: str = "category",
    value: str = "rating",
) -> pd.DataFrame:
    """Describe net change, steps and spells of each unit's series of each variable.

    The columns of those names hold one row a unit, time and variable, without missing values; a
    time that is no whole number is refused.

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
    require_columns(series, unit, time, variable, value)
    all_between(series[time])
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


def event_of(changes: Floats, event: str) -> Bools:
    """Tell which known changes are the event, one of `EVENTS`; False where unknown.

    Raises
    ------
    ParameterError
        If the event is not one of `EVENTS`.
    """
    known = np.nan_to_num(changes)
    if event not in EVENTS:
        raise ParameterError(f"expected an event of {', '.join(EVENTS)}, found {event!r}")
    toward = {"up": known, "down": -known}.get(event, np.abs(known))
    return np.asarray(toward >= (0.5 - SAME if event == "large" else SAME))


def annual_changes(panel: pd.DataFrame) -> pd.DataFrame:
    """List every change between adjacent editions, zeros included.

    Returns
    -------
    Columns ``country``, ``category``, ``edition`` (the later one), ``level`` (before), ``change``,
    ``previous_change`` (of the year before, empty where unknown), and one of each of `EVENTS`.
    """
    cube = panel_cube(panel)
    levels = cube.array.swapaxes(0, 1)
    steps = changes_of(levels)
    before = np.pad(steps[..., :-1], ((0, 0), (0, 0), (1, 0)), constant_values=np.nan)
    at = np.nonzero(np.isfinite(steps))
    changes = {
        "country": np.array(cube.countries, dtype=object)[at[1]],
        "category": np.array(cube.variables, dtype=object)[at[0]],
        "edition": np.array(cube.editions)[at[2] + 1],
        "level": levels[at],
        "change": steps[at],
        "previous_change": before[at],
    }
    return pd.DataFrame(changes | {event: event_of(steps[at], event) for event in EVENTS})
