"""The panel break against a slow calculation, with a known break and without changes."""

import numpy as np
import pytest
from scipy import stats

from analysis.statistics.arrays import changes_of, panel_matrix
from analysis.statistics.estimates import random_signs
from analysis.trajectories.drift import paces, panel_break, sup_t


@pytest.fixture(scope="module")
def changes():
    rng = np.random.default_rng(9)
    values = rng.standard_normal((10, 11))
    values[2, 4] = np.nan
    values[5, :4] = np.nan
    return values


def test_paces_by_hand(changes):
    early, late = paces(changes)
    assert early.shape == late.shape == (10, 6)
    for b in range(6):
        for i in range(10):
            before, after = changes[i, : 3 + b], changes[i, 3 + b :]
            if np.isfinite(before).any():
                assert early[i, b] == pytest.approx(np.nanmean(before))
                assert late[i, b] == pytest.approx(np.nanmean(after))
            else:
                assert np.isnan([early[i, b], late[i, b]]).all()


def test_t_is_the_one_sample_t(changes):
    early, late = paces(changes)
    differences = late - early
    signs = np.random.default_rng(1).choice([-1.0, 1.0], (40, 10))
    t, largest = sup_t(differences, signs)
    expected = [
        stats.ttest_1samp(column[np.isfinite(column)], 0).statistic for column in differences.T
    ]
    assert t == pytest.approx(expected)
    for s, top in zip(signs, largest, strict=True):
        flipped = differences * s[:, None]
        columns = [column[np.isfinite(column)] for column in flipped.T]
        assert top == pytest.approx(max(abs(stats.ttest_1samp(c, 0).statistic) for c in columns))


def test_replications_at_once_equal_one_at_a_time():
    rng = np.random.default_rng(2)
    differences = rng.standard_normal((5, 9, 4))
    signs = rng.choice([-1.0, 1.0], (30, 9))
    together = sup_t(differences, signs)
    for r in range(5):
        alone = sup_t(differences[r], signs)
        assert together[0][r] == pytest.approx(alone[0])
        assert together[1][r] == pytest.approx(alone[1])


def test_a_known_break_is_found(series):
    rng = np.random.default_rng(3)
    pace = np.where(np.arange(15) < 8, 0.02, -0.10)
    countries = {
        f"C{i}": (
            4 + np.concatenate([[0], np.cumsum(pace + 0.02 * rng.standard_normal(15))])
        ).tolist()
        for i in range(12)
    }
    table, profile = panel_break(series(**countries), draws=999)
    found = table.iloc[0]
    # Changes 0 to 7 lead to editions 2006 to 2013; 2014 is the first at the new pace.
    assert found.edition == 2014
    # 2 of the 4 096 sign patterns reach as far; a few of 999 draws may hit them.
    assert found.p_value <= 0.005
    assert found.before == pytest.approx(0.02, abs=0.01)
    assert found.after == pytest.approx(-0.10, abs=0.01)
    assert found.lower < found.difference < found.upper < 0
    assert found.difference == pytest.approx(found.after - found.before)
    assert profile["edition"].tolist() == list(range(2009, 2019))


def test_gaps_and_counts(scores):
    table, profile = panel_break(scores, draws=499)
    found = table.iloc[0]
    steps = scores.groupby("country").apply(lambda g: (g["edition"].diff() == 1).sum()).sum()
    assert found.n_observations == steps
    assert (found.n_countries, found.n_editions) == (29, 14)
    # By the largest t of every break under the same signs, of which the own ones are one more.
    signs = random_signs(499, 29, rng=np.random.default_rng(0))
    early, late = paces(changes_of(panel_matrix(scores, "democracy_score").array))
    t, largest = sup_t(late - early, signs)
    assert found.statistic == pytest.approx(np.abs(t).max())
    assert found.p_value == (1 + (largest >= np.abs(t).max() - 1e-9).sum()) / 500
    # The 475th of 499: at most one in twenty draws lies beyond the band.
    band = np.sort(largest)[474] * abs(found.difference) / found.statistic
    assert (found.lower, found.upper) == pytest.approx(
        (found.difference - band, found.difference + band)
    )
    assert not profile.isna().any(axis=None)
    assert panel_break(scores, draws=499).table["p_value"].item() == found.p_value


@pytest.mark.parametrize(
    ("countries", "n", "refusal"),
    [
        (5, 10, "5 countries: a break is tested over at least 6"),
        (1, 10, "1 country: a break is tested over at least 6"),
        (8, 1, "1 edition: a break needs at least 8"),
        (8, 7, "7 editions: a break needs at least 8"),
        (8, 10, "no score changes between adjacent editions: there is no pace to compare"),
    ],
)
def test_refusals(series, countries, n, refusal):
    table, profile = panel_break(series(**{f"C{i}": [3.0 + i / 4] * n for i in range(countries)}))
    assert table["refusal"].item() == refusal
    assert table["p_value"].item() is None
    assert profile.empty
