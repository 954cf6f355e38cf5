"""Blocks, sign flips and what is refused."""

from itertools import product

import numpy as np
import pytest

from analysis.statistics.estimates import sign_flip_p_values
from analysis.trajectories.drift import block_length, block_sums, drift_table, theil_sen


def test_block_length():
    assert [block_length(n) for n in (3, 10, 11, 19)] == [1, 1, 2, 2]


def test_the_remainder_joins_the_first_block():
    changes = np.arange(1.0, 8.0)
    assert block_sums(changes, 2).tolist() == [1 + 2 + 3, 4 + 5, 6 + 7]
    assert block_sums(changes, 3).tolist() == [1 + 2 + 3 + 4, 5 + 6 + 7]
    assert block_sums(changes, 1).tolist() == changes.tolist()
    assert block_sums(changes[:2], 3).tolist() == [3]


def test_an_unknown_change_counts_as_none():
    assert block_sums(np.array([1.0, np.nan, 2.0, 4.0]), 2).tolist() == [1.0, 6.0]


def test_many_series_at_once_equal_one_at_a_time():
    rng = np.random.default_rng(3)
    blocks = rng.integers(-2, 3, (25, 9)) / 28
    together = sign_flip_p_values(blocks)
    for row, p in zip(blocks, together, strict=True):
        moved = row[row != 0]
        sums = np.abs(np.array(list(product((1, -1), repeat=len(moved)))) @ moved)
        assert p == pytest.approx(np.mean(sums >= abs(moved.sum()) - 1e-9))


def test_more_than_twenty_blocks_are_drawn():
    steps = np.random.default_rng(5).integers(1, 4, 24) * np.where(np.arange(24) % 3, 1, -1)
    drawn = sign_flip_p_values(steps[None] / 28, np.random.default_rng(1), draws=20_000)[0]
    # The exact distribution of the signed sum of whole numbers, by convolution.
    size = int(np.abs(steps).sum())
    weight = np.zeros(2 * size + 1)
    weight[size] = 1
    for step in np.abs(steps):
        weight = (np.roll(weight, step) + np.roll(weight, -step)) / 2
    exact = weight[np.abs(np.arange(-size, size + 1)) >= abs(steps.sum())].sum()
    assert drawn == pytest.approx(exact, abs=0.01)


def test_theil_sen_leaves_out_unknown_editions():
    values = np.array([1.0, np.nan, 2.0, 2.5, np.nan, 3.0])
    slopes = [
        (values[j] - values[i]) / (j - i)
        for i in range(6)
        for j in range(i + 1, 6)
        if np.isfinite(values[i] + values[j])
    ]
    assert theil_sen(values) == pytest.approx(np.median(slopes))


def test_a_steady_fall(series):
    falling = [5 - i / 28 for i in range(10)]
    row = drift_table(series(A=falling, B=falling)).iloc[0]
    assert row["p_value"] == row["p_block_1"] == 2 / 2**9
    assert (row["n_downs"], row["n_ups"], row["n_blocks"]) == (9, 0, 9)
    assert row["net_change"] == pytest.approx(-9 / 28)
    assert row["theil_sen_per_decade"] == pytest.approx(-10 / 28)
    assert row["family_size"] == 2
    assert row["adjusted_p"] == row["p_value"]


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ([3.25] * 10, "unchanged at 3.25 in all 10 editions, 2005–2014"),
        ([3.0], "1 of the 3 editions needed for a drift"),
        ([3.0, 3.25], "2 of the 3 editions needed for a drift"),
        (
            [3.0, *[3.5] * 9],
            "too few changes to test (1 block with a net change; at least 6 are needed)",
        ),
    ],
)
def test_refusals(series, values, refusal):
    row = drift_table(series(A=values)).iloc[0]
    assert row["refusal"] == refusal
    assert row[["p_value", "p_block_1", "p_block_3", "adjusted_p"]].isna().all()
    assert row["family_size"] == 0


def test_gaps_are_said_and_changes_across_them_not_used(series):
    values = [5.0, 4.9, None, 4.0, 3.9, 3.8, 3.7, 3.6, 3.5]
    row = drift_table(series(A=values)).iloc[0]
    assert row["n_editions"] == 8
    assert row["n_changes"] == row["n_downs"] == 6
    assert row["net_change"] == pytest.approx(-1.5)
    assert row["tested_change"] == pytest.approx(-0.6)
    assert row["messages"] == "editions missing: 1; changes across them are not used"
    assert row["p_value"] == 2 / 2**6


def test_every_country_has_a_row_and_either_p_or_refusal(scores):
    table = drift_table(scores)
    assert len(table) == scores["country"].nunique()
    assert (table["p_value"].isna() == (table["refusal"] != "")).all()
    tested = table["p_value"].notna()
    assert (table["adjusted_p"][tested] >= table["p_value"][tested]).all()
    assert (table["family_size"] == tested.sum()).all()
