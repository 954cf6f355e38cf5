"""The 29 countries of *Nations in Transit*: codes, names over time, parts of the region.

The name used throughout is Freedom House's in the last edition, but for Czechia, which its pages
print as Czech Republic. Aliases are the names under which reports, pages and users look a country
up; spelling and case do not matter.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from analysis.facts.errors import ParameterError, did_you_mean


@dataclass(frozen=True)
class Country:
    """One rated country.

    Attributes
    ----------
    name
        The project's name for it.
    iso2, iso3
        ISO 3166-1 codes; Kosovo has the user-assigned ``XK`` and ``XKX``.
    region
        Central Europe, Balkans or Eurasia, as Freedom House groups them.
    capitals
        Names of the capital as reports print it, newest first.
    aliases
        Other names in reports and in use, with former names.
    formerly
        Former names with the last edition that prints them.
    """

    name: str
    iso2: str
    iso3: str
    region: str
    capitals: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    formerly: tuple[tuple[str, int], ...] = ()


CENTRAL_EUROPE: Final = "Central Europe"
BALKANS: Final = "Balkans"
EURASIA: Final = "Eurasia"
REGIONS: Final = (CENTRAL_EUROPE, BALKANS, EURASIA)

COUNTRIES: Final[tuple[Country, ...]] = (
    Country("Albania", "AL", "ALB", BALKANS, ("Tirana",), aliases=("Republic of Albania",)),
    Country("Armenia", "AM", "ARM", EURASIA, ("Yerevan",), aliases=("Republic of Armenia",)),
    Country("Azerbaijan", "AZ", "AZE", EURASIA, ("Baku",)),
    Country("Belarus", "BY", "BLR", EURASIA, ("Minsk",), aliases=("Byelorussia", "Belorussia")),
    Country(
        "Bosnia and Herzegovina",
        "BA",
        "BIH",
        BALKANS,
        ("Sarajevo",),
        aliases=("Bosnia", "Bosnia & Herzegovina", "Bosnia-Herzegovina", "BiH"),
    ),
    Country("Bulgaria", "BG", "BGR", CENTRAL_EUROPE, ("Sofia",)),
    Country("Croatia", "HR", "HRV", BALKANS, ("Zagreb",)),
    Country(
        "Czech Republic",
        "CZ",
        "CZE",
        CENTRAL_EUROPE,
        ("Prague",),
        aliases=("Czechia", "The Czech Republic"),
    ),
    Country("Estonia", "EE", "EST", CENTRAL_EUROPE, ("Tallinn",)),
    Country("Georgia", "GE", "GEO", EURASIA, ("Tbilisi",)),
    Country("Hungary", "HU", "HUN", CENTRAL_EUROPE, ("Budapest",)),
    Country(
        "Kazakhstan",
        "KZ",
        "KAZ",
        EURASIA,
        ("Astana", "Nur-Sultan", "Nursultan"),
        aliases=("Kazakstan",),
    ),
    Country(
        "Kosovo",
        "XK",
        "XKX",
        BALKANS,
        ("Pristina", "Prishtina", "Priština"),
        aliases=("Kosova", "XKO", "Kosovo (UNMIK)", "Kosovo*"),
    ),
    Country(
        "Kyrgyzstan",
        "KG",
        "KGZ",
        EURASIA,
        ("Bishkek",),
        aliases=("Kyrgyz Republic", "The Kyrgyz Republic", "Kirghizia", "Kirgizstan"),
    ),
    Country("Latvia", "LV", "LVA", CENTRAL_EUROPE, ("Riga",)),
    Country("Lithuania", "LT", "LTU", CENTRAL_EUROPE, ("Vilnius",)),
    Country(
        "Moldova",
        "MD",
        "MDA",
        EURASIA,
        ("Chişinău", "Chisinau", "Chișinău"),
        aliases=("Republic of Moldova",),
    ),
    Country(
        "Montenegro",
        "ME",
        "MNE",
        BALKANS,
        ("Podgorica",),
        aliases=("Crna Gora",),
    ),
    Country(
        "North Macedonia",
        "MK",
        "MKD",
        BALKANS,
        ("Skopje",),
        aliases=(
            "Macedonia",
            "Republic of North Macedonia",
            "Republic of Macedonia",
            "FYR Macedonia",
            "FYROM",
            "The former Yugoslav Republic of Macedonia",
        ),
        formerly=(("Macedonia", 2018),),
    ),
    Country("Poland", "PL", "POL", CENTRAL_EUROPE, ("Warsaw",)),
    Country("Romania", "RO", "ROU", CENTRAL_EUROPE, ("Bucharest",)),
    Country("Russia", "RU", "RUS", EURASIA, ("Moscow",), aliases=("Russian Federation",)),
    Country("Serbia", "RS", "SRB", BALKANS, ("Belgrade",), aliases=("Republic of Serbia",)),
    Country("Slovakia", "SK", "SVK", CENTRAL_EUROPE, ("Bratislava",), ("Slovak Republic",)),
    Country("Slovenia", "SI", "SVN", CENTRAL_EUROPE, ("Ljubljana",)),
    Country("Tajikistan", "TJ", "TJK", EURASIA, ("Dushanbe",), aliases=("Tadjikistan",)),
    Country(
        "Turkmenistan",
        "TM",
        "TKM",
        EURASIA,
        ("Ashgabat", "Aşgabat", "Ashkhabad"),
    ),
    Country("Ukraine", "UA", "UKR", EURASIA, ("Kyiv", "Kiev", "Kyïv")),
    Country("Uzbekistan", "UZ", "UZB", EURASIA, ("Tashkent",)),
)
"""All 29, by name."""

BY_NAME: Final = {country.name: country for country in COUNTRIES}


def fold(name: str) -> str:
    """Return `name` without case, accents, punctuation and a leading article, for comparison."""
    plain = unicodedata.normalize("NFKD", name.replace("&", " and "))
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    words = letters.casefold().split()
    return " ".join(words[1:] if words[:1] == ["the"] else words)


def _names(country: Country) -> tuple[str, ...]:
    return (country.name, country.iso2, country.iso3, *country.aliases)


_BY_FOLDED: Final = {fold(name): country for country in COUNTRIES for name in _names(country)}


def find_country(name: str) -> Country:
    """Return the country that a name, alias, former name or ISO code stands for.

    Raises
    ------
    ParameterError
        If no country is called so; the message names the nearest ones.
    """
    if not isinstance(name, str):
        raise ParameterError(f"expected a country's name or code, found {name!r}")
    country = _BY_FOLDED.get(fold(name))
    if country is None:
        known = {n: c.name for c in COUNTRIES for n in _names(c) if len(n) > 3}
        raise ParameterError(f"unknown country {name!r}{did_you_mean(name, known)}")
    return country


def printed_name(country: Country, edition: int) -> str:
    """Return the name under which the report of `edition` rated the country."""
    names = (old for old, last in country.formerly if edition <= last)
    return next(names, country.name)
