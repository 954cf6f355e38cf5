"""The estimators of this package on panels with a known truth.

Coverage, size and power of the delivered functions on simulated panels, beside methods that are
known to fail: a simulation that let those pass could not show anything. The groups are run by
`analysis.validation.validate`.
"""

from typing import Final

from analysis.validation.check import Group
from analysis.validation.correlations import coverage, sizes

ONE_BY_ONE: Final[tuple[Group, ...]] = ()

REFITTED: Final[tuple[Group, ...]] = (
    sizes.refitted_null,
    sizes.refitted_order,
    coverage.completed_panels,
)
"""The generator is fitted to every panel, or every panel is completed."""

VECTORISED: Final[tuple[Group, ...]] = (
    sizes.tests_under_the_null,
    coverage.jackknife_intervals,
    sizes.power,
    sizes.parallel_analysis,
    sizes.reliability,
    coverage.few_countries,
    coverage.between_intervals,
    coverage.common_shocks,
    coverage.differences,
    coverage.part_and_whole,
    coverage.bad_methods,
    sizes.order_size,
    sizes.calibrated_order,
    sizes.order_power,
    sizes.known_null,
)
