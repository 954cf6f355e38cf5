"""How often ratings change: rates whose intervals allow for differences between countries.

Changes cluster in countries, so a binomial interval on all country-years is too narrow. The Wilson
interval (1927) is taken on the effective number of opportunities, n / deff, with the t(G - 1)
quantile. Country rates are shrunk towards the common one by the beta-binomial moments of Kleinman
(1973) before they are ranked.
"""

from __future__ import annotations

from itertools import product
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from analysis.facts.rating_system import SAME
from analysis.statistics.arrays import Floats, Ints, changes_of, panel_cube
from analysis.statistics.estimates import Estimate, few_countries, mean_of_countries, t_quantile
from analysis.trajectories.observed import EVENTS, annual_changes, complete_editions, event_of

Counts = Floats | Ints
RATES: Final = ("rate", "lower", "upper", "design_effect")


def wilson(rate: Floats, n: Floats, quantile: Floats | float) -> tuple[Floats, Floats]:
    """Return Wilson's interval of a rate on `n` opportunities, which need not be whole."""
    square = np.asarray(quantile, dtype=float) ** 2
    centre = (rate + square / (2 * n)) / (1 + square / n)
    half = np.sqrt(square) * np.sqrt(rate * (1 - rate) / n + square / (4 * n**2)) / (1 + square / n)
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def clustered_rate(events: Counts, opportunities: Counts) -> tuple[Floats, Floats, Floats, Floats]:
    """Return rates with the Wilson interval on the effective number of opportunities.

    From counts by country, (..., countries): rate, lower, upper and deff, each (...). A country
    without opportunities does not count; deff is the variance of the rate between countries over
    its binomial variance, at least 1 (Rao & Scott 1992).
    """
    n = opportunities.sum(axis=-1)
    rate = events.sum(axis=-1) / n
    present = opportunities > 0
    size = present.sum(axis=-1).astype(float)
    # Deviations of counts, not of country rates: a country with two years must not weigh as much
    # as one with twenty. In a balanced panel both are the same.
    spread = ((events - rate[..., None] * opportunities) ** 2).sum(axis=-1) * size / (size - 1)
    binomial = rate * (1 - rate) * n
    deff = np.divide(spread, binomial, out=np.ones_like(rate), where=binomial > 0).clip(min=1.0)
    lower, upper = wilson(rate, n / deff, t_quantile(size - 1))
    return rate, lower, upper, deff


def rate_row(name: str, events: Counts, opportunities: Counts, n_editions: int) -> dict[str, Any]:
    """Return one row of a table of rates, or its refusal; counts are by country."""
    n_events, n = int(events.sum()), int(opportunities.sum())
    n_countries = int((opportunities > 0).sum())
    row: dict[str, Any] = {"name": name, "n_events": n_events, "n_opportunities": n}
    row |= dict.fromkeys(RATES, np.nan) | {"n_countries": n_countries, "n_editions": n_editions}
    row |= {"messages": "", "refusal": few_countries(n_countries)}
    if row["refusal"]:
        return row
    row |= zip(RATES, map(float, clustered_rate(events, opportunities)), strict=True)
    return row | {"messages": "" if n_events else f"0 of {n}: only the upper bound informs"}


def change_rate_table(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the yearly rate of every kind of change, by category and for all together.

    Returns
    -------
    Table ``change_rates``.

    Examples
    --------
    >>> from analysis import data
    >>> rates = change_rate_table(data.panel("Balkans")).set_index(["name", "event"])["rate"]
    >>> float(rates["NDG", "any"].round(2))
    0.34
    """
    cube = panel_cube(panel)
    changes = changes_of(cube.array)
    parts = {name: changes[:, [i]] for i, name in enumerate(cube.variables)} | {"all": changes}
    rows = []
    for (name, own), event in product(parts.items(), EVENTS):
        events, chances = (n.sum(axis=(1, 2)) for n in (event_of(own, event), np.isfinite(own)))
        row = rate_row(name, events, chances, len(cube.editions))
        rows.append({"name": name, "event": event} | row)
    return pd.DataFrame(rows)


def rate_contrasts(panel: pd.DataFrame, split: int) -> pd.DataFrame:
    """Compare the yearly rate of every kind of change from edition `split` on with that before.

    The difference is taken within countries and averaged over them: a comparison of all steps would
    take the steps of one country, and of one year, as independent.

    Returns
    -------
    Table ``rate_contrasts``: ``event``, ``before``, ``after`` (means of the countries that have
    both), then the difference as columns of `Estimate`.

    Examples
    --------
    >>> from analysis import data
    >>> rate_contrasts(data.panel(), 2019)["name"].tolist()[:2]
    ['rating changed, from 2019 on less before', 'rating fell, from 2019 on less before']
    """
    changes, tables = annual_changes(panel), []
    for event, told in EVENTS.items():
        name = f"{told}, from {split} on less before"
        estimate, before, after = rate_contrast(changes, event, name, split)
        tables.append({"event": event, "before": before, "after": after, **estimate.row()})
    return pd.DataFrame(tables)


def rate_contrast(
    changes: pd.DataFrame, event: str, name: str, split: int
) -> tuple[Estimate, float, float]:
    """Return how much the rate of an event differs from edition `split` on, within countries.

    Beside it the mean rates before and after, of the countries that have both. `changes` has
    ``country``, ``edition`` (the later one) and a column that tells of each change if it is one.
    """
    rates = changes.groupby(["country", changes["edition"] >= split])[event].mean().unstack()
    rates = rates.reindex(columns=[False, True]).dropna()
    own, n_editions = (rates[True] - rates[False]).to_numpy(float), changes["edition"].nunique() + 1
    # Of a country that is known on one side only nothing enters.
    entered = int(changes["country"].isin(rates.index).sum())
    method = "paired country-level t"
    estimate = mean_of_countries(name, own, method, editions=n_editions, n=entered)
    return estimate, rates[False].mean(), rates[True].mean()


def changes_by_edition(panel: pd.DataFrame) -> pd.DataFrame:
    """Count changes edition by edition: ``edition``, ``n_down``, ``n_up``, ``n_opportunities``.

    Examples
    --------
    >>> from analysis import data
    >>> changes_by_edition(data.panel("Balkans"))["n_down"].tolist()[-3:]
    [7, 3, 8]
    """
    yearly = annual_changes(panel).groupby("edition", as_index=False)
    return yearly.agg(n_down=("down", "sum"), n_up=("up", "sum"), n_opportunities=("any", "size"))


def changes_by_knowledge(panel: pd.DataFrame, first_edition: int) -> pd.DataFrame:
    """Return how often known ratings changed, in complete and in incomplete country-editions.

    Returns
    -------
    pandas.DataFrame
        ``period`` (before `first_edition`, and from it on), ``known`` (``complete`` where both
        country-editions of a step are), ``n_steps``, ``p_any``, ``p_down``, ``p_up``,
        ``mean_change``.

    Examples
    --------
    >>> from analysis import data
    >>> changes_by_knowledge(data.panel(), 2019)["n_steps"].tolist()
    [1029, 76, 2597, 30]
    """
    steps = annual_changes(panel)
    full = set(complete_editions(panel).groupby(["country", "edition"]).groups)
    ends = zip(steps["country"], steps["edition"], strict=True)
    whole = [{(c, e), (c, e - 1)} <= full for c, e in ends]
    late = f"{first_edition} to {steps['edition'].max()}"
    steps["period"] = np.where(steps["edition"] >= first_edition, late, "before")
    steps["known"] = np.where(whole, "complete", "incomplete")
    return steps.groupby(["period", "known"], as_index=False).agg(
        n_steps=("change", "size"),
        p_any=("any", "mean"),
        p_down=("down", "mean"),
        p_up=("up", "mean"),
        mean_change=("change", "mean"),
    )


def shrunken_rates(panel: pd.DataFrame) -> pd.DataFrame:
    """Return each country's rate of changes, shrunk towards the common rate.

    Returns
    -------
    Table ``country_change_rates``, most changes first; the interval is that of the beta posterior,
    the common rate taken as known. Overlapping intervals mean that ranks may swap. A country
    without two adjacent editions has no row.

    Examples
    --------
    >>> from analysis import data
    >>> shrunken_rates(data.panel("Visegrad"))["country"].unique().tolist()
    ['Hungary', 'Poland', 'Slovakia', 'Czech Republic']
    """
    by_country = annual_changes(panel).groupby("country", as_index=False)
    counts = by_country.agg(n_events=("any", "sum"), n_opportunities=("any", "size"))
    events, n = counts[["n_events", "n_opportunities"]].to_numpy(dtype=float).T
    common = float(events.sum() / max(n.sum(), 1))
    weight = prior_weight(events, n) if len(n) > 1 else float("inf")
    message = "countries differ no more than by chance: all get the common rate"
    rate = lower = upper = np.full(len(n), common)
    if np.isfinite(weight):
        message = ""
        a, b = events + weight * common, n - events + weight * (1 - common)
        rate, lower, upper = a / (a + b), stats.beta.ppf(0.025, a, b), stats.beta.ppf(0.975, a, b)
    rank = stats.rankdata(-rate, method="min").astype(int)
    return counts.assign(
        raw_rate=events / n, rate=rate, lower=lower, upper=upper, rank=rank, messages=message
    ).sort_values(["rank", "country"], ignore_index=True)


def prior_weight(events: Floats, n: Floats) -> float:
    """Return how many opportunities the common rate is worth; infinite without excess spread."""
    common, share = events.sum() / n.sum(), n / n.sum()
    binomial = common * (1 - common)
    spread = (share * (events / n - common) ** 2).sum()
    own, chance = (share * (1 - share)).sum(), (share * (1 - share) / n).sum()
    excess = spread - binomial * chance
    if excess <= SAME or own <= chance:
        return float("inf")
    correlation = min(excess / (binomial * (own - chance)), 1 - 1e-6)
    return float(1 / correlation - 1)
