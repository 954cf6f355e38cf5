"""The association of categories under every choice that a reader would really make.

Each headline is computed over a grid declared before looking: which country-editions, from when to
when, which countries, which correlation, how weighted, on which scale. There is no p-value over the
grid: its range, the share with the same sign and the choice that moves it most are the result.
Leaving out one country is no such choice; what that does is a range of its own, `left_out`. The
average trend has its own grid, `analysis.trajectories.contrasts`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations, product
from typing import Final

import numpy as np
import pandas as pd

from analysis.correlations.cross_products import LEVELS, correlations, pairs_of, scaled
from analysis.settings.choices import ASSOCIATION_CHOICES, TENTH, declared
from analysis.statistics.arrays import Floats, Panel, complete_cube, require_columns
from analysis.statistics.estimates import counted
from analysis.statistics.group_data import in_window
from analysis.tables.schema import columns

LEAST_COUNTRIES: Final = 6
CHOICES: Final = ("sample", "window", "countries", "estimator", "weighting", "scale")
PAIRWISE: Final = "ratings of the pair"
_KINDS: Final = {"points": "Pearson", "ranks": "Spearman"}


def multiverse(
    wide: pd.DataFrame,
    variables: Sequence[str],
    groups: Mapping[str, Collection[str]],
    completed: Sequence[pd.DataFrame] = (),
) -> pd.DataFrame:
    """Compute every headline under every choice of the grid: the table ``multiverse``.

    The choice fixed in advance has the figure that the table ``correlations`` gives.

    Parameters
    ----------
    wide, variables
        As in `analysis.statistics.arrays.complete_cube`.
    groups
        Sets of countries of the grid in ``data/raw/settings.yml``, and their members.
    completed
        Panels as `wide` without a gap, for means over them; without any no such sample.

    Examples
    --------
    >>> from analysis import data
    >>> codes = ["NDG", "EP", "CS", "IM"]
    >>> ratings = data.country_editions().dropna(subset=codes)
    >>> groups = dict.fromkeys(declared().multiverse.countries, set(ratings["country"]))
    >>> choices = multiverse(ratings, codes, groups)
    >>> choices.query("chosen == 1").set_index("headline")["estimate"].round(2).to_dict()
    {'association': 0.56, 'gap': 0.4}
    """
    require_columns(wide, "country", "edition", *variables)
    grid = declared().multiverse
    names, pairs = list(variables), list(combinations(variables, 2))
    members, tables = [groups[name] for name in grid.countries], []
    for sample, window, scale in product(grid.samples, grid.windows, grid.scales):
        panels = completed if sample == TENTH else [wide]
        frames = [in_window(panel, window) for panel in panels]
        sets = pairs if sample == PAIRWISE else [names]
        cubes = [[_cube(frame, chosen, _KINDS[scale]) for chosen in sets] for frame in frames]
        if not cubes:
            continue
        choices = {"sample": sample, "window": window, "scale": scale}
        for estimator, weighting in product(grid.estimators, grid.weightings):
            each = [_medians(one, estimator, weighting, members) for one in cubes]
            figures = {name: np.mean([one[name] for one in each], axis=0) for name in each[0]}
            choices |= {"estimator": estimator, "weighting": weighting}
            tables.append(pd.DataFrame(figures).assign(countries=grid.countries, **choices))
    sizes = ["n_countries", "n_rows"]
    table = pd.concat(tables, ignore_index=True).astype(dict.fromkeys(sizes, int))
    table = table.melt(
        [*CHOICES, *sizes], list(grid.headlines), "headline", "estimate", ignore_index=False
    )
    table = table.sort_index(kind="stable").reset_index(drop=True)
    few = table["n_countries"] < LEAST_COUNTRIES
    still = table["estimate"].isna()
    told = [counted(n, "country", "countries") for n in table["n_countries"]]
    reason = "not estimable from " + pd.Series(told, dtype=object)
    fixed = pd.Series([first for first, *_ in ASSOCIATION_CHOICES.values()], list(CHOICES))
    table = table.assign(
        estimate=table["estimate"].mask(few),
        chosen=(table[list(CHOICES)] == fixed).all(axis="columns").astype(int),
        refusal=reason.where(few, "").mask(still & ~few, "not estimable: a category never moved"),
    )
    return table[list(columns("multiverse"))]


def left_out(wide: pd.DataFrame, variables: Sequence[str], level: str = "two_way") -> pd.Series:
    """Return the median correlation of all pairs without each country: country -> median.

    Examples
    --------
    >>> from analysis import data
    >>> ratings, codes = data.country_editions(), ["NDG", "EP", "CS", "IM"]
    >>> left_out(ratings, codes, "within").round(2).nlargest(1).to_dict()
    {'Czech Republic': 0.66}
    """
    cube = complete_cube(wide, variables)
    r = correlations(LEVELS[level](cube.array).without_each(), *pairs_of(len(cube.variables)))
    return pd.Series(np.median(r, axis=-1), index=list(cube.countries), name="median_r")


def _cube(frame: pd.DataFrame, chosen: Sequence[str], kind: str) -> Panel:
    """Return the rows of which all chosen variables are known; only they are ranked."""
    return complete_cube(scaled(frame.dropna(subset=list(chosen)), chosen, kind), chosen)


def _medians(
    cubes: Sequence[Panel], level: str, weighting: str, sets: Sequence[Collection[str]]
) -> dict[str, Floats]:
    """Return association, gap and sizes for each set of countries, the pairs over all cubes."""
    own, apart, units, rows = [], [], [], []
    for cube in cubes:
        pairs = pairs_of(len(cube.variables))
        counts = np.isfinite(cube.array[:, 0]).sum(axis=-1)
        inside = np.array([np.isin(cube.countries, list(members)) for members in sets], dtype=float)
        weights = inside / np.maximum(counts, 1) if weighting == "countries" else inside
        own.append(correlations(LEVELS[level](cube.array).total(weights), *pairs))
        apart.append(correlations(LEVELS["between"](cube.array).total(inside), *pairs))
        units.append(inside.sum(axis=1))
        rows.append(inside @ counts)
    association = np.median(np.concatenate(own, axis=-1), axis=-1)
    return {
        "association": association,
        "gap": np.median(np.concatenate(apart, axis=-1), axis=-1) - association,
        "n_countries": np.min(units, axis=0),
        "n_rows": np.min(rows, axis=0),
    }


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Summarise a multiverse: one row a headline that is estimable under any choice.

    Beside its own ``estimate`` that over the grid; ``same_sign`` is the share of choices with the
    sign of the median, ``most_influential`` the choice whose alternatives' medians lie furthest
    apart, by ``moves_by``.
    """
    rows = []
    for name, meaning in declared().multiverse.headlines.items():
        of_headline = table[table["headline"] == name]
        known = of_headline.dropna(subset=["estimate"])
        if known.empty:
            continue
        value = known["estimate"].astype(float)
        moves = pd.Series({c: np.ptp(value.groupby(known[c]).median().to_numpy()) for c in CHOICES})
        rows.append(
            {
                "headline": name,
                "meaning": meaning,
                "estimate": value[known["chosen"] == 1].max(),
                "median": value.median(),
                "lowest": value.min(),
                "highest": value.max(),
                "same_sign": float((np.sign(value) == np.sign(value.median())).mean()),
                "n_choices": len(known),
                "n_refused": len(of_headline) - len(known),
                "most_influential": moves.idxmax(),
                "moves_by": moves.max(),
            }
        )
    return pd.DataFrame(rows)
