"""Forecasts stay on the grid and inside the scale; candidates against slow formulas."""

import numpy as np
import pytest

from analysis.facts.errors import ParameterError
from analysis.trajectories import forecasts as f


@pytest.fixture(scope="module")
def window(scores):
    return scores.pivot_table(
        index="country", columns="edition", values="democracy_score"
    ).to_numpy()


def test_no_change(window):
    assert f.no_change(window, 3).tolist() == window[:, -1].tolist()


def test_drifts(window):
    complete = window[np.isfinite(window).all(axis=1)]
    mean, overall, shrunk = f.drifts(complete)
    n = complete.shape[1] - 1
    assert mean == pytest.approx((complete[:, -1] - complete[:, 0]) / n)
    assert overall == pytest.approx(mean.mean())
    steps = np.diff(complete)
    sampling = ((steps - mean[:, None]) ** 2).sum() / (len(steps) * (n - 1)) / n
    excess = max(0, mean.var(ddof=1) - sampling)
    weight = excess / (excess + sampling)
    assert shrunk == pytest.approx(mean.mean() + weight * (mean - mean.mean()))


def test_ols_trend(window):
    for i, row in enumerate(window):
        known = np.flatnonzero(np.isfinite(row))
        slope, intercept = np.polyfit(known, row[known], 1)
        assert f.ols_trend(window, 2)[i] == pytest.approx(intercept + slope * (len(row) + 1))


def test_means(window):
    assert f.country_mean(window, 1) == pytest.approx(np.nanmean(window, axis=1))
    assert f.last_four_mean(window, 1) == pytest.approx(np.nanmean(window[:, -4:], axis=1))


def test_smoothing_picks_the_best_weight():
    rng = np.random.default_rng(5)
    noise = 4 + 0.3 * rng.standard_normal((6, 30))
    best, least = None, np.inf
    for weight in np.linspace(0.1, 1, 10):
        state, loss = noise[:, 0], 0.0
        for now in noise[:, 1:].T:
            loss += ((now - state) ** 2).sum()
            state = state + weight * (now - state)
        if loss < least:
            best, least = state, loss
    assert f.smoothing(noise, 1) == pytest.approx(best)


def test_a_country_unknown_at_the_origin_gets_nothing(window):
    gap = window.copy()
    gap[4, -1] = np.nan
    for name, forecaster in f.CANDIDATES.items():
        point = forecaster(gap, 1)
        assert np.isnan(point[4]), name
        assert np.isfinite(np.delete(point, 4)).all(), name


def test_replications_at_once_equal_one_at_a_time(window):
    complete = window[np.isfinite(window).all(axis=1)]
    panels = np.stack([complete, complete[:, ::-1]])
    for name, forecaster in f.CANDIDATES.items():
        together = forecaster(panels, 2)
        for r in range(2):
            assert together[r] == pytest.approx(forecaster(panels[r], 2)), name


def test_interval_is_numpys_outer_quantiles():
    rng = np.random.default_rng(6)
    for n in (15, 41, 120):
        changes = rng.integers(-4, 4, n) / 28.0
        padded = np.concatenate([np.sort(changes), [np.nan] * 3])
        for level in f.LEVELS:
            low, high = f.change_interval(padded, level)
            tail = (1 - level) / 2
            assert low == np.quantile(changes, tail, method="lower")
            assert high == np.quantile(changes, 1 - tail, method="higher")


def test_table(scores, window):
    table = f.forecast_table(scores)
    assert len(table) == 29 * 3
    row = table[(table["country"] == "C01") & (table["horizon"] == 2)].iloc[0]
    changes = (window[:, 2:] - window[:, :-2]).ravel()
    changes = changes[np.isfinite(changes)]
    assert row["n_changes"] == len(changes)
    assert row["point"] == window[0, -1]
    assert row["edition"] == row["origin"] + 2 == 2020
    assert row["lower_95"] == pytest.approx(
        max(1, window[0, -1] + np.quantile(changes, 0.025, method="lower"))
    )
    assert row["p_down"] == pytest.approx((changes < -1e-9).mean())
    assert row[["p_down", "p_stay", "p_up"]].sum() == pytest.approx(1)
    nested = (table["lower_95"] <= table["lower_80"]) & (table["upper_80"] <= table["upper_95"])
    assert nested.all()


def test_ratings_stay_on_the_grid(panel):
    table = f.forecast_table(panel[panel["category"] == "IM"], "rating")
    for column in ("point", "lower_80", "upper_80", "lower_95", "upper_95"):
        assert (table[column] * 4 == (table[column] * 4).round()).all()
        assert table[column].between(1, 7).all()


def test_at_the_ends_of_the_scale(series):
    low = [1.0, 1.25, 1.0, 1.25, 1.0, 1.0, 1.25, 1.0]
    table = f.forecast_table(series(A=low, B=[8 - v for v in low], C=[4.0, 4.25] * 4, D=[2.0] * 8))
    a, b = (table[(table["country"] == c) & (table["horizon"] == 1)].iloc[0] for c in "AB")
    assert (a["p_down"], b["p_up"]) == (0.0, 0.0)
    assert a["p_stay"] + a["p_up"] == pytest.approx(1)
    assert a["lower_95"] == 1.0
    assert b["upper_95"] == 7.0
    assert a["messages"] == "at the lowest value: cannot fall"


def test_refusals(series):
    few = f.forecast_table(series(A=[3.0, 3.25, 3.5, 3.25]))
    assert few["refusal"].tolist()[0] == "3 past changes: an interval needs 15"
    assert few[["point", "lower_80", "upper_95", "p_stay", "eb_drift"]].isna().all(axis=None)
    gone = f.forecast_table(series(A=[3.0] * 9 + [None], B=[2.0] * 10, C=[2.5] * 10), origin=2014)
    assert (
        gone.loc[gone["country"] == "A", "refusal"].tolist()
        == ["not known in 2014: nothing to forecast from"] * 3
    )
    with pytest.raises(ParameterError, match="origin 1999 is outside the editions 2005 to 2014"):
        f.forecast_table(series(B=[2.0] * 10), origin=1999)


def test_each_country_is_forecast_from_its_last_known_edition(series):
    values = [3.0, 3.25] * 5
    frame = series(A=[*values[:8], None, None], B=values, C=values)
    table = f.forecast_table(frame).set_index(["country", "horizon"])
    a = table.loc["A", 2]
    assert (a["origin"], a["edition"], a["messages"]) == (2012, 2014, "last known in 2012")
    # Nothing later than the country's origin enters: 3 countries with 6 two-step changes.
    assert a["n_changes"] == 18
    assert table.loc["B", 2]["origin"] == 2014
    assert table.loc["B", 2]["messages"] == ""


def test_an_earlier_origin_sees_only_earlier_editions(scores):
    early = f.forecast_table(scores, origin=2014)
    cut = f.forecast_table(scores[scores["edition"] <= 2014], origin=2014)
    assert early.equals(cut)


def test_another_scale(scores):
    factor = 1000.0
    scaled = scores.assign(democracy_score=scores["democracy_score"] * factor)
    wide = f.forecast_table(scaled, bounds=(-np.inf, np.inf))
    narrow = f.forecast_table(scores, bounds=(-np.inf, np.inf))
    for column in ("point", "lower_95", "eb_drift"):
        assert wide[column].to_numpy() == pytest.approx(factor * narrow[column].to_numpy())
