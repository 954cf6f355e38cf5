"""Public data sets of the reference tests."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def sleepstudy() -> pd.DataFrame:
    return pd.read_csv(DATA / "sleepstudy.csv")


@pytest.fixture(scope="session")
def orthodont() -> pd.DataFrame:
    return pd.read_csv(DATA / "orthodont.csv")


@pytest.fixture(scope="session")
def dyestuff2() -> pd.DataFrame:
    return pd.read_csv(DATA / "dyestuff2.csv")


@pytest.fixture(scope="session")
def ohio() -> pd.DataFrame:
    return pd.read_csv(DATA / "ohio.csv")


@pytest.fixture(scope="session")
def grunfeld() -> pd.DataFrame:
    """The ten firms of R's plm; statsmodels adds American Steel."""
    data = sm.datasets.grunfeld.load_pandas().data
    return data[data["firm"] != "American Steel"].assign(year=lambda d: d["year"].astype(int))


@pytest.fixture(scope="session")
def nile() -> np.ndarray:
    return sm.datasets.nile.load_pandas().data["volume"].to_numpy(dtype=float)
