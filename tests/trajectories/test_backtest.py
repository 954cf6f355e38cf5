"""The backtest against a slow loop over origins and countries."""

import numpy as np
import pytest
from scipy import stats

from analysis.trajectories.backtest import (
    absolute_errors,
    backtest,
    by_country,
    interval_hits,
    origins,
)
from analysis.trajectories.forecasts import CANDIDATES


@pytest.fixture(scope="module")
def values(scores):
    return scores.pivot_table(
        index="country", columns="edition", values="democracy_score"
    ).to_numpy()


@pytest.fixture(scope="module")
def found(scores):
    return backtest(scores)


def test_origins():
    assert list(origins(14, 1, 10)) == [10, 11, 12, 13]
    assert list(origins(14, 3, 10)) == [10, 11]


def test_no_change_error_is_the_mean_absolute_change(found, values):
    for horizon in (1, 2, 3):
        change = np.abs(values[:, 9 + horizon :] - values[:, 9:-horizon])
        by_hand = np.mean([np.nanmean(row) for row in change if np.isfinite(row).any()])
        row = found.points.query("candidate == 'no_change' and horizon == @horizon").iloc[0]
        assert row["mae"] == pytest.approx(by_hand)
        assert row["n_forecasts"] == np.isfinite(change).sum()
        assert row["mae_ratio"] == 1.0


def test_every_candidate_is_reported(found):
    for _, part in found.points.groupby("horizon"):
        assert part["candidate"].tolist() == list(CANDIDATES)


def test_ratio_and_test_by_country(found, values):
    errors = absolute_errors(values, 2, 10, ["no_change", "ols_trend"])
    own, base = by_country(errors["ols_trend"]), by_country(errors["no_change"])
    row = found.points.query("candidate == 'ols_trend' and horizon == 2").iloc[0]
    assert row["mae_ratio"] == pytest.approx(own.sum() / base.sum())
    assert row["p_value"] == pytest.approx(stats.ttest_1samp(base - own, 0).pvalue)
    left = [np.log(np.delete(own, i).sum() / np.delete(base, i).sum()) for i in range(29)]
    full = np.log(own.sum() / base.sum())
    error = np.sqrt(28 / 29 * ((np.array(left) - full) ** 2).sum())
    half = stats.t.ppf(0.975, 28) * error
    assert row["lower"] == pytest.approx(np.exp(full - half))
    assert row["upper"] == pytest.approx(np.exp(full + half))


def test_interval_hits_by_hand(values):
    hits, widths, _ = interval_hits(values, 1, 10, 0.95)
    window = values[:, :11]
    changes = np.diff(window).ravel()
    changes = changes[np.isfinite(changes)]
    low = np.clip(window[:, -1] + np.quantile(changes, 0.025, method="lower"), 1, 7)
    high = np.clip(window[:, -1] + np.quantile(changes, 0.975, method="higher"), 1, 7)
    known = np.isfinite(values[:, 11]) & np.isfinite(window[:, -1])
    inside = (values[:, 11] >= low - 1e-9) & (values[:, 11] <= high + 1e-9)
    assert (hits[1][known] == inside[known]).all()
    assert widths[1][known] == pytest.approx((high - low)[known])


def test_nothing_after_the_origin_is_used(values):
    changed = values.copy()
    changed[:, 12:] += 1.0
    for name in CANDIDATES:
        before = absolute_errors(values[:, :12], 1, 10, [name])[name]
        after = absolute_errors(changed, 1, 10, [name])[name][: len(before)]
        assert after == pytest.approx(before, nan_ok=True), name


def test_brier_of_the_base_rate(found, values):
    steps = np.diff(values)
    losses = [[] for _ in values]
    for end in range(10, 14):
        past = steps[:, : end - 1]
        rate = (np.abs(past[np.isfinite(past)]) > 1e-9).mean()
        for i, step in enumerate(steps[:, end - 1]):
            if np.isfinite(step):
                losses[i].append((rate - (abs(step) > 1e-9)) ** 2)
    by_hand = np.mean([np.mean(part) for part in losses if part])
    base = found.probabilities.set_index("candidate").loc["base_rate"]
    assert base["brier"] == pytest.approx(by_hand)
    assert base["skill"] == 0


def test_intervals_table(found):
    table = found.intervals.set_index(["horizon", "level"])
    assert list(table.index) == [(h, level) for h in (1, 2, 3) for level in (0.8, 0.95)]
    assert (
        table.xs(0.95, level="level")["coverage"] >= table.xs(0.8, level="level")["coverage"]
    ).all()
    assert (table["lower"].dropna() >= 0).all()
    assert (table["upper"].dropna() <= 1).all()


def test_few_editions_are_said(scores):
    found = backtest(scores[scores["edition"] <= 2014])
    assert found.messages == ("few editions: origins from 6 editions on, horizons 1 and 2",)
    assert set(found.points["horizon"]) == {1, 2}


def test_a_candidate_that_equals_the_yardstick_is_said(found):
    same = found.points[found.points["mae_ratio"] == 1.0]
    assert set(same["refusal"]) <= {"the yardstick itself", "the same forecasts as the yardstick"}


@pytest.mark.parametrize(
    ("countries", "n", "refusal"),
    [
        (5, 12, "5 countries: accuracy is compared over at least 6"),
        (8, 7, "7 editions: a backtest needs at least 8"),
        (8, 12, "nothing ever changes: no change is never wrong"),
    ],
)
def test_refusals(series, countries, n, refusal):
    found = backtest(series(**{f"C{i}": [3.0] * n for i in range(countries)}))
    assert found.refusal == refusal
    assert found.points.empty
