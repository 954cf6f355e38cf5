"""Tidy tables as arrays."""

import numpy as np
import pandas as pd
import pytest

from analysis.facts.errors import ParameterError
from analysis.statistics.arrays import (
    changes_of,
    complete_cube,
    panel_cube,
    panel_matrix,
)


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "country": ["B", "A", "A", "B", "A"],
            "edition": [2006, 2005, 2006, 2009, 2008],
            "score": [2.0, 1.0, 1.25, 3.0, None],
        }
    )


def test_editions_without_gaps_and_missing_cells(frame):
    matrix = panel_matrix(frame, "score")
    assert matrix.countries == ("A", "B")
    assert matrix.editions == (2005, 2006, 2007, 2008, 2009)
    assert np.isfinite(matrix.array).sum() == 4
    assert matrix.array[0, :2].tolist() == [1.0, 1.25]
    # A change needs both adjacent editions: only one pair of the panel has them.
    assert np.isfinite(changes_of(matrix.array)).sum() == 1
    assert changes_of(matrix.array)[0, 0] == 0.25


def test_tiny_differences_are_no_change():
    assert changes_of(np.array([1.0, 1.0 + 1e-12, 1.25])).tolist() == pytest.approx([0.0, 0.25])
    assert changes_of(np.array([1.0, 1.0 + 1e-12]))[0] == 0.0


def test_a_cube_has_an_axis_for_each_of_country_category_and_edition():
    frame = pd.DataFrame(
        {
            "country": ["A", "B", "A"],
            "edition": [2005, 2007, 2006],
            "category": ["EP", "EP", "CS"],
            "rating": [1.0, 2.0, 3.0],
        }
    )
    cube = panel_cube(frame)
    assert cube.variables == ("EP", "CS")
    assert (cube.countries, cube.editions) == (("A", "B"), (2005, 2006, 2007))
    assert cube.array.shape == (2, 2, 3)
    assert cube.array[0, 1, 1] == 3.0
    assert np.isfinite(cube.array).sum() == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"score": None}, "column 'score' holds no value"),
        ({"edition": 2005, "country": "A"}, "A 2005 has more than one 'score'"),
        ({"edition": [2006, 2005.5, 2006, 2009, 2008]}, "whole-numbered editions, found 2005.5"),
        ({"edition": list("56789")}, "whole-numbered editions, found '5'"),
        ({"edition": pd.date_range("2005-01-01", periods=5, freq="YS")}, "found 2005-01-01"),
    ],
)
def test_unusable_tables(frame, change, message):
    with pytest.raises(ParameterError, match=message):
        panel_matrix(frame.assign(**change), "score")


def test_unknown_column(frame):
    with pytest.raises(
        ParameterError, match="no column 'rating'; there are country, edition, score"
    ):
        panel_matrix(frame, "rating")
    with pytest.raises(ParameterError, match="no column 'category'"):
        panel_cube(frame, value="score")


def test_years_as_text_or_dates_are_told_by_every_table(frame):
    as_text = frame.assign(edition=frame["edition"].astype(str), category="EP")
    for arrange in (
        lambda table: panel_cube(table, value="score"),
        lambda table: complete_cube(table, ["score"]),
    ):
        with pytest.raises(ParameterError, match="expected whole-numbered editions, found '2"):
            arrange(as_text)
        with pytest.raises(ParameterError, match="editions, found 20"):
            arrange(as_text.assign(edition=pd.to_datetime(as_text["edition"])))


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [("country", None, object), ("category", None, object), ("edition", pd.NA, "Int64")],
)
def test_a_rating_of_nobody_knows_what_is_refused(column, value, kind):
    frame = pd.DataFrame(
        {"country": ["A", "B"], "edition": [2005, 2006], "category": ["EP", "CS"], "rating": 2.0}
    ).astype({column: kind})
    frame.loc[1, column] = value
    with pytest.raises(ParameterError, match=f"column '{column}' has an empty cell"):
        panel_cube(frame)
