"""Known misprints: what a source prints, what it should be, and why.

A misprint stands here only where no rule of `analysis.reconciliation.panel` can decide: where the
sources themselves hold the better value, the rules find it. Each entry guards itself - once the
source no longer prints the wrong number, reading fails until the entry is deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from analysis.facts.countries import BY_NAME
from analysis.facts.errors import SourceError, did_you_mean
from analysis.facts.rating_system import CATEGORIES, SCORE, is_rating, parse_number, read_scale


@dataclass(frozen=True)
class Correction:
    """One misprint.

    Attributes
    ----------
    source
        The `source_id` that prints it.
    country
        Project name of the country.
    edition
        The edition that the number rates.
    category
        A category's code, or ``DS`` for the Democracy Score.
    printed, should_be
        The wrong and the right number, both on `scale`.
    scale
        ``1=best`` or ``7=best``, as printed.
    why
        The evidence, in words.
    """

    source: str
    country: str
    edition: int
    category: str
    printed: str
    should_be: str
    scale: str
    why: str


KEYS = tuple(field.name for field in fields(Correction))

Place = tuple[str, str, int, str]
"""Source, country, rated edition and category of a printed number."""


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """Read ``corrections.yml``.

    Raises
    ------
    SourceError
        If the file is missing or no YAML list, or an entry lacks a key, has an unknown one or
        holds a value that cannot be; the message names the entry by its number.
    """
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SourceError(f"{path}: no such file, expected the list of known misprints") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: not UTF-8 YAML ({' '.join(str(error).split())})") from None
    if not isinstance(entries, list):
        raise SourceError(f"{path}: expected a list of misprints, found {type(entries).__name__}")
    found = [_read_entry(f"{path}: entry {n}", entry) for n, entry in enumerate(entries, start=1)]
    places = [(c.source, c.country, c.edition, c.category) for c in found]
    if twice := [place for place in places if places.count(place) > 1]:
        raise SourceError(f"{path}: {_told(twice[0])} stands there twice, expected once")
    return tuple(found)


def _read_entry(where: str, entry: Any) -> Correction:
    if not isinstance(entry, dict):
        raise SourceError(f"{where}: expected the keys {', '.join(KEYS)}, found {entry!r}")
    if unknown := [str(key) for key in entry if key not in KEYS]:
        raise SourceError(f"{where}: unknown key {unknown[0]!r}{did_you_mean(unknown[0], KEYS)}")
    if missing := [key for key in KEYS if key not in entry]:
        raise SourceError(f"{where}: no key {', '.join(missing)}; expected {', '.join(KEYS)}")
    texts = {key: " ".join(str(value).split()) for key, value in entry.items()}
    try:
        fault = _fault(texts)
    except SourceError as error:
        fault = str(error)
    if fault:
        raise SourceError(f"{where}: {fault}")
    return Correction(**{**texts, "edition": int(texts["edition"])})  # type: ignore[arg-type]


def _fault(texts: dict[str, str]) -> str:
    """Tell what is wrong with an entry's values, or nothing."""
    if texts["country"] not in BY_NAME:
        return (
            f"unknown country {texts['country']!r}{did_you_mean(texts['country'], list(BY_NAME))}"
        )
    if texts["category"] not in (*CATEGORIES, SCORE):
        return f"expected a category of {', '.join(CATEGORIES)} or {SCORE}, found " + repr(
            texts["category"]
        )
    if not texts["edition"].isdecimal():
        return f"expected an edition such as 2014, found {texts['edition']!r}"
    if not texts["why"]:
        return "expected the evidence under 'why', found nothing"
    read_scale(texts["scale"])
    wrong, right = parse_number(texts["printed"]), parse_number(texts["should_be"])
    if wrong == right:
        return f"{texts['printed']!r} is both printed and right, expected two numbers"
    if texts["category"] != SCORE and not is_rating(right):
        return f"should_be: expected a rating in quarter points, found {texts['should_be']!r}"
    return ""


class Applied:
    """The corrections, looked up one printed number at a time, and which of them were met."""

    def __init__(self, corrections: Sequence[Correction]) -> None:
        self._by_place: dict[Place, Correction] = {
            (c.source, c.country, c.edition, c.category): c for c in corrections
        }
        self._met: set[Place] = set()

    def find(self, place: Place, value: Fraction, scale: str) -> Correction | None:
        """Return the correction of this printed number, if it is the misprint of one."""
        correction = self._by_place.get(place)
        if correction is None or correction.scale != scale:
            return None
        if parse_number(correction.printed) != value:
            return None
        self._met.add(place)
        return correction

    def refuse_unmet(self, printed: Iterable[tuple[Place, str, str]]) -> None:
        """Raise if a source no longer prints a misprint.

        Parameters
        ----------
        printed
            Place, number and scale of everything that is printed, to name what stands there now.

        Raises
        ------
        SourceError
            For the first correction that met no printed number.
        """
        unmet = [place for place in self._by_place if place not in self._met]
        if not unmet:
            return
        place = unmet[0]
        now = [f"{text} on {scale}" for where, text, scale in printed if where == place]
        wanted = self._by_place[place]
        raise SourceError(
            f"corrections.yml: expected {wanted.printed} on {wanted.scale} for {_told(place)}, "
            f"found {', '.join(dict.fromkeys(now)) or 'nothing'}: delete or mend the entry"
        )


def _told(place: Place) -> str:
    source, country, edition, category = place
    return f"{country} {edition} {category} in {source}"
