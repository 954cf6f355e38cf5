"""Which countries enter: a group, its parts, and those that a reader leaves out."""

from __future__ import annotations

import pandas as pd

from analysis.facts.countries import REGIONS, find_country, fold
from analysis.settings.groups import group_members

EU_PARTS = ("EU members", "Non-EU")


def named_countries(names: str) -> list[str]:
    """Return the countries that a list joined by semicolons names, in any spelling.

    Raises
    ------
    analysis.facts.errors.ParameterError
        If one is unknown; names that are spelt alike are given.
    """
    return [find_country(name.strip()).name for name in names.split(";") if name.strip()]


def without_countries(table: pd.DataFrame, names: str) -> pd.DataFrame:
    """Return the rows of a table without those of the named countries (joined by semicolons)."""
    kept = ~table["country"].isin(named_countries(names))
    return table[kept].reset_index(drop=True)


def chosen_groups(group: str, without: str = "") -> dict[str, list[str]]:
    """Return a group and, where it is the whole region, its parts: name -> countries.

    Parameters
    ----------
    group
        ``all`` or a name of ``data/raw/groups.yml``.
    without
        Countries left out, joined by semicolons.

    Examples
    --------
    >>> {name: len(countries) for name, countries in chosen_groups("all", "Hungary").items()}
    {'all': 28, 'Central Europe': 9, 'Balkans': 8, 'Eurasia': 12, 'EU members': 10, 'Non-EU': 18}
    """
    parts = (*REGIONS, *EU_PARTS) if fold(group) == "all" else ()
    left_out = named_countries(without)
    return {
        name: [c.name for c in group_members(name) if c.name not in left_out]
        for name in (group, *parts)
    }
