"""Simulated panels: what they lack, and where a panel stands among them."""

from dataclasses import replace

import numpy as np
import pytest

from analysis import data
from analysis.correlations import calibrated_null as calibrated
from analysis.correlations.calibrated_null import (
    STATISTICS,
    calibrated_null,
    null_of,
    unrelated,
    without_order,
)
from analysis.correlations.cross_products import pairs_of, within
from analysis.correlations.decomposition import pair_correlations
from analysis.correlations.dimensions import alpha
from analysis.statistics.generator import CAL, simulate
from analysis.tables.schema import columns
from tidy_panels import tidy

CODES = ["NDG", "EP", "CS", "IM", "LDG", "JFI", "CO"]


@pytest.fixture(scope="module")
def null(ratings):
    return calibrated_null(ratings, CAL, seed=1, draws=60)


def test_the_panels_figures_are_those_of_the_other_modules(null, ratings, wide):
    table = null.table.set_index("statistic")
    assert tuple(null.table.columns) == columns("calibrated_null")
    assert set(table.index) == set(STATISTICS)
    pairs = pair_correlations(wide, CODES).groupby("level")["r"]
    for name in ("within", "two_way", "changes"):
        assert table.at[name, "observed"] == pytest.approx(float(pairs.mean()[name]))
    assert table.at["largest_within", "observed"] == pytest.approx(float(pairs.max()["within"]))
    assert table.at["alpha", "observed"] == pytest.approx(float(alpha(within(ratings).total())))


def test_related_categories_stand_out_from_unrelated_ones(null):
    table = null.table.set_index("statistic")
    assert table.at["within", "p_value"] == pytest.approx(1 / 61)
    assert abs(table.at["within", "null_mean"]) < 0.03
    assert 0.9 < table.at["within", "coverage"] < 0.99
    assert np.isnan(table.at["first_share", "coverage"])


def test_a_panel_of_the_null_does_not_stand_out():
    own = simulate(unrelated(CAL, np.array([4.0])), 1, 29, 14, np.random.default_rng(8))[0]
    table = calibrated_null(own, CAL, seed=2, draws=60).table.set_index("statistic")
    assert (table.loc[["within", "changes", "first_share", "alpha"], "p_value"] > 0.02).all()


def test_what_the_nulls_lack(ratings):
    off = unrelated(replace(CAL, lead=0.3), ratings)
    assert (off.rho_within, off.drift, off.drift_sd, off.lead) == (0, 0, 0, 0)
    assert off.between_mean == pytest.approx(np.nanmean(ratings))
    together = without_order(replace(CAL, lead=0.3))
    assert together == CAL


def test_the_same_seed_gives_the_same_result(null, ratings):
    again = calibrated_null(ratings, CAL, seed=1, draws=60)
    assert again.table.equals(null.table)
    assert np.array_equal(again.orders.difference, null.orders.difference)
    assert null.orders.difference.shape == (60, len(pairs_of(7)[0]))


def test_the_generator_is_fitted_to_the_panel(null, ratings, monkeypatch):
    monkeypatch.setattr(calibrated, "fitted_generator", lambda *_: (CAL, None))
    again = null_of(tidy(ratings), 1, 60)
    assert again.refusal == ""
    assert again.table.equals(null.table)


def test_a_group_too_small_to_fit_is_refused_with_the_reason():
    refused = null_of(data.panel("all", 2005, 2007), 2024)
    assert refused.refusal.startswith("No simulated panels: the generator needs 6 countries")
    assert refused.table.empty
    assert refused.orders is None
