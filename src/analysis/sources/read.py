"""The one door to all readers: which layout a file has is decided from its content."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from analysis.sources.cells import PrintedCell, Statement
from analysis.sources.decoding import LARGEST_TEXT, content_id, decode, read_bytes, without_markdown
from analysis.sources.isolated import parsed
from analysis.sources.known import Known, project_known, registered_source
from analysis.sources.own_csv import is_own_csv, read_figures
from analysis.sources.reading import Reading, Remark, Request
from analysis.sources.report.headline import ReportText
from analysis.sources.report.languages import in_english
from analysis.sources.report.read import read_report
from analysis.sources.workbook import TABLE, WORKBOOK, read_grids
from analysis.sources.workbook_heads import Grid, find_heads, names_columns

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
    content = read_bytes(path, LARGEST_TEXT)
    figures = project_known() if known is None else known
    request = Request(str(path), content_id(content), figures, country, edition, scale)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):  # a zip archive, as .xlsx files are
        return read_grids(parsed("workbook", content, str(path)), WORKBOOK, request)
    is_table = path.suffix.lower() in (".csv", ".tsv", ".tab")
    # Of a table only numbers and English names are read, which are the same in all code pages.
    text = decode(content, path, "cp1252" if is_table else "")
    if source_id := registered_source(address_of(text)):
        request = replace(request, source_id=source_id)
    if is_own_csv(text):
        return _read_own(path, request)
    if is_table or names_columns(text.splitlines()):
        return read_grids({"CSV": _delimited(text, request)}, TABLE, request)
    english, unread = in_english(without_markdown(text.replace("\t", " ")))
    report = ReportText(english, request)
    for sentence in unread:
        report.remarks.doubt("changes", f"a change is not understood: {sentence}")
    return read_report(report)


def address_of(text: str) -> str:
    """Return the address that stands alone in the first line, or an empty string."""
    match = _ADDRESS_LINE.match(text)
    return match["u"] if match else ""


def _delimited(text: str, request: Request) -> Grid:
    """Return the rows of delimited text, parted where its heads are columns of ratings."""
    tables: dict[str, Grid] = parsed("delimited", text.encode(), request.name)
    heads = {separator: find_heads(rows) for separator, rows in tables.items()}
    counts = {s: len(found.names) + len(found.values) for s, found in heads.items() if found}
    if not counts:
        first = next((line for line in text.splitlines() if line.strip()), "")
        raise request.refusal(
            "no row names columns such as Country, Year and the categories; "
            f"the first one is {first[:80]!r}"
        )
    return tables[max(counts, key=lambda separator: counts[separator])]


def _read_own(path: Path, request: Request) -> Reading:
    """Return the rows of one of the project's CSV files, of one country or edition if asked."""
    cells, statements = (
        [row for row in rows if request.wants(row.country, row.report_edition)]
        for rows in read_figures(path)
    )
    rows = [*cells, *statements]
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
        [row for row in cells if isinstance(row, PrintedCell)],
        [row for row in statements if isinstance(row, Statement)],
        evidence=[Remark("file", "rows of printed figures, each with its scale")],
    )
