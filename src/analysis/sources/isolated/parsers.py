"""A program that parses workbooks, HTML and delimited text for `analysis.sources.isolated.child`.

It is started as a file of its own, so that nothing of the project has to be imported, answers one
request after the other, and may be ended by its limits at any time. Only the standard library and
the reader of workbooks are used.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any, BinaryIO, Final
from xml.etree import ElementTree

MEMORY: Final = 700_000_000
"""Bytes of address space; the official workbook needs less than a tenth of it."""
SECONDS: Final = 4
"""Seconds of processor time for one file; usual ones take some hundredths."""
MOST_UNPACKED: Final = 60_000_000
MOST_CELLS: Final = 2_000_000
MOST_COLUMNS: Final = 500
SEPARATORS: Final = ",;\t|"
_BLOCKS: Final = frozenset(
    re.findall(
        r"\w+",
        """address article aside blockquote br center dd div dl dt figcaption figure footer form
        h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section table tbody tfoot thead
        title tr ul""",
    )
)
_HIDDEN: Final = frozenset(["script", "style", "noscript", "template", "svg", "select"])
_CELLS: Final = frozenset(("td", "th"))


class ParsingError(Exception):
    """The reason why a file is not parsed, in one line."""


def workbook_cells(content: bytes) -> dict[str, list[list[str]]]:
    """Return the values of all sheets as text; formulas are refused."""
    import python_calamine  # not needed for text

    _check_archive(content)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = {}
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > MOST_CELLS:
                raise ParsingError(
                    f"sheet {name[:40]!r} spans {sheet.total_height} rows x {sheet.total_width} "
                    "columns, expected a few hundred"
                )
            rows = sheet.to_python(skip_empty_area=False)
            sheets[name] = [[_as_text(value) for value in row] for row in rows]
    except python_calamine.CalamineError as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ParsingError(
            f"a zip archive without a workbook that can be opened ({reason})"
        ) from None
    return sheets


def _as_text(value: object) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return " ".join("".join(c for c in str(value) if c.isprintable() or c.isspace()).split())


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            if unpacked > MOST_UNPACKED:
                raise ParsingError(
                    f"unpacks to {unpacked / 1e6:.0f} MB: a zip bomb, no workbook of ratings"
                )
            for member in archive.infolist():
                with archive.open(member) as part:
                    if cell := _formula(part):
                        raise ParsingError(
                            f"{member.filename} cell {cell} holds a formula, expected plain "
                            "numbers; save the sheet as values"
                        )
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise ParsingError(f"a damaged or protected workbook ({error})") from None


def _formula(part: Any) -> str:
    """Return the first cell of a sheet that holds a formula, or an empty string."""
    cell, is_sheet = "", False
    try:
        for event, element in ElementTree.iterparse(part, ("start", "end")):
            name = element.tag.rpartition("}")[2]
            if not (is_sheet := is_sheet or name == "worksheet"):
                return ""
            if event == "end":
                element.clear()
            elif name == "c":
                cell = element.get("r", "?")
            elif name == "f":
                return cell
    except ElementTree.ParseError:
        pass  # a picture, or a part that the reader of workbooks will refuse
    return ""


def delimited_rows(content: bytes) -> dict[str, list[list[str]]]:
    """Return the rows of delimited text by each separator that parts its lines."""
    text = content.decode("utf-8")
    tables, faults = {}, []
    for separator in filter(text.__contains__, SEPARATORS):
        try:
            tables[separator] = list(_rows(text, separator))
        except ParsingError as fault:  # one that stands inside cells only
            faults.append(fault)
    if faults and not tables:
        raise faults[0]
    return tables


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    try:
        for row in reader:
            if len(row) > MOST_COLUMNS:
                raise ParsingError(
                    f"line {reader.line_num} has {len(row)} columns, expected a table of ratings"
                )
            yield [" ".join(cell.split()) for cell in row]
    except csv.Error as error:
        raise ParsingError(
            f"line {reader.line_num}: no table ({error}): is a quotation mark not closed?"
        ) from None


class _TextOf(HTMLParser):
    """Collects text in one pass; hidden elements are skipped, blocks end a line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self.hidden += 1
        elif tag in _CELLS:
            self.pieces.append(" | ")
        elif tag in _BLOCKS:
            self.pieces.append("\n• " if tag == "li" else "\n")
        elif tag == "sup":
            self.pieces.append(" ")
        elif tag == "img" and (alt := dict(attrs).get("alt")):
            self.pieces.append(f" {alt} ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag in _CELLS:
            self.pieces.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.pieces.append(re.sub(r"\s+", " ", data))


def html_to_text(page: str) -> str:
    """Return the visible text of an HTML document, whole or cut off.

    It has one line a block, ``•`` before list items, ``|`` before table cells, and no empty lines
    but one between blocks.
    """
    parser = _TextOf()
    parser.feed(page)
    parser.close()
    lines = (
        " ".join(line.split()).removeprefix("| ") for line in "".join(parser.pieces).split("\n")
    )
    text = "\n".join(line for line in lines if line not in ("•", "|"))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


PARSERS: Final[dict[str, Callable[[bytes], Any]]] = {
    "workbook": workbook_cells,
    "delimited": delimited_rows,
    "html": lambda content: html_to_text(content.decode("utf-8")),
}


def _answer(kind: str, content: bytes) -> dict[str, Any]:
    try:
        return {"parsed": PARSERS[kind](content)}
    except ParsingError as refusal:
        return {"refused": str(refusal)}
    except MemoryError:
        return {"ended": "memory"}


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests - a line with kind and length, then the content - until there are none."""
    with contextlib.suppress(ValueError, OSError):  # macOS knows no limit of address space
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in iter(requests.readline, b""):
        kind, length = line.split()
        used = resource.getrusage(resource.RUSAGE_SELF)
        until = int(used.ru_utime + used.ru_stime) + 1 + SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
        answer = _answer(kind.decode(), requests.read(int(length)))
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
