"""Headlines under every defensible choice, declared before looking, instead of one that suits.

Each headline is computed over the whole grid of choices: from which edition, which countries, by
which estimator, how weighted, on which scale. There is no p-value over the grid: its median, range,
the share of choices with the same sign and the choice that moves it most are the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from analysis.correlations import cross_products as levels
from analysis.correlations.cross_products import complete_cells, correlations, pairs_of
from analysis.settings.choices import PERIODS, SETS, UNITS, Multiverse, declared
from analysis.statistics.arrays import Cube, Floats, complete_cube
from analysis.tables.schema import columns

LEAST_EDITIONS: Final = 3
LEAST_COUNTRIES: Final = 6

CHOICES: Final = ("period", "countries", "estimator", "weighting", "scale")


def multiverse(
    wide: pd.DataFrame,
    variables: Sequence[str],
    members: Sequence[str],
    *,
    unit: str = "country",
    time: str = "edition",
) -> pd.DataFrame:
    """Compute every headline under every choice of the grid.

    Parameters
    ----------
    wide, variables, unit, time
        As in `analysis.correlations.decomposition.complete_cube`; the score is the mean of the
        variables.
    members
        Countries that are members of the EU.

    Returns
    -------
    pandas.DataFrame
        Table ``multiverse``; ``chosen`` is 1 for the choice fixed in advance. Empty estimates have
        a ``refusal``.
    """
    cube = complete_cube(wide, variables, unit=unit, time=time)
    grid = declared().multiverse
    sets = country_sets(cube.units, members)
    chosen = {name: sets[name] for name in sets if name in grid.countries or name not in SETS}
    rows = [
        row
        for period, scale in product(grid.periods, grid.scales)
        for row in _of_panel(_scaled(_cut(cube, period), scale), period, scale, chosen, grid)
    ]
    table = pd.DataFrame(rows, columns=["headline", *CHOICES, "estimate", *_COUNTS, "refusal"])
    fixed = pd.DataFrame(
        [(h.name, *h.chosen) for h in grid.headlines.values()], columns=["headline", *CHOICES]
    )
    marked = table.merge(fixed.assign(chosen=1), "left", ["headline", *CHOICES])
    return marked.assign(chosen=marked["chosen"].fillna(0).astype(int))[list(columns("multiverse"))]


_COUNTS: Final = ("n_countries", "n_rows")
Sets = dict[str, Floats]
Row = tuple[str, str, str, str, str, str, float | None, int, int, str]


def country_sets(units: Sequence[str], members: Sequence[str]) -> Sets:
    """Return the sets of countries of the grid as weights of 0 or 1."""
    inside = np.isin(list(units), list(members)).astype(float)
    sets = dict(zip(SETS, (np.ones(len(units)), inside, 1 - inside), strict=True))
    for i, name in enumerate(units):
        sets[f"without {name}"] = 1.0 - (np.arange(len(units)) == i)
    return sets


def first_full_edition(cube: Cube) -> int:
    """Return the first edition in which as many countries are complete as ever."""
    counts = complete_cells(cube.array).sum(axis=0)
    return int(np.argmax(counts)) if counts.size else 0


def _cut(cube: Cube, period: str) -> Floats:
    start = {
        PERIODS[0]: 0,
        PERIODS[1]: first_full_edition(cube),
        PERIODS[2]: max(cube.array.shape[-1] - 10, 0),
    }[period]
    return cube.array[..., start:]


def _scaled(ratings: Floats, scale: str) -> Floats:
    """Replace ratings by their ranks in their category, spread over the same 1 to 7 points."""
    if scale == UNITS[0]:
        return ratings
    by_category = np.swapaxes(ratings, 0, 1).reshape(ratings.shape[1], -1)
    ranks = stats.rankdata(by_category, axis=1, nan_policy="omit")
    known = np.maximum(np.isfinite(by_category).sum(axis=1, keepdims=True), 1)
    spread = 1 + 6 * (ranks - 0.5) / known
    back: Floats = np.swapaxes(
        spread.reshape(ratings.shape[1], ratings.shape[0], ratings.shape[2]), 0, 1
    )
    return back


def _of_panel(
    ratings: Floats, period: str, scale: str, sets: Sets, grid: Multiverse
) -> Iterator[Row]:
    names, chosen = list(sets), np.array(list(sets.values()))
    counts = complete_cells(ratings).sum(axis=-1)
    usable = counts >= LEAST_EDITIONS
    chosen = chosen * usable
    n_countries, n_rows = chosen.sum(axis=1).astype(int), (chosen @ counts).astype(int)
    shares = {
        "countries": chosen / np.maximum(counts, 1),
        "country-editions": chosen,
    }
    for headline, estimator in ((h, e) for h in grid.headlines.values() for e in h.estimators):
        for weighting in grid.weightings:
            if headline.name == "trend":
                weights = chosen if weighting == "countries" else chosen * counts
                values = _mean_trend(ratings, estimator, weights)
            else:
                values = _association(ratings, estimator, shares[weighting], headline.name)
            for i, name in enumerate(names):
                value: float | None = float(values[i])
                refusal = ""
                if n_countries[i] < LEAST_COUNTRIES or not np.isfinite(values[i]):
                    value, refusal = None, f"not estimable from {n_countries[i]} countries"
                yield (
                    headline.name,
                    *(period, name, estimator, weighting, scale),
                    value,
                    int(n_countries[i]),
                    int(n_rows[i]),
                    refusal,
                )


def _association(ratings: Floats, estimator: str, weights: Floats, headline: str) -> Floats:
    first, second = pairs_of(ratings.shape[1])
    own = correlations(levels.LEVELS[estimator](ratings).total(weights), first, second)
    median = np.median(own, axis=-1)
    if headline == "association":
        return median
    products = levels.between(ratings)
    apart = correlations(products.total(np.sign(weights)), first, second)
    return np.asarray(np.median(apart, axis=-1) - median)


def _mean_trend(ratings: Floats, estimator: str, weights: Floats) -> Floats:
    """Return weighted means of the countries' trends of the mean rating, per decade."""
    slopes = np.array([_slope(series, estimator) for series in ratings.mean(axis=1)])
    known = np.isfinite(slopes)
    return np.asarray(
        (weights[:, known] @ slopes[known]) / np.maximum(weights[:, known].sum(axis=1), 1e-12)
    )


def _slope(series: Floats, estimator: str) -> float:
    when = np.flatnonzero(np.isfinite(series))
    if len(when) < LEAST_EDITIONS:
        return float("nan")
    values = series[when]
    if estimator == "net change":
        return float(10 * (values[-1] - values[0]) / (when[-1] - when[0]))
    if estimator == "Theil-Sen":
        return float(10 * stats.theilslopes(values, when, method="separate")[0])
    return float(10 * np.polyfit(when, values, 1)[0])


SUMMARY_COLUMNS: Final = (
    "headline",
    "meaning",
    "estimate",
    "median",
    "lowest",
    "highest",
    "same_sign",
    "n_choices",
    "n_refused",
    "most_influential",
    "moves_by",
)


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Summarise a multiverse: one row a headline.

    Returns
    -------
    `SUMMARY_COLUMNS`: the headline's own ``estimate``; median and range over the grid;
    ``same_sign``, the share of choices with the sign of the median; and the choice whose
    alternatives' medians lie furthest apart, with that distance ``moves_by``.
    """
    rows = []
    for headline in declared().multiverse.headlines.values():
        own = table[table["headline"] == headline.name]
        known = own.dropna(subset=["estimate"])
        if known.empty:
            continue
        value = known["estimate"].astype(float)
        moves = {
            choice: float(np.ptp(value.groupby(known[choice]).median().to_numpy()))
            for choice in CHOICES
        }
        most = max(moves, key=lambda choice: moves[choice])
        fixed = known.loc[known["chosen"] == 1, "estimate"]
        rows.append(
            (
                headline.name,
                headline.meaning,
                float(fixed.iloc[0]) if len(fixed) else None,
                float(value.median()),
                float(value.min()),
                float(value.max()),
                float((np.sign(value) == np.sign(value.median())).mean()),
                len(known),
                len(own) - len(known),
                most,
                moves[most],
            )
        )
    return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))
