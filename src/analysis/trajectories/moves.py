"""Moves between regime classes, and how far scores and ratings moved so far.

Class changes are rare (one or two in a hundred country-years), so every event is listed by name,
rates get intervals only over countries, and nothing is projected: no stationary distribution.

A closed series is not forecast either. What it can give is a yardstick for "is this change
unusual?": the distribution of all moves over one, two and three editions, by the regime class in
which they began. Only complete country-editions enter: where but some of the seven ratings are
known, mostly those are whose change was printed.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from analysis.facts.rating_system import (
    CATEGORIES,
    EVERY,
    REGIME_CLASSES,
    SAME,
    SCORE,
    SCORE_PARTS,
    exact_scores,
    regime_class,
)
from analysis.statistics.arrays import Bools, Floats, Ints, PanelMatrix, panel_matrix
from analysis.statistics.estimates import mean_of_countries, table
from analysis.tables.schema import columns
from analysis.tables.stored import rows
from analysis.trajectories.change_rates import RATES, rate_row
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
    """Moves between classes of adjacent editions.

    Tables ``class_matrix``, ``class_moves`` and ``class_events`` without the sample. Rates of a
    class with fewer than 30 opportunities are withheld, and a move that vanishes if a score is off
    by 0.02 is ``fragile``.
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
    before, after = rank[:, :-1], rank[:, 1:]
    known = np.isfinite(before) & np.isfinite(after)
    return Transitions(
        matrix=_matrix(before[known].astype(int), after[known].astype(int)),
        moves=_moves(before, after, known, len(matrix.editions)),
        events=_events(matrix, rank, *np.nonzero(known & (before != after))),
    )


def _matrix(before: Ints, after: Ints) -> pd.DataFrame:
    counts = np.zeros((len(CLASSES), len(CLASSES)), dtype=int)
    np.add.at(counts, (before, after), 1)
    pairs = pd.MultiIndex.from_product([CLASSES, CLASSES], names=["from_class", "to_class"])
    opportunities = counts.sum(axis=1).repeat(len(CLASSES))
    cells = {"count": counts.ravel(), "opportunities": opportunities}
    return pd.DataFrame(cells, index=pairs).reset_index()


def _moves(before: Floats, after: Floats, known: Bools, n_editions: int) -> pd.DataFrame:
    direction = np.sign(np.nan_to_num(after) - np.nan_to_num(before))
    starts = {name: known & (before == rank) for rank, name in enumerate(CLASSES)}
    found = []
    for (name, inside), move in product({**starts, "all": known}.items(), _MOVES):
        events = (inside & (direction == _MOVES[move])).sum(axis=1).astype(float)
        row = rate_row(name, events, inside.sum(axis=1).astype(float), n_editions)
        if 0 < row["n_opportunities"] < FEWEST_TRANSITIONS:
            row |= dict.fromkeys(RATES)
            few = f"{row['n_opportunities']} of {FEWEST_TRANSITIONS}"
            row["refusal"] = f"{few} transitions: counts only"
        found.append({"from_class": row.pop("name"), "move": move, **row})
    return pd.DataFrame(found)


def _events(matrix: PanelMatrix, rank: Floats, row: Ints, column: Ints) -> pd.DataFrame:
    old, new = rank[row, column].astype(int), rank[row, column + 1].astype(int)
    before, after = matrix.array[row, column], matrix.array[row, column + 1]
    up = new > old
    # Of several cuts crossed at once the last one decides the new class.
    crossed = np.asarray(CUTS)[np.where(up, new - 1, new)]
    toward = np.where(up, -PERTURBATION, PERTURBATION)
    events = pd.DataFrame(
        {
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
    )
    return events.sort_values(["edition", "country"]).reset_index(drop=True)


def class_contrast_table(scores: pd.DataFrame, split: int) -> pd.DataFrame:
    """Return whether moves between classes were as frequent from edition `split` on as before.

    The difference is taken within countries; a chi-square on transitions would count the years of
    one country as independent.

    Returns
    -------
    Table ``class_contrasts`` without the sample, one row for moves down and one for moves up.

    Examples
    --------
    >>> from analysis import data
    >>> len(class_contrast_table(data.scores(), 2015))
    2
    """
    matrix = panel_matrix(scores, "democracy_score")
    step = np.diff(class_rank(matrix.array), axis=1)
    known = np.isfinite(step)
    late = np.array(matrix.editions[1:]) >= split
    n_early, n_late = known[:, ~late].sum(axis=1), known[:, late].sum(axis=1)
    both = (n_early > 0) & (n_late > 0)
    estimates = []
    for direction in ("down", "up"):
        event = known & (np.sign(np.nan_to_num(step)) == _MOVES[direction])
        after = event[:, late].sum(axis=1) / np.where(both, n_late, np.nan)
        estimates.append(
            mean_of_countries(
                f"rate of moving {direction} from {split} on less before",
                after - event[:, ~late].sum(axis=1) / np.where(both, n_early, np.nan),
                "paired country-level t",
                editions=len(matrix.editions),
                n=int(known.sum()),
            )
        )
    return table(estimates)


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
    ratings = panel.pivot(index=["country", "edition"], columns="category", values="rating")
    values = ratings.reindex(columns=list(CATEGORIES)).dropna()
    values[SCORE] = values.mean(axis=1)
    classes = [regime_class(Fraction(s).limit_denominator(SCORE_PARTS)).name for s in values[SCORE]]
    key = ["country", "edition"]
    ends = values.reset_index().melt(key, var_name="name", value_name="end")
    starts = values.assign(from_class=classes).reset_index()
    starts = starts.melt([*key, "from_class"], var_name="name", value_name="start")
    pairs = pd.concat(
        [
            starts.assign(edition=starts["edition"] + span, span=span).merge(
                ends, on=["country", "edition", "name"]
            )
            for span in SPANS
        ]
    )
    # A difference of scores is a multiple of 1/28 too, without the last bits of two floats.
    return pairs.assign(change=exact_scores(pairs["end"] - pairs["start"]))[
        ["name", "country", "edition", "span", "from_class", "change"]
    ]


def usual_changes(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the quantiles of past moves by measure, starting class and span.

    Returns
    -------
    Table ``usual_changes``; figures are empty where there are fewer than `FEWEST_CHANGES` moves.

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
    classes = (EVERY, *(regime.name for regime in REGIME_CLASSES))
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
    signs = {"p_down": -1, "p_stay": 0, "p_up": 1}
    quantiles = np.quantile(change, [*QUANTILES.values()], method="inverted_cdf")
    return (
        row
        | {name: (np.sign(change) == sign).mean() for name, sign in signs.items()}
        | dict(zip(QUANTILES, quantiles, strict=True))
        | {"lowest": change.min(), "highest": change.max()}
    )


def last_changes(panel: pd.DataFrame) -> pd.DataFrame:
    """Place every country's last change of score among all moves that began in the same class.

    Returns
    -------
    Table ``last_changes``. A country whose last two complete editions are more than three apart has
    no row.

    Examples
    --------
    >>> from analysis import data
    >>> len(last_changes(data.panel("Balkans")))
    7
    """
    scores = moves(panel)
    scores = scores[scores["name"] == SCORE]
    latest_first = scores.sort_values(["edition", "span"], ascending=[False, True], kind="stable")
    last = latest_first.groupby("country").head(1).sort_values("country", kind="stable")
    last = last.assign(
        first_edition=last["edition"] - last["span"], last_edition=last["edition"], sample=COMPLETE
    )
    among = []
    for row in rows(last):
        alike = scores[(scores["from_class"] == row.from_class) & (scores["span"] == row.span)]
        further = alike["change"] * np.sign(row.change) >= abs(row.change) - SAME
        as_far = further if row.change else alike["change"].abs() < SAME
        among.append((len(alike), alike["country"].nunique(), int(as_far.sum())))
    last[["n_changes", "n_countries", "n_as_far"]] = np.array(among, dtype=int).reshape(-1, 3)
    return last.reset_index(drop=True)[list(columns("last_changes"))]
