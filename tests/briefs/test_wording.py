"""Numbers and phrases as a brief prints them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.briefs.wording import (
    CLASS_RANK,
    INITIALS,
    capitalised,
    counted,
    fixed,
    listed,
    moved,
    ordinal,
    points,
    signed,
    times,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.285714, "1.29"),
        (2.675, "2.68"),
        (0.125, "0.13"),
        (-0.125, "−0.13"),
        (-0.001, "0.00"),
        (-0.0, "0.00"),
        (6, "6.00"),
        (-2.4642857, "−2.46"),
    ],
)
def test_two_decimals_half_up_with_a_true_minus_and_no_negative_zero(value, text):
    assert fixed(value) == text


def test_digits_can_be_chosen():
    assert [fixed(2.55, 1), fixed(11.5, 0), fixed(-0.4, 0)] == ["2.6", "12", "0"]


@given(st.integers(28, 196), st.integers(28, 196))
def test_every_score_and_difference_is_rounded_as_its_exact_value(a, b):
    exact = Fraction(a - b, 28)
    hundredths = (abs(exact) * 100 + Fraction(1, 2)) // 1
    text = f"{hundredths // 100}.{hundredths % 100:02d}"
    sign = "−" if exact < 0 and hundredths else ""
    assert fixed(a / 28 - b / 28) == sign + text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.25, "+0.25"), (-0.25, "−0.25"), (0.0, "0.00"), (0.004, "0.00"), (-0.004, "0.00")],
)
def test_a_sign_stands_before_what_is_not_zero(value, text):
    assert signed(value) == text


@pytest.mark.parametrize(
    ("n", "text"),
    [(0, "no countries"), (1, "one country"), (3, "three countries"), (12, "12 countries")],
)
def test_counts_agree_with_their_noun(n, text):
    assert counted(n, "country", "countries") == text


def test_a_regular_plural_needs_no_word():
    assert (counted(1, "edition"), counted(2, "edition")) == ("one edition", "two editions")
    assert [times(n) for n in (1, 2, 3, 11)] == ["once", "twice", "three times", "11 times"]


def test_lists_read_as_prose():
    assert listed(["A"]) == "A"
    assert listed(["A", "B"]) == "A and B"
    assert listed(["A", "B", "C"], "or") == "A, B or C"


def test_movements_say_where_from_and_where_to():
    assert moved(1.5, 1.25) == "declined from 1.50 to 1.25"
    assert moved(1.25, 1.5) == "improved from 1.25 to 1.50"
    assert moved(1.25, 1.25) == "stayed at 1.25"


@pytest.mark.parametrize(
    ("n", "text"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"),
     (21, "21st"), (22, "22nd"), (23, "23rd"), (29, "29th"), (111, "111th")],
)  # fmt: skip
def test_ordinals(n, text):
    assert ordinal(n) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1.00 point"), (-1, "1.00 point"), (0.25, "0.25 points"), (10, "10.00 points"),
     (0, "0.00 points"), (1.1, "1.10 points"), (0.999, "1.00 point")],
)  # fmt: skip
def test_sizes_in_points(value, text):
    assert points(value) == text


def test_a_sentence_begins_with_a_capital_and_keeps_the_rest():
    assert capitalised("civil Society") == "Civil Society"
    assert capitalised("") == ""


def test_classes_have_initials_and_an_order():
    assert [INITIALS[name] for name in sorted(CLASS_RANK, key=CLASS_RANK.__getitem__)] == [
        "CD",
        "SCD",
        "THR",
        "SCAR",
        "CAR",
    ]
