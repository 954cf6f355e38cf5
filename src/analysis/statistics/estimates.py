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
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from functools import partial
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
    """One estimate.

    Attributes
    ----------
    name
        What is estimated, such as a category or a contrast.
    estimate, standard_error, lower, upper
        The estimate, and its 95 % interval unless said otherwise; None where refused.
    df, p_value
        Degrees of freedom of the t distribution, and the two-sided p-value; None where refused.
    method
        In at most six words, as a brief prints it.
    n_countries, n_editions, n_observations
        G, T and n that entered.
    messages
        What a reader has to know; guards that fired.
    refusal
        Why there is no estimate; empty if there is one.
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
        fields = {name: np.nan if v is None else v for name, v in asdict(self).items()}
        return {**fields, "messages": "; ".join(self.messages)}


def table(estimates: Iterable[Estimate]) -> pd.DataFrame:
    """Return estimates as a table with one row each and the columns of their class."""
    return pd.DataFrame([estimate.row() for estimate in estimates])


def t_quantile(df: float | Floats) -> Any:
    """Return the two-sided 95 % quantile of t."""
    return stats.t.ppf(0.975, df)


def t_estimate(
    name: str, estimate: float, standard_error: float, df: float, method: str, **size: Any
) -> Estimate:
    """Return an estimate with its t interval and p-value, or a refusal if it has no spread.

    The `size` are the counts of an `Estimate`.
    """
    outcome: Callable[..., Estimate] = partial(Estimate, name, method=method, **size)
    if not (math.isfinite(standard_error) and standard_error > SAME and df > 0):
        return outcome(refusal="no variation between countries: an interval cannot be given")
    half = float(t_quantile(df)) * standard_error
    return outcome(
        estimate=float(estimate),
        standard_error=float(standard_error),
        lower=float(estimate - half),
        upper=float(estimate + half),
        df=float(df),
        p_value=float(2 * stats.t.sf(abs(estimate / standard_error), df)),
    )


def jackknife_error(estimate: Floats, without: Floats, axis: int = -1) -> Floats:
    """Return the standard error of an estimate by leaving out one country at a time.

    In `without` the countries lie along `axis`, which the `estimate` from all of them lacks.
    """
    size = max(without.shape[axis], 1)
    deviations = without - np.expand_dims(estimate, axis)
    return np.asarray(np.sqrt((size - 1) / size * (deviations**2).sum(axis=axis)))


def mean_of_countries(
    name: str, values: Floats, method: str, *, editions: int, n: int, messages: tuple[str, ...] = ()
) -> Estimate:
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
    if len(known) < 3:
        few = f"{len(known)} of the 3 countries needed for an interval"
        return Estimate(name, method=method, refusal=few, **size)
    error = float(known.std(ddof=1) / math.sqrt(len(known)))
    found = t_estimate(name, float(known.mean()), error, len(known) - 1, method, **size)
    return found if found.refusal else replace(found, messages=messages)


def adjust(p_values: Floats, method: str) -> Floats:
    """Return p-values adjusted for their number.

    Parameters
    ----------
    p_values
        (..., tests), each row a family of its own; NaN for a test that was not made, which does
        not count.
    method
        ``holm`` or ``fdr_bh``.

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

    Parameters
    ----------
    frame
        One row per test; a refused test has an empty `p_value` and does not count.
    family
        A family of `analysis.settings.choices.declared`.

    Returns
    -------
    The table with ``family``, ``family_size`` (tests that were made), ``adjustment`` and
    ``adjusted_p`` (q for ``fdr_bh``; empty where refused).
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
    """Return two-sided sign-flip p-values, one per row.

    All patterns are enumerated for a row of at most `MOST_ENUMERATED` parts that are not zero; the
    other rows share one draw of patterns.

    Parameters
    ----------
    parts
        (series, parts), such as sums of changes in blocks of years; parts of zero do not matter.
    rng, draws
        Used only where patterns are drawn.

    Returns
    -------
    Share of sign patterns whose sum is at least as far from zero as the observed one; 1 for a
    series of zeros.
    """
    moved = np.abs(parts) > SAME
    used = parts[:, moved.any(axis=0)]
    if used.shape[1] <= MOST_ENUMERATED:
        return _enumerated(used)
    many = moved.sum(axis=1) > MOST_ENUMERATED
    p = np.empty(len(used))
    p[~many] = [_enumerated(row[None])[0] for row in used[~many]]
    if many.any():
        generator = rng if rng is not None else np.random.default_rng(0)
        signs = random_signs(used.shape[1], draws, rng=generator).T
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
