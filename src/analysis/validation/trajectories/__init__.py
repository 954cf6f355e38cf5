"""The estimators of this package on panels with a known truth.

Coverage, size, power and accuracy of the delivered functions on simulated panels, beside methods
that are known to fail: a simulation that let those pass could not show anything. The groups are
run by `analysis.validation.validate`.
"""

from typing import Final

from analysis.validation.check import Group
from analysis.validation.trajectories import breaks, changes, drift, trends

ONE_BY_ONE: Final[tuple[Group, ...]] = (
    trends.mixed_models_n1,
    trends.mixed_models_n2,
    trends.mixed_models_n4,
    trends.mixed_models_fitted,
    changes.change_models,
)
"""statsmodels fits one panel at a time, half a second each."""

REFITTED: Final[tuple[Group, ...]] = (
    trends.refitted_null,
    trends.completed_panels,
)
"""The generator is fitted to every panel, or every panel is completed."""

VECTORISED: Final[tuple[Group, ...]] = (
    drift.drift_tests,
    drift.drift_power,
    trends.mean_trends,
    trends.mean_trend_power,
    trends.bad_methods,
    breaks.panel_breaks,
    breaks.episodes,
    breaks.single_breaks,
    trends.known_null,
    changes.rates,
    changes.rates_with_gaps,
)
