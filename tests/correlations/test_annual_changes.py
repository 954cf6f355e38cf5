"""Order of revisions: against loops, exact invariances, refusals.

Pesaran's CD against a calculation by hand, and where countries move together.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.correlations.annual_changes import (
    LEAST_CHANGES,
    Orders,
    calibrated_p_values,
    common_shocks,
    lead_lag,
    orders,
    pesaran_cd,
)
from analysis.correlations.cross_products import pairs_of
from analysis.statistics.arrays import changes_of
from analysis.statistics.estimates import adjust
from analysis.statistics.generator import CAL, scenario, simulate
from analysis.tables.schema import columns
from tidy_panels import tidy

CODES = ["NDG", "EP", "CS", "IM", "LDG", "JFI", "CO"]
FIRST, SECOND = pairs_of(7)


def by_hand(ratings, x, y):
    """Correlate a change of x with the next of y over the countries that have both, by loops."""
    whole = np.where(np.isfinite(ratings).all(axis=1, keepdims=True), ratings, np.nan)
    steps = np.diff(whole, axis=2)
    before, after = [], []
    for t in range(steps.shape[2] - 1):
        both = [c for c in steps if np.isfinite(c[0, t]) and np.isfinite(c[0, t + 1])]
        changes, following = [c[x, t] for c in both], [c[y, t + 1] for c in both]
        before += [change - np.mean(changes) for change in changes]
        after += [change - np.mean(following) for change in following]
    before, after = np.array(before), np.array(after)
    return (before @ after) / np.sqrt((before @ before) * (after @ after))


def test_both_directions_against_loops(ratings):
    found = orders(ratings, FIRST, SECOND)
    for pair in (0, 7, 20):
        x, y = FIRST[pair], SECOND[pair]
        assert found.forward[pair] == pytest.approx(by_hand(ratings, x, y), abs=1e-9)
        assert found.backward[pair] == pytest.approx(by_hand(ratings, y, x), abs=1e-9)
    assert found.difference == pytest.approx(found.forward - found.backward)


def test_the_jackknife_leaves_a_country_out_of_the_means_too(ratings):
    found = orders(ratings, FIRST, SECOND)
    x, y = FIRST[7], SECOND[7]
    without = [np.delete(ratings, place, axis=0) for place in range(len(ratings))]
    apart = np.array([by_hand(rest, x, y) - by_hand(rest, y, x) for rest in without])
    n, whole = len(apart), by_hand(ratings, x, y) - by_hand(ratings, y, x)
    error = np.sqrt((n - 1) / n * ((apart - whole) ** 2).sum())
    assert found.error[7] == pytest.approx(error, abs=1e-9)


def test_constants_and_edition_effects_change_nothing(ratings):
    rng = np.random.default_rng(1)
    shifted = ratings + rng.normal(size=(29, 7, 1)) + rng.normal(size=(1, 7, 14))
    before, after = orders(ratings, FIRST, SECOND), orders(shifted, FIRST, SECOND)
    assert after.difference == pytest.approx(before.difference, abs=1e-9)
    assert after.error == pytest.approx(before.error, abs=1e-9)


def test_swapping_the_categories_turns_the_difference_round(ratings):
    there, back = orders(ratings, FIRST, SECOND), orders(ratings, SECOND, FIRST)
    assert there.difference == pytest.approx(-back.difference)
    assert there.error == pytest.approx(back.error)


def test_reversed_time_swaps_the_directions(ratings):
    full = ratings[[i for i in range(29) if np.isfinite(ratings[i]).all()]]
    there, back = orders(full, FIRST, SECOND), orders(full[:, :, ::-1], FIRST, SECOND)
    assert there.forward == pytest.approx(back.backward)


def test_a_category_that_follows_is_found():
    rng = np.random.default_rng(5)
    leader = rng.choice([-0.25, 0.0, 0.25], size=(29, 20)).cumsum(axis=1)
    follower = np.roll(leader, 1, axis=1)
    follower[:, 0] = 0
    found = orders(np.stack([leader, follower], axis=1), *pairs_of(2))
    assert found.forward[0] > 0.9
    assert abs(found.backward[0]) < 0.15


def test_p_values_count_how_far_others_are():
    null = np.array([[-0.2], [-0.1], [0.0], [0.1], [0.2]]) + 0.05
    p = calibrated_p_values(np.array([0.17, 0.05, 0.9]).reshape(3, 1), null)
    # Distances from the median, .05: .12 is reached by two of five, 0 by all, .85 by none.
    assert p[:, 0].tolist() == pytest.approx([3 / 6, 6 / 6, 1 / 6])


def test_the_table_and_its_family(wide, ratings):
    drawn = orders(np.stack([ratings, ratings[:, ::-1]]), FIRST, SECOND)
    table = lead_lag(wide, CODES, drawn)
    assert tuple(table.columns) == columns("lead_lag")
    assert (table["family"] == "leads").all()
    assert table["draws"].eq(2).all()
    known = table[table["refusal"] == ""]
    assert len(known) == known["family_size"].iloc[0] > 0
    reach = stats.t.ppf(0.975, 28) * orders(ratings, FIRST, SECOND).error
    for side, bound in ((-1, "low"), (1, "high")):
        expected = known["difference"] + side * reach[known.index]
        assert known[bound].to_numpy() == pytest.approx(expected.to_numpy())
    # Of two draws the quantiles lie a fortieth of the way between them.
    least, most = np.sort(drawn.difference, axis=0)[:, known.index]
    assert known["null_low"].to_numpy() == pytest.approx(least + 0.025 * (most - least))
    assert known["null_high"].to_numpy() == pytest.approx(most - 0.025 * (most - least))


def test_rare_changes_are_refused(still):
    table = lead_lag(still, CODES, None)
    assert table["difference"].isna().all()
    assert table["refusal"].str.contains(f"at least {LEAST_CHANGES} are needed").all()


@pytest.mark.parametrize("n_changes", [LEAST_CHANGES - 1, LEAST_CHANGES])
def test_a_pair_rests_on_the_category_that_changes_less(ratings, n_changes):
    complete = ratings[np.isfinite(ratings).all(axis=(1, 2))].copy()
    complete[:, 0] = 4.0
    changing = np.unravel_index(np.arange(n_changes), (len(complete), 10))
    for country, edition in zip(*changing, strict=True):
        complete[country, 0, edition + 1 :] += 0.25
    wide = tidy(complete).pivot_table(
        index=["country", "edition"], columns="category", values="rating"
    )
    table = lead_lag(wide.reset_index(), CODES, None)
    refused = (
        table["refusal"] == f"one of the two changed {n_changes} times, at least 40 are needed"
    )
    assert (refused == ((table["x"] == "NDG") & (n_changes < LEAST_CHANGES))).all()
    assert (table["difference"].isna() == refused).all()


def test_eleven_editions_are_refused(wide):
    table = lead_lag(wide[wide["edition"] < 2016], CODES, None)
    assert (table["refusal"] == "11 of the 12 editions needed").all()
    assert table[["forward", "low", "p_value", "adjusted_p"]].isna().all().all()


@pytest.mark.parametrize(
    ("below", "told"), [("C02", "only 1 country"), ("C03", "only 2 countries")]
)
def test_one_or_two_countries_are_refused(wide, below, told):
    table = lead_lag(wide[wide["country"] < below], CODES, None)
    assert (table["refusal"] == told).all()


def test_without_simulated_panels_there_is_no_p_value(wide):
    table = lead_lag(wide, CODES, None)
    assert table["p_value"].isna().all()
    assert table["difference"].notna().any()
    assert isinstance(orders(np.zeros((3, 2, 12)), *pairs_of(2)), Orders)


CODES = ["NDG", "EP", "CS", "IM", "LDG", "JFI", "CO"]


def test_three_series_by_hand():
    series = np.array([[1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 2.0, 4.0], [4.0, 3.0, np.nan, 1.0]])
    # r is .8 over four times, -1 over three, and of 1, 3, 4 with 4, 3, 1 over three:
    last = -39 / 42
    result = pesaran_cd(series)
    assert result["n_pairs"] == 3
    assert result["mean_r"] == pytest.approx((0.8 - 1 + last) / 3)
    assert result["cd"] == pytest.approx((2 * 0.8 + np.sqrt(3) * (last - 1)) / np.sqrt(3))


def test_pairs_without_a_correlation_do_not_count():
    """The sum is divided by the root of the number of the others, not of all pairs."""
    series = np.random.default_rng(1).normal(size=(3, 9))
    still = np.vstack([series, np.ones(9)])
    assert pesaran_cd(still) == pesaran_cd(series)


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


def test_equal_steps_are_constant_whatever_they_were_computed_from():
    """Two means that fall by 1/28 a year, by other categories, differ by rounding only."""
    ratings = np.full((2, 7, 8), 5.0)
    for year in range(1, 8):
        ratings[0, year - 1, year:] -= 0.25
        ratings[1, -year, year:] -= 0.25
    steps = changes_of(ratings.mean(axis=1))
    assert np.ptp(steps) > 0
    assert pesaran_cd(steps)["n_pairs"] == 0
