"""The words by which reports name categories, regimes, directions and reports themselves.

All patterns that several layouts share stand here, so that a new spelling is added once. Reports
hold 100 000 characters and a few dozen places of interest: a pattern that ignores case would be
tried at every character, so that a plain word is found first, a hundred times as fast, and the
pattern matched only there.

Statements in other languages (newspapers print ``оценката за демократија се подобри од 3,82 на
3,86``) are turned into the English ones, from which all is decided. Their words stand in
``words_of_languages.csv``, each as a real piece prints it: a statement is turned only if all of it
is declared there, and one that is not is told, because its change would be missing.
"""

from __future__ import annotations

import csv
import re
from collections import ChainMap, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from analysis.facts.rating_system import NEW_SCALE, OLD_SCALE, REGIME_CLASSES, SCORE, Scale
from analysis.sources.cells import CELL_CATEGORIES

_CATEGORY_LABEL: Final = (
    r"(?P<NDG>National\s+(?:Democratic(?:\s+Governance(?!(?!n/a)[a-z]))?|Governance))"
    r"|(?P<LDG>Local\s+(?:Democratic(?:\s+Governance(?!(?!n/a)[a-z]))?|Governance))"
    r"|(?P<JFI>Constitutional,\s+Legislative,?\s+and\s+Judicial\s+Framework"
    r"|Judicial\s+Framework(?:\s+and\s+Independence)?)"
    r"|(?P<EP>Electoral\s+Process)|(?P<CS>Civil\s+Society)|(?P<IM>Independent\s+Media)"
    r"|(?P<CO>Corruption)|(?P<DS>Democracy\s+(?:Score|Rating))|(?P<GOV>Governance)"
)
LABEL_WORDS: Final = (
    "national|local|constitutional|judicial|electoral|civil|independent|corruption|democracy"
    "|governance"
)
"""The first words of `_CATEGORY_LABEL`."""
_CODES: Final = "|".join(f"(?P<{code}>{code})" for code in CELL_CATEGORIES)
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
_WORSE: Final = "declin|decreas|downgrad|deteriorat|drop|f[ae]ll|worsen"
_SCALE_SENTENCE: Final = (
    r"\b(?P<a>[17])\s+representing\s+the\s+highest"
    r"|(?<![\d.])(?P<b>[17])\s*=\s*(?:the\s+)?(?:best|most\s+democratic)"
)


@cache
def ignoring_case(pattern: str) -> re.Pattern[str]:
    """Return a pattern in which ``^`` and ``$`` are those of lines, as all patterns are used."""
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)


@lru_cache(maxsize=2)
def _folded(text: str) -> str:
    """Return `text` in lower case, each character in its place: only İ would become two."""
    return text.replace("İ", "_").lower()


def _places(text: str, words: str) -> list[int]:
    return [match.start() for match in re.finditer(words, _folded(text))]


def _apart(text: str, places: Iterable[int], pattern: str) -> Iterator[re.Match[str]]:
    """Yield the matches of `pattern` at some places, none inside another one."""
    end, regex = 0, ignoring_case(pattern)
    for place in places:
        if place >= end and (match := regex.match(text, place)):
            yield match
            end = max(match.end(), place + 1)


def at_words(text: str, words: str, pattern: str) -> Iterator[re.Match[str]]:
    """Yield matches of a pattern that begins with one of `words`, in lower case and parted by |."""
    return _apart(text, _places(text, words), pattern)


def near_words(
    text: str, words: str, pattern: str, before: int, after: int
) -> Iterator[re.Match[str]]:
    """Yield the first match of a pattern near each of `words`: `before` to `after` characters."""
    end, regex = 0, ignoring_case(pattern)
    for place in _places(text, words):
        start = max(end, place - before)
        if match := regex.search(text, start, place + after):
            yield match
            end = match.end()


def at_lines(text: str, pattern: str, most: int | None = None) -> Iterator[re.Match[str]]:
    """Yield matches of `pattern` at the start of a line, in the first `most` characters."""
    starts = (0, *(match.end() for match in re.finditer("\n", text[:most])))
    return _apart(text, starts, pattern)


def find_labels(text: str) -> list[re.Match[str]]:
    """Return all categories' names, and their codes at the start of a line, in order.

    The last group of each match has the code of the category as its name.
    """
    codes = at_lines(text, rf"[ ]*(?-i:{_CODES})(?=[:|\s])")
    return sorted([*at_words(text, LABEL_WORDS, _CATEGORY_LABEL), *codes], key=re.Match.start)


def decimal(printed: str) -> str:
    """Return a number as it is stored: without spaces, with a decimal point."""
    return "".join(printed.split()).replace(",", ".")


def category_of(name: str) -> str:
    """Return the code of a category's printed name, or of the score."""
    return next(str(match.lastgroup) for match in ignoring_case(_CATEGORY_LABEL).finditer(name))


def direction(verb: str) -> int:
    """Return 1 if the verb says that things got better, -1 if worse, 0 if it says neither."""
    if ignoring_case(_WORSE).match(verb):
        return -1
    return 1 if ignoring_case(VERB).match(verb) else 0


def is_regime(name: str) -> bool:
    """Tell whether a name is that of a regime class, as any edition words it, or its initials."""
    initials = (regime.initials for regime in REGIME_CLASSES)
    return name in (*initials, "T/H") or bool(ignoring_case(REGIME).fullmatch(name))


def stated_scales(text: str) -> set[Scale]:
    """Return the scale directions that sentences of `text` state."""
    found = near_words(text, "representing|best|most", _SCALE_SENTENCE, before=12, after=30)
    return {OLD_SCALE if "1" in match.groups() else NEW_SCALE for match in found}


_FIGURE: Final = r"[1-7](?:[.,]\d{1,2})?(?![\dA-Za-z]|[.,]\d)"
_PATTERNS: Final = {
    "change": r"\b(?P<v>{verb})\s+(?:{from})\s+(?P<a>{figure})\s+(?:{to})\s+(?P<b>{figure})",
    "subject": r"(?:\b(?P<c>{country})\s+)?\b(?P<n>{name})(?:\s+(?P<d>{country}))?\s+\Z",
    "result": r"{result}",
    "percentage": r"(?:{percentage})\s+(\d[\d.,]*)\s*(?:{percent})",
}
"""A change from its verb on; before it what changes, its country on either side; what follows."""
_FARTHEST_SUBJECT: Final = 150
"""Characters before its verb in which the name of what changes stands."""


Words = dict[str, dict[str, str]]
"""Words of one language in lower case by kind, each with the English one.

The kinds are ``name`` of a category or score, ``country``, ``verb``, ``from``, ``to``, ``number``,
``result``, ``percentage`` and ``percent``.
"""


@cache
def languages() -> list[Words]:
    """Return the words of all languages whose statements are understood."""
    words: dict[str, Words] = defaultdict(lambda: defaultdict(dict))
    path = Path(__file__).with_name("words_of_languages.csv")
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            words[row["language"]][row["kind"]][row["printed"].casefold()] = row["english"]
    return list(words.values())


def _patterns(words: Words) -> dict[str, re.Pattern[str]]:
    """Return `_PATTERNS` with the words of one language, the longest first."""
    any_of = defaultdict(lambda: "(?!)")  # a kind without words matches nowhere
    for kind, printed in words.items():
        longest_first = sorted(map(re.escape, printed), key=len, reverse=True)
        any_of[kind] = "|".join(longest_first).replace(r"\ ", r"\s+")
    any_of["figure"] = rf"{_FIGURE}|(?:{any_of['number']})\b"
    return {name: ignoring_case(form.format_map(any_of)) for name, form in _PATTERNS.items()}


@cache
def _understood() -> list[tuple[Words, dict[str, re.Pattern[str]]]]:
    """Return each language's words with their patterns, made once: every text is tried in all."""
    return [(words, _patterns(words)) for words in languages()]


def in_english(text: str) -> tuple[str, list[str]]:
    """Return a text with its foreign statements in English, and those that are not understood."""
    unread: list[str] = []
    for words, patterns in _understood():
        verbs = at_words(text, "|".join(words["verb"]), patterns["change"].pattern)
        for change in reversed([*verbs]):
            start = max(0, change.start() - _FARTHEST_SUBJECT)
            subject = patterns["subject"].search(text, start, change.start())
            if subject is None:
                unread.append(" ".join(text[start : change.end()].split())[-100:])
                continue
            country = _english(words, subject["c"] or subject["d"] or "")
            name, verb, *numbers = (
                _english(words, printed) for printed in (subject["n"], *change.group("v", "a", "b"))
            )
            whose = f"{country}'s " if country and category_of(name) == SCORE else ""
            sentence = f"{whose}{name} {verb} from {' to '.join(numbers)}"
            text = text[: subject.start()] + sentence + text[change.end() :]
        text = patterns["result"].sub("As a result", text)
        text = patterns["percentage"].sub(r"Democracy Percentage \1%", text)
    return text, unread[::-1]


def _english(words: Words, printed: str) -> str:
    """Return the English word, or what is printed if it is a number in digits."""
    return ChainMap(*words.values()).get(" ".join(printed.casefold().split()), printed)
