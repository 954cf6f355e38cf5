"""What briefs say of the ranks, orders and classes that rounding leaves open."""

from statistics import NormalDist

import pandas as pd

from analysis.briefs import rounding


def scores(**of_country):
    return pd.Series(of_country, dtype=float, name=2024) / 28


def test_ranks_that_are_open_are_a_range_and_settled_ones_are_not_told():
    several = scores(Estonia=168, Latvia=112, Poland=111, Serbia=60)
    assert rounding.rank_range(several, "Estonia") == ""
    assert rounding.rank_range(several, "Poland") == "2 to 3"
    assert rounding.open_ranks(several) == (
        "Rounding of ratings to quarter points leaves ranks in the 2024 edition open: Latvia 2 to "
        "3 and Poland 2 to 3."
    )
    assert rounding.open_ranks(several.drop("Poland")) == ""
    assert rounding.open_ranks(several[:1]) == ""


def test_many_open_ranks_are_counted():
    several = scores(**dict.fromkeys("ABCDE", 100), F=28)
    assert rounding.open_ranks(several).endswith(
        "open, those of five of six countries, at most five for one."
    )


def test_the_order_of_two_is_told_in_cases_of_a_hundred():
    # The difference of two errors has a standard deviation of .0386, and 1/28 is .925 of it.
    cases = round(100 * NormalDist().cdf(0.925))
    assert f"Poland would have the higher score in {cases} of" in rounding.open_ranks(
        scores(Latvia=111, Poland=112)
    )
    assert "in more than 99 of 100" in rounding.open_ranks(scores(Latvia=60, Poland=112))
    assert rounding.open_ranks(scores(Latvia=60, Poland=60)) == ""


def test_a_class_is_called_open_near_its_end_only():
    assert rounding.open_class(3.5) == ""
    assert "another class in 43 of 100 cases" in rounding.open_class(4.0)
