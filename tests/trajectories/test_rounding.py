"""What rounding leaves open, against simulation, symmetry and hand-made cases."""

import numpy as np
import pytest
from scipy import stats

from analysis.trajectories.rounding import (
    chance_above,
    chance_higher,
    possible_ranks,
    rounding_table,
    sum_of_uniforms,
)


def test_the_sum_of_uniforms_of_one_and_two_is_known():
    x = np.linspace(0, 1, 9)
    assert sum_of_uniforms(x, 1) == pytest.approx(x)
    assert sum_of_uniforms(x, 2) == pytest.approx(x**2 / 2)
    assert sum_of_uniforms([-1, 7, 9], 7).tolist() == [0, 1, 1]


def test_the_sum_of_seven_is_that_of_scipy():
    x = np.linspace(0.5, 6.5, 13)
    assert sum_of_uniforms(x, 7) == pytest.approx(stats.irwinhall(7).cdf(x), abs=1e-9)


def test_equal_scores_are_even_and_far_ones_certain():
    assert chance_higher(4.0, 4.0) == pytest.approx(0.5)
    assert chance_higher(4.0, 3.7) == pytest.approx(1.0)
    assert chance_higher(4.1, 4.0) + chance_higher(4.0, 4.1) == pytest.approx(1.0)


def test_chances_are_those_of_many_draws():
    rng = np.random.default_rng(1)
    error = rng.uniform(-0.125, 0.125, (2, 200_000, 7)).mean(axis=-1)
    one, other = 113 / 28, 112 / 28
    assert chance_higher(one, other) == pytest.approx(
        np.mean(one + error[0] > other + error[1]), abs=0.005
    )
    assert chance_above(one, 4.005) == pytest.approx(np.mean(one + error[0] > 4.005), abs=0.005)


def test_ranks_of_scores_that_lie_close_together(series):
    near = [4.0, 4.0 + 1 / 28, 4.0 + 2 / 28]
    table = rounding_table(series(A=[6.0], B=near[:1], C=near[1:2], D=near[2:], E=[2.0]))
    table = table.set_index("country")
    assert table["rank"].to_dict() == {"A": 1, "B": 4, "C": 3, "D": 2, "E": 5}
    for name, rank in (("A", 1), ("E", 5)):
        assert table.loc[name, ["best_rank", "worst_rank"]].tolist() == [rank, rank]
    assert table.loc["C", ["best_rank", "worst_rank"]].tolist() == [2, 4]
    assert table.loc["B", "worst_rank"] == 4
    # 4.00 ends a class: half of what rounds to it lies above, less what two decimals keep below.
    assert table.loc["B", "p_class"] == pytest.approx(1 - chance_above(4.0, 4.005))
    assert table.loc["A", "p_class"] == 1


def test_possible_ranks_are_those_of_many_draws():
    scores = np.array([113, 112, 111, 111, 104, 60]) / 28
    error = np.random.default_rng(1).uniform(-0.125, 0.125, (100_000, 6, 7)).mean(axis=-1)
    meant = scores + error
    drawn = (meant[:, None, :] > meant[:, :, None]).sum(axis=-1) + 1
    ends = np.quantile(drawn, [0.025, 0.975], axis=0, method="inverted_cdf").T
    assert possible_ranks(scores).tolist() == ends.tolist()


def test_a_single_score_has_one_rank():
    assert possible_ranks(np.array([3.0])).tolist() == [[1, 1]]


def test_the_ranks_hold_whatever_the_order_of_rows(scores):
    table = rounding_table(scores)
    shuffled = rounding_table(scores.sample(frac=1, random_state=3))
    assert table.equals(shuffled)
    assert (table["best_rank"] <= table["worst_rank"]).all()
    assert table["p_class"].between(0, 1).all()
