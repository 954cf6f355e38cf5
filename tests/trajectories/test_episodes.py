"""Episodes by hand."""

import numpy as np
import pytest

from analysis.trajectories.driftless import false_alarms
from analysis.trajectories.episodes import episode_table, find_episodes


def _declines(values):
    found = find_episodes(np.array([values]), "decline")
    return list(found[["start", "end", "censored"]].itertuples(index=False, name=None))


def test_a_decline_from_its_last_quiet_edition_to_its_last_step():
    values = [5.0, 5.0, 4.8, 4.6, 4.4, 4.4, 4.4, 4.4, 4.4, 4.4]
    assert _declines(values) == [(1, 4, False)]


def test_a_clear_step_back_ends_it():
    values = [5.0, 4.7, 4.4, 4.6, 4.3, 4.0, 3.9]
    assert _declines(values) == [(0, 2, False), (3, 6, True)]


def test_a_small_step_back_does_not():
    values = [5.0, 4.7, 4.76, 4.4, 4.1]
    assert _declines(values) == [(0, 4, True)]


def test_three_category_steps_back_do_and_two_do_not():
    start = [5.0, 4.7, 4.4]
    assert _declines([*start, 4.4 + 3 / 28, 4.4]) == [(0, 2, False)]
    assert _declines([*start, 4.4 + 2 / 28, 4.4]) == [(0, 4, True)]


def test_tolerance():
    values = [5.0, 4.5, 4.5, 4.5, 4.5, 4.3]
    assert _declines(values) == [(0, 5, True)]
    assert _declines([5.0, 4.5, 4.5, 4.5, 4.5, 4.5, 4.0]) == [(0, 1, False), (5, 6, True)]


def test_a_gap_cuts_an_episode_off():
    values = [5.0, 4.7, 4.4, np.nan, 4.0, 3.4]
    assert _declines(values) == [(0, 2, True), (4, 5, True)]


def test_small_changes_do_not_count_and_the_mirror_image_is_an_improvement():
    assert _declines([5.0, 4.9, 4.8, 4.7]) == []
    values = np.array([[3.0, 3.3, 3.6, 3.6]])
    found = find_episodes(values, "improvement")
    mirror = find_episodes(8 - values, "decline")
    assert found.end.tolist() == mirror.end.tolist() == [2]
    assert found.change.tolist() == pytest.approx((-mirror.change).tolist())


def test_many_series_at_once_equal_one_at_a_time(scores):
    wide = scores.pivot_table(index="country", columns="edition", values="democracy_score")
    values = wide.to_numpy()
    together = find_episodes(values, "decline")
    for i, row in enumerate(values):
        own = find_episodes(row[None], "decline")
        assert together.start[together.series == i].tolist() == own.start.tolist()
        assert together.change[together.series == i].tolist() == own.change.tolist()


def test_table(series):
    table = episode_table(series(A=[5.0, 4.5, 4.2, 4.2], B=[3.0, 3.0, 3.5, 3.5], C=[2.0] * 4))
    assert table["country"].tolist() == ["A", "B"]
    assert table["direction"].tolist() == ["decline", "improvement"]
    assert table["strength"].tolist() == ["clear", "moderate"]
    assert table["first_edition"].tolist() == [2005, 2006]
    assert table["last_edition"].tolist() == [2007, 2007]
    assert table["change"].tolist() == pytest.approx([-0.8, 0.5])


def test_no_episode_at_all_is_an_empty_table(series):
    assert episode_table(series(A=[2.0] * 4)).empty


def test_false_alarms_grow_with_time_and_shrink_with_strength():
    short, long = (false_alarms(t, seed=1, n_series=4000) for t in (10, 20))
    assert (long["share"] >= short["share"]).all()
    share = long.set_index(["strength", "direction"])["share"]
    assert share["clear", "decline"] < share["moderate", "decline"]
    # Without drift both directions are equally likely.
    errors = np.sqrt(long["share"] * (1 - long["share"]) / 4000)
    assert long["monte_carlo_error"].tolist() == pytest.approx(errors.tolist())
    error = errors.max()
    assert share["moderate", "decline"] == pytest.approx(
        share["moderate", "improvement"], abs=6 * error
    )


def test_small_steps_back_do_not_make_a_decline_that_rises():
    steps = [-1 / 28, 2 / 28, 2 / 28, 2 / 28] * 6
    values = 3 + np.cumsum([0, *steps])
    for direction, way in (("decline", values), ("improvement", 8 - values)):
        found = find_episodes(way[None], direction)
        sign = 1 if direction == "improvement" else -1
        assert (sign * found.change > 0).all()
