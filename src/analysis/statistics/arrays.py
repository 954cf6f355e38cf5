"""Tidy panels as arrays: countries down, editions across, a gap where nothing is known.

Every estimator works on such an array, and this is the only module that makes one: `panel_matrix`
of one value, `panel_cube` of a long table, `complete_cube` of a wide one. The edition axis is
gapless, so that two neighbouring columns are always adjacent editions and a change is defined
exactly where both are known; nothing is ever interpolated. Column names are arguments: any
country-year panel fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import CATEGORIES, SAME

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Panel:
    """Values by country (sorted) and edition (all from first to last), NaN where unknown.

    The array is (countries, editions), or (countries, variables, editions) of several variables.
    """

    countries: tuple[str, ...]
    editions: tuple[int, ...]
    array: Floats
    variables: tuple[str, ...] = ()


def changes_of(values: Floats) -> Floats:
    """Return changes along the last axis, with differences below `SAME` set to exactly zero."""
    steps = np.diff(values, axis=-1)
    return np.where(np.abs(steps) < SAME, 0.0, steps)


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


def arranged(values: pd.Series, *labels: Iterable[Any]) -> Floats:
    """Return a series by several keys as an array, one axis a key, NaN where it has no entry."""
    axes = pd.MultiIndex.from_product([list(own) for own in labels])
    return values.reindex(axes).to_numpy(dtype=float).reshape(axes.levshape)


def require_columns(frame: pd.DataFrame, *names: str) -> None:
    """Refuse a frame that lacks one of some columns, in one line with those that it has."""
    if absent := [name for name in names if name not in frame.columns]:
        told = ", ".join(map(str, frame.columns))
        raise ParameterError(f"no column {absent[0]!r}; there are {told}")


def all_between(times: pd.Series) -> tuple[int, ...]:
    """Return all times; raise for text, dates or fractions, of which no range can be made."""
    numeric = pd.api.types.is_numeric_dtype(times) and not pd.api.types.is_bool_dtype(times)
    odd = times[times % 1 != 0] if numeric else times.dropna()
    if not numeric or len(odd):
        found = odd.iloc[0] if len(odd) else ""
        told = repr(found) if isinstance(found, str) else found
        raise ParameterError(f"expected whole-numbered editions, found {told}")
    return tuple(range(int(times.min()), int(times.max()) + 1)) if len(times) else ()


def _known(
    frame: pd.DataFrame, value: str, keys: list[str]
) -> tuple[pd.Series, tuple[str, ...], tuple[int, ...]]:
    """Return the known values by `keys`, their countries (the first key), editions (the last)."""
    require_columns(frame, *keys, value)
    known = frame.loc[frame[value].notna(), [*keys, value]]
    if known.empty:
        raise ParameterError(f"column {value!r} holds no value")
    if (empty := known[keys].isna().any()).any():
        raise ParameterError(f"column {empty.idxmax()!r} has an empty cell beside a {value!r}")
    if (twice := known.duplicated(keys)).any():
        country, edition = known.loc[twice, [keys[0], keys[-1]]].iloc[0]
        told = f"{country} {edition} has more than one {value!r}"
        raise ParameterError(f"{told}: choose one category first")
    countries = tuple(sorted(known[keys[0]].unique()))
    return known.set_index(keys)[value], countries, all_between(known[keys[-1]])


def panel_matrix(
    frame: pd.DataFrame, value: str, country: str = "country", edition: str = "edition"
) -> Panel:
    """Arrange one column of a tidy panel, one row per country and edition, as a matrix.

    Rows whose `value` is missing count as gaps. Editions are whole numbers, one apart when
    adjacent. A missing column, a `value` that is nowhere known, a country-edition that occurs twice
    and an edition that is no whole number are refused, here and in the other functions.
    """
    known, countries, editions = _known(frame, value, [country, edition])
    return Panel(countries, editions, arranged(known, countries, editions))


def panel_cube(
    frame: pd.DataFrame,
    variable: str = "category",
    value: str = "rating",
    country: str = "country",
    edition: str = "edition",
) -> Panel:
    """Arrange one column of a long table, one row per country, edition and variable, as an array.

    Categories stand in the order of the reports, other variables in order of appearance.
    """
    known, countries, editions = _known(frame, value, [country, variable, edition])
    found = known.index.unique(variable)
    variables = tuple(name for name in dict.fromkeys([*CATEGORIES, *found]) if name in found)
    return Panel(countries, editions, arranged(known, countries, variables, editions), variables)


def complete_cube(
    wide: pd.DataFrame, variables: Sequence[str], *, unit: str = "country", time: str = "edition"
) -> Panel:
    """Arrange the complete rows of a wide table, one row a unit and time, as an array.

    Rows in which one of the `variables` is missing are left out, and so are units without any
    complete row.

    Raises
    ------
    ParameterError
        If a column is missing, a unit has no name or occurs twice at one time, or a time is no
        whole number.
    """
    require_columns(wide, unit, time, *variables)
    all_between(wide[time])
    if wide[unit].isna().any():
        raise ParameterError(f"column {unit!r} has an empty cell")
    rows = wide.dropna(subset=list(variables)).astype({time: int}).set_index([unit, time])
    rows = rows.sort_index()[list(variables)]
    if (twice := rows.index.duplicated()).any():
        of_unit, at = rows.index[twice][0]
        raise ParameterError(f"{unit} {of_unit} has two rows of {time} {at}")
    units = sorted(rows.index.unique(unit))
    times = all_between(rows.index.get_level_values(time).to_series())
    every = rows.reindex(pd.MultiIndex.from_product([units, times])).to_numpy(dtype=float)
    array = every.reshape(len(units), len(times), len(variables)).swapaxes(1, 2).copy()
    return Panel(tuple(map(str, units)), times, array, tuple(variables))
