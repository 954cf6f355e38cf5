"""The generator fitted to a panel, and an observed figure among panels that it draws.

Simulated moments (McFadden 1989): the settings minimise the squared distance between the moments
of the real panel and their mean over simulated panels with the same gaps, each in units of its
spread over panels. The random numbers stay the same throughout, so that the distance changes only
with the settings. Distances are sums of squares: a Gauss-Newton search within bounds needs a third
of the evaluations of a simplex and ends closer.

With the feature under test set to zero the generator draws panels with the same gaps; the observed
figure is placed among theirs. This replaces tests that reject in every persistent panel, such as
the likelihood-ratio test of different slopes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import optimize

from analysis.facts.errors import ParameterError
from analysis.statistics.arrays import Floats, changes_of, panel_cube
from analysis.statistics.generator import CAL, Settings, simulate_like
from analysis.statistics.moments import MOMENTS, OF_COMPLETE, moments
from analysis.tables.schema import columns

_BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "threshold": (0.126, 0.45),
    "step_sd": (0.03, 0.40),
    "momentum": (0.0, 0.8),
    "rho_within": (0.0, 0.95),
    "between_sd": (0.3, 3.0),
    "rho_between": (0.3, 0.999),
    "drift": (-1.5, 1.5),
    "drift_sd": (0.0, 1.0),
    "drift_share": (0.0, 1.0),
    "frailty": (0.0, 1.2),
}
"""What is fitted, within which bounds. Below 0.125 a threshold would have no effect: the nearest
quarter point is never further away."""
_ITERATIONS: Final = 15
"""At most so many steps of the search; each tries eleven settings."""
_STEP: Final = 0.05
"""Share of the way between its bounds by which a setting is moved to see what it does."""


def fit(ratings: Floats, seed: int, *, replications: int = 40) -> tuple[Settings, pd.DataFrame]:
    """Fit the generator to a panel, from the settings `CAL` on.

    Each category gets a threshold of its own, with which it changes as often as in the panel,
    (countries, categories, editions), NaN where unknown. Simulated panels have the same gaps: so
    many `replications` per evaluation, five times as many for the reported moments.

    Returns
    -------
    The settings; and the moments side by side: ``name``, ``meaning``, ``real``, ``fitted`` (mean of
    simulated panels), ``spread`` (their standard deviation), ``z`` = (real - fitted) / spread.

    Raises
    ------
    ParameterError
        If there are fewer than 6 countries with a complete edition, 4 editions or 2 categories, or
        nothing changes.
    """
    _, categories, editions = ratings.shape
    countries = int(np.isfinite(ratings).all(axis=1).any(axis=-1).sum())
    if countries < 6 or editions < 4 or categories < 2:
        raise ParameterError(
            "the generator needs 6 countries, 2 categories and 4 editions to be fitted; found "
            f"{countries} with an edition known in full, {categories} and {editions}"
        )
    real = moments(ratings[None])
    if real["change_rate"][0] == 0:
        raise ParameterError("no rating ever changes: there is nothing to fit")
    target = np.concatenate([real[name] for name in MOMENTS])
    settings = _search(ratings, target, replications, seed)
    settings = _with_category_thresholds(settings, ratings, replications, seed)
    mean, spread = _simulated(settings, ratings, 5 * replications, seed + 1)
    table = pd.DataFrame({"name": list(MOMENTS), "meaning": list(MOMENTS.values())})
    z = (target - mean) / np.maximum(spread, 1e-9)
    return settings, table.assign(real=target, fitted=mean, spread=spread, z=z)


def _first_level(ratings: Floats, drift: float) -> float:
    """Return the latent level of the first edition; the panel's mean lies half a period later."""
    return float(np.nanmean(ratings) - drift * ratings.shape[-1] / 20)


def _search(ratings: Floats, target: Floats, replications: int, seed: int) -> Settings:
    """Return the settings whose moments are nearest to `target`."""
    origin = replace(CAL, between_mean=_first_level(ratings, CAL.drift))
    _, spread = _simulated(origin, ratings, replications, seed)
    low, high = np.array(list(_BOUNDS.values())).T
    start = (np.array([np.mean(getattr(origin, name)) for name in _BOUNDS]) - low) / (high - low)
    # A moment without spread over panels would otherwise decide alone.
    scale = np.maximum(spread, 0.005)

    def departures(x: Floats) -> Floats:
        mean, _ = _simulated(_settings(x, ratings), ratings, replications, seed)
        return np.asarray((mean - target) / scale)

    def slopes(x: Floats) -> Floats:
        # Ratings are discrete: over a much smaller step the moments of simulated panels would
        # jump. A step that would leave the bounds is turned inwards.
        here, steps = departures(x), np.where(x + _STEP <= 1, _STEP, -_STEP)
        moved = [(departures(x + own) - here) / own.sum() for own in np.diag(steps)]
        return np.array(moved).T

    start = start.clip(1e-3, 1 - 1e-3)
    limits = {"max_nfev": _ITERATIONS, "xtol": 1e-3, "ftol": 1e-3}
    result = optimize.least_squares(departures, start, slopes, bounds=(0.0, 1.0), **limits)
    return _settings(result.x, ratings)


def _simulated(
    settings: Settings, ratings: Floats, replications: int, seed: int
) -> tuple[Floats, Floats]:
    panels = simulate_like(ratings, settings, replications, np.random.default_rng(seed))
    values = np.array(list(moments(panels).values()))
    return values.mean(axis=1), values.std(axis=1, ddof=1)


def _settings(x: Floats, ratings: Floats) -> Settings:
    low, high = np.array(list(_BOUNDS.values())).T
    found = (low + x.clip(0, 1) * (high - low)).tolist()
    values: dict[str, Any] = dict(zip(_BOUNDS, found, strict=True))
    return replace(CAL, **values, between_mean=_first_level(ratings, values["drift"]))


def _with_category_thresholds(
    settings: Settings, ratings: Floats, replications: int, seed: int
) -> Settings:
    """Give each category the threshold with which it changes as often as in `ratings`.

    All categories are bisected together: a category's change rate falls with its own threshold
    and does not depend on the others'.
    """
    goal = _change_rates(ratings[None])
    low, high = np.full(len(goal), 0.126), np.full(len(goal), 0.6)
    for _ in range(8):
        middle = (low + high) / 2
        tried = replace(settings, threshold=tuple(middle))
        panels = simulate_like(ratings, tried, replications, np.random.default_rng(seed))
        too_often = _change_rates(panels) > goal
        low, high = np.where(too_often, middle, low), np.where(too_often, high, middle)
    return replace(settings, threshold=tuple(((low + high) / 2).tolist()))


def _change_rates(ratings: Floats) -> Floats:
    steps = changes_of(ratings)
    known = np.isfinite(steps).sum(axis=(0, 1, 3))
    return np.asarray((np.nan_to_num(steps) != 0).sum(axis=(0, 1, 3)) / np.maximum(known, 1))


def fitted_generator(panel: pd.DataFrame, seed: int) -> tuple[Settings, pd.DataFrame]:
    """Return the settings of the generator fitted to a panel, and the table that tells them.

    Trajectories and correlations both compare the panel with simulated ones. Both take the settings
    as the table has them, rounded, so that they draw from the same generator and a reader sees
    which. Notebook 2 stores the table.

    Parameters
    ----------
    panel
        ``country``, ``edition``, ``category``, ``rating``.

    Returns
    -------
    The settings, and the table ``generator_fit``: settings and moments, told apart by ``part``.

    Raises
    ------
    ParameterError
        As `fit`.
    """
    settings, moments_of_fit = fit(panel_cube(panel).array, seed)
    values: dict[str, Any] = {n: np.round(v, 6).tolist() for n, v in asdict(settings).items()}
    values |= {name: tuple(many) for name, many in values.items() if isinstance(many, list)}
    settings = Settings(**values)
    parts = [setting_rows(settings), moments_of_fit.assign(part="moment")]
    table = pd.concat(parts, ignore_index=True)
    complete = table["name"].isin(OF_COMPLETE)
    table["sample"] = np.where(complete, "complete country-editions", "all known ratings")
    return settings, table[list(columns("generator_fit"))].infer_objects().round(6)


def setting_rows(settings: Settings) -> pd.DataFrame:
    """Return settings as rows of the table ``generator_fit``, one a category where they differ."""
    values: dict[str, float] = {}
    for name, value in asdict(settings).items():
        many = isinstance(value, tuple)
        values |= {f"{name}_{k}": v for k, v in enumerate(value, 1)} if many else {name: value}
    rows = pd.DataFrame({"name": list(values), "fitted": map(float, values.values())})
    return rows.assign(part="setting", meaning="")


Statistic = Callable[[Floats], Floats]
"""From panels (replications, countries, categories, editions) to one figure per replication."""


def place(observed: float, drawn: Floats) -> dict[str, float]:
    """Place an observed figure among those of null panels.

    Between ``null_lower`` and ``null_upper`` lie the central 95 % of the null panels;
    ``percentile`` is the share of them with a smaller figure, ties by half, ``p_value`` of those
    with at least this figure: (1 + #) / (draws + 1).
    """
    lower, upper = np.quantile(drawn, [0.025, 0.975])
    tolerance = 1e-9 * max(1.0, abs(observed))
    below, above = drawn < observed - tolerance, drawn > observed + tolerance
    draws = len(drawn)
    return {
        "observed": observed,
        "null_mean": float(drawn.mean()),
        "null_lower": float(lower),
        "null_upper": float(upper),
        "percentile": float((below.sum() + 0.5 * (draws - below.sum() - above.sum())) / draws),
        "p_value": float((1 + (~below).sum()) / (draws + 1)),
        "draws": draws,
    }
