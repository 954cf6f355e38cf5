"""Results of notebook 2 that take long: made anew only when their data or settings change.

From the generator fitted to the panel (`analysis.statistics.simulation.fitted`) come the false
alarms of the episode rule and the driftless panels among which the spread of trends is placed. The
joint growth model tries several optimisers on all ratings. Both carry a key of what they were made
from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import CATEGORIES
from analysis.settings.choices import declared
from analysis.statistics.arrays import panel_cube
from analysis.statistics.group_data import GroupData, data_key, kept_results
from analysis.statistics.simulation.fitted import fitted_generator
from analysis.trajectories.episodes import false_alarms
from analysis.trajectories.growth import GrowthModel, growth_model
from analysis.trajectories.heterogeneity import calibrated_table
from analysis.trajectories.results import scores_of

REVISION: Final = 2
"""To be raised when a statistic, a rule or a model changes, so that stored results are not used."""

_SIMULATED: Final = ("calibrated_trends", "episode_false_alarms")
_GROWTH: Final = ("growth", "growth_lines")


@dataclass(frozen=True)
class SimulatedResults:
    """What rests on panels from the fitted generator.

    Attributes
    ----------
    fit
        Fitted settings, and the moments of real and simulated panels side by side.
    calibrated
        `analysis.trajectories.heterogeneity.calibrated_table`.
    alarms
        `analysis.trajectories.episodes.false_alarms`.
    refusal
        Why there are none; then the tables are empty.
    """

    fit: pd.DataFrame
    calibrated: pd.DataFrame
    alarms: pd.DataFrame
    refusal: str = ""


def simulated(data: GroupData, seed: int) -> SimulatedResults:
    """Return and keep what rests on panels from the generator fitted to the group's panel."""
    try:
        generator = fitted_generator(data, seed)
    except ParameterError as error:
        # Too few countries, categories or editions to fit a generator to: the notebook says so.
        return SimulatedResults(pd.DataFrame(), pd.DataFrame(), pd.DataFrame(), str(error))

    draws = declared().simulated_panels

    def make() -> list[pd.DataFrame]:
        cube = panel_cube(data.panel, order=list(CATEGORIES))
        return [
            calibrated_table(cube, generator.settings, seed, draws),
            false_alarms(cube.shape[2], seed, settings=generator.settings),
        ]

    key = data_key(data, "simulated", generator.settings, seed, draws, REVISION)
    calibrated, alarms = kept_results(make, _SIMULATED, key, data)
    return SimulatedResults(generator.table, calibrated, alarms)


def growth(data: GroupData) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return and keep the growth-curve models of the score and of all categories jointly.

    Returns
    -------
    Estimates, one row a ``model`` (``score``, ``joint``) and term, and the country lines.
    """

    def make() -> list[pd.DataFrame]:
        models = {
            "score": growth_model(scores_of(data)),
            "joint": growth_model(data.panel, "rating", category="category"),
        }
        estimates = [_estimates(model, name) for name, model in models.items()]
        lines = [m.lines.assign(model=name) for name, m in models.items() if len(m.lines)]
        empty = pd.DataFrame(columns=[*_LINES])
        return [
            pd.concat(estimates, ignore_index=True),
            pd.concat(lines, ignore_index=True)[[*_LINES]] if lines else empty,
        ]

    key = data_key(data, "growth", REVISION)
    estimates, lines = kept_results(make, _GROWTH, key, data)
    return estimates, lines


_LINES: Final = (
    "model",
    "country",
    "level",
    "slope_per_decade",
    "raw_slope_per_decade",
    "n_editions",
)


def _estimates(model: GrowthModel, name: str) -> pd.DataFrame:
    """Return fixed effects and shares of variance as one table.

    Rounded to three decimals: further ones depend on where an optimiser happened to stop.
    """
    parts = []
    if not model.refusal:
        shares = model.variances.rename(columns={"component": "term", "value": "estimate"})
        lag = pd.DataFrame([{"term": "residual_lag_1", "estimate": model.residual_lag_1}])
        parts += [
            model.fixed.assign(part="fixed"),
            shares.assign(part="variance"),
            lag.assign(part="variance"),
        ]
    if not parts:
        parts.append(pd.DataFrame([{"part": "fixed", "term": ""}]))
    columns = ["part", "term", "estimate", "standard_error", "lower", "upper", "df"]
    table = pd.concat([part.astype(object) for part in parts], ignore_index=True)
    table = table.reindex(columns=columns)
    numbers = ["estimate", "standard_error", "lower", "upper"]
    table[numbers] = table[numbers].astype(float).round(3)
    return table.assign(
        messages="; ".join(model.messages),
        model=name,
        n_countries=model.n_countries,
        n_editions=model.n_editions,
        n_observations=model.n_observations,
        refusal=model.refusal,
    )[
        [
            "model",
            *columns,
            "n_countries",
            "n_editions",
            "n_observations",
            "messages",
            "refusal",
        ]
    ]
