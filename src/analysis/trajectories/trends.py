"""The average trend over countries.

Two stages: a least-squares slope per country, then a t test over countries (Ibragimov & Mueller
2010). Only the G slopes enter, so the interval holds under any dependence within countries; it
takes the years' common shocks as given. Slopes are in points per decade (ten editions), positive
towards democracy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import SCORE
from analysis.statistics.arrays import (
    Floats,
    finite,
    panel_cube,
    panel_matrix,
    require_columns,
    slopes_of,
)
from analysis.statistics.estimates import (
    Estimate,
    adjusted,
    mean_of_countries,
    sign_flip_p_values,
    table,
)
from analysis.trajectories.drift import theil_sen

METHOD: Final = "country-level t"
COMMON_SHOCKS: Final = (
    "the interval treats shocks common to all countries in a year as given; "
    "see the leave-one-out ranges"
)


def _theil_sen_slopes(values: Floats) -> Floats:
    """Return medians of all pairwise slopes per decade of each row (Sen 1968)."""
    # Completed panels have most series in common.
    own, of_row = np.unique(values, axis=0, return_inverse=True)
    enough = np.isfinite(own).sum(axis=1) >= 3
    slopes = np.where(enough, [10 * theil_sen(row) for row in own], np.nan)
    return slopes[of_row.ravel()]


def _net_slopes(values: Floats) -> Floats:
    """Return the last less the first known value of each row, per decade."""
    known, row = np.isfinite(values), np.arange(len(values))
    first = known.argmax(axis=1)
    last = values.shape[1] - 1 - known[:, ::-1].argmax(axis=1)
    span = np.where(known.sum(axis=1) >= 3, last - first, np.nan)
    slopes: Floats = 10 * (values[row, last] - values[row, first]) / span
    return slopes


SLOPES: Final[dict[str, Callable[[Floats], Floats]]] = {
    "OLS": slopes_of,
    "Theil-Sen": _theil_sen_slopes,
    "net change": _net_slopes,
}
"""Ways to draw one country's trend: array (series, editions) -> points per decade."""


def slopes_by(estimator: str, values: Floats) -> Floats:
    """Return the slopes per decade of series (..., editions) by an estimator of `SLOPES`.

    Raises
    ------
    ParameterError
        If there is none of that name.
    """
    if estimator not in SLOPES:
        raise ParameterError(f"estimator: expected {', '.join(SLOPES)}, found {estimator!r}")
    series = values.reshape(-1, values.shape[-1])
    return SLOPES[estimator](series).reshape(values.shape[:-1])


@dataclass(frozen=True)
class Trend(Estimate):
    """An average trend: the mean slope per decade, and how many countries rose.

    The p-values are robust alternates over countries, signed-rank and sign-flip; None where
    refused, or where no draws are asked for.
    """

    fell: int = 0
    rose: int = 0
    unchanged: int = 0
    wilcoxon_p: float | None = None
    sign_flip_p: float | None = None


def mean_trend(
    frame: pd.DataFrame,
    value: str = "democracy_score",
    *,
    name: str | None = None,
    seed: int = 0,
    draws: int = 9999,
    estimator: str = "OLS",
    **names: str,
) -> Trend:
    """Return the average trend over countries; a country's own trend is drawn by an `estimator`.

    Countries count equally whatever the number of their editions: the estimand is the average
    country. The `names` are those of the columns ``country`` and ``edition``.
    """
    array = panel_matrix(frame, value, **names).array
    return _trend(array, name or value, np.random.default_rng(seed), draws, estimator)


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
    require_columns(scores, "country")
    trend = partial(mean_trend, name=SCORE, seed=seed, draws=draws, estimator=estimator)
    of_groups = (scores[scores["country"].isin(countries)] for countries in groups.values())
    trends = table(trend(own) for own in of_groups)
    trends.insert(0, "group", list(groups))
    return trends.assign(family="headline", family_size=1, adjustment="", adjusted_p=np.nan)


def _trend(array: Floats, name: str, rng: np.random.Generator, draws: int, estimator: str) -> Trend:
    """Return the average trend of an array (countries, editions)."""
    slopes = slopes_by(estimator, array)
    known = finite(slopes)
    few = len(slopes) - len(known)
    left_out = (f"countries left out, with fewer than 3 editions: {few}",) if few else ()
    size = {"editions": array.shape[1], "n": int(np.isfinite(array).sum())}
    estimate = mean_of_countries(name, slopes, METHOD, **size)
    made = draws > 0 and not estimate.refusal
    messages = () if estimate.refusal else (COMMON_SHOCKS, *left_out)
    return Trend(
        **{**vars(estimate), "messages": messages},
        fell=int((known < 0).sum()),
        rose=int((known > 0).sum()),
        unchanged=int((known == 0).sum()),
        # Rounded, so that slopes which are equal but for the last bit are ties.
        wilcoxon_p=float(stats.wilcoxon(known.round(9)).pvalue) if made else None,
        sign_flip_p=float(sign_flip_p_values(known[None], rng, draws)[0]) if made else None,
    )


def trend_table(
    panel: pd.DataFrame, *, seed: int = 0, draws: int = 9999, estimator: str = "OLS", **names: str
) -> pd.DataFrame:
    """Return the average trend of every category, adjusted as one family (Holm).

    The table ``trends`` without the group, one row per category; `names` are those of
    `panel_cube`.

    Examples
    --------
    >>> from analysis import data
    >>> trends = trend_table(data.panel(), seed=1, draws=99).set_index("name")
    >>> float(trends["estimate"].round(2)["JFI"])
    -0.41
    """
    rng = np.random.default_rng(seed)
    cube = panel_cube(panel, **names)
    of_names = zip(np.moveaxis(cube.array, 1, 0), cube.variables, strict=True)
    trends = [_trend(array, name, rng, draws, estimator) for array, name in of_names]
    return adjusted(table(trends), "trends")


def leave_one_out(
    frame: pd.DataFrame, value: str = "democracy_score", *, estimator: str = "OLS", **names: str
) -> pd.DataFrame:
    """Return the average trend, as `mean_trend`, without each country and each edition in turn.

    The table ``trend_leave_one_out`` without the group; refused where no country has three editions
    left.
    """
    matrix = panel_matrix(frame, value, **names)
    years = np.array(matrix.editions)
    without = [
        *(("country", n, np.delete(matrix.array, i, 0)) for i, n in enumerate(matrix.countries)),
        *(("edition", str(y), np.where(years == y, np.nan, matrix.array)) for y in years),
    ]
    rows = []
    for kind, left_out, array in without:
        known = finite(slopes_by(estimator, array))
        mean = float(known.mean()) if len(known) else np.nan
        refusal = "" if len(known) else "no country with 3 editions is left"
        rows.append((kind, left_out, mean, len(known), refusal))
    return pd.DataFrame(rows, columns=["kind", "left_out", "estimate", "n_countries", "refusal"])


def group_leave_one_out(
    scores: pd.DataFrame, groups: Mapping[str, Sequence[str]], estimator: str = "OLS"
) -> pd.DataFrame:
    """Return the average trend of every group without each country and each edition in turn.

    The table ``trend_leave_one_out`` without the sample.

    Examples
    --------
    >>> from analysis import data
    >>> groups = {"Baltic states": ["Estonia", "Latvia", "Lithuania"]}
    >>> group_leave_one_out(data.scores(), groups, "OLS")["estimate"].round(2).tolist()[:3]
    [-0.06, -0.03, -0.03]
    """
    require_columns(scores, "country")
    tables = {
        name: leave_one_out(scores[scores["country"].isin(countries)], estimator=estimator)
        for name, countries in groups.items()
    }
    return pd.concat(tables, names=["group"]).reset_index("group").reset_index(drop=True)
