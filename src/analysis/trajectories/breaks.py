"""Breaks in the average pace of change of the whole panel.

Breaks are tested for the whole panel only: the largest country-paired t over all possible years
(sup-t), with its distribution under flipping the signs of whole countries. For a single country
every break search finds breaks in driftless ratings (59-100 %), so that none is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
import pandas as pd

from analysis.facts.rating_system import SAME
from analysis.statistics.arrays import Floats, PanelMatrix, panel_matrix
from analysis.statistics.sign_flips import random_signs
from analysis.tables.schema import columns, empty

FEWEST_EDITIONS: Final = 8
FEWEST_COUNTRIES: Final = 6
MARGIN: Final = 3
"""Changes that must lie on either side of a break."""


@dataclass(frozen=True, kw_only=True)
class PanelBreak:
    """The strongest difference in pace before and after an edition.

    Attributes
    ----------
    edition
        First edition of the new pace.
    before, after
        Mean annual change per country before, and from `edition` on.
    difference, lower, upper
        After minus before over the countries with both, and its 95 % band, which holds for all
        editions at once and therefore for the one that was picked.
    statistic, p_value
        Largest absolute t over all editions, and its sign-flip p-value (`draws` patterns).
    profile
        All editions: table ``panel_break_profile``.
    n_countries, n_editions, n_observations
        G, T and the number of known annual changes.
    """

    edition: int | None = None
    before: float | None = None
    after: float | None = None
    difference: float | None = None
    lower: float | None = None
    upper: float | None = None
    statistic: float | None = None
    p_value: float | None = None
    profile: pd.DataFrame = field(default_factory=lambda: empty("panel_break_profile"))
    n_countries: int
    n_editions: int
    n_observations: int
    draws: int = 0
    messages: tuple[str, ...] = ()
    refusal: str = ""

    @property
    def table(self) -> pd.DataFrame:
        """Return the break as the one row of the table ``panel_break``."""
        row = {name: getattr(self, name, None) for name in columns("panel_break")[:-1]}
        return pd.DataFrame([{**row, "messages": "; ".join(self.messages)}])


def pace_differences(changes: Floats, margin: int = MARGIN) -> Floats:
    """Return each country's mean change after minus before every possible break.

    Parameters
    ----------
    changes
        Array (..., countries, years), NaN where unknown.
    margin
        Columns that stay on either side.

    Returns
    -------
    Array (..., countries, breaks); entry b compares columns before ``margin + b`` with the rest;
    NaN where a country has no known change on one side.
    """
    known = np.isfinite(changes)
    total = np.cumsum(np.nan_to_num(changes), axis=-1)
    count = np.cumsum(known, axis=-1).astype(float)
    at = slice(margin - 1, changes.shape[-1] - margin)
    n_before, n_after = count[..., at], count[..., -1:] - count[..., at]
    possible = (n_before > 0) & (n_after > 0)
    before = total[..., at] / np.where(possible, n_before, np.nan)
    after = (total[..., -1:] - total[..., at]) / np.where(possible, n_after, np.nan)
    difference: Floats = after - before
    return difference


def sup_t(differences: Floats, signs: Floats) -> tuple[Floats, Floats]:
    """Return the country-paired t of every break, and the largest |t| under each sign pattern.

    Parameters
    ----------
    differences
        Array (..., countries, breaks) from `pace_differences`.
    signs
        Array (draws, countries) of +1 and -1: a pattern flips whole countries.

    Returns
    -------
    t, (..., breaks), and the largest absolute t, (..., draws). A break without any spread has
    t = 0.
    """
    known = np.isfinite(differences)
    filled = np.nan_to_num(differences)
    count = known.sum(axis=-2).astype(float)
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
    country: str = "country",
    edition: str = "edition",
    *,
    seed: int = 0,
    draws: int = 9999,
    margin: int = MARGIN,
) -> PanelBreak:
    """Look for the edition at which the average pace of change differs most, and test it.

    Examples
    --------
    >>> from analysis import data
    >>> int(panel_break(data.scores("Balkans"), seed=1, draws=99).table["edition"][0])
    2011
    """
    matrix = panel_matrix(scores, value, country, edition)
    changes = matrix.changes
    outcome = partial(
        PanelBreak,
        n_countries=len(matrix.countries),
        n_editions=len(matrix.editions),
        n_observations=int(np.isfinite(changes).sum()),
    )
    if refusal := _refusal(matrix):
        return outcome(refusal=refusal)
    signs = random_signs(draws, len(matrix.countries), rng=np.random.default_rng(seed))
    differences = pace_differences(changes, margin)
    t, largest = sup_t(differences, signs)
    profile = _profile(changes, differences, t, matrix.editions, margin)
    best = int(np.argmax(np.abs(t)))
    if t[best] == 0:
        reason = "no break could be compared within at least three countries"
        return outcome(refusal=reason)
    row = profile.iloc[best]
    difference = float(row["difference"])
    critical = float(np.quantile(largest, 0.95, method="higher"))
    half = critical * abs(difference / float(t[best]))
    return outcome(
        edition=int(row["edition"]),
        before=float(row["before"]),
        after=float(row["after"]),
        difference=difference,
        lower=difference - half,
        upper=difference + half,
        statistic=float(abs(t[best])),
        p_value=float((1 + (largest >= abs(t[best]) - SAME).sum()) / (draws + 1)),
        profile=profile,
        draws=draws,
        messages=(
            "a shock common to all countries in one year looks the same as a change of pace",
        ),
    )


def _refusal(matrix: PanelMatrix) -> str:
    n_countries, n_editions = matrix.array.shape
    if n_countries < FEWEST_COUNTRIES:
        return f"{n_countries} countries: a break is tested over at least {FEWEST_COUNTRIES}"
    if n_editions < FEWEST_EDITIONS:
        return f"{n_editions} editions: a break needs at least {FEWEST_EDITIONS}"
    if not np.nan_to_num(matrix.changes).any():
        return "no score changes between adjacent editions: there is no pace to compare"
    return ""


def _profile(
    changes: Floats, differences: Floats, t: Floats, editions: tuple[int, ...], margin: int
) -> pd.DataFrame:
    """Average before and after over the countries that have both, for every break."""
    rows = []
    for b, statistic in enumerate(t):
        split = margin + b
        both = np.isfinite(differences[:, b])
        paces = [0.0, 0.0, 0.0]
        if both.any():
            parts = changes[both, :split], changes[both, split:]
            paces = [float(np.nanmean(part, axis=1).mean()) for part in parts]
            paces.append(float(differences[both, b].mean()))
        rows.append((editions[split + 1], *paces, float(statistic), int(both.sum())))
    return pd.DataFrame(rows, columns=list(columns("panel_break_profile")[:-1]))
