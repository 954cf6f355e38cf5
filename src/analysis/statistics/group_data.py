"""The stored tables cut to a group of countries and a window of editions."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.facts.countries import Country
from analysis.facts.files import read_processed
from analysis.settings.parameters import Window, check_group_window
from analysis.statistics.score_series import score_series
from analysis.statistics.selection import named_countries


@dataclass(frozen=True)
class GroupData:
    """A group of countries in one window.

    Attributes
    ----------
    group, members, window
        What the data are cut to.
    panel
        The reconciled panel; `rating` on ``7=best``.
    series
        ``series`` of `analysis.tables.schema`; `score` on ``7=best``.
    """

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

    Parameters
    ----------
    without
        Countries left out, joined by semicolons.

    Raises
    ------
    analysis.facts.errors.ParameterError
        If a parameter is unusable.
    analysis.facts.errors.AnalysisError
        If data/processed has not been built.
    """
    members, window = check_group_window(group, first_edition, last_edition)
    left_out = named_countries(without)
    members = tuple(country for country in members if country.name not in left_out)
    panel = read_processed("panel")
    series = score_series(read_processed("country_editions"))
    names = [country.name for country in members]
    return GroupData(
        group=str(group),
        members=members,
        window=window,
        panel=window.cut(panel[panel["country"].isin(names)]),
        series=window.cut(series[series["country"].isin(names)]),
    )
