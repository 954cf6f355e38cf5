"""Figures that the project already holds, for a reader to compare a new source with.

They help to prove what a source leaves open - the scale direction, the edition, the order of
columns - and never supply a number.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, cached_property, lru_cache
from pathlib import Path
from statistics import mean
from typing import Any, Final

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
from analysis.sources.cells import PERCENTAGE, Statement

Key = tuple[str, str, str]
"""Country, rated edition, category code."""
FEW: Final = 4
"""Known numbers that differ, from which on a source is compared as a whole."""


@dataclass(frozen=True)
class Known:
    """All known ratings, Democracy Scores and Percentages, scores and ratings ``7=best``."""

    values: Mapping[Key, frozenset[Fraction]] = field(default_factory=dict)

    def agreement(self, printed: Iterable[tuple[Key, Fraction]], scale: str) -> tuple[int, int]:
        """Return how many values on a scale agree with a known one, and how many do not."""
        fits = [
            to_seven_best(value, scale) in self.values[key]
            for key, value in printed
            if key in self.values
        ]
        return sum(fits), len(fits) - sum(fits)

    def best_agreement(self, printed: Sequence[tuple[Key, Fraction]]) -> tuple[int, int]:
        """Return the agreement on the scale on which more values agree."""
        return max(self.agreement(printed, scale) for scale in SCALES)

    def contradictions(self, printed: Iterable[tuple[Key, str, str]]) -> Iterator[str]:
        """Yield each number, given with its scale, that differs from all known values."""
        for key, number, scale in printed:
            others = self.values.get(key, frozenset())
            if others and to_seven_best(parse_number(number), scale) not in others:
                told = " or ".join(f"{float(to_seven_best(v, scale)):.2f}" for v in sorted(others))
                yield f"{key[2]} {key[1]} is printed as {number}, other sources print {told}"

    def fits_percentage(self, country: str, edition: int, printed: Fraction) -> bool | None:
        """Tell whether a Democracy Percentage agrees with a known one; None if none is known."""
        scores = self.values.get((country, str(edition), SCORE), frozenset())
        known = {democracy_percentage(score) for score in scores}
        known |= self.values.get((country, str(edition), PERCENTAGE), frozenset())
        return any(abs(value - printed) <= Fraction(1, 10) for value in known) if known else None

    @cached_property
    def _by_edition(self) -> dict[tuple[str, str], dict[int, frozenset[Fraction]]]:
        found: dict[tuple[str, str], dict[int, frozenset[Fraction]]] = defaultdict(dict)
        for (country, edition, code), values in self.values.items():
            found[country, code][int(edition[-4:])] = values
        return found

    def scores(self, country: str) -> list[Fraction]:
        """Return the known Democracy Scores of `country` in all editions, ``7=best``."""
        known = self._by_edition.get((country, SCORE), {})
        return [score for scores in known.values() for score in scores]

    def usual_scale(self, printed: Iterable[tuple[Key, Fraction]]) -> Scale | None:
        """Return the scale on which values are near the country's usual ones, None if unclear.

        Those are the category's, or else the score's, of the nearest edition: ratings move little
        from year to year. A country in the middle tells nothing.
        """
        values, usual = [], []
        for (country, edition, code), value in printed:
            known = self._by_edition.get((country, code)) or self._by_edition.get((country, SCORE))
            if known:
                nearest = min(known, key=lambda year: abs(year - int(edition[-4:])))
                usual.append(mean(known[nearest]))
                values.append(value)
        if not values:
            return None
        place = mean(usual)
        distance = {scale: abs(to_seven_best(mean(values), scale) - place) for scale in SCALES}
        near = min(SCALES, key=lambda scale: distance[scale])
        is_clear = distance[near] <= Fraction(3, 4) and 3 * distance[near] <= max(distance.values())
        return near if is_clear and abs(place - 4) >= Fraction(1, 2) else None


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
    known: Known | None = _of_raw(known_of, "printed_tables.csv", "printed_pages.csv")
    return known or Known()


def registered_source(address: str) -> str:
    """Return the source_id under which the project knows an address, or an empty string."""
    rows: list[dict[str, str]] = _of_raw(list, "sources.csv") or []
    found = (row.get("source_id", "") for row in reversed(rows) if row.get("url") == address)
    return next(found, "")


def _of_raw(make: Callable[..., Any], *names: str) -> Any:
    """Return what a function makes of files of data/raw, None where they are not usable."""
    try:
        paths = [raw_folder() / name for name in names]
        return _made(make, *((path, path.stat().st_mtime_ns) for path in paths))
    except (AnalysisError, OSError, KeyError, ValueError, csv.Error):
        return None


@lru_cache(maxsize=4)
def _made(make: Callable[..., Any], *stamped: tuple[Path, int]) -> Any:
    tables = []
    for path, _ in stamped:
        with path.open(encoding="utf-8", newline="") as file:
            tables.append(list(csv.DictReader(file, restval="")))
    return make(*tables)
