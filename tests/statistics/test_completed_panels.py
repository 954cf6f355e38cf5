"""Stacks hold every rating at its place, of the known panel and of the completed ones.

Rubin's rules against numbers worked out by hand, and what the table says of them.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.facts.rating_system import CATEGORIES
from analysis.statistics.completed_panels import (
    Figures,
    Stack,
    combine,
    completed_panels,
    known_panel,
    over_completed,
)
from analysis.statistics.group_data import load_group
from analysis.tables.stored import read_processed

pytestmark = pytest.mark.usefixtures("project")


def test_known_ratings_stand_where_the_panel_has_them():
    data = load_group("all", 2010, 2024)
    known = known_panel(data)
    assert known.ratings.shape == (1, 29, 7, 15)
    assert np.isfinite(known.ratings).sum() == len(data.panel)
    row = data.panel.iloc[1234]
    place = (
        known.countries.index(row["country"]),
        list(CATEGORIES).index(row["category"]),
        known.editions.index(row["edition"]),
    )
    assert known.ratings[(0, *place)] == row["rating"]


def test_completed_panels_differ_only_where_nothing_is_known():
    data = load_group("all", 2005, 2024)
    known, completed = known_panel(data), completed_panels(data)
    assert completed.ratings.shape == (200, 29, 7, 20)
    assert np.isfinite(completed.ratings).all()
    agree = completed.ratings == known.ratings
    assert (agree | ~np.isfinite(known.ratings)).all()
    for row in read_processed("completed_panels").iloc[[0, -1]].itertuples():
        country = completed.countries.index(row.country)
        category = list(CATEGORIES).index(row.category)
        value = completed.ratings[row.panel_number - 1, country, category, row.edition - 2005]
        assert value == row.rating
    # Printed scores are facts: every completed panel has them.
    scored = np.isfinite(known.scores[0])
    assert np.abs(completed.scores - known.scores)[:, scored].max() < 1e-6


def test_a_group_and_window_without_gaps_is_one_panel():
    completed = completed_panels(load_group("Visegrad", 2005, 2010))
    assert completed.ratings.shape == (1, 4, 7, 6)


def test_three_panels_are_combined_as_by_hand():
    estimates = np.array([[1.0], [2.0], [3.0]])
    errors = np.sqrt([[0.5], [0.7], [0.6]])
    estimate, error, df = combine(estimates, errors, np.full((3, 1), 20.0))
    # Within .6, between 1, total .6 + 4/3; share .68966; 2/share^2 = 4.205 and
    # 21/23 * 20 * (1 - share) = 5.667 degrees of freedom, combined 2.4140.
    assert estimate[0] == 2
    assert error[0] ** 2 == pytest.approx(0.6 + 4 / 3)
    share = (4 / 3) / (0.6 + 4 / 3)
    old, observed = 2 / share**2, 21 / 23 * 20 * (1 - share)
    assert (old, observed) == (pytest.approx(4.205), pytest.approx(5.66717, abs=1e-5))
    assert df[0] == pytest.approx(old * observed / (old + observed))
    assert df[0] == pytest.approx(2.41395, abs=1e-4)


def test_with_many_degrees_of_freedom_they_are_those_of_rubin():
    generator = np.random.default_rng(1)
    estimates = generator.normal(size=(5, 1))
    errors = np.full((5, 1), 0.8)
    _, _, df = combine(estimates, errors, np.full((5, 1), 1e9))
    increase = 1.2 * estimates.var(ddof=1) / 0.64
    assert df[0] == pytest.approx(4 * (1 + 1 / increase) ** 2, rel=1e-6)


def test_panels_that_agree_add_nothing():
    estimate, error, df = combine(*(np.full((4, 2), x) for x in (1.5, 0.2, 28.0)))
    assert estimate.tolist() == [1.5, 1.5]
    assert error == pytest.approx(0.2)
    assert df == pytest.approx(29 / 31 * 28)


def stack(values):
    array = np.reshape(values, (-1, 1, 1, 1)).astype(float)
    return Stack(("Albania",), (2010,), array, array[:, :, 0])


def statistic(panels):
    estimates = panels.scores[:, 0]
    return Figures(["x"], estimates, np.full_like(estimates, 1.0), np.full_like(estimates, 9.0))


def test_the_range_stands_beside_what_is_known():
    row = over_completed(statistic, stack([5]), stack([4, 5, 9])).iloc[0]
    assert (row["known"], row["least"], row["greatest"], row["pooled"]) == (5, 4, 9, 6)
    assert row["known_high"] - 5 == pytest.approx(stats.t.ppf(0.975, 9))
    assert row["high"] - 6 == pytest.approx(stats.t.ppf(0.975, row["df"]) * np.sqrt(1 + 4 / 3 * 7))
    assert row["n_panels"] == 3


@pytest.mark.parametrize(
    ("known", "completed", "hangs"),
    [
        (5, [5, 5, 5], False),
        (1, [1, 2, 1], False),  # all include zero
        (1, [1, -1, 1], True),  # a panel has another sign
        (2, [4, 4, 4], True),  # only what is known includes zero
        (2.3, [2.3, 2.3, 2.3], False),  # Rubin's rules alone would take it across
    ],
)
def test_a_headline_hangs_on_the_gaps_where_sign_or_side_changes(known, completed, hangs):
    row = over_completed(statistic, stack([known]), stack(completed)).iloc[0]
    assert row["hangs_on_gaps"] == hangs


def test_what_no_gap_touches_keeps_its_interval():
    row = over_completed(statistic, stack([2.3]), stack([2.3, 2.3])).iloc[0]
    assert (row["low"], row["high"], row["df"]) == (row["known_low"], row["known_high"], 9)
    assert row["low"] == pytest.approx(2.3 - stats.t.ppf(0.975, 9))


def test_a_withheld_interval_lies_on_no_side_of_zero():
    """What is known of few countries has none, the completed panels have one."""

    def of_more(panels):
        withheld = np.nan if len(panels.ratings) == 1 else 0.1
        return Figures(["x"], panels.scores[:, 0], withheld, 9.0)

    row = over_completed(of_more, stack([5]), stack([5, 5.1, 5.2])).iloc[0]
    assert np.isnan(row["known_low"]) and row["low"] > 0
    assert not row["hangs_on_gaps"]


def test_facts_have_a_range_and_no_interval():
    def largest(panels):
        return Figures(["largest"], panels.scores.max(axis=1), signed=False)

    row = over_completed(largest, stack([1]), stack([-1, 2])).iloc[0]
    assert (row["least"], row["greatest"]) == (-1, 2)
    assert np.isnan(row["low"])
    assert not row["hangs_on_gaps"]


def test_an_interval_has_both_ends_or_none():
    """That of a rate of zero is infinite on the scale of logits, and nothing on the other side."""
    rates = Figures(["any"], np.array([[-np.inf]]), np.inf, 2.0, shown=np.exp)
    with np.errstate(invalid="ignore"):
        ends = rates.interval(*(values[0] for values in rates.arrays))
    assert np.isnan(ends).all()
