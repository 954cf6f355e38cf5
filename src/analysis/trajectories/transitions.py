"""Moves between regime classes: counts, named events, and how fragile each crossing is.

Class changes are rare (one or two in a hundred country-years), so every event is listed by name,
rates get intervals only over countries, and nothing is projected: no stationary distribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from analysis.facts.rating_system import REGIME_CLASSES
from analysis.statistics.arrays import Bools, Floats, Ints, panel_matrix
from analysis.statistics.estimates import Estimate, mean_of_countries, table
from analysis.trajectories.change_rates import rate_row

CLASSES: Final = tuple(c.name for c in reversed(REGIME_CLASSES))
"""Least democratic first."""
CUTS: Final = (2.0, 3.0, 4.0, 5.0)
"""A class ends at its cut: a two-decimal score above it belongs to the next class."""
PERTURBATION: Final = 0.02
FEWEST_TRANSITIONS: Final = 30
_MOVES: Final = {"down": -1, "stay": 0, "up": 1}


@dataclass(frozen=True)
class Transitions:
    """Moves between classes of adjacent editions.

    Attributes
    ----------
    matrix
        Table ``class_matrix``, all pairs.
    moves
        Table ``class_moves``: rates of moving ``down``, ``stay``, ``up``, by class and over all; a
        class with fewer than 30 opportunities has counts only.
    events
        Table ``class_events``; ``fragile`` is a move that vanishes if a score is off by 0.02.
    """

    matrix: pd.DataFrame
    moves: pd.DataFrame
    events: pd.DataFrame


def class_rank(score: Floats) -> Floats:
    """Return the number of cuts below each two-decimal score; NaN where unknown."""
    two_decimals = np.floor(score * 100 + 0.5 + 1e-6) / 100
    rank: Floats = (two_decimals[..., None] > np.asarray(CUTS) + 1e-6).sum(axis=-1).astype(float)
    return np.where(np.isfinite(score), rank, np.nan)


def class_transitions(scores: pd.DataFrame) -> Transitions:
    """Count and describe the moves between classes.

    Examples
    --------
    >>> from analysis import data
    >>> type(class_transitions(data.scores())).__name__
    'Transitions'
    """
    matrix = panel_matrix(scores, "democracy_score")
    rank = class_rank(matrix.array)
    before, after = rank[:, :-1], rank[:, 1:]
    known = np.isfinite(before) & np.isfinite(after)
    row, column = np.nonzero(known & (before != after))
    events = _events(matrix.array, rank, row, column)
    events.insert(0, "country", np.array(matrix.countries, dtype=object)[row])
    events.insert(1, "edition", np.array(matrix.editions)[column + 1])
    for name in ("from_class", "to_class"):
        events[name] = [CLASSES[int(r)] for r in events[name]]
    return Transitions(
        matrix=_matrix(before[known], after[known]),
        moves=_moves(before, after, known, len(matrix.editions)),
        events=events.sort_values(["edition", "country"]).reset_index(drop=True),
    )


def _matrix(before: Floats, after: Floats) -> pd.DataFrame:
    size = len(CLASSES)
    counts = np.zeros((size, size), dtype=int)
    np.add.at(counts, (before.astype(int), after.astype(int)), 1)
    return pd.DataFrame(
        [
            (CLASSES[i], CLASSES[j], counts[i, j], counts[i].sum())
            for i in range(size)
            for j in range(size)
        ],
        columns=["from_class", "to_class", "count", "opportunities"],
    )


def _moves(before: Floats, after: Floats, known: Bools, n_editions: int) -> pd.DataFrame:
    direction = np.sign(np.nan_to_num(after) - np.nan_to_num(before))
    rows = []
    for name, inside in [
        *((name, known & (before == rank)) for rank, name in enumerate(CLASSES)),
        ("all", known),
    ]:
        opportunities = inside.sum(axis=1).astype(float)
        for move, sign in _MOVES.items():
            events = (inside & (direction == sign)).sum(axis=1).astype(float)
            row = rate_row(name, events, opportunities, n_editions)
            if 0 < row["n_opportunities"] < FEWEST_TRANSITIONS:
                reason = (
                    f"{row['n_opportunities']} of {FEWEST_TRANSITIONS} transitions: counts only"
                )
                row.update(rate=None, lower=None, upper=None, design_effect=None, refusal=reason)
            rows.append({"from_class": row.pop("name"), "move": move, **row})
    return pd.DataFrame(rows)


def _events(values: Floats, rank: Floats, row: Ints, column: Ints) -> pd.DataFrame:
    old, new = rank[row, column], rank[row, column + 1]
    before, after = values[row, column], values[row, column + 1]
    up = new > old
    # Of several cuts crossed at once the last one decides the new class.
    crossed = np.asarray(CUTS)[np.where(up, new - 1, new).astype(int)]
    toward = np.where(up, -PERTURBATION, PERTURBATION)
    reverses = (class_rank(after + toward) != new) | (class_rank(before - toward) != old)
    return pd.DataFrame(
        {
            "from_class": old,
            "to_class": new,
            "direction": np.where(up, "up", "down"),
            "score_before": before,
            "score_after": after,
            "margin": np.abs(after - crossed),
            "fragile": reverses,
        }
    )


def transition_contrast(scores: pd.DataFrame, split: int, direction: str = "down") -> Estimate:
    """Compare the yearly rate of class moves from edition `split` on with the rate before.

    The difference is taken within countries; a chi-square on transitions would count the years of
    one country as independent.
    """
    matrix = panel_matrix(scores, "democracy_score")
    rank = class_rank(matrix.array)
    step = np.diff(rank, axis=1)
    known = np.isfinite(step)
    event = known & (np.sign(np.nan_to_num(step)) == _MOVES[direction])
    late = np.array(matrix.editions[1:]) >= split
    n_early, n_late = known[:, ~late].sum(axis=1), known[:, late].sum(axis=1)
    both = (n_early > 0) & (n_late > 0)
    early = event[:, ~late].sum(axis=1) / np.where(both, n_early, np.nan)
    return mean_of_countries(
        f"rate of moving {direction} from {split} on less before",
        event[:, late].sum(axis=1) / np.where(both, n_late, np.nan) - early,
        "paired country-level t",
        editions=len(matrix.editions),
        n=int(known.sum()),
    )


def class_contrast_table(scores: pd.DataFrame, split: int) -> pd.DataFrame:
    """Return whether moves between classes were as frequent from `split` on as before.

    Returns
    -------
    Table ``class_contrasts`` without the sample, one row for moves down and one for moves up.

    Examples
    --------
    >>> from analysis import data
    >>> len(class_contrast_table(data.scores(), 2015))
    2
    """
    return table([transition_contrast(scores, split, direction) for direction in ("down", "up")])
