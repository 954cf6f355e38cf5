"""How often ratings change: rates whose intervals allow for differences between countries.

Changes cluster in countries, so a binomial interval on all country-years is too narrow. The Wilson
interval (1927) is taken on the effective number of opportunities, n / deff, with the t(G - 1)
quantile. Country rates are shrunk towards the common one by the beta-binomial moments of Kleinman
(1973) before they are ranked.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import SAME
from analysis.statistics.arrays import Bools, Floats, matrices_by
from analysis.statistics.estimates import mean_of_countries, t_quantile, with_numbers

EVENTS: Final[dict[str, str]] = {
    "any": "rating changed",
    "down": "rating fell",
    "up": "rating rose",
    "large": "rating changed by half a point or more",
}
FEWEST_COUNTRIES: Final = 3


def event_of(changes: Floats, event: str) -> Bools:
    """Tell which known changes are the event; False where unknown.

    Raises
    ------
    ParameterError
        If the event is not one of `EVENTS`.
    """
    known = np.nan_to_num(changes)
    if event == "any":
        return np.abs(known) > SAME
    if event == "down":
        return known < -SAME
    if event == "up":
        return known > SAME
    if event == "large":
        return np.abs(known) >= 0.5 - SAME
    raise ParameterError(f"expected an event of {', '.join(EVENTS)}, found {event!r}")


def annual_changes(panel: pd.DataFrame) -> pd.DataFrame:
    """List every change between adjacent editions, zeros included.

    Returns
    -------
    Columns ``country``, ``category``, ``edition`` (the later one), ``level`` (before), ``change``
    and ``previous_change`` (of the year before, empty where unknown).
    """
    parts = []
    for name, matrix in matrices_by(panel, "category", "rating").items():
        steps = matrix.changes
        row, column = np.nonzero(np.isfinite(steps))
        before = np.column_stack([np.full(len(steps), np.nan), steps[:, :-1]])
        parts.append(
            pd.DataFrame(
                {
                    "country": np.array(matrix.countries, dtype=object)[row],
                    "category": name,
                    "edition": np.array(matrix.editions)[column + 1],
                    "level": matrix.array[row, column],
                    "change": steps[row, column],
                    "previous_change": before[row, column],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def wilson(rate: Floats, n: Floats, quantile: Floats | float) -> tuple[Floats, Floats]:
    """Return Wilson's interval of a rate on `n` opportunities, which need not be whole."""
    square = np.asarray(quantile, dtype=float) ** 2
    centre = (rate + square / (2 * n)) / (1 + square / n)
    half = np.sqrt(square) * np.sqrt(rate * (1 - rate) / n + square / (4 * n**2)) / (1 + square / n)
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def clustered_rate(events: Floats, opportunities: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return rates with the Wilson interval on the effective number of opportunities.

    Parameters
    ----------
    events, opportunities
        Counts by country, (..., countries). A country without opportunities does not count.

    Returns
    -------
    rate, lower, upper and deff, each (...); deff is the variance of the rate between countries
    over its binomial variance, at least 1 (Rao & Scott 1992).
    """
    n = opportunities.sum(axis=-1)
    rate = events.sum(axis=-1) / n
    present = opportunities > 0
    size = present.sum(axis=-1).astype(float)
    # Deviations of counts, not of country rates: a country with two years must not weigh as much
    # as one with twenty. In a balanced panel both are the same.
    spread = ((events - rate[..., None] * opportunities) ** 2).sum(axis=-1) * size / (size - 1)
    binomial = rate * (1 - rate) * n
    ratio = np.divide(spread, binomial, out=np.ones_like(rate), where=binomial > 0)
    deff = np.maximum(1.0, ratio)
    lower, upper = wilson(rate, n / deff, t_quantile(size - 1))
    return rate, lower, upper, deff


def rate_row(name: str, events: Floats, opportunities: Floats, n_editions: int) -> dict[str, Any]:
    """Return one row of a table of rates, or its refusal.

    Parameters
    ----------
    events, opportunities
        Counts by country.
    """
    n_events, n = int(events.sum()), int(opportunities.sum())
    n_countries = int((opportunities > 0).sum())
    numbers: dict[str, float | None] = dict.fromkeys(("rate", "lower", "upper", "design_effect"))
    message = refusal = ""
    if n_countries < FEWEST_COUNTRIES:
        refusal = f"{n_countries} of the {FEWEST_COUNTRIES} countries needed for an interval"
    else:
        rates = clustered_rate(events, opportunities)
        numbers = dict(zip(numbers, map(float, rates), strict=True))
        message = "" if n_events else f"0 of {n}: only the upper bound informs"
    return {
        "name": name,
        "n_events": n_events,
        "n_opportunities": n,
        **numbers,
        "n_countries": n_countries,
        "n_editions": n_editions,
        "messages": message,
        "refusal": refusal,
    }


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
    matrices = matrices_by(panel, "category", "rating")
    steps = {name: matrix.changes for name, matrix in matrices.items()}
    steps["all"] = np.concatenate(list(steps.values()), axis=1)
    n_editions = len(next(iter(matrices.values())).editions)
    rows = []
    for name, changes in steps.items():
        opportunities = np.isfinite(changes).sum(axis=1).astype(float)
        for event in EVENTS:
            events = event_of(changes, event).sum(axis=1).astype(float)
            row = rate_row(name, events, opportunities, n_editions)
            rows.append({"name": row.pop("name"), "event": event, **row})
    return with_numbers(pd.DataFrame(rows), "rate", "lower", "upper", "design_effect")


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
    changes = annual_changes(panel)
    late = changes["edition"] >= split
    tables = []
    for event in EVENTS:
        steps = changes.assign(event=event_of(changes["change"].to_numpy(dtype=float), event))
        rates = steps.groupby(["country", late])["event"].mean().unstack()
        rates = rates.reindex(columns=[False, True]).dropna()
        estimate = mean_of_countries(
            f"{EVENTS[event]}, from {split} on less before",
            (rates[True] - rates[False]).to_numpy(dtype=float),
            "paired country-level t",
            editions=changes["edition"].nunique() + 1,
            n=len(changes),
        )
        means = {"before": rates[False].mean(), "after": rates[True].mean()}
        tables.append({"event": event, **means, **estimate.row()})
    return with_numbers(pd.DataFrame(tables))


def changes_by_edition(panel: pd.DataFrame) -> pd.DataFrame:
    """Count changes edition by edition: ``edition``, ``n_down``, ``n_up``, ``n_opportunities``.

    Examples
    --------
    >>> from analysis import data
    >>> changes_by_edition(data.panel("Balkans"))["n_down"].tolist()[-3:]
    [7, 3, 8]
    """
    changes = annual_changes(panel)
    return (
        changes.assign(n_down=changes["change"] < 0, n_up=changes["change"] > 0)
        .groupby("edition", as_index=False)
        .agg(n_down=("n_down", "sum"), n_up=("n_up", "sum"), n_opportunities=("change", "size"))
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
    changes = annual_changes(panel)
    counts = (
        changes.assign(event=event_of(changes["change"].to_numpy(dtype=float), "any"))
        .groupby("country")["event"]
        .agg(n_events="sum", n_opportunities="size")
        .reset_index()
    )
    events = counts["n_events"].to_numpy(dtype=float)
    n = counts["n_opportunities"].to_numpy(dtype=float)
    common = float(events.sum() / max(n.sum(), 1))
    weight = prior_weight(events, n) if len(n) > 1 else float("inf")
    if np.isinf(weight):
        message = "countries differ no more than by chance: all get the common rate"
        rate = lower = upper = np.full(len(n), common)
    else:
        message = ""
        a, b = events + weight * common, n - events + weight * (1 - common)
        rate = a / (a + b)
        lower, upper = stats.beta.ppf(0.025, a, b), stats.beta.ppf(0.975, a, b)
    return (
        counts.assign(raw_rate=events / n, rate=rate, lower=lower, upper=upper)
        .assign(rank=stats.rankdata(-rate, method="min").astype(int), messages=message)
        .sort_values(["rank", "country"])
        .reset_index(drop=True)
    )


def prior_weight(events: Floats, n: Floats) -> float:
    """Return how many opportunities the common rate is worth; infinite without excess spread."""
    total, common = n.sum(), events.sum() / n.sum()
    share = n / total
    spread = float((share * (events / n - common) ** 2).sum())
    binomial = common * (1 - common)
    own, chance = float((share * (1 - share)).sum()), float((share * (1 - share) / n).sum())
    excess = spread - binomial * chance
    if excess <= SAME or own <= chance:
        return float("inf")
    correlation = min(excess / (binomial * (own - chance)), 1 - 1e-6)
    return float(1 / correlation - 1)
