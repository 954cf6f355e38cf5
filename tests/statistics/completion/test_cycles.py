"""The chain draws what exhaustive enumeration says: every assignment, and each as often."""

import itertools
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from analysis.reconciliation.derivation import Facts
from analysis.statistics.completion.cycles import OpenRatings
from analysis.statistics.completion.step_model import StepModel

MODEL = StepModel({"A": 0.3, "B": 0.2, "C": 0.35}, {"A": 0.3, "B": 0.35, "C": 0.2}, 0.4)
LOWEST, HIGHEST = 4, 7
STEPS = {name: MODEL.log_steps(name, LOWEST, HIGHEST) for name in "ABC"}


def facts(**given) -> Facts:
    return Facts(categories="ABC", editions=range(4), lowest=LOWEST, highest=HIGHEST, **given)


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
    choices = [
        [known.ratings[c]] if c in known.ratings else range(LOWEST, HIGHEST + 1) for c in cells
    ]
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
