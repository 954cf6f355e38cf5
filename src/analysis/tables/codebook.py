"""The codebook of data/processed as Markdown, for data/README.md; a test keeps the two in step.

``python -m analysis.tables.codebook`` prints it.
"""

from __future__ import annotations

from analysis.tables.schema import Field, TableSchema, table_schemas


def codebook() -> str:
    """Return one section a table: what a row is, and every column with its meaning and unit."""
    return "\n".join(_section(table) for table in table_schemas())


def _section(table: TableSchema) -> str:
    rows = "\n".join(_row(column) for column in table.fields)
    key = f" Key: {', '.join(f'`{name}`' for name in table.key)}." if table.key else ""
    return (
        f"### {table.name}.csv\n\n{table.description}{key}\n\n"
        f"| column | type | meaning |\n| --- | --- | --- |\n{rows}\n"
    )


def _row(column: Field) -> str:
    unit = f", {column.unit}" if column.unit else ""
    meaning = column.description.replace("|", "\\|")
    return f"| `{column.name}` | {column.type}{unit} | {meaning} |"


if __name__ == "__main__":
    print(codebook())
