"""The codebook of data/processed as Markdown, for data/README.md; a test keeps the two in step.

``python -m analysis.tables.codebook`` prints it.
"""

from __future__ import annotations

from collections.abc import Iterable

from analysis.tables.data_dictionary import TABLES, Column, Table
from analysis.tables.result_dictionary import RESULT_TABLES


def codebook(tables: Iterable[Table] = (*TABLES, *RESULT_TABLES)) -> str:
    """Return one section a table: what a row is, and every column with its meaning and unit."""
    return "\n".join(_section(table) for table in tables)


def _section(table: Table) -> str:
    rows = "\n".join(_row(column) for column in table.columns)
    key = f" Key: {', '.join(f'`{name}`' for name in table.key)}." if table.key else ""
    return (
        f"### {table.name}.csv\n\n{table.description}{key}\n\n"
        f"| column | type | meaning |\n| --- | --- | --- |\n{rows}\n"
    )


def _row(column: Column) -> str:
    unit = f", {column.unit}" if column.unit else ""
    meaning = column.description.replace("|", "\\|")
    return f"| `{column.name}` | {column.type}{unit} | {meaning} |"


if __name__ == "__main__":
    print(codebook())
