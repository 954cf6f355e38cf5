"""The fit finds the settings of its own panels, and refuses what it cannot fit."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.facts.errors import ParameterError
from analysis.statistics.arrays import changes_of
from analysis.statistics.simulation.fit import fit, setting_rows
from analysis.statistics.simulation.generator import CAL, simulate
from analysis.statistics.simulation.moments import MOMENTS

TRUTH = replace(CAL, threshold=0.24, step_sd=0.17, rho_within=0.6, drift=-0.5)


@pytest.fixture(scope="module")
def panel():
    missing = np.zeros((29, 7, 14), dtype=bool)
    missing[4, :, 6:9] = True
    return simulate(TRUTH, 1, 29, 14, np.random.default_rng(3), missing=missing)[0]


@pytest.fixture(scope="module")
def fitted(panel):
    return fit(panel, seed=5, replications=15)


def test_moments_side_by_side(fitted):
    assert fitted.moments["name"].tolist() == list(MOMENTS)
    # Drawn from the generator itself: deviations are of the size of the spread over panels.
    assert (fitted.moments["z"] ** 2).mean() < 2
    assert fitted.moments["z"].abs().max() < 3.5


def test_settings_move_from_the_start_to_the_truth(fitted):
    found = fitted.settings
    assert abs(found.drift - TRUTH.drift) < abs(CAL.drift - TRUTH.drift)
    assert abs(found.rho_within - TRUTH.rho_within) < abs(CAL.rho_within - TRUTH.rho_within)
    assert abs(found.step_sd - TRUTH.step_sd) < abs(CAL.step_sd - TRUTH.step_sd)


def test_thresholds_follow_each_categorys_change_rate(panel, fitted):
    rates = np.nanmean(
        np.where(np.isnan(changes_of(panel)), np.nan, changes_of(panel) != 0), (0, 2)
    )
    thresholds = np.array(fitted.settings.threshold)
    assert thresholds[rates.argmax()] < thresholds[rates.argmin()]


def test_settings_of_single_categories_are_rows_of_their_own(fitted):
    names = setting_rows(fitted.settings)["name"].tolist()
    assert names[:2] == ["threshold_1", "threshold_2"]
    assert "drift" in names


@pytest.mark.parametrize("shape", [(5, 7, 14), (29, 7, 3), (29, 1, 14)])
def test_too_small(shape):
    with pytest.raises(ParameterError, match="needs 6 countries, 2 categories and 4 editions"):
        fit(np.full(shape, 3.0), seed=1)


def test_nothing_changes():
    with pytest.raises(ParameterError, match="nothing to fit"):
        fit(np.full((8, 7, 10), 3.0), seed=1)
