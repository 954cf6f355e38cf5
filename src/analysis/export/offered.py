"""What a brief offers beside its text: each picture and table under a name of its own.

Everything later - files in assets/, links on the page, sheets of a workbook - is made from the one
list that `offered` returns, so that what is linked is what there is. A text that a spreadsheet
would take for a formula is kept from being one: by a leading apostrophe in CSV (OWASP, *CSV
Injection*), by its type in a workbook.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from analysis import DATE, RATINGS_CITATION, project_citation
from analysis.briefs.blocks import Content
from analysis.briefs.wording import MISSING

CARD: Final = "card.png"
"""Name of the picture of a whole brief; no picture in it has a name with a full stop."""

Value = str | int | float | None


@dataclass(frozen=True)
class Sheet:
    """The values of a table or behind a picture."""

    columns: Sequence[str]  # heads, full names rather than abbreviations
    rows: Sequence[Sequence[Value]]  # None is what is not known
    digits: Sequence[int]  # decimals with which each column's numbers are shown


@dataclass(frozen=True)
class Offer:
    """A picture or table of a brief."""

    name: str  # letters, digits and _; no two of a brief are the same, whatever the case
    content: Content
    sheet: Sheet | None  # None for a picture that carries no values


_NAME: Final = re.compile(r"[A-Za-z0-9_]{1,40}\Z")
_DIGITS: Final = r"[+\-\u2212]?\d+(?:\.\d+)?"
_NUMBER: Final = re.compile(rf"{_DIGITS}\Z")
_PARTS: Final = {
    re.compile(rf"({_DIGITS})(?: to |\u2013)({_DIGITS})\Z"): (", from", ", to"),
    re.compile(rf"({_DIGITS}) \(({_DIGITS}) to ({_DIGITS})\)\Z"): ("", ", from", ", to"),
    re.compile(r"(\d+) of (\d+)\Z"): ("", ", of"),
}
"""Cells that hold several numbers, an interval or a share of so many, and what each is called."""
_PERCENT: Final = re.compile(rf"{_DIGITS}\s?%\Z")
_FORMULA_SIGNS: Final = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_LONGEST_NAME, _LONGEST_TEXT, _WIDEST = 31, 32_767, 60


def offered(contents: Sequence[Content]) -> list[Offer]:
    """Return the pictures and tables of a brief; one without a fit name is called by its kind."""
    offers: list[Offer] = []
    taken: Counter[str] = Counter()
    for content in contents:
        if content["kind"] in ("figure", "table"):
            name = content["name"] if _NAME.match(content["name"]) else content["kind"]
            taken[name.lower()] += 1
            if taken[name.lower()] > 1:
                name = f"{name}-{taken[name.lower()]}"
            sheet = None
            if content["kind"] == "table":
                sheet = _of_table(content)
            elif data := content["data"]:
                by_column = zip(*data["rows"], strict=False)
                places = [max(_digits(str(value)) for value in values) for values in by_column]
                sheet = Sheet(data["columns"], data["rows"], places)
            offers.append(Offer(name, content, sheet))
    return offers


def _of_table(content: Content) -> Sheet:
    """Return a table's cells, one typed value a cell: an interval as its two ends, a share by %.

    What italics say on the page - derived rather than printed - is said by a column of its own, and
    so is what stands in a column of numbers and is none, such as a rating that is open.
    """
    columns, remarks = {}, [""] * len(content["rows"])
    heads = [column["name"] or column["head"] for column in content["columns"]]
    for at, head in enumerate(heads):
        texts = [row[at]["text"] for row in content["rows"]]
        for name, values in _typed(head, ["" if text == MISSING else text for text in texts]):
            columns[name if name not in columns else f"{name}, {at + 1}"] = values
            odd = [place for place, value in enumerate(values) if not _NUMBER.match(value)]
            for place in odd if len(odd) < len(values) else ():
                told = f"{name}: {values[place]}" if values[place] else ""
                remarks[place] = "; ".join(filter(None, (remarks[place], told)))
                values[place] = ""
    derived = [
        ", ".join(head for head, cell in zip(heads, row, strict=True) if cell["derived"])
        for row in content["rows"]
    ]
    columns |= {n: v for n, v in (("Derived", derived), ("Remarks", remarks)) if any(v)}
    rows = [[_value(text) for text in row] for row in zip(*columns.values(), strict=True)]
    places = [max(map(_digits, values), default=0) for values in columns.values()]
    return Sheet(list(columns), rows, places)


def _typed(head: str, texts: list[str]) -> list[tuple[str, list[str]]]:
    """Return a column, or one for each number of its cells, or its percentages without the sign."""
    shown = [text for text in texts if text]
    for pattern, words in _PARTS.items() if shown else ():
        if all(map(pattern.match, shown)):
            found = [pattern.match(text) for text in texts]
            return [
                (f"{head}{word}", [cell[part] if cell else "" for cell in found])
                for part, word in enumerate(words, 1)
            ]
    if shown and all(map(_PERCENT.match, shown)):
        return [(f"{head}, %", [text.removesuffix("%").rstrip() for text in texts])]
    return [(head, texts)]


def _value(text: str) -> Value:
    if not _NUMBER.match(text):
        return text or None
    plain = text.replace("\u2212", "-").removeprefix("+")
    return float(plain) if "." in plain else int(plain)


def _digits(text: str) -> int:
    return len(text.partition(".")[2]) if _NUMBER.match(text) else 0


def csv_text(sheet: Sheet) -> str:
    """Return a sheet as comma separated values with a head and Unix line ends."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for row in (sheet.columns, *sheet.rows):
        # Spaces before the sign do not stop a spreadsheet.
        risky = (isinstance(v, str) and v.lstrip(" ").startswith(_FORMULA_SIGNS) for v in row)
        writer.writerow(f"'{v}" if odd else v for v, odd in zip(row, risky, strict=True))
    return buffer.getvalue()


def workbook(head: Content, offers: Sequence[Offer]) -> bytes:
    """Return all sheets as one workbook (XLSX), the first of which says what the others hold.

    `head` is the brief's title block; a picture without values has no sheet.
    """
    buffer = io.BytesIO()
    named = list(zip(sheet_names(offers), offers, strict=True))
    sheets = [(name, offer.content, offer.sheet) for name, offer in named if offer.sheet]
    lines = [head["title"], head["subtitle"], RATINGS_CITATION, project_citation(), ""]
    for name, content, _ in sheets:
        parts = filter(None, map(content.get, ("title", "subtitle", "caption")))
        lines.append(f"{name}: {' | '.join(parts)}")
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        # The day of the release instead of the clock's: the same bytes each time.
        book.set_properties({"title": head["title"][:255], "created": datetime.fromisoformat(DATE)})
        strong = book.add_format({"bold": True})
        about = book.add_worksheet("About")
        for at, text in enumerate(lines):
            about.write_string(at, 0, text[:_LONGEST_TEXT], strong if at == 0 else None)
        about.set_column(0, 0, 100)
        shown = [book.add_format({"num_format": f"{0:.{digits}f}"}) for digits in range(9)]
        for name, _, sheet in sheets:
            _fill(book.add_worksheet(name), sheet, strong, shown)
    return buffer.getvalue()


def sheet_names(offers: Sequence[Offer]) -> list[str]:
    """Return a name for each sheet: that of the offer, as short as a workbook wants it."""
    names: list[str] = []
    for place, offer in enumerate(offers):
        name = offer.name[:_LONGEST_NAME]
        if name.lower() in {"about", "history", *(other.lower() for other in names)}:
            name = f"{name[: _LONGEST_NAME - 4]}-{place}"
        names.append(name)
    return names


def _fill(page: Worksheet, sheet: Sheet, strong: Format, formats: Sequence[Format]) -> None:
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
