"""Coverage, size and power of the estimators of correlations, beside methods known to fail."""
