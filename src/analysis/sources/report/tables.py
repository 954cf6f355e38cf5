"""All tables of one report together: read, put in order, compared with each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from analysis.facts.rating_system import FIRST_EDITION
from analysis.sources.report.ratings_table import RowGroup, read_table
from analysis.sources.report.report_text import ReportText
from analysis.sources.report.table_checks import (
    RatingsTable,
    checked_means,
    faulty_columns,
    value_of,
)
from analysis.sources.report.year_order import settle_year_order

_RATED_WITH_YUGOSLAVIA: Final = "Kosovo"


def read_tables(report: ReportText, groups: Sequence[RowGroup]) -> dict[tuple[str, str], str]:
    """Return the printed value of each rated edition and category in the tables of a report.

    Raises
    ------
    SourceError
        If no table can be read, or one contradicts itself.
    """
    tables = [table for group in groups if (table := read_table(group, report)) and table.values]
    if not tables:
        why = "; ".join(dict.fromkeys(doubt.says for doubt in report.remarks if doubt.uncertain))
        raise report.request.refusal(f"no row of its ratings tables can be read: {why}")
    for table in tables:
        sections = [other for other in tables if other.is_section and other is not table]
        settle_year_order(table, sections, report)
        _refuse_contradiction(table, report)
        if table.earlier_state and report.country == _RATED_WITH_YUGOSLAVIA:
            _drop_earlier_state(table)
        report.remarks += table.remarks
    # A list of scores may be out of date, so the longest table comes first.
    tables.sort(key=lambda table: (table.is_section, -len(table.years) * (not table.is_section)))
    return _placed(tables, report)


def _refuse_contradiction(table: RatingsTable, report: ReportText) -> None:
    checked = checked_means(table.years, table.values)
    faults = faulty_columns(table.years, table.values)
    if len(checked) >= 3 and 2 * len(faults) > len(checked):
        raise report.request.refusal(
            f"in {len(faults)} of {len(checked)} columns the printed Democracy Score is not the "
            "mean of the printed ratings, on either scale"
        )


def _drop_earlier_state(table: RatingsTable) -> None:
    """Leave out columns of Yugoslavia: the text does not show where they end."""
    kept = [c for c, year in enumerate(table.years) if int(year[:4]) >= FIRST_EDITION]
    says = f"the columns before {FIRST_EDITION} stand under Yugoslavia: left out"
    table.remarks.settle("years", says)
    table.years = tuple(table.years[c] for c in kept)
    table.values = {code: tuple(row[c] for c in kept) for code, row in table.values.items()}


def _placed(tables: Sequence[RatingsTable], report: ReportText) -> dict[tuple[str, str], str]:
    """Return the printed values; one that a second table repeats is compared."""
    placed: dict[tuple[str, str], str] = {}
    repeated = 0
    for table in tables:
        for year, code, value in table.printed():
            repeated += (year, code) in placed
            first = placed.setdefault((year, code), value)
            if value_of(first) != value_of(value):
                says = f"{code} {year} is printed as {first} and, in a second table, as {value}"
                report.remarks.doubt("number", says)
    if repeated:
        report.remarks.settle("table", f"{repeated} values are printed in a second table too")
    return placed
