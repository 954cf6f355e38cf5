"""The chain draws what exhaustive enumeration says: every assignment, and each as often.

Completed panels keep every printed fact, and nothing is drawn that is known.
"""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.facts.rating_system import CATEGORIES
from analysis.reconciliation import cleaning
from analysis.reconciliation.derivation import Facts, possible
from analysis.statistics.completed_panels import ratings_array
from analysis.statistics.completion import OpenRatings, StepModel, draw_panels, fit_steps
from analysis.tables.stored import read_processed

MODEL = StepModel({"A": 0.3, "B": 0.2, "C": 0.35}, {"A": 0.3, "B": 0.35, "C": 0.2}, 0.4)
QUARTERS = range(4, 8)
STEPS = {name: MODEL.log_steps(name, QUARTERS) for name in "ABC"}


def facts(**given) -> Facts:
    return Facts(categories="ABC", editions=range(4), quarters=QUARTERS, **given)


CASES = {
    "one edition against its neighbours": facts(
        ratings={(e, c): v for e in (0, 1, 3) for c, v in zip("ABC", (5, 6, 5), strict=True)},
        totals={2: range(17, 18)},
    ),
    "a total that leaves two": facts(
        ratings={(e, c): 5 for e in (0, 3) for c in "ABC"} | {(1, "A"): 5, (2, "A"): 6},
        totals={1: range(15, 17), 2: range(16, 17)},
    ),
    "runs of different length": facts(
        ratings={(0, c): 5 for c in "ABC"} | {(3, "B"): 6},
        unchanged={(2, "A"), (3, "A"), (2, "B"), (3, "C")},
        totals={1: range(16, 17), 2: range(15, 16)},
    ),
    "an edition of which nothing is printed": facts(
        ratings={(e, c): 5 for e in (0, 3) for c in "AB"} | {(e, "C"): 4 for e in range(4)},
        totals={1: range(14, 15)},
    ),
}


def assignments(known: Facts) -> dict[tuple[int, ...], float]:
    """Return the weight of every assignment of all cells that keeps the facts."""
    cells = list(itertools.product(known.editions, known.categories))
    choices = [[known.ratings[c]] if c in known.ratings else QUARTERS for c in cells]
    weights = {}
    for values in itertools.product(*choices):
        table = np.reshape(values, (len(known.editions), -1))
        if any(sum(table[e]) not in total for e, total in known.totals.items()):
            continue
        places = [(e, "ABC".index(c)) for e, c in known.unchanged]
        if any(table[e, k] != table[e - 1, k] for e, k in places):
            continue
        steps = [STEPS["ABC"[k]][table[e, k], table[e + 1, k]] for e in range(3) for k in range(3)]
        weights[values] = float(np.exp(sum(steps)))
    return weights


@pytest.mark.parametrize("name", CASES)
def test_frequencies_are_those_of_enumeration(name):
    known = CASES[name]
    weights = assignments(known)
    ratings = OpenRatings(known, STEPS)
    cells = list(itertools.product(known.editions, known.categories))
    places = [cells.index(cell) for cell in ratings.cells]
    expected = Counter()
    for values, weight in weights.items():
        expected[tuple(values[place] for place in places)] += weight / sum(weights.values())
    size = 800
    drawn = Counter(map(tuple, itertools.islice(ratings.draws(np.random.default_rng(7)), size)))
    assert drawn.keys() <= expected.keys()
    common = {key for key, chance in expected.items() if chance * size >= 5}
    assert len(common) >= 5
    counts = [drawn[key] for key in common]
    chances = [expected[key] for key in common]
    rest = (size - sum(counts), 1 - sum(chances))
    if rest[1] * size >= 5:
        counts.append(rest[0])
        chances.append(rest[1])
    scale = sum(counts) / sum(chances)
    p_value = stats.chisquare(counts, np.array(chances) * scale).pvalue
    assert p_value > 0.01, p_value


def test_every_value_that_facts_allow_is_drawn_without_weights():
    known = CASES["runs of different length"]
    flat = {name: np.zeros_like(table) for name, table in STEPS.items()}
    ratings = OpenRatings(known, flat)
    cells = list(itertools.product(known.editions, known.categories))
    drawn = np.array(list(itertools.islice(ratings.draws(np.random.default_rng(1)), 200)))
    for number, cell in enumerate(ratings.cells):
        possible = {values[cells.index(cell)] for values in assignments(known)}
        assert set(drawn[:, number]) == possible


def test_the_same_seed_gives_the_same_draws():
    known = CASES["an edition of which nothing is printed"]
    twice = [
        list(itertools.islice(OpenRatings(known, STEPS).draws(np.random.default_rng(3)), 5))
        for _ in range(2)
    ]
    assert twice[0] == twice[1]


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
