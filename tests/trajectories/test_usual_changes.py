"""Past moves against a slow loop over countries and editions, and cases counted by hand."""

import numpy as np
import pandas as pd
import pytest

from analysis.facts.rating_system import CATEGORIES
from analysis.tables.stored import read_processed
from analysis.trajectories.moves import FEWEST_CHANGES, last_changes, moves, usual_changes

CLASS = "Transitional or Hybrid Regime"


@pytest.fixture(scope="module")
def real():
    return read_processed("panel")


@pytest.fixture(scope="module")
def usual(real):
    return usual_changes(real).set_index(["name", "from_class", "span"])


def whole(**countries):
    """Make a panel in which all seven categories have the same values; None is a gap."""
    return pd.DataFrame(
        [
            (country, 2005 + year, category, value)
            for country, values in countries.items()
            for year, value in enumerate(values)
            for category in CATEGORIES
            if value is not None
        ],
        columns=["country", "edition", "category", "rating"],
    )


@pytest.mark.parametrize("span", [1, 2, 3])
def test_moves_of_the_score_are_those_of_a_slow_loop(real, usual, span):
    scores = read_processed("scores").dropna(subset=["democracy_score"])
    at = {(row.country, row.edition): row for row in scores.itertuples()}
    slow = [
        (at[country, year + span].democracy_score - row.democracy_score, row.regime_class)
        for (country, year), row in at.items()
        if (country, year + span) in at
    ]
    ours = moves(real).query("name == 'DS' and span == @span")
    assert sorted(ours["change"]) == pytest.approx(sorted(change for change, _ in slow), abs=2e-6)
    for name in ("all", CLASS):
        changes = np.array([change for change, start in slow if name in ("all", start)])
        row = usual.loc["DS", name, span]
        assert row["n_changes"] == len(changes)
        assert row["p_down"] == pytest.approx((changes < -1e-5).mean())
        assert row["p_stay"] == pytest.approx((np.abs(changes) < 1e-5).mean())
        low = np.sort(changes)[int(np.ceil(0.05 * len(changes))) - 1]
        assert row["q05"] == pytest.approx(low, abs=2e-6)
        assert (row["lowest"], row["highest"]) == pytest.approx(
            (changes.min(), changes.max()), abs=2e-6
        )


def test_every_value_occurred_and_shares_close(usual):
    figures = usual[["lowest", "q05", "q25", "median", "q75", "q95", "highest"]]
    assert (figures.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    assert ((figures * 28 - (figures * 28).round()).abs() < 1e-9).all(axis=None)
    assert usual[["p_down", "p_stay", "p_up"]].sum(axis=1).to_numpy() == pytest.approx(1)
    together = usual["n_changes"].unstack("name")
    assert (together[list(CATEGORIES)].sum(axis=1) == together["all"]).all()
    assert (together["DS"] * 7 == together["all"]).all()
    assert usual["sample"].eq("complete country-editions").all()


def test_an_incomplete_edition_begins_and_ends_no_move():
    panel = whole(A=[3.25, 3.5, 3.5, 3.0])
    panel = panel.drop(panel.query("edition == 2006 and category == 'IM'").index)
    pairs = moves(panel).query("name == 'DS'")[["edition", "span", "change"]]
    assert sorted(map(tuple, pairs.to_numpy())) == [
        (2007, 2, 0.25),
        (2008, 1, -0.5),
        (2008, 3, -0.25),
    ]


def test_few_moves_are_refused():
    table = usual_changes(whole(A=[3.25, 3.5] * 5)).set_index(["name", "from_class", "span"])
    row = table.loc["DS", "all", 1]
    assert row["refusal"] == f"9 of the {FEWEST_CHANGES} changes needed for quantiles"
    assert row[["q05", "median", "p_stay"]].isna().all()
    assert table.loc["all", CLASS, 1]["refusal"] == ""


def test_last_changes_by_hand():
    panel = whole(
        A=[3.25, 3.5, 3.5, 3.25],
        B=[3.5, 3.0, 3.0, None],
        C=[3.25, None, None, 3.75],
        D=[3.25, None, None, None],
        E=[3.5, 3.5, 3.25, 3.25],
    )
    table = last_changes(panel).set_index("country")
    # One-edition steps that began above 3: +0.25, 0, -0.25 of A, -0.5 of B, 0, -0.25, 0 of E.
    row = table.loc["A"]
    assert (row["first_edition"], row["last_edition"], row["change"]) == (2007, 2008, -0.25)
    assert (row["n_changes"], row["n_countries"], row["n_as_far"]) == (7, 3, 3)
    assert table.loc["E", "n_as_far"] == 3
    assert table.loc["C"][["span", "change", "n_changes", "n_as_far"]].tolist() == [3, 0.5, 3, 1]
    assert table.loc["B", "from_class"] == "Semi-Consolidated Authoritarian Regime"
    assert "D" not in table.index


def test_without_two_complete_editions_there_is_nothing():
    alone = whole(A=[3.25])
    assert last_changes(alone).empty
    assert (usual_changes(alone)["refusal"] != "").all()
