"""The official workbook, ``All_Data_Nations_in_Transit_NIT_2005-2024_For_website.xlsx``.

One row a country and edition, columns found by their names: sheet names, other columns, the order
of columns and blank rows do not matter, and numbers may be stored as text. The same columns as CSV
are read too. `xlsx_guard` has checked the file before it is opened.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
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
from analysis.sources.known import Known
from analysis.sources.reading import Evidence, Reading
from analysis.sources.workbook.guard import check_workbook
from analysis.sources.workbook.proof import (
    NUMBERS,
    Line,
    check_scores,
    prove_workbook_scale,
    year_shift,
)

LAYOUT: Final = "official workbook"
_COLUMNS: Final = {
    fold(name): code
    for code, name in {
        **CATEGORIES,
        SCORE: "Democracy Score",
        "DP": "Democracy Percentage",
        "REGIME": "Regime Classification",
        "COUNTRY": "Country",
        "YEAR": "Year",
    }.items()
}
Grid = Sequence[Sequence[Any]]


def read_workbook(
    content: bytes,
    path: Path,
    source_id: str,
    known: Known,
    country: str | None = None,
    edition: int | None = None,
    scale: str | None = None,
) -> Reading:
    """Return the ratings of the official workbook.

    Parameters
    ----------
    content
        The file's bytes.
    path
        Its name, for messages.
    source_id
        Name of the source.
    known
        Figures from other sources, to prove scale and the meaning of Year.
    country, edition
        Read only this country or edition.
    scale
        The user's word on the scale direction.

    Raises
    ------
    SourceError
        If the file is unsafe or no such workbook, or a value cannot be.
    """
    check_workbook(content, path)
    grids = _grids(content, path)
    return read_grids(grids, path, source_id, known, country, edition, scale)


def read_grids(
    grids: Mapping[str, Grid],
    path: Path,
    source_id: str,
    known: Known,
    country: str | None = None,
    edition: int | None = None,
    scale: str | None = None,
) -> Reading:
    """Return the ratings of sheets that are already rows of values; as `read_workbook`."""
    evidence: list[Evidence] = []
    lines: list[Line] = []
    for sheet, grid in grids.items():
        if (found := _header_row(grid)) is None:
            continue
        header, columns = found
        _refuse_double(columns, f"{path}: sheet {sheet!r}")
        evidence.append(
            Evidence("table", f"sheet {sheet!r}: {len(columns)} known columns in row {header + 1}")
        )
        lines += _lines(grid, header, columns, f"{path}: sheet {sheet!r}", evidence)
    if not lines:
        names = ", ".join(repr(name) for name in grids) or "none"
        raise SourceError(
            f"{path}: no sheet with rows under the columns Country, Year and the categories' "
            f"names; sheets: {names}"
        )
    lines = _once(lines)
    if shift := year_shift(lines, known):
        says = "Year is the covered year: known ratings agree with the edition after it only"
        evidence.append(Evidence("edition", says, uncertain=True))
        lines = [Line(x.place, x.country, x.year + shift, x.printed) for x in lines]
    proved = prove_workbook_scale(lines, known, scale, path, evidence)
    check_scores(lines, evidence)
    wanted = find_country(country).name if country else None
    chosen = [
        line for line in lines if wanted in (None, line.country) and edition in (None, line.year)
    ]
    if not chosen:
        raise SourceError(f"{path}: no row for {country or ''} {edition or ''}".rstrip())
    return _reading(chosen, source_id, proved, evidence)


def read_grid_csv(text: str) -> Mapping[str, Grid] | None:
    """Return CSV text as one sheet if its head has the workbook's columns, else None."""
    first = text[:5000]
    if "," not in first or "country" not in first.casefold():
        return None
    try:
        grid = list(csv.reader(io.StringIO(text)))
    except csv.Error:
        return None
    return {"CSV": grid} if _header_row(grid[:30]) else None


def _grids(content: bytes, path: Path) -> dict[str, Grid]:
    import python_calamine  # only workbooks need it

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
        }
    except Exception as error:  # calamine raises several kinds of its own
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise SourceError(f"{path}: the workbook cannot be opened ({reason})") from None


def _header_row(grid: Grid) -> tuple[int, dict[int, str]] | None:
    """Return the first row that names country, year and all categories, and its columns."""
    for number, row in enumerate(grid):
        columns = {
            column: code
            for column, value in enumerate(row)
            if isinstance(value, str) and (code := _COLUMNS.get(fold(value)))
        }
        if {"COUNTRY", "YEAR", *CATEGORIES} <= set(columns.values()):
            return number, columns
    return None


def _refuse_double(columns: Mapping[int, str], place: str) -> None:
    codes = list(columns.values())
    for code in codes:
        if codes.count(code) > 1:
            raise SourceError(f"{place}: two columns are named {code}, expected one")


def _lines(
    grid: Grid, header: int, columns: Mapping[int, str], place: str, evidence: list[Evidence]
) -> Iterable[Line]:
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
            evidence.append(Evidence("country", says, uncertain=True))
            continue
        yield Line(where, country, _edition(year, where), _checked(values, where))


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


def _once(lines: Iterable[Line]) -> list[Line]:
    kept: dict[tuple[str, int], Line] = {}
    for line in lines:
        first = kept.setdefault((line.country, line.year), line)
        if dict(first.printed) != dict(line.printed):
            raise SourceError(
                f"{line.place}: {line.country} {line.year} differs from {first.place}, "
                "expected one row a country and year"
            )
    return list(kept.values())


def _reading(
    lines: Sequence[Line], source_id: str, scale: str, evidence: list[Evidence]
) -> Reading:
    edition = max(line.year for line in lines)
    cells = [
        PrintedCell(
            source_id, line.country, edition, str(line.year), code, line.printed[code], scale
        )
        for line in lines
        for code in NUMBERS
        if code in line.printed
    ]
    statements = [
        Statement(source_id, line.country, line.year, name, "", line.printed[name], "")
        for line in lines
        for name in ("DP", "REGIME")
        if name in line.printed
    ]
    countries = tuple(sorted({line.country for line in lines}))
    editions = {line.year for line in lines}
    return Reading(
        LAYOUT,
        source_id,
        countries,
        edition if len(editions) == 1 else None,
        cells,
        statements,
        evidence=evidence,
    )
