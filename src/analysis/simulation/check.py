"""One line of the validation: a measured figure, its Monte Carlo error, and what is required."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from analysis.matrices import Bools, Floats
from analysis.simulation.generator import CAL, Settings, democracy_scores, simulate

COUNTRIES: Final = 29


@dataclass(frozen=True)
class Check:
    """A requirement and how it was met.

    Attributes
    ----------
    estimator, scenario, metric
        What was measured, on which panels.
    lowest, highest
        Bounds of the requirement; a share, ratio or p-value.
    measured, error
        The figure and its Monte Carlo standard error.
    """

    estimator: str
    scenario: str
    metric: str
    lowest: float
    highest: float
    measured: float
    error: float

    @property
    def required(self) -> str:
        """The requirement in words."""
        if self.lowest == -np.inf:
            return f"at most {self.highest:g}"
        if self.highest == np.inf:
            return f"at least {self.lowest:g}"
        return f"{self.lowest:g} to {self.highest:g}"

    @property
    def passed(self) -> bool:
        """Whether the figure is within the bounds, widened by two Monte Carlo errors."""
        slack = 2 * self.error
        return bool(self.lowest - slack <= self.measured <= self.highest + slack)


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
        return Check(self.estimator, self.scenario, metric, lowest, highest, p, error)

    def coverage(
        self, lower: Floats, upper: Floats, truth: float, lowest: float, highest: float
    ) -> Check:
        """Check how often intervals hold the truth."""
        hits = (lower <= truth) & (truth <= upper)
        return self.share("coverage of the 95 % interval", hits, lowest, highest)


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


Group = Callable[[int, np.random.Generator], list[Check]]
"""A group of checks: replications and random numbers in, checks out."""


def run_checks(
    groups: Sequence[Group], sizes: Sequence[int], seed: int, jobs: int = 1
) -> pd.DataFrame:
    """Run groups of checks, each with its own stream of random numbers.

    Parameters
    ----------
    sizes
        Replications of each group.
    seed, jobs
        The result depends on the seed, not on the number of processes.

    Returns
    -------
    One row per check: ``estimator``, ``scenario``, ``metric``, ``required``, ``measured``,
    ``monte_carlo_error`` and ``passed``.
    """
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
