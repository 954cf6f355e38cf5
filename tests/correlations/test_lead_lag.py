"""Order of revisions: against loops, exact invariances, refusals."""

import numpy as np
import pytest

from analysis.correlations.cross_products import pairs_of
from analysis.correlations.lead_lag import (
    LEAST_CHANGES,
    Orders,
    calibrated_p_values,
    lead_lag,
    orders,
)
from analysis.tables.schema import columns

CODES = ["NDG", "EP", "CS", "IM", "LDG", "JFI", "CO"]
FIRST, SECOND = pairs_of(7)


def by_hand(ratings, x, y):
    """Correlate a change of x with the next of y, country by country and edition by edition."""
    whole = np.where(np.isfinite(ratings).all(axis=1, keepdims=True), ratings, np.nan)
    steps = np.diff(whole, axis=2)
    steps = steps - np.nanmean(steps, axis=0)
    before, after = [], []
    for country in steps:
        for t in range(country.shape[1] - 1):
            if np.isfinite(country[0, t]) and np.isfinite(country[0, t + 1]):
                before.append(country[x, t])
                after.append(country[y, t + 1])
    before, after = np.array(before), np.array(after)
    return (before @ after) / np.sqrt((before @ before) * (after @ after))


def test_both_directions_against_loops(ratings):
    found = orders(ratings, FIRST, SECOND)
    for pair in (0, 7, 20):
        x, y = FIRST[pair], SECOND[pair]
        assert found.forward[pair] == pytest.approx(by_hand(ratings, x, y), abs=1e-9)
        assert found.backward[pair] == pytest.approx(by_hand(ratings, y, x), abs=1e-9)
    assert found.difference == pytest.approx(found.forward - found.backward)


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
    assert (known["low"] < known["difference"]).all()
    assert (known["difference"] < known["high"]).all()


def test_rare_changes_are_refused(still):
    table = lead_lag(still, CODES, None)
    assert table["difference"].isna().all()
    assert table["refusal"].str.contains(f"at least {LEAST_CHANGES} are needed").all()


def test_eleven_editions_are_refused(wide):
    table = lead_lag(wide[wide["edition"] < 2016], CODES, None)
    assert (table["refusal"] == "11 of the 12 editions needed").all()
    assert table[["forward", "low", "p_value", "adjusted_p"]].isna().all().all()


def test_two_countries_are_refused(wide):
    table = lead_lag(wide[wide["country"] < "C03"], CODES, None)
    assert (table["refusal"] == "only 2 countries").all()


def test_without_simulated_panels_there_is_no_p_value(wide):
    table = lead_lag(wide, CODES, None)
    assert table["p_value"].isna().all()
    assert table["difference"].notna().any()
    assert isinstance(orders(np.zeros((3, 2, 12)), *pairs_of(2)), Orders)
