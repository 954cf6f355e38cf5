"""A statistic over completed panels: its range, and its interval by Rubin's rules.

The completed panels are multiple imputations (Rubin 1987): what the facts leave open adds its
variance between panels to the variance within each. With few countries the degrees of freedom
are those of Barnard and Rubin (1999), which never exceed those of the complete panel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from analysis.statistics.arrays import Bools, Floats
from analysis.statistics.completion.stacks import Stack, completed_panels, known_panel
from analysis.statistics.estimates import t_quantile
from analysis.statistics.group_data import GroupData
from analysis.tables.schema import columns

COMPLETED: Final = "completed panels"
"""The sample of what rests on every completed panel."""


@dataclass(frozen=True)
class Figures:
    """Statistics of each panel of a stack.

    Attributes
    ----------
    names
        What is measured.
    estimates
        (panels, names), on a scale on which they are about normal if they have errors.
    errors, df
        Standard errors and degrees of freedom of the same shape; NaN where an interval is withheld,
        no errors for facts.
    shown
        From that scale to the one that is reported; it keeps the order.
    signed
        Whether the sign says something.
    """

    names: Sequence[str]
    estimates: Floats
    errors: Floats | None = None
    df: Floats = field(default_factory=lambda: np.empty(0))
    shown: Callable[[Floats], Floats] = np.asarray
    signed: bool = True

    def interval(self, estimate: Floats, error: Floats, df: Floats) -> tuple[Floats, Floats]:
        """Return the 95 % t interval on the scale that is reported."""
        half = t_quantile(df) * error
        return self.shown(estimate - half), self.shown(estimate + half)


Statistic = Callable[[Stack], Figures]


def combine(estimates: Floats, errors: Floats, df: Floats) -> tuple[Floats, Floats, Floats]:
    """Combine estimates of completed panels by Rubin's rules.

    Parameters
    ----------
    estimates, errors, df
        (panels, ...): estimates, their standard errors, and the degrees of freedom that each would
        have if nothing had been open.

    Returns
    -------
    Estimate, standard error and degrees of freedom (Barnard and Rubin 1999), each (...).
    """
    size = len(estimates)
    complete = df.mean(axis=0)
    variance = (errors**2).mean(axis=0)
    added = (1 + 1 / size) * (estimates.var(axis=0, ddof=1) if size > 1 else 0 * variance)
    total = variance + added
    share = added / total
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    freedom = 1 / (share**2 / max(size - 1, 1) + 1 / observed)
    return estimates.mean(axis=0), np.sqrt(total), freedom


def table_over_completed(
    name: str, statistics: Iterable[tuple[str, Statistic]], data: GroupData
) -> pd.DataFrame:
    """Return a stored table of statistics of what a group's data know, and of completed panels."""
    known, completed = known_panel(data), completed_panels(data)
    tables = [
        over_completed(statistic, known, completed).assign(statistic=label).astype(object)
        for label, statistic in statistics
    ]
    return pd.concat(tables, ignore_index=True)[list(columns(name))].infer_objects()


def over_completed(statistic: Statistic, known: Stack, completed: Stack) -> pd.DataFrame:
    """Return statistics of what is known beside those of completed panels.

    Returns
    -------
    pandas.DataFrame
        Table ``over_completed_trajectories`` without the statistic, one row a figure; the combined
        interval is missing for facts.
    """
    with np.errstate(invalid="ignore", divide="ignore"):  # what a small group lacks is NaN
        return _compared(statistic(known), statistic(completed))


def _compared(before: Figures, after: Figures) -> pd.DataFrame:
    spread = after.shown(after.estimates)
    turned = np.sign(after.estimates) * np.sign(before.estimates) < 0
    table = pd.DataFrame(
        {
            "name": list(after.names),
            "known": before.shown(before.estimates[0]),
            "known_low": None,
            "known_high": None,
            "least": spread.min(axis=0),
            "greatest": spread.max(axis=0),
            "pooled": after.shown(after.estimates.mean(axis=0)),
            "low": None,
            "high": None,
            "df": None,
            "n_panels": len(spread),
            "hangs_on_gaps": after.signed & turned.any(axis=0),
            "sample": COMPLETED,
        }
    )
    if after.errors is None or before.errors is None:
        return table
    known_bounds = before.interval(before.estimates[0], before.errors[0], before.df[0])
    estimate, error, df = combine(after.estimates, after.errors, after.df)
    bounds = after.interval(estimate, error, df)
    return table.assign(
        known_low=known_bounds[0],
        known_high=known_bounds[1],
        low=bounds[0],
        high=bounds[1],
        df=df,
        hangs_on_gaps=table["hangs_on_gaps"] | (after.signed & _other_side(known_bounds, bounds)),
    )


def _other_side(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> Bools:
    """Tell where two intervals, none of them withheld, lie differently to zero."""
    sides = [
        np.where(low > 0, 1.0, np.where(high < 0, -1.0, 0 * low)) for low, high in (one, other)
    ]
    given = np.isfinite(sides[0]) & np.isfinite(sides[1])
    return np.asarray(given & (sides[0] != sides[1]))
