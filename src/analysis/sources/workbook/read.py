"""The official workbook, ``All_Data_Nations_in_Transit_NIT_2005-2024_For_website.xlsx``.

One row a country and edition, columns found by their names: sheet names, other columns, the order
of columns and blank rows do not matter, and numbers may be stored as text. The same columns as
text parted by commas, semicolons or tabs are read too. `guard` has checked the
file before it is opened.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from analysis.facts.countries import find_country, fold
from analysis.facts.errors import ParameterError, SourceError
from analysis.facts.rating_system import (
    CATEGORIES,
    FIRST_EDITION,
    LAST_EDITION,
    SCORE,
    is_rating,
    parse_number,
    rounded,
)
from analysis.sources.cells import PrintedCell, Statement
from analysis.sources.reading import Reading, Remarks
from analysis.sources.request import Request
from analysis.sources.workbook.guard import check_workbook
from analysis.sources.workbook.proof import (
    NUMBERS,
    WorkbookRow,
    check_scores,
    prove_workbook_scale,
    year_shift,
)

_COLUMNS: Final = {
    fold(name).replace(" ", ""): code
    for code, name in {
        **CATEGORIES,
        SCORE: "Democracy Score",
        "DP": "Democracy Percentage",
        "REGIME": "Regime Classification",
        "COUNTRY": "Country",
        "YEAR": "Year",
    }.items()
} | {"countryname": "COUNTRY"}
"""Codes by the heads of columns, folded and without spaces, which copies drop."""
Grid = Sequence[Sequence[Any]]


def read_workbook(content: bytes, path: Path, request: Request) -> Reading:
    """Return the ratings of the official workbook.

    Raises
    ------
    SourceError
        If the file is unsafe or no such workbook, or a value cannot be.
    """
    check_workbook(content, path)
    return read_grids(_grids(content, request), request)


def read_grids(grids: Mapping[str, Grid], request: Request) -> Reading:
    """Return the ratings of sheets that are already rows of values; as `read_workbook`."""
    remarks = Remarks()
    rows: list[WorkbookRow] = []
    for sheet, grid in grids.items():
        if (head := _header_row(grid)) is None:
            continue
        number, columns = head
        place = f"{request.name}: sheet {sheet!r}"
        for code, times in Counter(columns.values()).items():
            if times > 1:
                raise SourceError(f"{place}: two columns are named {code}, expected one")
        says = f"sheet {sheet!r}: {len(columns)} known columns in row {number + 1}"
        remarks.settle("table", says)
        rows += _rows(grid, number, columns, place, remarks)
    if not rows:
        names = ", ".join(repr(name) for name in grids) or "none"
        raise request.refusal(
            "no sheet with rows under the columns Country, Year and the categories' names; "
            f"sheets: {names}"
        )
    rows = _once(rows)
    if shift := year_shift(rows, request.known):
        says = "Year is the covered year: known ratings agree with the edition after it only"
        remarks.doubt("edition", says)
        rows = [replace(row, year=row.year + shift) for row in rows]
    scale = prove_workbook_scale(rows, request, remarks)
    check_scores(rows, remarks)
    chosen = [row for row in rows if request.wants(row.country, row.year)]
    if not chosen:
        asked = f"no row for {request.country or ''} {request.edition or ''}"
        raise request.refusal(asked.rstrip())
    return _reading(chosen, request.source_id, scale, remarks)


def read_grid_csv(text: str) -> Mapping[str, Grid] | None:
    """Return delimited text as one sheet if its head has the workbook's columns, else None."""
    if "country" not in text[:5000].casefold():
        return None
    for separator in ",;\t":
        try:
            head = list(islice(csv.reader(io.StringIO(text), delimiter=separator), 30))
            if _header_row(head):
                return {"CSV": list(csv.reader(io.StringIO(text), delimiter=separator))}
        except csv.Error:
            continue
    return None


def _grids(content: bytes, request: Request) -> dict[str, Grid]:
    import python_calamine  # only workbooks need it

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
        }
    except Exception as error:  # calamine raises several kinds of its own
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise request.refusal(f"the workbook cannot be opened ({reason})") from None


def _header_row(grid: Grid) -> tuple[int, dict[int, str]] | None:
    """Return the first row that names country, year and all categories, and its columns."""
    for number, row in enumerate(grid):
        columns = {
            column: code
            for column, value in enumerate(row)
            if isinstance(value, str) and (code := _COLUMNS.get(fold(value).replace(" ", "")))
        }
        if {"COUNTRY", "YEAR", *CATEGORIES} <= set(columns.values()):
            return number, columns
    return None


def _rows(
    grid: Grid, header: int, columns: Mapping[int, str], place: str, remarks: Remarks
) -> Iterable[WorkbookRow]:
    for number, row in enumerate(grid[header + 1 :], start=header + 2):
        where = f"{place} row {number}"
        values = {code: _text(row[c]) for c, code in columns.items() if c < len(row)}
        name, year = values.pop("COUNTRY", ""), values.pop("YEAR", "")
        if not any(values.get(code) for code in NUMBERS):
            continue  # a blank row or a note
        try:
            country = find_country(name).name
        except ParameterError:
            says = f"{where}: {name!r} is none of the rated countries: left out"
            remarks.doubt("country", says)
            continue
        yield WorkbookRow(where, country, _edition(year, where), _checked(values, where))


def _text(value: Any) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return "" if value is None else " ".join(str(value).split())


def _edition(text: str, where: str) -> int:
    if not text.isdecimal() or not FIRST_EDITION - 1 <= int(text) <= LAST_EDITION:
        raise SourceError(
            f"{where}: expected a year of {FIRST_EDITION} to {LAST_EDITION}, found {text!r}"
        )
    return int(text)


def _checked(values: Mapping[str, str], where: str) -> dict[str, str]:
    """Return the printed values that are there, each one checked."""
    printed = {}
    for code, text in values.items():
        if text.casefold() in ("", "n/a", "na", "-", "–", "..", "n.a."):
            continue
        if code == "REGIME":
            printed[code] = text
            continue
        try:
            value = parse_number(text.removesuffix("%"))
        except SourceError as error:
            raise SourceError(f"{where}: {code}: {error}") from None
        if code in CATEGORIES and not is_rating(value):
            raise SourceError(
                f"{where}: {code}: expected a rating of 1.00 to 7.00 in quarter points, "
                f"found {text!r}"
            )
        if code == SCORE and not 1 <= value <= 7:
            raise SourceError(f"{where}: expected a Democracy Score of 1 to 7, found {text!r}")
        # The workbook stores scores with all digits and ratings without trailing zeros.
        printed[code] = str(rounded(value))
    return printed


def _once(rows: Iterable[WorkbookRow]) -> list[WorkbookRow]:
    kept: dict[tuple[str, int], WorkbookRow] = {}
    for row in rows:
        first = kept.setdefault((row.country, row.year), row)
        if dict(first.printed) != dict(row.printed):
            raise SourceError(
                f"{row.place}: {row.country} {row.year} differs from {first.place}, "
                "expected one row a country and year"
            )
    return list(kept.values())


def _reading(rows: Sequence[WorkbookRow], source_id: str, scale: str, remarks: Remarks) -> Reading:
    edition = max(row.year for row in rows)
    cells = [
        PrintedCell(source_id, row.country, edition, str(row.year), code, row.printed[code], scale)
        for row in rows
        for code in NUMBERS
        if code in row.printed
    ]
    statements = [
        Statement(source_id, row.country, row.year, name, "", row.printed[name], "")
        for row in rows
        for name in ("DP", "REGIME")
        if name in row.printed
    ]
    countries = tuple(sorted({row.country for row in rows}))
    editions = {row.year for row in rows}
    return Reading(
        "official workbook",
        source_id,
        countries,
        edition if len(editions) == 1 else None,
        cells,
        statements,
        evidence=remarks,
    )
