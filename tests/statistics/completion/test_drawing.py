"""Completed panels keep every printed fact, and nothing is drawn that is known."""

import pandas as pd
import pytest

from analysis.facts.rating_system import CATEGORIES
from analysis.reconciliation import cleaning
from analysis.reconciliation.derivation import possible
from analysis.statistics.completion.drawing import draw_panels
from analysis.statistics.completion.step_model import fit_steps

N_PANELS = 4


@pytest.fixture(scope="module")
def result():
    return cleaning.reconciled(cleaning.read_printed())


@pytest.fixture(scope="module")
def drawn(result):
    facts = {country: case.facts for country, case in result.cases.items()}
    return draw_panels(facts, fit_steps(result.panel), seed=1, n_panels=N_PANELS)


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


def test_a_country_s_draws_depend_on_its_own_facts_only(result, drawn):
    country = drawn["country"].iloc[0]
    alone = draw_panels(
        {country: result.cases[country].facts}, fit_steps(result.panel), seed=1, n_panels=N_PANELS
    )
    again = drawn[drawn["country"] == country].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, again)


def test_rates_are_counted_over_complete_country_editions():
    ratings = {2010: 4.0, 2011: 4.0, 2012: 3.5}
    rows = [
        ("Albania", "ALB", edition, category, rating)
        for edition, rating in ratings.items()
        for category in CATEGORIES
        if (edition, category) != (2012, "CO")
    ]
    names = ["country", "iso3", "edition", "category", "rating"]
    panel = pd.DataFrame(rows, columns=names).assign(coverage_year=2000)
    model = fit_steps(panel)
    # 2012 is incomplete, so that its falls do not count: one step, none of them a fall.
    assert model.falls == dict.fromkeys(CATEGORIES, 0.5 / 2.5)
    assert model.rises == dict.fromkeys(CATEGORIES, 0.5 / 2.5)
