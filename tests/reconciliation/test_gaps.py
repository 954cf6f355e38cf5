"""A fact settles at least what is promised, whatever it says."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.facts.files import raw_folder
from analysis.facts.rating_system import CATEGORIES
from analysis.reconciliation.cleaning import reconcile
from analysis.reconciliation.derivation import Facts, determine, possible
from analysis.reconciliation.gaps import gaps, settled_arcs
from analysis.settings.corrections import read_corrections
from analysis.sources.own_csv import read_own_csv
from analysis.tables.schema import columns


@pytest.fixture(scope="module")
def cases():
    printed = read_own_csv(raw_folder())
    return reconcile(printed, read_corrections(raw_folder() / "corrections.yml")).cases


@pytest.fixture(scope="module")
def table(cases):
    return gaps(cases)


def test_one_row_for_every_edition_that_lacks_a_rating(table, cases):
    expected = [
        (name, edition, " ".join(missing))
        for name, case in cases.items()
        for edition in range(2005, 2025)
        if (missing := [c for c in CATEGORIES if (edition, c) not in case.all_values()])
    ]
    assert tuple(table.columns) == columns("gaps")
    found = table[["country", "edition", "missing"]].itertuples(index=False, name=None)
    assert list(found) == expected


def newly_known(facts, more):
    """How many ratings each of several facts would add; contradictions are no answer."""
    before = len(determine(facts))
    after = [determine(fuller) for fuller in more]
    return [len(found) - before for found in after if found is not None]


def test_what_a_fact_settles_is_the_least_that_it_can_settle(table, cases):
    for row in table.itertuples(index=False):
        facts = cases[row.country].facts
        kind, editions = row.best_fact.split(", edition ")
        edition = int(editions[:4])
        if kind.startswith("rating"):
            cell = (edition, kind.split()[1])
            more = [
                replace(facts, ratings={**facts.ratings, cell: value})
                for value in possible(facts, cell)
            ]
            assert min(newly_known(facts, more)) >= row.settles_in_all
        else:
            links = {(edition, category) for category in CATEGORIES}
            more = [replace(facts, unchanged=frozenset(facts.unchanged) | links)]
            for settled in newly_known(facts, more):  # none if something must have changed
                assert settled >= row.settles_in_all
        assert 0 < row.settles_here <= len(row.missing.split())
        assert row.settles_here <= row.settles_in_all


@pytest.mark.parametrize(
    ("country", "edition", "fact", "here", "in_all"),
    [
        # 2020 is known, the lists of 2022 and 2023 leave NDG and EP: 2021 is the only open link
        ("Russia", 2022, "complete list of changes, edition 2021", 2, 6),
        # NDG and LDG are unchanged from 2019 to 2023 and the scores fix their sum
        ("Uzbekistan", 2021, "rating NDG, edition 2019 to 2023", 2, 10),
        ("Albania", 2024, "complete list of changes, edition 2024", 6, 6),
    ],
)
def test_real_gaps(table, country, edition, fact, here, in_all):
    (row,) = table[(table["country"] == country) & (table["edition"] == edition)].itertuples(
        index=False
    )
    assert (row.best_fact, row.settles_here, row.settles_in_all) == (fact, here, in_all)


def test_a_country_without_any_figures_lacks_everything():
    table = gaps({})
    assert len(table) == 29 * 20
    assert set(table["missing"]) == {" ".join(CATEGORIES)}
    assert determine(Facts()) == {}


@given(st.dictionaries(st.integers(0, 30), st.tuples(st.integers(0, 6), st.integers(7, 13))))
def test_bridges_are_the_edges_whose_ends_fall_apart_without_them(edges):
    def connected(start, goal, rest):
        reached = {start}
        for _ in rest:
            reached |= {n for edge in rest for n in edge if reached & set(edge)}
        return goal in reached

    expected = [
        key
        for key, (one, other) in edges.items()
        if not connected(one, other, [edge for k, edge in edges.items() if k != key])
    ]
    assert settled_arcs(edges) == sorted(expected)


def test_a_country_that_is_known_has_no_gaps(table):
    assert not {"Slovakia", "Serbia"} & set(table["country"])
