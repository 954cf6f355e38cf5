"""Identities that hold for every panel: scale reversal, order, shifts, duplicates, grids."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from analysis.trajectories.drift import drift_table, panel_break
from analysis.trajectories.episodes import episode_table
from analysis.trajectories.moves import class_transitions
from analysis.trajectories.trends import leave_one_out, mean_trend

CATEGORIES = 7


@st.composite
def panels(draw, countries=7, editions=10):
    """Quarter-point ratings of seven categories, as (countries, categories, editions)."""
    shape = (countries, CATEGORIES, editions)
    start = draw(hnp.arrays(int, shape[:2], elements=st.integers(4, 28)))
    steps = draw(
        hnp.arrays(int, (countries, CATEGORIES, editions - 1), elements=st.integers(-2, 2))
    )
    path = np.concatenate([start[..., None], steps], axis=2).cumsum(axis=2)
    return np.clip(path, 4, 28) / 4


def scores_of(ratings, *, order=None):
    score = ratings.mean(axis=1)
    index = pd.MultiIndex.from_product(
        [[f"C{i}" for i in range(len(score))], range(2005, 2005 + score.shape[1])],
        names=["country", "edition"],
    )
    frame = pd.Series(score.ravel(), index=index, name="democracy_score").reset_index()
    return frame if order is None else frame.sample(frac=1, random_state=order)


SOME = settings(max_examples=20)


@SOME
@given(panels())
def test_reversing_the_scale_flips_signs_and_keeps_p(ratings):
    up, down = scores_of(ratings), scores_of(8 - ratings)
    a, b = mean_trend(up), mean_trend(down)
    assert (a.fell, a.rose, a.unchanged) == (b.rose, b.fell, b.unchanged)
    assert a.refusal == b.refusal
    if not a.refusal:
        assert a.estimate == pytest.approx(-b.estimate, abs=1e-9)
        assert a.p_value == pytest.approx(b.p_value)
    left, right = drift_table(up), drift_table(down)
    assert left["refusal"].tolist() == [
        text.replace(f"at {8 - first:.2f}", f"at {first:.2f}")
        for text, first in zip(
            right["refusal"], up.groupby("country")["democracy_score"].first(), strict=True
        )
    ]
    assert left["p_value"].to_numpy(float) == pytest.approx(
        right["p_value"].to_numpy(float), nan_ok=True
    )
    assert left["n_ups"].tolist() == right["n_downs"].tolist()
    declines = episode_table(up).query("direction == 'decline'")["change"].tolist()
    assert declines == pytest.approx(
        [-c for c in episode_table(down).query("direction == 'improvement'")["change"]]
    )


@SOME
@given(panels(), st.integers(0, 99))
def test_row_order_does_not_matter(ratings, order):
    frame, shuffled = scores_of(ratings), scores_of(ratings, order=order)
    assert drift_table(frame).equals(drift_table(shuffled))
    assert leave_one_out(frame).equals(leave_one_out(shuffled))
    assert (
        panel_break(frame, draws=99).table["p_value"].item()
        == panel_break(shuffled, draws=99).table["p_value"].item()
    )


@SOME
@given(panels(), st.integers(-3, 3))
def test_a_constant_added_to_a_country_leaves_its_drift(ratings, shift):
    moved = ratings.copy()
    moved[0] += shift / 4
    before, after = drift_table(scores_of(ratings)).iloc[0], drift_table(scores_of(moved)).iloc[0]
    assert before["net_change"] == pytest.approx(after["net_change"])
    assert before["theil_sen_per_decade"] == pytest.approx(after["theil_sen_per_decade"], abs=1e-9)
    assert pd.isna(before["p_value"]) == pd.isna(after["p_value"])
    if not pd.isna(before["p_value"]):
        assert before["p_value"] == after["p_value"]


@SOME
@given(panels())
def test_duplicate_countries_keep_the_mean_and_shrink_the_error(ratings):
    once, twice = (
        mean_trend(scores_of(ratings)),
        mean_trend(scores_of(np.concatenate([ratings] * 2))),
    )
    if once.refusal:
        assert twice.refusal == once.refusal
        return
    assert twice.estimate == pytest.approx(once.estimate, abs=1e-9)
    # (G - 1)/G of a sample of 7 and of 14.
    ratio = np.sqrt(6 / 13)
    assert twice.standard_error == pytest.approx(once.standard_error * ratio)


@SOME
@given(panels())
def test_a_score_change_is_the_sum_of_category_steps_over_seven(ratings):
    steps = np.diff(ratings, axis=2).sum(axis=1) / CATEGORIES
    table = drift_table(scores_of(ratings))
    assert table["n_downs"].tolist() == (steps < -1e-9).sum(axis=1).tolist()
    assert table["net_change"].to_numpy() == pytest.approx(steps.sum(axis=1), abs=1e-9)


@SOME
@given(panels())
def test_transition_rows_sum_to_their_opportunities(ratings):
    found = class_transitions(scores_of(ratings))
    rows = found.matrix.groupby("from_class")
    assert (rows["count"].sum() == rows["opportunities"].first()).all()
    assert found.matrix["count"].sum() == 7 * 9


@SOME
@given(panels())
def test_a_seed_fixes_every_draw(ratings):
    frame = scores_of(ratings)
    assert (
        panel_break(frame, seed=3, draws=99).table["p_value"].item()
        == panel_break(frame, seed=3, draws=99).table["p_value"].item()
    )
    assert mean_trend(frame, seed=3) == mean_trend(frame, seed=3)
