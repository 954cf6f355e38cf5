"""Levels, steps and spells of a series, with values counted by hand."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.facts.errors import ParameterError
from analysis.tables.schema import columns
from analysis.trajectories.observed import describe_levels


def series(values, country="Poland", category="CS"):
    """Return a series from edition -> rating."""
    rows = [(country, category, edition, value) for edition, value in values.items()]
    return pd.DataFrame(rows, columns=["country", "category", "edition", "rating"])


def described(values):
    return describe_levels(series(values)).iloc[0]


def test_a_series_with_a_gap():
    row = described({2005: 3.0, 2006: 3.25, 2007: 3.25, 2008: 2.75, 2011: 4.0, 2012: 4.0})
    assert row.drop(["country", "category"]).to_dict() == {
        "first_edition": 2005,
        "last_edition": 2012,
        "n_editions": 6,
        "first": 3.0,
        "last": 4.0,
        "net_change": 1.0,
        "n_up": 1,
        "n_down": 1,
        "n_over_gaps": 1,
        "largest_step": -0.5,
        "largest_step_edition": 2008,
        "longest_unchanged": 2,
    }


def test_years_that_are_text_are_refused():
    with pytest.raises(ParameterError, match="expected whole-numbered editions, found '2005'"):
        described({"2005": 3.0, "2006": 3.25})


def test_the_earliest_of_several_largest_steps_is_told():
    row = described({2005: 3.0, 2006: 3.25, 2007: 3.0})
    assert (row["largest_step"], row["largest_step_edition"]) == (0.25, 2006)


def test_steps_that_are_equal_but_for_the_last_bit_of_a_float_tie():
    scores = [k / 28 for k in (30, 29, 28)]
    assert abs(scores[2] - scores[1]) > abs(scores[1] - scores[0])
    row = described(dict(enumerate(scores, 2005)))
    assert row["largest_step_edition"] == 2006


def test_a_value_that_moved_across_a_gap_only_is_counted():
    row = described({2005: 3.0, 2006: 3.0, 2008: 3.25, 2010: 3.25})
    assert (row["n_up"], row["n_down"], row["n_over_gaps"]) == (0, 0, 1)
    assert pd.isna(row["largest_step"])


def test_a_series_that_never_moved_has_no_largest_step():
    row = described({2005: 3.0, 2006: 3.0, 2007: 3.0})
    assert pd.isna(row["largest_step"])
    assert pd.isna(row["largest_step_edition"])
    assert (row["net_change"], row["n_up"], row["n_down"], row["longest_unchanged"]) == (0, 0, 0, 3)


def test_one_edition_is_a_level_and_no_change():
    row = described({2018: 1.25})
    assert (row["first"], row["last"], row["n_editions"], row["longest_unchanged"]) == (
        1.25,
        1.25,
        1,
        1,
    )


RATINGS = st.dictionaries(
    st.integers(2005, 2024), st.integers(4, 28).map(lambda q: q / 4), min_size=1
)


@given(RATINGS)
@settings(max_examples=60)
def test_steps_are_counted_between_adjacent_editions(values):
    row = described(values)
    steps = [values[e] - values[e - 1] for e in sorted(values) if e - 1 in values]
    assert row["n_up"] == sum(step > 0 for step in steps)
    assert row["n_down"] == sum(step < 0 for step in steps)
    assert row["net_change"] == values[max(values)] - values[min(values)]
    if len(steps) == len(values) - 1:
        assert row["net_change"] == sum(steps)
    if any(steps):
        assert abs(row["largest_step"]) == max(map(abs, steps))


@given(RATINGS)
@settings(max_examples=30)
def test_the_reversed_scale_turns_every_sign(values):
    row, reverse = described(values), described({e: 8 - v for e, v in values.items()})
    assert (reverse["n_up"], reverse["n_down"]) == (row["n_down"], row["n_up"])
    assert reverse["net_change"] == -row["net_change"]
    assert reverse["longest_unchanged"] == row["longest_unchanged"]


def test_every_unit_and_variable_has_one_row_of_the_documented_columns():
    both = pd.concat([series({2005: 3.0}), series({2006: 2.0}, "Latvia", "CO")])
    table = describe_levels(both.sample(frac=1, random_state=1))
    assert (*table.columns, "sample") == columns("levels")
    assert table[["country", "category"]].to_numpy().tolist() == [
        ["Latvia", "CO"],
        ["Poland", "CS"],
    ]


def test_columns_may_have_other_names():
    frame = pd.DataFrame(
        {"who": ["a", "a"], "when": [1, 2], "what": ["x", "x"], "much": [1.0, 3.0]}
    )
    row = describe_levels(frame, unit="who", time="when", variable="what", value="much").iloc[0]
    assert (row["who"], row["what"], row["net_change"]) == ("a", "x", 2.0)
