"""Several countries side by side in one window, chosen by name or as a named group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.briefs.region.story import RegionStory, load_region
from analysis.briefs.wording import listed
from analysis.facts.errors import ParameterError
from analysis.settings.groups import MOST_COUNTRIES, NamedGroup, chosen_countries
from analysis.settings.parameters import check_window


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
