"""The estimators of this package on panels with a known truth.

`validate_trajectories` measures coverage, size, power and accuracy of the delivered functions on
simulated panels, beside methods that are known to fail: a simulation that let those pass could not
show anything.
"""

from analysis.trajectories.validation.run import validate_trajectories

__all__ = ["validate_trajectories"]
