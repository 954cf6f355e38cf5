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
    editions,
    every,
    fixed,
    interval,
    listed,
    moved,
    ordinal,
    percent,
    points,
    possible,
    probability,
    signed,
    so_many,
    times,
    whole_ties,
    with_true_minus,
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


def test_a_name_with_an_and_is_set_off():
    assert listed(["Bosnia and Herzegovina", "Serbia"]) == "Bosnia and Herzegovina, and Serbia"
    assert listed(["A", "B and C", "D"]) == "A, B and C, and D"


@pytest.mark.parametrize(
    ("years", "text"),
    [([2005], "2005"), ([2005, 2006], "2005 and 2006"), ([2005, 2007], "2005 and 2007"),
     ([2005, 2006, 2007, 2012], "2005 to 2007 and 2012"),
     ([2005, 2007, 2008, 2010], "2005, 2007, 2008 and 2010")],
)  # fmt: skip
def test_editions_in_a_row_are_a_span_from_three_on(years, text):
    assert editions(years) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(0.26, 0.74, "0.26 to 0.74"), (0.0, 1.0, "0.00 to 1.00"), (float("nan"), 1.0, "–"),
     (0.5, float("nan"), "–"), (-0.004, 0.31, "−0.004 to 0.31"), (-1e-7, 0.0, "0.00 to 0.00"),
     (-0.0004, 0.005, "−0.0004 to 0.01")],
)  # fmt: skip
def test_bounds_show_on_which_side_of_zero_they_lie(low, high, text):
    assert interval(low, high) == text


def test_bounds_can_have_signs():
    assert interval(-0.1, 0.004, sign=True) == "−0.10 to +0.004"


def test_small_shares_and_p_values_are_not_called_nothing():
    assert [percent(x) for x in (0, 0.0049, 0.005, 0.0149, 0.264, 1)] == [
        "0 %", "under 1 %", "1 %", "1 %", "26 %", "100 %",
    ]  # fmt: skip
    assert [percent(x, 1) for x in (0.0004, 0.0005, 0.027)] == ["under 0.1 %", "0.1 %", "2.7 %"]
    assert [probability(x) for x in (0.0004, 0.0005, 0.0214)] == ["under 0.001", "0.001", "0.021"]


@pytest.mark.parametrize(
    ("sizes", "most", "n"),
    [([], 3, 0), ([3, 2], 3, 2), ([3, 2, 1, 0], 3, 3), ([3, 2, 1, 1], 3, 2), ([2, 2, 2, 2], 3, 0),
     ([2, 2, 1], 1, 0), ([0.3, 0.1 + 0.2, 0.1], 2, 2), ([0.1 + 0.2, 0.3, 0.1], 1, 0)],
)  # fmt: skip
def test_nobody_is_named_who_ties_with_one_who_is_not(sizes, most, n):
    assert whole_ties(sizes, most) == n


def test_small_words():
    assert (every(2), every(3), every(12)) == ("both", "all three", "all 12")
    assert (so_many(0), so_many(1)) == ("none", "one")
    assert (possible(1, 7), possible(1, 1.25)) == ("open", "1.00–1.25")
    assert with_true_minus("S-1 (2010-2012): -0.25 to +0.50") == "S-1 (2010-2012): −0.25 to +0.50"


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
