"""Spells and their survival, against statsmodels."""

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from analysis.trajectories.spells import spells, survival, survival_table
from analysis.trajectories.transitions import CLASSES


def test_spells(series):
    table = spells(series(A=[5.5, 4.5, 4.5, 5.5, 5.5], B=[2.5, 2.5, None, 2.5, 3.5]))
    rows = table.drop(columns="class").to_numpy().tolist()
    assert rows == [
        ["A", 2005, 2005, 1, True, False],
        ["A", 2006, 2007, 2, False, False],
        ["A", 2008, 2009, 2, False, True],
        ["B", 2005, 2006, 2, True, True],
        ["B", 2008, 2008, 1, True, False],
        ["B", 2009, 2009, 1, False, True],
    ]
    assert table["class"].iloc[0] == CLASSES[4]


def test_survival_equals_statsmodels():
    rng = np.random.default_rng(4)
    lengths = rng.integers(1, 9, 40)
    ended = rng.random(40) < 0.6
    curve = survival(lengths, ended)
    reference = SurvfuncRight(lengths, ended.astype(int))
    known = dict(zip(reference.surv_times, reference.surv_prob, strict=True))
    for _, row in curve.iterrows():
        assert row["survival"] == pytest.approx(known[row["length"]])


def test_truncated_spells_are_left_out_and_unended_classes_refused(series):
    table = spells(series(A=[5.5, 5.5, 4.5, 4.5, 5.5, 4.5], B=[4.5, 5.5, 5.5, 5.5, 5.5, 5.5]))
    found = survival_table(table).set_index("class")
    middle = found.loc[CLASSES[3]]
    # A is in the class for editions 2007-2008 and, running, 2010; B's first spell is truncated.
    assert (middle["length"], middle["at_risk"], middle["n_ended"]) == (2, 1, 1)
    assert middle["n_spells"] == 2
    highest = found.loc[CLASSES[4]]
    assert (highest["length"], highest["n_ended"], highest["survival"]) == (1, 1, 0.5)
    assert found.loc[CLASSES[0], "refusal"] == "none of 0 spells with a known beginning has ended"
