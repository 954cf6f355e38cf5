"""Placing an observed figure among null panels."""

import numpy as np
import pytest

from analysis.statistics.arrays import slopes_of
from analysis.statistics.simulation.calibration import calibrate, place
from analysis.statistics.simulation.generator import CAL, simulate
from analysis.trajectories.heterogeneity import calibrated_table, decline_count, slope_spread


def test_place():
    found = place(3.0, np.array([1.0, 2.0, 3.0, 4.0]))
    assert found.percentile == (2 + 0.5) / 4
    assert found.p_value == (1 + 2) / 5
    assert found.null_mean == 2.5


def test_a_strong_feature_is_far_out_and_a_null_panel_is_not():
    null = CAL.without_drift()
    drifting = simulate(CAL, 1, 29, 14, np.random.default_rng(2))[0]
    quiet = simulate(null, 1, 29, 14, np.random.default_rng(2))[0]

    def mean_slope(panels):
        return np.abs(slopes_of(panels.mean(axis=2)).mean(axis=1))

    assert calibrate(drifting, null, mean_slope, seed=1, draws=200).p_value < 0.02
    assert calibrate(quiet, null, mean_slope, seed=1, draws=200).p_value > 0.05


def test_statistics_of_one_panel():
    panel = simulate(CAL, 2, 9, 14, np.random.default_rng(4))
    spread = slopes_of(panel.mean(axis=2)).std(axis=1, ddof=1)
    assert slope_spread(panel) == pytest.approx(spread)
    falling = np.full((1, 3, 7, 6), 4.0)
    falling[0, 1] -= 0.25 * np.arange(6)
    assert decline_count(falling) == [1]


def test_table():
    panel = simulate(CAL, 1, 12, 10, np.random.default_rng(4))[0]
    panel[0, :, 3] = np.nan
    table = calibrated_table(panel, CAL, seed=1, draws=100)
    assert table["statistic"].tolist() == ["slope_spread", "decline_count"]
    assert table["percentile"].between(0, 1).all()
    assert not table.isna().any(axis=None)
