"""The grid of choices holds the headline, and every other cell computed another way."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.settings.choices import TENTH, TREND_CHOICES, declared
from analysis.trajectories.contrasts import trend_choices
from analysis.trajectories.observed import COMPLETE
from analysis.trajectories.trends import mean_trend


@pytest.fixture(scope="module")
def table(scores, panel):
    holes = panel.drop(panel[(panel["edition"] == 2010) & (panel["category"] == "CO")].index)
    groups = {"all": sorted(set(scores["country"])), "few": ["C01", "C02"]}
    return trend_choices(scores, holes, groups, declared().trend_choices, [panel, panel])


def test_the_headline_is_a_cell(table, scores):
    [cell] = table[table["chosen"] == 1].to_dict("records")
    assert cell["estimate"] == pytest.approx(mean_trend(scores).estimate)
    assert cell["group"] == "all"


def test_every_combination_is_there_once(table):
    choices = ["sample", "window", "scale", "estimator", "group", "weighting"]
    assert len(table) == 2 * np.prod([len(values) for values in TREND_CHOICES.values()])
    assert not table.duplicated(choices).any()


def test_complete_editions_leave_out_the_year_with_a_hole(table, scores, country_slopes):
    kept = scores[scores["edition"] != 2010]
    cell = table[
        (table["sample"] == COMPLETE)
        & (table["window"] == "all editions")
        & (table["scale"] == "points")
        & (table["estimator"] == "OLS")
        & (table["group"] == "all")
    ].set_index("weighting")["estimate"]
    slopes = country_slopes(kept)
    assert cell["countries"] == pytest.approx(slopes.mean())
    size = kept.groupby("country").size()
    assert cell["country-editions"] == pytest.approx(np.average(slopes, weights=size[slopes.index]))


def test_net_change_by_hand(table, scores):
    late = scores[scores["edition"] > 2008]
    ends = late.sort_values("edition").groupby("country").agg(["first", "last"])
    per_decade = (
        10
        * (ends["democracy_score"]["last"] - ends["democracy_score"]["first"])
        / (ends["edition"]["last"] - ends["edition"]["first"])
    )
    query = (
        "sample == 'all scores' and window == 'last ten editions' and scale == 'points' "
        "and estimator == 'net change' and group == 'all' and weighting == 'countries'"
    )
    assert table.query(query)["estimate"].item() == pytest.approx(per_decade.mean())


def test_ranks_are_spread_over_six_points(table, scores, country_slopes):
    ranks = 6 * stats.rankdata(scores["democracy_score"]) / len(scores)
    query = (
        "sample == 'all scores' and window == 'all editions' and scale == 'ranks' "
        "and estimator == 'OLS' and group == 'all' and weighting == 'countries'"
    )
    expected = country_slopes(scores.assign(democracy_score=ranks)).mean()
    assert table.query(query)["estimate"].item() == pytest.approx(expected)


def test_two_countries_are_refused(table):
    few = table[table["group"] == "few"]
    assert few["estimate"].isna().all()
    assert set(few["refusal"]) == {"2 of 3 countries"}
    assert pd.Series(table["refusal"] == "").equals(table["estimate"].notna())


def test_completed_panels_give_the_mean_of_their_trends(scores, panel):
    falling = panel.assign(rating=panel["rating"] - 0.01 * (panel["edition"] - 2005))
    groups = {"all": sorted(set(scores["country"]))}
    table = trend_choices(scores, panel, groups, declared().trend_choices, [panel, falling])
    cell = table.query(
        f"sample == '{TENTH}' and window == 'all editions' and scale == 'points' "
        "and estimator == 'OLS' and weighting == 'countries'"
    )
    assert cell["estimate"].item() == pytest.approx(mean_trend(scores).estimate - 0.05)


def test_the_headline_is_that_of_the_estimator(scores, panel):
    groups, grid = {"all": sorted(set(scores["country"]))}, declared().trend_choices
    table = trend_choices(scores, panel, groups, grid, estimator="Theil-Sen")
    [cell] = table[table["chosen"] == 1].to_dict("records")
    assert cell["estimator"] == "Theil-Sen"
    assert cell["estimate"] == pytest.approx(mean_trend(scores, estimator="Theil-Sen").estimate)
