"""Annual changes: which of two categories tends to be revised first; whether countries go together.

If each category crosses its rating threshold in its own year, a revision of one is followed by
one of the other although both only moved together; lagged regressions then find leads in a third
of unrelated panels. What remains is the asymmetry: does x precede y more than y precedes x? It
describes the order of revisions, not causes, and a category rated with a finer trigger also
appears first, so that its p-value comes from simulated panels in which categories move together
without order and each has the trigger that the panel shows.

Every interval over countries takes what hits all of them in one year as given. How much that is can
be read from the correlations between countries: their mean, and the statistic CD of Pesaran, which
is standard normal if countries move independently (Pesaran 2004; 2015 with gaps).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from analysis.correlations.cross_products import (
    SAMPLE,
    Products,
    correlations,
    pair_names,
    pairs_of,
    products_of,
    steps_of,
)
from analysis.facts.rating_system import SAME
from analysis.statistics.arrays import Floats, Ints, changes_of, complete_cube, finite
from analysis.statistics.estimates import adjust, adjusted, counted, jackknife_error, t_quantile
from analysis.tables.schema import columns

LEAST_EDITIONS: Final = 12
LEAST_CHANGES: Final = 40
LEAST_STEPS: Final = 3
"""Common steps below which two countries have no correlation."""


def lagged(ratings: Floats) -> Products:
    """Return the products of annual changes and the next ones, less their edition's means.

    Of panels (..., countries, K categories, editions), NaN where unknown, they are products of 2 K
    variables: the changes that have a next one, then the next ones. The means are taken over the
    countries of which both are known, so that leaving one out takes them anew.
    """
    steps, known = steps_of(ratings)
    both = known[:, 1:] & known[:, :-1]
    pairs = np.concatenate([steps[..., :-1, :], steps[..., 1:, :]], axis=-1)
    editions = np.broadcast_to(np.eye(both.shape[1]), (*both.shape, both.shape[1]))
    return products_of(pairs, both, editions)


@dataclass(frozen=True)
class Orders:
    """Lagged correlations of pairs in both directions; arrays (..., pairs).

    `forward` correlates a change of the first with the next change of the second, `backward` the
    reverse; `difference` is forward less backward, `error` its jackknife error over countries.
    """

    forward: Floats
    backward: Floats
    difference: Floats
    error: Floats


def orders(ratings: Floats, first: Ints, second: Ints) -> Orders:
    """Return lagged correlations of pairs, and the jackknife of their difference."""
    products, k = lagged(ratings), ratings.shape[-2]
    (forward, backward), (ahead, behind) = (
        (correlations(sums, first, k + second), correlations(sums, second, k + first))
        for sums in (products.total(), products.without_each())
    )
    error = jackknife_error(forward - backward, ahead - behind, axis=-2)
    return Orders(forward, backward, forward - backward, error)


def lead_lag(
    wide: pd.DataFrame, variables: Sequence[str], null: Orders | None, **units: str
) -> pd.DataFrame:
    """Compare the order of revisions of each pair of variables.

    Parameters
    ----------
    null
        `orders` of simulated panels, (draws, pairs), in which categories move together without
        order; without it the table has no p-values.

    Returns
    -------
    Table ``lead_lag``. ``forward`` correlates a change of x with the next change of y;
    ``difference`` is forward less backward, its interval by country jackknife with t(G - 1),
    ``p_value`` the share of simulated differences as far from their median. A pair with fewer than
    `LEAST_CHANGES` changes, or a panel of fewer than `LEAST_EDITIONS` editions, is refused.

    Examples
    --------
    >>> from analysis import data
    >>> codes = ["NDG", "IM", "CO"]
    >>> orders = lead_lag(data.country_editions(), codes, None)
    >>> orders.nlargest(1, "difference")[["x", "y"]].to_numpy().tolist()
    [['NDG', 'CO']]
    """
    cube = complete_cube(wide, variables, **units)
    n_units, n_editions = len(cube.countries), len(cube.editions)
    first, second = pairs_of(len(variables))
    steps = changes_of(cube.array)
    changed = (np.abs(np.nan_to_num(steps)) > SAME).sum(axis=(0, 2))
    fewest = np.minimum(changed[first], changed[second])
    needed = f"at least {LEAST_CHANGES} are needed"
    few = [f"one of the two changed {counted(n, 'time')}, {needed}" for n in fewest]
    table = pd.DataFrame(
        {
            **pair_names(variables),
            "n_countries": n_units,
            "n_editions": n_editions,
            "n_steps": int(np.isfinite(steps[:, 0]).sum()),
            "draws": 0 if null is None else len(null.difference),
            "sample": SAMPLE,
            "refusal": np.where(fewest < LEAST_CHANGES, few, ""),
        }
    )
    if n_editions < LEAST_EDITIONS:
        table["refusal"] = f"{n_editions} of the {LEAST_EDITIONS} editions needed"
    if n_units < 3:
        table["refusal"] = f"only {counted(n_units, 'country', 'countries')}"
    kept = table["refusal"] == ""
    if kept.any():
        found = orders(cube.array, first, second)
        reach = t_quantile(n_units - 1) * found.error
        numbers = {**vars(found), "low": found.difference - reach, "high": found.difference + reach}
        if null is not None:
            low, high = np.nanquantile(null.difference, [0.025, 0.975], axis=0)
            p_value = calibrated_p_values(found.difference, null.difference)
            numbers |= {"null_low": low, "null_high": high, "p_value": p_value}
        table = table.join(pd.DataFrame(numbers).where(kept))
    return adjusted(table.reindex(columns=list(columns("lead_lag"))), "leads")


def calibrated_p_values(observed: Floats, null: Floats) -> Floats:
    """Return the two-sided place of differences (..., pairs) among simulated ones, (draws, pairs).

    Distance is taken from their median, which is not zero where triggers differ.
    """
    centre = np.nanmedian(null, axis=0)
    apart = np.sort(np.abs(null - centre), axis=0)
    distances = np.moveaxis(np.abs(observed - centre) - 1e-12, -1, 0)
    nearer = [np.searchsorted(*pair) for pair in zip(apart.T, distances, strict=True)]
    p = (1 + len(apart) - np.stack(nearer, axis=-1)) / (len(null) + 1)
    return np.where(np.isfinite(observed), p, np.nan)


def common_shocks(wide: pd.DataFrame, variables: Sequence[str], **units: str) -> pd.DataFrame:
    """Test whether annual changes of countries go together, for the mean and for each variable.

    In the table ``common_shocks`` p-values are adjusted by Holm over the rows.

    Examples
    --------
    >>> from analysis import data
    >>> codes = ["NDG", "EP", "CS", "IM"]
    >>> ratings = data.country_editions().dropna(subset=codes)
    >>> common_shocks(ratings, codes)["name"].tolist()[:2]
    ['mean', 'NDG']
    """
    cube = complete_cube(wide, variables, **units)
    series = [cube.array.mean(axis=1), *cube.array.swapaxes(0, 1)]
    table = pd.DataFrame([pesaran_cd(changes_of(values)) for values in series])
    p_value = table["p_value"]
    table = table.assign(
        name=["mean", *variables],
        adjusted_p=adjust(p_value.to_numpy(dtype=float), "holm"),
        family_size=p_value.count(),
        sample=SAMPLE,
    )
    return table[list(columns("common_shocks"))]


def pesaran_cd(series: Floats) -> dict[str, float | int]:
    """Return the mean correlation of two series, CD and its p-value.

    Parameters
    ----------
    series
        (units, times), NaN where unknown. Two units count if they share `LEAST_STEPS` times in
        which neither is constant.

    Returns
    -------
    ``mean_r``, ``cd`` = sum sqrt(T_ij) r_ij / sqrt(``n_pairs``), ``p_value`` and ``n_pairs``, the
    N (N - 1) / 2 of Pesaran if all units have a correlation; without any pair the first three are
    NaN.
    """
    series = series.round(9)  # equal steps are to be constant whatever they were computed from
    known = np.isfinite(series).astype(float)
    pairs = np.triu_indices(len(series), 1)
    r = pd.DataFrame(series.T).corr(min_periods=LEAST_STEPS).to_numpy()[pairs]
    n, r = (known @ known.T)[pairs][np.isfinite(r)], finite(r)
    if not len(r):
        return {"mean_r": np.nan, "cd": np.nan, "p_value": np.nan, "n_pairs": 0}
    cd = float((np.sqrt(n) * r).sum() / np.sqrt(len(r)))
    p_value = float(2 * stats.norm.sf(abs(cd)))
    return {"mean_r": float(r.mean()), "cd": cd, "p_value": p_value, "n_pairs": len(r)}
