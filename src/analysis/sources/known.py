"""Figures that the project already holds, for a reader to compare a new source with.

They help to prove what a source leaves open - the scale direction, the edition, the order of
columns - and never supply a number.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from analysis.errors import AnalysisError
from analysis.files import raw_folder
from analysis.rating_system import SCALES, parse_number, to_seven_best
from analysis.sources.cells import SCORE

Key = tuple[str, str, str]
"""Country, rated edition, category code."""


@dataclass(frozen=True)
class Known:
    """Known ratings and Democracy Scores.

    Attributes
    ----------
    values
        All printed values, ``7=best``, by country, rated edition and category.
    percentages
        All printed Democracy Percentages by country and edition.
    """

    values: Mapping[Key, frozenset[Fraction]] = field(default_factory=dict)
    percentages: Mapping[tuple[str, str], frozenset[Fraction]] = field(default_factory=dict)

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


def known_of(
    cells: Iterable[Mapping[str, str]],
    statements: Iterable[Mapping[str, str]],
    without: frozenset[str] = frozenset(),
) -> Known:
    """Return what rows of printed_tables.csv and printed_pages.csv state.

    Parameters
    ----------
    cells, statements
        Rows with the columns of the two files.
    without
        Sources to leave out, such as the one that is being read.
    """
    values: dict[Key, set[Fraction]] = defaultdict(set)
    percentages: dict[tuple[str, str], set[Fraction]] = defaultdict(set)

    def add(row: Mapping[str, str], edition: str, category: str, printed: str) -> None:
        if printed and row["scale"] in SCALES:
            values[row["country"], edition, category].add(_seven_best(printed, row["scale"]))

    for row in cells:
        if row["source_id"] not in without:
            add(row, row["rated_edition"], row["category"], row["printed"])
    for row in statements:
        if row["source_id"] in without:
            continue
        edition, kind, _, category = row["report_edition"], *row["field"].partition("_")
        last = str(int(edition) - 1)
        if row["field"] == SCORE:
            add(row, edition, SCORE, row["printed_to"])
        elif row["field"] in ("DP", "LAST_DP"):
            year = edition if row["field"] == "DP" else last
            percentages[row["country"], year].add(parse_number(row["printed_to"]))
        elif kind in ("RATING", "CHANGE", "DS") and category != "UNNAMED":
            code = SCORE if kind == "DS" else category
            add(row, edition, code, row["printed_to"])
            add(row, last, code, row["printed_from"])
    return Known(
        {key: frozenset(found) for key, found in values.items()},
        {key: frozenset(found) for key, found in percentages.items()},
    )


Rows = tuple[dict[str, str], ...]


@lru_cache(maxsize=4)
def _rows(path: Path, _changed: int) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@lru_cache(maxsize=4)
def _known(folder: Path, without: frozenset[str], changed: tuple[int, ...]) -> Known:
    names = ("printed_tables.csv", "printed_pages.csv")
    cells, statements = (_rows(folder / n, time) for n, time in zip(names, changed, strict=True))
    return known_of(cells, statements, without)


def project_known(without: frozenset[str] = frozenset()) -> Known:
    """Return what the project's data/raw states, nothing where there is no usable data/raw."""
    try:
        folder = raw_folder()
        paths = [folder / name for name in ("printed_tables.csv", "printed_pages.csv")]
        return _known(folder, without, tuple(path.stat().st_mtime_ns for path in paths))
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
