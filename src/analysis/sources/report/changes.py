"""Changes of ratings and of the Democracy Score as sentences or lists print them, with reasons.

``Civil Society rating declined from 6.50 to 6.75 due to ...``: the category, a verb, both numbers
and the reason. Whether the list is complete follows from the printed scores.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from analysis.facts.rating_system import CATEGORIES, NEW_SCALE, SCORE, parse_number
from analysis.sources.reading import Change
from analysis.sources.report.labels import (
    CATEGORY_NAMES,
    LABEL_WORDS,
    VERB,
    at_lines,
    at_words,
    category_of,
    decimal,
)

_I: Final = re.IGNORECASE
_IM: Final = re.IGNORECASE | re.MULTILINE
_N: Final = r"[1-7](?:[.,]\s?\d{1,2}(?![\dA-Za-z])|(?![\dA-Za-z]|[.,][\dA-Za-z]))"
_WHO: Final = (
    rf"(?P<c>{CATEGORY_NAMES}|Democracy\s+Score)(?:\s*[:–—-]\s*(?:this|the|its))?"
    r"(?:\s+(?:rating|score)s?)?"
)
_CHANGE: Final = re.compile(
    rf"{_WHO}\s+(?:has\s+|was\s+|were\s+)?(?P<v>{VERB})\s+(?:slightly\s+|further\s+)?"
    rf"(?:from\s+)?(?P<a>{_N})\s*(?:to|→|->|–>)\s*(?P<b>{_N})",
    _I,
)
_CUT: Final = re.compile(
    rf"{_WHO}\s*\[(?:\.\.\.|…)\]\s*(?P<v>)from\s+(?P<a>{_N})\s+to\s+(?P<b>{_N})", _I
)
"""A change without its verb, which somebody left out and marked so."""
_WORDS: Final = tuple(word for word in LABEL_WORDS if word != "governance")
_SCORE_WORDS: Final = ("democracy",)
_REASON_END: Final = re.compile(
    rf"\n\s*\n|\n\s*[•*-]|•|\bAs\s+a\s+result\b|\S+\s+Democracy\s+Score\s+(?:{VERB})"
    rf"|\n\s*(?:header\d|Executive\s+Summary)",
    _I,
)
_VERB: Final = re.compile(rf"\b(?:{VERB})\b", _I)
_ITEM: Final = re.compile(r"^[ \t]*•[^\n]*", re.MULTILINE)
LONGEST_REASON: Final = 3000
LONGEST_LIST: Final = 6000
_DECLINED_TO: Final = re.compile(
    rf"Democracy\s+Score\s+(?:has\s+)?(?P<v>{VERB})\s+to\s+(?P<b>{_N})", _I
)
_STAYED: Final = re.compile(
    rf"Democracy\s+Score\s+(?:has\s+)?(?:remain(?:s|ed)|stay(?:s|ed))(?:\s+unchanged)?\s+at\s+(?P<b>{_N})",
    _I,
)
_CODED: Final = re.compile(
    r"[ ]*(?:CHANGE_(?P<c>NDG|EP|CS|IM|LDG|JFI|CO|UNNAMED)|(?P<d>DS_CHANGE))\s*[:=]?\s*"
    rf"(?P<a>{_N})\s*(?:->|→|to)\s*(?P<b>{_N})\s*$",
    re.MULTILINE,
)
_NAMED_ONLY: Final = re.compile(
    rf"^[\s•*-]*(?:The\s+)?(?P<c>{CATEGORY_NAMES})(?:\s+(?:rating|score))?\s+(?P<v>{VERB})\s+"
    r"(?P<r>(?:due|because|after|to\s+reflect|as|following|amid|in\s+light)\b[^\n•]*)",
    _IM,
)
_NONE: Final = re.compile(
    r"[ \t•*-]*(?:NO_CHANGES\b.*"
    r"|No\s+(?:score\s+|status\s+|rating\s+)?changes(?:\s+in\s+\d{4})?[\s.]*)$",
    _IM,
)
_NONE_INLINE: Final = re.compile(r"No\s+(?:score\s+)?changes\s+in\s+\d{4}\b\.?", _I)
_HEADING: Final = re.compile(
    r"[ \t•#]*(?:header\d+\s+)?(?:(?:score|status|rating)\s+changes?|changes)"
    r"(?:\s+in\s+\d{4})?\s*:?[ ]*$",
    _IM,
)
_INLINE_HEADING: Final = re.compile(r"Score\s+Changes?:", re.IGNORECASE)
_SUMMARY: Final = re.compile(
    r"[ \t•#]*(?:header\d+\s+)?(?:Executive\s+Summary|Country\s+Facts)\b", _IM
)


@dataclass(frozen=True)
class PrintedChanges:
    """The changes of ratings and of the Democracy Score that a source prints.

    `score_told` is a score that a sentence gives without the one before it; `none_stated` the
    sentence that says that nothing changed; `none_by_absence` says that a page goes from its
    headline to the summary without the usual list; `cut` that the text ends within the list;
    `unread` holds items of the list from which no change could be read.
    """

    changes: tuple[Change, ...]
    score_told: str = ""
    none_stated: str = ""
    none_by_absence: bool = False
    cut: bool = False
    unread: tuple[str, ...] = ()

    def ratings(self) -> list[Change]:
        """Return the changes of ratings."""
        return [change for change in self.changes if change.category != SCORE]


_Found = dict[tuple[str, str, str], Change]
"""Changes by category and both numbers."""


def read_changes(text: str) -> PrintedChanges:
    """Return the changes that `text` prints; repeated ones once."""
    matches = list(at_words(text, _WORDS, _CHANGE))
    found = _numbered(text, matches)
    if "[" in text:
        _add_cut(found, text)
    heading = next(at_lines(text, _HEADING), None)
    heading = heading or next(at_words(text, ("score",), _INLINE_HEADING), None)
    if heading:
        _add_named_only(found, text[heading.end() : heading.end() + LONGEST_LIST])
    told = next(at_words(text, _SCORE_WORDS, _DECLINED_TO), None)
    stated = next(at_lines(text, _NONE), None)
    stated = stated or next(at_words(text, ("no score", "no changes"), _NONE_INLINE), None)
    summary = next(at_lines(text, _SUMMARY), None)
    end = matches[-1].end() if matches else 0
    taken = [match.start() for match in matches]
    return PrintedChanges(
        tuple(found.values()),
        score_told=decimal(told["b"]) if told else "",
        none_stated=" ".join(stated.group(0).strip("•*- \n").split()) if stated else "",
        none_by_absence=bool(summary and not heading and not found and not stated),
        cut=bool(matches) and text[end : end + 4000].strip(" \n.…[]") == "",
        unread=_unread(text, heading.end(), taken) if heading and not stated else (),
    )


def _numbered(text: str, matches: list[re.Match[str]]) -> _Found:
    """Return all changes with their numbers, each with its longest reason."""
    found: _Found = {}
    ends = [*(match.start() for match in matches[1:]), len(text)]
    for match, end in zip(matches, ends, strict=False):
        change = _change(match, text, end)
        if len(change.reason) > len(_add(found, change).reason):
            found[_key(change)] = change
    for match in at_lines(text, _CODED):
        _add(found, Change(match["c"] or SCORE, decimal(match["a"]), decimal(match["b"]), ""))
    for match in at_words(text, _SCORE_WORDS, _STAYED):
        _add(found, Change(SCORE, decimal(match["b"]), decimal(match["b"]), "remained"))
    return found


def _key(change: Change) -> tuple[str, str, str]:
    return change.category, change.printed_from, change.printed_to


def _add(found: _Found, change: Change) -> Change:
    """Add a change that is not yet there; return the one that is."""
    return found.setdefault(_key(change), change)


def _change(match: re.Match[str], text: str, end: int) -> Change:
    """Return a matched change with the reason that follows it, at most until `end`."""
    name = match["c"]
    code = SCORE if name.lower().startswith("democracy") else category_of(name)
    end = min(end, match.end() + LONGEST_REASON)
    if stop := _REASON_END.search(text, match.end(), end):
        end = stop.start()
    reason = " ".join(text[match.end() : end].split()).lstrip(" ,.;")
    return Change(code, decimal(match["a"]), decimal(match["b"]), match["v"], reason)


def _add_cut(found: _Found, text: str) -> None:
    """Add changes whose verb was cut out if, with them, all add up to the change of the score."""
    cut = [_change(match, text, match.end()) for match in at_words(text, _WORDS, _CUT)]
    numbered = [change for change in found.values() if change.printed_from]
    score = next((change for change in numbered if change.category == SCORE), None)
    ratings = [change for change in numbered if change.category != SCORE]
    if cut and score and abs(_step(score) - _moved([*ratings, *cut])) <= Fraction(1, 100):
        for change in cut:
            _add(found, change)


def _add_named_only(found: _Found, part: str) -> None:
    """Add changes whose numbers are not printed, from the list under its heading only."""
    named = {code for code, _, _ in found}
    end = summary.start() if (summary := _SUMMARY.search(part)) else len(part)
    for match in _NAMED_ONLY.finditer(part, 0, end):
        if (code := category_of(match["c"])) not in named:
            found[code, "", ""] = Change(code, "", "", match["v"], " ".join(match["r"].split()))


def _step(change: Change) -> Fraction:
    return parse_number(change.printed_to) - parse_number(change.printed_from)


def _moved(changes: list[Change]) -> Fraction:
    """Return by how much changes of ratings move the Democracy Score."""
    return sum(map(_step, changes), Fraction(0)) / len(CATEGORIES)


def _unread(text: str, start: int, taken: list[int]) -> tuple[str, ...]:
    """Return the items of the list of changes in which no change was found."""
    summaries = (match.start() for match in at_lines(text, _SUMMARY) if match.start() > start)
    end = min(start + LONGEST_LIST, next(summaries, len(text)))
    return tuple(
        " ".join(item.group(0).split())[:60]
        for item in _ITEM.finditer(text, start, end)
        if not any(item.start() <= place < item.end() for place in taken)
        and _VERB.search(item.group(0))
        and re.search(r"\d", item.group(0))
    )


def completeness(printed: PrintedChanges, score: str, last_percentage: str, scale: str) -> str:
    """Return how far the list of changes is complete, in the words of printed_pages.csv.

    ``yes`` if stated or if the changes add up to the printed change of the score, ``likely`` if
    the list ends within the text, ``no`` if it is cut off, empty if there is none.
    """
    if printed.none_stated:
        return "yes"
    if printed.none_by_absence:
        return "likely"
    changes = printed.ratings()
    if not changes:
        return ""
    if printed.cut:
        return "no"
    numbered = [change for change in changes if change.printed_to]
    moved = _moved(numbered)
    for change in printed.changes:
        if change.category == SCORE and change.printed_from:
            is_sum = abs(_step(change) - moved) <= Fraction(1, 100)
            return "yes" if is_sum and len(numbered) == len(changes) else "likely"
    if score and last_percentage and scale == NEW_SCALE:
        before = 1 + parse_number(last_percentage) * 6 / 100
        if abs(parse_number(score) - before - moved) > Fraction(7, 100):
            return "unknown"
    return "likely"
