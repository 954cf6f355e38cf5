"""Average trends against scipy and numpy, one country at a time."""

import numpy as np
import pytest
from scipy import stats

from analysis.statistics.arrays import panel_matrix, slopes_of
from analysis.trajectories.trends import SLOPES, leave_one_out, mean_trend, slopes_by, trend_table


def test_slopes_of_an_array(scores, country_slopes):
    slopes = slopes_of(panel_matrix(scores, "democracy_score").array)
    assert slopes == pytest.approx(country_slopes(scores).to_numpy())
    assert np.isnan(slopes_of(np.array([1.0, np.nan, 2.0])))
    assert slopes_of(np.array([1.0, np.nan, 2.0]), fewest=2) == pytest.approx(5.0)


def test_mean_trend(scores, country_slopes):
    slopes = country_slopes(scores).to_numpy()
    trend = mean_trend(scores)
    test = stats.ttest_1samp(slopes, 0)
    interval = test.confidence_interval(0.95)
    assert trend.estimate == pytest.approx(slopes.mean())
    assert (trend.lower, trend.upper) == pytest.approx(tuple(interval))
    assert trend.p_value == pytest.approx(test.pvalue)
    assert trend.df == 28
    assert trend.wilcoxon_p == pytest.approx(stats.wilcoxon(slopes.round(9)).pvalue)
    assert (trend.fell, trend.rose) == ((slopes < -1e-9).sum(), (slopes > 1e-9).sum())
    assert trend.fell + trend.rose + trend.unchanged == trend.n_countries == 29
    assert trend.n_observations == len(scores)
    assert "common to all countries" in trend.messages[0]


def test_trend_table_is_one_family(panel, country_slopes):
    table = trend_table(panel)
    assert table["name"].tolist() == list(dict.fromkeys(panel["category"]))
    assert (table["family_size"] == 7).all()
    for _, row in table.iterrows():
        expected = country_slopes(panel[panel["category"] == row["name"]], "rating")
        assert row["estimate"] == pytest.approx(expected.mean())
    # Holm: the smallest p-value times the number of tests.
    smallest = table.loc[table["p_value"].idxmin()]
    assert smallest["adjusted_p"] == pytest.approx(min(1, 7 * smallest["p_value"]))


def test_leave_one_out(scores, country_slopes):
    table = leave_one_out(scores)
    row = table[(table["kind"] == "country") & (table["left_out"] == "C05")].iloc[0]
    rest = country_slopes(scores[scores["country"] != "C05"])
    assert row["estimate"] == pytest.approx(rest.mean())
    row = table[(table["kind"] == "edition") & (table["left_out"] == "2010")].iloc[0]
    rest = country_slopes(scores[scores["edition"] != 2010])
    assert row["estimate"] == pytest.approx(rest.mean())
    assert len(table) == 29 + 14


@pytest.mark.parametrize("estimator", SLOPES)
def test_slopes_need_three_editions(estimator):
    values = np.array([[1.0, 2.0, np.nan], [1.0, 2.0, 3.0], [np.nan] * 3])
    assert slopes_by(estimator, values) == pytest.approx([np.nan, 10, np.nan], nan_ok=True)


def test_another_panel():
    import statsmodels.api as sm

    grunfeld = sm.datasets.grunfeld.load_pandas().data
    trend = mean_trend(grunfeld, "invest", country="firm", edition="year")
    assert trend.n_countries == 11
    assert trend.n_editions == 20
    by_hand = [np.polyfit(g["year"], g["invest"], 1)[0] * 10 for _, g in grunfeld.groupby("firm")]
    assert trend.estimate == pytest.approx(np.mean(by_hand))
