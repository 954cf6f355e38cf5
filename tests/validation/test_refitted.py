"""A simulated panel gets the gaps of the real one, and nothing is known of it that is not true."""

import numpy as np
import pytest

from analysis.facts.rating_system import CATEGORIES
from analysis.reconciliation.derivation import Facts
from analysis.statistics.completed_panels import completed_panels, known_panel
from analysis.statistics.group_data import load_group
from analysis.validation.refitted import facts_like, simulated_panel

CODES = list(CATEGORIES)


def test_a_list_makes_known_what_changed_and_ties_what_did_not():
    ratings = np.full((7, 20), 4.0)
    ratings[0, 5:] = 3.75
    real = Facts(
        ratings={(2005, "NDG"): 20},
        unchanged=frozenset({(2010, "NDG"), (2010, "EP")}),
        totals={2010: range(100, 101), 2011: range(90, 92)},
    )
    facts = facts_like(real, frozenset({(2005, "NDG")}), ratings)
    assert facts.ratings == {(2005, "NDG"): 16, (2009, "NDG"): 16, (2010, "NDG"): 15}
    assert facts.unchanged == {(2010, "EP")}
    assert facts.totals == {2010: range(111, 112), 2011: range(111, 113)}


@pytest.mark.usefixtures("project")
def test_the_gaps_are_those_of_the_panel_and_completed_panels_differ_only_there():
    whole, known, completed = simulated_panel(np.random.default_rng(1))
    seen = np.isfinite(known.ratings[0])
    assert (known.ratings[0][seen] == whole.ratings[0][seen]).all()
    assert (completed.ratings[:, seen] == whole.ratings[0][seen]).all()
    assert np.isfinite(completed.ratings).all()
    scored = np.isfinite(known.scores[0])
    assert np.abs(completed.scores - whole.scores)[:, scored].max() < 1e-9
    data = load_group("all", 2005, 2024)
    real = np.isfinite(known_panel(data).ratings[0])
    assert (seen >= real).all(), "what the real panel knows is known here"
    assert 0.5 < (~seen).sum() / (~real).sum() <= 1
    assert completed.ratings.shape[1:] == completed_panels(data).ratings.shape[1:]
