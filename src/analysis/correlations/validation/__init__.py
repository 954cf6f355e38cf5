"""The estimators of this package on panels with a known truth.

`validate_correlations` measures coverage, size and power of the delivered functions on simulated
panels, beside the pooled correlation and the textbook interval, which must fail there.
"""

from analysis.correlations.validation.run import validate_correlations

__all__ = ["validate_correlations"]
