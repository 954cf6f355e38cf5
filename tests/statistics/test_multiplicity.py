"""Families count the tests that were made."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from analysis.facts.errors import ParameterError
from analysis.settings.choices import declared
from analysis.statistics.multiplicity import adjust, adjusted


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
