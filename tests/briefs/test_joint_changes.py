"""Counts of joint changes."""

import pandas as pd
import pytest

from analysis.briefs.country.results import joint_changes
from analysis.facts.errors import ParameterError


def table(**changes):
    rows = [
        ("A", 2006 + i, code, change)
        for code, series in changes.items()
        for i, change in enumerate(series)
        if change is not None
    ]
    return pd.DataFrame(rows, columns=["country", "edition", "category", "change"])


def test_counts():
    own = table(
        EP=[0.25, -0.25, 0.25, 0.0, 0.25, 0.0, None], CS=[0.5, -0.25, -0.25, 0.25, 0, 0, 0.25]
    )
    row = joint_changes(own, ["EP", "CS"]).iloc[0]
    assert row.tolist() == ["EP", "CS", 6, 2, 1, 1, 1]


def test_a_category_without_changes_counts_nothing():
    row = joint_changes(table(EP=[0.25, 0.0]), ["EP", "CS"]).iloc[0]
    assert row.tolist() == ["EP", "CS", 0, 0, 0, 0, 0]


def test_a_change_listed_twice_is_refused():
    with pytest.raises(ParameterError, match="listed twice"):
        joint_changes(pd.concat([table(EP=[0.25])] * 2), ["EP", "CS"])
