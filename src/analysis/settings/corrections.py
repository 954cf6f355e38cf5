"""Known misprints: what a source prints, what it should be, and why.

A misprint stands here only where no rule of `analysis.reconciliation` can decide: where the
sources themselves hold the better value, the rules find it. Each entry guards itself - once the
source no longer prints the wrong number, reading fails until the entry is deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, model_validator

from analysis.facts.countries import BY_NAME
from analysis.facts.errors import AnalysisError, SourceError, did_you_mean
from analysis.facts.rating_system import (
    CATEGORIES,
    HIGHEST,
    LOWEST,
    SCORE,
    SCORE_PARTS,
    is_rating,
    parse_number,
    read_scale,
    rounded,
)
from analysis.settings.reading import Declared, expected, read_declared

Place = tuple[str, str, int, str]
"""Source, country, rated edition and category of a printed number."""


def _passing(check: Callable[[str], object]) -> AfterValidator:
    """Refuse a text that one of the project's own checks refuses, in that check's words."""

    def checked_text(text: str) -> str:
        try:
            check(text)
        except AnalysisError as error:
            raise ValueError(str(error)) from None
        return text

    return AfterValidator(checked_text)


def _known_country(name: str) -> str:
    if name not in BY_NAME:
        raise ValueError(f"unknown country {name!r}{did_you_mean(name, list(BY_NAME))}")
    return name


_CODES = (*CATEGORIES, SCORE)
# A number may stand without quotes, and a long text on several lines.
_Words = Annotated[str, BeforeValidator(lambda value: " ".join(str(value).split()))]
_Number = Annotated[_Words, _passing(parse_number)]


class Correction(Declared):
    """One misprint: what a source prints, on its own `scale`, what it should be, and the evidence.

    `source` is a ``source_id``, `edition` the one that the number rates, `category` a code or
    ``DS`` for the Democracy Score.
    """

    source: _Words
    country: Annotated[_Words, AfterValidator(_known_country)]
    edition: Annotated[int, expected("an edition such as 2014", lambda v: str(v).isdecimal())]
    category: Annotated[
        _Words, expected(f"a category of {', '.join(CATEGORIES)} or {SCORE}", _CODES.__contains__)
    ]
    printed: _Number
    should_be: _Number
    scale: Annotated[_Words, _passing(read_scale)]
    why: Annotated[_Words, expected("the evidence", lambda v: bool(str(v or "").strip()))]

    @model_validator(mode="after")
    def _check_numbers(self) -> Correction:
        right = parse_number(self.should_be)
        if parse_number(self.printed) == right:
            raise ValueError(f"{self.printed!r} is both printed and right, expected two numbers")
        wanted, fits = "a rating in quarter points", is_rating(right)
        if self.category == SCORE:
            wanted, nearest = "a score that seven ratings give", round(right * SCORE_PARTS)
            is_mean = rounded(Fraction(nearest, SCORE_PARTS)) == rounded(right)
            fits = LOWEST <= right <= HIGHEST and is_mean
        if not fits:
            raise ValueError(f"should_be: expected {wanted}, found {self.should_be!r}")
        return self

    @property
    def place(self) -> Place:
        """Where the misprint stands."""
        return self.source, self.country, self.edition, self.category

    def corrects(self, place: Place, printed: str, scale: str) -> bool:
        """Tell whether a printed number is the misprint."""
        where = (place, scale) == (self.place, self.scale)
        return where and parse_number(printed) == parse_number(self.printed)


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """Read ``corrections.yml``.

    Raises
    ------
    SourceError
        If the file is missing or no YAML list, or an entry is none or stands there twice; the
        message names the entry by its number.
    """
    # Of a list whose last entry was deleted only comments are left.
    listed: Any = list[Correction] | None
    corrections: list[Correction] = read_declared(listed, path, "the list of known misprints") or []
    places = [correction.place for correction in corrections]
    if twice := [place for place in places if places.count(place) > 1]:
        raise SourceError(f"{path}: {_in_words(twice[0])} stands there twice, expected once")
    return tuple(corrections)


def refuse_unmet(
    corrections: Iterable[Correction], printed: Sequence[tuple[Place, str, str]]
) -> None:
    """Refuse a correction of what no source prints any longer.

    `printed` has place, number and scale of everything, to name what stands there now.

    Raises
    ------
    SourceError
        For the first correction that meets no printed number.
    """
    for wanted in corrections:
        if not any(wanted.corrects(*number) for number in printed):
            now = [f"{text} on {scale}" for where, text, scale in printed if where == wanted.place]
            raise SourceError(
                f"corrections.yml: expected {wanted.printed} on {wanted.scale} for "
                f"{_in_words(wanted.place)}, found {', '.join(dict.fromkeys(now)) or 'nothing'}: "
                "delete or mend the entry"
            )


def _in_words(place: Place) -> str:
    source, country, edition, category = place
    return f"{country} {edition} {category} in {source}"
