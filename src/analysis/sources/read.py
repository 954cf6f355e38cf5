"""The one door to all readers: which layout a file has is decided from its content."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from analysis.errors import SourceError
from analysis.sources.country_report import read_country_report
from analysis.sources.decoding import LARGEST_TEXT, content_id, decode, read_bytes
from analysis.sources.known import Known, project_known, registered_source
from analysis.sources.ratings_table import find_tables
from analysis.sources.reading import Reading
from analysis.sources.report_text import Overrides, ReportText, address_of, open_report
from analysis.sources.score_page import read_score_page, refuse_off_grid

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
    text = decode(content, path)
    source_id = registered_source(address_of(text)) or content_id(content)
    overrides = Overrides(country, edition, scale)
    figures = project_known() if known is None else known
    return read_report(open_report(text, str(path), source_id, figures, overrides))


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
