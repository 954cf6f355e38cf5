"""The ratings beside other indices: keys to merge by, files of other indices, correlations.

V-Dem, Freedom in the World and the Bertelsmann Transformation Index are not part of this project;
their files are read from where the user keeps them, in the layout in which they are published. All
years are years covered, since each index names its editions in a way of its own. Whether two
indices measure the same is not told by a correlation; see the page that goes with this module.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis.correlations.decomposition import pair_correlations
from analysis.facts.countries import COUNTRIES, find_countries, fold
from analysis.facts.errors import ParameterError, did_you_mean

FREEDOM_LAG: Final = 1
"""Freedom in the World 2024 covers 2023."""
BTI_LAG: Final = 2
"""BTI 2024 was closed in January 2023: its last whole year is 2022."""
BTI_MEASURES: Final = {
    "status_index": "status index",
    "democracy_status": "democracy status",
    "governance_index": "governance index",
}
_KEY: Final = ["iso3", "coverage_year"]
_SHEETS: Final[dict[str, Any]] = {"sheet_name": None, "engine": "calamine"}


def merge_keys() -> pd.DataFrame:
    """Return the 29 countries under the keys of other data: one row a country.

    Examples
    --------
    >>> print(*merge_keys().set_index("country").loc["Kosovo", ["iso3", "cow", "gw", "vdem"]])
    XKX 347 347 43
    """
    keys = pd.DataFrame([vars(country) for country in COUNTRIES])
    keys = keys.rename(columns={"name": "country"})
    return keys[["country", "iso2", "iso3", "cow", "gw", "vdem"]]


def with_iso3(frame: pd.DataFrame, country: str) -> pd.DataFrame:
    """Return the rows of the 29 countries with their `iso3`, found under whatever name or code.

    A table whose column `country` names none of them, or that has no such column, is refused.
    """
    _require(frame, [country])
    if pd.api.types.is_numeric_dtype(frame[country]):
        raise ParameterError(f"column {country!r} holds numbers: merge them on those of merge_keys")
    rated = find_countries(frame[country].dropna().astype(str).unique())
    codes = {name: found.iso3 for name, found in rated.items()}
    found = frame.assign(iso3=frame[country].map(codes)).dropna(subset=["iso3"])
    if found.empty:
        raise ParameterError(f"column {country!r} names none of the {len(COUNTRIES)} countries")
    return found


def read_vdem(path: str | Path, measures: Sequence[str] = ("v2x_polyarchy",)) -> pd.DataFrame:
    """Return measures of V-Dem's country-year file (CSV): `iso3`, `coverage_year`, the measures."""
    wanted = ["country_id", "year", *measures]
    _require(_read(pd.read_csv, path, nrows=0), wanted, path)
    table = _read(pd.read_csv, path, usecols=wanted)
    keys = merge_keys()[["iso3", "vdem"]].rename(columns={"vdem": "country_id"})
    table = table.merge(keys, on="country_id").rename(columns={"year": "coverage_year"})
    return _once(table[[*_KEY, *measures]], path)


def read_freedom_in_the_world(
    path: str | Path, measures: Sequence[str] = ("PR", "CL", "Total")
) -> pd.DataFrame:
    """Return measures of Freedom in the World's workbook of all editions.

    `Total` rises with freedom, from 0 to 100; the ratings `PR` and `CL` fall, from 7 to 1. The
    workbook heads them `PR rating` and `CL rating`.
    """
    table = _sheet_with(path, ("country/territory", "edition"))
    table = table.rename(columns=lambda name: str(name).removesuffix(" rating"))
    _require(table, ["Country/Territory", "Edition", *measures], path)
    table = with_iso3(table, "Country/Territory")
    table = table.assign(coverage_year=table["Edition"].astype(int) - FREEDOM_LAG)
    return _once(_numbers(table, measures), path)


def read_bti(
    path: str | Path, measures: Sequence[str] = ("status_index", "democracy_status")
) -> pd.DataFrame:
    """Return indices of the Bertelsmann Transformation Index's workbook: a sheet an edition.

    `measures` are keys of `BTI_MEASURES`. Editions come every second year.
    """
    if unknown := [name for name in measures if name not in BTI_MEASURES]:
        hint = did_you_mean(unknown[0], list(BTI_MEASURES))
        raise ParameterError(f"unknown measure {unknown[0]!r}{hint}")
    parts = []
    for sheet, table in _read(pd.read_excel, path, **_SHEETS).items():
        year = next((word for word in sheet.split() if word.isdecimal() and len(word) == 4), "")
        if not year:
            continue
        table = table.rename(columns={table.columns[0]: "country"})
        heads = {name: _bti_column(table, BTI_MEASURES[name]) for name in measures}
        _require(table, [head or BTI_MEASURES[name] for name, head in heads.items()], path)
        table = with_iso3(table, "country")[["iso3", *heads.values()]]
        table = table.set_axis(["iso3", *measures], axis="columns")
        parts.append(table.assign(coverage_year=int(year) - BTI_LAG))
    if not parts:
        raise ParameterError(f"{path}: no sheet named after an edition, such as 'BTI 2024'")
    return _once(_numbers(pd.concat(parts), measures), path)


def _bti_column(table: pd.DataFrame, words: str) -> str:
    """Return the column of an index: the workbook heads it ``SI | Democracy Status``."""
    heads = [str(name) for name in table.columns if fold(str(name)).endswith(words)]
    return next((head for head in heads if "rank" not in head.casefold()), "")


def _numbers(table: pd.DataFrame, measures: Sequence[str]) -> pd.DataFrame:
    """Return keys and measures; a dash or a note in place of a number is missing."""
    values = {name: pd.to_numeric(table[name], errors="coerce") for name in measures}
    return table[_KEY].assign(**values)


def _read(reader: Callable[..., Any], path: str | Path, **options: Any) -> Any:
    """Read a file with a reader of pandas; tell in one line that it cannot be read."""
    try:
        return reader(path, **options)
    except Exception as error:  # readers of files raise dozens of kinds
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ParameterError(f"{path}: cannot be read ({reason})") from None


def _sheet_with(path: str | Path, heads: Sequence[str]) -> pd.DataFrame:
    """Return the first sheet that has a row with these heads, which stand below a title."""
    sheets: dict[str, pd.DataFrame] = _read(pd.read_excel, path, **_SHEETS)
    for table in sheets.values():
        rows = [list(table.columns), *table.head(10).to_numpy().tolist()]
        for number, row in enumerate(rows):
            if set(heads) <= {str(cell).strip().casefold() for cell in row}:
                return table.iloc[number:].set_axis([str(c).strip() for c in row], axis="columns")
    raise ParameterError(f"{path}: no sheet with the columns {' and '.join(heads)}")


def _require(table: pd.DataFrame, names: Sequence[str], where: object = None) -> None:
    heads = [str(name) for name in table.columns]
    if absent := [name for name in names if name not in heads]:
        hint = did_you_mean(absent[0], heads)
        raise ParameterError(f"{f'{where}: ' if where else ''}no column {absent[0]!r}{hint}")


def _once(table: pd.DataFrame, path: str | Path) -> pd.DataFrame:
    """Return the table sorted by its key; a country and year may stand there once."""
    if (twice := table.duplicated(_KEY)).any():
        row = table[twice].iloc[0]
        raise ParameterError(f"{path}: {row['iso3']} {row['coverage_year']} has two rows")
    return table.sort_values(_KEY, kind="stable", ignore_index=True)


def joined(ratings: pd.DataFrame, *others: pd.DataFrame) -> pd.DataFrame:
    """Return the ratings with the measures of other indices for the same country and year.

    Parameters
    ----------
    ratings
        With `country`, `iso3`, `edition` and `coverage_year`, such as ``scores``.
    others
        Tables with `iso3` and `coverage_year`; measures of one name may not occur twice.

    Returns
    -------
    pandas.DataFrame
        The rows of `ratings`; a measure that another index does not have is missing.
    """
    table = ratings
    for other in others:
        if both := sorted((set(other.columns) & set(table.columns)) - set(_KEY)):
            raise ParameterError(f"two tables have a column {both[0]!r}: rename one")
        table = table.merge(other, on=_KEY, how="left", validate="one_to_one")
    return table


def compare(
    table: pd.DataFrame, measures: Sequence[str], score: str = "democracy_score"
) -> pd.DataFrame:
    """Return how a score goes together with other measures, between countries and within.

    Each measure is compared on the country-editions that have both it and the score.

    Returns
    -------
    pandas.DataFrame
        As `decomposition.pair_correlations`, one row a measure and level, with `n_countries` and
        `n_editions` on which it rests.
    """
    parts = []
    for measure in measures:
        _require(table, [score, measure], "the table")
        both = table.dropna(subset=[score, measure])
        counts = {"n_countries": both["country"].nunique(), "n_editions": len(both)}
        parts.append(pair_correlations(both, [score, measure]).assign(**counts))
    return pd.concat(parts, ignore_index=True)
