"""The years of columns whose header is not whole, or not in ascending order.

Text layers of PDF tables shuffle the years of a header more often than the columns below it. Known
ratings decide; without them the order in which ratings move least from year to year is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from analysis.facts.rating_system import FIRST_EDITION, SCALES
from analysis.sources.report.report_text import ReportText
from analysis.sources.report.table_checks import (
    NOT_RATED,
    RatingsTable,
    is_number,
    misplaced,
    value_of,
)


def settle_year_order(
    table: RatingsTable, section_tables: Sequence[RatingsTable], report: ReportText
) -> None:
    """Put `table.years` into the order in which the columns stand.

    Parameters
    ----------
    table
        Table whose years are as printed; changed in place where they are not ascending.
    section_tables
        The categories' own tables, whose order may be sound.
    report
        Its country is compared with known ratings.
    """
    printed = table.years
    ascending = tuple(sorted(printed, key=lambda year: int(year[:4])))
    if printed == ascending:
        return
    orders = {ascending: "ascending", printed: "that printed"}
    agreement = {years: _agreement(table, years, section_tables, report) for years in orders}
    says = f"the header prints the years as {' '.join(printed)}; "
    if agreement[ascending] != agreement[printed]:
        table.years = max(orders, key=lambda years: agreement[years])
        table.remarks.settle(
            "years",
            f"{says}the order of the columns is {orders[table.years]}: "
            f"{agreement[table.years]} values agree with other tables, against "
            f"{min(agreement.values())} in the other order",
        )
        return
    table.years = min(orders, key=lambda years: _movement(table, years))
    table.remarks.doubt(
        "years",
        f"{says}the columns are taken in the order {orders[table.years]}, in which the ratings "
        "move least",
    )


def proved_years(
    tables: Sequence[RatingsTable], header: tuple[str, ...], report: ReportText
) -> RatingsTable | None:
    """Return the one table whose years known ratings or the split of Governance prove, or None.

    Parameters
    ----------
    tables
        The same rows under the years that they may be of.
    header
        Years that are printed, fewer or more than there are columns.
    report
        Its country is compared with known ratings; a table that is not read is told.
    """
    sound = [table for table in tables if not misplaced(table.years, table.values)]
    known = {id(table): _known_agreement(table, report) for table in sound}
    fitting = [t for t in sound if known[id(t)][0] >= 3 and known[id(t)][0] > 4 * known[id(t)][1]]
    is_split = len(sound) == 1 and NOT_RATED in sound[0].values.get("NDG", ())
    if len(fitting) != 1 and not is_split:
        says = "no years are" if len(header) < 2 else "not all years are"
        report.remarks.doubt(
            "years", f"{says} printed above a table and nothing proves which they are: not read"
        )
        return None
    table = fitting[0] if len(fitting) == 1 else sound[0]
    by = (
        f"{known[id(table)][0]} values known from other sources agree"
        if len(fitting) == 1
        else f"National Democratic Governance begins in {FIRST_EDITION}"
    )
    printed = "no years" if len(header) < 2 else "not all years"
    says = (
        f"{printed} are printed above the {len(table.years)} columns: counted back as "
        f"{table.years[0]} to {table.years[-1]}; {by}"
    )
    table.remarks.settle("years", says)
    return table


def _known_agreement(table: RatingsTable, report: ReportText) -> tuple[int, int]:
    numbers = [(year, code, value_of(value)) for year, code, value in table.printed()]
    known = report.request.known
    return max(known.agreement(report.country, numbers, scale) for scale in SCALES)


def _agreement(
    table: RatingsTable,
    years: Sequence[str],
    section_tables: Sequence[RatingsTable],
    report: ReportText,
) -> int:
    placed = list(table.printed(years))
    sections = {
        (year, code): value
        for section in section_tables
        if list(section.years) == sorted(section.years)
        for year, code, value in section.printed()
    }
    same = sum(sections.get((year, code)) == value for year, code, value in placed)
    moved = RatingsTable(tuple(years), table.values, table.is_section, table.earlier_state)
    return same + _known_agreement(moved, report)[0]


def _movement(table: RatingsTable, years: Sequence[str]) -> Fraction:
    total = Fraction(0)
    order = sorted(range(len(years)), key=lambda column: years[column])
    for row in table.values.values():
        values = [value_of(row[c]) for c in order if is_number(row[c])]
        total += sum((abs(b - a) for a, b in pairwise(values)), Fraction(0))
    return total
