"""The best known score of a country and edition, and what it rests on."""

import pandas as pd

from analysis.facts.exact import exact_scores
from analysis.facts.rating_system import CATEGORIES
from analysis.statistics.score_series import score_series


def test_the_series_says_what_each_score_rests_on():
    panel = pd.DataFrame(
        [
            ("Poland", edition, category, "printed")
            for edition, n_known in ((2010, 7), (2011, 7), (2012, 3))
            for category in list(CATEGORIES)[:n_known]
        ],
        columns=["country", "edition", "category", "status"],
    )
    panel.loc[(panel["edition"] == 2011) & (panel["category"] == "CO"), "status"] = "derived"
    scores = pd.DataFrame(
        [
            ("Poland", "POL", 2010, 5.0, "Semi-Consolidated Democracy"),
            ("Poland", "POL", 2011, 5.0, "Semi-Consolidated Democracy"),
            ("Poland", "POL", 2012, None, "Semi-Consolidated Democracy"),
            ("Poland", "POL", 2013, None, ""),
        ],
        columns=["country", "iso3", "edition", "democracy_score", "regime_class"],
    )
    printed = pd.DataFrame([("Poland", 2012, 4.89)], columns=["country", "edition", "score"])
    series = score_series(panel, scores, printed)
    assert series["edition"].tolist() == [2010, 2011, 2012]
    assert series["basis"].tolist() == ["printed", "derived", "score only"]
    assert series["score"].tolist() == [5.0, 5.0, 137 / 28]


def test_two_decimals_and_six_give_the_same_exact_score():
    exact = pd.Series(range(28, 197)) / 28
    for digits in (2, 6):
        assert (exact_scores(exact.round(digits)) == exact).all()


def test_a_number_that_no_seven_ratings_have_as_mean_is_no_score():
    assert exact_scores(pd.Series([4.02, None])).isna().all()
