"""Average trends against scipy and numpy, one country at a time."""

import numpy as np
import pytest
from scipy import stats

from analysis.trajectories.trends import (
    country_slopes,
    leave_one_out,
    mean_trend,
    slopes_of,
    trend_table,
)


def _slopes(frame, value="democracy_score"):
    return {
        name: np.polyfit(group["edition"], group[value], 1)[0] * 10
        for name, group in frame.groupby("country")
    }


def test_country_slopes(scores):
    found = country_slopes(scores).set_index("country")["slope_per_decade"]
    assert found.to_dict() == pytest.approx(_slopes(scores))


def test_mean_trend(scores):
    slopes = np.array(list(_slopes(scores).values()))
    trend = mean_trend(scores)
    test = stats.ttest_1samp(slopes, 0)
    interval = test.confidence_interval(0.95)
    assert trend.estimate.estimate == pytest.approx(slopes.mean())
    assert (trend.estimate.lower, trend.estimate.upper) == pytest.approx(tuple(interval))
    assert trend.estimate.p_value == pytest.approx(test.pvalue)
    assert trend.estimate.df == 28
    assert trend.wilcoxon_p == pytest.approx(stats.wilcoxon(slopes.round(9)).pvalue)
    assert (trend.fell, trend.rose) == ((slopes < -1e-9).sum(), (slopes > 1e-9).sum())
    assert trend.fell + trend.rose + trend.unchanged == trend.estimate.n_countries == 29
    assert trend.estimate.n_observations == len(scores)
    assert "common to all countries" in trend.estimate.messages[0]


def test_trend_table_is_one_family(panel):
    table = trend_table(panel)
    assert table["name"].tolist() == list(dict.fromkeys(panel["category"]))
    assert (table["family_size"] == 7).all()
    for _, row in table.iterrows():
        expected = _slopes(panel[panel["category"] == row["name"]], "rating")
        assert row["estimate"] == pytest.approx(np.mean(list(expected.values())))
    # Holm: the smallest p-value times the number of tests.
    smallest = table.loc[table["p_value"].idxmin()]
    assert smallest["adjusted_p"] == pytest.approx(min(1, 7 * smallest["p_value"]))


def test_leave_one_out(scores):
    table = leave_one_out(scores)
    row = table[(table["kind"] == "country") & (table["left_out"] == "C05")].iloc[0]
    rest = _slopes(scores[scores["country"] != "C05"])
    assert row["estimate"] == pytest.approx(np.mean(list(rest.values())))
    row = table[(table["kind"] == "edition") & (table["left_out"] == "2010")].iloc[0]
    rest = _slopes(scores[scores["edition"] != 2010])
    assert row["estimate"] == pytest.approx(np.mean(list(rest.values())))
    assert len(table) == 29 + 14


def test_slopes_need_three_editions():
    values = np.array([[1.0, 2.0, np.nan], [1.0, 2.0, 3.0], [np.nan] * 3])
    assert np.isnan(slopes_of(values)).tolist() == [True, False, True]


def test_another_panel():
    import statsmodels.api as sm

    grunfeld = sm.datasets.grunfeld.load_pandas().data
    trend = mean_trend(grunfeld, "invest", "firm", "year")
    assert trend.estimate.n_countries == 11
    assert trend.estimate.n_editions == 20
    by_hand = [np.polyfit(g["year"], g["invest"], 1)[0] * 10 for _, g in grunfeld.groupby("firm")]
    assert trend.estimate.estimate == pytest.approx(np.mean(by_hand))
