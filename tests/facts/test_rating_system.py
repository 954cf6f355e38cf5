"""Scales, scores and classes, decided exactly."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.facts.errors import SourceError
from analysis.facts.rating_system import (
    CATEGORIES,
    REGIME_CLASSES,
    democracy_percentage,
    democracy_score,
    is_rating,
    parse_number,
    read_scale,
    regime_class,
    rounded,
    to_seven_best,
)

POSSIBLE_SCORES = [Fraction(n, 28) for n in range(28, 7 * 28 + 1)]
RATINGS = st.integers(4, 28).map(lambda quarters: Fraction(quarters, 4))


@pytest.mark.parametrize(
    ("score", "initials"),
    [
        ("7", "CD"),
        ("141/28", "CD"),
        ("5", "SCD"),
        ("113/28", "SCD"),
        ("4", "THR"),
        ("85/28", "THR"),
        ("3", "SCAR"),
        ("57/28", "SCAR"),
        ("2", "CAR"),
        ("1", "CAR"),
    ],
)
def test_the_class_on_each_side_of_every_border(score, initials):
    assert regime_class(Fraction(score)).initials == initials


def test_both_published_sets_of_thresholds_are_the_same_for_every_possible_score():
    sixths = [Fraction(100 * n, 6) for n in (1, 2, 3, 4)]
    for score in POSSIBLE_SCORES:
        percentages_below = sum(democracy_percentage(score) > border for border in sixths)
        assert regime_class(score) is REGIME_CLASSES[4 - percentages_below], score


def test_classes_of_two_decimals_leave_no_gap_and_no_overlap():
    for better, worse in pairwise(REGIME_CLASSES):
        assert better.lowest - worse.highest == Decimal("0.01")
    assert (REGIME_CLASSES[-1].lowest, REGIME_CLASSES[0].highest) == (Decimal(1), Decimal(7))


@pytest.mark.parametrize("score", [Fraction(27, 28), Fraction(197, 28)])
def test_a_score_outside_the_scale_has_no_class(score):
    with pytest.raises(ValueError, match="between 1 and 7"):
        regime_class(score)


@given(RATINGS)
def test_reversing_the_scale_twice_gives_the_same_rating(rating):
    reversed_once = to_seven_best(rating, "1=best")
    assert reversed_once + rating == 8
    assert is_rating(reversed_once)
    assert to_seven_best(reversed_once, "1=best") == rating
    assert to_seven_best(rating, "7=best") == rating


@given(st.lists(RATINGS, min_size=7, max_size=7))
def test_the_score_of_reversed_ratings_is_the_reversed_score(ratings):
    score = democracy_score(ratings)
    assert democracy_score([8 - rating for rating in ratings]) == 8 - score
    assert (score * 28).denominator == 1


def test_the_percentage_comes_from_the_unrounded_score():
    kazakhstan_2021 = democracy_score([Fraction(5, 4)] * 5 + [Fraction(3, 2)] * 2)
    assert kazakhstan_2021 == Fraction("9.25") / 7
    assert rounded(kazakhstan_2021) == Decimal("1.32")
    assert rounded(democracy_percentage(kazakhstan_2021)) == Decimal("5.36")
    assert democracy_percentage(Fraction(1)) == 0
    assert democracy_percentage(Fraction(7)) == 100


@pytest.mark.parametrize(
    ("ratings", "message"),
    [([Fraction(3)] * 6, "seven ratings, found 6"), ([Fraction("3.1")] * 7, "quarter points")],
)
def test_a_score_needs_seven_ratings_on_the_grid(ratings, message):
    with pytest.raises(ValueError, match=message):
        democracy_score(ratings)


@pytest.mark.parametrize(
    ("printed", "value"),
    [("6.75", "27/4"), ("2,64", "66/25"), (" 3 ", "3"), ("3.", "3"), ("3. 25", "13/4")],
)
def test_printed_numbers_are_read_exactly(printed, value):
    assert parse_number(printed) == Fraction(value)


@pytest.mark.parametrize("printed", ["", "n/a", "-1", "+3", "1.2.3", ".5", "1e3", "٣", "3½", "3 4"])
def test_what_is_no_plain_number_is_refused_and_shown(printed):
    with pytest.raises(SourceError) as refusal:
        parse_number(printed)
    assert repr(printed) in str(refusal.value)


@pytest.mark.parametrize("value", ["0.75", "7.25", "3.3", "-2"])
def test_ratings_lie_on_the_grid_of_quarter_points(value):
    assert not is_rating(Fraction(value))


def test_halves_are_rounded_up():
    assert rounded(Fraction(1, 8)) == Decimal("0.13")
    assert rounded(Fraction(5, 2), 0) == 3


@pytest.mark.parametrize("convert", [read_scale, lambda text: to_seven_best(Fraction(1), text)])
def test_an_unknown_scale_is_refused(convert):
    with pytest.raises(SourceError, match="'best=1'"):
        convert("best=1")


def test_the_known_scales_are_read():
    assert [read_scale(text) for text in ("1=best", "7=best")] == ["1=best", "7=best"]
    assert len(CATEGORIES) == 7
