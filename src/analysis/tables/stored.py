"""Stored tables: CSV files that are the same bytes for the same figures, read as they were written.

Nothing here imports pandas before it is needed: a run in which nothing is to be done must not wait.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.facts.errors import AnalysisError
from analysis.facts.files import processed_folder, write_text

if TYPE_CHECKING:
    import pandas as pd


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write `frame` as CSV: no index, Unix line ends, at most six decimals, missing as empty."""
    text = frame.to_csv(index=False, lineterminator="\n", float_format=_six_decimals)
    write_text(path, text)


def _six_decimals(value: object) -> str:
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def read_processed(name: str) -> pd.DataFrame:
    """Return the table ``data/processed/<name>.csv``.

    Raises
    ------
    AnalysisError
        If it has not been built yet.

    Examples
    --------
    >>> read_processed("trends")["sample"].unique().tolist()
    ['all scores', 'all known ratings']
    """
    path = processed_folder() / f"{name}.csv"
    if not path.is_file():
        raise AnalysisError(f"{path} does not exist: run `nit clean` first")
    return read_table(path)


def read_table(path: Path) -> pd.DataFrame:
    """Return a table that `write_table` wrote; only an empty cell is missing."""
    import pandas as pd

    return pd.read_csv(path, keep_default_na=False, na_values=[""])
