"""The best known score of a country and edition, and what it rests on."""

import pandas as pd

from analysis.facts.rating_system import CATEGORIES, exact_scores
from analysis.statistics.score_series import score_series
from analysis.tables.stored import read_processed


def test_the_series_says_what_each_score_rests_on():
    statuses = pd.DataFrame(
        "printed", index=range(5), columns=[f"{code}_status" for code in CATEGORIES]
    )
    statuses.loc[1, "CO_status"] = "derived"
    statuses.loc[2:, ["NDG_status", "LDG_status"]] = None
    statuses.loc[4, "CO_status"] = "rescaled"
    editions = statuses.assign(
        country="Poland",
        iso3="POL",
        edition=range(2010, 2015),
        democracy_score=[5.0, 5.0, 4.892857, 4.892857, None],
        score_status=["computed", "computed", "printed", "derived", None],
        regime_class="Semi-Consolidated Democracy",
    )
    series = score_series(editions)
    assert series["edition"].tolist() == [2010, 2011, 2012, 2013]
    assert series["basis"].tolist() == ["printed", "derived", "score only", "score derived"]
    assert series["score"].tolist() == [5.0, 5.0, 137 / 28, 137 / 28]


def test_every_score_of_the_country_editions_is_in_the_series_and_no_other():
    editions = read_processed("country_editions")
    series = score_series(editions).set_index(["country", "edition"])["score"]
    stored = editions.set_index(["country", "edition"])["democracy_score"].dropna()
    assert len(series) == 578
    assert ((series - stored).abs() < 1e-6).all()


def test_two_decimals_and_six_give_the_same_exact_score():
    exact = pd.Series(range(28, 197)) / 28
    for digits in (2, 6):
        assert (exact_scores(exact.round(digits)) == exact).all()


def test_a_number_that_no_seven_ratings_have_as_mean_is_no_score():
    assert exact_scores(pd.Series([4.02, None])).isna().all()
