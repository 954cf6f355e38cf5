"""Ways into a data frame whose results are typed ``Any``.

The type stubs of pandas give a cell the union of all that a cell could hold, which no arithmetic
accepts. A table's columns are documented where it is made; these few functions are where that
knowledge stands in for the stubs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd


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
    return table.assign(
        **{name: table[name].astype(object).fillna("").astype(str) for name in texts}
    )


def gapped(series: pd.DataFrame, value: str = "score") -> pd.Series:
    """Return one series by edition with missing values in its gaps, where a line then stops."""
    line = series.set_index("edition")[value].sort_index()
    return line.reindex(range(line.index[0], line.index[-1] + 1)) if len(line) else line


def named_sources(tables: Iterable[pd.DataFrame]) -> set[str]:
    """Return the sources that the rows of tables name in `source_ids`."""
    return {
        source
        for table in tables
        for ids in table["source_ids"].dropna()
        for source in ids.split(";")
    }
