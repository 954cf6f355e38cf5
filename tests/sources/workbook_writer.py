"""Writes .xlsx files with the standard library, in the layout of the official workbook."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

from analysis.facts.countries import COUNTRIES
from analysis.facts.rating_system import (
    CATEGORIES,
    democracy_percentage,
    democracy_score,
    regime_class,
    rounded,
)

COLUMNS = (
    "Region",
    "Country",
    "Year",
    *CATEGORIES.values(),
    "Democracy Score",
    "Democracy Percentage",
    "Democracy Percentage (rounded)",
    "Regime Classification",
)
Sheet = Sequence[Sequence[object]]


def random_ratings(rng: Random, years: Sequence[int]) -> dict[tuple[str, int], list[Fraction]]:
    """Return seven ratings, 7=best, for each of the 29 countries and years."""
    return {
        (country.name, year): [Fraction(rng.randint(4, 28), 4) for _ in CATEGORIES]
        for country in COUNTRIES
        for year in years
    }


def data_rows(ratings: Mapping[tuple[str, int], Sequence[Fraction]]) -> list[list[object]]:
    """Return the header and the rows of the data sheet."""
    regions = {country.name: country.region for country in COUNTRIES}
    rows: list[list[object]] = [list(COLUMNS)]
    for (country, year), values in ratings.items():
        score = democracy_score(values)
        percentage = democracy_percentage(score)
        rows.append(
            [regions[country], country, year]
            + [float(value) for value in values]
            + [float(score), float(percentage), int(rounded(percentage, 0))]
            + [regime_class(score).name]
        )
    return rows


def write_workbook(path: Path, sheets: Mapping[str, Sheet]) -> None:
    """Write `sheets`; a value that begins with ``=`` becomes a formula."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _content_types(len(sheets)))
        archive.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        names = "".join(
            f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
            for n, name in enumerate(sheets, start=1)
        )
        archive.writestr(
            "xl/workbook.xml",
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
            f"<sheets>{names}</sheets></workbook>",
        )
        parts = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
        archive.writestr("xl/_rels/workbook.xml.rels", _relations(parts))
        for n, rows in enumerate(sheets.values(), start=1):
            archive.writestr(f"xl/worksheets/sheet{n}.xml", _sheet(rows))


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _content_types(count: int) -> str:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_SHEETS}.worksheet+xml"/>'
        for n in range(1, count + 1)
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEETS}.sheet.main+xml"/>'
        f"{sheets}</Types>"
    )


def _relations(parts: Sequence[tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(parts, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _sheet(rows: Sheet) -> str:
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(
            _cell(f"{_letters(column)}{number}", value)
            for column, value in enumerate(row)
            if value is not None
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    return f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def _letters(column: int) -> str:
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _cell(place: str, value: object) -> str:
    if isinstance(value, str) and value.startswith("="):
        return f'<c r="{place}"><f>{escape(value[1:])}</f><v>1</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'
