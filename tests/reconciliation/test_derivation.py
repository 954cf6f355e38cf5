"""The network decides exactly what trying every assignment decides."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from analysis.facts.files import raw_folder
from analysis.facts.rating_system import CATEGORIES
from analysis.reconciliation.cleaning import reconcile
from analysis.reconciliation.deduction import (
    BOUND,
    FROM_SCORE,
    SCORE_CHANGE,
    TOGETHER,
    UNCHANGED,
    derive,
    minimal_conflict,
)
from analysis.reconciliation.derivation import Facts, determine, possible
from analysis.sources.own_csv import read_own_csv

EDITIONS = range(2010, 2013)
CODES = ("A", "B", "C")
CELLS = [(edition, code) for edition in EDITIONS for code in CODES]
ASSIGNMENTS = np.array(list(product(range(4, 7), repeat=len(CELLS))))
"""Every way to fill three editions of three categories with three values."""


def small(ratings=(), unchanged=(), totals=()):
    return Facts(dict(ratings), frozenset(unchanged), dict(totals), EDITIONS, CODES, range(4, 7))


def satisfying(facts):
    """All assignments that satisfy the facts, found by trying."""
    keep = np.ones(len(ASSIGNMENTS), dtype=bool)
    column = {cell: ASSIGNMENTS[:, n] for n, cell in enumerate(CELLS)}
    for cell, value in facts.ratings.items():
        keep &= column[cell] == value
    for edition, code in facts.unchanged:
        keep &= column[edition, code] == column[edition - 1, code]
    for edition, total in facts.totals.items():
        row = sum(column[edition, code] for code in CODES)
        keep &= np.isin(row, list(total))
    return ASSIGNMENTS[keep]


ranges = st.tuples(st.integers(12, 18), st.integers(0, 2)).map(lambda t: range(t[0], sum(t) + 1))
any_facts = st.builds(
    small,
    st.dictionaries(st.sampled_from(CELLS), st.integers(4, 6), max_size=5),
    st.sets(st.sampled_from([c for c in CELLS if c[0] > EDITIONS[0]])),
    st.dictionaries(st.sampled_from(EDITIONS), ranges),
)


@st.composite
def true_facts(draw):
    """Facts about one hidden assignment, so that they never contradict each other."""
    truth = dict(zip(CELLS, draw(st.lists(st.integers(4, 6), min_size=9, max_size=9)), strict=True))
    linked = draw(st.sets(st.sampled_from([c for c in CELLS if c[0] > EDITIONS[0]])))
    for edition, code in sorted(linked):
        truth[edition, code] = truth[edition - 1, code]
    printed = draw(st.sets(st.sampled_from(CELLS), max_size=4))
    scored = draw(st.sets(st.sampled_from(EDITIONS)))
    totals = {e: sum(truth[e, code] for code in CODES) for e in scored}
    exact = {e: range(total, total + 1) for e, total in totals.items()}
    return small({cell: truth[cell] for cell in printed}, linked, exact)


@settings(max_examples=150)
@given(st.one_of(any_facts, true_facts()))
def test_derived_is_what_every_assignment_gives(facts):
    found = satisfying(facts)
    determined = determine(facts)
    if not len(found):
        assert determined is None
        return
    unique = [n for n in range(len(CELLS)) if len(set(found[:, n])) == 1]
    assert determined == {CELLS[n]: found[0, n] for n in unique}


@settings(max_examples=60)
@given(st.one_of(any_facts, true_facts()))
def test_possible_values_are_those_of_all_assignments(facts):
    found = satisfying(facts)
    for n, cell in enumerate(CELLS):
        assert list(possible(facts, cell)) == sorted(set(found[:, n]))


@settings(max_examples=100)
@given(true_facts())
def test_every_step_follows_from_the_facts_it_names(facts):
    """Taken alone, the ratings, scores and lists of a step must already fix its value."""
    steps = derive(facts)
    value = dict(facts.ratings)
    for step in steps:
        assert all(cell in value for cell in step.cells), "uses only what is known before"
        named = small(
            {cell: value[cell] for cell in step.cells},
            step.unchanged,
            {edition: facts.totals[edition] for edition in step.totals},
        )
        assert set(step.unchanged) <= set(facts.unchanged)
        n = CELLS.index(step.cell)
        assert set(satisfying(named)[:, n]) == {step.quarters}
        value[step.cell] = step.quarters
    assert value == determine(facts)


@settings(max_examples=60)
@given(any_facts.filter(lambda facts: determine(facts) is None))
def test_a_minimal_conflict_has_nothing_to_spare(facts):
    conflict = minimal_conflict(facts)
    assert not len(satisfying(conflict))
    for kind in ("ratings", "totals"):
        for key in getattr(conflict, kind):
            rest = {k: v for k, v in getattr(conflict, kind).items() if k != key}
            parts = {"ratings": conflict.ratings, "totals": conflict.totals, kind: rest}
            assert len(satisfying(small(parts["ratings"], conflict.unchanged, parts["totals"])))
    for link in conflict.unchanged:
        rest = set(conflict.unchanged) - {link}
        assert len(satisfying(small(conflict.ratings, rest, conflict.totals)))


def row(edition, values):
    return {(edition, code): value for code, value in zip(CODES, values, strict=True)}


def test_an_equal_score_alone_proves_nothing():
    """One category may have risen by what another one fell."""
    same = {2010: range(15, 16), 2011: range(15, 16)}
    assert determine(small(row(2010, (5, 5, 5)), (), same)) == row(2010, (5, 5, 5))


def test_a_list_without_changes_carries_the_whole_row():
    facts = small(row(2010, (4, 5, 6)), [(2011, code) for code in CODES])
    assert determine(facts) == row(2010, (4, 5, 6)) | row(2011, (4, 5, 6))
    assert {step.rule for step in derive(facts)} == {UNCHANGED}


def test_the_last_category_follows_from_the_score():
    (step,) = derive(small({(2010, "A"): 4, (2010, "B"): 6}, (), {2010: range(15, 16)}))
    assert (step.cell, step.quarters, step.rule) == ((2010, "C"), 5, FROM_SCORE)


def test_the_lowest_score_leaves_only_the_lowest_ratings():
    steps = derive(small((), (), {2010: range(12, 13)}))
    assert [(s.cell[1], s.quarters, s.rule) for s in steps] == [(c, 4, BOUND) for c in CODES]


def test_the_change_of_the_score_is_that_of_the_only_changed_category():
    """A and B are not known, but unchanged: C fell by what the score fell."""
    facts = small(
        {(2010, "C"): 6},
        [(2011, "A"), (2011, "B")],
        {2010: range(16, 17), 2011: range(14, 15)},
    )
    (step,) = derive(facts)
    assert (step.cell, step.quarters) == ((2011, "C"), 4)
    assert step.rule == SCORE_CHANGE
    assert step.cells == ((2010, "C"),)


def test_contradicting_facts_determine_nothing():
    assert determine(small({(2010, "A"): 4, (2011, "A"): 5}, [(2011, "A")])) is None
    assert list(possible(small((), (), {2010: range(19, 20)}), (2010, "A"))) == []


def test_the_grid_of_the_panel_is_seven_categories_in_quarter_points():
    facts = Facts({}, frozenset(), {2024: range(28, 29)})
    assert determine(facts) == {(2024, code): 4 for code in CATEGORIES}
    assert list(possible(facts, (2023, "CS"))) == list(range(4, 29))


def test_two_scores_together_pin_what_neither_pins_alone():
    """A total of 13 keeps C below 6, a total of 17 keeps it above 4, and C does not change."""
    facts = small((), [(2011, "C")], {2010: range(13, 14), 2011: range(17, 18)})
    assert list(possible(small((), (), {2010: facts.totals[2010]}), (2010, "C"))) == [4, 5]
    assert list(possible(small((), (), {2011: facts.totals[2011]}), (2011, "C"))) == [5, 6]
    steps = derive(facts)
    assert steps[0].rule == TOGETHER and steps[0].totals == (2010, 2011)
    assert {step.cell: step.quarters for step in steps} == (
        row(2010, (4, 4, 5)) | row(2011, (6, 6, 5))
    )


@pytest.mark.parametrize("sign", [1, -1])
def test_reversing_the_scale_reverses_the_result(sign):
    turn = {1: lambda v: v, -1: lambda v: 10 - v}[sign]
    facts = small(
        {(2010, "A"): turn(4), (2010, "B"): turn(6)},
        [(2011, "A")],
        {2010: range(15, 16)},
    )
    assert determine(facts) == {
        (2010, "A"): turn(4),
        (2010, "B"): turn(6),
        (2010, "C"): 5,
        (2011, "A"): turn(4),
    }


def extremes(facts, cell):
    """Least and most of a rating by linear programming over single cells."""
    cells = [(edition, code) for edition in facts.editions for code in facts.categories]
    column = {c: n for n, c in enumerate(cells)}
    left = {c: range(value, value + 1) for c, value in facts.ratings.items()} | {**facts.limits}
    bounds = [(left[c][0], left[c][-1]) if c in left else (4, 28) for c in cells]
    equal = np.zeros((len(facts.unchanged), len(cells)))
    for line, (edition, code) in zip(equal, sorted(facts.unchanged), strict=True):
        line[column[edition, code]], line[column[edition - 1, code]] = 1, -1
    sums = np.zeros((len(facts.totals), len(cells)))
    for line, edition in zip(sums, sorted(facts.totals), strict=True):
        line[[column[edition, code] for code in facts.categories]] = 1
    most = [facts.totals[edition][-1] for edition in sorted(facts.totals)]
    least = [facts.totals[edition][0] for edition in sorted(facts.totals)]
    wanted = np.zeros(len(cells))
    wanted[column[cell]] = 1
    problem = {
        "A_ub": np.vstack([sums, -sums]),
        "b_ub": [*most, *(-total for total in least)],
        "A_eq": equal,
        "b_eq": np.zeros(len(equal)),
        "bounds": bounds,
    }
    low, high = (linprog(sign * wanted, **problem) for sign in (1, -1))
    assert low.status == high.status == 0
    return round(low.fun, 6), round(-high.fun, 6)


@pytest.mark.parametrize("country", ["Belarus", "Kyrgyzstan", "Uzbekistan"])
def test_linear_programming_agrees_on_real_facts(country):
    """Every fifth cell of all that no source prints."""
    facts = reconcile(read_own_csv(raw_folder())).cases[country].facts
    cells = [(edition, code) for edition in facts.editions for code in facts.categories]
    for cell in [c for c in cells if c not in facts.ratings][::5]:
        values = possible(facts, cell)
        assert (values[0], values[-1]) == extremes(facts, cell)
