"""Several countries side by side in one window, chosen by name or as a named group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from analysis.briefs.region.story import RegionStory, load_region
from analysis.briefs.wording import listed
from analysis.facts.countries import Country, find_country, fold
from analysis.facts.errors import ParameterError, did_you_mean
from analysis.settings.groups import NamedGroup, named_groups
from analysis.settings.parameters import check_window

MOST_COUNTRIES: Final = 8
"""Countries that may be named one by one; a named group may be larger."""


@dataclass(frozen=True)
class ComparisonStory(RegionStory):
    """Countries to compare, with what their group is.

    Attributes
    ----------
    named
        The group that was asked for; None where the countries were named one by one.
    """

    named: NamedGroup | None = None

    @property
    def shown(self) -> list[pd.DataFrame]:
        """Return the rows that the brief shows."""
        return [self.panel, self.series]

    @property
    def trend(self) -> Any:
        """Return the group's average trend; countries named one by one have none."""
        return super().trend if self.named else None

    @property
    def title(self) -> str:
        """Return the group's name, or the countries'."""
        if self.named is None:
            return listed([c.name for c in self.members])
        return f"All {len(self.members)} countries" if self.group == "all" else self.named.name

    @property
    def wide_scores(self) -> pd.DataFrame:
        """Return one row an edition and one column a country; not known as missing."""
        wide = self.series.pivot_table(index="edition", columns="country", values="score")
        return wide.reindex(list(self.window.editions))

    @property
    def common(self) -> pd.DataFrame:
        """Return the rows of `wide_scores` in which every country with any score has one."""
        return self.wide_scores.dropna(how="any")

    @property
    def few(self) -> bool:
        """Return whether each country can have a line of its own."""
        return len(self.members) <= MOST_COUNTRIES


def load_comparison(
    countries: object, first_edition: object, last_edition: object
) -> ComparisonStory:
    """Check the parameters of a comparison brief and cut the stored tables to them.

    Parameters
    ----------
    countries
        Two to eight countries separated by commas, or the name of a group.
    first_edition, last_edition
        As a notebook receives them.

    Raises
    ------
    ParameterError
        If a parameter is unusable, or no score of any of the countries lies in the window.
    AnalysisError
        If data/processed has not been built.
    """
    members, named = chosen_countries(countries)
    window = check_window(first_edition, last_edition)
    whole = load_region("all", window.first_edition, window.last_edition)
    names = [country.name for country in members]
    panel = whole.panel[whole.panel["country"].isin(names)]
    series = whole.series[whole.series["country"].isin(names)]
    if series.empty:
        raise ParameterError(
            f"no score of {listed(names)} is known in the {window.in_words}; choose other editions"
        )
    return ComparisonStory(
        group=named.name if named else ", ".join(names),
        members=members,
        window=window,
        panel=panel,
        series=series,
        pairs=whole.pairs,
        named=named,
    )


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
    groups = named_groups()
    for group in groups.values():
        if fold(group.name) == fold(text):
            return group.members, group
    names = [name.strip() for name in text.split(",") if name.strip()]
    if len(names) == 1:
        raise ParameterError(_one_name(names[0], list(groups)))
    members = tuple(find_country(name) for name in names)
    if twice := [c.name for place, c in enumerate(members) if c in members[:place]]:
        raise ParameterError(f"countries: {twice[0]} is named twice in {text!r}")
    if not 2 <= len(members) <= MOST_COUNTRIES:
        raise ParameterError(
            f"countries: expected two to {MOST_COUNTRIES} countries or a named group, found "
            f"{len(members)}"
        )
    return members, None


def _one_name(name: str, groups: list[str]) -> str:
    try:
        found = find_country(name)
    except ParameterError:
        hint = did_you_mean(name, groups)
        return f"countries: {name!r} is neither a group nor a country{hint}"
    return f"countries: only {found.name} is named; add a second country after a comma"
