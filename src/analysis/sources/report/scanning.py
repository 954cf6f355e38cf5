"""Fast search in long texts: find a plain word first, match the pattern only there.

Reports hold 100 000 characters and a few dozen places of interest. A pattern that ignores case is
tried at every character; ``str.find`` on a lower-case copy is a hundred times as fast.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache


@lru_cache(maxsize=2)
def folded(text: str) -> str:
    """Return `text` in lower case, each character in its place."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def places(text: str, words: Iterable[str]) -> list[int]:
    """Return where any of the lower-case `words` begins in `text`, in order."""
    low = folded(text)
    found = set()
    for word in words:
        position = low.find(word)
        while position >= 0:
            found.add(position)
            position = low.find(word, position + 1)
    return sorted(found)


def at_words(text: str, words: Iterable[str], pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Yield matches of a pattern that begins with one of `words`, none inside another one."""
    end = 0
    for position in places(text, words):
        if position >= end and (match := pattern.match(text, position)):
            yield match
            end = max(match.end(), position + 1)


def near_words(
    text: str, words: Iterable[str], pattern: re.Pattern[str], before: int, after: int
) -> Iterator[re.Match[str]]:
    """Yield the first match of a pattern near each of `words`: `before` to `after` characters."""
    end = 0
    for position in places(text, words):
        start = max(end, position - before)
        if match := pattern.search(text, start, position + after):
            yield match
            end = match.end()


@lru_cache(maxsize=2)
def _line_starts(text: str) -> tuple[int, ...]:
    return (0, *(match.end() for match in re.finditer("\n", text)))


def at_lines(
    text: str, pattern: re.Pattern[str], most: int | None = None
) -> Iterator[re.Match[str]]:
    """Yield matches of `pattern` at the start of a line, in the first `most` characters."""
    end = 0
    for start in _line_starts(text):
        if most is not None and start > most:
            return
        if start >= end and (match := pattern.match(text, start)):
            yield match
            end = max(match.end(), start + 1)
