"""What a source claims, in the units in which claims can be compared.

A rating becomes quarter points (1.00 is 4, 7.00 is 28) on ``7=best``; a Democracy Score or
Percentage becomes the range of totals of seven ratings that round to it (28 to 196). Two decimals
of a score allow one total only, as totals lie 1/28 apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import ceil, floor
from typing import Final, TypeVar

from analysis.facts.rating_system import (
    CATEGORIES,
    FIRST_EDITION,
    LAST_EDITION,
    SCORE,
    SCORE_PARTS,
    parse_number,
    to_seven_best,
)
from analysis.settings.corrections import Correction

QUARTERS: Final = range(4, 29)
"""All ratings in quarter points."""
POINTS: Final = SCORE_PARTS
"""A Democracy Score is the total of the quarter points over 28."""

EDITIONS: Final = range(FIRST_EDITION, LAST_EDITION + 1)

Cell = tuple[int, str]
"""Edition and category; `SCORE` or `WHOLE_EDITION` stands where a category would."""

WHOLE_EDITION: Final = ""
"""Category of what is about all changes of an edition."""


@dataclass(frozen=True)
class Claim:
    """What one source prints about one country, edition and category.

    `kind` is that of the source, `report_edition` that of the printing report, `printed` and
    `scale` are as printed; `correction` is the declared misprint, if this is one.
    """

    country: str
    edition: int
    category: str
    source_id: str
    kind: str
    report_edition: int
    printed: str
    scale: str = ""
    correction: Correction | None = None

    @property
    def place(self) -> Cell:
        """Edition and category."""
        return self.edition, self.category

    def told(self) -> str:
        """Return who prints what, in words."""
        return f"{self.source_id} ({self.report_edition} report, {self.kind}) {self.value_told()}"

    def value_told(self) -> str:
        """Return the printed number with its scale."""
        return f"{self.printed} on {self.scale}" if self.scale else self.printed


@dataclass(frozen=True)
class RatingClaim(Claim):
    """A category's rating in quarter points on ``7=best``.

    `fits` tells whether the seven ratings of its own table or page give the Democracy Score
    printed there; None where that cannot be told.
    """

    quarters: int = 0
    fits: bool | None = None


@dataclass(frozen=True)
class RescaledClaim(RatingClaim):
    """What an index prints as the image of a rating; `quarters` is what the image leaves, if one.

    `printed` is a number of the index, the higher the better; `report_edition` its year.
    """

    def told(self) -> str:
        """Return who prints what, in words."""
        return f"{self.source_id} (index of {self.report_edition}, {self.kind}) {self.printed}"


@dataclass(frozen=True)
class ComparisonClaim(Claim):
    """A rating or Democracy Score that is compared with that of the edition `since`.

    `steps` are the differences that agree, in quarter points, of seven ratings together for ``DS``.
    """

    since: int = 0
    steps: range = range(0)

    def after(self, value: int) -> range:
        """Return what may stand where `value` stood before."""
        return range(value + self.steps[0], value + self.steps[-1] + 1)


@dataclass(frozen=True)
class ScoreClaim(Claim):
    """A Democracy Score or Percentage as the totals of quarter points that round to it.

    No total at all means that the number is no possible score.
    """

    measure: str = ""
    totals: range = range(0)

    def value_told(self) -> str:
        """Return the printed number with its scale or as a percentage."""
        return super().value_told() if self.scale else f"{self.printed} %"


@dataclass(frozen=True)
class ListClaim(Claim):
    """All changes of an edition against the one before, as one page lists them.

    `net` is the sum of the changes in quarter points, None if one lacks its numbers; `stated` is
    ``yes`` or ``likely``; `printed` names the categories.
    """

    changed: frozenset[str] = frozenset()
    net: int | None = None
    stated: str = ""


AnyClaim = TypeVar("AnyClaim", bound=Claim)

MEASURES: Final = {
    SCORE: "Democracy Score",
    "DP": "Democracy Percentage",
    "LAST_DP": "Democracy Percentage, printed as last year's,",
}


@cache
def quarters_of(printed: str, scale: str) -> int:
    """Return a printed rating in quarter points on ``7=best``."""
    return int(to_seven_best(parse_number(printed), scale) * 4)


@cache
def totals_of_score(printed: str, scale: str, exact: bool = True) -> range:
    """Return the totals whose score rounds to the printed one.

    Reports round to two decimals and may drop zeros, so 4.5 means 4.50. The press rounds as it
    likes: not `exact`, 4.5 means 4.45 to 4.55.
    """
    value = to_seven_best(parse_number(printed), scale)
    half = Fraction(1, 200) if exact else _half_digit(printed)
    return _whole_between((value - half) * POINTS, (value + half) * POINTS)


def _half_digit(printed: str) -> Fraction:
    """Return half of the last digit of a printed number, of the second decimal at most."""
    decimals = len(printed.strip().replace(",", ".").partition(".")[2])
    return Fraction(1, 2 * 10 ** min(decimals, 2))


def steps_of(direction: str, by: str, category: str) -> range:
    """Return the differences in quarter points that a printed comparison allows, perhaps none."""
    if direction == "same":
        return range(1)
    least, most = 1, len(CATEGORIES) * (QUARTERS[-1] - QUARTERS[0])
    if by:
        points, half = (POINTS, _half_digit(by)) if category == SCORE else (4, Fraction(0))
        low, high = (parse_number(by) + side for side in (-half, half))
        least, most = ceil(low * points), floor(high * points)
    return range(least, most + 1) if direction == "better" else range(-most, -least + 1)


@cache
def totals_of_percentage(printed: str) -> range:
    """Return the totals whose percentage rounds half up to the printed one.

    A whole number, also one printed 47.00, counts as rounded to the whole number: Montenegro 2022
    prints 47.00 where the score printed beside it gives 47.02.
    """
    value = parse_number(printed)
    half = Fraction(1, 2) if value.denominator == 1 else Fraction(1, 200)
    low, high = (POINTS * (1 + (value + side) * 6 / 100) for side in (-half, half))
    found = _whole_between(low, high)
    return found[:-1] if found and found[-1] == high else found


def only(value: int) -> range:
    """Return the range of one value."""
    return range(value, value + 1)


def _whole_between(low: Fraction, high: Fraction) -> range:
    lowest, highest = (len(CATEGORIES) * end for end in (QUARTERS[0], QUARTERS[-1]))
    return range(max(ceil(low), lowest), min(floor(high), highest) + 1)


def seven_best_score(printed: str, scale: str) -> float:
    """Return a printed Democracy Score on ``7=best``."""
    return float(to_seven_best(parse_number(printed), scale))
