"""Scores and changes follow from the panel by arithmetic alone."""

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.facts.rating_system import CATEGORIES
from analysis.reconciliation.cleaning import (
    change_table,
    score_table,
)
from analysis.tables.schema import columns
from analysis.tables.stored import read_processed

PRINTED = ("country", "iso3", "edition", "printed", "scale", "score", "source_ids", "printed_by")
NOTHING_PRINTED = pd.DataFrame(columns=list(PRINTED))


def panel_of(ratings, country="Poland", iso3="POL"):
    """Return a panel of one country: edition -> ratings of the first categories."""
    rows = [
        (country, iso3, edition, edition - 1, category, float(rating), "printed")
        for edition, values in ratings.items()
        for category, rating in zip(CATEGORIES, values, strict=False)
    ]
    columns = ["country", "iso3", "edition", "coverage_year", "category", "rating", "status"]
    return pd.DataFrame(rows, columns=columns)


RATING = st.integers(4, 28).map(lambda quarters: quarters / 4)
HISTORY = st.dictionaries(
    st.integers(2005, 2024), st.lists(RATING, min_size=7, max_size=7), min_size=1, max_size=20
)


@pytest.mark.parametrize(
    ("edition", "score", "percentage", "printed"),
    [(2018, "1.29", "4.76", "1.29"), (2021, "1.32", "5.36", "1.32"), (2009, "1.68", None, "6.32")],
)
def test_kazakhstan_is_as_its_reports_print_it(edition, score, percentage, printed):
    scores = read_processed("scores").set_index(["country", "edition"])
    row = scores.loc[("Kazakhstan", edition)]
    assert f"{row['democracy_score']:.2f}" == score
    assert percentage is None or f"{row['democracy_percentage']:.2f}" == percentage
    assert row["regime_class"] == "Consolidated Authoritarian Regime"
    assert (float(row["printed_score"]), row["n_ratings"]) == (float(printed), 7)


@given(HISTORY)
@settings(max_examples=20)
def test_a_score_is_the_mean_and_a_change_of_it_the_seventh_of_the_steps(history):
    panel = panel_of(history)
    scores = score_table(panel, NOTHING_PRINTED).set_index("edition")
    changes = change_table(panel)
    for edition, ratings in history.items():
        exact = sum(map(Fraction, ratings)) / 7
        assert scores.at[edition, "democracy_score"] == float(exact)
        assert scores.at[edition, "democracy_percentage"] == float((exact - 1) * 100 / 6)
        steps = changes.loc[changes["edition"] == edition, "change"]
        if edition - 1 in history:
            before = sum(map(Fraction, history[edition - 1])) / 7
            assert sum(map(Fraction, steps)) / 7 == exact - before
        else:
            assert steps.empty


@given(HISTORY)
@settings(max_examples=10)
def test_the_order_of_the_rows_does_not_matter(history):
    panel = panel_of(history)
    shuffled = panel.sample(frac=1, random_state=0).reset_index(drop=True)
    assert score_table(shuffled, NOTHING_PRINTED).equals(score_table(panel, NOTHING_PRINTED))
    assert change_table(shuffled).equals(change_table(panel))


def test_changes_are_taken_between_adjacent_editions_only():
    changes = change_table(panel_of({2010: [3] * 7, 2011: [3.25] * 7, 2013: [4] * 7}))
    assert list(changes.columns) == list(columns("changes"))
    assert changes["edition"].tolist() == [2011] * 7
    assert changes["category"].tolist() == list(CATEGORIES)
    assert changes["change"].tolist() == [0.25] * 7
    assert changes["coverage_year"].tolist() == [2010] * 7


def test_an_edition_with_six_ratings_has_the_class_of_its_printed_score_and_no_computed_one():
    printed = pd.DataFrame(
        [
            ("Poland", "POL", 2010, "3.00", "1=best", 5.0, "S1", "archive;press"),
            ("Poland", "POL", 2012, "5.01", "7=best", 5.01, "S1", "press"),
            # A misprint that was corrected: the class is that of the score, not of the text.
            ("Poland", "POL", 2013, "5.41", "7=best", 4.51, "S1", "press"),
        ],
        columns=list(PRINTED),
    )
    scores = score_table(panel_of({2010: [5] * 6, 2011: [5] * 6}), printed)
    assert list(scores.columns) == list(columns("scores"))
    assert scores["n_ratings"].tolist() == [6, 6, 0, 0]
    assert scores["democracy_score"].isna().all()
    assert scores["printed_score"].tolist() == ["3.00", "", "5.01", "5.41"]
    assert scores["printed_by"].tolist() == ["archive;press", "", "press", "press"]
    assert scores["regime_class"].tolist() == [
        "Semi-Consolidated Democracy",
        "",
        "Consolidated Democracy",
        "Semi-Consolidated Democracy",
    ]
