"""What the heads of a table's columns mean, however people write them.

Spelt out or glued together, as codes of this project or of Freedom House, in any order; years may
be rows or columns, categories too.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product, zip_longest
from pathlib import Path
from typing import Final

from analysis.facts.countries import find_countries, fold
from analysis.facts.errors import SourceError, nearest
from analysis.facts.rating_system import CATEGORIES, SCORE

Grid = Sequence[Sequence[str]]
Place = tuple[str, int | None]
"""Category code (or empty) and year (or None) of a column of numbers."""
NUMBERS: Final = (*CATEGORIES, SCORE)
with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as _file:
    _NAMES: Final = {row["means"]: row["printed"].split("; ") for row in csv.DictReader(_file)}
_NOISE: Final = {"nit", "nations", "in", "transit", "rating", "ratings", "score", "the"}
_YEAR: Final = re.compile(
    r"(?<!\d)(?P<y>19[89]\d|20[0-3]\d)(?:[.,]0+|-(?:01-01|12-31)(?:[ T]00:00(?::00)?)?)?(?!\d)"
    r"(?: \[YR(?P=y)\])?"  # as the World Bank writes it
)
_YEAR_WORDS: Final = re.compile(r"(?:nit|nationsintransit|edition|year|report|[xy])*")
_SCALE_NOTE: Final = re.compile(r"[(\[]\s*[17][^()\[\]]{0,40}[)\]]")
_SEARCHED: Final = 50
"""Rows in which the head of a table is looked for."""


def _glued(text: str) -> str:
    return "".join(fold(text.replace("_", " ").replace("%", " pct")).split())


_CODES: Final = {
    _glued(name): code for code, names in _NAMES.items() for name in (code, *names) if _glued(name)
}


@lru_cache(maxsize=4096)
def code_of(text: str) -> str:
    """Return what a head of a column means: a key of the table of names, or an empty string."""
    text = _SCALE_NOTE.sub("", text)
    if code := _CODES.get(_glued(text)):
        return code
    words = fold(re.sub(r"([a-z])(?=[A-Z])|_", r"\1 ", text)).split()
    # fh_ep alone is what others call Electoral Process in Freedom in the World, 0 to 12.
    noise = _NOISE | ({"fh"} if "nit" in words or "transit" in words else set())
    code = _CODES.get("".join(word for word in words if word not in noise), "")
    return code if code in NUMBERS else ""


@lru_cache(maxsize=4096)
def year_of(text: str) -> int | None:
    """Return the year of ``2018``, ``NIT 2018``, ``2018.0`` or ``2018-01-01 00:00:00``."""
    match = _YEAR.search(text)
    if match is None:
        return None
    rest = fold(text[: match.start()] + " " + text[match.end() :])
    return int(match["y"]) if _YEAR_WORDS.fullmatch(rest.replace(" ", "")) else None


@dataclass(frozen=True)
class Heads:
    """The columns of one table, whose heads stand in `row`, counted from 0.

    `names` are columns by meaning: ``COUNTRY``, ``YEAR`` and so on, where there is one; `unknown`
    heads mean nothing here.
    """

    row: int
    names: Mapping[str, int]
    values: Mapping[int, Place]
    unknown: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names) + len(self.values)

    def others(self) -> str:
        """Return the first heads that mean nothing here."""
        return quoted(self.unknown)

    def missing(self, has_country: bool, has_year: bool) -> str:
        """Return which column is missing and what is near it; empty if the table is whole."""
        codes = {code for code, _ in self.values.values()}
        has_year |= all(year for _, year in self.values.values())
        needed = {
            "CS": ("a category such as Civil Society", bool(self.values)),
            "COUNTRY": ("Country", has_country or bool({"COUNTRY", "ISO"} & set(self.names))),
            "YEAR": ("Year", has_year or bool({"EDITION", "YEAR"} & set(self.names))),
            "CATEGORY": ("Category", "CATEGORY" in self.names or "" not in codes),
        }
        for code, (name, is_there) in needed.items():
            if not is_there:
                near = self._near(code, 0.5) or f"; other columns: {self.others()}"
                return f"no column for {name}{near}"
        for code in NUMBERS:
            if codes != {""} and code not in codes and (near := self._near(code, 0.7)):
                return f"no column for {CATEGORIES.get(code, 'Democracy Score')}{near}"
        return ""

    def _near(self, code: str, least: float) -> str:
        names = [code, *_NAMES[code]]
        heads = (head for head in self.unknown if 3 < len(head) < 60)
        alike = [head for head in heads if nearest(head, names, 1, least)]
        return f"; the nearest column is {alike[0]!r}" if alike else ""


def _heads_of(number: int, row: Sequence[str]) -> Heads:
    names: dict[str, int] = {}
    values: dict[int, Place] = {}
    unknown = []
    for column, text in enumerate(row):
        if not text or len(text) > 80:
            continue
        year = _YEAR.search(text)
        rest = text[: year.start()] + text[year.end() :] if year else ""
        if (only_year := year_of(text)) is not None:
            values[column] = ("", only_year)
        elif year and (code := code_of(rest)) in NUMBERS:
            values[column] = (code, int(year["y"]))
        elif (code := code_of(text)) in NUMBERS:
            values[column] = (code, None)
        elif code:
            names.setdefault(code, column)
        else:
            unknown.append(text)
    if "CATEGORY" in names and "VALUE" in names and not values:
        values[names["VALUE"]] = ("", None)
    elif "VALUE" in names:
        unknown.append(row[names["VALUE"]])
    return Heads(number, names, values, tuple(unknown))


def find_heads(grid: Grid) -> Heads | None:
    """Return the row of heads of a sheet, the first of the fullest ones; None without any.

    Raises
    ------
    SourceError
        If two columns mean the same, or another row of heads names other columns.
    """
    rows = (_heads_of(number, row) for number, row in enumerate(grid[:_SEARCHED]))
    best = max(rows, key=_worth, default=None)
    if best is None or _worth(best) < 2:
        return None
    for number, row in enumerate(grid):
        if abs(number - best.row) > 1 and "COUNTRY" in map(code_of, row):
            other = _heads_of(number, row)
            if len(other) > 2 and (other.names, other.values) != (best.names, best.values):
                says = f"row {number + 1} names other columns than row {best.row + 1}"
                raise SourceError(f"{says}: two tables, expected one a sheet")
    best = _checked_once(best, grid)
    return replace(best, names={**_without_heads(best, grid), **best.names})


def _worth(heads: Heads) -> int:
    """Return how much of a row is heads; a row of data names one year and no column."""
    return len(heads) if heads.names or len(heads.values) >= 3 else 0


def _checked_once(heads: Heads, grid: Grid) -> Heads:
    """Return heads of which no two mean the same, if need be those of two rows together.

    Categories above years, or years above categories, stand once over several columns.
    """
    twice = _named_twice(heads, grid[heads.row])
    if not twice:
        return heads
    for upper in (heads.row - 1, heads.row):
        if 0 <= upper < len(grid) - 1:
            joined: list[str] = []
            above = ""
            for head, below in zip_longest(grid[upper], grid[upper + 1], fillvalue=""):
                above = head or above  # what stands above goes for the empty cells to its right
                is_above = year_of(above) or code_of(above) in NUMBERS
                joined.append(f"{above} {below}" if is_above else head or below)
            both = _heads_of(upper + 1, joined)
            is_whole = both.values and all(map(all, both.values.values()))
            if is_whole and not _named_twice(both, joined):
                return both
    raise SourceError(f"two columns are named {twice}, expected one")


def _named_twice(heads: Heads, row: Sequence[str]) -> str:
    named = [" ".join(str(part) for part in place if part) for place in heads.values.values()]
    codes = [code_of(text) for text in row]
    once = {"COUNTRY", "EDITION", "CATEGORY", "DP", "REGIME"}
    once |= {"VALUE"} if ("", None) in heads.values.values() else set()
    named += [code for code in codes if code in once]
    return next((name for name in named if named.count(name) > 1), "")


def _without_heads(heads: Heads, grid: Grid) -> dict[str, int]:
    """Return the columns whose head is empty, by what stands below it in nine of ten rows."""
    found: dict[str, int] = {}
    for column, (head, *below) in enumerate(zip_longest(*grid[heads.row :], fillvalue="")):
        cells = [cell for cell in below if cell and len(cell) < 80]
        if head or not cells:
            continue
        rated = find_countries(cells)
        for code, fits in (
            ("COUNTRY", [cell in rated for cell in cells]),
            ("CATEGORY", [code_of(cell) in NUMBERS for cell in cells]),
            ("YEAR", [year_of(cell) is not None for cell in cells]),
        ):
            if sum(fits) >= 0.9 * len(fits):
                found.setdefault(code, column)
    return found


def quoted(names: Iterable[str]) -> str:
    """Return the first of some names as a file has them."""
    return ", ".join(repr(name[:40]) for name in [*names][:8]) or "none"


def names_columns(lines: Sequence[str]) -> bool:
    """Tell whether one of the first lines of a text is a row of heads of a table."""
    for line, separator in product(lines[:_SEARCHED], ",;\t|"):
        cells = [cell.strip(" \"'") for cell in line.split(separator)]
        codes = {code_of(cell) for cell in cells if 0 < len(cell) < 80}
        years = [cell for cell in cells if len(cell) < 30 and year_of(cell)]
        is_named = bool(codes & {"COUNTRY", "ISO"}) and len(cells) > 2
        if is_named and (codes & {*NUMBERS, "VALUE"} or len(years) > 2):
            return True
    return False
