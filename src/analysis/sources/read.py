"""The one door to all readers: which layout a file has is decided from its content."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from analysis.facts.countries import find_country
from analysis.facts.errors import SourceError
from analysis.sources.cells import PrintedCell, Statement
from analysis.sources.decoding import LARGEST_TEXT, content_id, decode, read_bytes
from analysis.sources.known import Known, project_known, registered_source
from analysis.sources.own_csv import is_own_csv, read_figures
from analysis.sources.reading import Evidence, Reading
from analysis.sources.report.country_report import read_country_report
from analysis.sources.report.ratings_table import find_tables
from analysis.sources.report.report_text import Overrides, ReportText, address_of, open_report
from analysis.sources.report.score_page import read_score_page, refuse_off_grid
from analysis.sources.workbook.guard import is_zip
from analysis.sources.workbook.read import read_grid_csv, read_grids, read_workbook

_OTHER_REPORT: Final = re.compile(r"Political\s+Rights.{0,4000}Civil\s+Liberties", re.S | re.I)


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
    name = content_id(content)
    if is_zip(content):
        return read_workbook(content, path, name, figures, country, edition, scale)
    text = decode(content, path)
    if is_own_csv(text):
        return _read_own(path, name, country, edition)
    if grids := read_grid_csv(text):
        return read_grids(grids, path, name, figures, country, edition, scale)
    overrides = Overrides(country, edition, scale)
    source_id = registered_source(address_of(text)) or name
    return read_report(open_report(text, str(path), source_id, figures, overrides))


def _read_own(path: Path, name: str, country: str | None, edition: int | None) -> Reading:
    """Return the rows of one of the project's CSV files, of one country or edition if asked."""
    wanted = find_country(country).name if country else None
    cells, statements = read_figures(path)

    def is_wanted(row: PrintedCell | Statement) -> bool:
        return wanted in (None, row.country) and edition in (None, row.report_edition)

    cells, statements = list(filter(is_wanted, cells)), list(filter(is_wanted, statements))
    rows: list[PrintedCell | Statement] = [*cells, *statements]
    if not rows:
        raise SourceError(f"{path}: no row for {country or 'any country'} {edition or ''}".rstrip())
    editions = {row.report_edition for row in rows}
    sources = {row.source_id for row in rows}
    return Reading(
        "project CSV",
        sources.pop() if len(sources) == 1 else name,
        tuple(sorted({row.country for row in rows})),
        editions.pop() if len(editions) == 1 else None,
        cells,
        statements,
        evidence=[Evidence("file", "rows of printed figures, each with its scale")],
    )


def read_report(report: ReportText) -> Reading:
    """Read a report's text as a country report or a score page.

    Raises
    ------
    SourceError
        If it is neither.
    """
    tables = find_tables(report.text)
    if tables:
        refuse_off_grid(report)
        return read_country_report(report, tables)
    if report.headline.statements() or report.changes.changes or report.changes.none_stated:
        return read_score_page(report)
    if _OTHER_REPORT.search(report.text[:200_000]):
        raise SourceError(
            f"{report.place}: a Freedom in the World report (political rights and civil "
            "liberties), expected Nations in Transit"
        )
    raise SourceError(
        f"{report.place}: no ratings table, Democracy Score or score change in its "
        f"{len(report.text)} characters, expected a Nations in Transit report"
    )
