"""Named groups of countries, declared in data/raw/groups.yml and checked when they are read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from analysis.facts.countries import COUNTRIES, Country, fold
from analysis.facts.errors import ParameterError, SourceError, did_you_mean
from analysis.facts.files import raw_folder

ALL: Final = "all"
_BY_CODE: Final = {country.iso3: country for country in COUNTRIES}
_KEYS: Final = ("name", "members", "meaning", "source")


@dataclass(frozen=True)
class NamedGroup:
    """A group of countries.

    Attributes
    ----------
    name
        As a reader sees it.
    members
        By name.
    meaning
        What the group is and for when it holds.
    source
        Where the membership is from.
    since
        ISO code -> year from which a country belongs to the group, where that is declared.
    """

    name: str
    members: tuple[Country, ...]
    meaning: str
    source: str
    since: tuple[tuple[str, int], ...] = ()


def groups_path() -> Path:
    """Return the file that declares the groups."""
    return raw_folder() / "groups.yml"


def named_groups() -> dict[str, NamedGroup]:
    """Return the groups of the project folder by name: ``all`` and those of ``groups.yml``."""
    path = groups_path()
    stamp = path.stat().st_mtime_ns if path.is_file() else 0
    return _kept(path, stamp)


@cache
def _kept(path: Path, stamp: int) -> dict[str, NamedGroup]:
    del stamp  # Part of the key: an edited file is read anew.
    return read_groups(path)


def read_groups(path: Path) -> dict[str, NamedGroup]:
    """Read a file of groups.

    Returns
    -------
    dict
        Name -> group, ``all`` first.

    Raises
    ------
    SourceError
        If the file is missing or no YAML list, or an entry lacks a key or has an unknown one, has
        no members, names a country twice or one that is not rated; or if two groups share a name,
        or one has that of a country. The message names the entry by its number.
    """
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SourceError(f"{path}: no such file, expected the named groups") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: not UTF-8 YAML ({' '.join(str(error).split())})") from None
    if not isinstance(entries, list):
        raise SourceError(f"{path}: expected a list of groups, found {type(entries).__name__}")
    whole = NamedGroup(ALL, COUNTRIES, "All countries that Nations in Transit rates.", "")
    groups = {ALL: whole}
    taken = {fold(ALL), *(fold(name) for c in COUNTRIES for name in (c.name, c.iso3, *c.aliases))}
    for number, entry in enumerate(entries, start=1):
        where = f"{path}: entry {number}"
        group = _read_entry(where, entry)
        if fold(group.name) in taken:
            raise SourceError(f"{where}: {group.name!r} already names a group or a country")
        taken.add(fold(group.name))
        groups[group.name] = group
    return groups


def _read_entry(where: str, entry: Any) -> NamedGroup:
    if not isinstance(entry, dict) or set(entry) != set(_KEYS):
        found = ", ".join(map(str, entry)) if isinstance(entry, dict) else repr(entry)
        raise SourceError(f"{where}: expected the keys {', '.join(_KEYS)}, found {found}")
    for key in ("name", "meaning", "source"):
        if not isinstance(entry[key], str) or not entry[key].strip():
            raise SourceError(f"{where}: {key}: expected a text, found {entry[key]!r}")
    name, listed = entry["name"].strip(), entry["members"]
    if "," in name:
        raise SourceError(f"{where}: name: a comma separates countries, found {name!r}")
    if not isinstance(listed, list | dict) or not listed:
        raise SourceError(f"{where}: members of {name}: expected ISO codes, found {listed!r}")
    codes = [_code(where, name, code) for code in listed]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise SourceError(f"{where}: members of {name}: {twice[0]} stands there twice")
    since = listed.items() if isinstance(listed, dict) else ()
    for code, year in since:
        if isinstance(year, bool) or not isinstance(year, int):
            raise SourceError(f"{where}: {name}, {code}: expected a year, found {year!r}")
    members = tuple(country for country in COUNTRIES if country.iso3 in codes)
    return NamedGroup(name, members, entry["meaning"].strip(), entry["source"].strip(), (*since,))


def _code(where: str, group: str, code: Any) -> str:
    if isinstance(code, str) and code in _BY_CODE:
        return code
    known = {country.iso3: country.iso3 for country in COUNTRIES}
    known |= {name: c.iso3 for c in COUNTRIES for name in (c.name, *c.aliases)}
    hint = did_you_mean(code, known) if isinstance(code, str) else ""
    raise SourceError(f"{where}: members of {group}: unknown ISO code {code!r}{hint}")


def find_group(name: str) -> NamedGroup:
    """Return the group that a name stands for; case and punctuation do not matter.

    Raises
    ------
    ParameterError
        If there is no such group; the message names the nearest ones and all there are.
    """
    groups = named_groups()
    for group in groups.values():
        if fold(group.name) == fold(name):
            return group
    hint = did_you_mean(name, list(groups))
    lead = f"{hint} The" if hint else "; the"
    raise ParameterError(f"unknown group {name!r}{lead} groups are {', '.join(groups)}")


def group_members(name: str) -> tuple[Country, ...]:
    """Return the members of a named group, by name.

    Raises
    ------
    ParameterError
        As `find_group`.
    """
    return find_group(name).members


def group_names() -> tuple[str, ...]:
    """Return the names of all groups, ``all`` first."""
    return tuple(named_groups())
