"""Taking apart numbers that lost the space between them: ``6.256.56.506.50`` is 6.25 6.5 6.50 6.50.

A rating lies on the quarter-point grid between 1 and 7, so that almost every run of digits comes
apart in one way only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

_RATING: Final = re.compile(r"[1-6](?:\.(?:00?|25|50?|75))?|7(?:\.00?)?")
_SCORE: Final = re.compile(r"[1-6](?:\.\d{1,2})?|7(?:\.00?)?")
_ANY: Final = re.compile(r"\d\.\d\d?|\d")
MOST_SPLITS: Final = 16
"""More ways than this to take one run apart mean that it is no row of ratings."""


@lru_cache(maxsize=8192)
def splits(digits: str, is_score: bool) -> tuple[tuple[str, ...], ...]:
    """Return all ways to take `digits` apart into ratings, or scores.

    Parameters
    ----------
    digits
        Digits and decimal points without spaces, or ``n/a``, which stays as it is.
    is_score
        Democracy Scores have any two decimals, ratings only quarter points.

    Returns
    -------
    tuple
        Each way as the printed numbers in order, ways with the fewest numbers only: ``6.93`` is
        never 6.9 and 3. Empty if the digits are no such numbers.
    """
    pattern = _SCORE if is_score else _RATING
    if digits == "n/a" or pattern.fullmatch(digits):
        return ((digits,),)
    if is_score and _ANY.fullmatch(digits):
        return ()
    ways: list[list[tuple[str, ...]]] = [[] for _ in range(len(digits) + 1)]
    ways[0] = [()]
    for start in range(len(digits)):
        if not ways[start]:
            continue
        for width in (1, 3, 4):
            piece = digits[start : start + width]
            end = start + width
            if len(piece) == width and digits[end : end + 1] != "." and pattern.fullmatch(piece):
                room = MOST_SPLITS - len(ways[end])
                ways[end] += [(*way, piece) for way in ways[start][: max(0, room)]]
    fewest = min(map(len, ways[-1]), default=0)
    return tuple(way for way in ways[-1] if len(way) == fewest)


def is_off(printed: str, is_score: bool) -> bool:
    """Tell whether one printed number is no rating, or no score."""
    return not (_SCORE if is_score else _RATING).fullmatch(printed)


def plain_split(digits: str) -> list[str]:
    """Return the numbers of `digits` with as many decimals as fit, whatever their size."""
    return _ANY.findall(digits)


def row_splits(chunks: Sequence[str], is_score: bool, count: int) -> list[tuple[str, ...]]:
    """Return the ways to take a row of chunks apart into exactly `count` values.

    Parameters
    ----------
    chunks
        Runs of digits, or ``n/a``, in printed order.
    is_score
        As in `splits`.
    count
        Number of columns.
    """
    ways: list[tuple[str, ...]] = [()]
    for chunk in chunks:
        options = splits(chunk, is_score)
        ways = [(*way, *more) for way in ways for more in options if len(way) + len(more) <= count]
        del ways[MOST_SPLITS:]
    return [way for way in ways if len(way) == count]
