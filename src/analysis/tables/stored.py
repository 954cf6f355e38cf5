"""Stored tables: CSV files that are the same bytes for the same figures, read as they were written.

The type stubs of pandas give a cell the union of all that a cell could hold, which no arithmetic
accepts; `rows` and `row_at` are where what a table is documented to hold stands in for the stubs.

Nothing here imports pandas before it is needed: a run in which nothing is to be done must not wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.facts.errors import AnalysisError
from analysis.facts.files import processed_folder, write_text
from analysis.facts.rating_system import CATEGORIES, NOT_PRINTED, SCORE, exact_scores
from analysis.tables.schema import columns, table_schemas

if TYPE_CHECKING:
    import pandas as pd


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write `frame` as CSV: no index, Unix line ends, at most six decimals, missing as empty."""

    def six_decimals(value: object) -> str:
        text = f"{value:.6f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text

    write_text(path, frame.to_csv(index=False, lineterminator="\n", float_format=six_decimals))


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
    """Return a table that `write_table` wrote; only an empty cell is missing.

    What is declared as text stays text: a printed 4.00 is no 4.
    """
    import pandas as pd

    declared = (schema.fields for schema in table_schemas() if schema.name == path.stem)
    texts = {field.name: "str" for fields in declared for field in fields if field.type == "string"}
    return pd.read_csv(path, dtype=texts, keep_default_na=False, na_values=[""])


def score_series(country_editions: pd.DataFrame) -> pd.DataFrame:
    """Return the table ``series``: the score of every country-edition, where known, on ``7=best``.

    A mean of seven ratings in quarter points is a multiple of 1/28. Two printed decimals allow just
    one such multiple, so that every score is exact, and so are all changes, counts of moves and
    ties that follow from it.

    `basis` is ``printed`` where all seven ratings are printed (or corrected), ``derived`` where at
    least one of them is derived or rescaled; where not all are known ``score only`` of a printed
    score and ``score derived`` of one that all printed facts together leave.
    """
    table = country_editions.rename(columns={"democracy_score": "score"})
    statuses = table[[f"{category}_status" for category in CATEGORIES]]
    not_printed = statuses.isin(NOT_PRINTED).any(axis="columns")
    table["basis"] = table["score_status"].map(
        {"computed": "printed", "printed": "score only", "derived": "score derived"}
    )
    table.loc[(table["basis"] == "printed") & not_printed, "basis"] = "derived"
    table["score"] = exact_scores(table["score"])
    return table.dropna(subset=["score"])[list(columns("series"))].reset_index(drop=True)


def in_order(table: pd.DataFrame, *by: str) -> pd.DataFrame:
    """Return the rows sorted, categories as reports have them, what is missing first."""
    order = {category: place for place, category in enumerate((*CATEGORIES, SCORE, ""))}
    return table.sort_values(
        list(by),
        key=lambda column: column.map(order) if column.name == "category" else column,
        na_position="first",
        kind="stable",
        ignore_index=True,
    )


def rows(table: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows in order; each has the columns as attributes."""
    yield from table.itertuples(index=False)


def row_at(table: pd.DataFrame, label: object) -> pd.Series:
    """Return the one row of that label."""
    at: Any = table.loc
    row: pd.Series = at[label]
    return row


def with_texts(table: pd.DataFrame) -> pd.DataFrame:
    """Return a stored result with empty texts where a file has empty cells."""
    texts = [name for name in ("messages", "refusal") if name in table]
    filled = {name: table[name].astype(object).fillna("").astype(str) for name in texts}
    return table.assign(**filled)


def gapped(series: pd.DataFrame, value: str = "score") -> pd.Series:
    """Return one series by edition with missing values in its gaps, where a line then stops."""
    line = series.set_index("edition")[value].sort_index()
    return line.reindex(range(line.index[0], line.index[-1] + 1)) if len(line) else line


def named_sources(tables: Iterable[pd.DataFrame]) -> set[str]:
    """Return the sources that the rows of tables name in `source_ids`."""
    ids = (";".join(table["source_ids"].dropna()) for table in tables)
    return {source for joined in ids for source in joined.split(";") if source}
