"""Panels that the tests of this folder share."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.datasets import grunfeld

from analysis.facts.rating_system import CATEGORIES
from analysis.statistics.generator import CAL, simulate
from tidy_panels import tidy

CODES = list(CATEGORIES)


def wide_of(array):
    table = tidy(array).pivot_table(
        index=["country", "edition"], columns="category", values="rating"
    )
    return table.reset_index()


@pytest.fixture(scope="session")
def ratings() -> np.ndarray:
    """29 countries, seven categories, 14 editions, with gaps and a country that comes late."""
    missing = np.zeros((29, 7, 14), dtype=bool)
    missing[3, :, 5] = missing[8, :, 9:11] = missing[20, :, :4] = missing[6, 2, 7] = True
    return simulate(CAL, 1, 29, 14, np.random.default_rng(11), missing=missing)[0]


@pytest.fixture(scope="session")
def wide(ratings) -> pd.DataFrame:
    return wide_of(ratings)


@pytest.fixture(scope="session")
def still() -> pd.DataFrame:
    """Categories that almost never change."""
    calm = replace(CAL, step_sd=0.02)
    return wide_of(simulate(calm, 1, 12, 14, np.random.default_rng(2))[0])


@pytest.fixture(scope="session")
def firms() -> pd.DataFrame:
    """The ten firms of R's plm; statsmodels adds American Steel."""
    data = grunfeld.load_pandas().data
    ten = data[data["firm"] != "American Steel"].rename(columns={"invest": "inv"})
    return ten.assign(year=ten["year"].astype(int))
