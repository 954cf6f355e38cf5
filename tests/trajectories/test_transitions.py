"""Classes, crossings and fragility by hand."""

from fractions import Fraction

import numpy as np
import pytest

from analysis.facts.rating_system import regime_class
from analysis.trajectories.moves import class_contrast_table, class_transitions
from analysis.trajectories.rounding import CLASSES, class_rank


def test_class_rank_agrees_with_the_exact_rule_for_every_possible_score():
    numerators = range(28, 7 * 28 + 1)
    expected = [CLASSES.index(regime_class(Fraction(k, 28)).name) for k in numerators]
    for digits in (12, 6):
        scores = np.array([round(k / 28, digits) for k in numerators])
        assert class_rank(scores).tolist() == expected


def test_unknown_stays_unknown():
    assert np.isnan(class_rank(np.array([np.nan, 3.0]))).tolist() == [True, False]


@pytest.fixture
def moves(series):
    return series(
        A=[5.25, 5.0, 5.0, 5.25],  # down to the cut exactly, and up again
        B=[3.0, 3.25, 3.25, 3.25],  # up from the cut exactly
        C=[4.5, None, 2.5, 2.5],  # a crossing over a gap is not seen
        D=[1.5, 1.5, 1.5, 3.5],  # two cuts at once
    )


def test_events(moves):
    found = class_transitions(moves)
    events = found.events.set_index(["country", "edition"])
    assert list(events.index) == [("A", 2006), ("B", 2006), ("A", 2008), ("D", 2008)]
    first = events.loc["A", 2006]
    assert (first["direction"], first["margin"]) == ("down", 0.0)
    # 5.02 would still be a Consolidated Democracy.
    assert first["fragile"]
    # 2.98 + 0.25 and 3.00 + 0.02: the score before would already be in the higher class.
    assert events.loc["B", 2006]["fragile"]
    last = events.loc["D", 2008]
    assert (last["from_class"], last["to_class"]) == (CLASSES[0], CLASSES[2])
    assert last["margin"] == pytest.approx(0.5)
    assert not last["fragile"]
    # 5.00 and 5.00 + 0.02 lie in different classes: the way back is as fragile as the way down.
    assert events.loc["A", 2008]["fragile"]


def test_matrix_rows_sum_to_opportunities(moves, scores):
    for frame in (moves, scores):
        found = class_transitions(frame)
        rows = found.matrix.groupby("from_class")
        assert (rows["count"].sum() == rows["opportunities"].first()).all()
        known = frame.dropna().sort_values(["country", "edition"])
        steps = known.groupby("country")["edition"].diff()
        assert found.matrix["count"].sum() == (steps == 1).sum()
        stayed = found.matrix["from_class"] == found.matrix["to_class"]
        assert found.matrix.loc[~stayed, "count"].sum() == len(found.events)


def test_moves_are_pooled_by_class_and_refused_below_thirty(scores):
    found = class_transitions(scores).moves
    every = found[found["from_class"] == "all"].set_index("move")
    assert every["n_events"].sum() == every["n_opportunities"].iloc[0]
    assert every["rate"].sum() == pytest.approx(1)
    few = found[(found["n_opportunities"] > 0) & (found["n_opportunities"] < 30)]
    assert (few["refusal"] != "").all()
    assert few["rate"].isna().all()


def test_nobody_moves(series):
    found = class_transitions(series(A=[3.5] * 4, B=[2.5] * 4))
    assert found.events.empty
    assert found.moves.loc[found.moves["move"] != "stay", "n_events"].sum() == 0


def test_one_edition(series):
    found = class_transitions(series(A=[3.5], B=[2.5]))
    assert found.matrix["count"].sum() == 0
    assert (found.moves["refusal"] != "").all()


def test_contrast(series):
    frame = series(
        A=[5.5, 4.5, 4.5, 4.5, 4.5],
        B=[5.5, 5.5, 5.5, 4.5, 4.5],
        C=[5.5, 5.5, 5.5, 5.5, 5.5],
        D=[5.5, 5.5, 5.5, 4.5, 4.5],
    )
    found = class_contrast_table(frame, 2008).iloc[0]
    assert found["name"] == "rate of moving down from 2008 on less before"
    # Two changes before, two from 2008 on: -1/2, 1/2, 0, 1/2.
    assert found["estimate"] == pytest.approx(np.mean([-0.5, 0.5, 0, 0.5]))
    assert found["n_countries"] == 4
    late = class_contrast_table(frame, 2020)
    assert late["refusal"].str.startswith("0 of the 3 countries").all()
