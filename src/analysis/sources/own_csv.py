"""Reader of the project's own files: printed_tables.csv, printed_pages.csv and sources.csv.

Other layouts' readers write rows of the same form, so a user can add figures by hand too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.facts.countries import BY_NAME
from analysis.facts.errors import AnalysisError, SourceError, did_you_mean
from analysis.facts.provenance import SOURCE_KINDS
from analysis.facts.rating_system import (
    CATEGORIES,
    GOVERNANCE,
    LAST_EDITION,
    SCALES,
    SCORE,
    is_rating,
    parse_number,
)
from analysis.sources.cells import (
    CELL_CATEGORIES,
    CELL_COLUMNS,
    SOURCE_COLUMNS,
    STATEMENT_COLUMNS,
    STATEMENT_FIELDS,
    Printed,
    PrintedCell,
    Statement,
)

FIRST_REPORT = 1997
Row = dict[str, str]


def read_own_csv(folder: Path) -> Printed:
    """Read the project's printed figures.

    Parameters
    ----------
    folder
        data/raw, with ``printed_tables.csv``, ``printed_pages.csv`` and ``sources.csv``.

    Returns
    -------
    Printed
        All text as printed; `report_edition` as integer.

    Raises
    ------
    SourceError
        If a file is missing, is not UTF-8 CSV, lacks a column, or holds a value that cannot be;
        the message names the file, the line and what was expected, for the first ten lines.
    """
    sources = _read_table(folder / "sources.csv", SOURCE_COLUMNS)
    cells = _read_table(folder / "printed_tables.csv", CELL_COLUMNS)
    statements = _read_table(folder / "printed_pages.csv", STATEMENT_COLUMNS)

    known = set(sources["source_id"])
    for name, frame, check in (
        ("sources.csv", sources, _source_fault),
        ("printed_tables.csv", cells, lambda row: _cell_fault(row, known)),
        ("printed_pages.csv", statements, lambda row: _statement_fault(row, known)),
    ):
        _refuse_faults(folder / name, frame, check)
    if (twice := sources["source_id"].duplicated()).any():
        raise SourceError(
            f"{folder / 'sources.csv'}: source {sources.loc[twice, 'source_id'].iloc[0]} "
            "stands there twice, expected once"
        )
    for frame in (cells, statements):
        frame["report_edition"] = frame["report_edition"].astype(int)
    return Printed(cells, statements, sources)


def is_own_csv(text: str) -> bool:
    """Tell whether `text` is a table of printed figures by the columns in its first line."""
    columns = set(text.lstrip("\ufeff").partition("\n")[0].strip().split(","))
    return set(CELL_COLUMNS) <= columns or set(STATEMENT_COLUMNS) <= columns


def read_figures(path: Path) -> tuple[list[PrintedCell], list[Statement]]:
    """Return the cells and statements of one CSV file of printed figures.

    Parameters
    ----------
    path
        A file like printed_tables.csv or printed_pages.csv, or one with the columns of both, as
        `reading_as_csv` writes it; its sources need not be registered yet.

    Raises
    ------
    SourceError
        If a column is missing or a value cannot be, with the line.
    """
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8", nrows=0)
    has_cells = set(CELL_COLUMNS) <= set(frame.columns)
    has_statements = set(STATEMENT_COLUMNS) <= set(frame.columns)
    cells: list[PrintedCell] = []
    statements: list[Statement] = []
    if has_cells:
        rows = _sound_rows(path, CELL_COLUMNS, "category", _cell_fault)
        cells = [PrintedCell(**row) for row in rows]
    if has_statements:
        rows = _sound_rows(path, STATEMENT_COLUMNS, "field", _statement_fault)
        statements = [Statement(**row) for row in rows]
    return cells, statements


def _sound_rows(
    path: Path, columns: Sequence[str], key: str, fault: Callable[[Row, set[str]], str]
) -> list[dict[str, Any]]:
    frame = _read_table(path, columns)
    known = set(frame["source_id"])
    _refuse_faults(path, frame, lambda row: fault(row, known) if row[key] else "")
    rows: list[dict[str, Any]] = frame.to_dict(orient="records")  # type: ignore[assignment]
    return [{**row, "report_edition": int(row["report_edition"])} for row in rows if row[key]]


def _read_table(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except FileNotFoundError:
        raise SourceError(f"{path}: no such file, expected the project's own figures") from None
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise SourceError(f"{path}: not a UTF-8 CSV file ({str(error).splitlines()[0]})") from None
    if missing := [column for column in columns if column not in frame.columns]:
        raise SourceError(
            f"{path}: no column {', '.join(missing)}; expected {', '.join(columns)}, "
            f"found {', '.join(frame.columns)}"
        )
    return frame.loc[:, list(columns)]


def _refuse_faults(path: Path, frame: pd.DataFrame, fault: Callable[[Row], str]) -> None:
    """Raise one error that names the first ten faulty lines of a table."""
    rows: list[Row] = frame.to_dict(orient="records")  # type: ignore[assignment]
    found = [(line, text) for line, row in enumerate(rows, start=2) if (text := fault(row))]
    if found:
        told = "; ".join(f"line {line}: {text}" for line, text in found[:10])
        more = f"; and {len(found) - 10} more" if len(found) > 10 else ""
        raise SourceError(f"{path}: {told}{more}")


def _source_fault(row: Row) -> str:
    if row["kind"] not in SOURCE_KINDS:
        return f"expected the kind {', '.join(SOURCE_KINDS)}, found {row['kind']!r}"
    if not row["source_id"] or not row["url"]:
        return "expected a source_id and a url, found an empty one"
    return ""


def _common_fault(row: Row, known_sources: set[str]) -> str:
    if row["source_id"] not in known_sources:
        return f"source {row['source_id']!r} is not in sources.csv"
    if row["country"] not in BY_NAME:
        return f"unknown country {row['country']!r}{did_you_mean(row['country'], list(BY_NAME))}"
    edition = row["report_edition"]
    if not edition.isdecimal() or not FIRST_REPORT <= int(edition) <= LAST_EDITION:
        return f"expected a report edition of {FIRST_REPORT} to {LAST_EDITION}, found {edition!r}"
    return ""


def _cell_fault(row: Row, known_sources: set[str]) -> str:
    if fault := _common_fault(row, known_sources):
        return fault
    if row["category"] not in CELL_CATEGORIES:
        return f"expected a category of {', '.join(CELL_CATEGORIES)}, found {row['category']!r}"
    if row["scale"] not in SCALES:
        return f"expected the scale 1=best or 7=best, found {row['scale']!r}"
    first, _, last = row["rated_edition"].partition("-")
    if not first.isdecimal() or (last and not last.isdecimal()):
        return f"expected a rated edition such as 2009, found {row['rated_edition']!r}"
    return _value_fault(row["printed"], row["category"])


def _statement_fault(row: Row, known_sources: set[str]) -> str:
    if fault := _common_fault(row, known_sources):
        return fault
    field = row["field"]
    if field not in STATEMENT_FIELDS:
        return f"unknown field {field!r}{did_you_mean(field, STATEMENT_FIELDS)}"
    kind, _, category = field.partition("_")
    if kind in ("RATING", "CHANGE") and category in CATEGORIES:
        if row["scale"] not in SCALES:
            return f"expected the scale 1=best or 7=best, found {row['scale']!r}"
        printed = [row["printed_to"]]
        if kind == "CHANGE":  # a page may name a change without its numbers
            printed = [value for value in (row["printed_from"], row["printed_to"]) if value]
        return next((f for value in printed if (f := _value_fault(value, category))), "")
    if field in (SCORE, "DS_CHANGE"):
        return _value_fault(row["printed_to"], SCORE)
    return ""


def _value_fault(printed: str, category: str) -> str:
    try:
        value = parse_number(printed)
    except AnalysisError as error:
        return str(error)
    if category in (SCORE, GOVERNANCE):
        return "" if 1 <= value <= 7 else f"expected a score of 1 to 7, found {printed!r}"
    if not is_rating(value):
        return f"expected a rating of 1.00 to 7.00 in quarter points, found {printed!r}"
    return ""
