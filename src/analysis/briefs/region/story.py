"""A group of countries in one window, with the stored results about it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.facts.files import read_processed
from analysis.statistics.group_data import GroupData, load_group


@dataclass(frozen=True)
class RegionStory(GroupData):
    """A group of countries in one window, with the stored results about it.

    Attributes
    ----------
    pairs
        Correlations of the categories over all countries and editions, as notebook 3 stores them.
    """

    pairs: pd.DataFrame

    @property
    def shown(self) -> list[pd.DataFrame]:
        """Return the rows that the brief shows."""
        return [self.panel, self.series, self.pairs]

    @property
    def spans(self) -> pd.DataFrame:
        """Return first and last known score of each country, and the change where they differ."""
        ordered = self.series.sort_values("edition", kind="stable").groupby("country")
        spans = pd.DataFrame(
            {
                "first": ordered["score"].first(),
                "first_edition": ordered["edition"].first(),
                "last": ordered["score"].last(),
                "last_edition": ordered["edition"].last(),
                "regime_class": ordered["regime_class"].last(),
                "first_class": ordered["regime_class"].first(),
                "basis": ordered["basis"].last(),
            }
        )
        spans["change"] = (spans["last"] - spans["first"]).where(
            spans["last_edition"] > spans["first_edition"]
        )
        return spans

    @property
    def first_and_last_ratings(self) -> tuple[pd.Series, pd.Series]:
        """Return the first and the last known rating of each country and category."""
        known = self.panel.sort_values("edition", kind="stable").groupby(["country", "category"])
        return known["rating"].first(), known["rating"].last()

    @property
    def compared(self) -> pd.DataFrame:
        """Return the rows of `spans` that have a change: countries with two known scores."""
        return self.spans.dropna(subset=["change"])


def load_region(group: object, first_edition: object, last_edition: object) -> RegionStory:
    """Check the parameters of a regional brief and cut the stored tables to them.

    Raises
    ------
    analysis.facts.errors.ParameterError
        If a parameter is unusable.
    analysis.facts.errors.AnalysisError
        If data/processed has not been built.
    """
    data = load_group(group, first_edition, last_edition)
    return RegionStory(**vars(data), pairs=read_processed("correlations"))
