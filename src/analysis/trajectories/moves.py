"""Moves between regime classes, and how far scores and ratings moved so far.

Class changes are rare (one or two in a hundred country-years), so every event is listed by name,
rates get intervals only over countries, and nothing is projected: no stationary distribution.

A closed series is not forecast either. What it can give is a yardstick for "is this change
unusual?": the distribution of all moves over one, two and three editions, by the regime class in
which they began. Only complete country-editions enter: where but some of the seven ratings are
known, mostly those are whose change was printed.
"""

from __future__ import annotations

from itertools import product
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from analysis.facts.rating_system import CATEGORIES, EVERY, SAME, SCORE, exact_scores
from analysis.statistics.arrays import Floats, Ints, Panel, panel_cube, panel_matrix
from analysis.statistics.estimates import table
from analysis.tables.schema import columns
from analysis.tables.stored import rows
from analysis.trajectories.change_rates import RATES, rate_contrast, rate_row
from analysis.trajectories.observed import COMPLETE
from analysis.trajectories.rounding import CLASSES, CUTS, class_rank

PERTURBATION: Final = 0.02
FEWEST_TRANSITIONS: Final = 30
_MOVES: Final = {"down": -1, "stay": 0, "up": 1}

SPANS: Final = (1, 2, 3)
"""Editions between the two values."""
QUANTILES: Final = {"q05": 0.05, "q25": 0.25, "median": 0.50, "q75": 0.75, "q95": 0.95}
FEWEST_CHANGES: Final = 20
"""With fewer the 5 % quantile is just the lowest value."""


class Transitions(NamedTuple):
    """Tables ``class_matrix``, ``class_moves`` and ``class_events`` without the sample.

    Rates of a class with fewer than 30 opportunities are withheld, and a move that vanishes if a
    score is off by 0.02 is ``fragile``.
    """

    matrix: pd.DataFrame
    moves: pd.DataFrame
    events: pd.DataFrame


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
    known = np.isfinite(steps := np.diff(rank))
    counts = np.zeros((len(CLASSES), len(CLASSES)), dtype=int)
    np.add.at(counts, tuple(side[known].astype(int) for side in (rank[:, :-1], rank[:, 1:])), 1)
    pairs = pd.MultiIndex.from_product([CLASSES, CLASSES], names=["from_class", "to_class"])
    opportunities = counts.sum(axis=1).repeat(len(CLASSES))
    cells = {"count": counts.ravel(), "opportunities": opportunities}
    return Transitions(
        matrix=pd.DataFrame(cells, index=pairs).reset_index(),
        moves=_moves(rank, len(matrix.editions)),
        events=_events(matrix, rank, *np.nonzero(np.nan_to_num(steps))),
    )


def _moves(ranks: Floats, n_editions: int) -> pd.DataFrame:
    direction = np.sign(np.diff(ranks))
    known = np.isfinite(direction)
    starts = {name: known & (ranks[:, :-1] == rank) for rank, name in enumerate(CLASSES)}
    found = []
    for (name, inside), move in product({**starts, "all": known}.items(), _MOVES):
        events = (inside & (direction == _MOVES[move])).sum(axis=1)
        row = rate_row(name, events, inside.sum(axis=1), n_editions)
        if 0 < (n := row["n_opportunities"]) < FEWEST_TRANSITIONS:
            row |= dict.fromkeys(RATES, np.nan)
            row["refusal"] = f"{n} of {FEWEST_TRANSITIONS} transitions: counts only"
        found.append({"from_class": row.pop("name"), "move": move, **row})
    return pd.DataFrame(found)


def _events(matrix: Panel, rank: Floats, row: Ints, column: Ints) -> pd.DataFrame:
    old, new = rank[row, column].astype(int), rank[row, column + 1].astype(int)
    before, after = matrix.array[row, column], matrix.array[row, column + 1]
    up = new > old
    # Of several cuts crossed at once the last one decides the new class.
    crossed = np.asarray(CUTS)[np.where(up, new - 1, new)]
    toward = np.where(up, -PERTURBATION, PERTURBATION)
    events = {
        "country": np.array(matrix.countries, dtype=object)[row],
        "edition": np.array(matrix.editions)[column + 1],
        "from_class": np.array(CLASSES, dtype=object)[old],
        "to_class": np.array(CLASSES, dtype=object)[new],
        "direction": np.where(up, "up", "down"),
        "score_before": before,
        "score_after": after,
        "margin": np.abs(after - crossed),
        "fragile": (class_rank(after + toward) != new) | (class_rank(before - toward) != old),
    }
    return pd.DataFrame(events).sort_values(["edition", "country"], ignore_index=True)


def class_contrast_table(scores: pd.DataFrame, split: int) -> pd.DataFrame:
    """Return whether moves between classes were as frequent from edition `split` on as before.

    The difference is taken within countries; a chi-square on transitions would count the years of
    one country as independent. Table ``class_contrasts`` without the sample.

    Examples
    --------
    >>> from analysis import data
    >>> len(class_contrast_table(data.scores(), 2015))
    2
    """
    matrix = panel_matrix(scores, "democracy_score")
    step = np.diff(class_rank(matrix.array), axis=1)
    row, column = known = np.nonzero(np.isfinite(step))
    ways = {"down": step[known] < 0, "up": step[known] > 0}
    steps = pd.DataFrame({"country": row, "edition": np.array(matrix.editions)[column + 1], **ways})
    name = "rate of moving {} from {} on less before"
    return table(rate_contrast(steps, way, name.format(way, split), split)[0] for way in ways)


def moves(panel: pd.DataFrame) -> pd.DataFrame:
    """List every move between two complete country-editions one to three editions apart.

    Parameters
    ----------
    panel
        ``country``, ``edition``, ``category``, ``rating`` on ``7=best``.

    Returns
    -------
    Columns ``name`` (category, or DS for the Democracy Score), ``country``, ``edition`` (the
    later one), ``span`` (editions between), ``from_class`` (regime class at the start), ``change``.
    """
    cube = panel_cube(panel)
    whole = np.isfinite(cube.array).all(axis=1, keepdims=True)
    ratings = np.where(whole & (cube.variables == tuple(CATEGORIES)), cube.array, np.nan)
    scores = ratings.mean(axis=1)
    values = np.concatenate([ratings, scores[:, None]], axis=1)
    parts = []
    for span in SPANS:
        change = values[..., span:] - values[..., :-span]
        unit, variable, start = known = np.nonzero(np.isfinite(change))
        rank = class_rank(scores[unit, start]).astype(int)
        part = {
            "name": np.array([*CATEGORIES, SCORE], dtype=object)[variable],
            "country": np.array(cube.countries, dtype=object)[unit],
            "edition": np.array(cube.editions, dtype=int)[start + span],
            "span": span,
            "from_class": np.array(CLASSES, dtype=object)[rank],
            # A difference of scores is a multiple of 1/28 too, without the last bits of two floats.
            "change": exact_scores(pd.Series(change[known])),
        }
        parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)


def usual_changes(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the quantiles of past moves by measure, starting class and span.

    In the table ``usual_changes`` they are empty where there are fewer than `FEWEST_CHANGES` moves.

    Examples
    --------
    >>> from analysis import data
    >>> int(usual_changes(data.panel("Balkans")).set_index("name")["n_changes"].iloc[0])
    131
    """
    single = moves(panel)
    every = pd.concat([single, single[single["name"] != SCORE].assign(name=EVERY)])
    every = pd.concat([every, every.assign(from_class=EVERY)])
    keys = ["name", "from_class", "span"]
    groups = dict(iter(every.groupby(keys)))
    classes = (EVERY, *reversed(CLASSES))
    figures = [
        dict(zip(keys, key, strict=True)) | _quantiles(groups.get(key, every[:0]))
        for key in product((SCORE, EVERY, *CATEGORIES), classes, SPANS)
    ]
    return pd.DataFrame(figures, columns=list(columns("usual_changes")))


def _quantiles(group: pd.DataFrame) -> dict[str, Any]:
    change = group["change"].to_numpy(dtype=float)
    size = len(change)
    row: dict[str, Any] = {"n_changes": size, "n_countries": group["country"].nunique()}
    row |= {"sample": COMPLETE, "refusal": ""}
    if size < FEWEST_CHANGES:
        return row | {"refusal": f"{size} of the {FEWEST_CHANGES} changes needed for quantiles"}
    quantiles = np.quantile(change, [*QUANTILES.values()], method="inverted_cdf")
    row |= dict(zip(QUANTILES, quantiles, strict=True))
    row |= {"p_down": (change < 0).mean(), "p_stay": (change == 0).mean()}
    return row | {"p_up": (change > 0).mean(), "lowest": change.min(), "highest": change.max()}


def last_changes(panel: pd.DataFrame) -> pd.DataFrame:
    """Place every country's last change of score among all moves that began in the same class.

    In the table ``last_changes`` a country whose last two complete editions are more than three
    apart has no row.

    Examples
    --------
    >>> from analysis import data
    >>> len(last_changes(data.panel("Balkans")))
    7
    """
    scores = moves(panel).query("name == @SCORE")
    # The latest edition, and of the moves that end there the shortest.
    ordered = scores.sort_values(["country", "edition", "span"], ascending=[True, True, False])
    last = ordered.groupby("country").tail(1).assign(sample=COMPLETE)
    last = last.assign(first_edition=last["edition"] - last["span"], last_edition=last["edition"])
    among = []
    for row in rows(last):
        alike = scores[(scores["from_class"] == row.from_class) & (scores["span"] == row.span)]
        further = alike["change"] * np.sign(row.change) >= abs(row.change) - SAME
        as_far = further if row.change else alike["change"].abs() < SAME
        among.append((len(alike), alike["country"].nunique(), int(as_far.sum())))
    last[["n_changes", "n_countries", "n_as_far"]] = np.array(among, dtype=int).reshape(-1, 3)
    return last.reset_index(drop=True)[list(columns("last_changes"))]
