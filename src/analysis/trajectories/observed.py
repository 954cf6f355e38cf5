"""What is known and what happened: facts of the printed ratings, and what rounding leaves open.

Nothing here carries an interval over countries: a level, a step, a spell or a count is an observed
fact. A trend test on one country's series would find a trend in most driftless ratings, so none is
made.

Whether a rating is known depends on what it did: in country-editions of which not all seven ratings
are known, mostly those are whose change was printed. Rates of change and models of them therefore
rest on complete country-editions; what an estimate says of levels uses every exact score. Every
stored table names its sample in the column ``sample``.

Each rating is given in steps of a quarter point. If what was meant lies anywhere within half a step
of it, all positions alike and independent of each other, the score is off by the mean of seven such
errors, whose distribution is Irwin and Hall's: within 0.05 in 95 of 100 cases, never by more than
0.125. Chances of differences, classes and ranks follow from it without a draw. That other experts
would have rated otherwise is not in it.
"""

from __future__ import annotations

from math import comb, factorial
from typing import Final

import numpy as np
import pandas as pd

from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import CATEGORIES, REGIME_CLASSES, SAME
from analysis.statistics.arrays import Bools, Floats, Ints, matrices_by
from analysis.tables.schema import columns

ALL_SCORES: Final = "all scores"
"""Every country-edition whose Democracy Score is known exactly."""
ALL_RATINGS: Final = "all known ratings"
"""Every rating of the panel; of incomplete country-editions those whose change was printed."""
COMPLETE: Final = "complete country-editions"
"""Country-editions of which all seven ratings are known."""
SIMULATED: Final = "simulated panels"
"""Panels from the generator that is fitted to the ratings."""

CLASSES: Final = tuple(c.name for c in reversed(REGIME_CLASSES))
"""Least democratic first."""
CUTS: Final = (2.0, 3.0, 4.0, 5.0)
"""A class ends at its cut: a two-decimal score above it belongs to the next class."""

EVENTS: Final[dict[str, str]] = {
    "any": "rating changed",
    "down": "rating fell",
    "up": "rating rose",
    "large": "rating changed by half a point or more",
}

_STEP: Final = 0.25
_N: Final = len(CATEGORIES)
_CHANCES: Final = (np.arange(100) + 0.5) / 100


def complete_editions(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the ratings of the country-editions of which all seven are known.

    Parameters
    ----------
    panel
        ``country``, ``edition``, ``category``, ``rating``.

    Examples
    --------
    >>> from analysis import data
    >>> panel = data.panel("Balkans")
    >>> len(panel), len(complete_editions(panel))
    (967, 966)
    """
    n_known = panel.groupby(["country", "edition"])["rating"].transform("count")
    return panel[n_known == len(CATEGORIES)]


def describe_levels(
    series: pd.DataFrame,
    *,
    unit: str = "country",
    time: str = "edition",
    variable: str = "category",
    value: str = "rating",
) -> pd.DataFrame:
    """Describe net change, steps and spells of each unit's series of each variable.

    Parameters
    ----------
    series
        One row a unit, time and variable, without missing values.
    unit, time, variable, value
        Names of its columns.

    Returns
    -------
    pandas.DataFrame
        Table ``levels``, its first two columns named after `unit` and `variable`. Steps are taken
        between adjacent editions only, and values that differ across a gap are counted beside them;
        `largest_step` is the earliest where several tie, missing where there is none.

    Examples
    --------
    >>> from analysis import data
    >>> levels = describe_levels(data.panel("Visegrad"))
    >>> levels.shape
    (28, 14)
    """
    ordered = series.sort_values([unit, variable, time])
    rows = [
        {unit: key[0], variable: key[1]}
        | _describe(group[time].to_numpy(), group[value].to_numpy())
        for key, group in ordered.groupby([unit, variable], sort=True)
    ]
    return pd.DataFrame(rows, columns=[unit, variable, *columns("levels")[2:-1]])


def _describe(times: Ints, values: Floats) -> dict[str, object]:
    # Rounded, so that moves which are equal but for the last bit of a float are ties.
    moves = np.diff(values).round(9)
    adjacent = np.diff(times) == 1
    steps = np.where(adjacent, moves, 0.0)
    largest = int(np.abs(steps).argmax()) if steps.any() else None
    # Wherever a run of unchanged editions ends a new one starts: the starts are the cuts.
    starts = np.flatnonzero(np.r_[True, ~adjacent | (moves != 0), True])
    return {
        "first_edition": times[0],
        "last_edition": times[-1],
        "n_editions": len(times),
        "first": values[0],
        "last": values[-1],
        "net_change": values[-1] - values[0],
        "n_up": int((steps > 0).sum()),
        "n_down": int((steps < 0).sum()),
        "n_over_gaps": int((moves[~adjacent] != 0).sum()),
        "largest_step": np.nan if largest is None else steps[largest],
        "largest_step_edition": np.nan if largest is None else times[largest + 1],
        "longest_unchanged": int(np.diff(starts).max()),
    }


def event_of(changes: Floats, event: str) -> Bools:
    """Tell which known changes are the event; False where unknown.

    Raises
    ------
    ParameterError
        If the event is not one of `EVENTS`.
    """
    known = np.nan_to_num(changes)
    if event == "any":
        return np.abs(known) > SAME
    if event == "large":
        return np.abs(known) >= 0.5 - SAME
    if event not in EVENTS:
        raise ParameterError(f"expected an event of {', '.join(EVENTS)}, found {event!r}")
    return known > SAME if event == "up" else known < -SAME


def annual_changes(panel: pd.DataFrame) -> pd.DataFrame:
    """List every change between adjacent editions, zeros included.

    Returns
    -------
    Columns ``country``, ``category``, ``edition`` (the later one), ``level`` (before), ``change``,
    ``previous_change`` (of the year before, empty where unknown), and one of each of `EVENTS`.
    """
    parts = []
    for name, matrix in matrices_by(panel, "category", "rating").items():
        steps = matrix.changes
        row, column = np.nonzero(np.isfinite(steps))
        before = np.pad(steps[:, :-1], ((0, 0), (1, 0)), constant_values=np.nan)
        part = {
            "country": np.array(matrix.countries, dtype=object)[row],
            "category": name,
            "edition": np.array(matrix.editions)[column + 1],
            "level": matrix.array[row, column],
            "change": steps[row, column],
            "previous_change": before[row, column],
        }
        parts.append(pd.DataFrame(part))
    changes = pd.concat(parts, ignore_index=True)
    known = changes["change"].to_numpy(dtype=float)
    return changes.assign(**{event: event_of(known, event) for event in EVENTS})


def class_rank(score: Floats) -> Floats:
    """Return the number of cuts below each two-decimal score; NaN where unknown."""
    two_decimals = np.floor(score * 100 + 0.5 + 1e-6) / 100
    rank: Floats = (two_decimals[..., None] > np.asarray(CUTS) + 1e-6).sum(axis=-1).astype(float)
    return np.where(np.isfinite(score), rank, np.nan)


def sum_of_uniforms(x: Floats | float, n: int) -> Floats:
    """Return the chance that `n` independent numbers between 0 and 1 add up to at most `x`."""
    inside = np.clip(np.asarray(x, dtype=float), 0, n)
    terms = [(-1) ** k * comb(n, k) * np.maximum(inside - k, 0) ** n for k in range(n + 1)]
    return np.asarray(sum(terms) / factorial(n))


def chance_above(score: Floats | float, cut: Floats | float) -> Floats:
    """Return the chance that a score without rounding lies above a fixed value."""
    return 1 - sum_of_uniforms((np.asarray(cut) - score) * _N / _STEP + _N / 2, _N)


def chance_higher(one: Floats | float, other: Floats | float) -> Floats:
    """Return the chance that the first of two scores is the higher one without rounding."""
    return sum_of_uniforms((np.asarray(one) - other) * _N / _STEP + _N, 2 * _N)


def class_chance(scores: Floats) -> Floats:
    """Return the chance that scores without rounding are in the class of those with it."""
    # A class ends at its cut rounded to two decimals.
    ends = np.r_[-np.inf, np.array(CUTS) + 0.005, np.inf]
    inside = class_rank(scores).astype(int)
    return chance_above(scores, ends[inside]) - chance_above(scores, ends[inside + 1])


def possible_ranks(scores: Floats, of: slice = slice(None)) -> Ints:
    """Return the central 95 % of the ranks that scores can have among several without rounding.

    Given what rounding did to one score, the others lie above it independently of each other; the
    chances of so many above are added up over equally likely errors of the one.

    Parameters
    ----------
    scores
        All scores of an edition, 7 as the most democratic.
    of
        Positions of those whose ranks are wanted.

    Returns
    -------
    One row a wanted score: the best and the worst rank; 1 is the most democratic.
    """
    error = np.linspace(-_STEP / 2, _STEP / 2, 4001)
    beyond = chance_above(0.0, error)
    likely = np.interp(_CHANCES, 1 - beyond, error)
    places = np.arange(len(scores))[of]
    above = np.interp((scores[of, None] + likely)[..., None] - scores, error, beyond)
    above[np.arange(len(places)), :, places] = 0
    n_above = np.zeros_like(above)
    n_above[..., 0] = 1
    for chance in np.moveaxis(above, -1, 0)[..., None]:
        n_above = n_above * (1 - chance) + np.roll(n_above, 1, axis=-1) * chance
    so_far = n_above.mean(axis=1).cumsum(axis=-1)
    return np.stack([(so_far < end).sum(axis=-1) for end in (0.025, 0.975)], axis=-1) + 1


def rounding_table(scores: pd.DataFrame) -> pd.DataFrame:
    """Return for every score which ranks rounding allows, and how sure its class is.

    Parameters
    ----------
    scores
        ``country``, ``edition``, ``democracy_score`` on ``7=best``.

    Returns
    -------
    Table ``rounding`` without the sample. Each range holds the rank in 95 of 100 cases; rank 1 is
    the most democratic, and equal scores share the better rank.

    Examples
    --------
    >>> from analysis import data
    >>> len(rounding_table(data.scores("Visegrad")))
    80
    """
    table = scores.sort_values(["country", "edition"], ignore_index=True)
    of_edition = table.groupby("edition")["democracy_score"]
    ranges = np.empty((len(table), 2), dtype=int)
    for _, score in of_edition:
        ranges[score.index] = possible_ranks(score.to_numpy(float))
    return table.assign(
        score=table["democracy_score"],
        rank=of_edition.rank(method="min", ascending=False).astype(int),
        best_rank=ranges[:, 0],
        worst_rank=ranges[:, 1],
        p_class=class_chance(table["democracy_score"].to_numpy(float)),
        n_countries=of_edition.transform("size"),
    )[list(columns("rounding")[:-1])]
