"""All checks in one table."""

from __future__ import annotations

from typing import Final

import pandas as pd

from analysis.simulation.check import Group, run_checks
from analysis.trajectories.validation import changes, forecasts, trends

_VECTORISED: Final[tuple[Group, ...]] = (
    trends.mean_trends,
    trends.drift_tests,
    trends.episodes,
    trends.panel_breaks,
    trends.calibrated_null,
    trends.bad_methods,
    changes.rates,
    forecasts.intervals,
    forecasts.challengers,
    forecasts.accuracy_tests,
)
_ONE_BY_ONE: Final[tuple[Group, ...]] = (
    trends.mixed_models_n1,
    trends.mixed_models_n2,
    trends.mixed_models_n4,
    changes.change_models,
)
"""statsmodels fits one panel at a time, half a second each."""


def validate_trajectories(
    replications: int = 2000, fits: int = 300, seed: int = 2024, jobs: int = 1
) -> pd.DataFrame:
    """Measure the delivered estimators on simulated panels.

    Parameters
    ----------
    replications
        Panels per scenario: 2 000 for the record, 200 for a quick look.
    fits
        Panels per scenario for the models that statsmodels fits one at a time.
    seed
        Each group of checks gets its own stream, so that the result does not depend on `jobs`.
    jobs
        Processes to use.

    Returns
    -------
    One row per check: ``estimator``, ``scenario``, ``metric``, ``required``, ``measured``,
    ``monte_carlo_error`` and ``passed`` (within the requirement, widened by two Monte Carlo
    errors). Rows whose estimator begins with ``sanity`` are methods that must fail.
    """
    groups = (*_ONE_BY_ONE, *_VECTORISED)
    sizes = [fits if group in _ONE_BY_ONE else replications for group in groups]
    return run_checks(groups, sizes, seed, jobs)
