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

from analysis.facts.rating_system import CATEGORIES, GOVERNANCE, SCORE

CELL_CATEGORIES: Final = (*CATEGORIES, GOVERNANCE, SCORE)

FIRST_REPORT: Final = 1997
"""The first edition of which a report is looked for."""
SCORE_ROUNDING: Final = Fraction(51, 10_000)
"""Scores have two decimals, some of them rounded down at a tie."""

SOURCE_COLUMNS: Final = ("source_id", "url", "host", "kind")


@dataclass(frozen=True)
class PrintedCell:
    """One number of a ratings table, as one source prints it.

    Attributes
    ----------
    source_id
        Row of ``sources.csv``.
    country
        Project name of the country.
    report_edition
        Edition of the report that prints the number.
    rated_edition
        Edition that the number rates, ``"1999-2000"`` where a column says so.
    category
        A code of `CELL_CATEGORIES`; ``GOV`` before 2005, ``DS`` for the Democracy Score.
    printed
        The number as printed.
    scale
        ``1=best`` or ``7=best``, as the source prints it.
    note
        What a reader of the number must know.
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
    """One statement of a score page about its edition.

    Attributes
    ----------
    source_id, country, report_edition, scale, note
        As in `PrintedCell`; `scale` is empty where the statement has none.
    field
        ``DS``, ``DP`` (Democracy Percentage), ``REGIME``, ``LAST_DP``, ``LAST_REGIME``,
        ``DS_CHANGE``, ``RATING_<category>``, ``CHANGE_<category>``, ``CHANGE_UNNAMED``,
        ``NO_CHANGES`` or ``RANK``.
    printed_from
        Value before, for changes.
    printed_to
        The value.
    changes_complete
        Are all changes of the edition on the page: ``yes`` stated or adding up, ``likely`` the
        list ends within the piece, ``no`` cut off, ``unknown`` press, empty no list.
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


@dataclass(frozen=True)
class RescaledScore:
    """A rating as the index of a year prints it on a scale of its own, the higher the better."""

    source_id: str
    index_year: str
    country: str
    rated_edition: int
    category: str
    printed: str


@dataclass(frozen=True)
class Comparison:
    """A rating or score that a source compares with an earlier edition's, mostly without numbers.

    `direction` is one of `DIRECTIONS`, of the edition of the report; `by` may be empty.
    """

    source_id: str
    country: str
    report_edition: int
    since_edition: int
    category: str
    direction: str
    by: str
    note: str = ""


CELL_COLUMNS: Final = tuple(PrintedCell.__dataclass_fields__)
STATEMENT_COLUMNS: Final = tuple(Statement.__dataclass_fields__)
RESCALED_COLUMNS: Final = tuple(RescaledScore.__dataclass_fields__)
COMPARISON_COLUMNS: Final = tuple(Comparison.__dataclass_fields__)
STATEMENT_FIELDS: Final = (
    *("DS", "DP", "REGIME", "LAST_DP", "LAST_REGIME", "DS_CHANGE"),
    *(f"{kind}_{category}" for kind in ("RATING", "CHANGE") for category in CATEGORIES),
    *("CHANGE_UNNAMED", "NO_CHANGES", "RANK"),
)
COMPLETENESS: Final = ("yes", "likely", "no", "unknown", "")
DIRECTIONS: Final = ("better", "worse", "same")


@dataclass(frozen=True)
class Printed:
    """All that the sources print, before any judgement, one row each.

    The columns are `CELL_COLUMNS`, `STATEMENT_COLUMNS`, `SOURCE_COLUMNS`, `RESCALED_COLUMNS` and
    `COMPARISON_COLUMNS`.
    """

    cells: pd.DataFrame
    statements: pd.DataFrame
    sources: pd.DataFrame
    rescaled: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=RESCALED_COLUMNS))
    comparisons: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=COMPARISON_COLUMNS)
    )
