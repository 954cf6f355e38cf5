"""All checks of the correlation estimators in one table."""

from __future__ import annotations

from typing import Final

import pandas as pd

from analysis.correlations.validation import coverage, sizes, structure
from analysis.simulation.check import Group, run_checks

_GROUPS: Final[tuple[Group, ...]] = (
    coverage.jackknife_intervals,
    sizes.tests_under_the_null,
    sizes.power,
    coverage.few_countries,
    coverage.between_intervals,
    coverage.common_shocks,
    coverage.differences,
    coverage.part_and_whole,
    coverage.bootstrap,
    coverage.bad_methods,
    structure.order_size,
    structure.calibrated_order,
    structure.order_power,
    structure.reliability,
    structure.parallel_analysis,
    structure.calibrated_null,
)


def validate_correlations(
    replications: int = 2000, seed: int = 2024, jobs: int = 1
) -> pd.DataFrame:
    """Measure the delivered estimators on simulated panels.

    Parameters
    ----------
    replications
        Panels per scenario: 2 000 for the record, 100 for a quick look.
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
    return run_checks(_GROUPS, [replications] * len(_GROUPS), seed, jobs)
