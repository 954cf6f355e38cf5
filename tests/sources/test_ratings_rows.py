from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.facts.rating_system import CATEGORIES
from analysis.sources.report.ratings_rows import find_rows, row_splits, splits

RATINGS = [f"{quarter / 4:.2f}" for quarter in range(4, 29)]


def test_the_row_with_a_dropped_zero():
    row = "5.505.755.756.006.256.56.506.506.506.75"
    expected = ["5.50", "5.75", "5.75", "6.00", "6.25", "6.5", "6.50", "6.50", "6.50", "6.75"]
    assert row_splits([row], False, 10) == [tuple(expected)]


@given(st.lists(st.sampled_from(RATINGS), min_size=2, max_size=12), st.data())
def test_glued_ratings_come_apart_in_one_way(ratings, data):
    forms = [
        data.draw(st.sampled_from([r, r.rstrip("0").rstrip(".")] if r[-1] == "0" else [r]))
        for r in ratings
    ]
    assert row_splits(["".join(forms)], False, len(forms)) == [tuple(forms)]


@given(st.lists(st.integers(100, 700), min_size=2, max_size=12))
def test_glued_scores_come_apart_in_one_way(hundredths):
    scores = [f"{value / 100:.2f}" for value in hundredths]
    assert row_splits(["".join(scores)], True, len(scores)) == [tuple(scores)]


@pytest.mark.parametrize("digits", ["8.00", "2.30", "0.75", "3.5.0", "7.25", "3.", "."])
def test_what_is_no_rating_does_not_come_apart(digits):
    assert splits(digits, False) == ()


def test_a_score_that_stands_alone_is_never_taken_apart():
    assert splits("6.93", True) == (("6.93",),)
    assert splits("7.93", True) == ()


def test_a_long_run_of_digits_does_not_explode():
    assert len(splits("1234567" * 30, False)) <= 16


def apart(numbers):
    """Return the rows of labels that stand together, their numbers behind them."""
    labels = "\n".join(["Democracy Score", *CATEGORIES.values()])
    return {row.code: row.chunks for row in find_rows(f"{labels}\n{' '.join(numbers)}\n")}


def test_numbers_behind_all_labels_are_rows_only_in_the_one_order_that_scores_bear_out():
    first = ["4.50", "4.25", "4.50", "4.75", "4.50", "4.50", "4.50", "4.50"]
    second = ["4.00", "4.00", "4.00", "4.25", "3.75", "4.00", "4.00", "4.00"]
    rows = apart(first + second)
    assert rows["DS"] == ("4.50", "4.00")
    assert (rows["NDG"], rows["CS"]) == (("4.25", "4.00"), ("4.75", "4.25"))
    assert len(apart([*first, *second, "4.00"])) == 1, "of nine numbers a label none is its own"
    # By line or by column: either way every score is the mean of its ratings.
    either = ["4.00"] * 16
    either[2], either[3], either[10], either[11] = "4.25", "3.75", "3.75", "4.25"
    assert len(apart(either)) == 1
