"""An estimate has numbers or a refusal, never both, never NaN."""

import math

import numpy as np
import pytest
from scipy import stats

from analysis.facts.files import processed_folder
from analysis.facts.frames import with_texts
from analysis.statistics.estimates import mean_of_countries, refused, t_estimate, table
from analysis.tables.stored import read_table


def test_mean_of_countries_is_the_one_sample_t():
    values = np.array([0.1, -0.3, 0.5, np.nan, 0.2])
    found = mean_of_countries("x", values, "t", editions=9, n=30)
    test = stats.ttest_1samp(values[~np.isnan(values)], 0)
    assert found.p_value == pytest.approx(test.pvalue)
    assert (found.lower, found.upper) == pytest.approx(tuple(test.confidence_interval()))
    assert (found.n_countries, found.n_editions, found.n_observations, found.df) == (4, 9, 30, 3)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ([0.1, 0.2], "2 of the 3 countries needed for an interval"),
        ([0.3, 0.3, 0.3], "no variation between countries: an interval cannot be given"),
        ([], "0 of the 3 countries needed for an interval"),
    ],
)
def test_refusals(values, refusal):
    found = mean_of_countries("x", np.array(values), "t", editions=2, n=4)
    assert found.refusal == refusal
    numbers = (found.estimate, found.standard_error, found.lower, found.upper, found.df)
    assert numbers == (None,) * 5
    assert found.p_value is None


def test_an_infinite_error_is_refused():
    found = t_estimate("x", 1.0, math.nan, 5, "t", countries=6, editions=3, n=18)
    assert found.refusal


def test_table():
    made = mean_of_countries(
        "a", np.array([1.0, 2.0, 4.0]), "t", editions=3, n=9, messages=("m", "k")
    )
    frame = table([made, refused("b", "t", "why")])
    assert frame["messages"].tolist() == ["m; k", ""]
    assert frame["estimate"].isna().tolist() == [False, True]
    assert frame["refusal"].tolist() == ["", "why"]


@pytest.mark.parametrize("path", sorted(processed_folder().glob("*.csv")), ids=lambda p: p.stem)
def test_no_stored_estimate_is_missing_without_a_refusal(path):
    table = with_texts(read_table(path))
    for name in {"estimate", "correlation", "r", "median"} & set(table.columns):
        if "refusal" in table:
            missing = table[name].isna()
            assert (table.loc[missing, "refusal"] != "").all(), name
            inference = [c for c in ("p_value", "lower", "upper") if c in table]
            assert table.loc[table["refusal"] != "", inference].isna().all(axis=None), name
