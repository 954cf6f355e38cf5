"""Drift of one country's Democracy Score, and breaks in the average pace of the whole panel.

The exact sign-flip test asks whether ups and downs were equally likely, given when and by how much
the score changed; its size holds for persistent series, where ordinary trend tests find a trend in
two of three driftless ones. Changes are summed in blocks of years, so that runs of neighbouring
changes count once. Single categories change too rarely to be tested; they are described.

The slope is Theil-Sen's (Sen 1968), as a description: its interval would assume independent years.

Breaks are tested for the whole panel only: the largest country-paired t over all possible years
(sup-t), with its distribution under flipping the signs of whole countries. For a single country
every break search finds breaks in driftless ratings (59-100 %), so that none is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from analysis.facts.rating_system import SAME
from analysis.statistics.arrays import Floats, changes_of, panel_matrix
from analysis.statistics.estimates import adjusted, counted, random_signs, sign_flip_p_values
from analysis.tables.schema import columns, empty

FEWEST_BLOCKS: Final = 6
"""With five non-zero blocks the smallest possible p-value is 2/32."""
FEWEST_EDITIONS: Final = 8
FEWEST_COUNTRIES: Final = 6
MARGIN: Final = 3
"""Changes that must lie on either side of a break."""


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
        return np.asarray(known.sum(axis=-1, keepdims=True))
    starts = known.shape[-1] - length * np.arange(n_blocks, 0, -1)
    starts[0] = 0
    return np.asarray(np.add.reduceat(known, starts, axis=-1))


def theil_sen(values: Floats) -> float:
    """Return the median of all pairwise slopes per edition, unknown editions left out."""
    known = np.flatnonzero(np.isfinite(values))
    if len(known) < 2:
        return 0.0
    return float(stats.theilslopes(values[known], known, method="separate").slope)


def drift_table(
    scores: pd.DataFrame,
    value: str = "democracy_score",
    *,
    seed: int = 0,
    draws: int = 9999,
    **names: str,
) -> pd.DataFrame:
    """Describe the drift of every country's score and test it where that is possible.

    Only a score that averages several categories changes often enough. In the table ``drifts``
    p-values are empty exactly where refused. The `names` are those of the columns ``country`` and
    ``edition``.

    Examples
    --------
    >>> from analysis import data
    >>> drifts = drift_table(data.scores("Visegrad"), seed=1, draws=99)
    >>> len(drifts)
    4
    """
    matrix = panel_matrix(scores, value, **names)
    rng = np.random.default_rng(seed)
    table = pd.DataFrame([_drift(row, matrix.editions, rng, draws) for row in matrix.array])
    table.insert(0, names.get("country", "country"), matrix.countries)
    return adjusted(table, "drifts")


def _drift(
    row: Floats, editions: Sequence[int], rng: np.random.Generator, draws: int
) -> dict[str, Any]:
    known = np.flatnonzero(np.isfinite(row))
    first, last = int(known[0]), int(known[-1])
    steps = changes_of(row[first : last + 1])
    moved = np.nan_to_num(steps)
    n_changes = int(np.isfinite(steps).sum())
    length = block_length(n_changes)
    n_blocks = int((np.abs(block_sums(steps, length)) > SAME).sum())
    gaps = last - first + 1 - len(known)
    refusal = _refusal(row[known], editions[first], editions[last], n_blocks)
    blocks = {"p_value": length, "p_block_1": 1, "p_block_3": 3}
    p_values = {
        name: None if refusal else sign_flip_p_values(block_sums(steps, n)[None], rng, draws)[0]
        for name, n in blocks.items()
    }
    return {
        "first_edition": editions[first],
        "last_edition": editions[last],
        "n_editions": len(known),
        "n_changes": n_changes,
        "n_ups": int((moved > 0).sum()),
        "n_downs": int((moved < 0).sum()),
        "net_change": float(row[last] - row[first]),
        "tested_change": float(moved.sum()),
        "theil_sen_per_decade": 10 * theil_sen(row),
        "block_length": length,
        "n_blocks": n_blocks,
        **p_values,
        "messages": f"editions missing: {gaps}; changes across them are not used" if gaps else "",
        "refusal": refusal,
    }


def _refusal(values: Floats, first: int, last: int, n_blocks: int) -> str:
    if len(values) < 3:
        return f"{len(values)} of the 3 editions needed for a drift"
    if np.ptp(values) < SAME:
        return f"unchanged at {values[0]:.2f} in all {len(values)} editions, {first}–{last}"
    if n_blocks < FEWEST_BLOCKS:
        blocks = f"{counted(n_blocks, 'block')} with a net change"
        return f"too few changes to test ({blocks}; at least {FEWEST_BLOCKS} are needed)"
    return ""


class PanelBreak(NamedTuple):
    """The strongest difference in pace before and after an edition: one row, ``panel_break``.

    Its 95 % band holds for all editions at once and therefore for the one that was picked. The
    profile is the table ``panel_break_profile`` of all editions.
    """

    table: pd.DataFrame
    profile: pd.DataFrame


def paces(changes: Floats) -> tuple[Floats, Floats]:
    """Return each country's mean change before and after every possible break.

    Of changes (..., countries, years), NaN where unknown, two arrays (..., countries, breaks);
    entry b compares columns before ``MARGIN + b`` with the rest; both are NaN where a country has
    no known change on one side.
    """
    total = np.cumsum(np.nan_to_num(changes), axis=-1)
    count = np.cumsum(np.isfinite(changes), axis=-1).astype(float)
    at = slice(MARGIN - 1, changes.shape[-1] - MARGIN)
    n_before, n_after = count[..., at], count[..., -1:] - count[..., at]
    possible = (n_before > 0) & (n_after > 0)
    before = total[..., at] / np.where(possible, n_before, np.nan)
    after = (total[..., -1:] - total[..., at]) / np.where(possible, n_after, np.nan)
    return before, after


def sup_t(differences: Floats, signs: Floats) -> tuple[Floats, Floats]:
    """Return the country-paired t of every break, and the largest |t| under each sign pattern.

    Of `differences` of paces (..., countries, breaks), and signs (draws, countries) that flip whole
    countries: t, (..., breaks), and the largest |t|, (..., draws). A break without any spread has
    t = 0.
    """
    filled = np.nan_to_num(differences)
    count = np.isfinite(differences).sum(axis=-2).astype(float)
    squares = (filled**2).sum(axis=-2)

    def t_of(sums: Floats, squares: Floats, count: Floats) -> Floats:
        mean = sums / np.maximum(count, 1)
        # Flipping leaves the sum of squares as it is, so the variance follows from the mean.
        spread = (squares - count * mean**2) / np.maximum(count - 1, 1)
        usable = (count > 2) & (spread > SAME**2)
        return np.where(usable, mean * np.sqrt(count / np.where(usable, spread, 1.0)), 0.0)

    observed = t_of(filled.sum(axis=-2), squares, count)
    flipped = t_of(signs @ filled, squares[..., None, :], count[..., None, :])
    return observed, np.abs(flipped).max(axis=-1)


def panel_break(
    scores: pd.DataFrame,
    value: str = "democracy_score",
    *,
    seed: int = 0,
    draws: int = 9999,
    **names: str,
) -> PanelBreak:
    """Look for the edition at which the average pace of change differs most, and test it.

    Examples
    --------
    >>> from analysis import data
    >>> int(panel_break(data.scores("Balkans"), seed=1, draws=99).table["edition"][0])
    2011
    """
    matrix = panel_matrix(scores, value, **names)
    changes, profile = changes_of(matrix.array), empty("panel_break_profile")
    n_countries, n_editions = matrix.array.shape
    row: dict[str, Any] = dict.fromkeys(columns("panel_break")[:-1])
    row |= {"n_countries": n_countries, "n_editions": n_editions, "draws": 0, "messages": ""}
    row |= {"n_observations": int(np.isfinite(changes).sum()), "refusal": ""}
    if n_countries < FEWEST_COUNTRIES:
        few = counted(n_countries, "country", "countries")
        row["refusal"] = f"{few}: a break is tested over at least {FEWEST_COUNTRIES}"
    elif n_editions < FEWEST_EDITIONS:
        few = counted(n_editions, "edition")
        row["refusal"] = f"{few}: a break needs at least {FEWEST_EDITIONS}"
    elif not np.nan_to_num(changes).any():
        row["refusal"] = "no score changes between adjacent editions: there is no pace to compare"
    else:
        signs = random_signs(draws, n_countries, rng=np.random.default_rng(seed))
        found, profile = _strongest(changes, matrix.editions, signs)
        row |= found
    return PanelBreak(pd.DataFrame([row]), profile)


def _strongest(
    changes: Floats, editions: Sequence[int], signs: Floats
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Return what `panel_break` says of the strongest break, and the profile of all."""
    before, after = paces(changes)
    difference = after - before
    t, largest = sup_t(difference, signs)
    best = int(np.argmax(np.abs(t)))
    if t[best] == 0:
        refusal = "no break could be compared within at least three countries"
        return {"refusal": refusal}, empty("panel_break_profile")
    n_both = np.isfinite(difference).sum(axis=0)
    means = {
        name: np.nansum(pace, axis=0) / np.maximum(n_both, 1)
        for name, pace in (("before", before), ("after", after), ("difference", difference))
    }
    strongest = {name: float(mean[best]) for name, mean in means.items()}
    size, shift = float(abs(t[best])), strongest["difference"]
    half = float(np.quantile(largest, 0.95, method="higher")) * abs(shift / float(t[best]))
    years = editions[MARGIN + 1 : MARGIN + 1 + len(t)]
    found = strongest | {
        "edition": years[best],
        "lower": shift - half,
        "upper": shift + half,
        "statistic": size,
        "p_value": float((1 + (largest >= size - SAME).sum()) / (len(signs) + 1)),
        "draws": len(signs),
        "messages": "a shock common to all countries in one year looks the same as a change of "
        "pace",
    }
    return found, pd.DataFrame({"edition": years, **means, "t": t, "n_countries": n_both})
