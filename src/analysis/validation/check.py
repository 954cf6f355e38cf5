"""One line of the validation: a measured figure, its Monte Carlo error, and what is required."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from analysis.statistics.arrays import Bools, Floats
from analysis.statistics.generator import CAL, Settings, democracy_scores, simulate
from analysis.tables.schema import columns

COUNTRIES: Final = 29

TO_BE_KNOWN: Final = "to be known"
"""Stands for a requirement where a figure is measured and nothing is required of it."""


@dataclass(frozen=True)
class Check:
    """A requirement and how it was met.

    Attributes
    ----------
    estimator, scenario, metric
        What was measured, on which panels.
    lowest, highest
        Bounds of the requirement; a share, ratio or p-value. Without either the figure is there
        to be known, and nothing is required.
    measured, error
        The figure and its Monte Carlo standard error.
    note
        Why the requirement is another than the one designed, if it is.
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


@dataclass(frozen=True)
class Subject:
    """What is checked: an estimator on a scenario."""

    estimator: str
    scenario: str

    def share(
        self,
        metric: str,
        hits: Bools,
        lowest: float = -np.inf,
        highest: float = np.inf,
        *,
        panels: bool = False,
        note: str = "",
    ) -> Check:
        """Check the share of hits.

        Parameters
        ----------
        panels
            The first axis are replications and hits within one are dependent: the Monte Carlo
            error is taken over replications.
        """
        p = float(hits.mean())
        if panels:
            error = float(hits.reshape(len(hits), -1).mean(axis=1).std(ddof=1) / np.sqrt(len(hits)))
        else:
            error = float(np.sqrt(max(p * (1 - p), 0.25 / hits.size) / hits.size))
        return Check(self.estimator, self.scenario, metric, lowest, highest, p, error, note)

    def coverage(
        self,
        lower: Floats,
        upper: Floats,
        truth: float,
        lowest: float = -np.inf,
        highest: float = np.inf,
        metric: str = "coverage of the 95 % interval",
    ) -> Check:
        """Check how often intervals hold the truth."""
        return self.share(metric, (lower <= truth) & (truth <= upper), lowest, highest)

    def uniform(self, p_values: Floats) -> Check:
        """Check that p-values under the null are uniform (Kolmogorov-Smirnov)."""
        p_value = float(stats.kstest(p_values, "uniform").pvalue)
        metric = f"Kolmogorov-Smirnov p of {len(p_values)} p-values"
        return Check(self.estimator, self.scenario, metric, 0.01, np.inf, p_value, 0.0)


def scores(
    settings: Settings,
    replications: int,
    n_editions: int,
    rng: np.random.Generator,
    countries: int = COUNTRIES,
) -> Floats:
    """Draw panels and return their Democracy Scores, (replications, countries, editions)."""
    return democracy_scores(simulate(settings, replications, countries, n_editions, rng))


def label(settings: Settings, name: str, n_editions: int, countries: int = COUNTRIES) -> str:
    """Return a scenario's label, such as ``N1, 20 editions``."""
    base = "CAL " if settings.threshold == CAL.threshold else ""
    few = f", {countries} countries" if countries != COUNTRIES else ""
    return f"{base}{name}, {n_editions} editions{few}"


Group = Callable[[int, np.random.Generator], Iterable[Check]]
"""A group of checks: replications and random numbers in, checks out."""


def table_of(checks: Iterable[Check], slack: float = 0.0) -> pd.DataFrame:
    """Return checks as a table.

    Returns
    -------
    One row a check, as the table ``validation_trajectories``. Rows whose estimator begins with
    ``sanity`` are methods that must fail.
    """
    fields = ("estimator", "scenario", "metric", "required", "measured")
    rows = [
        (*(getattr(check, name) for name in fields), check.error, check.passed(slack), check.note)
        for check in checks
    ]
    return pd.DataFrame(rows, columns=list(columns("validation_trajectories")))
