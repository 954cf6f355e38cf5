"""The fit finds the settings of its own panels, and refuses what it cannot fit.

One fit for all who draw from it: stored with its settings, read back as they were.

Placing an observed figure among null panels.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import data
from analysis.facts.errors import ParameterError
from analysis.statistics import generator_fit as module
from analysis.statistics.arrays import changes_of, panel_cube, slopes_of
from analysis.statistics.generator import CAL, simulate, simulate_like
from analysis.statistics.generator_fit import fit, fitted_generator, place, setting_rows
from analysis.statistics.moments import MOMENTS, OF_COMPLETE
from analysis.tables.schema import columns
from analysis.tables.stored import read_processed
from analysis.trajectories import driftless
from analysis.trajectories.driftless import (
    calibrated_table,
    decline_count,
    driftless_panels,
    slope_spread,
)
from analysis.trajectories.observed import ALL_RATINGS, COMPLETE

TRUTH = replace(CAL, threshold=0.24, step_sd=0.17, rho_within=0.6, drift=-0.5)


@pytest.fixture(scope="module")
def drawn():
    missing = np.zeros((29, 7, 14), dtype=bool)
    missing[4, :, 6:9] = True
    return simulate(TRUTH, 1, 29, 14, np.random.default_rng(3), missing=missing)[0]


@pytest.fixture
def panel():
    return read_processed("panel")


@pytest.fixture(scope="module")
def fitted(drawn):
    return fit(drawn, seed=5, replications=15)


def test_moments_side_by_side(fitted):
    assert fitted[1]["name"].tolist() == list(MOMENTS)
    # Drawn from the generator itself: deviations are of the size of the spread over panels.
    assert (fitted[1]["z"] ** 2).mean() < 2
    assert fitted[1]["z"].abs().max() < 3.5


def test_settings_move_from_the_start_to_the_truth(fitted):
    found = fitted[0]
    assert abs(found.drift - TRUTH.drift) < abs(CAL.drift - TRUTH.drift)
    assert abs(found.rho_within - TRUTH.rho_within) < abs(CAL.rho_within - TRUTH.rho_within)
    assert abs(found.step_sd - TRUTH.step_sd) < abs(CAL.step_sd - TRUTH.step_sd)


def test_thresholds_follow_each_categorys_change_rate(drawn, fitted):
    rates = np.nanmean(
        np.where(np.isnan(changes_of(drawn)), np.nan, changes_of(drawn) != 0), (0, 2)
    )
    thresholds = np.array(fitted[0].threshold)
    assert thresholds[rates.argmax()] < thresholds[rates.argmin()]


def test_settings_of_single_categories_are_rows_of_their_own(fitted):
    names = setting_rows(fitted[0])["name"].tolist()
    assert names[:2] == ["threshold_1", "threshold_2"]
    assert "drift" in names


@pytest.mark.parametrize("shape", [(5, 7, 14), (29, 7, 3), (29, 1, 14)])
def test_too_small(shape):
    with pytest.raises(ParameterError, match="needs 6 countries, 2 categories and 4 editions"):
        fit(np.full(shape, 3.0), seed=1)


def test_nothing_changes():
    with pytest.raises(ParameterError, match="nothing to fit"):
        fit(np.full((6, 2, 4), 3.0), seed=1)


SETTINGS = replace(CAL, threshold=(0.13, 0.14, 0.15, 0.16, 0.17, 0.18, 0.19), momentum=0.1)


def test_whoever_draws_has_the_settings_of_the_table(panel, monkeypatch):
    calls = []
    unrounded = replace(
        SETTINGS, momentum=0.1000004, threshold=(*SETTINGS.threshold[:6], 0.1899997)
    )

    def counted(_ratings, seed):
        calls.append(seed)
        moments = pd.DataFrame(
            {
                "name": list(MOMENTS),
                "meaning": list(MOMENTS.values()),
                **dict.fromkeys(("real", "fitted", "spread", "z"), 0.5),
            }
        )
        return unrounded, moments

    monkeypatch.setattr(module, "fit", counted)
    settings, table = fitted_generator(panel, 7)
    assert settings == SETTINGS
    stored = table[table["part"] == "setting"].set_index("name")["fitted"]
    assert stored.to_dict() == setting_rows(SETTINGS).set_index("name")["fitted"].to_dict()
    assert tuple(table.columns) == columns("generator_fit")
    assert table.loc[table["part"] == "moment", "name"].tolist() == list(MOMENTS)
    monkeypatch.setattr(driftless, "calibrated_table", lambda *_: pd.DataFrame({"draws": [1]}))
    nulls = []
    monkeypatch.setattr(
        driftless,
        "false_alarms",
        lambda _n, _seed, null: nulls.append(null) or pd.DataFrame({"share": [0.1]}),
    )
    found = driftless_panels(panel, 7, 9)
    # The panel's own level, which drift would have put at the period's middle.
    assert [null.between_mean for null in nulls] == pytest.approx([panel["rating"].mean()])
    assert nulls == [null.without_drift() for null in nulls]
    assert found.fit.equals(table)
    assert calls == [7, 7]
    samples = table.set_index("name")["sample"]
    assert set(samples[["drift", "change_rate", "between_r"]]) == {ALL_RATINGS}
    assert set(samples[[*OF_COMPLETE]]) == set(found.calibrated["sample"]) == {COMPLETE}


def test_a_panel_that_cannot_be_fitted_is_refused_by_both(panel):
    short = panel[panel["edition"] >= 2022]
    with pytest.raises(ParameterError, match="needs 6 countries, 2 categories and 4 editions"):
        fitted_generator(short, 1)
    assert driftless_panels(short, 1, 9).refusal.startswith("the generator needs 6 countries")


def test_a_country_without_a_complete_edition_does_not_stop_the_fit():
    """As Uzbekistan in windows that begin in 2015 or later."""
    ratings = panel_cube(data.panel("all", 2018, 2024)).array
    assert not np.isfinite(ratings.mean(axis=1)).any(axis=1).all()
    table = fit(ratings, 1, replications=2)[1].set_index("name")
    scores = pd.DataFrame(ratings.mean(axis=1)).mean(axis=1)
    assert table.loc["between_sd", "real"] == pytest.approx(scores.std())
    assert np.isfinite(table[["real", "fitted", "z"]]).all(axis=None)
    nowhere = ratings.copy()
    nowhere[5:, 0] = np.nan  # of the first five Azerbaijan has none
    with pytest.raises(ParameterError, match="found 4 with an edition known in full, 7 and 7"):
        fit(nowhere, 1, replications=2)


def test_place():
    found = place(3.0, np.array([1.0, 2.0, 3.0, 4.0]))
    assert found["percentile"] == (2 + 0.5) / 4
    assert found["p_value"] == (1 + 2) / 5
    assert found["null_mean"] == 2.5


def test_a_strong_feature_is_far_out_and_a_null_panel_is_not():
    null = CAL.without_drift()
    drifting = simulate(CAL, 1, 29, 14, np.random.default_rng(2))[0]
    quiet = simulate(null, 1, 29, 14, np.random.default_rng(2))[0]

    def mean_slope(panels):
        return np.abs(slopes_of(panels.mean(axis=2)).mean(axis=1))

    def p_value(panel):
        panels = simulate_like(panel, null, 200, np.random.default_rng(1))
        return place(mean_slope(panel[None])[0], mean_slope(panels))["p_value"]

    assert p_value(drifting) < 0.02
    assert p_value(quiet) > 0.05


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
