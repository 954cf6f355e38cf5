"""Panels one on another, what is known and completed ones, and statistics over all of them.

The completed panels are multiple imputations (Rubin 1987): what the facts leave open adds its
variance between panels to the variance within each. With few countries the degrees of freedom
are those of Barnard and Rubin (1999), which never exceed those of the complete panel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from analysis.facts.rating_system import CATEGORIES
from analysis.statistics.arrays import Floats, arranged
from analysis.statistics.estimates import t_quantile
from analysis.statistics.group_data import GroupData
from analysis.tables.schema import columns
from analysis.tables.stored import read_processed


@dataclass(frozen=True)
class Stack:
    """Panels of the same countries and editions; on ``7=best``, NaN where unknown.

    `ratings` are (panels, countries, categories, editions), categories in the usual order, and
    `scores` (panels, countries, editions), those that are printed without all ratings included.
    """

    countries: tuple[str, ...]
    editions: tuple[int, ...]
    ratings: Floats
    scores: Floats

    @property
    def complete(self) -> Floats:
        """Return the ratings of country-editions of which all seven are known, else NaN."""
        whole = np.isfinite(self.ratings).all(axis=-2, keepdims=True)
        return np.where(whole, self.ratings, np.nan)


def known_panel(data: GroupData) -> Stack:
    """Return what is known of a group, as a stack of one panel."""
    countries = tuple(country.name for country in data.members)
    editions = tuple(data.window.editions)
    ratings = ratings_array(data.panel, countries, editions)
    by_country = data.series.set_index(["country", "edition"])["score"]
    scores = arranged(by_country, countries, editions)
    return Stack(countries, editions, ratings[None], scores[None])


def completed_panels(data: GroupData) -> Stack:
    """Return the stored completed panels of a group, cut to its window."""
    known, table = known_panel(data), read_processed("completed_panels")
    table = data.window.cut(table[table["country"].isin(known.countries)])
    if table.empty:
        return known
    panels = range(1, table["panel_number"].max() + 1)
    by_cell = table.set_index(["panel_number", "country", "category", "edition"])["rating"]
    drawn = arranged(by_cell, panels, known.countries, CATEGORIES, known.editions)
    ratings = np.where(np.isfinite(drawn), drawn, known.ratings)
    return Stack(known.countries, known.editions, ratings, ratings.mean(axis=-2))


def ratings_array(panel: pd.DataFrame, countries: Sequence[str], editions: Sequence[int]) -> Floats:
    """Return a long panel as (countries, categories, editions), NaN where unknown."""
    ratings = panel.set_index(["country", "category", "edition"])["rating"]
    return arranged(ratings, countries, CATEGORIES, editions)


COMPLETED: Final = "completed panels"
"""The sample of what rests on every completed panel."""


@dataclass(frozen=True)
class Figures:
    """Statistics of each panel of a stack, (panels, names).

    Estimates with errors are on a scale on which they are about normal, which `shown` takes to the
    one that is reported, in the same order. Standard errors and degrees of freedom are NaN where an
    interval is withheld, as it is of facts. The sign of some says nothing (`signed`).
    """

    names: Sequence[str]
    estimates: Floats
    errors: Floats | float = np.nan
    df: Floats | float = np.nan
    shown: Callable[[Floats], Floats] = np.asarray
    signed: bool = True

    @property
    def arrays(self) -> tuple[Floats, Floats, Floats]:
        """Return estimates, errors and degrees of freedom in one shape."""
        estimates, errors, df = np.broadcast_arrays(self.estimates, self.errors, self.df)
        return estimates, errors, df

    def interval(self, estimate: Floats, error: Floats, df: Floats) -> tuple[Floats, Floats]:
        """Return the 95 % t interval on the scale that is reported, both ends or none."""
        half = t_quantile(df) * error
        low, high = self.shown(estimate - half), self.shown(estimate + half)
        return low + 0 * high, high + 0 * low


Statistic = Callable[[Stack], Figures]


def combine(estimates: Floats, errors: Floats, df: Floats) -> tuple[Floats, Floats, Floats]:
    """Combine estimates of completed panels, (panels, ...), by Rubin's rules.

    The degrees of freedom given are those that each would have if nothing had been open; those
    returned are Barnard and Rubin's (1999).
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

    One row a figure of the table ``over_completed_trajectories``, without the statistic; the
    combined interval is missing for facts.
    """
    with np.errstate(invalid="ignore", divide="ignore"):  # what a small group lacks is NaN
        before, after = statistic(known), statistic(completed)
        spread, pooled = after.shown(after.estimates), combine(*after.arrays)
        bounds = before.interval(*(values[0] for values in before.arrays))
        # Rubin's rules widen an interval even where nothing is open: what no gap touches keeps its.
        touched = ~np.isclose(spread, before.shown(before.estimates)).all(axis=0)
        low, high = np.where(touched, after.interval(*pooled), bounds)
        turned = (np.sign(after.estimates) * np.sign(before.estimates) < 0).any(axis=0)
        # Two intervals that lie differently to zero; where one is withheld its side is NaN.
        one, other = ((a > 0) * 1.0 - (b < 0) + 0 * a for a, b in (bounds, (low, high)))
        turned |= np.isfinite(one + other) & (one != other)
        table = {
            "name": list(after.names),
            "known": before.shown(before.estimates[0]),
            "known_low": bounds[0],
            "known_high": bounds[1],
            "least": spread.min(axis=0),
            "greatest": spread.max(axis=0),
            "pooled": after.shown(pooled[0]),
            "low": low,
            "high": high,
            "df": np.where(touched, pooled[2], before.arrays[2][0]),
            "n_panels": len(spread),
            "hangs_on_gaps": after.signed & turned,
            "sample": COMPLETED,
        }
    return pd.DataFrame(table)
