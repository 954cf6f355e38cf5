"""What the next editions may bring: no change, with the range that changes have had so far.

The headline forecast is the last rating. Its interval comes from the changes over the same number
of editions that any country had up to the origin, so that it stays on the rating grid; the same
changes give the probabilities of down, stay and up. Trend extrapolations lose against it
(`backtest`); the one challenger worth showing is a country drift shrunk by empirical Bayes.

Candidates are functions of a window (..., countries, editions) that ends at the origin, and of the
horizon; they return one point per country, NaN where the country is unknown at the origin, and
leave it to the caller to clip at the ends of the scale.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.facts.errors import ParameterError
from analysis.statistics.arrays import SAME, Floats, changes_of, panel_matrix
from analysis.trajectories.trends import slopes_of

BOUNDS: Final = (1.0, 7.0)
LEVELS: Final = (0.80, 0.95)
HORIZONS: Final = (1, 2, 3)
FEWEST_CHANGES: Final = 15
"""So many h-step changes an empirical interval needs."""

Forecaster = Callable[[Floats, int], Floats]


def no_change(window: Floats, horizon: int) -> Floats:  # noqa: ARG001
    """Return the last value."""
    last: Floats = window[..., -1]
    return last


def drifts(window: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mean annual changes: by country, over all, and shrunk by empirical Bayes.

    The country's mean is shrunk towards the overall one by the share of the variance of country
    means that sampling does not explain (method of moments).
    """
    steps = changes_of(window)
    count = np.isfinite(steps).sum(axis=-1).astype(float)
    present = count > 0
    mean = np.where(present, np.nansum(steps, axis=-1) / np.maximum(count, 1), np.nan)
    overall = _mean(mean)
    within = np.nansum((steps - mean[..., None]) ** 2, axis=(-2, -1))
    freedom = np.maximum((count - present).sum(axis=-1), 1)
    sampling = (within / freedom)[..., None] / np.maximum(count, 1)
    size = np.maximum(present.sum(axis=-1), 2)
    spread = np.nansum((mean - overall[..., None]) ** 2, axis=-1) / (size - 1)
    excess = np.maximum(spread - _mean(np.where(present, sampling, np.nan)), 0.0)[..., None]
    weight = np.divide(
        excess, excess + sampling, out=np.zeros_like(sampling), where=excess + sampling > 0
    )
    shrunk = overall[..., None] + weight * (mean - overall[..., None])
    return mean, np.broadcast_to(overall[..., None], mean.shape), shrunk


def _mean(values: Floats) -> Floats:
    """Return the mean along the last axis without NaN, 0 if all are."""
    count = np.isfinite(values).sum(axis=-1)
    return np.asarray(np.nansum(values, axis=-1) / np.maximum(count, 1))


def _plus(window: Floats, move: Floats) -> Floats:
    point: Floats = window[..., -1] + np.nan_to_num(move)
    return point


def eb_drift(window: Floats, horizon: int) -> Floats:
    """Return the last value plus the shrunk country drift."""
    return _plus(window, horizon * drifts(window)[2])


def country_drift(window: Floats, horizon: int) -> Floats:
    """Return the last value plus the country's own mean change."""
    return _plus(window, horizon * drifts(window)[0])


def pooled_drift(window: Floats, horizon: int) -> Floats:
    """Return the last value plus the mean change of all countries."""
    return _plus(window, horizon * drifts(window)[1])


def ols_trend(window: Floats, horizon: int) -> Floats:
    """Return the country's least-squares line, extrapolated; flat below three editions."""
    slope = np.nan_to_num(slopes_of(window)) / 10
    time = np.where(np.isfinite(window), np.arange(window.shape[-1], dtype=float), np.nan)
    point = _mean(window) + slope * (window.shape[-1] - 1 + horizon - _mean(time))
    return np.where(np.isfinite(window[..., -1]), point, np.nan)


def smoothing(window: Floats, horizon: int) -> Floats:  # noqa: ARG001
    """Return simple exponential smoothing; one weight per panel, tuned on one-step errors."""
    weights = np.linspace(0.1, 1.0, 10)
    state = np.repeat(window[None, ..., 0], len(weights), axis=0)
    loss = np.zeros((len(weights), *window.shape[:-2]))
    shape = (-1, *[1] * (window.ndim - 1))
    for now in np.moveaxis(window[..., 1:], -1, 0):
        error = np.nan_to_num(now - state)
        loss += (error**2).sum(axis=-1)
        started = np.where(np.isfinite(state), state, now)
        state = started + weights.reshape(shape) * error
    best = loss.argmin(axis=0)
    chosen = np.take_along_axis(state, best[None, ..., None], axis=0)[0]
    return np.where(np.isfinite(window[..., -1]), chosen, np.nan)


def last_four_mean(window: Floats, horizon: int) -> Floats:  # noqa: ARG001
    """Return the mean of the last four editions."""
    return np.where(np.isfinite(window[..., -1]), _mean(window[..., -4:]), np.nan)


def country_mean(window: Floats, horizon: int) -> Floats:  # noqa: ARG001
    """Return the mean of all editions."""
    return np.where(np.isfinite(window[..., -1]), _mean(window), np.nan)


CANDIDATES: Final[dict[str, Forecaster]] = {
    "no_change": no_change,
    "eb_drift": eb_drift,
    "pooled_drift": pooled_drift,
    "country_drift": country_drift,
    "ols_trend": ols_trend,
    "smoothing": smoothing,
    "last_four_mean": last_four_mean,
    "country_mean": country_mean,
}
"""Every candidate is reported, whichever does best."""


def pooled_changes(window: Floats, horizon: int) -> Floats:
    """Return the `horizon`-step changes of all countries, sorted, NaN last: (..., changes)."""
    steps = window[..., horizon:] - window[..., :-horizon]
    return np.sort(steps.reshape(*steps.shape[:-2], -1), axis=-1)


def change_interval(pooled: Floats, level: float) -> tuple[Floats, Floats]:
    """Return the central interval of sorted changes, rounded outwards to values that occurred."""
    count = np.isfinite(pooled).sum(axis=-1)
    tail = (1 - level) / 2
    # Without the tolerance 0.025 * (n - 1) can land just beside the whole number it is.
    low = np.floor(tail * (count - 1) + SAME).astype(int)
    high = np.ceil((1 - tail) * (count - 1) - SAME).astype(int)
    pick = [np.take_along_axis(pooled, index[..., None], axis=-1)[..., 0] for index in (low, high)]
    return pick[0], pick[1]


def direction_shares(pooled: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the shares of changes that go down, stay and go up."""
    count = np.maximum(np.isfinite(pooled).sum(axis=-1), 1)
    down, up = (pooled < -SAME).sum(axis=-1) / count, (pooled > SAME).sum(axis=-1) / count
    return down, 1 - down - up, up


def forecast_table(
    frame: pd.DataFrame,
    value: str = "democracy_score",
    country: str = "country",
    edition: str = "edition",
    *,
    horizons: Sequence[int] = HORIZONS,
    bounds: tuple[float, float] = BOUNDS,
    origin: int | None = None,
) -> pd.DataFrame:
    """Forecast every country.

    Parameters
    ----------
    frame
        One row per country and edition.
    bounds
        Ends of the scale; minus and plus infinity if it has none.
    origin
        The edition from which all are forecast; by default each country's last known one.

    Returns
    -------
    One row per country and horizon: ``country``, ``origin``, ``horizon``, ``edition``, ``point``
    (no change), ``lower_80``, ``upper_80``, ``lower_95``, ``upper_95``, ``p_down``, ``p_stay``,
    ``p_up``, ``eb_drift`` (the challenger's point), ``n_changes`` (pooled, up to the origin),
    ``n_countries``, ``messages``, ``refusal``; figures are empty exactly where refused.

    Raises
    ------
    ParameterError
        If `origin` is not an edition of the panel.
    """
    matrix = panel_matrix(frame, value, country, edition)
    if origin is not None and origin not in matrix.editions:
        span = f"{matrix.editions[0]} to {matrix.editions[-1]}"
        raise ParameterError(f"origin {origin} is outside the editions {span}")
    last = np.isfinite(matrix.array).cumsum(axis=1).argmax(axis=1)
    starts = last if origin is None else np.full(len(last), matrix.editions.index(origin))
    rows: list[dict[str, Any]] = []
    for start in np.unique(starts):
        window = matrix.array[:, : start + 1]
        year = matrix.editions[start]
        late = f"last known in {year}" if year < matrix.editions[-1] and origin is None else ""
        for horizon in horizons:
            pooled = pooled_changes(window, horizon)
            known = pooled[np.isfinite(pooled)]
            challenger = np.clip(eb_drift(window, horizon), *bounds)
            for i in np.flatnonzero(starts == start):
                head = {"origin": year, "horizon": horizon, edition: year + horizon}
                row = _row(float(window[i, -1]), float(challenger[i]), known, bounds, year)
                row["messages"] = "; ".join(filter(None, (late, row["messages"])))
                rows.append({country: matrix.countries[i]} | head | row)
    counts = {"n_countries": len(matrix.countries)}
    return pd.DataFrame(rows).assign(**counts).sort_values([country, "horizon"], ignore_index=True)


def _row(
    point: float, challenger: float, pooled: Floats, bounds: tuple[float, float], origin: int
) -> dict[str, Any]:
    refusal = ""
    if not np.isfinite(point):
        refusal = f"not known in {origin}: nothing to forecast from"
    elif len(pooled) < FEWEST_CHANGES:
        refusal = f"{len(pooled)} past changes: an interval needs {FEWEST_CHANGES}"
    row: dict[str, Any] = {"point": None if refusal else point}
    for level in LEVELS:
        low, high = (None, None)
        if not refusal:
            change = change_interval(pooled, level)
            low, high = (float(np.clip(point + step, *bounds)) for step in change)
        row |= {f"lower_{level * 100:.0f}": low, f"upper_{level * 100:.0f}": high}
    shares: tuple[float | None, ...] = (None, None, None)
    message = ""
    if not refusal:
        shares, message = _at_bounds(point, direction_shares(pooled), bounds)
    row |= dict(zip(("p_down", "p_stay", "p_up"), shares, strict=True))
    return row | {
        "eb_drift": None if refusal else challenger,
        "n_changes": len(pooled),
        "messages": message,
        "refusal": refusal,
    }


def _at_bounds(
    point: float, shares: tuple[Floats, Floats, Floats], bounds: tuple[float, float]
) -> tuple[tuple[float, float, float], str]:
    """Drop the direction that a bound forbids and renormalise the other two."""
    down, stay, up = (float(share) for share in shares)
    if point <= bounds[0] + SAME and stay + up > 0:
        return (0.0, stay / (stay + up), up / (stay + up)), "at the lowest value: cannot fall"
    if point >= bounds[1] - SAME and down + stay > 0:
        return (
            down / (down + stay),
            stay / (down + stay),
            0.0,
        ), "at the highest value: cannot rise"
    return (down, stay, up), ""
