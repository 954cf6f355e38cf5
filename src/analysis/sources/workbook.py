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
from itertools import chain
from pathlib import Path
from string import ascii_lowercase
from typing import Final

from analysis.facts.countries import Country, find_countries, find_country
from analysis.facts.errors import ParameterError, SourceError
from analysis.facts.rating_system import CATEGORIES, FIRST_EDITION, LAST_EDITION, rounded
from analysis.sources.cells import FIRST_REPORT, PERCENTAGE, PrintedCell, Statement, number_of
from analysis.sources.reading import Reading, Remark, Remarks, Request
from analysis.sources.report.labels import is_regime
from analysis.sources.workbook_heads import (
    NUMBERS,
    Grid,
    Heads,
    Place,
    code_of,
    find_heads,
    quoted,
    year_of,
)
from analysis.sources.workbook_proof import (
    WorkbookRow,
    check_numbers,
    place_years,
    prove_workbook_scale,
    refuse_contradictions,
)

WORKBOOK: Final = "official workbook"
TABLE: Final = "table of ratings"
_EMPTY: Final = {
    *("", "-", "--", "–", "—", ".", "..", "...", *(f".{letter}" for letter in ascii_lowercase)),
    *("n/a", "#n/a", "na", "n.a.", "nan", "none", "null"),
}


def read_grids(grids: Mapping[str, Grid], layout: str, request: Request) -> Reading:
    """Return the ratings of sheets that are already rows of values.

    Raises
    ------
    SourceError
        If no sheet is a table of ratings, a value cannot be, or the numbers contradict each other
        or what is known.
    """
    remarks = Remarks()
    rows = _rows_of_sheets(grids, request, remarks)
    if not rows:
        raise request.refusal("its tables hold no rating of a country")
    rows = place_years(_once(rows), request, remarks)
    scale = prove_workbook_scale(rows, request, remarks)
    refuse_contradictions(rows, scale, request)
    chosen = [row for row in rows if request.wants(row.country, row.year)]
    if not chosen:
        asked = f"no row for {request.country or ''} {request.edition or ''}"
        raise request.refusal(asked.rstrip())
    check_numbers(chosen, scale, request, remarks)
    years = {row.year for row in chosen}
    edition, source = max(years), request.source_id
    cells = [
        PrintedCell(source, row.country, edition, str(row.year), code, row.printed[code], scale)
        for row in chosen
        for code in NUMBERS
        if code in row.printed
    ]
    classes = sorted({row.printed["REGIME"] for row in chosen if "REGIME" in row.printed})
    if others := [name for name in classes if not is_regime(name)]:
        says = f"no regime class such as Consolidated Democracy: {quoted(others)}: left out"
        remarks.doubt("table", says)
    statements = [
        Statement(source, row.country, row.year, name, "", row.printed[name], "")
        for row in chosen
        for name in (PERCENTAGE, "REGIME")
        if name in row.printed and (name == PERCENTAGE or is_regime(row.printed[name]))
    ]
    countries = tuple(sorted({row.country for row in chosen}))
    one = edition if len(years) == 1 else None
    return Reading(layout, source, countries, one, cells, statements, evidence=remarks)


def _rows_of_sheets(
    grids: Mapping[str, Grid], request: Request, remarks: Remarks
) -> list[WorkbookRow]:
    """Return the rows of the sheets that are tables of ratings, and tell what each one lacks."""
    rows: list[WorkbookRow] | None = None
    lacking = []
    for name, grid in grids.items():
        said = f"sheet {name[:40]!r}"
        try:
            heads = find_heads(grid)
        except SourceError as error:
            raise request.refusal(f"{said}: {error}") from None
        if heads is None:
            continue
        names = (name, Path(request.name).stem.replace("_", " "))
        above = (text for row in grid[: heads.row] for text in row if 0 < len(text) < 80)
        titles = (*names, *above)
        rated = find_countries(titles)
        sheet = _Sheet(
            f"{request.name}: {said}",
            grid,
            heads,
            next((code for code in map(code_of, titles) if code in NUMBERS), ""),
            request.country or next(filter(rated.get, titles), ""),
            request.edition or next(filter(None, map(year_of, titles)), None),
        )
        lacks = heads.missing(bool(sheet.country), bool(sheet.year))
        if lacks and not (sheet.code and lacks.startswith("no column for Category")):
            lacking.append(f"{name[:40]!r}: {lacks}")
            continue
        remarks.settle("table", f"{said}: {len(heads)} known columns in row {heads.row + 1}")
        codes = {code for code, _ in heads.values.values()} - {""}
        if absent := [CATEGORIES[code] for code in CATEGORIES if codes and code not in codes]:
            # One of the other columns may be it, under a name in another language.
            is_doubtful = bool(heads.unknown) and len(codes) > len(absent)
            says = f"{said}: no column for {', '.join(absent)}; other columns: {heads.others()}"
            remarks.append(Remark("table", says, is_doubtful))
        rows = [*(rows or ()), *sheet.rows(remarks)]
    if rows is None:
        raise request.refusal(
            "no sheet with rows under the columns Country, Year and the categories' names; "
            f"{'; '.join(lacking[:3]) or f'sheets: {quoted(grids)}'}"
        )
    for says in lacking:
        remarks.doubt("table", f"the sheet {says}: not read")
    return rows


@dataclass(frozen=True)
class _Sheet:
    """A table, its place for messages, and the category, country and year of all of it, if any.

    Those are what is told, or what the names of sheet and file or the rows above the heads say.
    """

    place: str
    grid: Grid
    heads: Heads
    code: str
    country: str
    year: int | None

    def rows(self, remarks: Remarks) -> Iterator[WorkbookRow]:
        """Yield the numbers of each row, by country and year."""
        heads, first, width = self.heads, self.heads.row + 1, len(self.grid[self.heads.row])
        named = [heads.names[code] for code in ("COUNTRY", "ISO") if code in heads.names]
        country = "" if named else self.country
        filled, nameless = list[int](), list[int]()
        rated = self._rated(named)
        repeated, left_out, no_category = Counter[str](), Counter[str](), Counter[str]()
        for number, row in enumerate(self.grid[first:], first + 1):
            where = f"{self.place} row {number}"
            cell, values = _under_heads(row, heads)
            name = cell.get("COUNTRY") or cell.get("ISO") or ""
            country = name or country
            if not values:
                continue  # a blank row, a note, or a country above its years
            repeated[name] += 1
            if named and not name:
                (filled if country else nameless).append(number)
            if not country:
                continue
            if country not in rated:
                left_out[country] += 1
            elif any(row[width:]):
                raise SourceError(
                    f"{where}: {len(row)} cells under {width} heads: commas in numbers need "
                    "another separator or quotes"
                )
            elif "CATEGORY" in cell and code_of(cell["CATEGORY"]) not in (*NUMBERS, "DP"):
                no_category[cell["CATEGORY"]] += 1
            else:
                if len(row) < width:
                    says = f"{where}: {len(row)} cells under {width} heads: is the file cut off?"
                    remarks.doubt("table", says)
                yield from self._by_year(rated[country].name, cell, values, where)
        # Where rows repeat their country, one without any does not mean that of the row above.
        is_once = all(times == 1 for name, times in repeated.items() if name)
        if missing := nameless or (filled if not is_once else []):
            why = "none stands above them" if nameless else "other rows repeat theirs"
            rows = f"{len(missing)} rows ({', '.join(map(str, missing[:10]))})"
            raise SourceError(f"{self.place}: the country is missing in {rows}, and {why}")
        if filled:
            says = "the country stands once above its years: taken from above in "
            remarks.settle("country", f"{says}{len(filled)} rows")
        if no_category:
            says = f"no category: {quoted(no_category)}: {no_category.total()} rows left out"
            remarks.doubt("table", f"{self.place}: {says}")
        for name, times in left_out.items():
            says = f"{_why_left_out(name)}: {times} rows left out"
            remarks.doubt("table", f"{self.place}: {says}")

    def _rated(self, named: Sequence[int]) -> dict[str, Country]:
        """Return the countries of the columns that name them, of which no row may name two."""
        first = self.heads.row + 1
        names = [[row[at] for at in named if at < len(row)] for row in self.grid[first:]]
        rated = find_countries({*(chain(*names) if named else [self.country])} - {""})
        for number, texts in enumerate(names, first + 1):
            if len({rated[text].iso3 for text in texts if text in rated}) > 1:
                told = " and ".join(map(repr, texts))
                raise SourceError(f"{self.place} row {number}: {told} are two countries")
        return rated

    def _by_year(
        self, country: str, cell: Mapping[str, str], values: Mapping[Place, str], where: str
    ) -> Iterator[WorkbookRow]:
        category = code_of(cell["CATEGORY"]) if "CATEGORY" in cell else self.code
        by_year: dict[int, dict[str, str]] = {}
        for (code, year), text in values.items():
            if year is None:
                told = cell.get("EDITION") or cell.get("YEAR") or str(self.year or "")
                year = year_of(told)
                if year is None or not FIRST_REPORT <= year <= LAST_EDITION:
                    span = f"{FIRST_EDITION} to {LAST_EDITION}"
                    raise SourceError(f"{where}: expected a year of {span}, found {told!r}")
            by_year.setdefault(year, {})[code or category] = text
        more = {code: cell[code] for code in ("DP", "REGIME") if cell.get(code)}
        for year, printed in by_year.items():
            yield WorkbookRow(where, country, year, _checked(printed | more, where))


def _under_heads(row: Sequence[str], heads: Heads) -> tuple[dict[str, str], dict[Place, str]]:
    """Return what stands under each head that has a meaning, and the numbers that are there."""
    cell = {code: row[at] for code, at in heads.names.items() if at < len(row)}
    numbers = {at: place for at, place in heads.values.items() if at < len(row)}
    return cell, {
        place: row[at] for at, place in numbers.items() if row[at].casefold() not in _EMPTY
    }


def _why_left_out(name: str) -> str:
    """Return why a row rates no country: lists may give its number to different ones."""
    try:
        find_country(name)
    except ParameterError as error:
        if name.isdecimal():
            return str(error)
    return f"{name[:60]!r} is none of the rated countries"


def _checked(values: Mapping[str, str], where: str) -> dict[str, str]:
    """Return the printed values that are there, each one checked."""
    printed = {code: text for code, text in values.items() if text.casefold() not in _EMPTY}
    for code, text in printed.items():
        if code == "REGIME":
            continue
        try:
            if text.endswith((".", ",")):
                raise SourceError(f"expected a number such as 3.25, found {text!r}")
            # The workbook stores scores with all digits and ratings without trailing zeros.
            share = text.removesuffix("%") if code == PERCENTAGE else text
            printed[code] = str(rounded(number_of(share, code)))
        except SourceError as error:
            raise SourceError(f"{where}: {code}: {error}") from None
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
