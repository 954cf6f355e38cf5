"""Splits against exhaustive search."""

from itertools import combinations

import numpy as np
import pytest

from analysis.facts.errors import ParameterError
from analysis.trajectories.segmentation import best_split, segmentation_table, stability


def _exhaustive(values, n_breaks, min_size):
    best = {}
    for starts in combinations(range(1, len(values)), n_breaks):
        parts = np.split(values, starts)
        if min(map(len, parts)) >= min_size:
            best[starts] = sum(((p - p.mean()) ** 2).sum() for p in parts)
    least = min(best.values())
    return sorted(s for s, cost in best.items() if cost <= least + 1e-9), least


@pytest.mark.parametrize("n_breaks", [1, 2, 3])
@pytest.mark.parametrize("seed", range(6))
def test_against_every_possible_split(n_breaks, seed):
    rng = np.random.default_rng(seed)
    values = np.cumsum(rng.integers(-1, 2, 16)) / 4.0
    optimal, least = _exhaustive(values, n_breaks, 3)
    split = best_split(values, n_breaks, 3)
    assert split.residual == pytest.approx(least, abs=1e-9)
    assert split.starts in optimal
    assert split.tied == (len(optimal) > 1)
    if n_breaks == 1:
        assert split.starts == optimal[0]


def test_a_clean_step_is_stable():
    values = np.array([3.0] * 7 + [4.0] * 7)
    assert best_split(values, 1).starts == (7,)
    assert stability(values, np.arange(14.0)) == 1.0


def test_too_short():
    with pytest.raises(ParameterError, match="5 values cannot make 2 segments of 3"):
        best_split(np.arange(5.0), 1, 3)


def test_table(series):
    table = segmentation_table(
        series(
            A=[3.0] * 5 + [4.0] * 5,
            B=[2.5] * 10,
            C=[2.0, 2.5, 3.0],
            D=[1.0] * 4 + [None] + [2.0] * 5,
            E=[1.0, 2.0] * 5,
        )
    ).set_index("country")
    assert table.loc["A", ["edition", "shift", "stability"]].tolist() == [2010, 1.0, 1.0]
    assert table.loc["B", "refusal"] == "unchanged at 2.50 in all 10 editions"
    assert table.loc["C", "refusal"] == "3 editions: a split needs at least 8"
    assert "the split ignores the gap" in table.loc["D", "messages"]
    assert table.loc["D", "edition"] == 2010
    assert table.loc["E", "messages"].startswith("tied")
    refused = table["refusal"] != ""
    assert table.loc[refused, "edition"].isna().all()
    assert table.loc[~refused, "edition"].notna().all()
