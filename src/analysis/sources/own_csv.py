"""Reader of the project's own files of printed figures, and of sources.csv.

Other layouts' readers write rows of the same form, so a user can add figures by hand too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from analysis.facts.countries import BY_NAME
from analysis.facts.errors import AnalysisError, SourceError, did_you_mean
from analysis.facts.rating_system import (
    CATEGORIES,
    GOVERNANCE,
    LAST_EDITION,
    SCALES,
    SCORE,
    SOURCE_KINDS,
    is_rating,
    parse_number,
)
from analysis.sources.cells import (
    CELL_CATEGORIES,
    CELL_COLUMNS,
    COMPARISON_COLUMNS,
    DIRECTIONS,
    FIRST_REPORT,
    RESCALED_COLUMNS,
    SOURCE_COLUMNS,
    STATEMENT_COLUMNS,
    STATEMENT_FIELDS,
    Printed,
    PrintedCell,
    Statement,
)

Row = dict[str, str]


def read_own_csv(folder: Path) -> Printed:
    """Read the project's printed figures.

    Parameters
    ----------
    folder
        data/raw, with ``printed_tables.csv``, ``printed_pages.csv``, ``sources.csv`` and, if
        there are such, ``rescaled_scores.csv`` and ``printed_comparisons.csv``.

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
    sources = _sound(folder / "sources.csv", SOURCE_COLUMNS, _source_fault)
    registered = set(sources["source_id"])
    if (twice := sources["source_id"].duplicated()).any():
        raise SourceError(
            f"{folder / 'sources.csv'}: source {sources.loc[twice, 'source_id'].iloc[0]} "
            "stands there twice, expected once"
        )
    return Printed(
        _sound_rows(folder / "printed_tables.csv", CELL_COLUMNS, registered),
        _sound_rows(folder / "printed_pages.csv", STATEMENT_COLUMNS, registered),
        sources,
        _sound_more(folder / "rescaled_scores.csv", RESCALED_COLUMNS, registered),
        _sound_more(folder / "printed_comparisons.csv", COMPARISON_COLUMNS, registered),
    )


def is_own_csv(text: str) -> bool:
    """Tell whether `text` is a table of printed figures by the columns in its first line."""
    return any(set(needed) <= _heads(text)[0] for needed in (CELL_COLUMNS, STATEMENT_COLUMNS))


def _heads(text: str) -> tuple[set[str], str]:
    """Return the columns in the first line, and what parts them: spreadsheets choose."""
    first = text.lstrip("\ufeff").partition("\n")[0].strip().replace('"', "")
    separator = max(",;\t", key=first.count)
    return set(first.split(separator)), separator


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
    with path.open(encoding="utf-8-sig") as file:
        columns, separator = _heads(file.readline())
    cells: list[PrintedCell] = []
    statements: list[Statement] = []
    if set(CELL_COLUMNS) <= columns:
        rows = _sound_rows(path, CELL_COLUMNS, None, separator).to_dict(orient="records")
        cells = [PrintedCell(**{str(name): row[name] for name in row}) for row in rows]
    if set(STATEMENT_COLUMNS) <= columns:
        rows = _sound_rows(path, STATEMENT_COLUMNS, None, separator).to_dict(orient="records")
        statements = [Statement(**{str(name): row[name] for name in row}) for row in rows]
    return cells, statements


def _sound_rows(
    path: Path, columns: Sequence[str], registered: set[str] | None = None, separator: str = ","
) -> pd.DataFrame:
    """Return cells or statements without fault; those of any source where none is registered."""
    key, fault = ("category", _cell_fault) if "category" in columns else ("field", _statement_fault)

    def row_fault(row: Row) -> str:
        if registered is None and not row[key]:  # a row of the other kind
            return ""
        if registered is not None and row["source_id"] not in registered:
            return f"source {row['source_id']!r} is not in sources.csv"
        return _common_fault(row) or fault(row)

    table = _sound(path, columns, row_fault, separator)
    if registered is None:
        table = table[table[key] != ""]
    return table.astype({"report_edition": "int64"})


def _sound_more(path: Path, columns: Sequence[str], registered: set[str]) -> pd.DataFrame:
    """Return rescaled scores or comparisons without fault; none where there is no such file."""
    years = [name for name in columns if name.endswith("_edition")]
    categories = CATEGORIES if "index_year" in columns else (*CATEGORIES, SCORE)

    def fault(row: Row) -> str:
        if row["source_id"] not in registered:
            return f"source {row['source_id']!r} is not in sources.csv"
        if row["category"] not in categories:
            return f"expected a category of {', '.join(categories)}, found {row['category']!r}"
        if row.get("direction", "same") not in DIRECTIONS:
            return f"expected the direction {', '.join(DIRECTIONS)}, found {row['direction']!r}"
        try:
            parse_number(row.get("printed") or row.get("by") or "0")
        except AnalysisError as error:
            return str(error)
        faults = (_common_fault({**row, "report_edition": row[name]}) for name in years)
        return next(filter(None, faults), "")

    if not path.exists():
        return pd.DataFrame(columns=list(columns))
    return _sound(path, columns, fault).astype(dict.fromkeys(years, "int64"))


def _sound(
    path: Path, columns: Sequence[str], fault: Callable[[Row], str], separator: str = ","
) -> pd.DataFrame:
    """Return a table; one error names the first ten faulty lines."""
    try:
        table = pd.read_csv(
            path, sep=separator, dtype=str, keep_default_na=False, encoding="utf-8-sig"
        )
    except FileNotFoundError:
        raise SourceError(f"{path}: no such file, expected the project's own figures") from None
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise SourceError(f"{path}: not a UTF-8 CSV file ({str(error).splitlines()[0]})") from None
    if missing := [column for column in columns if column not in table.columns]:
        raise SourceError(
            f"{path}: no column {', '.join(missing)}; expected {', '.join(columns)}, "
            f"found {', '.join(table.columns)}"
        )
    table = table.loc[:, list(columns)]
    rows: list[Row] = table.to_dict(orient="records")  # type: ignore[assignment]
    faults = [f"line {line}: {says}" for line, row in enumerate(rows, 2) if (says := fault(row))]
    if faults:
        more = f"; and {len(faults) - 10} more" if len(faults) > 10 else ""
        raise SourceError(f"{path}: {'; '.join(faults[:10])}{more}")
    return table


def _source_fault(row: Row) -> str:
    if row["kind"] not in SOURCE_KINDS:
        return f"expected the kind {', '.join(SOURCE_KINDS)}, found {row['kind']!r}"
    if not row["source_id"] or not row["url"]:
        return "expected a source_id and a url, found an empty one"
    return ""


def _common_fault(row: Row) -> str:
    if row["country"] not in BY_NAME:
        return f"unknown country {row['country']!r}{did_you_mean(row['country'], list(BY_NAME))}"
    edition = row["report_edition"]
    if not edition.isdecimal() or not FIRST_REPORT <= int(edition) <= LAST_EDITION:
        return f"expected a report edition of {FIRST_REPORT} to {LAST_EDITION}, found {edition!r}"
    return ""


def _cell_fault(row: Row) -> str:
    if row["category"] not in CELL_CATEGORIES:
        return f"expected a category of {', '.join(CELL_CATEGORIES)}, found {row['category']!r}"
    if row["scale"] not in SCALES:
        return f"expected the scale 1=best or 7=best, found {row['scale']!r}"
    first, _, last = row["rated_edition"].partition("-")
    if not first.isdecimal() or (last and not last.isdecimal()):
        return f"expected a rated edition such as 2009, found {row['rated_edition']!r}"
    return _value_fault(row["printed"], row["category"])


def _statement_fault(row: Row) -> str:
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
