"""Tables as CSV and as one workbook, safe to open in a spreadsheet.

A text that a spreadsheet would take for a formula is kept from being one: by a leading apostrophe
in CSV (OWASP, *CSV Injection*), by its type in a workbook.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from analysis import DATE, RATINGS_CITATION, project_citation
from analysis.briefs.blocks import Content
from analysis.export.offered import Offer, Sheet, Value

_FORMULA_SIGNS: Final = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)
_LONGEST_NAME, _LONGEST_TEXT, _WIDEST = 31, 32_767, 60


def csv_text(sheet: Sheet) -> str:
    """Return a sheet as comma separated values with a head and Unix line ends."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(map(_harmless, sheet.columns))
    writer.writerows(map(_harmless, row) for row in sheet.rows)
    return buffer.getvalue()


def _harmless(value: Value) -> Value:
    # Spaces before the sign do not stop a spreadsheet.
    risky = isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_SIGNS)
    return f"'{value}" if risky else value


def workbook(head: Content, offers: Sequence[Offer]) -> bytes:
    """Return all sheets as one workbook (XLSX), the first of which says what the others hold.

    Parameters
    ----------
    head
        The brief's title block.
    offers
        What `analysis.export.offered.offered` returns; a picture without values has no sheet.
    """
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        # The day of the release instead of the clock's: the same bytes each time.
        book.set_properties({"title": head["title"][:255], "created": datetime.fromisoformat(DATE)})
        strong = book.add_format({"bold": True})
        about = book.add_worksheet("About")
        for line, text in enumerate(_about(head, offers)):
            about.write_string(line, 0, text[:_LONGEST_TEXT], strong if line == 0 else None)
        about.set_column(0, 0, 100)
        formats = {
            n: book.add_format({"num_format": f"0.{'0' * n}" if n else "0"}) for n in range(9)
        }
        for offer, name in zip(offers, sheet_names(offers), strict=True):
            if offer.sheet:
                _fill(book.add_worksheet(name), offer.sheet, strong, formats)
    return buffer.getvalue()


def _about(head: Content, offers: Sequence[Offer]) -> list[str]:
    texts = [head["title"], head["subtitle"], RATINGS_CITATION, project_citation(), ""]
    for offer, name in zip(offers, sheet_names(offers), strict=True):
        if offer.sheet:
            parts = (offer.content.get(key) for key in ("title", "subtitle", "caption"))
            texts.append(f"{name}: {' | '.join(part for part in parts if part)}")
    return texts


def sheet_names(offers: Sequence[Offer]) -> list[str]:
    """Return a name for each sheet: that of the offer, as short as a workbook wants it."""
    names: list[str] = []
    for place, offer in enumerate(offers):
        name = offer.name[:_LONGEST_NAME]
        if name.lower() in {"about", "history", *(other.lower() for other in names)}:
            name = f"{name[: _LONGEST_NAME - 4]}-{place}"
        names.append(name)
    return names


def _fill(page: Worksheet, sheet: Sheet, strong: Format, formats: dict[int, Format]) -> None:
    for at, head in enumerate(sheet.columns):
        page.write_string(0, at, head[:_LONGEST_TEXT], strong)
        texts = [head, *(str(row[at]) for row in sheet.rows if row[at] is not None)]
        page.set_column(at, at, min(max(map(len, texts)) + 2, _WIDEST))
    for line, row in enumerate(sheet.rows, start=1):
        for at, value in enumerate(row):
            if isinstance(value, str):
                page.write_string(line, at, value[:_LONGEST_TEXT])
            elif value is not None:
                page.write_number(line, at, value, formats[min(sheet.digits[at], 8)])
    page.freeze_panes(1, 0)
