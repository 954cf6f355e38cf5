"""Which countries and editions enter: a group, its parts, those left out, a declared window."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.facts.countries import REGIONS, Country, find_country, fold
from analysis.facts.errors import ParameterError
from analysis.settings.groups import check_group_window, find_group, group_members
from analysis.settings.parameters import FORMAT_CHANGE, Window
from analysis.tables.stored import read_processed, score_series


@dataclass(frozen=True)
class GroupData:
    """A group of countries in one window; ratings of `panel` and scores of `series` are 7=best."""

    group: str
    members: tuple[Country, ...]
    window: Window
    panel: pd.DataFrame
    series: pd.DataFrame

    @property
    def wide(self) -> pd.DataFrame:
        """Return the panel with one row a country and edition and one column a category."""
        return self.panel.pivot_table(
            index=["country", "edition"], columns="category", values="rating"
        ).reset_index()


def load_group(
    group: object, first_edition: object, last_edition: object, without: str = ""
) -> GroupData:
    """Check a group and a window and cut the stored tables to them.

    Members that `without` names, joined by semicolons, are left out.

    Raises
    ------
    analysis.facts.errors.ParameterError
        If a parameter is unusable.
    analysis.facts.errors.AnalysisError
        If data/processed has not been built.

    Examples
    --------
    >>> len(load_group("Balkans", 2005, 2024).members)
    7
    """
    members, window = check_group_window(group, first_edition, last_edition)
    left_out = named_countries(without)
    if strangers := [name for name in left_out if name not in [c.name for c in members]]:
        raise ParameterError(f"without: {strangers[0]} is no member of {group}")
    members = tuple(country for country in members if country.name not in left_out)
    if not members:
        raise ParameterError(f"without: {without!r} leaves no country of {group}")
    names = [country.name for country in members]
    tables = read_processed("panel"), score_series(read_processed("country_editions"))
    panel, series = (window.cut(table[table["country"].isin(names)]) for table in tables)
    return GroupData(find_group(str(group)).name, members, window, panel, series)


def require_complete(complete: pd.DataFrame, data: GroupData) -> None:
    """Refuse a choice of which no country-edition is known in full, so that `complete` is empty.

    Raises
    ------
    analysis.facts.errors.ParameterError
        Naming the group and the editions.

    Examples
    --------
    >>> from analysis import data
    >>> visegrad = load_group("Visegrad", 2005, 2024)
    >>> require_complete(data.country_editions("Visegrad"), visegrad)
    """
    if complete.empty:
        raise ParameterError(
            f"no country-edition of {data.group} in the {data.window.in_words} is known in full; "
            "choose other countries or editions"
        )


def named_countries(names: str) -> list[str]:
    """Return the countries that a list joined by semicolons names, in any spelling.

    Raises
    ------
    analysis.facts.errors.ParameterError
        If one is unknown; names that are spelt alike are given.
    """
    try:
        return [find_country(name.strip()).name for name in names.split(";") if name.strip()]
    except ParameterError as error:
        hint = "; names are joined by semicolons" if "," in names else ""
        raise ParameterError(f"{error}{hint}") from None


def without_countries(table: pd.DataFrame, names: str) -> pd.DataFrame:
    """Return the rows of a table without those of the named countries (joined by semicolons).

    Examples
    --------
    >>> from analysis import data
    >>> without_countries(data.scores("Balkans"), "Serbia; Kosovo")["country"].nunique()
    5
    """
    return table[~table["country"].isin(named_countries(names))].reset_index(drop=True)


def chosen_groups(group: str, without: str = "") -> dict[str, list[str]]:
    """Return a group and, where it is the whole region, its parts with members: name -> countries.

    Countries that `without` names, joined by semicolons, are left out.

    Examples
    --------
    >>> {name: len(countries) for name, countries in chosen_groups("all", "Hungary").items()}
    {'all': 28, 'Central Europe': 9, 'Balkans': 7, 'Eurasia': 12, 'EU members': 10, 'Non-EU': 18}
    """
    parts = (*REGIONS, "EU members", "Non-EU") if fold(group) == "all" else ()
    left_out = named_countries(without)
    kept = {
        name: [c.name for c in group_members(name) if c.name not in left_out]
        for name in (group, *parts)
    }
    return {name: countries for name, countries in kept.items() if countries or name == group}


def in_window(table: pd.DataFrame, window: str) -> pd.DataFrame:
    """Return the rows of a window that `analysis.settings.choices.WINDOWS` names."""
    first, last = table["edition"].min(), table["edition"].max()
    spans = {
        "first ten editions": (first, first + 9),
        "last ten editions": (last - 9, last),
        "until the change of format": (first, FORMAT_CHANGE - 1),
    }
    return table[table["edition"].between(*spans.get(window, (first, last)))]
