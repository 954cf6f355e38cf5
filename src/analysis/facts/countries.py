"""The 29 countries of *Nations in Transit*: codes, names over time, parts of the region.

They stand in ``countries.csv``. The name used throughout is Freedom House's in the last edition,
but for Czechia, which its pages print as Czech Republic. Aliases are the names that reports print.
Under which names and codes others list the countries stands in ``country_names.csv``, which
``tools/country_names.py`` makes; spelling and case do not matter.
"""

from __future__ import annotations

import contextlib
import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from analysis.facts.errors import ParameterError, did_you_mean


@dataclass(frozen=True)
class Country:
    """One rated country: the project's name for it, its codes, and its region of `REGIONS`.

    ISO codes are those of 3166-1; Kosovo has the user-assigned ``XK`` and ``XKX``. `cow`, `gw` and
    `vdem` are its numbers in the state system of Correlates of War, in Gleditsch and Ward's list of
    independent states, and V-Dem's ``country_id`` (its ``country_text_id`` is `iso3`). Capitals
    stand as reports print them, newest first; aliases are other names in reports and in use;
    `formerly` has former names with the last edition that prints them.
    """

    name: str
    iso2: str
    iso3: str
    region: str
    cow: int
    gw: int
    vdem: int
    capitals: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    formerly: tuple[tuple[str, int], ...] = ()


REGIONS: Final = ("Central Europe", "Balkans", "Eurasia")
"""Parts of the region, as Freedom House groups them."""


def _rows(name: str) -> list[dict[str, str]]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


_LISTED: Final = {row["iso3"]: row for row in _rows("country_names.csv")}
"""All countries of the world by ISO code."""


def _country(row: dict[str, str]) -> Country:
    lists = (row[name].split(" | ") for name in ("capitals", "aliases", "formerly"))
    capitals, aliases, former = (tuple(filter(None, parts)) for parts in lists)
    formerly = tuple((name, int(last)) for name, last in (old.rsplit(" to ", 1) for old in former))
    cow, gw, vdem = (int(_LISTED[row["iso3"]][name]) for name in ("cow", "gw", "vdem"))
    who = (row["name"], row["iso2"], row["iso3"], row["region"])
    return Country(*who, cow, gw, vdem, capitals, aliases, formerly)


COUNTRIES: Final[tuple[Country, ...]] = tuple(map(_country, _rows("countries.csv")))
"""All 29, by name."""

BY_NAME: Final = {country.name: country for country in COUNTRIES}

_MAP: Final = """
 .   .  EST  .   .   .   .   .   .
 .   .  LVA  .   .   .   .   .   .
 .   .  LTU BLR RUS  .   .   .   .
 .  CZE POL UKR  .   .   .   .   .
 .  SVK HUN ROU MDA  .   .  KAZ  .
SVN HRV SRB BGR  .  GEO  .  UZB KGZ
 .  BIH XKX MKD  .  ARM AZE TKM TJK
 .  MNE ALB  .   .   .   .   .   .
"""

TILES: Final = {
    iso3: (column, row)
    for row, line in enumerate(_MAP.split("\n")[1:-1])
    for column, iso3 in enumerate(line.split())
    if iso3 != "."
}
"""ISO code -> column from the west and row from the north: neighbours stay near each other, and
the Black and the Caspian Sea stay gaps."""


def fold(name: str) -> str:
    """Return `name` without case, accents, punctuation and a leading article, for comparison."""
    plain = unicodedata.normalize("NFKD", name.replace("&", " and "))
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    words = letters.casefold().split()
    return " ".join(words[1:] if words[:1] == ["the"] else words)


_NUMBERS: Final = {
    "iso_numeric": "ISO 3166",
    "cow": "Correlates of War",
    "gw": "Gleditsch and Ward",
    "vdem": "V-Dem",
}


def _key(name: str) -> str:
    """Return the letters and digits that tell countries apart, in whatever order a list has them.

    ``Republic of X``, ``X, Republic of`` and ``X (Republic of the)`` are X.
    """
    words = [{"rep": "republic"}.get(word, word) for word in fold(name).split()]
    words = [word for word in words if word != "the"]
    for edge in (slice(0, 2), slice(-2, None)):
        if len(words) > 2 and words[edge] == ["republic", "of"]:
            del words[edge]
    return "".join(words[:-1] if len(words) > 1 and words[-1] == "republic" else words)


def listed_names(country: Country) -> list[str]:
    """Return the names and letter codes under which the usual lists have a country."""
    listed = _LISTED[country.iso3]
    return [listed["cow_code"], listed["gw_code"], *listed["names"].split(" | ")]


_BY_KEY: Final = {_key(name): c for c in COUNTRIES for name in listed_names(c)} | {
    _key(name): c for c in COUNTRIES for name in (c.name, c.iso2, c.iso3, *c.aliases)
}
_ELSEWHERE: Final = {
    _key(name) for iso3, row in _LISTED.items() for name in (iso3, *row["names"].split(" | "))
} - set(_BY_KEY)
_HINTS: Final = {n: c.name for c in COUNTRIES for n in (c.name, *c.aliases) if len(n) > 3}


def _by_number(number: str, lists: Iterable[str] = tuple(_NUMBERS)) -> Country | None:
    """Return the country that has a number in the lists that number countries, if it is one."""
    meant = {
        country: f"{country.name} ({_NUMBERS[column]})"
        for country in COUNTRIES
        for column in lists
        if _LISTED[country.iso3][column] == number.lstrip("0")
    }
    if len(meant) > 1:
        raise ParameterError(f"the number {number} is {' and '.join(meant.values())}; give a name")
    return next(iter(meant), None)


@cache
def _by_name(name: str) -> Country | None:
    """Return the country of a name; what stands in parentheses may not name another one."""
    if country := _BY_KEY.get(_key(name)):
        return country
    outside, *inside = re.split(r"[()\[\]*]|(?<=[^\W\d])[\d¹²³⁴-⁹]+$", name)
    country = _BY_KEY.get(_key(outside))
    others = {_BY_KEY.get(_key(part), country) for part in inside}
    is_clear = others == {country} and not any(_key(part) in _ELSEWHERE for part in inside)
    return country if is_clear else None


def find_country(name: str) -> Country:
    """Return the country that a name or a code stands for in any of the usual lists.

    Those are Freedom House's names, old and new, and the names, letters and numbers of ISO 3166,
    the World Bank, the United Nations, Eurostat, Correlates of War, Gleditsch and Ward, and V-Dem.

    Raises
    ------
    ParameterError
        If no country is called so; the message names the nearest ones. Also if the lists give a
        number to different countries.
    """
    if not isinstance(name, str):
        raise ParameterError(f"expected a country's name or code, found {name!r}")
    country = _by_number(name.strip()) if name.strip().isdecimal() else _by_name(name)
    if country is not None:
        return country
    if _key(name) in _ELSEWHERE:
        raise ParameterError(f"{name!r} is none of the {len(COUNTRIES)} rated countries")
    raise ParameterError(f"unknown country {name!r}{did_you_mean(name, _HINTS, least=0.75)}")


def find_countries(names: Iterable[str]) -> dict[str, Country]:
    """Return the countries of a column by what stands there, without those that are not rated.

    A column keeps to one list: beside codes of ISO 3166 ``MNG`` is Mongolia, not Montenegro, and
    numbers are those of the lists in which most of them are of rated countries.
    """
    column = set(names)
    numbers = {name.strip().lstrip("0") for name in column if name.strip().isdecimal()}
    rated = {kind: len(numbers & {_LISTED[c.iso3][kind] for c in COUNTRIES}) for kind in _NUMBERS}
    lists = [kind for kind in _NUMBERS if rated[kind] == max(rated.values())]
    codes = {name.strip().upper() for name in column}
    is_iso = any(c.iso3 in codes and c.iso3 != _LISTED[c.iso3]["cow_code"] for c in COUNTRIES)
    others = {code for code in codes if is_iso and code in _LISTED}
    found = {}
    for name in column:
        with contextlib.suppress(ParameterError):
            is_number = name.strip().isdecimal()
            country = _by_number(name.strip(), lists) if is_number else find_country(name)
            if country and name.strip().upper() not in others - {country.iso3}:
                found[name] = country
    return found


def printed_name(country: Country, edition: int) -> str:
    """Return the name under which the report of `edition` rated the country."""
    names = (old for old, last in country.formerly if edition <= last)
    return next(names, country.name)
