"""Country reports in the old layout: tables of ratings of several editions, or one edition's list.

Read as text, as HTML turned into text, or as text extracted from PDF, on one line or on many.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from analysis.facts.errors import SourceError
from analysis.facts.rating_system import FIRST_EDITION
from analysis.sources.cells import PrintedCell
from analysis.sources.reading import Evidence, Reading
from analysis.sources.report.identity import decide_country, decide_edition, edition_signs
from analysis.sources.report.ratings_table import RawTable, read_table
from analysis.sources.report.report_text import ReportText, finish, settle_scale
from analysis.sources.report.table_checks import (
    MISSING,
    Table,
    checked_columns,
    faulty_columns,
    value_of,
)
from analysis.sources.report.year_order import settle_year_order

LAYOUT: Final = "country report"
_RATED_WITH_YUGOSLAVIA: Final = "Kosovo"


def read_country_report(report: ReportText, raw_tables: Sequence[RawTable]) -> Reading:
    """Return what a report with ratings tables states.

    Parameters
    ----------
    report
        The report's text.
    raw_tables
        Its tables, at least one.

    Raises
    ------
    SourceError
        If country, edition or scale cannot be decided, or the tables contradict themselves.
    """
    report.country = decide_country(
        report.text, report.overrides.country, report.place, report.evidence
    )
    years = [year for raw in raw_tables if len(raw.header) > 1 for year in raw.header]
    report.edition = decide_edition(
        report.text, report.overrides.edition, years, report.place, report.evidence
    )
    tables = _read_tables(report, raw_tables)
    sections = [table for table in tables if table.is_section]
    mains = [table for table in tables if not table.is_section]
    for table in tables:
        others = [section for section in sections if section is not table]
        settle_year_order(table, others, report.country, report.known)
        _refuse_contradiction(table, report.place)
        _drop_earlier_state(table, report.country)
    for table in tables:
        report.evidence += table.evidence
    mains.sort(key=lambda table: -len(table.years))  # a score card may be out of date
    placed = _placed([*mains, *sections], report)
    _check_last_column(placed, report)
    numbers = [(year, code, value_of(value)) for (year, code), value in placed.items()]
    settle_scale(report, numbers)
    cells = [
        PrintedCell(
            report.source_id, report.country, report.edition, year, code, value, report.scale
        )
        for (year, code), value in placed.items()
    ]
    return finish(report, LAYOUT, cells)


def _read_tables(report: ReportText, raw_tables: Sequence[RawTable]) -> list[Table]:
    tables = []
    for raw in raw_tables:
        table = read_table(raw, report.edition, report.place)
        if table is not None and table.values:
            tables.append(table)
    if not tables:
        raise SourceError(f"{report.place}: no row of its ratings tables can be read")
    return tables


def _refuse_contradiction(table: Table, place: str) -> None:
    checked = list(checked_columns(table))
    faults = faulty_columns(table.years, table.values)
    if len(checked) >= 3 and 2 * len(faults) > len(checked):
        raise SourceError(
            f"{place}: in {len(faults)} of {len(checked)} columns the printed Democracy Score is "
            "not the mean of the printed ratings, on either scale"
        )


def _drop_earlier_state(table: Table, country: str) -> None:
    """Leave out columns of Yugoslavia: the text does not show where they end."""
    if not table.earlier_state or country != _RATED_WITH_YUGOSLAVIA:
        return
    kept = [c for c, year in enumerate(table.years) if int(year[:4]) >= FIRST_EDITION]
    table.settle("years", f"the columns before {FIRST_EDITION} stand under Yugoslavia: left out")
    table.years = tuple(table.years[c] for c in kept)
    table.values = {code: tuple(row[c] for c in kept) for code, row in table.values.items()}


def _placed(tables: Sequence[Table], report: ReportText) -> dict[tuple[str, str], str]:
    """Return the printed value of each rated edition and category; a repeated one is compared."""
    placed: dict[tuple[str, str], str] = {}
    total = 0
    for table in tables:
        for code, row in table.values.items():
            for year, value in zip(table.years, row, strict=True):
                if value in (MISSING, ""):
                    continue
                first = placed.setdefault((year, code), value)
                total += 1
                if value_of(first) != value_of(value):
                    says = f"{code} {year} is printed as {first} and, in a second table, as {value}"
                    report.evidence.append(Evidence("number", says, uncertain=True))
    if repeated := total - len(placed):
        says = f"{repeated} values are printed in a second table too"
        report.evidence.append(Evidence("table", says))
    return placed


def _check_last_column(placed: dict[tuple[str, str], str], report: ReportText) -> None:
    last = max((int(year[-4:]) for year, _ in placed), default=report.edition)
    if last != report.edition and not any(
        year == last for year, _ in edition_signs(report.text, ())
    ):
        says = f"the last column of its tables is {last}, the edition {report.edition}"
        report.evidence.append(Evidence("edition", says, uncertain=True))
