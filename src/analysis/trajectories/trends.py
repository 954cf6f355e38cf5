"""The average trend over countries.

Two stages: a least-squares slope per country, then a t test over countries (Ibragimov & Mueller
2010). Only the G slopes enter, so the interval holds under any dependence within countries; it
takes the years' common shocks as given. Slopes are in points per decade (ten editions), positive
towards democracy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from analysis.statistics.arrays import PanelMatrix, matrices_by, panel_matrix
from analysis.statistics.estimates import Estimate, mean_of_countries
from analysis.statistics.multiplicity import adjusted
from analysis.statistics.sign_flips import sign_flip_p_values
from analysis.statistics.slopes import finite, slopes_of

METHOD: Final = "country-level t"
COMMON_SHOCKS: Final = (
    "the interval treats shocks common to all countries in a year as given; "
    "see the leave-one-out ranges"
)


@dataclass(frozen=True)
class Trend:
    """An average trend, counts first.

    Attributes
    ----------
    estimate
        Mean slope per decade with its t(G - 1) interval, or the refusal.
    fell, rose, unchanged
        Number of countries whose slope is negative, positive, zero.
    wilcoxon_p, sign_flip_p
        Robust alternates: signed-rank and sign-flip over countries; None where refused.
    """

    estimate: Estimate
    fell: int
    rose: int
    unchanged: int
    wilcoxon_p: float | None
    sign_flip_p: float | None


def mean_trend(
    frame: pd.DataFrame,
    value: str = "democracy_score",
    country: str = "country",
    edition: str = "edition",
    *,
    name: str | None = None,
    seed: int = 0,
    draws: int = 9999,
) -> Trend:
    """Return the average trend over countries.

    Countries count equally whatever the number of their editions: the estimand is the average
    country.
    """
    matrix = panel_matrix(frame, value, country, edition)
    return _trend(matrix, name or value, np.random.default_rng(seed), draws)


def _trend(matrix: PanelMatrix, name: str, rng: np.random.Generator, draws: int) -> Trend:
    slopes = slopes_of(matrix.array)
    known = slopes[np.isfinite(slopes)]
    few = len(slopes) - len(known)
    messages: tuple[str, ...] = (COMMON_SHOCKS,)
    if few:
        messages += (f"{few} countries with fewer than 3 editions left out",)
    estimate = mean_of_countries(
        name,
        slopes,
        METHOD,
        editions=len(matrix.editions),
        n=matrix.n_observations,
        messages=messages,
    )
    made = not estimate.refusal
    return Trend(
        estimate,
        fell=int((known < 0).sum()),
        rose=int((known > 0).sum()),
        unchanged=int((known == 0).sum()),
        # Rounded, so that slopes which are equal but for the last bit are ties.
        wilcoxon_p=float(stats.wilcoxon(known.round(9)).pvalue) if made else None,
        sign_flip_p=float(sign_flip_p_values(known[None], rng, draws)[0]) if made else None,
    )


def trend_table(
    panel: pd.DataFrame,
    category: str = "category",
    value: str = "rating",
    country: str = "country",
    edition: str = "edition",
    *,
    seed: int = 0,
    draws: int = 9999,
) -> pd.DataFrame:
    """Return the average trend of every category, adjusted as one family (Holm).

    Returns
    -------
    Table ``trends`` without the group, one row per category.
    """
    rng = np.random.default_rng(seed)
    matrices = matrices_by(panel, category, value, country, edition)
    trends = [_trend(matrix, name, rng, draws) for name, matrix in matrices.items()]
    return adjusted(trend_rows(trends), "trends")


def trend_rows(trends: list[Trend]) -> pd.DataFrame:
    """Return trends as a table: the columns of `Estimate`, the counts, the robust p-values."""
    return pd.DataFrame(
        [
            {
                **trend.estimate.row(),
                "fell": trend.fell,
                "rose": trend.rose,
                "unchanged": trend.unchanged,
                "wilcoxon_p": trend.wilcoxon_p,
                "sign_flip_p": trend.sign_flip_p,
            }
            for trend in trends
        ]
    )


def leave_one_out(
    frame: pd.DataFrame,
    value: str = "democracy_score",
    country: str = "country",
    edition: str = "edition",
) -> pd.DataFrame:
    """Return the average trend without each country and without each edition in turn.

    Returns
    -------
    Table ``trend_leave_one_out`` without the group; refused where no country has three editions
    left.
    """
    matrix = panel_matrix(frame, value, country, edition)
    rows = []
    for i, name in enumerate(matrix.countries):
        slopes = finite(slopes_of(np.delete(matrix.array, i, axis=0)))
        rows.append(("country", name, slopes))
    for j, year in enumerate(matrix.editions):
        without = matrix.array.copy()
        without[:, j] = np.nan
        rows.append(("edition", str(year), finite(slopes_of(without))))
    return pd.DataFrame(
        [
            {
                "kind": kind,
                "left_out": label,
                "estimate": float(slopes.mean()) if len(slopes) else None,
                "n_countries": len(slopes),
                "refusal": "" if len(slopes) else "no country with 3 editions is left",
            }
            for kind, label, slopes in rows
        ]
    )
