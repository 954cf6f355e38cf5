"""What an estimator hands over: an estimate with its interval, or the reason why there is none.

A refusal is a result, and every table of results keeps the same convention for it:

- In an `Estimate` a number that is refused is None and `refusal` says why; else `refusal` is "".
- In a frame the number is missing and ``refusal`` is the reason or "", never missing.
- In a file both are empty cells where there is nothing; `tables.stored.with_texts` gives an
  empty ``refusal`` its "" again on reading.
- A count, a fact of the printed ratings or a correlation as it stands in the data may stay beside a
  refusal, which then is of its interval and test. No estimate is missing without a refusal.

A p-value means little without the number of tests it was picked from. Each family of tests is named
once, in ``data/raw/settings.yml``, with its method: Holm where the family is confirmatory,
Benjamini-Hochberg (1995) where it is an exploratory list. The adaptive two-stage variants are not
offered: on the 1995 paper's own example they reject twice as many.

Tests by turned signs ask whether the parts of a sum were as likely to be negative as positive. The
parts are blocks of years of one country, or one number a country. Turning a whole part round keeps
everything within it, persistence above all, which is what ordinary tests stumble over.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from analysis.facts.errors import ParameterError, did_you_mean
from analysis.facts.rating_system import SAME
from analysis.settings.choices import declared
from analysis.statistics.arrays import Floats, finite


@dataclass(frozen=True)
class Estimate:
    """One estimate with its 95 % interval, two-sided p-value and the G, T and n that entered.

    The method is told in at most six words, as a brief prints it; messages are what a reader has to
    know.
    """

    name: str
    estimate: float | None = None
    standard_error: float | None = None
    lower: float | None = None
    upper: float | None = None
    df: float | None = None
    p_value: float | None = None
    method: str = ""
    n_countries: int = 0
    n_editions: int = 0
    n_observations: int = 0
    messages: tuple[str, ...] = ()
    refusal: str = ""

    def row(self) -> dict[str, Any]:
        """Return the fields for a table: NaN where refused, messages joined by semicolons."""
        fields = {name: np.nan if v is None else v for name, v in vars(self).items()}
        return {**fields, "messages": "; ".join(self.messages)}


def table(estimates: Iterable[Estimate]) -> pd.DataFrame:
    """Return estimates as a table with one row each and the columns of their class."""
    return pd.DataFrame([estimate.row() for estimate in estimates])


NO_VARIATION: Final = "no variation between countries: an interval cannot be given"
FEWEST_COUNTRIES: Final = 3
"""With fewer a mean over countries has no interval."""


def t_quantile(df: float | Floats) -> Any:
    """Return the two-sided 95 % quantile of t."""
    return stats.t.ppf(0.975, df)


def t_estimate(
    name: str, estimate: float, standard_error: float, df: float, method: str, **size: Any
) -> Estimate:
    """Return an estimate with its t interval and p-value, or a refusal if it has no spread.

    The `size` are the counts of an `Estimate`.
    """
    if not (math.isfinite(standard_error) and standard_error > SAME and df > 0):
        return Estimate(name, method=method, refusal=NO_VARIATION, **size)
    half = t_quantile(df) * standard_error
    low, high = float(estimate - half), float(estimate + half)
    p_value = float(2 * stats.t.sf(abs(estimate / standard_error), df))
    numbers = (float(estimate), float(standard_error), low, high, float(df), p_value)
    return Estimate(name, *numbers, method, **size)


def jackknife_error(estimate: Floats, without: Floats, axis: int = -1) -> Floats:
    """Return the standard error of an estimate by leaving out one country at a time.

    In `without` the countries lie along `axis`, which the `estimate` from all of them lacks.
    """
    size = max(without.shape[axis], 1)
    deviations = without - np.expand_dims(estimate, axis)
    return np.asarray(np.sqrt((size - 1) / size * (deviations**2).sum(axis=axis)))


def counted(n: int, one: str, more: str = "") -> str:
    """Return ``1 edition`` or ``3 editions``, for a refusal."""
    return f"{n} {one if n == 1 else more or one + 's'}"


def few_countries(n: int) -> str:
    """Return why so few countries give no interval, or an empty text."""
    needed = f"{n} of the {FEWEST_COUNTRIES} countries needed for an interval"
    return needed if n < FEWEST_COUNTRIES else ""


def mean_of_countries(name: str, values: Floats, method: str, *, editions: int, n: int) -> Estimate:
    """Return the mean of one number per country with t(G - 1); refuse fewer than three.

    Parameters
    ----------
    values
        One number per country; NaN where a country has none.
    editions, n
        T and the number of country-years behind the numbers.
    """
    known = finite(values)
    size: Any = {"n_countries": len(known), "n_editions": editions, "n_observations": n}
    if few := few_countries(len(known)):
        return Estimate(name, method=method, refusal=few, **size)
    error = known.std(ddof=1) / math.sqrt(len(known))
    return t_estimate(name, known.mean(), error, len(known) - 1, method, **size)


def adjust(p_values: Floats, method: str) -> Floats:
    """Return p-values (..., tests), each row a family of its own, adjusted by holm or fdr_bh.

    NaN stands for a test that was not made, which does not count.

    Notes
    -----
    As `statsmodels.stats.multitest.multipletests`, which takes one family without gaps at a time
    and collects the interpreter's garbage at every call, 50 ms each: too slow for a simulation.
    """
    if method not in ("holm", "fdr_bh"):
        raise ParameterError(f"expected the method holm or fdr_bh, found {method!r}")
    made = np.isfinite(p_values)
    n, rank = made.sum(axis=-1, keepdims=True), np.arange(1, p_values.shape[-1] + 1)
    order = np.argsort(p_values, axis=-1, kind="stable")
    ordered = np.take_along_axis(p_values, order, axis=-1)
    if method == "holm":
        stepped = np.maximum.accumulate(ordered * (n - rank + 1), axis=-1)
    else:
        stepped = np.fmin.accumulate((ordered * n / rank)[..., ::-1], axis=-1)[..., ::-1]
    adjusted_p = np.empty_like(p_values)
    np.put_along_axis(adjusted_p, order, np.minimum(stepped, 1.0), axis=-1)
    return np.where(made, adjusted_p, np.nan)


def adjusted(frame: pd.DataFrame, family: str, p_value: str = "p_value") -> pd.DataFrame:
    """Add a family's adjusted p-values to a table of tests.

    The `family` is one of `analysis.settings.choices.declared`. A refused test has an empty
    `p_value`, does not count in ``family_size`` and has no ``adjusted_p`` (q for ``fdr_bh``).
    """
    families = declared().families
    if family not in families:
        raise ParameterError(f"unknown family {family!r}{did_you_mean(family, list(families))}")
    p_values, method = frame[p_value].to_numpy(dtype=float), families[family].method
    made, adjusted_p = int(np.isfinite(p_values).sum()), adjust(p_values, method)
    return frame.assign(family=family, family_size=made, adjustment=method, adjusted_p=adjusted_p)


MOST_ENUMERATED: Final = 20
"""With more parts that are not zero, patterns of signs are drawn."""
TIE: Final = 1e-9
"""Sums that differ by less than this share of the total movement are equal."""


def random_signs(draws: int, *shape: int, rng: np.random.Generator) -> Floats:
    """Return random signs, (draws, *shape)."""
    return rng.choice(np.array([-1.0, 1.0]), size=(draws, *shape))


def all_signs(n: int, start: int = 0, stop: int | None = None) -> Floats:
    """Return the 2^n patterns of n signs, (patterns, n), or those from `start` to `stop`."""
    patterns = np.arange(start, 2**n if stop is None else stop)
    return np.asarray(1.0 - 2.0 * ((patterns[:, None] >> np.arange(n)) & 1))


def count_as_far(parts: Floats, signs: Floats) -> Floats:
    """Count for each series how many patterns of signs carry its sum as far from zero as it is.

    The parts are (series, parts), the signs (patterns, parts).
    """
    reach = np.abs(parts.sum(axis=-1)) - TIE * np.abs(parts).sum(axis=-1)
    return np.asarray((np.abs(parts @ signs.T) >= reach[:, None]).sum(axis=1), dtype=float)


def sign_flip_p_values(
    parts: Floats, rng: np.random.Generator | None = None, draws: int = 9999
) -> Floats:
    """Return two-sided sign-flip p-values, one per row of (series, parts).

    The share of sign patterns whose sum is at least as far from zero as the observed one; parts of
    zero do not matter. All patterns are enumerated for a row of at most `MOST_ENUMERATED` parts
    that are not zero; the other rows share one draw of patterns.
    """
    moved = np.abs(parts) > SAME
    used = parts[:, moved.any(axis=0)]
    if used.shape[1] <= MOST_ENUMERATED:
        return _enumerated(used)
    many = moved.sum(axis=1) > MOST_ENUMERATED
    p = np.empty(len(used))
    p[~many] = [_enumerated(row[None])[0] for row in used[~many]]
    if many.any():
        signs = random_signs(used.shape[1], draws, rng=rng or np.random.default_rng(0)).T
        p[many] = (1 + count_as_far(used[many], signs)) / (draws + 1)
    return p


def _enumerated(parts: Floats) -> Floats:
    """Return p-values from all patterns of signs."""
    used = parts[:, (np.abs(parts) > SAME).any(axis=0)]
    n_series, n_parts = used.shape
    if n_parts == 0:
        return np.ones(n_series)
    # A pattern and its mirror image reach equally far: the last sign can stay.
    n_patterns = 2 ** (n_parts - 1)
    chunk = max(1, min(n_patterns, 4_000_000 // n_series))
    starts = range(0, n_patterns, chunk)
    signs = (all_signs(n_parts, start, min(start + chunk, n_patterns)) for start in starts)
    return np.asarray(sum(count_as_far(used, some) for some in signs) / n_patterns)
