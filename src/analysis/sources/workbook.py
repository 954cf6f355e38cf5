"""Tables of ratings: the official workbook, and tables of one's own in its shape or turned.

The workbook has one row a country and edition. Columns are found by their names: sheet names,
other columns, the order of columns and blank rows do not matter, and numbers may be stored as
text. Copies part the columns by commas, semicolons or tabs, name a country once above its years,
or put years or categories into columns of their own. The files are parsed in `isolated`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from analysis.facts.countries import find_countries
from analysis.facts.errors import SourceError
from analysis.facts.rating_system import (
    CATEGORIES,
    FIRST_EDITION,
    LAST_EDITION,
    SCORE,
    is_rating,
    parse_number,
    rounded,
)
from analysis.sources.cells import FIRST_REPORT, PrintedCell, Statement
from analysis.sources.reading import Reading, Remarks, Request
from analysis.sources.workbook_heads import NUMBERS, Grid, Heads, code_of, find_heads, year_of
from analysis.sources.workbook_proof import (
    WorkbookRow,
    check_scores,
    place_years,
    prove_workbook_scale,
    refuse_contradictions,
)

WORKBOOK: Final = "official workbook"
TABLE: Final = "table of ratings"
_EMPTY: Final = frozenset(
    ("", "n/a", "na", "nan", "-", "–", "—", "..", ".", "n.a.", "none", "null")
)


def read_grids(grids: Mapping[str, Grid], layout: str, request: Request) -> Reading:
    """Return the ratings of sheets that are already rows of values.

    Raises
    ------
    SourceError
        If no sheet is a table of ratings, a value cannot be, or the numbers contradict each other
        or what is known.
    """
    remarks = Remarks()
    rows = [row for sheet in _sheets(grids, request, remarks) for row in sheet.rows(remarks)]
    if not rows:
        raise request.refusal("its tables hold no rating of a country")
    rows = place_years(_once(rows), request, remarks)
    scale = prove_workbook_scale(rows, request, remarks)
    refuse_contradictions(rows, scale, request)
    check_scores(rows, remarks)
    chosen = [row for row in rows if request.wants(row.country, row.year)]
    if not chosen:
        asked = f"no row for {request.country or ''} {request.edition or ''}"
        raise request.refusal(asked.rstrip())
    return _reading(chosen, layout, scale, request, remarks)


def _sheets(grids: Mapping[str, Grid], request: Request, remarks: Remarks) -> Iterator[_Sheet]:
    """Yield the sheets that are tables of ratings, and tell what each one lacks."""
    lacking: dict[str, str] = {}
    is_none = True
    for name, grid in grids.items():
        place = f"{request.name}: sheet {name[:40]!r}"
        try:
            heads = find_heads(grid)
        except SourceError as error:
            raise SourceError(f"{place}: {error}") from None
        if heads is None:
            continue
        sheet = _Sheet(place, grid, heads, name, request)
        if lacks := sheet.missing():
            lacking[name] = lacks
            continue
        is_none = False
        said = f"sheet {name[:40]!r}:"
        count = len(heads.names) + len(heads.values)
        remarks.settle("table", f"{said} {count} known columns in row {heads.row + 1}")
        codes = {code for code, _ in heads.values.values()} - {""}
        absent = [CATEGORIES[code] for code in CATEGORIES if codes and code not in codes]
        if absent:
            remarks.settle("table", f"{said} no column for {', '.join(absent)}")
        yield sheet
    if is_none:
        names = ", ".join(repr(name[:40]) for name in [*grids][:8]) or "none"
        told = "; ".join(f"{name[:40]!r}: {lacks}" for name, lacks in [*lacking.items()][:3])
        raise request.refusal(
            "no sheet with rows under the columns Country, Year and the categories' names; "
            f"{told or f'sheets: {names}'}"
        )


@dataclass(frozen=True)
class _Sheet:
    """A table and what holds for all of it: given, or the name of its sheet or file."""

    place: str
    grid: Grid
    heads: Heads
    name: str
    request: Request

    @cached_property
    def code(self) -> str:
        """The one category of a table of years, which its sheet or file is named after."""
        above = [text for row in self.grid[: self.heads.row] for text in row if text]
        named = map(code_of, (self.name, Path(self.request.name).stem, *above))
        return next((code for code in named if code in NUMBERS), "")

    @cached_property
    def country(self) -> str:
        """The country of the whole table, or an empty string."""
        names = (self.name, Path(self.request.name).stem.replace("_", " "))
        return self.request.country or next(iter(find_countries(names)), "")

    @cached_property
    def year(self) -> int | None:
        """The year of the whole table, or None."""
        stem = Path(self.request.name).stem.replace("_", " ")
        return self.request.edition or year_of(self.name) or year_of(stem)

    def missing(self) -> str:
        """Return what column is missing, an empty string if none is."""
        lacks = self.heads.missing(bool(self.country), bool(self.year))
        return "" if lacks.startswith("no column for Category") and self.code else lacks

    def rows(self, remarks: Remarks) -> Iterator[WorkbookRow]:
        """Yield the numbers of each row, by country and year."""
        named = [self.heads.names[code] for code in ("COUNTRY", "ISO") if code in self.heads.names]
        country, filled, nameless = "" if named else self.country, 0, []
        left_out: Counter[str] = Counter()
        first, width = self.heads.row + 1, len(self.grid[self.heads.row])
        texts = {row[column] for column in named for row in self.grid[first:] if column < len(row)}
        rated = find_countries({*texts, country} - {""})
        for number, row in enumerate(self.grid[first:], first + 1):
            where = f"{self.place} row {number}"
            cell = {code: row[at] for code, at in self.heads.names.items() if at < len(row)}
            values = {
                place: row[column]
                for column, place in self.heads.values.items()
                if column < len(row) and row[column].casefold() not in _EMPTY
            }
            name = cell.get("COUNTRY") or cell.get("ISO") or ""
            country = name or country
            if not values:
                continue  # a blank row, a note, or a country above its years
            if named and not name:
                filled += 1
                if not country:
                    nameless.append(number)
                    continue
            if country not in rated:
                left_out[country] += 1
                continue
            if any(row[width:]):
                raise SourceError(
                    f"{where}: {len(row)} cells under {width} heads: commas in numbers need "
                    "another separator or quotes"
                )
            yield from self._by_year(rated[country].name, cell, values, where)
        if nameless:
            rows = ", ".join(map(str, nameless[:10]))
            raise SourceError(
                f"{self.place}: the country is missing in {len(nameless)} rows ({rows}), and none "
                "stands above them"
            )
        if filled:
            says = f"the country stands once above its years: taken from above in {filled} rows"
            remarks.settle("country", says)
        for name, times in left_out.items():
            says = f"{name[:60]!r} is none of the rated countries: {times} rows left out"
            remarks.doubt("table", f"{self.place}: {says}")

    def _by_year(
        self,
        country: str,
        cell: Mapping[str, str],
        values: Mapping[tuple[str, int | None], str],
        where: str,
    ) -> Iterator[WorkbookRow]:
        category = code_of(cell["CATEGORY"]) if "CATEGORY" in cell else self.code
        if "CATEGORY" in cell and category not in (*NUMBERS, "DP"):
            return
        by_year: dict[int, dict[str, str]] = {}
        for (code, year), text in values.items():
            if year is None:
                told = cell.get("EDITION") or cell.get("YEAR") or str(self.year or "")
                year = year_of(told)
                if year is None or not FIRST_REPORT <= year <= LAST_EDITION:
                    raise SourceError(
                        f"{where}: expected a year of {FIRST_EDITION} to {LAST_EDITION}, found "
                        f"{told!r}"
                    )
            by_year.setdefault(year, {})[code or category] = text
        more = {code: cell[code] for code in ("DP", "REGIME") if cell.get(code)}
        for year, printed in by_year.items():
            yield WorkbookRow(where, country, year, _checked(printed | more, where))


def _checked(values: Mapping[str, str], where: str) -> dict[str, str]:
    """Return the printed values that are there, each one checked."""
    printed = {}
    for code, text in values.items():
        if text.casefold() in _EMPTY:
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
    """Return one row a country and year; a table may spread its categories over several."""
    kept: dict[tuple[str, int], WorkbookRow] = {}
    for row in rows:
        first = kept.setdefault((row.country, row.year), row)
        if any(first.printed.get(code, text) != text for code, text in row.printed.items()):
            raise SourceError(
                f"{row.place}: {row.country} {row.year} differs from {first.place}, "
                "expected one row a country and year"
            )
        both = {**first.printed, **row.printed}
        kept[row.country, row.year] = replace(first, printed=both)
    return list(kept.values())


def _reading(
    rows: Sequence[WorkbookRow], layout: str, scale: str, request: Request, remarks: Remarks
) -> Reading:
    years = {row.year for row in rows}
    edition, source = max(years), request.source_id
    cells = [
        PrintedCell(source, row.country, edition, str(row.year), code, row.printed[code], scale)
        for row in rows
        for code in NUMBERS
        if code in row.printed
    ]
    statements = [
        Statement(source, row.country, row.year, name, "", row.printed[name], "")
        for row in rows
        for name in ("DP", "REGIME")
        if name in row.printed
    ]
    countries = tuple(sorted({row.country for row in rows}))
    one = edition if len(years) == 1 else None
    return Reading(layout, source, countries, one, cells, statements, evidence=remarks)
