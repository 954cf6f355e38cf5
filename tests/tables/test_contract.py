"""The contract lists every failure of every table at once."""

import pandas as pd
import pytest

from analysis.facts.errors import ContractError
from analysis.facts.files import processed_folder
from analysis.tables.contract import check_contract

NUMBERS = {"democracy_score": [""], "democracy_percentage": [""]}
"""Columns of numbers that may be empty."""


@pytest.fixture
def tables():
    texts = dict.fromkeys(("printed", "printed_scale", "printed_score", "regime_class"), str)
    return {
        name: pd.read_csv(
            processed_folder() / f"{name}.csv",
            dtype=texts,
            keep_default_na=False,
            na_values=NUMBERS,
        )
        for name in ("panel", "scores", "changes")
    }


def refusal_of(tables):
    with pytest.raises(ContractError) as refusal:
        check_contract(**tables)
    return str(refusal.value)


def test_the_committed_tables_keep_it(tables):
    check_contract(**tables)


def test_every_failure_of_all_three_tables_is_in_one_message(tables):
    tables["panel"].loc[0, "rating"] = 3.3
    tables["panel"].loc[1, "rating"] = 7.25
    tables["panel"].loc[2, "status"] = "guessed"
    tables["panel"].loc[3, "coverage_year"] = 2005
    tables["scores"].loc[0, "democracy_score"] = None
    tables["changes"].loc[0, "country"] = "Ruritania"
    message = refusal_of(tables)
    for expected in (
        "panel.rating: expected a multiple of 0.25, found 3.3 at Albania 2005 NDG",
        "panel.rating: expected 1 to 7, found 7.25 at Albania 2005 EP",
        "panel.status: expected printed or corrected or derived or rescaled, "
        "found guessed at Albania 2005 CS",
        "coverage_year to be the year before the edition",
        "a Democracy Score where all seven ratings are known and nowhere else",
        "changes.country: expected one of 29 such as Albania, found Ruritania",
        "iso3 to be the code of the country",
    ):
        assert message.count(expected) == 1, expected


def test_a_rating_told_twice_and_a_column_too_many_are_found(tables):
    tables["panel"].loc[1, "category"] = tables["panel"].loc[0, "category"]
    tables["changes"]["comment"] = ""
    message = refusal_of(tables)
    assert "panel: more than one row of Albania 2005 NDG" in message
    assert "changes: unknown column comment" in message


def test_many_failures_of_one_kind_are_counted(tables):
    tables["panel"].loc[:6, "n_sources"] = 0
    message = refusal_of(tables)
    assert "n_sources to be 0 for a derived or rescaled rating and no other" in message
    assert "and 2 more rows" in message


def test_a_missing_column_a_wrong_type_and_a_gap_are_told_and_nothing_that_follows(tables):
    tables["panel"] = tables["panel"].drop(columns="coverage_year")
    assert refusal_of(tables) == "panel: missing column coverage_year"


def test_a_text_among_ratings_is_told_in_words(tables):
    tables["panel"]["rating"] = tables["panel"]["rating"].astype(object)
    tables["panel"].loc[0, "rating"] = "high"
    message = refusal_of(tables)
    assert message.startswith("panel.rating: expected ")
    assert "Error" not in message
    tables["panel"]["rating"] = 3.0
    tables["panel"].loc[0, "rating"] = None
    assert "panel.rating: expected a value, found nan at Albania 2005 NDG" in refusal_of(tables)
