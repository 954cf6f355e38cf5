"""Reader of the project's own files of printed figures, and of sources.csv.

Other layouts' readers write rows of the same form, so a user can add figures by hand too. Columns
and their values are those of ``schema.yml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis.facts.errors import SourceError, did_you_mean
from analysis.facts.rating_system import CATEGORIES, LAST_EDITION, SCALES, SCORE
from analysis.sources.cells import (
    FIRST_REPORT,
    PERCENTAGE,
    Printed,
    PrintedCell,
    Statement,
    number_of,
)
from analysis.sources.report.labels import is_regime
from analysis.tables.schema import Field, columns, empty, table_schema

Row = Mapping[Any, str]

_TABLES, _PAGES = "printed_tables", "printed_pages"
_OPTIONAL: Final = ("rescaled_scores", "printed_comparisons")
_EXPECTED: Final = {
    "category": "a category of {}",
    "changes_complete": "changes_complete {} or nothing",
    "direction": "the direction {}",
    "kind": "the kind {}",
    "scale": "the scale 1=best or 7=best",
}
"""What is expected in a column that has a few values only."""
_RANK: Final = re.compile(r"(?:[1-9]|[12]\d)(?:/29)?")


def read_own_csv(folder: Path) -> Printed:
    """Read the project's printed figures: all text as printed, single editions as integers.

    The folder has ``printed_tables.csv``, ``printed_pages.csv``, ``sources.csv`` and, if there are
    such, ``rescaled_scores.csv`` and ``printed_comparisons.csv``.

    Raises
    ------
    SourceError
        If a file is missing, is not UTF-8 CSV, lacks a column, or holds a value that cannot be;
        the message names the file, the line and what was expected, for the first ten lines.
    """
    path = folder / "sources.csv"
    sources = _sound(path, path.stem)
    if (twice := sources["source_id"].duplicated()).any():
        found = sources.loc[twice, "source_id"].iloc[0]
        raise SourceError(f"{path}: source {found} stands there twice, expected once")
    known = set(sources["source_id"])
    names = (_TABLES, _PAGES, *_OPTIONAL)
    cells, pages, *more = (_sound(folder / f"{name}.csv", name, known) for name in names)
    return Printed(cells, pages, sources, *more)


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
    rows: dict[str, Iterator[Any]] = {
        name: _sound(path, name, None, separator, key).itertuples(index=False)
        for name, key in ((_TABLES, "category"), (_PAGES, "field"))
        if heads.issuperset(columns(name))
    }
    cells = [PrintedCell(*row) for row in rows.get(_TABLES, ())]
    return (cells, [Statement(*row) for row in rows.get(_PAGES, ())]) if rows else None


def _sound(
    path: Path,
    name: str,
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
        if name in _OPTIONAL:
            return empty(name)
        raise SourceError(f"{path}: no such file, expected the project's own figures") from None
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise SourceError(f"{path}: not a UTF-8 CSV file ({str(error).splitlines()[0]})") from None
    expected, fields = columns(name), table_schema(name).fields
    if missing := [column for column in expected if column not in table.columns]:
        raise SourceError(
            f"{path}: no column {', '.join(missing)}; expected {', '.join(expected)}, "
            f"found {', '.join(table.columns)}"
        )
    table = table[list(expected)]
    faults = []
    for line, row in enumerate(table.to_dict(orient="records"), 2):
        says = next(_faults(row, fields), "") if not key or row[key] else ""
        if registered is not None and row["source_id"] not in registered:
            says = f"source {row['source_id']!r} is not in sources.csv"
        faults += [f"line {line}: {says}"] if says else []
    if faults:
        more = f"; and {len(faults) - 10} more" if len(faults) > 10 else ""
        raise SourceError(f"{path}: {'; '.join(faults[:10])}{more}")
    if key:
        table = table[table[key] != ""]
    return table.astype({field.name: "int64" for field in fields if field.type == "integer"})


def _faults(row: Row, fields: Sequence[Field]) -> Iterator[str]:
    """Yield what cannot stand in a row: in a column by itself, then in several together."""
    for column in fields:
        text, allowed = row[column.name], column.constraints.get("enum", ())
        may_be_empty = not column.constraints.get("required")
        if column.type == "integer":
            yield from _year_faults(text, column.name)
        elif not allowed or text in allowed or (may_be_empty and not text):
            continue
        elif column.name in _EXPECTED:
            told = _EXPECTED[column.name].format(", ".join(allowed))
            yield f"expected {told}, found {text!r}"
        else:
            yield f"unknown {column.name} {text!r}{did_you_mean(text, allowed)}"
    if "url" in row and not (row["source_id"] and row["url"]):
        yield "expected a source_id and a url, found an empty one"
    if "url" in row and not re.fullmatch(r"[\w.-]+", row["source_id"]):  # joined by semicolons
        yield f"expected a source_id of letters and digits, found {row['source_id']!r}"
    if "field" in row:
        yield from _statement_faults(row)
    elif "by" in row:
        yield from _value_faults(row["by"] or "0")
    elif "index_year" in row:
        yield from _value_faults(row["printed"], PERCENTAGE)
    elif "printed" in row:
        yield from _cell_faults(row)


def _year_faults(year: str, column: str) -> Iterator[str]:
    if column == "index_year":
        if not year.isdecimal():
            yield f"expected the year of an index such as 2016, found {year!r}"
    elif not year.isdecimal() or not FIRST_REPORT <= int(year) <= LAST_EDITION:
        span = f"{FIRST_REPORT} to {LAST_EDITION}"
        yield f"expected a report edition of {span}, found {year!r}"


def _cell_faults(row: Row) -> Iterator[str]:
    years = row["rated_edition"].split("-")
    if len(years) > 2 or not all(y.isdecimal() and 1990 < int(y) <= LAST_EDITION for y in years):
        yield f"expected a rated edition such as 2009, found {row['rated_edition']!r}"
    elif max(map(int, years)) > int(row["report_edition"]):
        yield f"a report of {row['report_edition']} cannot rate {row['rated_edition']}"
    yield from _value_faults(row["printed"], row["category"])


def _statement_faults(row: Row) -> Iterator[str]:
    kind, _, category = row["field"].removeprefix("LAST_").partition("_")
    category = category.replace("UNNAMED", "CO")  # a change of a category, whichever it is
    about = category if category in CATEGORIES else kind
    if about in (*CATEGORIES, SCORE) and row["scale"] not in SCALES:
        yield f"expected the scale 1=best or 7=best, found {row['scale']!r}"
    # A page may name a change without its numbers.
    may_be_empty = "CHANGE" in (kind, category)
    printed = [row["printed_to"]] if row["printed_to"] or not may_be_empty else []
    for text in (*printed, *filter(None, [row["printed_from"]])):
        if about in (*CATEGORIES, SCORE, PERCENTAGE):
            yield from _value_faults(text, about)
        elif about == "REGIME" and not is_regime(text):
            yield f"expected a regime class such as Consolidated Democracy, found {text!r}"
        elif about == "RANK" and not _RANK.fullmatch(text):
            yield f"expected a rank such as 19/29, found {text!r}"


def _value_faults(printed: str, kind: str = "") -> Iterator[str]:
    try:
        number_of(printed, kind)
    except SourceError as error:
        yield str(error)
