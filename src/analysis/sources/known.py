"""Figures that the project already holds, for a reader to compare a new source with.

They help to prove what a source leaves open - the scale direction, the edition, the order of
columns - and never supply a number.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Final

from analysis.facts.errors import AnalysisError
from analysis.facts.files import raw_folder
from analysis.facts.rating_system import (
    SCALES,
    SCORE,
    democracy_percentage,
    parse_number,
    to_seven_best,
)

TABLES: Final = "printed_tables.csv"
PAGES: Final = "printed_pages.csv"
Key = tuple[str, str, str]
"""Country, rated edition, category code."""


PERCENTAGE: Final = "DP"
"""Stands for the Democracy Percentage where a category's code would stand."""


@dataclass(frozen=True)
class Known:
    """Known ratings, Democracy Scores and Percentages.

    Attributes
    ----------
    values
        All printed values by country, rated edition and category, scores and ratings ``7=best``.
    """

    values: Mapping[Key, frozenset[Fraction]] = field(default_factory=dict)

    def agreement(
        self, country: str, printed: Iterable[tuple[str, str, Fraction]], scale: str
    ) -> tuple[int, int]:
        """Return how many of the printed values agree with a known one, and how many do not.

        Parameters
        ----------
        country
            Project name.
        printed
            Rated edition, category and value, on `scale`.
        scale
            The direction to try.
        """
        agree = differ = 0
        for edition, category, value in printed:
            known = self.values.get((country, edition, category))
            if known:
                fits = to_seven_best(value, scale) in known
                agree, differ = agree + fits, differ + (not fits)
        return agree, differ

    def fits_percentage(self, country: str, edition: int, printed: Fraction) -> bool | None:
        """Tell whether a Democracy Percentage agrees with a known one; None if none is known."""
        scores = self.values.get((country, str(edition), SCORE), frozenset())
        known = {democracy_percentage(score) for score in scores}
        known |= self.values.get((country, str(edition), PERCENTAGE), frozenset())
        if not known:
            return None
        return any(abs(value - printed) <= Fraction(1, 10) for value in known)

    def scores(self, country: str) -> dict[str, frozenset[Fraction]]:
        """Return the known Democracy Scores of `country` by edition, ``7=best``."""
        return {
            edition: values
            for (name, edition, category), values in self.values.items()
            if name == country and category == SCORE
        }


@lru_cache(maxsize=4096)
def _seven_best(printed: str, scale: str) -> Fraction:
    return to_seven_best(parse_number(printed), scale)


Entry = tuple[str, Key, Fraction]
"""One known figure: its source, its place, its value."""


def _entry(row: Mapping[str, str], edition: str, category: str, printed: str) -> Iterator[Entry]:
    if printed and row["scale"] in SCALES:
        key = (row["country"], edition, category)
        yield row["source_id"], key, _seven_best(printed, row["scale"])


def _cell_entries(rows: Iterable[Mapping[str, str]]) -> Iterator[Entry]:
    for row in rows:
        yield from _entry(row, row["rated_edition"], row["category"], row["printed"])


def _statement_entries(rows: Iterable[Mapping[str, str]]) -> Iterator[Entry]:
    for row in rows:
        edition = row["report_edition"]
        before = str(int(edition) - 1)
        kind, _, category = row["field"].partition("_")
        if row["field"] == SCORE:
            yield from _entry(row, edition, SCORE, row["printed_to"])
        elif row["field"] in ("DP", "LAST_DP"):
            year = edition if row["field"] == "DP" else before
            key = (row["country"], year, PERCENTAGE)
            yield row["source_id"], key, parse_number(row["printed_to"])
        elif kind in ("RATING", "CHANGE", "DS") and category != "UNNAMED":
            code = SCORE if kind == "DS" else category
            yield from _entry(row, edition, code, row["printed_to"])
            yield from _entry(row, before, code, row["printed_from"])


def known_of(cells: Iterable[Mapping[str, str]], statements: Iterable[Mapping[str, str]]) -> Known:
    """Return what rows of printed_tables.csv and printed_pages.csv state."""
    return _merged([*_cell_entries(cells), *_statement_entries(statements)], frozenset())


def _merged(entries: Iterable[Entry], without: frozenset[str]) -> Known:
    values: dict[Key, set[Fraction]] = defaultdict(set)
    for source, key, value in entries:
        if source not in without:
            values[key].add(value)
    return Known({key: frozenset(found) for key, found in values.items()})


@lru_cache(maxsize=2)
def _project_entries(folder: Path, _changed: tuple[int, ...]) -> tuple[Entry, ...]:
    with (folder / TABLES).open(encoding="utf-8", newline="") as file:
        cells = tuple(_cell_entries(csv.DictReader(file)))
    with (folder / PAGES).open(encoding="utf-8", newline="") as file:
        return (*cells, *_statement_entries(csv.DictReader(file)))


@lru_cache(maxsize=2)
def _project_known(folder: Path, without: frozenset[str], changed: tuple[int, ...]) -> Known:
    return _merged(_project_entries(folder, changed), without)


def project_known(without: frozenset[str] = frozenset()) -> Known:
    """Return what the project's data/raw states, nothing where there is no usable data/raw.

    Parameters
    ----------
    without
        Sources to leave out, such as the one that is being read.
    """
    try:
        folder = raw_folder()
        changed = tuple((folder / name).stat().st_mtime_ns for name in (TABLES, PAGES))
        return _project_known(folder, without, changed)
    except (AnalysisError, OSError, KeyError, ValueError, csv.Error):
        return Known()


def registered_source(address: str) -> str:
    """Return the source_id under which the project knows an address, or an empty string."""
    try:
        path = raw_folder() / "sources.csv"
        return _source_ids(path, path.stat().st_mtime_ns).get(address, "")
    except (AnalysisError, OSError, KeyError, csv.Error, UnicodeDecodeError):
        return ""


@lru_cache(maxsize=4)
def _source_ids(path: Path, _changed: int) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["url"]: row["source_id"] for row in csv.DictReader(file)}
