"""Drift of one country's Democracy Score: described for all, tested where possible.

The exact sign-flip test asks whether ups and downs were equally likely, given when and by how much
the score changed; its size holds for persistent series, where ordinary trend tests find a trend in
two of three driftless ones. Changes are summed in blocks of years, so that runs of neighbouring
changes count once. Single categories change too rarely to be tested; they are described.

The slope is Theil-Sen's (Sen 1968), as a description: its interval would assume independent years.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from analysis.facts.rating_system import SAME
from analysis.statistics.arrays import Floats, PanelMatrix, panel_matrix
from analysis.statistics.estimates import adjusted
from analysis.statistics.sign_flips import sign_flip_p_values

FEWEST_BLOCKS: Final = 6
"""With five non-zero blocks the smallest possible p-value is 2/32."""


def block_length(n_changes: int) -> int:
    """Return the designed block length in years: 1 for up to ten annual changes, else 2."""
    return 1 if n_changes <= 10 else 2


def block_sums(changes: Floats, length: int) -> Floats:
    """Sum changes along the last axis in blocks of `length`; the remainder joins the first block.

    A change that is unknown counts as none: under the null hypothesis a block keeps its symmetry
    whichever of its years are known.
    """
    known = np.nan_to_num(changes)
    n_blocks = known.shape[-1] // length
    if n_blocks == 0:
        whole: Floats = known.sum(axis=-1, keepdims=True)
        return whole
    starts = known.shape[-1] - length * np.arange(n_blocks, 0, -1)
    starts[0] = 0
    sums: Floats = np.add.reduceat(known, starts, axis=-1)
    return sums


def theil_sen(values: Floats) -> float:
    """Return the median of all pairwise slopes per edition, unknown editions left out."""
    known = np.flatnonzero(np.isfinite(values))
    if len(known) < 2:
        return 0.0
    return float(stats.theilslopes(values[known], known, method="separate").slope)


def drift_table(
    scores: pd.DataFrame,
    value: str = "democracy_score",
    country: str = "country",
    edition: str = "edition",
    *,
    seed: int = 0,
    draws: int = 9999,
) -> pd.DataFrame:
    """Describe the drift of every country's score and test it where that is possible.

    Parameters
    ----------
    scores
        One row per country and edition. Only a score that averages several categories changes
        often enough.

    Returns
    -------
    Table ``drifts``. p-values are empty exactly where refused.

    Examples
    --------
    >>> from analysis import data
    >>> drifts = drift_table(data.scores("Visegrad"), seed=1, draws=99)
    >>> len(drifts)
    4
    """
    matrix = panel_matrix(scores, value, country, edition)
    rng = np.random.default_rng(seed)
    rows = [
        _country_row(matrix, name, row, rng, draws)
        for name, row in zip(matrix.countries, matrix.array, strict=True)
    ]
    return adjusted(pd.DataFrame(rows), "drifts").rename(columns={"country": country})


def _country_row(
    matrix: PanelMatrix, name: str, row: Floats, rng: np.random.Generator, draws: int
) -> dict[str, Any]:
    known = np.flatnonzero(np.isfinite(row))
    first, last = int(known[0]), int(known[-1])
    steps = np.diff(row[first : last + 1])
    steps[np.abs(steps) < SAME] = 0.0
    n_changes = int(np.isfinite(steps).sum())
    length = block_length(n_changes)
    blocks = block_sums(steps, length)
    n_blocks = int((np.abs(blocks) > SAME).sum())
    gaps = last - first + 1 - len(known)
    refusal = _refusal(row[known], matrix.editions[first], matrix.editions[last], n_blocks)

    def p_value(size: int) -> float | None:
        if refusal:
            return None
        return float(sign_flip_p_values(block_sums(steps, size)[None], rng, draws)[0])

    return {
        "country": name,
        "first_edition": matrix.editions[first],
        "last_edition": matrix.editions[last],
        "n_editions": len(known),
        "n_changes": n_changes,
        "n_ups": int((np.nan_to_num(steps) > 0).sum()),
        "n_downs": int((np.nan_to_num(steps) < 0).sum()),
        "net_change": float(row[last] - row[first]),
        "tested_change": float(np.nansum(steps)),
        "theil_sen_per_decade": 10 * theil_sen(row),
        "block_length": length,
        "n_blocks": n_blocks,
        "p_value": p_value(length),
        "p_block_1": p_value(1),
        "p_block_3": p_value(3),
        "messages": f"{gaps} editions missing; changes across them are not used" if gaps else "",
        "refusal": refusal,
    }


def _refusal(values: Floats, first: int, last: int, n_blocks: int) -> str:
    if len(values) < 3:
        return f"only {len(values)} editions: no drift can be tested"
    if np.ptp(values) < SAME:
        return f"unchanged at {values[0]:.2f} in all {len(values)} editions, {first}–{last}"
    if n_blocks < FEWEST_BLOCKS:
        return f"too few changes to test: {n_blocks} of {FEWEST_BLOCKS} blocks with a net change"
    return ""
