"""How long countries stay in a class: Kaplan-Meier (1958) curves of spell lengths.

A spell that was already running at the first known edition, or after a gap, has an unknown length
and is left out; one that runs to the last known edition, or into a gap, is censored.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.statistics.arrays import Bools, Floats, Ints, panel_matrix
from analysis.trajectories.transitions import CLASSES, CUTS, class_rank


def spells(
    scores: pd.DataFrame,
    value: str = "democracy_score",
    country: str = "country",
    edition: str = "edition",
    *,
    cuts: Sequence[float] = CUTS,
    classes: Sequence[str] = CLASSES,
) -> pd.DataFrame:
    """List the spells in each class.

    Returns
    -------
    Columns ``country``, ``class``, ``first_edition``, ``last_edition``, ``length`` (editions),
    ``truncated`` (began before it could be seen) and ``censored`` (end not seen).
    """
    matrix = panel_matrix(scores, value, country, edition)
    rank = class_rank(matrix.array, cuts)
    rows = []
    for name, ranks in zip(matrix.countries, rank, strict=True):
        edge = np.flatnonzero(np.diff(np.nan_to_num(ranks, nan=-1.0)) != 0) + 1
        for part in np.split(np.arange(len(ranks)), edge):
            first, last = int(part[0]), int(part[-1])
            if np.isnan(ranks[first]):
                continue
            rows.append(
                {
                    country: name,
                    "class": classes[int(ranks[first])],
                    "first_edition": matrix.editions[first],
                    "last_edition": matrix.editions[last],
                    "length": len(part),
                    "truncated": first == 0 or bool(np.isnan(ranks[first - 1])),
                    "censored": last + 1 == len(ranks) or bool(np.isnan(ranks[last + 1])),
                }
            )
    return pd.DataFrame(rows)


def survival(lengths: Ints, ended: Bools) -> pd.DataFrame:
    """Return the Kaplan-Meier curve.

    Parameters
    ----------
    lengths, ended
        Length of each spell, and whether its end was seen.

    Returns
    -------
    Columns ``length`` (at which spells ended), ``at_risk``, ``n_ended``, ``survival``.
    """
    at = np.unique(lengths[ended])
    at_risk = np.array([(lengths >= length).sum() for length in at], dtype=int)
    n_ended = np.array([(ended & (lengths == length)).sum() for length in at], dtype=int)
    remaining: Floats = np.cumprod(1 - n_ended / np.maximum(at_risk, 1))
    return pd.DataFrame(
        {"length": at, "at_risk": at_risk, "n_ended": n_ended, "survival": remaining}
    )


def survival_table(spell_table: pd.DataFrame, classes: Sequence[str] = CLASSES) -> pd.DataFrame:
    """Return the Kaplan-Meier curve of every class from the spells of `spells`.

    Returns
    -------
    Columns ``class``, ``length``, ``at_risk``, ``n_ended``, ``survival``, ``n_spells`` and
    ``refusal``; a class without an ended spell has one row with a refusal.
    """
    parts = []
    seen = spell_table[~spell_table["truncated"].astype(bool)]
    for name in classes:
        own = seen[seen["class"] == name]
        ended = ~own["censored"].to_numpy(dtype=bool)
        curve = survival(own["length"].to_numpy(dtype=np.int64), ended)
        refusal = ""
        if curve.empty:
            refusal = f"none of {len(own)} spells with a known beginning has ended"
            curve = pd.DataFrame([{}], columns=curve.columns)
        curve.insert(0, "class", name)
        parts.append(curve.assign(n_spells=len(own), refusal=refusal).astype(object))
    return pd.concat(parts, ignore_index=True)
