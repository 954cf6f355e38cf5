"""The one door to all readers: bytes become text, and its content decides who reads it.

Size is checked before anything is read. Text must be UTF-8; an HTML page may declare another
encoding, and a table any. What the text says is left to the layouts' readers.
"""

from __future__ import annotations

import codecs
import hashlib
import html
import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from analysis.facts.errors import SourceError
from analysis.sources.cells import PrintedCell, Statement
from analysis.sources.isolated import parsed
from analysis.sources.known import Known, project_known, registered_source
from analysis.sources.own_csv import read_figures
from analysis.sources.reading import Reading, Remark, Request
from analysis.sources.report.headline import ReportText
from analysis.sources.report.labels import in_english
from analysis.sources.report.read import read_report
from analysis.sources.workbook import TABLE, WORKBOOK, read_grids
from analysis.sources.workbook_heads import Grid, find_heads, names_columns

LARGEST_TEXT: Final = 10_000_000
"""Bytes; a report has about 100 000, so that more is some other file."""

_BINARY_STARTS: Final = {
    (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE): "UTF-16 text; save it as UTF-8",
    (b"%PDF",): "a PDF; extract its text first (for example with pdftotext)",
    (b"\x89PNG", b"\xff\xd8\xff", b"GIF8"): "a picture",
    (b"\x1f\x8b",): "a gzip archive",
    (b"\xd0\xcf\x11\xe0",): "an old Office file; save it as .xlsx or as text",
    (b"\x7fELF",): "a program",
    (b"{\\rtf",): "rich text; save it as plain text",
    (b"PAR1", b"ARROW1", b"$FL", b"<stata_dta>"): "a data file; save it as .csv or .xlsx",
}
_DECLARED: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", re.I)
_HTML_START: Final = re.compile(r"\s*(?:<!doctype\s+html|<html\b|<head\b|<body\b|<\?xml)", re.I)
_TAG: Final = re.compile(r"</?(?:div|p|span|table|tr|td|li|ul|h[1-6]|body|html)\b[^<>]*>", re.I)
_ODD_SPACE: Final = re.compile("[\v\u00a0\u1680\u2007\u2009\u200a\u202f\u3000]")
_ODD_LINE_END: Final = re.compile("\r\n|[\r\f\u0085\u2028\u2029]")
_WITHOUT_WIDTH: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_ERROR_TITLE: Final = re.compile(
    r"^\W*(?:(?:error\s+)?[45]\d\d\b|page not found|not found|access denied|forbidden|just a moment"
    r"|service unavailable|bad gateway|gateway time|attention required|too many requests"
    r"|internal server error|request blocked|an error occurred)",
    re.IGNORECASE | re.MULTILINE,
)
_MARKS: Final = (
    ("](", r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,500}(?:\s+\"[^\"\n]{0,200}\")?\)", r"\1"),
    ("\\", r"\\([*_#\[\]()!.|~+-])", r"\1"),
    ("**", r"\*\*(?=\S)([^\n]{1,400}?)(?<=\S)\*\*", r"\1"),
    ("__", r"(?<!\w)__(?=\S)([^\n]{1,400}?)(?<=\S)__(?!\w)", r"\1"),
    ("*", r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,400}?)(?<=[^\s*])\*(?![\w*])", r"\1"),
    ("_", r"(?<!\w)_(?=[^\s_])([^_\n]{1,400}?)(?<=[^\s_])_(?!\w)", r"\1"),
    ("---", r"(?m)^[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|?)+[ \t]*$", ""),
)
"""A mark of Markdown, what it is part of, and what stays of that."""
_ADDRESS_LINE: Final = re.compile(r"\A\s*(?P<u>https?://\S+)[ ]*$", re.MULTILINE)


def read_source(
    path: str | Path,
    *,
    country: str | None = None,
    edition: int | None = None,
    scale: str | None = None,
    known: Known | None = None,
) -> Reading:
    """Read any *Nations in Transit* source.

    Parameters
    ----------
    path
        A country report or score page as UTF-8 text or HTML, the official workbook, or a CSV file
        of the project.
    country, edition, scale
        What the user knows of the source; they replace what the text says.
    known
        Figures to compare with; by default those in the project's data/raw.

    Returns
    -------
    Reading
        Printed cells, statements, facts and the evidence for every decision.

    Raises
    ------
    SourceError
        If the file cannot be read with certainty; one line with file, place and reason.
    """
    path = Path(path)
    content = _content(path)
    source_id = f"file-{hashlib.sha256(content).hexdigest()[:12]}"
    request = Request(str(path), source_id, known or project_known(), country, edition, scale)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):  # a zip archive, as .xlsx files are
        return read_grids(parsed("workbook", content, str(path)), WORKBOOK, request)
    is_table = path.suffix.lower() in (".csv", ".tsv", ".tab")
    # Of a table only numbers and English names are read, which are the same in all code pages.
    text = _decode(content, path, "cp1252" if is_table else "")
    if (address := _ADDRESS_LINE.match(text)) and (named := registered_source(address["u"])):
        request = replace(request, source_id=named)
    if figures := read_figures(path, text):
        return _own(*figures, request)
    if is_table or names_columns(text.splitlines()):
        return read_grids({"CSV": _delimited(text, request)}, TABLE, request)
    english, unread = in_english(without_markdown(text.replace("\t", " ")))
    report = ReportText(english, request)
    for sentence in unread:
        report.remarks.doubt("changes", f"a change is not understood: {sentence}")
    return read_report(report)


def _delimited(text: str, request: Request) -> Grid:
    """Return the rows of delimited text, parted where its heads are columns of ratings."""
    tables: dict[str, Grid] = parsed("delimited", text.encode(), request.name)
    try:
        counts = {separator: len(find_heads(rows) or ()) for separator, rows in tables.items()}
    except SourceError as error:
        raise request.refusal(str(error)) from None
    if not any(counts.values()):
        first = next(filter(str.strip, text.splitlines()), "")
        raise request.refusal(
            "no row names columns such as Country, Year and the categories; "
            f"the first one is {first[:80]!r}"
        )
    return tables[max(counts, key=lambda separator: counts[separator])]


def _own(cells: list[PrintedCell], statements: list[Statement], request: Request) -> Reading:
    """Return the rows of one of the project's CSV files, of one country or edition if asked."""
    cells = [row for row in cells if request.wants(row.country, row.report_edition)]
    statements = [row for row in statements if request.wants(row.country, row.report_edition)]
    rows: list[PrintedCell | Statement] = [*cells, *statements]
    if not rows:
        asked = f"no row for {request.country or 'any country'} {request.edition or ''}"
        raise request.refusal(asked.rstrip())
    editions = {row.report_edition for row in rows}
    sources = {row.source_id for row in rows}
    return Reading(
        "project CSV",
        sources.pop() if len(sources) == 1 else request.source_id,
        tuple(sorted({row.country for row in rows})),
        editions.pop() if len(editions) == 1 else None,
        cells,
        statements,
        evidence=[Remark("file", "rows of printed figures, each with its scale")],
    )


def _content(path: Path) -> bytes:
    """Return what a file holds, if that is not too much or nothing."""
    most = f"{LARGEST_TEXT / 1e6:.0f} MB"
    try:
        size = path.stat().st_size
        if not path.is_file():
            kind = "a folder" if path.is_dir() else "a pipe or a device"
            raise SourceError(f"{path}: {kind}, expected a file")
        if size > LARGEST_TEXT:
            raise SourceError(f"{path}: {size / 1e6:.0f} MB, expected a report of at most {most}")
        with path.open("rb") as file:  # a growing file may give more than its size
            content = file.read(LARGEST_TEXT + 1)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror or error})") from None
    if len(content) > LARGEST_TEXT:
        raise SourceError(f"{path}: more than {most}, expected a report")
    if not content.strip():
        raise SourceError(f"{path}: empty, expected a report, a score page or a workbook")
    return content


def _decode(content: bytes, path: Path, otherwise: str) -> str:
    """Return the text, HTML turned into lines, Unix line ends; what is none is refused.

    `otherwise` is the encoding of what is no UTF-8; without it that is refused too.
    """
    for starts, kind in _BINARY_STARTS.items():
        if content.startswith(starts):
            raise SourceError(f"{path}: {kind}, expected the text of a report")
    text = _as_text(content, path, otherwise)
    # Copies insert spaces and line ends of all kinds, and set points in the middle of the line.
    for odd, plain in ((_ODD_LINE_END, "\n"), (_ODD_SPACE, " "), (_WITHOUT_WIDTH, "")):
        text = odd.sub(plain, text)
    text = re.sub(r"(?<=\d)·(?=\d)|(?<=\b[1-7])\s\.(?=\d\d\b)", ".", text)
    if match := _CONTROL.search(text):
        line = text.count("\n", 0, match.start()) + 1
        raise SourceError(
            f"{path}: line {line}: binary data (byte {ord(match.group()):#04x}), expected text"
        )
    if not looks_like_html(text):
        return text
    page: str = parsed("html", text.encode(), str(path))
    if len(page) < 3000 and (match := _ERROR_TITLE.search(page)):
        title = " ".join(match.group(0).split())
        raise SourceError(f"{path}: an error page ({title!r}), expected a report")
    return page


def _as_text(content: bytes, path: Path, otherwise: str) -> str:
    declared = _DECLARED.search(content[:4000])
    encoding = declared.group(1).decode("ascii") if declared else "utf-8"
    try:
        "".encode(encoding)
    except (LookupError, ValueError):
        encoding = "utf-8"
    if content.startswith(codecs.BOM_UTF8) or encoding.lower() in ("utf-8", "utf8"):
        encoding = "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        if otherwise and b"\x00" not in content:
            return content.decode(otherwise, errors="replace")
        line = content.count(b"\n", 0, error.start) + 1
        kind = "binary data" if b"\x00" in content[:4000] else "not UTF-8 text"
        raise SourceError(
            f"{path}: line {line}: {kind} (byte {content[error.start]:#04x}); "
            "expected a report saved as UTF-8"
        ) from None
    except (ValueError, LookupError):
        raise SourceError(f"{path}: cannot be decoded as {encoding}; expected UTF-8") from None


def looks_like_html(text: str) -> bool:
    """Tell whether `text` is HTML: by its start, or by many tags near the start."""
    return bool(_HTML_START.match(text)) or len(_TAG.findall(text[:20_000])) >= 5


def without_markdown(text: str) -> str:
    """Return `text` without the marks of Markdown inside its lines and the rules of its tables."""
    text = html.unescape(text) if ";" in text else text
    for mark, pattern, plain in _MARKS:
        if mark in text:
            text = re.sub(pattern, plain, text)
    return text
