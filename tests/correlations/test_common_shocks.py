"""Pesaran's CD against a calculation by hand, and where countries move together."""

import numpy as np
import pytest

from analysis.correlations.common_shocks import common_shocks, pesaran_cd
from analysis.statistics.estimates import adjust
from analysis.statistics.generator import CAL, scenario, simulate
from analysis.tables.schema import columns
from tidy_panels import tidy

CODES = ["NDG", "EP", "CS", "IM", "LDG", "JFI", "CO"]


def test_three_series_by_hand():
    series = np.array([[1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 2.0, 4.0], [4.0, 3.0, np.nan, 1.0]])
    # r is .8 over four times, -1 over three, and of 1, 3, 4 with 4, 3, 1 over three:
    last = -39 / 42
    result = pesaran_cd(series)
    assert result["n_pairs"] == 3
    assert result["mean_r"] == pytest.approx((0.8 - 1 + last) / 3)
    assert result["cd"] == pytest.approx((2 * 0.8 + np.sqrt(3) * (last - 1)) / np.sqrt(3))


def test_series_that_never_move_have_no_correlation():
    result = pesaran_cd(np.array([[1.0, 1.0, 1.0, 1.0], [1.0, 3.0, 2.0, 4.0]]))
    assert result["n_pairs"] == 0
    assert np.isnan(result["cd"])


def test_independent_countries_keep_the_size_and_common_shocks_are_seen():
    rng = np.random.default_rng(2)
    rejected = {}
    for name, settings in (("none", scenario("N1", CAL)), ("shocks", scenario("N5", CAL))):
        panels = simulate(settings, 60, 29, 20, rng)[:, :, 0]
        p = [pesaran_cd(np.diff(panel))["p_value"] for panel in panels]
        rejected[name] = np.mean(np.array(p) <= 0.05)
    assert rejected["none"] <= 0.15
    assert rejected["shocks"] >= 0.5


def test_the_table_tests_the_mean_and_every_category(wide):
    table = common_shocks(wide, CODES)
    assert tuple(table.columns) == columns("common_shocks")
    assert table["name"].tolist() == ["mean", *CODES]
    p = table["p_value"].to_numpy(float)
    assert table["adjusted_p"].to_numpy(float) == pytest.approx(adjust(p, "holm"))
    few = common_shocks(wide[wide["edition"] < 2007], CODES)
    assert few["cd"].isna().all()
    assert (few["family_size"] == 0).all()


def test_changes_across_gaps_do_not_count(ratings):
    table = tidy(ratings).pivot_table(
        index=["country", "edition"], columns="category", values="rating"
    )
    wide = table.reset_index()
    known = wide.dropna(subset=CODES)
    assert common_shocks(known, CODES).equals(common_shocks(wide, CODES))
