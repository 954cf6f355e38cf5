"""Of every rating it is known what it is or between what it lies, and the truth lies there."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.facts.rating_system import CATEGORIES
from analysis.reconciliation.cleaning import reconcile
from analysis.reconciliation.derivation import Facts, solve
from analysis.reconciliation.gaps import candidates, possible_table
from analysis.sources.cells import Printed
from analysis.tables.stored import read_processed

KEY = ["country", "edition", "category"]


@pytest.fixture(scope="module")
def table(real):
    return possible_table(real.cases)


def test_every_rating_is_known_or_bounded(real, table):
    known = set(real.panel[KEY].itertuples(index=False, name=None))
    bounded = set(table.loc[table["category"] != "DS", KEY].itertuples(index=False, name=None))
    assert not known & bounded
    assert len(known) + len(bounded) == 29 * 20 * 7
    assert (len(known), len(bounded)) == (3935, 125)
    pd.testing.assert_frame_equal(table, read_processed("possible_ratings"))


def test_bounds_lie_on_the_grid_and_all_between_them_counts(table):
    parts = np.where(table["category"] == "DS", 28, 4)
    steps = (table["highest"] - table["lowest"]) * parts
    np.testing.assert_allclose(steps + 1, table["n_values"])
    assert (table["n_values"] > 1).all()
    open_scores = table.loc[table["category"] == "DS", ["country", "edition"]]
    assert open_scores.to_numpy().tolist() == [["Azerbaijan", 2021], ["Azerbaijan", 2023]]


def test_both_ends_occur(real, table):
    """A rating held at either end contradicts nothing; one step further does."""
    for row in table[table["category"] != "DS"].iloc[::5].itertuples(index=False):
        facts, cell = real.cases[row.country].facts, (row.edition, row.category)
        low, high = int(row.lowest * 4), int(row.highest * 4)
        for value in (low, high):
            assert solve(replace(facts, ratings={**facts.ratings, cell: value})) is not None
        for value in (low - 1, high + 1):
            assert solve(replace(facts, ratings={**facts.ratings, cell: value})) is None


def test_the_fact_named_settles_the_rating(real, table):
    for row in table[table["category"] != "DS"].iloc[::7].itertuples(index=False):
        settled = candidates(solve(real.cases[row.country].facts))
        assert (row.edition, row.category) in settled[row.settled_by]


def test_a_country_without_figures_can_be_anything():
    table = possible_table({}).query("country == 'Estonia'")
    ratings = table[table["category"] != "DS"]
    assert ratings[["lowest", "highest", "n_values"]].drop_duplicates().to_numpy().tolist() == [
        [1, 7, 25]
    ]
    scores = table[table["category"] == "DS"]
    assert scores["n_values"].unique().tolist() == [6 * 28 + 1]
    assert len(ratings) == 20 * 7


def test_limits_bound_a_rating_and_the_others_of_its_score():
    """A score of 8.00 / 7: with one rating from 1.25 up, no other can exceed 1.75."""
    row = {(2010, code): range(4, 29) for code in CATEGORIES}
    facts = Facts(totals={2010: range(32, 33)}, limits={(2010, "CO"): range(5, 29)})
    values = solve(facts).ratings
    assert values[2010, "CO"] == range(5, 9)
    assert {values[cell] for cell in row if cell[1] != "CO"} == {range(4, 8)}


def without(printed, country, edition, category):
    """Return what is printed of a country but for one rating, wherever it stands."""
    cells, pages = printed.cells, printed.statements
    cells = cells[cells["country"] == country]
    pages = pages[pages["country"] == country].copy()
    this = (cells["rated_edition"] == str(edition)) & (cells["category"] == category)
    rating = pages["field"] == f"RATING_{category}"
    change = pages["field"] == f"CHANGE_{category}"
    here, after = pages["report_edition"] == edition, pages["report_edition"] == edition + 1
    pages.loc[change & here, "printed_to"] = ""
    pages.loc[change & after, "printed_from"] = ""
    comparisons = printed.comparisons[printed.comparisons["country"] == country]
    return Printed(cells[~this], pages[~(rating & here)], printed.sources, comparisons=comparisons)


@pytest.mark.slow
def test_a_printed_rating_held_out_lies_within_the_solve(printed, real):
    """100 of the ratings that a source prints, drawn with a fixed seed."""
    stated = real.panel[real.panel["status"] == "printed"].sample(100, random_state=2024)
    told = bounded = 0
    for row in stated.itertuples(index=False):
        held_out = without(printed, row.country, row.edition, row.category)
        case = reconcile(held_out).cases[row.country]
        values = solve(case.facts).ratings[row.edition, row.category]
        assert row.rating * 4 in values, row
        told += len(values) == 1
        bounded += 1 < len(values) < 25
    assert told > 60, "most ratings are also told by others"
    assert told + bounded > 75


def test_no_printed_figure_outside_the_audit_contradicts_what_is_known_or_possible(real):
    told = {
        (row.country, row.edition, source)
        for row in real.audit[real.audit["action"] != "derivation"].itertuples(index=False)
        for source in row.source_ids.split(";")
    }
    checked, against = 0, []
    for country, case in real.cases.items():
        values = solve(case.facts)
        for claim in (c for claims in case.ratings.values() for c in claims):
            checked += 1
            if claim.quarters not in values.ratings[claim.edition, claim.category]:
                against.append((country, claim.edition, claim.source_id))
        for claim in (c for claims in case.scores.values() for c in claims):
            checked += 1
            if not set(claim.totals) & set(values.totals[claim.edition]):
                against.append((country, claim.edition, claim.source_id))
    assert checked > 14_000
    assert [place for place in against if place not in told] == []
    assert 0 < len(against) < 60
