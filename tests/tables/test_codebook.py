"""data/README.md shows the codebook that the data dictionary gives."""

from __future__ import annotations

import csv
from pathlib import Path

from analysis.sources.cells import CELL_COLUMNS, SOURCE_COLUMNS, STATEMENT_COLUMNS
from analysis.tables.datapackage import codebook

DATA = Path(__file__).parents[2] / "data"


def test_readme_holds_the_generated_codebook() -> None:
    text = (DATA / "README.md").read_text()
    begin, end = "(python -m analysis.tables.datapackage) -->\n", "\n<!-- codebook: end -->"
    assert text[text.index(begin) + len(begin) : text.index(end)] == codebook()


def test_every_column_of_the_raw_files_is_explained() -> None:
    text = (DATA / "README.md").read_text()
    files = {
        "printed_tables": CELL_COLUMNS,
        "printed_pages": STATEMENT_COLUMNS,
        "sources": SOURCE_COLUMNS,
    }
    for name, columns in files.items():
        with (DATA / "raw" / f"{name}.csv").open(newline="") as file:
            assert next(csv.reader(file)) == list(columns)
        section = text.split(f"### {name}.csv")[1].split("### ")[0]
        assert all(f"`{column}`" in section for column in columns)
