"""How well each forecast would have done: rolling origin, every candidate, every horizon.

From each origin all candidates see only the editions up to it. Accuracy is compared by country,
with t(G - 1): errors of one country are dependent, and a test on all errors as if independent
rejects equal accuracy far too often. All candidates are reported, also when none beats no change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.statistics.arrays import SAME, Bools, Floats, changes_of, panel_matrix
from analysis.statistics.estimates import mean_of_countries, t_quantile
from analysis.trajectories.change_rates import prior_weight
from analysis.trajectories.forecasts import (
    BOUNDS,
    CANDIDATES,
    HORIZONS,
    LEVELS,
    change_interval,
    pooled_changes,
)

FIRST_ORIGIN: Final = 10
FEWEST_EDITIONS: Final = 8
FEWEST_COUNTRIES: Final = 6


@dataclass(frozen=True)
class Backtest:
    """Out-of-sample accuracy.

    Attributes
    ----------
    points
        One row per candidate and horizon: ``candidate``, ``horizon``, ``mae``, ``mae_ratio`` (to
        no change; below 1 is better), ``lower``, ``upper`` (95 %, country jackknife),
        ``loss_difference`` (no change less candidate, mean over countries), ``p_value``,
        ``n_countries``, ``n_origins``, ``n_forecasts``, ``refusal``.
    intervals
        One row per horizon and level: ``horizon``, ``level``, ``coverage``, ``lower``, ``upper``
        (country-level t), ``mean_width``, ``pinball`` (mean over both ends), ``n_countries``,
        ``n_forecasts``.
    probabilities
        Brier scores of next-edition change: ``candidate``, ``brier``, ``skill`` (to the running
        base rate), ``loss_difference``, ``p_value``, ``n_countries``, ``n_forecasts``, ``refusal``.
    n_countries, n_editions, n_observations
        G, T and n of the panel.
    messages, refusal
        Guards that fired; why there is no result.
    """

    n_countries: int
    n_editions: int
    n_observations: int
    points: pd.DataFrame = field(default_factory=pd.DataFrame)
    intervals: pd.DataFrame = field(default_factory=pd.DataFrame)
    probabilities: pd.DataFrame = field(default_factory=pd.DataFrame)
    messages: tuple[str, ...] = ()
    refusal: str = ""


def origins(n_editions: int, horizon: int, first: int) -> range:
    """Return the lengths of the windows from which `horizon` steps can be checked."""
    return range(first, n_editions - horizon + 1)


def absolute_errors(
    values: Floats,
    horizon: int,
    first: int,
    candidates: Sequence[str] = tuple(CANDIDATES),
    bounds: tuple[float, float] = BOUNDS,
) -> dict[str, Floats]:
    """Return absolute errors, (origins, ..., countries), for every candidate.

    Parameters
    ----------
    values
        Array (..., countries, editions).
    first
        Editions in the first window.
    """
    ends = origins(values.shape[-1], horizon, first)

    def error(name: str, end: int) -> Floats:
        point = np.clip(CANDIDATES[name](values[..., :end], horizon), *bounds)
        return np.abs(point - values[..., end - 1 + horizon])

    return {name: np.stack([error(name, end) for end in ends]) for name in candidates}


def interval_hits(
    values: Floats,
    horizon: int,
    first: int,
    level: float,
    bounds: tuple[float, float] = BOUNDS,
) -> tuple[Floats, Floats, Floats]:
    """Check the no-change interval.

    Returns
    -------
    Hits (1, 0, or NaN where unknown), widths and pinball losses, each (origins, ..., countries).
    """
    parts = []
    for end in origins(values.shape[-1], horizon, first):
        window, target = values[..., :end], values[..., end - 1 + horizon]
        low, high = (
            np.clip(window[..., -1] + step[..., None], *bounds)
            for step in change_interval(pooled_changes(window, horizon), level)
        )
        # Rounded to six decimals in a table, a score on the edge of its interval is still inside.
        inside = (target >= low - 1e-5) & (target <= high + 1e-5)
        known = np.isfinite(target) & np.isfinite(window[..., -1])
        tail = (1 - level) / 2
        pinball = (_pinball(target - low, tail) + _pinball(target - high, 1 - tail)) / 2
        parts.append(
            [np.where(known, part, np.nan) for part in (inside.astype(float), high - low, pinball)]
        )
    hits, widths, losses = (np.stack(part) for part in zip(*parts, strict=True))
    return hits, widths, losses


def _pinball(error: Floats, quantile: float) -> Floats:
    return np.where(error >= 0, quantile * error, (quantile - 1) * error)


def by_country(losses: Floats) -> Floats:
    """Average over origins, leaving out unknown ones; NaN for a country without any."""
    count = np.isfinite(losses).sum(axis=0)
    total = np.nansum(losses, axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def backtest(
    frame: pd.DataFrame,
    value: str = "democracy_score",
    country: str = "country",
    edition: str = "edition",
    *,
    bounds: tuple[float, float] = BOUNDS,
) -> Backtest:
    """Backtest all candidates on a panel.

    Parameters
    ----------
    bounds
        Ends of the scale; minus and plus infinity if it has none.
    """
    matrix = panel_matrix(frame, value, country, edition)
    values = matrix.array
    counts = (len(matrix.countries), len(matrix.editions), matrix.n_observations)
    if counts[0] < FEWEST_COUNTRIES:
        reason = f"{counts[0]} countries: accuracy is compared over at least {FEWEST_COUNTRIES}"
        return Backtest(*counts, refusal=reason)
    if counts[1] < FEWEST_EDITIONS:
        reason = f"{counts[1]} editions: a backtest needs at least {FEWEST_EDITIONS}"
        return Backtest(*counts, refusal=reason)
    if not np.nan_to_num(matrix.changes).any():
        return Backtest(*counts, refusal="nothing ever changes: no change is never wrong")
    first, horizons, messages = _plan(counts[1])
    usable = [h for h in horizons if any(_checkable(values, h, first))]
    if not usable:
        return Backtest(*counts, refusal="no forecast could be checked: too many gaps")
    return Backtest(
        *counts,
        points=pd.concat([_points(values, h, first, bounds) for h in usable], ignore_index=True),
        intervals=pd.DataFrame(
            [_interval_row(values, h, first, level, bounds) for h in usable for level in LEVELS]
        ),
        probabilities=_probabilities(values, first),
        messages=messages,
    )


def _plan(n_editions: int) -> tuple[int, tuple[int, ...], tuple[str, ...]]:
    if n_editions >= FIRST_ORIGIN + max(HORIZONS):
        return FIRST_ORIGIN, HORIZONS, ()
    first = min(6, n_editions - 2)
    return first, (1, 2), (f"few editions: origins from {first} editions on, horizons 1 and 2",)


def _checkable(values: Floats, horizon: int, first: int) -> list[bool]:
    return [
        bool((np.isfinite(values[:, end - 1]) & np.isfinite(values[:, end - 1 + horizon])).any())
        for end in origins(values.shape[1], horizon, first)
    ]


def _points(values: Floats, horizon: int, first: int, bounds: tuple[float, float]) -> pd.DataFrame:
    errors = absolute_errors(values, horizon, first, bounds=bounds)
    losses = {name: by_country(error) for name, error in errors.items()}
    base = losses["no_change"]
    n_forecasts = int(np.isfinite(errors["no_change"]).sum())
    n_origins = sum(_checkable(values, horizon, first))
    rows = []
    for name, loss in losses.items():
        row: dict[str, Any] = {"candidate": name, "horizon": horizon}
        row |= _ratio(loss, base)
        row |= _comparison(base - loss, name == "no_change")
        row |= {"n_origins": n_origins, "n_forecasts": n_forecasts}
        rows.append(row)
    return pd.DataFrame(rows)


def _ratio(loss: Floats, base: Floats) -> dict[str, float | None]:
    """Return the ratio of mean losses with a country-jackknife interval on its logarithm."""
    known = np.isfinite(loss) & np.isfinite(base)
    own, other = loss[known], base[known]
    mae = float(own.mean())
    row: dict[str, float | None] = {"mae": mae, "mae_ratio": None, "lower": None, "upper": None}
    left_own, left_other = own.sum() - own, other.sum() - other
    if min(left_own.min(), left_other.min()) <= SAME or np.allclose(own, other):
        same = np.allclose(own, other)
        return row | {"mae_ratio": 1.0 if same else None}
    size = len(own)
    full = np.log(own.sum() / other.sum())
    error = np.sqrt((size - 1) / size * ((np.log(left_own / left_other) - full) ** 2).sum())
    half = float(t_quantile(size - 1)) * error
    bounds = np.exp([full, full - half, full + half])
    return row | dict(zip(("mae_ratio", "lower", "upper"), map(float, bounds), strict=True))


def _comparison(difference: Floats, is_base: bool) -> dict[str, Any]:
    estimate = mean_of_countries("", difference, "", editions=0, n=0)
    refusal = estimate.refusal
    if is_base:
        refusal = "the yardstick itself"
    elif not np.nan_to_num(difference).any():
        refusal = "the same forecasts as the yardstick"
    return {
        "loss_difference": None if refusal else estimate.estimate,
        "p_value": None if refusal else estimate.p_value,
        "n_countries": int(np.isfinite(difference).sum()),
        "refusal": refusal,
    }


def _interval_row(
    values: Floats, horizon: int, first: int, level: float, bounds: tuple[float, float]
) -> dict[str, Any]:
    hits, widths, losses = interval_hits(values, horizon, first, level, bounds)
    estimate = mean_of_countries("", by_country(hits), "", editions=0, n=0)
    lower, upper = estimate.lower, estimate.upper
    return {
        "horizon": horizon,
        "level": level,
        "coverage": float(np.nanmean(hits)),
        "lower": None if lower is None else max(0.0, lower),
        "upper": None if upper is None else min(1.0, upper),
        "mean_width": float(np.nanmean(widths)),
        "pinball": float(np.nanmean(losses)),
        "n_countries": int(np.isfinite(by_country(hits)).sum()),
        "n_forecasts": int(np.isfinite(hits).sum()),
    }


def _probabilities(values: Floats, first: int) -> pd.DataFrame:
    """Compare next-edition change probabilities by Brier score."""
    steps = changes_of(values)
    known = np.isfinite(steps)
    changed = known & (np.nan_to_num(steps) != 0)
    squared: dict[str, list[Floats]] = {"base_rate": [], "country_rate": []}
    for end in origins(values.shape[1], 1, first):
        target = np.where(known[:, end - 1], changed[:, end - 1].astype(float), np.nan)
        for name, p in _change_probabilities(changed[:, : end - 1], known[:, : end - 1]).items():
            squared[name].append((p - target) ** 2)
    losses = {name: by_country(np.stack(parts)) for name, parts in squared.items()}
    base = losses["base_rate"]
    rows = []
    for name, loss in losses.items():
        total = float(np.nansum(base))
        rows.append(
            {
                "candidate": name,
                "brier": float(np.nanmean(loss)),
                "skill": 1 - float(np.nansum(loss)) / total if total > 0 else 0.0,
                **_comparison(base - loss, name == "base_rate"),
                "n_forecasts": int(np.isfinite(np.stack(squared[name])).sum()),
            }
        )
    return pd.DataFrame(rows)


def _change_probabilities(changed: Bools, known: Bools) -> dict[str, Floats]:
    """Return the running base rate, and the country's rate shrunk towards it."""
    events, n = changed.sum(axis=1).astype(float), known.sum(axis=1).astype(float)
    common = events.sum() / n.sum()
    weight = prior_weight(events[n > 0], n[n > 0]) if 0 < common < 1 else float("inf")
    shrunk = np.full(len(n), common)
    if np.isfinite(weight):
        shrunk = (events + weight * common) / (n + weight)
    return {"base_rate": np.full(len(n), common), "country_rate": shrunk}
