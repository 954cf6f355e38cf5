"""Statements on scores in other languages than English, turned into the English ones.

Newspapers print a change as ``оценката за демократија се подобри од 3,82 на 3,86``. The words stand
in ``words_of_languages.csv``, each as a real piece prints it: a statement is turned only if all of
it is declared there, and one that is not is told, because its change would be missing. Whatever is
decided from statements (country, scale, whether changes add up) is decided from the English ones.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from analysis.facts.rating_system import SCORE
from analysis.sources.report.labels import at_words, category_of

_NUMBER: Final = r"[1-7](?:[.,]\d{1,2})?(?![\dA-Za-z]|[.,]\d)"
_BEFORE: Final = 150
"""Characters before its verb in which the name of what changes stands."""


@dataclass(frozen=True)
class Language:
    """The words of one language, by what they stand for and in lower case, with the English ones.

    The kinds are ``name`` of a category or score, ``country``, ``verb``, ``from``, ``to``,
    ``number``, ``result``, ``percentage`` and ``percent``.
    """

    name: str
    words: dict[str, dict[str, str]]

    def any_of(self, kind: str) -> str:
        """Return a pattern of the words of one kind, the longest first."""
        printed = sorted(self.words.get(kind, {}), key=len, reverse=True)
        return "|".join(r"\s+".join(map(re.escape, word.split())) for word in printed) or "(?!)"

    def english(self, kind: str, printed: str) -> str:
        """Return the English word, or what is printed if it is none of that kind."""
        return self.words.get(kind, {}).get(" ".join(printed.casefold().split()), printed)

    @cached_property
    def change(self) -> re.Pattern[str]:
        """The pattern of a change from its verb on."""
        return re.compile(
            rf"\b(?P<v>{self.any_of('verb')})"
            rf"\s+(?:{self.any_of('from')})\s+(?P<a>{_NUMBER}|(?:{self.any_of('number')})\b)"
            rf"\s+(?:{self.any_of('to')})\s+(?P<b>{_NUMBER}|(?:{self.any_of('number')})\b)",
            re.IGNORECASE,
        )

    @cached_property
    def subject(self) -> re.Pattern[str]:
        """The pattern of what changes: a name, with the country before or behind it."""
        country = self.any_of("country")
        return re.compile(
            rf"(?:\b(?P<c>{country})\s+)?\b(?P<n>{self.any_of('name')})(?:\s+(?P<d>{country}))?\s+\Z",
            re.IGNORECASE,
        )

    @cached_property
    def phrases(self) -> list[tuple[re.Pattern[str], str]]:
        """What stands between changes, as patterns with their English."""
        percentage = (
            rf"(?:{self.any_of('percentage')})\s+(\d[\d.,]*)\s*(?:{self.any_of('percent')})"
        )
        return [
            (re.compile(self.any_of("result"), re.IGNORECASE), "As a result"),
            (re.compile(percentage, re.IGNORECASE), r"Democracy Percentage \1%"),
        ]


@cache
def languages() -> tuple[Language, ...]:
    """Return the languages whose statements are understood."""
    words: dict[str, dict[str, dict[str, str]]] = {}
    path = Path(__file__).with_name("words_of_languages.csv")
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kinds = words.setdefault(row["language"], {})
            kinds.setdefault(row["kind"], {})[row["printed"].casefold()] = row["english"]
    return tuple(Language(name, kinds) for name, kinds in words.items())


def in_english(text: str) -> tuple[str, list[str]]:
    """Return a text with its foreign statements in English, and those that are not understood."""
    unread: list[str] = []
    for language in languages():
        english = language.english
        for change in reversed([*at_words(text, language.words["verb"], language.change)]):
            start = max(0, change.start() - _BEFORE)
            subject = language.subject.search(text, start, change.start())
            if subject is None:
                unread.append(" ".join(text[start : change.end()].split())[-100:])
                continue
            name = english("name", subject["n"])
            country = english("country", subject["c"] or subject["d"] or "")
            whose = f"{country}'s " if country and category_of(name) == SCORE else ""
            numbers = " to ".join(english("number", change[side]) for side in "ab")
            sentence = f"{whose}{name} {english('verb', change['v'])} from {numbers}"
            text = text[: subject.start()] + sentence + text[change.end() :]
        for pattern, phrase in language.phrases:
            text = pattern.sub(phrase, text)
    return text, unread[::-1]
