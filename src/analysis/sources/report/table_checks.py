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
from analysis.sources.reading import Evidence

MISSING: Final = "n/a"
SIX_CATEGORIES: Final = ("EP", "CS", "IM", GOVERNANCE, "JFI", "CO")
ROUNDING: Final = Fraction(51, 10_000)
"""Scores have two decimals, some of them rounded down at a tie."""

Rows = dict[str, tuple[str, ...]]
"""Printed values by category code, one a column; ``n/a`` or empty where none stands."""


@lru_cache(maxsize=4096)
def value_of(printed: str) -> Fraction:
    """Return a printed number; the same few hundred occur again and again."""
    return parse_number(printed)


@dataclass
class Table:
    """A table with its columns decided; values as printed, ``n/a`` or empty where none stands."""

    years: tuple[str, ...]
    values: dict[str, tuple[str, ...]]
    is_section: bool
    earlier_state: bool
    evidence: list[Evidence] = field(default_factory=list)

    def doubt(self, about: str, says: str) -> None:
        """Add evidence that a person must look at."""
        self.evidence.append(Evidence(about, says, uncertain=True))

    def settle(self, about: str, says: str) -> None:
        """Add evidence for what was decided."""
        self.evidence.append(Evidence(about, says))


def column_mean(values: Rows, column: int, year: str) -> Fraction | None:
    """Return the mean of a column's categories, or None where not all of them are printed."""
    codes = SIX_CATEGORIES if int(year[:4]) < FIRST_EDITION else tuple(CATEGORIES)
    printed = [values[code][column] for code in codes if code in values]
    if len(printed) < len(codes) or any(value in (MISSING, "") for value in printed):
        return None
    return sum((value_of(value) for value in printed), Fraction(0)) / len(codes)


def faulty_columns(years: Sequence[str], values: Rows) -> list[int]:
    """Return the columns whose printed Democracy Score is not the mean of their ratings."""
    if SCORE not in values:
        return []
    faults = []
    for column, year in enumerate(years):
        printed = values[SCORE][column]
        if printed in (MISSING, ""):
            continue
        mean = column_mean(values, column, year)
        if mean is not None and abs(mean - value_of(printed)) > ROUNDING:
            faults.append(column)
    return faults


def checked_columns(table: Table) -> Iterator[int]:
    """Yield the columns in which a Democracy Score and all its ratings are printed."""
    for column, year in enumerate(table.years):
        if (
            table.values.get(SCORE, ("",) * len(table.years))[column] not in (MISSING, "")
            and column_mean(table.values, column, year) is not None
        ):
            yield column


def misplaced(years: Sequence[str], values: Rows) -> int:
    """Return how many values or ``n/a`` stand where the split of Governance forbids them."""
    wrong = 0
    for code in ("NDG", "LDG", GOVERNANCE):
        for year, value in zip(years, values.get(code, ()), strict=False):
            expected = (int(year[:4]) >= FIRST_EDITION) == (code != GOVERNANCE)
            wrong += value != "" and (value != MISSING) != expected
    return wrong


def tell_faults(table: Table) -> None:
    """Add a doubt for each column that its Democracy Score contradicts or does not check."""
    checked = set(checked_columns(table))
    if misplaced(table.years, table.values):
        says = f"Governance was one category before {FIRST_EDITION} and two from then on"
        table.doubt("years", f"{says}, but values stand in other columns")
    for column in faulty_columns(table.years, table.values):
        year, printed = table.years[column], table.values[SCORE][column]
        mean = float(column_mean(table.values, column, year) or 0)
        table.doubt(
            "number",
            f"{year}: the printed Democracy Score {printed} is not the mean {mean:.2f} of the "
            "printed ratings",
        )
    unchecked = [year for column, year in enumerate(table.years) if column not in checked]
    unchecked = [year for year in unchecked if int(year[:4]) >= FIRST_EDITION]
    if unchecked and not table.is_section:
        years = " ".join(unchecked)
        table.doubt("table", f"no complete column with a Democracy Score checks {years}")
