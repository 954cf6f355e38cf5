"""What a source prints: cells of ratings tables and statements of score pages.

Every layout's reader returns these, and the project's own CSV files hold them, one row a printed
number; ``schema.yml`` explains the columns. Values stay text, exactly as printed, on the scale that
the source prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import pandas as pd

from analysis.facts.errors import SourceError
from analysis.facts.rating_system import (
    CATEGORIES,
    GOVERNANCE,
    HIGHEST,
    LOWEST,
    SCORE,
    is_rating,
    parse_number,
)
from analysis.tables.schema import empty

CELL_CATEGORIES: Final = (*CATEGORIES, GOVERNANCE, SCORE)
PERCENTAGE: Final = "DP"
"""Stands for the Democracy Percentage where a category's code would stand."""

FIRST_REPORT: Final = 1997
"""The first edition of which a report is looked for."""
SCORE_ROUNDING: Final = Fraction(51, 10_000)
"""Scores have two decimals, some of them rounded down at a tie."""


@dataclass(frozen=True)
class PrintedCell:
    """One number of a ratings table, as one source prints it: a row of ``printed_tables``.

    `source_id` may be one of a file that is not registered; `country` is the project's name.
    """

    source_id: str
    country: str
    report_edition: int
    rated_edition: str
    category: str
    printed: str
    scale: str
    note: str = ""


@dataclass(frozen=True)
class Statement:
    """One statement of a score page about its edition: a row of ``printed_pages``.

    `scale` is empty where the statement has none, `printed_from` but for changes.
    """

    source_id: str
    country: str
    report_edition: int
    field: str
    printed_from: str
    printed_to: str
    scale: str
    changes_complete: str = ""
    note: str = ""

    def figures(self) -> Iterator[tuple[str, str, str]]:
        """Yield rated edition, category and number of each rating or score that it states."""
        kind, _, category = self.field.partition("_")
        if kind not in ("DS", "RATING", "CHANGE") or category == "UNNAMED":
            return
        code = SCORE if kind == "DS" else category
        edition = int(self.report_edition)
        for year, printed in ((edition, self.printed_to), (edition - 1, self.printed_from)):
            if printed:
                yield str(year), code, printed


def number_of(printed: str, kind: str = "") -> Fraction:
    """Return a printed number of a kind: a category, a score, a percentage or any other.

    Raises
    ------
    SourceError
        If it is no number or lies outside what its kind can have.
    """
    value, expected = parse_number(printed), ""
    if kind in CATEGORIES and not is_rating(value):
        expected = "a rating of 1.00 to 7.00 in quarter points"
    if kind in (SCORE, GOVERNANCE) and not LOWEST <= value <= HIGHEST:
        expected = "a score of 1 to 7"
    if kind == PERCENTAGE and value > 100:
        expected = "a number of 0 to 100"
    if expected:
        raise SourceError(f"expected {expected}, found {printed!r}")
    return value


@dataclass(frozen=True)
class Printed:
    """All that the sources print, before any judgement: tables of data/raw, text as printed."""

    cells: pd.DataFrame
    statements: pd.DataFrame
    sources: pd.DataFrame
    rescaled: pd.DataFrame = field(default_factory=lambda: empty("rescaled_scores"))
    comparisons: pd.DataFrame = field(default_factory=lambda: empty("printed_comparisons"))
