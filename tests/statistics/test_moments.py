"""Every moment against a slow calculation in pandas."""

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.generator import CAL, simulate
from analysis.statistics.moments import MOMENTS, OF_COMPLETE, moments
from tidy_panels import tidy


@pytest.fixture(scope="module")
def panel():
    missing = np.zeros((12, 7, 10), dtype=bool)
    missing[3, :, 4] = missing[7, :, :2] = True
    return simulate(CAL, 1, 12, 10, np.random.default_rng(8), missing=missing)[0]


@pytest.fixture(scope="module")
def found(panel):
    return {name: float(value[0]) for name, value in moments(panel[None]).items()}


@pytest.fixture(scope="module")
def wide(panel):
    frame = tidy(panel).pivot_table(
        index=["country", "edition"], columns="category", values="rating"
    )
    editions = range(2005, 2015)
    full = pd.MultiIndex.from_product([frame.index.levels[0], editions], names=frame.index.names)
    return frame.reindex(full)


@pytest.fixture(scope="module")
def steps(wide):
    return wide.groupby("country").diff()


def test_names(found):
    assert list(found) == list(MOMENTS)


def test_which_moments_only_complete_country_editions_enter(panel):
    ratings = panel.copy()
    ratings[[1, 5, 8], [0, 2, 6], [3, 9, 5]] = np.nan
    whole = np.where(np.isfinite(ratings).all(axis=1, keepdims=True), ratings, np.nan)
    known, complete = moments(ratings[None]), moments(whole[None])
    same = {name for name in MOMENTS if np.allclose(known[name], complete[name], atol=1e-12)}
    assert same >= OF_COMPLETE
    assert not {"change_rate", "between_r", "change_r"} & same


def test_shares(found, steps):
    values = steps.to_numpy().ravel()
    values = values[np.isfinite(values)]
    moved = values[values != 0]
    assert found["change_rate"] == pytest.approx(len(moved) / len(values))
    assert found["quarter_share"] == pytest.approx(np.mean(np.abs(moved) == 0.25))
    assert found["down_share"] == pytest.approx(np.mean(moved < 0))
    constant = steps.abs().groupby("country").sum() == 0
    assert found["constant_share"] == pytest.approx(constant.to_numpy().mean())


def test_reversals(found, steps):
    reversals, pairs = 0, 0
    for _, country in steps.groupby("country"):
        for category in country:
            moved = country[category].dropna()
            signs = np.sign(moved[moved != 0].to_numpy())
            pairs += max(len(signs) - 1, 0)
            reversals += int((signs[1:] != signs[:-1]).sum())
    assert found["reversal_share"] == pytest.approx(reversals / pairs)


def test_correlations(found, wide, steps):
    upper = np.triu_indices(7, 1)
    within = wide.dropna() - wide.dropna().groupby("country").transform("mean")
    assert found["within_r"] == pytest.approx(_uncentred(within)[upper].mean())
    assert found["change_r"] == pytest.approx(_uncentred(steps.dropna())[upper].mean())
    between = wide.groupby("country").mean().corr().to_numpy()[upper].mean()
    assert found["between_r"] == pytest.approx(between)


def _uncentred(frame):
    products = frame.to_numpy().T @ frame.to_numpy()
    size = np.sqrt(np.diag(products))
    return products / np.outer(size, size)


def test_scores(found, wide):
    score = wide.mean(axis=1, skipna=False)
    slopes = [
        np.polyfit(s.dropna().index.get_level_values("edition"), s.dropna(), 1)[0] * 10
        for _, s in score.groupby("country")
    ]
    assert found["slope_mean"] == pytest.approx(np.mean(slopes))
    assert found["slope_sd"] == pytest.approx(np.std(slopes, ddof=1))
    assert found["between_sd"] == pytest.approx(score.groupby("country").mean().std())
    change = score.groupby("country").diff()
    known = change.dropna()
    assert found["score_change_rate"] == pytest.approx((known.abs() > 1e-9).mean())
    centred = change - change.groupby("country").transform("mean")
    pairs = pd.DataFrame({"now": centred, "before": centred.groupby("country").shift()}).dropna()
    expected = (pairs["now"] * pairs["before"]).sum() / np.sqrt((pairs**2).sum().prod())
    assert found["lag_1"] == pytest.approx(expected)


def test_a_country_that_is_never_complete_has_no_trend_of_its_score(panel):
    hidden = np.where(np.arange(7)[:, None] == 0, np.nan, panel[:1])
    more = np.concatenate([panel, hidden, hidden])
    for name in ("slope_mean", "slope_sd"):
        assert moments(more[None])[name] == pytest.approx(moments(panel[None])[name]), name


def test_a_country_that_is_never_known_in_full_does_not_count(panel, found):
    """As Uzbekistan from 2018 on: it has no score, and no trend of the score."""
    late = np.full((1, 7, 10), np.nan)
    nowhere = {name: float(v[0]) for name, v in moments(np.append(panel, late, 0)[None]).items()}
    assert {name for name in MOMENTS if nowhere[name] == pytest.approx(found[name])} >= {
        *OF_COMPLETE,
        "constant_share",
    }


def test_nothing_moves():
    constant = np.full((1, 4, 3, 5), 2.5)
    for name, value in moments(constant).items():
        assert np.isfinite(value).all(), name
