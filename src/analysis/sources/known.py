"""Figures that the project already holds, for a reader to compare a new source with.

They help to prove what a source leaves open - the scale direction, the edition, the order of
columns - and never supply a number.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from analysis.facts.errors import AnalysisError
from analysis.facts.files import raw_folder
from analysis.facts.rating_system import (
    SCALES,
    SCORE,
    Scale,
    democracy_percentage,
    parse_number,
    to_seven_best,
)
from analysis.sources.cells import Statement

_FILES: Final = ("printed_tables.csv", "printed_pages.csv")
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

    def scores(self, country: str) -> list[Fraction]:
        """Return the known Democracy Scores of `country` in all editions, ``7=best``."""
        places = (key for key in self.values if key[0] == country and key[2] == SCORE)
        return [score for place in places for score in self.values[place]]

    def usual_scale(self, country: str, values: Sequence[Fraction]) -> Scale | None:
        """Return the scale on which `values` are near the country's place, None if unclear.

        Scores of other editions move little; a country in the middle tells nothing.
        """
        scores = self.scores(country)
        if len(scores) < 2 or not values:
            return None
        usual = sum(scores, Fraction(0)) / len(scores)
        mean = sum(values, Fraction(0)) / len(values)
        distance = {scale: abs(to_seven_best(mean, scale) - usual) for scale in SCALES}
        near = min(SCALES, key=lambda scale: distance[scale])
        is_clear = distance[near] <= Fraction(3, 4) and 3 * distance[near] <= max(distance.values())
        return near if is_clear and abs(usual - 4) >= Fraction(1, 2) else None


def known_of(cells: Iterable[Mapping[str, str]], statements: Iterable[Mapping[str, str]]) -> Known:
    """Return what rows of printed_tables.csv and printed_pages.csv state."""
    values: dict[Key, set[Fraction]] = defaultdict(set)

    @cache  # the same few hundred numbers occur again and again
    def seven_best(printed: str, scale: str) -> Fraction:
        return to_seven_best(parse_number(printed), scale)

    for row in cells:
        key = (row["country"], row["rated_edition"], row["category"])
        values[key].add(seven_best(row["printed"], row["scale"]))
    for row in statements:
        edition = int(row["report_edition"])
        if row["field"] in ("DP", "LAST_DP"):
            year = str(edition - (row["field"] == "LAST_DP"))
            values[row["country"], year, PERCENTAGE].add(parse_number(row["printed_to"]))
        source = (row["source_id"], row["country"], edition, row["field"])
        statement = Statement(*source, row["printed_from"], row["printed_to"], row["scale"])
        for year, category, printed in statement.figures() if row["scale"] in SCALES else ():
            values[row["country"], year, category].add(seven_best(printed, row["scale"]))
    return Known({key: frozenset(found) for key, found in values.items()})


def project_known() -> Known:
    """Return what the project's data/raw states, nothing where there is no usable data/raw."""
    try:
        paths = [raw_folder() / name for name in _FILES]
        return _known_of_files(*((path, path.stat().st_mtime_ns) for path in paths))
    except (AnalysisError, OSError, KeyError, ValueError, csv.Error):
        return Known()


@lru_cache(maxsize=2)
def _known_of_files(cells: tuple[Path, int], statements: tuple[Path, int]) -> Known:
    return known_of(_rows(cells[0]), _rows(statements[0]))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def registered_source(address: str) -> str:
    """Return the source_id under which the project knows an address, or an empty string."""
    try:
        path = raw_folder() / "sources.csv"
        return _source_ids(path, path.stat().st_mtime_ns).get(address, "")
    except (AnalysisError, OSError, KeyError, csv.Error, UnicodeDecodeError):
        return ""


@lru_cache(maxsize=4)
def _source_ids(path: Path, _changed: int) -> dict[str, str]:
    return {row["url"]: row["source_id"] for row in _rows(path)}
