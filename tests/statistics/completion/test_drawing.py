"""Completed panels keep every printed fact, and nothing is drawn that is known."""

import numpy as np
import pandas as pd
import pytest

from analysis.facts.rating_system import CATEGORIES
from analysis.reconciliation import cleaning
from analysis.reconciliation.derivation import possible
from analysis.statistics.completion.drawing import draw_panels
from analysis.statistics.completion.stacks import ratings_array
from analysis.statistics.completion.step_model import fit_steps
from analysis.tables.stored import read_processed

N_PANELS = 4


def steps(result):
    return fit_steps(ratings_array(result.panel, list(result.cases), range(2005, 2025)))


@pytest.fixture(scope="module")
def result():
    return cleaning.reconciled(cleaning.read_printed())


@pytest.fixture(scope="module")
def drawn(result):
    facts = {country: case.facts for country, case in result.cases.items()}
    return draw_panels(facts, steps(result), seed=1, n_panels=N_PANELS)


def test_every_panel_is_complete_and_keeps_every_fact(result, drawn):
    key = ["country", "edition", "category"]
    for number in range(1, N_PANELS + 1):
        panel = pd.concat([result.panel[[*key, "rating"]], drawn[drawn["panel_number"] == number]])
        assert not panel.duplicated(key).any()
        values = (panel.set_index(key)["rating"] * 4).astype(int).to_dict()
        assert len(values) == 29 * 20 * 7
        for country, case in result.cases.items():
            for (edition, category), quarters in case.facts.ratings.items():
                assert values[country, edition, category] == quarters
            for edition, category in case.facts.unchanged:
                before = values[country, edition - 1, category]
                assert values[country, edition, category] == before
            for edition, totals in case.facts.totals.items():
                assert sum(values[country, edition, c] for c in CATEGORIES) in totals


def test_no_rating_is_drawn_that_the_facts_exclude(result, drawn):
    cells = drawn.groupby(["country", "edition", "category"])["rating"]
    for (country, edition, category), ratings in cells:
        allowed = possible(result.cases[country].facts, (edition, category))
        assert set(ratings * 4) <= set(allowed)


@pytest.mark.usefixtures("project")
def test_what_is_drawn_is_what_is_open_within_its_bounds():
    key = ["country", "edition", "category"]
    drawn = read_processed("completed_panels").groupby(key)["rating"].agg(["min", "max", "size"])
    possible = read_processed("possible_ratings").query("category != 'DS'").set_index(key)
    assert set(drawn.index) == set(possible.index)
    assert (drawn["size"] == 200).all()
    assert (drawn["min"] >= possible["lowest"].reindex(drawn.index)).all()
    assert (drawn["max"] <= possible["highest"].reindex(drawn.index)).all()


def test_a_country_s_draws_depend_on_its_own_facts_only(result, drawn):
    country = drawn["country"].iloc[0]
    alone = draw_panels(
        {country: result.cases[country].facts}, steps(result), seed=1, n_panels=N_PANELS
    )
    again = drawn[drawn["country"] == country].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, again)


def test_rates_are_counted_over_complete_country_editions():
    ratings = np.full((1, 7, 4), 4.0)
    ratings[0, :, 2] = 3.5
    ratings[0, :, 3] = 3.25
    ratings[0, -1, 3] = np.nan
    model = fit_steps(ratings)
    # The last edition is incomplete, so that its falls do not count: two steps, one of them down.
    assert model.falls == dict.fromkeys(CATEGORIES, 1.5 / 3.5)
    assert model.rises == dict.fromkeys(CATEGORIES, 0.5 / 3.5)
    # Seven falls of two quarter points: seven of fourteen went further.
    assert model.further == 7.5 / 15
    chances = np.exp(model.log_steps("CO"))
    assert chances[4:, 4:].sum(axis=1) == pytest.approx(np.ones(25))
    assert chances[20, 19] / chances[20, 18] == pytest.approx(2)
