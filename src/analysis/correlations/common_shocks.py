"""Whether countries move together from year to year: Pesaran's test of cross-section dependence.

Every interval over countries takes what hits all of them in one year as given. How much that is can
be read from the correlations between countries: their mean, and the statistic CD, which is standard
normal if countries move independently (Pesaran 2004; 2015 with gaps).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from analysis.correlations.cross_products import SAMPLE, complete_cells
from analysis.statistics.arrays import Floats, changes_of, complete_cube, finite
from analysis.statistics.estimates import adjust
from analysis.tables.schema import columns

LEAST_STEPS: Final = 3
"""Common steps below which two countries have no correlation."""


def common_shocks(
    wide: pd.DataFrame,
    variables: Sequence[str],
    *,
    unit: str = "country",
    time: str = "edition",
) -> pd.DataFrame:
    """Test whether annual changes of countries go together, for the mean and for each variable.

    Returns
    -------
    Table ``common_shocks``: ``name`` (``mean``, or the variable), mean correlation of two
    countries, CD and its two-sided p-value, adjusted by Holm over the rows.

    Examples
    --------
    >>> from analysis import data
    >>> codes = ["NDG", "EP", "CS", "IM"]
    >>> ratings = data.country_editions().dropna(subset=codes)
    >>> common_shocks(ratings, codes)["name"].tolist()[:2]
    ['mean', 'NDG']
    """
    cube = complete_cube(wide, variables, unit=unit, time=time)
    complete = complete_cells(cube.array)
    series = {"mean": cube.array.mean(axis=1)}
    series |= {name: cube.array[:, place] for place, name in enumerate(variables)}
    rows = [
        {"name": name, **pesaran_cd(changes_of(np.where(complete, values, np.nan)))}
        for name, values in series.items()
    ]
    p = np.array([row["p_value"] for row in rows], dtype=float)
    table = pd.DataFrame(rows).assign(
        adjusted_p=adjust(p, "holm"), family_size=int(np.isfinite(p).sum()), sample=SAMPLE
    )
    return table[list(columns("common_shocks"))]


def pesaran_cd(series: Floats) -> dict[str, float | int]:
    """Return the mean correlation of two series, CD and its p-value.

    Parameters
    ----------
    series
        (units, times), NaN where unknown. Two units count if they share `LEAST_STEPS` times in
        which neither is constant.

    Returns
    -------
    ``mean_r``, ``cd`` = sqrt(2 / (N (N - 1))) sum sqrt(T_ij) r_ij, ``p_value`` and ``n_pairs``;
    without any pair the first three are NaN.
    """
    known = np.isfinite(series).astype(float)
    pairs = np.triu_indices(len(series), 1)
    r = pd.DataFrame(series.T).corr(min_periods=LEAST_STEPS).to_numpy()[pairs]
    n, r = (known @ known.T)[pairs][np.isfinite(r)], finite(r)
    if not len(r):
        return {"mean_r": np.nan, "cd": np.nan, "p_value": np.nan, "n_pairs": 0}
    # The number of pairs in place of N (N - 1) / 2: those without a correlation carry nothing.
    cd = float((np.sqrt(n) * r).sum() / np.sqrt(len(r)))
    p_value = float(2 * stats.norm.sf(abs(cd)))
    return {"mean_r": float(r.mean()), "cd": cd, "p_value": p_value, "n_pairs": len(r)}
