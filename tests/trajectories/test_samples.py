"""Complete country-editions, and what is known of the others."""

import numpy as np
import pandas as pd
import pytest

from analysis.facts.rating_system import CATEGORIES
from analysis.trajectories.change_rates import changes_by_knowledge
from analysis.trajectories.observed import complete_editions


def panel_of(*ratings):
    """Return a panel from lists of seven ratings by edition; None where unknown."""
    rows = [
        ("Poland", 2018 + edition, category, value)
        for edition, values in enumerate(ratings)
        for category, value in zip(CATEGORIES, values, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["country", "edition", "category", "rating"])
    return frame.dropna().reset_index(drop=True)


def test_an_edition_with_six_known_ratings_is_left_out():
    panel = panel_of([3.0] * 7, [None, *[3.0] * 6], [3.0] * 7)
    assert set(complete_editions(panel)["edition"]) == {2018, 2020}
    assert len(complete_editions(panel)) == 14


def test_steps_are_told_apart_by_what_is_known_at_both_ends():
    panel = panel_of([3.0] * 7, [2.75, *[3.0] * 6], [None, 2.5, *[None] * 5])
    table = changes_by_knowledge(panel, 2020).set_index(["period", "known"])
    assert table.loc[("before", "complete"), "n_steps"] == 7
    assert table.loc[("before", "complete"), "p_down"] == pytest.approx(1 / 7)
    late = table.loc[("2020 to 2020", "incomplete")]
    assert (late["n_steps"], late["p_any"], late["mean_change"]) == (1, 1.0, -0.5)


def test_counts_add_up(panel):
    holes = panel.drop(panel.sample(frac=0.05, random_state=1).index)
    table = changes_by_knowledge(holes, 2012)
    wide = holes.pivot_table(index=["country", "category"], columns="edition", values="rating")
    steps = wide.reindex(columns=range(2005, 2019)).diff(axis=1).to_numpy()
    assert table["n_steps"].sum() == np.isfinite(steps).sum()
    total = (table["mean_change"] * table["n_steps"]).sum()
    assert total == pytest.approx(np.nansum(steps))
