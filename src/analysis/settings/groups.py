"""Named groups of countries, declared in data/raw/groups.yml and checked when they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import Field, model_validator

from analysis.facts.countries import BY_NAME, COUNTRIES, Country, find_country, fold
from analysis.facts.errors import ParameterError, SourceError, did_you_mean
from analysis.facts.files import raw_folder
from analysis.settings.parameters import Window, check_window
from analysis.settings.reading import Declared, Text, read_declared, shown, stamp

ALL: Final = "all"
MOST_COUNTRIES: Final = 8
"""Countries that may be named one by one; a named group may be larger."""
LONGEST_NAME: Final = 60


class NamedGroup(Declared):
    """A group of countries, as a reader sees it named, what it is and where that is from.

    `codes` are the members' ISO codes, or ISO code -> year from which one belongs to the group.
    """

    name: Text
    codes: Any = Field(alias="members")
    meaning: Text
    source: Text

    @model_validator(mode="after")
    def _check(self) -> NamedGroup:
        if "," in self.name:
            raise ValueError(f"name: a comma separates countries, found {self.name!r}")
        if not (fold(self.name) and self.name.isprintable() and len(self.name) <= LONGEST_NAME):
            words = f"words of at most {LONGEST_NAME} characters in one line"
            raise ValueError(f"name: expected {words}, found {shown(self.name)}")
        where = f"members of {self.name}"
        if not isinstance(self.codes, list | dict) or not self.codes:
            raise ValueError(f"{where}: expected ISO codes, found {self.codes!r}")
        for place, code in enumerate(self.codes):
            if code not in _ALL_CODES:
                known = {name: c.iso3 for c in COUNTRIES for name in (c.iso3, c.name, *c.aliases)}
                hint = did_you_mean(code, known) if isinstance(code, str) else ""
                raise ValueError(f"{where}: unknown ISO code {code!r}{hint}")
            if code in list(self.codes)[:place]:
                raise ValueError(f"{where}: {code} stands there twice")
        if odd := [(c, y) for c, y in self.since if type(y) is not int or not 1900 <= y < 2100]:
            raise ValueError(f"{self.name}, {odd[0][0]}: expected a year, found {odd[0][1]!r}")
        return self

    @property
    def members(self) -> tuple[Country, ...]:
        """The countries, by name."""
        return tuple(country for country in COUNTRIES if country.iso3 in self.codes)

    @property
    def since(self) -> tuple[tuple[str, int], ...]:
        """ISO code and year from which a country belongs to the group, where that is declared."""
        return tuple(self.codes.items()) if isinstance(self.codes, dict) else ()


_ALL_CODES: Final = tuple(country.iso3 for country in COUNTRIES)
_EVERY: Final = NamedGroup.model_construct(
    name=ALL, members=_ALL_CODES, meaning="All countries that Nations in Transit rates.", source=""
)


def named_groups() -> dict[str, NamedGroup]:
    """Return the groups of the project folder by name: ``all`` and those of ``groups.yml``."""
    path = raw_folder() / "groups.yml"
    return read_groups(path, stamp(path))


@cache
def read_groups(path: Path, _stamp: tuple[int, int] = (0, 0)) -> dict[str, NamedGroup]:
    """Read a file of groups: name -> group, ``all`` first.

    Raises
    ------
    SourceError
        If the file is missing or no YAML list, an entry cannot be a group, or its name is that of
        another one or of a country. The message names the entry by its number.
    """
    groups = {ALL: _EVERY}
    taken = {fold(ALL), *(fold(name) for c in COUNTRIES for name in (c.name, c.iso3, *c.aliases))}
    for number, group in enumerate(read_declared(list[NamedGroup], path, "the named groups"), 1):
        if fold(group.name) in taken:
            raise SourceError(
                f"{path}: entry {number}: {group.name!r} already names a group or a country"
            )
        taken.add(fold(group.name))
        groups[group.name] = group
    return groups


def _called(name: str) -> NamedGroup | None:
    return next((g for g in named_groups().values() if fold(g.name) == fold(name)), None)


def find_group(name: str) -> NamedGroup:
    """Return a named group; case and punctuation do not matter.

    Raises
    ------
    ParameterError
        If there is no such group; the message names the nearest ones and all there are.
    """
    if group := _called(name):
        return group
    hint = did_you_mean(name, group_names())
    lead = f"{hint} The" if hint else "; the"
    raise ParameterError(f"unknown group {name!r}{lead} groups are {', '.join(group_names())}")


def group_members(name: str) -> tuple[Country, ...]:
    """Return the members of a named group, by name; raises as `find_group`.

    Examples
    --------
    >>> [country.iso3 for country in group_members("Baltic states")]
    ['EST', 'LVA', 'LTU']
    """
    return find_group(name).members


def check_group_window(
    group: object, first_edition: Any, last_edition: Any
) -> tuple[tuple[Country, ...], Window]:
    """Return the checked members of a group and a checked window.

    Raises
    ------
    ParameterError
        If the group is unknown or the window is unusable.
    """
    if not isinstance(group, str):
        raise ParameterError(f"group: expected a name such as Balkans, found {group!r}")
    return group_members(group), check_window(first_edition, last_edition)


def group_names() -> tuple[str, ...]:
    """Return the names of all groups, ``all`` first."""
    return tuple(named_groups())


def chosen_countries(text: object) -> tuple[tuple[Country, ...], NamedGroup | None]:
    """Return the countries that a text names, in its order, and the group if it names one.

    Raises
    ------
    ParameterError
        If it names no group and fewer than two or more than eight countries, one of them twice, or
        one that is not known.
    """
    if not isinstance(text, str) or not text.strip():
        raise ParameterError(
            "countries: expected names separated by commas such as Estonia, Latvia, or a group "
            f"such as Visegrad, found {text!r}"
        )
    if group := _called(text):
        return group.members, group
    names = [name.strip() for name in text.split(",") if name.strip()]
    if len(names) == 1:
        try:
            found = find_country(names[0])
        except ParameterError:
            says = f"{names[0]!r} is neither a group nor a country"
            hint = did_you_mean(names[0], group_names())
            raise ParameterError(f"countries: {says}{hint}") from None
        raise ParameterError(
            f"countries: only {found.name} is named; add a second country after a comma"
        )
    members = tuple(find_country(name) for name in names)
    if twice := [c.name for place, c in enumerate(members) if c in members[:place]]:
        raise ParameterError(f"countries: {twice[0]} is named twice in {text!r}")
    if not 2 <= len(members) <= MOST_COUNTRIES:
        raise ParameterError(
            f"countries: expected two to {MOST_COUNTRIES} countries or a named group, found "
            f"{len(members)}"
        )
    return members, None


def members_of(given: Mapping[str, Any]) -> Sequence[Country]:
    """Return the countries that the parameters of a brief name, as far as they are known."""
    try:
        if "countries" in given:
            return chosen_countries(given["countries"])[0]
        return group_members(str(given.get("group", "")))
    except ParameterError:
        return [country] if (country := BY_NAME.get(given.get("country", ""))) else []
