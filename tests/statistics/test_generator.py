"""The generator keeps the rules of the rating system and its own promises."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.statistics.arrays import panel_cube
from analysis.statistics.generator import (
    CAL,
    STRESS,
    scenario,
    simulate,
)
from tidy_panels import tidy


@pytest.fixture(scope="module")
def panels():
    return simulate(CAL, 60, 29, 14, np.random.default_rng(1))


def test_ratings_are_quarter_points_between_1_and_7(panels):
    assert panels.shape == (60, 29, 7, 14)
    assert (panels * 4 == np.round(panels * 4)).all()
    assert panels.min() >= 1
    assert panels.max() <= 7


def test_no_rating_moves_more_than_half_a_point(panels):
    assert np.abs(np.diff(panels)).max() == 0.5


def test_a_seed_gives_the_same_panels(panels):
    assert (simulate(CAL, 60, 29, 14, np.random.default_rng(1)) == panels).all()
    assert (simulate(CAL, 60, 29, 14, np.random.default_rng(2)) != panels).any()


def test_drift_moves_the_mean_by_its_size():
    rng = np.random.default_rng(4)
    drifting = replace(STRESS, drift=-0.5, between_sd=0.3)
    change = np.diff(simulate(drifting, 200, 29, 21, rng).mean(axis=-2)[..., [0, 20]])
    assert change.mean() == pytest.approx(-1.0, abs=0.03)


def test_categories_of_a_country_move_together_as_much_as_asked():
    # Without stickiness, far from the ends of the scale, ratings keep the latent correlation.
    loose = replace(
        STRESS,
        rho_within=0.6,
        step_sd=0.4,
        threshold=0.125,
        largest_step=9,
        between_sd=0.1,
        burn_in=0,
    )
    steps = np.diff(simulate(loose, 100, 29, 4, np.random.default_rng(5)))
    pairs = np.corrcoef(steps[:, :, 0].ravel(), steps[:, :, 1].ravel())[0, 1]
    assert pairs == pytest.approx(0.6, abs=0.04)


def test_momentum_makes_changes_go_on():
    loose = replace(STRESS, step_sd=0.4, threshold=0.125, largest_step=9, between_sd=0.1, burn_in=0)
    for momentum in (0.0, 0.5):
        moving = replace(loose, momentum=momentum)
        steps = np.diff(simulate(moving, 60, 29, 5, np.random.default_rng(5)))
        found = np.corrcoef(steps[..., 1:].ravel(), steps[..., :-1].ravel())[0, 1]
        # Rounding to quarter points adds noise to levels, and so small reversals to steps.
        noise = 0.25**2 / 12
        expected = (momentum * 0.4**2 - noise) / (0.4**2 + 2 * noise)
        assert found == pytest.approx(expected, abs=0.04)


def test_levels_that_come_back_spread_from_the_first_year_on():
    """An AR(1) begins in its stationary distribution: sd .3 / sqrt(1 - .64) = .5."""
    loose = replace(STRESS, step_sd=0.3, persistence=0.8, threshold=0.125, largest_step=9)
    drawn = simulate(replace(loose, between_sd=0.0, burn_in=0), 60, 29, 9, np.random.default_rng(5))
    spread = np.sqrt(0.5**2 + 0.25**2 / 12)
    assert drawn.std(axis=(0, 1, 2)) == pytest.approx(np.full(9, spread), abs=0.02)


def test_a_break_of_pace_begins_in_the_middle():
    breaking = replace(STRESS, pace_break=-0.1, threshold=0.125, largest_step=9, between_sd=0.0)
    mean = simulate(breaking, 60, 29, 10, np.random.default_rng(5)).mean(axis=(0, 1, 2))
    assert mean == pytest.approx(4 - 0.1 * np.maximum(np.arange(10) - 5, 0), abs=0.02)


def test_stress_settings_change_less_than_cal(panels):
    rng = np.random.default_rng(6)
    stress = np.diff(simulate(STRESS, 60, 29, 14, rng)) != 0
    assert stress.mean() < (np.diff(panels) != 0).mean()


def test_gaps_are_copied():
    missing = np.zeros((5, 7, 8), dtype=bool)
    missing[2, :, 3] = True
    drawn = simulate(CAL, 3, 5, 8, np.random.default_rng(1), missing=missing)
    assert (np.isnan(drawn) == missing).all()


def test_tidy_and_back():
    drawn = simulate(CAL, 1, 4, 6, np.random.default_rng(1))[0]
    drawn[1, :, 2] = np.nan
    frame = tidy(drawn, first_edition=2010)
    assert list(frame.columns) == ["country", "category", "edition", "rating"]
    assert len(frame) == 4 * 7 * 6 - 7
    assert frame["edition"].min() == 2010
    assert np.array_equal(panel_cube(frame).array, drawn, equal_nan=True)


def test_a_null_scenario_has_no_trend():
    for name in ("N1", "N2", "N3", "N4", "N5", "N6"):
        settings = scenario(name, CAL)
        assert (settings.drift, settings.drift_sd, settings.pace_break) == (0, 0, 0)
    assert scenario("A4").pace_break == -0.03
    assert scenario("N2", CAL).step_sd == pytest.approx(0.14 * 0.13 / 0.11)
