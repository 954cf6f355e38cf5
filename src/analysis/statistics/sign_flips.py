"""Tests by turned signs, whether the parts of a sum were as likely to be negative as positive.

The parts are blocks of years of one country, or one number a country. Turning a whole part round
keeps everything within it, persistence above all, which is what ordinary tests stumble over.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from analysis.facts.rating_system import SAME
from analysis.statistics.arrays import Floats

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
