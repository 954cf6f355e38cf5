"""The words by which reports name categories, regimes, directions and reports themselves.

All patterns that several layouts share stand here, so that a new spelling is added once. Reports
hold 100 000 characters and a few dozen places of interest: a pattern that ignores case would be
tried at every character, so that a plain word is found first, a hundred times as fast, and the
pattern matched only there.

Statements in other languages are turned into the English ones (newspapers print a change as
``оценката за демократија се подобри од 3,82 на 3,86``). Their words stand in
``words_of_languages.csv``, each as a real piece prints it: a statement is turned only if all of it
is declared there, and one that is not is told, because its change would be missing. Whatever is
decided from statements (country, scale, whether changes add up) is decided from the English ones.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Final

from analysis.facts.countries import COUNTRIES, Country
from analysis.facts.rating_system import NEW_SCALE, OLD_SCALE, SCORE, Scale
from analysis.sources.cells import CELL_CATEGORIES

CATEGORY_LABEL: Final = re.compile(
    r"""
      (?P<NDG>National\s+(?:Democratic(?:\s+Governance(?!(?!n/a)[a-z]))?|Governance))
    | (?P<LDG>Local\s+(?:Democratic(?:\s+Governance(?!(?!n/a)[a-z]))?|Governance))
    | (?P<JFI>Constitutional,\s+Legislative,?\s+and\s+Judicial\s+Framework
             |Judicial\s+Framework(?:\s+and\s+Independence)?)
    | (?P<EP>Electoral\s+Process)
    | (?P<CS>Civil\s+Society)
    | (?P<IM>Independent\s+Media)
    | (?P<CO>Corruption)
    | (?P<DS>Democracy\s+(?:Score|Rating))
    | (?P<GOV>Governance)
    """,
    re.VERBOSE | re.IGNORECASE,
)
LABEL_WORDS: Final = (
    "national",
    "local",
    "constitutional",
    "judicial",
    "electoral",
    "civil",
    "independent",
    "corruption",
    "democracy",
    "governance",
)
"""The first words of `CATEGORY_LABEL`."""
_CODE_LABEL: Final = re.compile(r"[ ]*(?P<code>NDG|EP|CS|IM|GOV|LDG|JFI|CO|DS)(?=[:|\s])")
LABEL_REST: Final = re.compile(
    r"\s*\|?\s*(?:Governance|and\s+Independence)(?!(?!n/a)[a-z])\*?", re.IGNORECASE
)
"""The second half of a label that PDF text breaks around its numbers."""
CATEGORY_NAMES: Final = (
    r"(?:National|Local)\s+(?:Democratic\s+)?Governance"
    r"|(?:Constitutional,\s+Legislative,?\s+and\s+)?Judicial\s+Framework(?:\s+and\s+Independence)?"
    r"|Electoral\s+Process|Civil\s+Society|Independent\s+Media|Corruption"
)
REGIME: Final = (
    r"(?:Semi\s*-\s*)?Consolidated\s+(?:Democracy|Authoritarian\s+Regime)"
    r"|Transitional\s+(?:Government\s+)?or\s+Hybrid\s+(?:Regime|Government)"
)
VERB: Final = (
    r"(?:improv|increas|declin|decreas|upgrad|downgrad|advanc|deteriorat)(?:e[sd]?|ing)"
    r"|drop(?:s|ped)?|ris(?:es|en|e)|rose|f[ae]ll(?:s|en)?|worsen(?:s|ed)?"
)
_WORSE: Final = re.compile("declin|decreas|downgrad|deteriorat|drop|f[ae]ll|worsen", re.IGNORECASE)
_SCALE_SENTENCE: Final = re.compile(
    r"\b(?P<a>[17])\s+representing\s+the\s+highest"
    r"|(?<![\d.])(?P<b>[17])\s*=\s*(?:the\s+)?(?:best|most\s+democratic)",
    re.IGNORECASE,
)
COUNTRY_BY_PRINTED: Final = {
    name.casefold(): country
    for country in COUNTRIES
    for name in (country.name, *country.aliases)
    if name == country.name or (len(name) > 3 and name[-1] != "*")
}
COUNTRY: Final = "|".join(re.escape(n) for n in sorted(COUNTRY_BY_PRINTED, key=len, reverse=True))
"""Alternation of all printed names of countries, the longest first; match without case."""
CAPITALS: Final = {
    capital.casefold(): country for country in COUNTRIES for capital in country.capitals
}


@lru_cache(maxsize=2)
def _folded(text: str) -> str:
    """Return `text` in lower case, each character in its place."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _places(text: str, words: Iterable[str]) -> list[int]:
    """Return where any of the lower-case `words` begins in `text`, in order."""
    low = _folded(text)
    return sorted({found.start() for word in words for found in re.finditer(re.escape(word), low)})


def at_words(text: str, words: Iterable[str], pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Yield matches of a pattern that begins with one of `words`, none inside another one."""
    end = 0
    for position in _places(text, words):
        if position >= end and (match := pattern.match(text, position)):
            yield match
            end = max(match.end(), position + 1)


def near_words(
    text: str, words: Iterable[str], pattern: re.Pattern[str], before: int, after: int
) -> Iterator[re.Match[str]]:
    """Yield the first match of a pattern near each of `words`: `before` to `after` characters."""
    end = 0
    for position in _places(text, words):
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


def find_labels(text: str) -> list[re.Match[str]]:
    """Return all categories' names, and their codes at the start of a line, in order."""
    found = [*at_words(text, LABEL_WORDS, CATEGORY_LABEL), *at_lines(text, _CODE_LABEL)]
    return sorted(found, key=re.Match.start)


def label_code(match: re.Match[str]) -> str:
    """Return the category code that a match of `find_labels` stands for."""
    name = match.lastgroup or ""
    return match.group(name) if name == "code" else name


def label_is_broken(match: re.Match[str]) -> bool:
    """Tell whether the label may go on after its numbers."""
    words = match.group(0).lower().split()
    return words[-1] in ("democratic", "framework") and not words[0].startswith("constitutional")


def decimal(printed: str) -> str:
    """Return a number as it is stored: without spaces, with a decimal point."""
    return printed.replace(" ", "").replace(",", ".")


def category_of(name: str) -> str:
    """Return the code of a category's printed name or code."""
    if name.upper() in CELL_CATEGORIES:
        return name.upper()
    match = CATEGORY_LABEL.match(name)
    if match is None:
        raise ValueError(f"not a category: {name!r}")
    return label_code(match)


def direction(verb: str) -> int:
    """Return 1 if the verb says that things got better, -1 if worse, 0 if it says neither."""
    if _WORSE.match(verb):
        return -1
    return 1 if re.match(VERB, verb, re.IGNORECASE) else 0


def stated_scales(text: str) -> set[Scale]:
    """Return the scale directions that sentences of `text` state."""
    words = ("representing", "best", "most")
    found = near_words(text, words, _SCALE_SENTENCE, before=12, after=30)
    return {OLD_SCALE if (m.group("a") or m.group("b")) == "1" else NEW_SCALE for m in found}


def printed_country(name: str) -> Country:
    """Return the country of a match of `COUNTRY`."""
    return COUNTRY_BY_PRINTED[" ".join(name.split()).casefold()]


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
