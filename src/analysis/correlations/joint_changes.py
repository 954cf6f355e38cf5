"""How often two categories changed together: counts, for one country or for many.

Ten or twenty annual changes of one country carry no correlation worth printing; how often two
categories were revised in the same edition is a fact.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd

from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import SAME

JOINT_COLUMNS: Final = ("x", "y", "n_steps", "same_way", "opposite_ways", "only_x", "only_y")


def joint_changes(changes: pd.DataFrame, categories: Sequence[str]) -> pd.DataFrame:
    """Count joint changes of each pair of categories.

    Parameters
    ----------
    changes
        ``country``, ``edition``, ``category``, ``change``: one row a rating that is known in two
        adjacent editions.

    Returns
    -------
    `JOINT_COLUMNS`: ``n_steps`` country-editions in which the change of both is known; in
    ``same_way`` of them both rose or both fell, in ``opposite_ways`` one rose and one fell, in
    ``only_x`` and ``only_y`` one of them changed.

    Raises
    ------
    ParameterError
        If a change is listed twice.
    """
    if changes.duplicated(["country", "edition", "category"]).any():
        raise ParameterError("a change is listed twice: expected one row a country and edition")
    ways = (
        changes.assign(way=np.sign(changes["change"].where(changes["change"].abs() > SAME, 0)))
        .pivot(index=["country", "edition"], columns="category", values="way")
        .reindex(columns=list(categories))
    )
    rows = []
    for names in combinations(categories, 2):
        x, y = ways[list(names)].dropna().to_numpy(dtype=float).T
        counts = (x * y > 0, x * y < 0, (x != 0) & (y == 0), (x == 0) & (y != 0))
        rows.append((*names, len(x), *(int(count.sum()) for count in counts)))
    return pd.DataFrame(rows, columns=list(JOINT_COLUMNS))
