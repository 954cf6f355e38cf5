"""The average trend over countries.

Two stages: a least-squares slope per country, then a t test over countries (Ibragimov & Mueller
2010). Only the G slopes enter, so the interval holds under any dependence within countries; it
takes the years' common shocks as given. Slopes are in points per decade (ten editions), positive
towards democracy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import SCORE
from analysis.statistics.arrays import (
    Floats,
    PanelMatrix,
    finite,
    matrices_by,
    panel_matrix,
    slopes_of,
)
from analysis.statistics.estimates import Estimate, adjusted, mean_of_countries, with_numbers
from analysis.statistics.sign_flips import sign_flip_p_values
from analysis.trajectories.drift import theil_sen

METHOD: Final = "country-level t"
COMMON_SHOCKS: Final = (
    "the interval treats shocks common to all countries in a year as given; "
    "see the leave-one-out ranges"
)


def theil_sen_slopes(values: Floats) -> Floats:
    """Return medians of all pairwise slopes per decade of each row (Sen 1968)."""
    enough = np.isfinite(values).sum(axis=1) >= 3
    slopes = [10 * theil_sen(row) for row in values]
    return np.where(enough, slopes, np.nan)


def net_slopes(values: Floats) -> Floats:
    """Return the last less the first known value of each row, per decade."""
    slopes = np.full(len(values), np.nan)
    for i, row in enumerate(values):
        known = np.flatnonzero(np.isfinite(row))
        if len(known) >= 3:
            slopes[i] = 10 * (row[known[-1]] - row[known[0]]) / (known[-1] - known[0])
    return slopes


SLOPES: Final[dict[str, Callable[[Floats], Floats]]] = {
    "OLS": slopes_of,
    "Theil-Sen": theil_sen_slopes,
    "net change": net_slopes,
}
"""Ways to draw one country's trend: array (countries, editions) -> points per decade."""


def slopes_by(estimator: str) -> Callable[[Floats], Floats]:
    """Return the way to draw a country's trend of that name.

    Raises
    ------
    ParameterError
        If there is none in `SLOPES`.
    """
    if estimator not in SLOPES:
        raise ParameterError(f"estimator: expected {', '.join(SLOPES)}, found {estimator!r}")
    return SLOPES[estimator]


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
        Robust alternates: signed-rank and sign-flip over countries; None where refused, or where
        no draws are asked for.
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
    estimator: str = "OLS",
) -> Trend:
    """Return the average trend over countries.

    Countries count equally whatever the number of their editions: the estimand is the average
    country.

    Parameters
    ----------
    estimator
        How a country's own trend is drawn, of `SLOPES`.

    Examples
    --------
    >>> import pandas as pd
    >>> scores = pd.DataFrame({
    ...     "country": ["A", "A", "A", "B", "B", "B", "C", "C", "C"],
    ...     "edition": [2022, 2023, 2024] * 3,
    ...     "democracy_score": [4.0, 3.9, 3.8, 3.0, 3.0, 3.0, 5.0, 4.8, 4.7],
    ... })
    >>> round(mean_trend(scores).estimate.estimate, 2)
    -0.83
    """
    matrix = panel_matrix(frame, value, country, edition)
    return _trend(matrix, name or value, np.random.default_rng(seed), draws, estimator)


def group_trends(
    scores: pd.DataFrame,
    groups: Mapping[str, Sequence[str]],
    *,
    seed: int = 0,
    draws: int = 9999,
    estimator: str = "OLS",
) -> pd.DataFrame:
    """Return the average trend of the Democracy Score in every group of countries.

    Each is the one headline test of its group and belongs to no family.

    Parameters
    ----------
    scores
        ``country``, ``edition``, ``democracy_score``.
    groups
        Name of each group and its countries.

    Examples
    --------
    >>> from analysis import data
    >>> groups = {"Visegrad": ["Czech Republic", "Hungary", "Poland", "Slovakia"]}
    >>> float(group_trends(data.scores(), groups, seed=1, draws=99)["estimate"].round(2)[0])
    -0.68
    """
    table = trend_rows(
        [
            mean_trend(
                scores[scores["country"].isin(countries)],
                name=SCORE,
                seed=seed,
                draws=draws,
                estimator=estimator,
            )
            for countries in groups.values()
        ]
    )
    table.insert(0, "group", list(groups))
    return table.assign(family="headline", family_size=1, adjustment="", adjusted_p=np.nan)


def _trend(
    matrix: PanelMatrix, name: str, rng: np.random.Generator, draws: int, estimator: str
) -> Trend:
    slopes = slopes_by(estimator)(matrix.array)
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
    made = draws > 0 and not estimate.refusal
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
    estimator: str = "OLS",
) -> pd.DataFrame:
    """Return the average trend of every category, adjusted as one family (Holm).

    Returns
    -------
    Table ``trends`` without the group, one row per category.

    Examples
    --------
    >>> from analysis import data
    >>> trends = trend_table(data.panel(), seed=1, draws=99).set_index("name")
    >>> float(trends["estimate"].round(2)["JFI"])
    -0.41
    """
    rng = np.random.default_rng(seed)
    matrices = matrices_by(panel, category, value, country, edition)
    trends = [_trend(matrix, name, rng, draws, estimator) for name, matrix in matrices.items()]
    return adjusted(trend_rows(trends), "trends")


def trend_rows(trends: list[Trend]) -> pd.DataFrame:
    """Return trends as a table: the columns of `Estimate`, the counts, the robust p-values."""
    counts = ("fell", "rose", "unchanged", "wilcoxon_p", "sign_flip_p")
    table = pd.DataFrame(
        [t.estimate.row() | {name: getattr(t, name) for name in counts} for t in trends]
    )
    return with_numbers(with_numbers(table), "wilcoxon_p", "sign_flip_p")


def group_leave_one_out(
    scores: pd.DataFrame, groups: Mapping[str, Sequence[str]], estimator: str = "OLS"
) -> pd.DataFrame:
    """Return the average trend of every group without each country and each edition in turn.

    Parameters
    ----------
    scores, groups, estimator
        As in `group_trends`.

    Returns
    -------
    Table ``trend_leave_one_out`` without the sample.

    Examples
    --------
    >>> from analysis import data
    >>> groups = {"Baltic states": ["Estonia", "Latvia", "Lithuania"]}
    >>> group_leave_one_out(data.scores(), groups, "OLS")["estimate"].round(2).tolist()[:3]
    [-0.06, -0.03, -0.03]
    """
    tables = []
    for name, countries in groups.items():
        table = leave_one_out(scores[scores["country"].isin(countries)], estimator=estimator)
        table.insert(0, "group", name)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def leave_one_out(
    frame: pd.DataFrame,
    value: str = "democracy_score",
    country: str = "country",
    edition: str = "edition",
    estimator: str = "OLS",
) -> pd.DataFrame:
    """Return the average trend without each country and without each edition in turn.

    Returns
    -------
    Table ``trend_leave_one_out`` without the group; refused where no country has three editions
    left.
    """
    matrix = panel_matrix(frame, value, country, edition)
    slopes = slopes_by(estimator)
    rows = []
    for i, name in enumerate(matrix.countries):
        rows.append(("country", name, finite(slopes(np.delete(matrix.array, i, axis=0)))))
    for j, year in enumerate(matrix.editions):
        without = matrix.array.copy()
        without[:, j] = np.nan
        rows.append(("edition", str(year), finite(slopes(without))))
    return pd.DataFrame(
        [
            {
                "kind": kind,
                "left_out": label,
                "estimate": float(known.mean()) if len(known) else np.nan,
                "n_countries": len(known),
                "refusal": "" if len(known) else "no country with 3 editions is left",
            }
            for kind, label, known in rows
        ]
    )
