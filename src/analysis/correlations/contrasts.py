"""Two correlations compared: between countries against within, or one pair against another.

Intervals that overlap do not show that two correlations agree, since both rest on the same
countries; the difference has an interval of its own. Within countries each edition's mean is taken
off as well, so that a drift that all countries share is no association.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.correlations.cross_products import (
    LEVELS,
    SAMPLE,
    check_level,
    correlations,
    pairs_of,
)
from analysis.correlations.decomposition import LEAST_UNITS_BETWEEN
from analysis.correlations.intervals import LEAST_EFFECTIVE, jackknifed_difference, too_few
from analysis.statistics.arrays import Cube, Ints, complete_cube
from analysis.statistics.estimates import Estimate, refused, t_estimate
from analysis.statistics.multiplicity import adjusted
from analysis.tables.schema import columns

METHOD = "difference of z, country jackknife"
Side = tuple[str, tuple[Ints, Ints]]
"""A level, and first and second index of each pair."""


def level_contrasts(
    wide: pd.DataFrame,
    variables: Sequence[str],
    one: str = "between",
    other: str = "two_way",
    *,
    unit: str = "country",
    time: str = "edition",
) -> pd.DataFrame:
    """Compare the levels `one` and `other` of each pair of variables.

    Returns
    -------
    Table ``level_contrasts``: both correlations, the difference of Fisher's z, and its p-value
    adjusted in the family of that name.

    Examples
    --------
    >>> from analysis import data
    >>> codes = ["NDG", "EP", "CS", "IM"]
    >>> ratings = data.country_editions().dropna(subset=codes)
    >>> level_contrasts(ratings, codes)["name"][0]
    'between NDG-EP less two_way NDG-EP'
    """
    cube = complete_cube(wide, variables, unit=unit, time=time)
    pairs = pairs_of(len(variables))
    fields = pd.DataFrame([e.row() for e in _compared(cube, (one, pairs), (other, pairs))])
    table = fields.assign(
        x=[variables[i] for i in pairs[0]],
        y=[variables[j] for j in pairs[1]],
        one=one,
        other=other,
        r_one=correlations(LEVELS[one](cube.array).total(), *pairs),
        r_other=correlations(LEVELS[other](cube.array).total(), *pairs),
        sample=SAMPLE,
    )
    return adjusted(table, "level_contrasts")[list(columns("level_contrasts"))]


def pair_contrast(
    wide: pd.DataFrame,
    one: tuple[str, str],
    other: tuple[str, str],
    level: str = "two_way",
    *,
    unit: str = "country",
    time: str = "edition",
) -> Estimate:
    """Compare two pairs of variables on one level: Fisher's z of `one` less that of `other`.

    Examples
    --------
    >>> from analysis import data
    >>> codes = ["NDG", "EP", "CS", "IM"]
    >>> ratings = data.country_editions().dropna(subset=codes)
    >>> pair_contrast(ratings, ("NDG", "EP"), ("NDG", "IM")).n_countries
    29
    """
    variables = list(dict.fromkeys([*one, *other]))
    cube = complete_cube(wide, variables, unit=unit, time=time)
    sides = [
        (level, (np.array([variables.index(pair[0])]), np.array([variables.index(pair[1])])))
        for pair in (one, other)
    ]
    return _compared(cube, *sides)[0]


def _compared(cube: Cube, one: Side, other: Side) -> list[Estimate]:
    for level, _ in (one, other):
        check_level(level)
    difference, error, df = jackknifed_difference(
        LEVELS[one[0]](cube.array), LEVELS[other[0]](cube.array), one[1], other[1]
    )
    n_units = len(cube.units)
    size: dict[str, Any] = {
        "countries": n_units,
        "editions": len(cube.times),
        "n": cube.n_rows,
    }
    estimates = []
    for i, (a, b, c, d) in enumerate(zip(*one[1], *other[1], strict=True)):
        v = cube.variables
        name = f"{one[0]} {v[a]}-{v[b]} less {other[0]} {v[c]}-{v[d]}"
        reason = ""
        if n_units < LEAST_UNITS_BETWEEN:
            reason = f"only {n_units} units"
        elif not np.isfinite(difference[i]):
            reason = "one of the correlations is not estimable or at its bound"
        elif df[i] + 1 < LEAST_EFFECTIVE:
            reason = too_few(df[i] + 1)
        if reason:
            estimates.append(refused(name, METHOD, reason, **size))
            continue
        numbers = (float(difference[i]), float(error[i]), float(df[i]))
        estimates.append(t_estimate(name, *numbers, METHOD, **size))
    return estimates
