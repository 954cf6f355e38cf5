"""The order of columns under a header whose years are not printed in ascending order.

Text layers of PDF tables shuffle the years of a header more often than the columns below it. Known
ratings decide; without them the order in which ratings move least from year to year is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from analysis.facts.rating_system import SCALES
from analysis.sources.report.report_text import ReportText
from analysis.sources.report.table_checks import RatingsTable, is_number, value_of


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
    numbers = [(year, code, value_of(value)) for year, code, value in placed]
    known = report.request.known
    return same + max(known.agreement(report.country, numbers, scale)[0] for scale in SCALES)


def _movement(table: RatingsTable, years: Sequence[str]) -> Fraction:
    total = Fraction(0)
    order = sorted(range(len(years)), key=lambda column: years[column])
    for row in table.values.values():
        values = [value_of(row[c]) for c in order if is_number(row[c])]
        total += sum((abs(b - a) for a, b in pairwise(values)), Fraction(0))
    return total
