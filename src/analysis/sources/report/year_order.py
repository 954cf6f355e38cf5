"""The order of columns under a header whose years are not printed in ascending order.

Text layers of PDF tables shuffle the years of a header more often than the columns below it. Known
ratings decide; without them the order in which ratings move least from year to year is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from analysis.facts.rating_system import SCALES
from analysis.sources.known import Known
from analysis.sources.report.table_checks import MISSING, Table, value_of


def settle_year_order(
    table: Table, section_tables: Sequence[Table], country: str, known: Known
) -> None:
    """Put `table.years` into the order in which the columns stand.

    Parameters
    ----------
    table
        Table whose years are as printed; changed in place where they are not ascending.
    section_tables
        The categories' own tables, whose order may be sound.
    country
        Project name, for the comparison with known ratings.
    known
        Known ratings.
    """
    printed = table.years
    ascending = tuple(sorted(printed, key=lambda year: int(year[:4])))
    if printed == ascending:
        return
    shown = " ".join(printed)
    scores = {
        years: _agreement(table, years, section_tables, country, known)
        for years in (ascending, printed)
    }
    if scores[ascending] != scores[printed]:
        table.years = max(scores, key=lambda years: scores[years])
        order = "ascending" if table.years == ascending else "that printed"
        table.settle(
            "years",
            f"the header prints the years as {shown}; the order of the columns is {order}: "
            f"{scores[table.years]} values agree with other tables, against "
            f"{min(scores.values())} in the other order",
        )
        return
    table.years = min((ascending, printed), key=lambda years: _movement(table, years))
    order = "ascending" if table.years == ascending else "that printed"
    table.doubt(
        "years",
        f"the header prints the years as {shown}; the columns are taken in the order {order}, "
        "in which the ratings move least",
    )


def _agreement(
    table: Table, years: Sequence[str], section_tables: Sequence[Table], country: str, known: Known
) -> int:
    placed = [
        (year, code, value)
        for code, row in table.values.items()
        for year, value in zip(years, row, strict=True)
        if value not in (MISSING, "")
    ]
    sections = {
        (year, code): value
        for other in section_tables
        if list(other.years) == sorted(other.years)
        for code, row in other.values.items()
        for year, value in zip(other.years, row, strict=True)
    }
    same = sum(sections.get((year, code)) == value for year, code, value in placed)
    numbers = [(year, code, value_of(value)) for year, code, value in placed]
    return same + max(known.agreement(country, numbers, scale)[0] for scale in SCALES)


def _movement(table: Table, years: Sequence[str]) -> Fraction:
    total = Fraction(0)
    order = sorted(range(len(years)), key=lambda column: years[column])
    for row in table.values.values():
        values = [value_of(row[c]) for c in order if row[c] not in (MISSING, "")]
        total += sum((abs(b - a) for a, b in pairwise(values)), Fraction(0))
    return total
