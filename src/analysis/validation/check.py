"""Panels with a known truth, and one line of the validation: a figure and what is required of it.

A figure has a Monte Carlo error. Estimators whose name begins with ``sanity`` are methods that
must fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from analysis.facts.rating_system import CATEGORIES
from analysis.statistics import generator
from analysis.statistics.arrays import Bools, Floats
from analysis.statistics.generator import CAL, STRESS, Settings
from analysis.tables.schema import columns

COUNTRIES: Final = 29
LARGE: Final = 40_000
"""Countries of a panel whose figures are the truth."""
ALPHA: Final = 0.05 + 1e-12
COVERAGE: Final = "coverage of the 95 % interval"
TO_BE_KNOWN: Final = "to be known"
"""Stands for a requirement where a figure is measured and nothing is required of it."""


@dataclass(frozen=True)
class Check:
    """A requirement and how it was met.

    Without either bound the figure is there to be known, and nothing is required. The `error` is
    Monte Carlo's, the `note` why the requirement is another than the one designed, if it is.
    """

    estimator: str
    scenario: str
    metric: str
    lowest: float
    highest: float
    measured: float
    error: float
    note: str = ""

    @property
    def required(self) -> str:
        """The requirement in words."""
        low, high = np.isfinite([self.lowest, self.highest])
        if low and high:
            return f"{self.lowest:g} to {self.highest:g}"
        if low or high:
            return f"at least {self.lowest:g}" if low else f"at most {self.highest:g}"
        return TO_BE_KNOWN

    def passed(self, slack: float = 0.0) -> bool:
        """Tell whether the figure is within the bounds, widened by `slack` Monte Carlo errors."""
        wider = slack * self.error
        return bool(self.lowest - wider <= self.measured <= self.highest + wider)


Group = Callable[[int, np.random.Generator], Iterable[Check]]
"""A group of checks: replications and random numbers in, checks out."""


@dataclass(frozen=True)
class Case:
    """Panels of one scenario."""

    name: str
    settings: Settings
    editions: int = 20
    countries: int = COUNTRIES
    categories: int = len(CATEGORIES)

    def __str__(self) -> str:
        """Return the scenario's label, such as ``N1, 20 editions``."""
        base = "CAL " if self.settings.threshold == CAL.threshold else ""
        few = f", {self.countries} countries" if self.countries != COUNTRIES else ""
        return f"{base}{self.name}, {self.editions} editions{few}"

    def panels(self, replications: int, rng: np.random.Generator) -> Floats:
        """Draw panels (replications, countries, categories, editions)."""
        size = (replications, self.countries, self.editions)
        return generator.simulate(self.settings, *size, rng, categories=self.categories)

    def scores(self, replications: int, rng: np.random.Generator) -> Floats:
        """Draw panels and return their Democracy Scores, (replications, countries, editions)."""
        return np.asarray(self.panels(replications, rng).mean(axis=-2))

    def large(self) -> Case:
        """Return the same with so many countries that figures of one panel are the truth."""
        return replace(self, countries=LARGE)


def case_of(
    name: str, editions: int = 20, base: Settings = STRESS, label: str = "", **changes: Any
) -> Case:
    """Return a scenario of `analysis.statistics.generator`, its settings changed."""
    return Case(label or name, replace(generator.scenario(name, base), **changes), editions)


def fitted(name: str, editions: int, **changes: Any) -> Case:
    """Return panels of the fitted settings, without drift unless it is among the changes."""
    return Case(name, replace(CAL.without_drift(), **changes), editions)


def share(
    estimator: str,
    scenario: Case | str,
    metric: str,
    hits: Bools,
    lowest: float = -np.inf,
    highest: float = np.inf,
    *,
    note: str = "",
) -> Check:
    """Check the share of hits.

    The first axis are replications. Hits within one are dependent where there are more axes: the
    Monte Carlo error is then taken over replications.
    """
    p = float(hits.mean())
    error = np.sqrt(max(p * (1 - p), 0.25 / hits.size) / hits.size)
    if hits.ndim > 1:
        error = hits.reshape(len(hits), -1).mean(axis=1).std(ddof=1) / np.sqrt(len(hits))
    return Check(estimator, str(scenario), metric, lowest, highest, p, float(error), note)


def covers(
    estimator: str,
    scenario: Case | str,
    lower: Floats,
    upper: Floats,
    truth: float,
    *bounds: float,
    metric: str = COVERAGE,
    **how: Any,
) -> Check:
    """Check how often intervals hold the truth."""
    hits = (lower <= truth) & (truth <= upper)
    return share(estimator, scenario, metric, hits, *bounds, **how)


def uniform(estimator: str, scenario: Case, p_values: Floats) -> Check:
    """Check that p-values under the null are uniform (Kolmogorov-Smirnov)."""
    p_value = float(stats.kstest(p_values, "uniform").pvalue)
    metric = f"Kolmogorov-Smirnov p of {len(p_values)} p-values"
    return Check(estimator, str(scenario), metric, 0.01, np.inf, p_value, 0.0)


def table_of(checks: Iterable[Check], slack: float = 0.0) -> pd.DataFrame:
    """Return checks as rows of the table ``validation_trajectories``."""
    rows = [
        {**vars(c), "monte_carlo_error": c.error, "required": c.required, "passed": c.passed(slack)}
        for c in checks
    ]
    return pd.DataFrame(rows, columns=list(columns("validation_trajectories")))
