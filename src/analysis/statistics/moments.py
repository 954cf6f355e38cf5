"""The figures in which sticky ratings differ from textbook series, for one panel or many."""

from __future__ import annotations

from typing import Final

import numpy as np

from analysis.statistics.arrays import Bools, Floats, changes_of, slopes_of

MOMENTS: Final[dict[str, str]] = {
    "change_rate": "share of category-years with a change",
    "quarter_share": "share of changes that are one quarter point",
    "constant_share": "share of category series that never change",
    "score_change_rate": "share of years with a changed Democracy Score",
    "within_r": "mean correlation of categories within countries",
    "change_r": "mean correlation of annual changes of categories",
    "between_r": "mean correlation of country means of categories",
    "between_sd": "standard deviation of country mean scores",
    "rate_cv": "coefficient of variation of country change rates",
    "slope_mean": "mean country trend of the score, points per decade",
    "slope_sd": "standard deviation of country trends, points per decade",
    "lag_1": "lag-1 correlation of annual score changes, less the country's mean change",
    "down_share": "share of changes that are downgrades",
    "reversal_share": "share of successive changes of a category in opposite directions",
}
"""Name -> meaning, in the order in which tables show them."""
OF_COMPLETE: Final = frozenset(
    {"score_change_rate", "within_r", "between_sd", "slope_mean", "slope_sd", "lag_1"}
)
"""Those that only complete country-editions enter: of the others the mean is not known."""


def moments(ratings: Floats) -> dict[str, Floats]:
    """Describe panels of ratings (replications, countries, categories, editions).

    For each name in `MOMENTS` one number per replication; a share without a case is 0.
    """
    steps = changes_of(ratings)
    known = np.isfinite(steps)
    changed = known & (np.nan_to_num(steps) != 0)
    ever_known = np.asarray(known.any(axis=-1))
    # Departures from a country's mean enter for complete country-years only.
    whole = np.where(np.isfinite(ratings).all(axis=2, keepdims=True), ratings, np.nan)
    means, scores = _mean(ratings), ratings.mean(axis=2)
    score_steps = changes_of(scores)
    # A country of which no edition is complete has no mean score, of which one is no trend.
    levels = np.where(np.isfinite(scores).any(axis=-1), _mean(scores)[..., 0], np.nan)
    country_rate = _ratio(changed.sum(axis=(2, 3)), known.sum(axis=(2, 3)))
    slopes = slopes_of(scores, fewest=2)
    slopes[~np.isfinite(slopes).any(axis=-1)] = 0.0  # as a share without a case
    return {
        "change_rate": _share(changed, known),
        "quarter_share": _share(np.abs(steps) == 0.25, changed),
        "constant_share": _share(ever_known & ~changed.any(axis=-1), ever_known),
        "score_change_rate": _share(np.nan_to_num(score_steps) != 0, np.isfinite(score_steps)),
        "within_r": _mean_correlation(np.nan_to_num(whole - _mean(whole))),
        "change_r": _mean_correlation(np.where(known, steps, 0.0)),
        "between_r": _mean_correlation(means - means.mean(axis=1, keepdims=True)),
        "between_sd": np.nanstd(levels, axis=-1, ddof=1),
        "rate_cv": _ratio(country_rate.std(axis=1, ddof=1), country_rate.mean(axis=1)),
        "slope_mean": np.nanmean(slopes, axis=-1),
        "slope_sd": np.nanstd(slopes, axis=-1, ddof=1),
        "lag_1": _lag_1(score_steps),
        "down_share": _share(np.nan_to_num(steps) < 0, changed),
        "reversal_share": _reversals(np.where(changed, np.sign(steps), 0.0)),
    }


def _share(part: Bools, whole: Bools) -> Floats:
    """Return the share of cases of each panel, its first axis, in which something holds."""
    return _ratio(*(cases.reshape(len(cases), -1).sum(axis=1) for cases in (part, whole)))


def _ratio(part: Floats | np.ndarray, whole: Floats | np.ndarray) -> Floats:
    return np.divide(part, whole, out=np.zeros(np.shape(part)), where=np.asarray(whole) > 0)


def _mean(values: Floats) -> Floats:
    count = np.isfinite(values).sum(axis=-1, keepdims=True)
    return _ratio(np.nansum(values, axis=-1, keepdims=True), count)


def _mean_correlation(deviations: Floats) -> Floats:
    """Return the mean over pairs of categories; a pair with a constant category counts as 0."""
    replications, _, categories, _ = deviations.shape
    flat = np.moveaxis(deviations, 2, 1).reshape(replications, categories, -1)
    products = flat @ flat.transpose(0, 2, 1)
    size = np.sqrt(np.diagonal(products, axis1=1, axis2=2))
    r = _ratio(products, size[:, :, None] * size[:, None, :])
    upper = np.triu_indices(categories, 1)
    return np.asarray(r[:, *upper].mean(axis=1)) if categories > 1 else np.zeros(replications)


def _lag_1(steps: Floats) -> Floats:
    centred = steps - _mean(steps)
    both = np.isfinite(steps[..., 1:]) & np.isfinite(steps[..., :-1])
    first = np.where(both, centred[..., :-1], 0.0)
    second = np.where(both, centred[..., 1:], 0.0)
    product = (first * second).sum(axis=(1, 2))
    return _ratio(product, np.sqrt((first**2).sum(axis=(1, 2)) * (second**2).sum(axis=(1, 2))))


def _reversals(signs: Floats) -> Floats:
    """Walk through time with the last non-zero direction of every series."""
    last = np.zeros(signs.shape[:-1])
    pairs = np.zeros(signs.shape[0])
    reversals = np.zeros(signs.shape[0])
    for now in np.moveaxis(signs, -1, 0):
        both = (now != 0) & (last != 0)
        pairs += both.sum(axis=(1, 2))
        reversals += (both & (now != last)).sum(axis=(1, 2))
        last = np.where(now != 0, now, last)
    return _ratio(reversals, pairs)
