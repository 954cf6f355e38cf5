"""All checks in one table."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Final

import numpy as np
import pandas as pd

from analysis.trajectories.validation import changes, forecasts, trends
from analysis.trajectories.validation.check import Check

Group = Callable[[int, np.random.Generator], list[Check]]
"""A group of checks: replications and random numbers in, checks out."""

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
"""statsmodels fits one panel at a time: these get a sixth of the replications."""


def validate_trajectories(
    replications: int = 2000, seed: int = 2024, jobs: int = 1
) -> pd.DataFrame:
    """Measure the delivered estimators on simulated panels.

    Parameters
    ----------
    replications
        Panels per scenario: 2 000 for the record, 200 for a quick look.
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
    sizes = [max(replications // 6, 10) if g in _ONE_BY_ONE else replications for g in groups]
    streams = np.random.SeedSequence(seed).spawn(len(groups))
    found: list[Check] = []
    if jobs > 1:
        with ProcessPoolExecutor(jobs) as pool:
            for checks in pool.map(_measure, groups, sizes, streams):
                found += checks
    else:
        for group, size, stream in zip(groups, sizes, streams, strict=True):
            found += _measure(group, size, stream)
    return pd.DataFrame(
        [
            {
                "estimator": check.estimator,
                "scenario": check.scenario,
                "metric": check.metric,
                "required": check.required,
                "measured": check.measured,
                "monte_carlo_error": check.error,
                "passed": check.passed,
            }
            for check in found
        ]
    )


def _measure(group: Group, size: int, stream: np.random.SeedSequence) -> list[Check]:
    return group(size, np.random.default_rng(stream))
