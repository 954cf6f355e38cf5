"""Tidy panels as arrays: countries down, editions across, a gap where nothing is known.

Every estimator works on such an array, and this is the only module that makes one: `panel_matrix`
of one value, `matrices_by` and `panel_cube` of a long table, `complete_cube` of a wide one. The
edition axis is gapless, so that two neighbouring columns are always adjacent editions and a change
is defined exactly where both are known; nothing is ever interpolated. Column names are arguments:
any country-year panel fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import CATEGORIES, SAME

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class PanelMatrix:
    """One value by country (sorted) and edition (all from first to last), NaN where unknown."""

    countries: tuple[str, ...]
    editions: tuple[int, ...]
    array: Floats

    @property
    def changes(self) -> Floats:
        """Changes between adjacent editions, (countries, editions - 1); NaN beside a gap."""
        return changes_of(self.array)

    @property
    def n_observations(self) -> int:
        """Number of known country-years."""
        return int(np.isfinite(self.array).sum())

    def series(self, country: str) -> Floats:
        """Return one country's row."""
        if country not in self.countries:
            raise ParameterError(f"no row for {country!r}; there are {', '.join(self.countries)}")
        return np.asarray(self.array[self.countries.index(country)])


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


@dataclass(frozen=True)
class Cube:
    """Several values by unit and time (units, variables, times), all known or all NaN.

    Units are known at least once; times are all from the first to the last.
    """

    units: tuple[str, ...]
    variables: tuple[str, ...]
    times: tuple[int, ...]
    array: Floats

    @property
    def n_rows(self) -> int:
        """Unit-times at which all variables are known."""
        return int(np.isfinite(self.array[:, 0]).sum()) if self.variables else 0


def _require_columns(frame: pd.DataFrame, *names: str) -> None:
    if absent := [name for name in names if name not in frame.columns]:
        told = ", ".join(map(str, frame.columns))
        raise ParameterError(f"no column {absent[0]!r}; there are {told}")


def _require_whole(times: pd.Series) -> None:
    """Raise where times are text, dates or fractions, which no range of years can be made of."""
    if not pd.api.types.is_numeric_dtype(times) or pd.api.types.is_bool_dtype(times):
        found = times.dropna().iloc[:1].tolist()
        told = repr(found[0]) if found and isinstance(found[0], str) else str(*found)
        raise ParameterError(f"expected whole-numbered editions, found {told}")
    years = times.to_numpy(dtype=float)
    if (years % 1 != 0).any():
        raise ParameterError(f"expected whole-numbered editions, found {years[years % 1 != 0][0]}")


def _all_between(times: pd.Series) -> tuple[int, ...]:
    return tuple(range(int(times.min()), int(times.max()) + 1)) if len(times) else ()


def panel_matrix(
    frame: pd.DataFrame,
    value: str,
    country: str = "country",
    edition: str = "edition",
    *,
    countries: Sequence[str] | None = None,
    editions: Sequence[int] | None = None,
) -> PanelMatrix:
    """Arrange one column of a tidy panel as a matrix.

    Parameters
    ----------
    frame
        One row per country and edition; rows whose `value` is missing count as gaps.
    value, country, edition
        Column names. Editions are whole numbers, one apart when adjacent.
    countries, editions
        Labels to use instead of those found, so that several matrices share their axes.

    Raises
    ------
    ParameterError
        If a column is missing, nothing is known, a country-edition occurs twice, or an edition
        is not a whole number.
    """
    _require_columns(frame, value, country, edition)
    known = frame.loc[frame[value].notna(), [country, edition, value]]
    if known.empty:
        raise ParameterError(f"column {value!r} holds no value")
    twice = known.duplicated([country, edition])
    if twice.any():
        row = known[twice].iloc[0]
        raise ParameterError(
            f"{row[country]} {row[edition]} has more than one {value!r}: choose one category first"
        )
    _require_whole(known[edition])
    rows = tuple(countries) if countries is not None else tuple(sorted(known[country].unique()))
    columns = tuple(editions) if editions is not None else _all_between(known[edition])
    wide = known.pivot(index=country, columns=edition, values=value)
    return PanelMatrix(rows, columns, wide.reindex(index=rows, columns=columns).to_numpy(float))


def matrices_by(
    frame: pd.DataFrame,
    by: str,
    value: str,
    country: str = "country",
    edition: str = "edition",
    order: Sequence[str] | None = None,
) -> dict[str, PanelMatrix]:
    """Return one matrix for each value of the column `by`, all with the same axes.

    Parameters
    ----------
    frame
        One row per country, edition and value of `by`.
    order
        The values of `by` to keep, in this order; all by default, the categories in the order of
        the reports, others in order of appearance.
    """
    _require_columns(frame, by, value, country, edition)
    known = frame[frame[value].notna()]
    if known.empty:
        raise ParameterError(f"column {value!r} holds no value")
    _require_whole(known[edition])
    axes = {
        "countries": sorted(known[country].unique()),
        "editions": _all_between(known[edition]),
    }
    parts = dict(iter(known.groupby(by)))
    usual = [*CATEGORIES, *dict.fromkeys(known[by])]
    return {
        name: panel_matrix(parts[name], value, country, edition, **axes)
        for name in dict.fromkeys(usual if order is None else order)
        if name in parts
    }


def panel_cube(frame: pd.DataFrame, order: Sequence[str] | None = None) -> Floats:
    """Return the whole panel as one array (countries, categories, editions)."""
    matrices = matrices_by(frame, "category", "rating", order=order).values()
    return np.stack([matrix.array for matrix in matrices], axis=1)


def complete_cube(
    wide: pd.DataFrame, variables: Sequence[str], *, unit: str = "country", time: str = "edition"
) -> Cube:
    """Arrange the complete rows of a wide table as an array.

    Parameters
    ----------
    wide
        One row a unit and time with a column for each of `variables`; rows with a missing value
        are left out, and so are units without any complete row.

    Raises
    ------
    ParameterError
        If a column is missing, a unit occurs twice at one time, or a time is no whole number.
    """
    _require_columns(wide, unit, time, *variables)
    _require_whole(wide[time])
    rows = wide.dropna(subset=list(variables)).astype({time: int}).set_index([unit, time])
    rows = rows.sort_index()[list(variables)]
    if (twice := rows.index.duplicated()).any():
        of_unit, at = rows.index[twice][0]
        raise ParameterError(f"{unit} {of_unit} has two rows of {time} {at}")
    units = sorted(rows.index.unique(unit))
    times = _all_between(rows.index.get_level_values(time).to_series())
    every = rows.reindex(pd.MultiIndex.from_product([units, times])).to_numpy(dtype=float)
    array = every.reshape(len(units), len(times), len(variables)).swapaxes(1, 2).copy()
    return Cube(tuple(map(str, units)), tuple(variables), times, array)
