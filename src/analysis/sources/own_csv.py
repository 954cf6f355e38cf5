"""Reader of the project's own files of printed figures, and of sources.csv.

Other layouts' readers write rows of the same form, so a user can add figures by hand too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

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
    COMPLETENESS,
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

Row = Mapping[Any, str]


_OPTIONAL: Final = {
    "rescaled_scores.csv": RESCALED_COLUMNS,
    "printed_comparisons.csv": COMPARISON_COLUMNS,
}
"""Files that a project need not have, in the order in which `Printed` has their tables."""


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
    path = folder / "sources.csv"
    sources = _sound(path, SOURCE_COLUMNS, _source_faults)
    if (twice := sources["source_id"].duplicated()).any():
        found = sources.loc[twice, "source_id"].iloc[0]
        raise SourceError(f"{path}: source {found} stands there twice, expected once")
    known = set(sources["source_id"])
    return Printed(
        _sound(folder / "printed_tables.csv", CELL_COLUMNS, _cell_faults, known),
        _sound(folder / "printed_pages.csv", STATEMENT_COLUMNS, _statement_faults, known),
        sources,
        *(_optional(folder / name, columns, known) for name, columns in _OPTIONAL.items()),
    )


def _optional(path: Path, columns: tuple[str, ...], known: set[str]) -> pd.DataFrame:
    """Return a table, empty where there is no file."""
    try:
        path.open("rb").close()  # unlike a look for it, heard by what records a notebook's inputs
    except FileNotFoundError:
        return pd.DataFrame(columns=columns)
    return _sound(path, columns, _more_faults, known)


def read_figures(path: Path, text: str) -> tuple[list[PrintedCell], list[Statement]] | None:
    """Return the cells and statements of a file like printed_tables.csv or printed_pages.csv.

    It may have the columns of both, as `reading_as_csv` writes it; its sources need not be
    registered yet. None where the first line of its `text` names neither's columns.

    Raises
    ------
    SourceError
        If a column is missing or a value cannot be, with the line.
    """
    first = text.partition("\n")[0].strip().replace('"', "")
    separator = max(",;\t", key=first.count)  # spreadsheets choose
    heads = set(first.split(separator))
    cells: list[PrintedCell] = []
    statements: list[Statement] = []
    if heads.issuperset(CELL_COLUMNS):
        table = _sound(path, CELL_COLUMNS, _cell_faults, None, separator, "category")
        cells = [PrintedCell(*row) for row in table.itertuples(index=False)]
    if heads.issuperset(STATEMENT_COLUMNS):
        table = _sound(path, STATEMENT_COLUMNS, _statement_faults, None, separator, "field")
        statements = [Statement(*row) for row in table.itertuples(index=False)]
    elif not heads.issuperset(CELL_COLUMNS):
        return None
    return cells, statements


def _sound(
    path: Path,
    columns: tuple[str, ...],
    faults_of: Callable[[Row], Iterator[str]],
    registered: set[str] | None = None,
    separator: str = ",",
    key: str = "",
) -> pd.DataFrame:
    """Return a table; one error names the first ten faulty lines, each with its first fault.

    The source of a row has to be `registered`, if those are given. Rows of another kind, which
    leave the column `key` empty, are left out.
    """
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
    faults = []
    for line, row in enumerate(table.to_dict(orient="records"), 2):
        says = next(faults_of(row), "") if not key or row[key] else ""
        if registered is not None and row["source_id"] not in registered:
            says = f"source {row['source_id']!r} is not in sources.csv"
        faults += [f"line {line}: {says}"] if says else []
    if faults:
        more = f"; and {len(faults) - 10} more" if len(faults) > 10 else ""
        raise SourceError(f"{path}: {'; '.join(faults[:10])}{more}")
    if key:
        table = table[table[key] != ""]
    return table.astype(dict.fromkeys(_editions(columns), "int64"))


def _editions(columns: Iterable[str]) -> list[str]:
    """Return the columns of single editions; a cell may rate ``"1999-2000"``."""
    names = [name for name in columns if name.endswith("_edition")]
    return names if "index_year" in columns else [n for n in names if n != "rated_edition"]


def _source_faults(row: Row) -> Iterator[str]:
    if row["kind"] not in SOURCE_KINDS:
        yield f"expected the kind {', '.join(SOURCE_KINDS)}, found {row['kind']!r}"
    if not row["source_id"] or not row["url"]:
        yield "expected a source_id and a url, found an empty one"


def _place_faults(row: Row) -> Iterator[str]:
    if row["country"] not in BY_NAME:
        yield f"unknown country {row['country']!r}{did_you_mean(row['country'], list(BY_NAME))}"
    span = f"{FIRST_REPORT} to {LAST_EDITION}"
    for edition in (row[name] for name in _editions(row)):
        if not edition.isdecimal() or not FIRST_REPORT <= int(edition) <= LAST_EDITION:
            yield f"expected a report edition of {span}, found {edition!r}"


def _cell_faults(row: Row) -> Iterator[str]:
    yield from _place_faults(row)
    if row["category"] not in CELL_CATEGORIES:
        yield f"expected a category of {', '.join(CELL_CATEGORIES)}, found {row['category']!r}"
    if row["scale"] not in SCALES:
        yield f"expected the scale 1=best or 7=best, found {row['scale']!r}"
    years = row["rated_edition"].split("-")
    if len(years) > 2 or not all(y.isdecimal() and 1990 < int(y) <= LAST_EDITION for y in years):
        yield f"expected a rated edition such as 2009, found {row['rated_edition']!r}"
    elif max(map(int, years)) > int(row["report_edition"]):
        yield f"a report of {row['report_edition']} cannot rate {row['rated_edition']}"
    yield from _value_faults(row["printed"], row["category"])


def _statement_faults(row: Row) -> Iterator[str]:
    yield from _place_faults(row)
    field, printed = row["field"], [row["printed_to"], *filter(None, [row["printed_from"]])]
    if field not in STATEMENT_FIELDS:
        yield f"unknown field {field!r}{did_you_mean(field, STATEMENT_FIELDS)}"
    if row["changes_complete"] not in COMPLETENESS:
        words = ", ".join(filter(None, COMPLETENESS))
        yield f"expected changes_complete {words} or nothing, found {row['changes_complete']!r}"
    kind, _, category = field.partition("_")
    if (category in CATEGORIES or kind == SCORE) and row["scale"] not in SCALES:
        yield f"expected the scale 1=best or 7=best, found {row['scale']!r}"
    if "CHANGE" in (kind, category):  # a page may name a change without its numbers
        printed = [value for value in (row["printed_from"], row["printed_to"]) if value]
    if category in CATEGORIES or kind == SCORE:
        for value in printed:
            yield from _value_faults(value, category if category in CATEGORIES else SCORE)
    if field in ("DP", "LAST_DP"):
        yield from _value_faults(row["printed_to"])


def _more_faults(row: Row) -> Iterator[str]:
    """Yield the faults of a rescaled score or of a comparison."""
    categories = CATEGORIES if "index_year" in row else (*CATEGORIES, SCORE)
    if row["category"] not in categories:
        yield f"expected a category of {', '.join(categories)}, found {row['category']!r}"
    if row.get("direction", "same") not in DIRECTIONS:
        yield f"expected the direction {', '.join(DIRECTIONS)}, found {row['direction']!r}"
    if not row.get("index_year", "0").isdecimal():
        yield f"expected the year of an index such as 2016, found {row['index_year']!r}"
    yield from _value_faults(row["printed"] if "printed" in row else row["by"] or "0")
    yield from _place_faults(row)


def _value_faults(printed: str, category: str = "") -> Iterator[str]:
    """Yield why a number is none, or none of its category."""
    try:
        value = parse_number(printed)
    except AnalysisError as error:
        yield str(error)
        return
    if category in (SCORE, GOVERNANCE) and not 1 <= value <= 7:
        yield f"expected a score of 1 to 7, found {printed!r}"
    if category in CATEGORIES and not is_rating(value):
        yield f"expected a rating of 1.00 to 7.00 in quarter points, found {printed!r}"
