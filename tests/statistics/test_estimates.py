"""An estimate has numbers or a refusal, never both, never NaN.

Families count the tests that were made.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from analysis.facts.errors import ParameterError
from analysis.settings.choices import declared
from analysis.statistics.estimates import (
    Estimate,
    adjust,
    adjusted,
    mean_of_countries,
    t_estimate,
    table,
)
from analysis.tables.schema import columns, table_schemas
from analysis.tables.stored import read_processed, with_texts


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
    found = t_estimate("x", 1.0, math.nan, 5, "t", n_countries=6, n_editions=3, n_observations=18)
    assert found.refusal


def test_table():
    made = mean_of_countries("a", np.array([1.0, 2.0, 4.0]), "t", editions=3, n=9)
    made = dataclasses.replace(made, messages=("m", "k"))
    frame = table([made, Estimate("b", method="t", refusal="why")])
    assert frame["messages"].tolist() == ["m; k", ""]
    assert frame["estimate"].isna().tolist() == [False, True]
    assert frame["refusal"].tolist() == ["", "why"]


RESULTS = [table.name for table in table_schemas() if "refusal" in columns(table.name)]
ESTIMATES = ("estimate", "correlation", "difference", "median", "r", "rate")
INFERENCE = ("p_value", "adjusted_p", "lower", "upper", "low", "high")


@pytest.mark.parametrize("name", RESULTS)
def test_no_stored_estimate_is_missing_without_a_refusal(name):
    table = with_texts(read_processed(name))
    refused = table["refusal"] != ""
    for column in table.columns.intersection(ESTIMATES):
        assert (refused | table[column].notna()).all(), column
    assert table.loc[refused, table.columns.intersection(INFERENCE)].isna().all(axis=None)


def test_a_refused_test_does_not_count():
    frame = pd.DataFrame({"p_value": [0.01, None, 0.04]})
    found = adjusted(frame, "trends")
    assert found["family_size"].tolist() == [2, 2, 2]
    assert found["adjusted_p"].iloc[[0, 2]].tolist() == [0.02, 0.04]
    assert np.isnan(found["adjusted_p"].iloc[1])
    assert (found["adjustment"] == declared().families["trends"].method).all()


def test_all_refused():
    found = adjusted(pd.DataFrame({"p_value": [None, None]}), "drifts")
    assert found["family_size"].tolist() == [0, 0]
    assert found["adjusted_p"].isna().all()


def test_rows_are_families_and_tests_not_made_do_not_count():
    p = np.array([[0.01, np.nan, 0.02], [0.04, 0.03, 0.5]])
    by_hand = [[0.02, np.nan, 0.02], [0.09, 0.09, 0.5]]
    np.testing.assert_allclose(adjust(p, "holm"), by_hand)
    assert np.isnan(adjust(np.array([np.nan]), "fdr_bh")).all()


@pytest.mark.parametrize("method", ["holm", "fdr_bh"])
def test_adjusted_as_by_statsmodels(method):
    p = np.random.default_rng(1).random((4, 21)).round(2) ** 2
    expected = [multipletests(row, method=method)[1] for row in p]
    np.testing.assert_allclose(adjust(p, method), expected, rtol=1e-12)


def test_unknown_names():
    with pytest.raises(ParameterError, match="unknown family 'trend'; did you mean"):
        adjusted(pd.DataFrame({"p_value": [0.1]}), "trend")
    with pytest.raises(ParameterError, match="expected the method holm or fdr_bh"):
        adjust(np.array([0.1]), "fdr_tsbky")
