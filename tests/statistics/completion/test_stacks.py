"""Stacks hold every rating at its place, of the known panel and of the completed ones."""

import numpy as np
import pytest

from analysis.facts.rating_system import CATEGORIES
from analysis.statistics.completion.stacks import completed_panels, known_panel
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
