"""Two correlations compared: between countries against within, or one pair against another.

Intervals that overlap do not show that two correlations agree, since both rest on the same
countries; the difference has an interval of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.correlations import cross_products as levels
from analysis.correlations.cross_products import correlations, pairs_of
from analysis.correlations.decomposition import LEAST_UNITS_BETWEEN
from analysis.correlations.intervals import LEAST_EFFECTIVE, jackknifed_difference
from analysis.facts.errors import ParameterError
from analysis.statistics.arrays import Cube, Ints, complete_cube
from analysis.statistics.estimates import Estimate, refused, t_estimate
from analysis.statistics.multiplicity import adjusted

METHOD = "difference of z, country jackknife"


def level_contrasts(
    wide: pd.DataFrame,
    variables: Sequence[str],
    one: str = "between",
    other: str = "within",
    *,
    unit: str = "country",
    time: str = "edition",
) -> pd.DataFrame:
    """Compare the levels `one` and `other` of each pair of variables.

    Returns
    -------
    One row a pair: ``x``, ``y``, ``one``, ``other`` (names of levels), ``r_one``, ``r_other``,
    the fields of `analysis.statistics.estimates.Estimate` (difference of Fisher's z) and of
    `analysis.statistics.multiplicity.adjusted` in the family ``level_contrasts``.
    """
    cube = complete_cube(wide, variables, unit=unit, time=time)
    first, second = pairs_of(len(variables))
    pairs = (first, second)
    r = {
        level: correlations(_products(cube, level).total(), first, second) for level in (one, other)
    }
    table = pd.DataFrame(
        {
            "x": [variables[i] for i in first],
            "y": [variables[j] for j in second],
            "one": one,
            "other": other,
            "r_one": r[one],
            "r_other": r[other],
        }
    )
    estimates = _compared(cube, (one, pairs), (other, pairs))
    fields = pd.DataFrame([estimate.row() for estimate in estimates])
    return adjusted(table.join(fields), "level_contrasts")


def pair_contrast(
    wide: pd.DataFrame,
    one: tuple[str, str],
    other: tuple[str, str],
    level: str = "within",
    *,
    unit: str = "country",
    time: str = "edition",
) -> Estimate:
    """Compare two pairs of variables on one level: Fisher's z of `one` less that of `other`."""
    variables = list(dict.fromkeys([*one, *other]))
    cube = complete_cube(wide, variables, unit=unit, time=time)

    def places(pair: tuple[str, str]) -> tuple[Ints, Ints]:
        return np.array([variables.index(pair[0])]), np.array([variables.index(pair[1])])

    return _compared(cube, (level, places(one)), (level, places(other)))[0]


def _products(cube: Cube, level: str) -> levels.Products:
    if level not in levels.LEVELS:
        raise ParameterError(f"unknown level {level!r}; there are {', '.join(levels.LEVELS)}")
    return levels.LEVELS[level](cube.array)


Side = tuple[str, tuple[Ints, Ints]]


def _compared(cube: Cube, one: Side, other: Side) -> list[Estimate]:
    difference, error, df = jackknifed_difference(
        _products(cube, one[0]), _products(cube, other[0]), one[1], other[1]
    )
    size: dict[str, Any] = {
        "countries": len(cube.units),
        "editions": len(cube.times),
        "n": cube.n_rows,
    }
    estimates = []
    for i, (a, b) in enumerate(zip(*one[1], strict=True)):
        c, d = other[1][0][i], other[1][1][i]
        v = cube.variables
        name = f"{one[0]} {v[a]}-{v[b]} less {other[0]} {v[c]}-{v[d]}"
        if len(cube.units) < LEAST_UNITS_BETWEEN:
            reason = f"only {len(cube.units)} units"
        elif not np.isfinite(difference[i]):
            reason = "one of the correlations is not estimable or at its bound"
        elif df[i] + 1 < LEAST_EFFECTIVE:
            reason = f"rests on {df[i] + 1:.1f} units, at least 4 are needed"
        else:
            estimates.append(
                t_estimate(
                    name, float(difference[i]), float(error[i]), float(df[i]), METHOD, **size
                )
            )
            continue
        estimates.append(refused(name, METHOD, reason, **size))
    return estimates
