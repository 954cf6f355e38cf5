"""Facts and arithmetic of the *Nations in Transit* rating system.

Pure functions without input or output. Inside the project every rating is on the ``7=best``
scale; a source's printed value is converted once, by `to_seven_best`, and kept beside the result.

Ratings move in quarter points, so a Democracy Score is a multiple of 1/28 and every boundary can
be decided exactly: scores are `fractions.Fraction` here and floats only in tables.

Source of the rules: Freedom House, *Nations in Transit* methodology (editions 2005-2024).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from analysis.facts.errors import SourceError

if TYPE_CHECKING:
    import pandas as pd

Scale = Literal["1=best", "7=best"]
OLD_SCALE: Final[Scale] = "1=best"
NEW_SCALE: Final[Scale] = "7=best"
SCALES: Final[tuple[Scale, Scale]] = (OLD_SCALE, NEW_SCALE)

FIRST_EDITION: Final = 2005
"""The first edition with all seven categories; before it Governance was one category."""
LAST_EDITION: Final = 2024
"""The last edition that Freedom House published."""

SAME: Final = 1e-9
"""Two values that differ by less are equal: scores are multiples of 1/28, ratings of 1/4."""

CATEGORIES: Final[dict[str, str]] = {
    "NDG": "National Democratic Governance",
    "EP": "Electoral Process",
    "CS": "Civil Society",
    "IM": "Independent Media",
    "LDG": "Local Democratic Governance",
    "JFI": "Judicial Framework and Independence",
    "CO": "Corruption",
}
"""The seven categories: code -> name, in the order of the reports since 2005."""

SHORT_NAMES: Final[dict[str, str]] = {
    "NDG": "National governance",
    "EP": "Electoral process",
    "CS": "Civil society",
    "IM": "Independent media",
    "LDG": "Local governance",
    "JFI": "Judiciary",
    "CO": "Corruption",
}

GOVERNANCE: Final = "GOV"
"""The single Governance category of editions before 2005; never part of the panel."""

SCORE: Final = "DS"
"""Stands for the Democracy Score where a category's code would stand."""

EVERY: Final = "all"
"""Stands for the seven categories together, and for every regime class."""

SCORE_PARTS: Final = 4 * len(CATEGORIES)
"""A Democracy Score, the mean of seven ratings in quarter points, is a multiple of 1/28."""

SOURCE_KINDS: Final = ("publisher", "archive", "copy", "own", "press", "rescaled")
"""Kinds of source, most trusted first: ``own`` is a file that the user added, ``rescaled`` an index
that prints ratings anew."""

NOT_PRINTED: Final = ("derived", "rescaled")
"""How a rating is known that no source prints as such; `status` of the panel."""

STEP: Final = Fraction(1, 4)
LOWEST: Final = Fraction(1)
HIGHEST: Final = Fraction(7)


@lru_cache(maxsize=4096)  # the same few hundred occur again and again
def parse_number(printed: str) -> Fraction:
    """Read a printed number exactly, such as ``"6.75"``, ``"2,64"`` or ``"3"``.

    Raises
    ------
    SourceError
        If `printed` is not a plain decimal number.
    """
    text = printed.strip().replace(",", ".").replace(". ", ".")
    whole, _, decimals = text.partition(".")
    if not whole.isdecimal() or not text.isascii() or (decimals and not decimals.isdecimal()):
        raise SourceError(f"expected a number such as 3.25, found {printed!r}")
    return Fraction(text.rstrip("."))


def read_scale(text: str) -> Scale:
    """Return `text` as a scale.

    Raises
    ------
    SourceError
        If it is neither ``1=best`` nor ``7=best``.
    """
    if text not in SCALES:
        raise SourceError(f"expected the scale 1=best or 7=best, found {text!r}")
    return text


def to_seven_best(value: Fraction, scale: str) -> Fraction:
    """Convert a printed rating or Democracy Score to the project's ``7=best`` scale.

    Raises
    ------
    SourceError
        If `scale` is none.
    """
    return value if read_scale(scale) == NEW_SCALE else LOWEST + HIGHEST - value


def is_rating(value: Fraction) -> bool:
    """Tell whether `value` is a possible rating: 1 to 7 in quarter points."""
    return LOWEST <= value <= HIGHEST and value % STEP == 0


def democracy_score(ratings: Iterable[Fraction]) -> Fraction:
    """Return the unrounded mean of the seven category ratings (a multiple of 1/28).

    Raises
    ------
    ValueError
        If there are not exactly seven ratings, or one is off the quarter-point grid.
    """
    values = list(ratings)
    if len(values) != len(CATEGORIES):
        raise ValueError(f"a Democracy Score needs seven ratings, found {len(values)}")
    if off_grid := [value for value in values if not is_rating(value)]:
        raise ValueError(f"not a rating of 1 to 7 in quarter points: {off_grid[0]}")
    return sum(values, Fraction(0)) / len(values)


def democracy_percentage(score: Fraction) -> Fraction:
    """Return (score - 1) / 6 x 100 from the unrounded score on ``7=best``."""
    return (score - 1) / 6 * 100


def rounded(value: Fraction, digits: int = 2) -> Decimal:
    """Round half up, exactly, as the reports print their scores."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class RegimeClass:
    """One of the five regime classes, as Freedom House prints its name.

    The bounds of the two-decimal Democracy Score are on ``7=best``, both inclusive; the initials
    are a second cue beside a colour.
    """

    name: str
    initials: str
    lowest: Decimal
    highest: Decimal


REGIME_CLASSES: Final[tuple[RegimeClass, ...]] = (
    RegimeClass("Consolidated Democracy", "CD", Decimal("5.01"), Decimal("7.00")),
    RegimeClass("Semi-Consolidated Democracy", "SCD", Decimal("4.01"), Decimal("5.00")),
    RegimeClass("Transitional or Hybrid Regime", "THR", Decimal("3.01"), Decimal("4.00")),
    RegimeClass("Semi-Consolidated Authoritarian Regime", "SCAR", Decimal("2.01"), Decimal("3.00")),
    RegimeClass("Consolidated Authoritarian Regime", "CAR", Decimal("1.00"), Decimal("2.00")),
)
"""The five classes, most democratic first."""


def regime_class(score: Fraction) -> RegimeClass:
    """Return the regime class of an unrounded Democracy Score on ``7=best``.

    The class follows from the score rounded to two decimals. A score of exactly 5.00 is a
    Semi-Consolidated Democracy; the next possible one, 141/28 (5.04), is a Consolidated Democracy.
    The thresholds of the Democracy Percentage, published since 2020, are whole scores too.

    Raises
    ------
    ValueError
        If the score lies outside 1 to 7.
    """
    if not LOWEST <= score <= HIGHEST:
        raise ValueError(f"a Democracy Score lies between 1 and 7, found {float(score):.4f}")
    two_decimals = rounded(score)
    return next(c for c in REGIME_CLASSES if c.lowest <= two_decimals)


def class_named(printed: str) -> RegimeClass | None:
    """Return the class of a printed name, whatever its case and signs; editions word it anew."""

    def bare(name: str) -> str:
        letters = "".join(filter(str.isalpha, name.casefold()))
        return letters.replace("transitionalgovernment", "transitional")

    return next((c for c in REGIME_CLASSES if bare(c.name) == bare(printed)), None)


def class_spans(scale: tuple[float, float] = (1, 7)) -> list[tuple[str, float, float]]:
    """Return initials, lowest and highest score of the classes on a part of the scale, no gaps."""
    spans = [
        (r.initials, max(float(r.lowest) // 1, scale[0]), min(float(r.highest), scale[1]))
        for r in REGIME_CLASSES
    ]
    return [(initials, low, high) for initials, low, high in spans if low < high]


def exact_scores(scores: pd.Series) -> pd.Series:
    """Return for each score, printed or computed, the multiple of 1/28 that it stands for.

    Scores are on either scale, with at least two decimals. Missing where a score is missing or
    within rounding of no multiple of 1/28.
    """
    exact = (scores * SCORE_PARTS).round() / SCORE_PARTS
    # Further away than two decimals can be it is no mean of seven ratings.
    return exact.where((exact - scores).abs() <= 0.0051)
