"""Simulated panels that the tests of this folder share."""

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.generator import CAL, simulate
from tidy_panels import tidy


def scores_of(panel: pd.DataFrame) -> pd.DataFrame:
    """Average the seven categories of each complete country-edition."""
    wide = panel.pivot_table(index=["country", "edition"], columns="category", values="rating")
    return wide.dropna().mean(axis=1).rename("democracy_score").reset_index()


@pytest.fixture(scope="session")
def panel() -> pd.DataFrame:
    """29 countries, 14 editions, with two gaps and a late start."""
    missing = np.zeros((29, 7, 14), dtype=bool)
    missing[3, :, 5] = missing[8, :, 9:11] = missing[20, :, :4] = True
    return tidy(simulate(CAL, 1, 29, 14, np.random.default_rng(11), missing=missing)[0])


@pytest.fixture(scope="session")
def scores(panel) -> pd.DataFrame:
    return scores_of(panel)


@pytest.fixture(scope="session")
def country_slopes():
    """Return each country's least-squares slope per decade, by numpy, one country at a time."""

    def slopes(frame: pd.DataFrame, value: str = "democracy_score") -> pd.Series:
        return pd.Series(
            {
                name: np.polyfit(group["edition"], group[value], 1)[0] * 10
                for name, group in frame.groupby("country")
            }
        )

    return slopes


@pytest.fixture
def series():
    """Make a tidy table from one list of values per country; None is a gap."""

    def make(first_edition: int = 2005, **countries: list[float | None]) -> pd.DataFrame:
        rows = [
            (name, first_edition + i, value)
            for name, values in countries.items()
            for i, value in enumerate(values)
        ]
        return pd.DataFrame(rows, columns=["country", "edition", "democracy_score"])

    return make
