"""What a ratings table must fulfil whatever its layout: the mean, the split of Governance.

The Democracy Score of a year is the mean of its categories, on either scale; Governance was one
category until 2004 and two from 2005 on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Final

from analysis.facts.rating_system import CATEGORIES, FIRST_EDITION, GOVERNANCE, SCORE, parse_number
from analysis.sources.cells import SCORE_ROUNDING
from analysis.sources.reading import Remarks

NOT_RATED: Final = "n/a"
SIX_CATEGORIES: Final = ("EP", "CS", "IM", GOVERNANCE, "JFI", "CO")

Rows = dict[str, tuple[str, ...]]
"""Printed values by category code, one a column; ``n/a`` or empty where none stands."""


@lru_cache(maxsize=4096)
def value_of(printed: str) -> Fraction:
    """Return a printed number; the same few hundred occur again and again."""
    return parse_number(printed)


def is_number(printed: str) -> bool:
    """Tell whether a number stands in a cell of a table."""
    return printed not in (NOT_RATED, "")


@dataclass
class RatingsTable:
    """A table with its columns decided."""

    years: tuple[str, ...]
    values: Rows
    is_section: bool
    earlier_state: bool
    remarks: Remarks = field(default_factory=Remarks)

    def printed(self, years: Sequence[str] | None = None) -> Iterator[tuple[str, str, str]]:
        """Yield rated edition, category and number of each cell, with `years` as the columns."""
        for code, row in self.values.items():
            for year, value in zip(years or self.years, row, strict=True):
                if is_number(value):
                    yield year, code, value


def checked_means(years: Sequence[str], values: Rows) -> dict[int, Fraction]:
    """Return the mean of each column that prints a Democracy Score and all its ratings."""
    means = {}
    for column, year in enumerate(years if SCORE in values else ()):
        codes = SIX_CATEGORIES if int(year[:4]) < FIRST_EDITION else tuple(CATEGORIES)
        printed = [values[code][column] for code in (*codes, SCORE) if code in values]
        if len(printed) == len(codes) + 1 and all(map(is_number, printed)):
            means[column] = sum(map(value_of, printed[:-1]), Fraction(0)) / len(codes)
    return means


def faulty_columns(years: Sequence[str], values: Rows) -> list[int]:
    """Return the columns whose printed Democracy Score is not the mean of their ratings."""
    return [
        column
        for column, mean in checked_means(years, values).items()
        if abs(mean - value_of(values[SCORE][column])) > SCORE_ROUNDING
    ]


def misplaced(years: Sequence[str], values: Rows) -> int:
    """Return how many values or ``n/a`` stand where the split of Governance forbids them."""
    wrong = 0
    for code in ("NDG", "LDG", GOVERNANCE):
        for year, value in zip(years, values.get(code, ()), strict=False):
            expected = (int(year[:4]) >= FIRST_EDITION) == (code != GOVERNANCE)
            wrong += value != "" and (value != NOT_RATED) != expected
    return wrong


def tell_faults(table: RatingsTable) -> None:
    """Add a doubt for each column that its Democracy Score contradicts or does not check."""
    means = checked_means(table.years, table.values)
    if misplaced(table.years, table.values):
        says = f"Governance was one category before {FIRST_EDITION} and two from then on"
        table.remarks.doubt("years", f"{says}, but values stand in other columns")
    for column in faulty_columns(table.years, table.values):
        table.remarks.doubt(
            "number",
            f"{table.years[column]}: the printed Democracy Score {table.values[SCORE][column]} "
            f"is not the mean {float(means[column]):.2f} of the printed ratings",
        )
    unchecked = [
        year
        for column, year in enumerate(table.years)
        if column not in means and int(year[:4]) >= FIRST_EDITION
    ]
    if unchecked and not table.is_section:
        says = f"no complete column with a Democracy Score checks {' '.join(unchecked)}"
        table.remarks.doubt("table", says)
