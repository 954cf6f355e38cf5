"""Numbers and sentences as a brief prints them.

Every sentence is made from values, agrees in number, and claims nothing that the values do not
carry: facts are stated as facts, and nothing here speaks of causes or of significance.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from typing import Final

import pandas as pd

from analysis.facts.rating_system import CATEGORIES, REGIME_CLASSES, SAME, rounded
from analysis.settings.parameters import as_ranges
from analysis.tables.stored import rows

INITIALS: Final = {regime.name: regime.initials for regime in REGIME_CLASSES}
CLASS_RANK: Final = {regime.name: place for place, regime in enumerate(REGIME_CLASSES)}
"""Regime class -> 0 for the most democratic to 4."""

CATEGORY_KEY: Final = (
    " · ".join(f"{code} {name}" for code, name in CATEGORIES.items()) + " (higher: less of it)"
)
"""What the codes of the categories mean, for captions; the last is Corruption."""

CLASS_KEY: Final = " · ".join(f"{r.initials} {r.name}" for r in REGIME_CLASSES)
CLASS_NAMES: Final = {r.initials: r.name.replace("an Regime", "an") for r in REGIME_CLASSES}
SCALE_WORDS: Final = "1 = least democratic, 7 = most democratic"

LEVEL_TITLES: Final = {
    "between": "Between countries",
    "within": "Within countries",
    "two_way": "Within, less editions",
    "changes": "Annual changes",
}
"""What a correlation is of."""

ROUNDED: Final = "Each rating is rounded to a quarter point, which leaves about ±0.05 in a score."
SCORES, RATINGS, CASES = "scores", "ratings", "country_editions"
MINUS: Final = "−"
MISSING: Final = "–"
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def fixed(value: float, digits: int = 2) -> str:
    """Return `value` rounded half up with `digits` decimals, a true minus sign and never -0."""
    # Scores are multiples of 1/28: the nearest such fraction undoes the float before rounding.
    shown = rounded(Fraction(value).limit_denominator(10**6), digits)
    return f"{MINUS if shown < 0 else ''}{abs(shown)}"


def exact(difference: float) -> float:
    """Return a difference of two scores or ratings as the multiple of 1/28 that it is."""
    return round(28 * difference) / 28


def signed(value: float, digits: int = 2) -> str:
    """Return `value` with its sign, ``0.00`` without one."""
    text = fixed(value, digits)
    return text if text.startswith(MINUS) or not text.strip("0.") else f"+{text}"


def interval(low: float, high: float, digits: int = 2, *, sign: bool = False) -> str:
    """Return ``0.26 to 0.74``, or a dash where it is withheld.

    A bound near zero has as many decimals as show on which side of it it lies.
    """
    if pd.isna(low) or pd.isna(high):
        return MISSING
    shown = signed if sign else fixed
    ends = []
    for end in (low, high):
        near = next((n for n in range(digits, 6) if abs(end) * 10**n >= 0.5), digits)
        ends.append(shown(end, near))
    return " to ".join(ends)


def possible(low: float, high: float) -> str:
    """Return what a rating or score that is not known can be: ``1.25–1.50``, ``open`` for any."""
    return "open" if (low, high) == (1, 7) else f"{fixed(low)}–{fixed(high)}"


def percent(share: float, digits: int = 0) -> str:
    """Return a share as ``26 %``; what rounds to nothing but is not as ``under 1 %``."""
    least = 10.0**-digits
    if 0 < share * 100 < least / 2:
        return f"under {fixed(least, digits)} %"
    return f"{fixed(share * 100, digits)} %"


def probability(value: float) -> str:
    """Return a p-value with three decimals, ``under 0.001`` below that."""
    return "under 0.001" if value < 0.0005 else fixed(value, 3)


def number(n: int) -> str:
    """Return ``no``, ``one``, ``three`` or ``12``."""
    return _WORDS[n] if 0 <= n < len(_WORDS) else str(n)


def so_many(n: int) -> str:
    """Return a number as it stands without its noun: ``none`` in place of ``no``."""
    return number(n) if n else "none"


def counted(n: int, singular: str, plural: str = "") -> str:
    """Return ``no score``, ``one score``, ``three scores`` or ``12 scores``."""
    return f"{number(n)} {singular if n == 1 else plural or singular + 's'}"


def countries(n: int) -> str:
    """Return ``one country``, ``three countries`` or ``12 countries``."""
    return counted(n, "country", "countries")


def every(n: int) -> str:
    """Return ``both``, ``all three`` or ``all 12``."""
    return "both" if n == 2 else f"all {number(n)}"


def times(n: int) -> str:
    """Return ``once``, ``twice``, ``three times`` or ``12 times``."""
    return {1: "once", 2: "twice"}.get(n, counted(n, "time"))


def listed(words: Sequence[str], join: str = "and") -> str:
    """Return ``A``, ``A and B`` or ``A, B and C``; ``A, and B and C`` where a name has an *and*."""
    *front, last = words
    comma = "," if any(f" {join} " in word for word in words) else ""
    return f"{', '.join(front)}{comma} {join} {last}" if front else last


def whole_ties(sizes: Sequence[float], most: int = 3) -> int:
    """Return how many of sizes, the largest first, to name: up to `most`, never one of a tie."""
    for n in range(min(most, len(sizes)), 0, -1):
        if n == len(sizes) or abs(sizes[n - 1] - sizes[n]) > SAME:
            return n
    return 0


def editions(years: Sequence[int]) -> str:
    """Return ``2005``, ``2005 and 2007`` or ``2005 to 2008 and 2012``."""
    parts: list[str] = []
    for run in as_ranges(list(years)).split(", "):
        ends = run.split("–")
        parts += [" to ".join(ends)] if int(ends[-1]) - int(ends[0]) > 1 else ends
    return listed(parts)


def some(names: Sequence[str], noun: str = "country", plural: str = "countries") -> str:
    """Return up to three names, the number of them where there are more."""
    return listed(names) if len(names) <= 3 else counted(len(names), noun, plural)


def holders(values: pd.Series, end: float) -> list[str]:
    """Return all countries that have this value, as they stand in a sentence."""
    return [in_text(str(name)) for name in values.index[(values - end).abs() < SAME]]


def extremes(values: pd.Series, shown: Callable[[float], str] = fixed) -> list[str]:
    """Return the lowest and the highest of some values with their holders: ``1.04 (Latvia)``."""
    return [f"{shown(end)} ({some(holders(values, end))})" for end in values.agg(["min", "max"])]


def part_of_region(region: str) -> str:
    """Return a part of the region as it stands in a sentence."""
    return "the Balkans" if region == "Balkans" else region


def with_corruption(sentence: str) -> str:
    """Return a sentence; where it names Corruption with how its rating is to be read."""
    reading = " A higher Corruption rating means less corruption."
    return f"{sentence}{reading if CATEGORIES['CO'] in sentence else ''}"


def capitalised(sentence: str) -> str:
    """Return `sentence` with its first letter as a capital."""
    return sentence[:1].upper() + sentence[1:]


def moved(before: float, after: float) -> str:
    """Return ``declined from 1.50 to 1.25``, ``improved from ...`` or ``stayed at 1.25``."""
    if abs(after - before) <= SAME:
        return f"stayed at {fixed(after)}"
    verb = "improved" if after > before else "declined"
    return f"{verb} from {fixed(before)} to {fixed(after)}"


def ordinal(n: int) -> str:
    """Return ``1st``, ``2nd``, ``3rd``, ``4th``, ``11th``."""
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def points(value: float) -> str:
    """Return a size in points of the scale: ``0.25 points``, ``1.00 point``."""
    text = fixed(abs(value))
    return f"{text} {'point' if float(text) == 1 else 'points'}"


def with_true_minus(text: str) -> str:
    """Return a text of the audit with a minus sign before its numbers in place of a hyphen."""
    return re.sub(r"(?<![\w.:/@–—-])-(?=\d)", MINUS, text)


def in_text(name: str) -> str:
    """Return a country's name as it stands in a sentence: ``the Czech Republic``."""
    return f"the {name}" if name.endswith(" Republic") else name


def rests_on(names: Collection[str], editions: Collection[int], **known: pd.DataFrame) -> str:
    """Return how many countries and editions figures are of, and how much of it is known.

    `known` are tables, one row a known cell: of ``scores`` and ``ratings`` the others are bounded,
    between limits that all printed facts set (``possible_ratings``); estimates from complete
    ``country_editions`` leave the others out.

    Examples
    --------
    >>> import pandas as pd
    >>> rests_on(["Albania"], range(2005, 2025), scores=pd.DataFrame(index=range(19)))
    'Rests on one country and 20 editions: 1 of 20 scores bounded.'
    """
    parts = []
    for what, table in known.items():
        cells = len(names) * len(editions) * (len(CATEGORIES) if what == RATINGS else 1)
        rest, fate = cells - len(table), "left out" if what == CASES else "bounded"
        name = what.replace("_", "-")
        parts.append(f"{rest} of {cells} {name} {fate}" if rest else f"{name} complete")
    whole = parts in ([f"{SCORES} complete", f"{RATINGS} complete"], ["country-editions complete"])
    words = "complete" if whole else ", ".join(parts)
    return f"Rests on {countries(len(names))} and {counted(len(editions), 'edition')}: {words}."


def score_words(scores: pd.DataFrame) -> list[str]:
    """Return country, edition, score and how it is known, a line a row."""
    known = {
        "printed": "ratings printed",
        "derived": "a rating derived from printed changes",
        "score only": "score printed, ratings not all known",
        "score derived": "score derived from printed facts, ratings not all known",
    }
    return [
        f"{row.country} {row.edition}: {fixed(row.score)} ({known[row.basis]})"
        for row in rows(scores)
    ]


def holding(sentences: Mapping[str, object]) -> str:
    """Return those of several sentences that hold: a caption explains what is drawn, no more."""
    return " ".join(sentence for sentence, holds in sentences.items() if holds)
