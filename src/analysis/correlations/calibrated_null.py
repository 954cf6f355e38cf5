"""Headline figures among those of simulated panels that lack the feature.

Two nulls are drawn from the generator fitted to the panel, with the same gaps: categories that
move without any relation, for the size of within-country figures; and categories that move
together but in no order, each with its own trigger, for lead and lag.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
import pandas as pd

from analysis.correlations.annual_changes import Orders, orders
from analysis.correlations.cross_products import LEVELS, SAMPLE, correlations, pairs_of, within
from analysis.correlations.dimensions import eigenvalues, jackknifed_alpha
from analysis.correlations.inference import LEAST_EFFECTIVE, jackknifed
from analysis.facts.errors import ParameterError
from analysis.settings.choices import declared
from analysis.statistics.arrays import Bools, Floats, panel_cube
from analysis.statistics.generator import Settings, simulate_like
from analysis.statistics.generator_fit import fitted_generator, place
from analysis.tables.schema import columns, empty

Described = tuple[Floats, Bools | None]
"""A figure per panel, and whether intervals hold zero, where the figure has one."""
Statistic = Callable[[Floats], Described]


def unrelated(settings: Settings, ratings: Floats) -> Settings:
    """Return settings in which categories of a country have nothing in common but their level.

    A trend that categories share counts as association, so that there is none.
    """
    level = float(np.nanmean(ratings))
    return replace(settings.without_drift(), rho_within=0.0, lead=0.0, between_mean=level)


def without_order(settings: Settings) -> Settings:
    """Return settings in which categories move together, none before another."""
    return replace(settings, lead=0.0)


def _mean_correlation(ratings: Floats, level: str) -> Described:
    found = jackknifed(LEVELS[level](ratings), *pairs_of(ratings.shape[-2]))
    covered = (found.low <= 0) & (found.high >= 0)
    shown = np.isfinite(found.low) & (found.effective >= LEAST_EFFECTIVE)
    return np.nanmean(found.r, axis=-1), covered[shown]


def _largest_within(ratings: Floats) -> Described:
    r = correlations(within(ratings).total(), *pairs_of(ratings.shape[-2]))
    return np.nanmax(np.abs(r), axis=-1), None


def _first_share(ratings: Floats) -> Described:
    products, k = within(ratings), ratings.shape[-2]
    # A category that never moved in a panel counts as unrelated to the others.
    moved = replace(products, squares=products.squares + 1e-9 * np.eye(k))
    return eigenvalues(moved.total())[..., 0] / k, None


def _alpha(ratings: Floats) -> Described:
    value, low, high = jackknifed_alpha(within(ratings))
    return value, (low <= 0) & (high >= 0)


_LEVELS: Final = {
    "within": "mean correlation within countries",
    "two_way": "mean correlation within countries, less editions",
    "changes": "mean correlation of annual changes",
}
STATISTICS: Final[dict[str, tuple[str, Statistic]]] = {
    **{name: (words, partial(_mean_correlation, level=name)) for name, words in _LEVELS.items()},
    "largest_within": ("largest correlation within countries of any pair", _largest_within),
    "first_share": ("share of the first eigenvalue within countries", _first_share),
    "alpha": ("alpha within countries", _alpha),
}
"""Name -> meaning and function of panels (replications, countries, categories, editions)."""


@dataclass(frozen=True)
class CalibratedNull:
    """What simulated panels give.

    Attributes
    ----------
    table
        ``calibrated_null``, one row a statistic of `STATISTICS`. ``coverage`` is how often the
        95 % interval of the figure holds the true zero in the unrelated panels (all pairs).
    orders
        Lagged correlations in panels without order, (draws, pairs).
    refusal
        Why there are no simulated panels; then the table is empty and there are no orders.
    """

    table: pd.DataFrame
    orders: Orders | None
    refusal: str = ""


def null_of(panel: pd.DataFrame, seed: int, draws: int | None = None) -> CalibratedNull:
    """Fit the generator to a panel and place the panel among what it draws.

    Parameters
    ----------
    panel
        ``country``, ``edition``, ``category``, ``rating``.
    seed, draws
        Of the fit and the simulated panels; as many as ``data/raw/settings.yml`` declares.

    Examples
    --------
    >>> from analysis import data
    >>> null_of(data.panel("Visegrad"), seed=1).refusal[:49]
    'No simulated panels: the generator needs 6 countr'
    >>> table = null_of(data.panel("Balkans"), seed=1, draws=20).table
    >>> table.set_index("statistic")["observed"].round(2)["within"].item()
    0.39
    """
    try:
        settings, _ = fitted_generator(panel, seed)
    except ParameterError as error:
        # Too few countries or categories to fit a generator to: the brief says so.
        return CalibratedNull(empty("calibrated_null"), None, f"No simulated panels: {error}.")
    cube = panel_cube(panel).array
    return calibrated_null(cube, settings, seed, draws or declared().simulated_panels)


def calibrated_null(
    ratings: Floats, settings: Settings, seed: int, draws: int = 1000
) -> CalibratedNull:
    """Draw both nulls from settings fitted to a panel and place it among them.

    The panel is (countries, categories, editions), NaN where unknown.
    """
    random, shape = np.random.default_rng(seed), ratings.shape
    panels = simulate_like(ratings, unrelated(settings, ratings), draws, random)
    rows = []
    for name, (meaning, statistic) in STATISTICS.items():
        drawn, covered = statistic(panels)
        coverage = None if covered is None else float(covered.mean())
        placed = place(float(statistic(ratings[None])[0][0]), drawn)
        rows.append({"statistic": name, "meaning": meaning, "coverage": coverage, **placed})
    table = pd.DataFrame(rows).assign(n_countries=shape[0], n_editions=shape[2], sample=SAMPLE)
    table = table[list(columns("calibrated_null"))]
    del panels
    together = simulate_like(ratings, without_order(settings), draws, random)
    return CalibratedNull(table, orders(together, *pairs_of(shape[1])))
