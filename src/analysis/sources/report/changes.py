"""Changes of ratings and of the Democracy Score as sentences or lists print them, with reasons.

``Civil Society rating declined from 6.50 to 6.75 due to ...``: the category, a verb, both numbers
and the reason. Whether the list is complete follows from the printed scores.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from analysis.facts.rating_system import (
    CATEGORIES,
    NEW_SCALE,
    OLD_SCALE,
    SCORE,
    Scale,
    parse_number,
)
from analysis.sources.reading import Change
from analysis.sources.report.labels import (
    CATEGORY_NAMES,
    LABEL_WORDS,
    VERB,
    at_lines,
    at_words,
    category_of,
    decimal,
    direction,
    ignoring_case,
)

# Copies part numbers by spaces: neither 4.2 of "4.2 5" nor 4 of "4 . 25" is one.
_N: Final = (
    r"[1-7](?:[.,]\s?(?:\d\d|\d(?!\s\d))(?![\dA-Za-z])"
    r"|(?![\dA-Za-z]|[.,][\dA-Za-z]|\s[.,]\s?\d))"
)
_WHO: Final = (
    rf"(?P<c>{CATEGORY_NAMES}|Democracy\s+Score)(?:\s*[:–—-]\s*(?:this|the|its))?"
    r"(?:\s+(?:rating|score)s?)?"
)
_CHANGE: Final = (
    rf"{_WHO}\s+(?:has\s+|was\s+|were\s+)?(?P<v>{VERB})\s+(?:slightly\s+|further\s+)?"
    rf"(?:from\s+)?(?P<a>{_N})\s*(?:to|→|->|–>)\s*(?P<b>{_N})"
)
_CUT: Final = rf"{_WHO}\s*\[(?:\.\.\.|…)\]\s*(?P<v>)from\s+(?P<a>{_N})\s+to\s+(?P<b>{_N})"
"""A change without its verb, which somebody left out and marked so."""
_REASON_END: Final = ignoring_case(
    rf"\n\s*\n|\n\s*[•*-]|•|\bAs\s+a\s+result\b|\S+\s+Democracy\s+Score\s+(?:{VERB})"
    rf"|\n\s*(?:header\d|Executive\s+Summary)"
)
_VERB: Final = ignoring_case(rf"\b(?:{VERB})\b")
_ITEM: Final = ignoring_case(r"^[ \t]*•[^\n]*")
_ROUNDING: Final = Fraction(1, 100)
LONGEST_REASON: Final = 3000
LONGEST_LIST: Final = 6000
_DECLINED_TO: Final = rf"Democracy\s+Score\s+(?:has\s+)?(?:{VERB})\s+to\s+(?P<b>{_N})"
_STAYED: Final = (
    r"Democracy\s+Score\s+(?:has\s+)?(?:remain(?:s|ed)|stay(?:s|ed))(?:\s+unchanged)?"
    rf"\s+at\s+(?P<b>{_N})"
)
_CODED: Final = (
    r"[ ]*(?-i:CHANGE_(?P<c>NDG|EP|CS|IM|LDG|JFI|CO|UNNAMED)|DS_CHANGE)\s*[:=]?\s*"
    rf"(?P<a>{_N})\s*(?:->|→|to)\s*(?P<b>{_N})\s*$"
)
_NAMED_ONLY: Final = ignoring_case(
    rf"^[\s•*-]*(?:The\s+)?(?P<c>{CATEGORY_NAMES})(?:\s+(?:rating|score))?\s+(?P<v>{VERB})"
    r"(?:\s+(?P<r>(?:due|because|after|to\s+reflect|as|following|amid|in\s+light)\b[^\n•]*)"
    r"|[.;]?[ \t]*$)"
)
_NONE: Final = (
    r"[ \t•*-]*(?:NO_CHANGES\b.*"
    r"|No\s+(?:score\s+|status\s+|rating\s+)?changes(?:\s+in\s+\d{4})?[\s.]*)$"
)
_NONE_INLINE: Final = r"No\s+(?:score\s+)?changes\s+in\s+\d{4}\b\.?"
_HEADING: Final = (
    r"[ \t•#]*(?:header\d+\s+)?(?:(?:score|status|rating)\s+changes?|changes)"
    r"(?:\s+in\s+\d{4})?\s*:?[ ]*$"
)
_SUMMARY: Final = ignoring_case(
    r"[ \t•#]*(?:header\d+\s+)?(?:Executive\s+Summary|Country\s+Facts)\b"
)


@dataclass(frozen=True)
class PrintedChanges:
    """The changes of ratings and of the Democracy Score that a source prints.

    `score_told` is a score that a sentence gives without the one before it; `none_stated` the
    sentence that says that nothing changed; `none_by_absence` says that a page goes from its
    headline to the summary without the usual list; `cut` that the text ends within the list;
    `unread` holds items of the list from which no change could be read.
    """

    changes: list[Change]
    score_told: str
    none_stated: str
    none_by_absence: bool
    cut: bool
    unread: list[str]

    def ratings(self) -> list[Change]:
        """Return the changes of ratings."""
        return [change for change in self.changes if change.category != SCORE]


def read_changes(text: str) -> PrintedChanges:
    """Return the changes that `text` prints; repeated ones once, with the longest reason."""
    matches = list(at_words(text, LABEL_WORDS, _CHANGE))
    ends = [*(match.start() for match in matches[1:]), len(text)]
    found = [_change(match, text, end) for match, end in zip(matches, ends, strict=False)]
    for match in at_lines(text, _CODED):
        found.append(Change(match["c"] or SCORE, decimal(match["a"]), decimal(match["b"]), ""))
    for match in at_words(text, "democracy", _STAYED):
        found.append(Change(SCORE, decimal(match["b"]), decimal(match["b"]), "remained"))
    changes = _once(found)
    changes = _once([*changes, *_cut(text, changes)])
    heading = next(at_lines(text, _HEADING), None)
    heading = heading or next(at_words(text, "score", r"Score\s+Changes?:"), None)
    stated = next(at_lines(text, _NONE), None)
    stated = stated or next(at_words(text, "no score|no changes", _NONE_INLINE), None)
    unread: list[str] = []
    if heading:
        start, end = heading.end(), heading.end() + LONGEST_LIST
        if summary := _SUMMARY.search(text, start, end):
            end = summary.start()
        numbered = {change.category for change in changes}
        named = {category_of(match["c"]): match for match in _NAMED_ONLY.finditer(text[start:end])}
        changes += [
            Change(code, "", "", match["v"], " ".join((match["r"] or "").split()))
            for code, match in named.items()
            if code not in numbered
        ]
        unread = [] if stated else _unread(_ITEM.finditer(text, start, end), matches)
    told = next(at_words(text, "democracy", _DECLINED_TO), None)
    is_silent = not (heading or changes or stated)
    end = matches[-1].end() if matches else 0
    return PrintedChanges(
        changes,
        score_told=decimal(told["b"]) if told else "",
        none_stated=" ".join(stated.group(0).strip("•*- \n").split()) if stated else "",
        none_by_absence=is_silent and any(at_lines(text, _SUMMARY.pattern)),
        cut=bool(matches) and text[end : end + 4000].strip(" \n.…[]") == "",
        unread=unread,
    )


def _once(changes: Iterable[Change]) -> list[Change]:
    """Return changes without repetitions, each with its longest reason."""
    found: dict[tuple[str, str, str], Change] = {}
    for change in changes:
        key = (change.category, change.printed_from, change.printed_to)
        if key not in found or len(change.reason) > len(found[key].reason):
            found[key] = change
    return list(found.values())


def _change(match: re.Match[str], text: str, end: int) -> Change:
    """Return a matched change with the reason that follows it, at most until `end`."""
    end = min(end, match.end() + LONGEST_REASON)
    if stop := _REASON_END.search(text, match.end(), end):
        end = stop.start()
    reason = " ".join(text[match.end() : end].split()).lstrip(" ,.;")
    numbers = decimal(match["a"]), decimal(match["b"])
    return Change(category_of(match["c"]), *numbers, match["v"], reason)


def _cut(text: str, changes: list[Change]) -> list[Change]:
    """Return changes whose verb was cut out if, with `changes`, they explain that of the score."""
    cut = [_change(match, text, match.end()) for match in at_words(text, LABEL_WORDS, _CUT)]
    scores = [change for change in changes if change.category == SCORE]
    ratings = [change for change in changes if change.category != SCORE]
    if scores and _unexplained(_step(scores[0]), [*ratings, *cut]) <= _ROUNDING:
        return cut
    return []


def _unread(items: Iterable[re.Match[str]], matches: list[re.Match[str]]) -> list[str]:
    """Return the items of the list of changes in which no change was found."""
    return [
        " ".join(item[0].split())[:60]
        for item in items
        if not any(item.start() <= match.start() < item.end() for match in matches)
        and _VERB.search(item[0])
        and re.search(r"\d", item[0])
    ]


def _step(change: Change) -> Fraction:
    return parse_number(change.printed_to) - parse_number(change.printed_from)


def _unexplained(step: Fraction, ratings: Iterable[Change]) -> Fraction:
    """Return how far a step of the Democracy Score is from the one that the ratings' give it."""
    return abs(step - sum(map(_step, ratings), Fraction(0)) / len(CATEGORIES))


def completeness(printed: PrintedChanges, head: Mapping[str, str], scale: str) -> str:
    """Return how far the list of changes is complete, in the words of printed_pages.csv.

    ``yes`` if stated or if the changes add up to the printed change of the score, ``likely`` if
    the list ends within the text, ``no`` if it is cut off, empty if there is none.
    """
    if printed.none_stated:
        return "yes"
    changes = printed.ratings()
    if not changes or printed.cut:
        return "no" if changes else ""
    numbered = [change for change in changes if change.printed_to]
    for change in printed.changes:
        if change.category == SCORE:
            adds_up = _unexplained(_step(change), numbered) <= _ROUNDING
            return "yes" if adds_up and len(numbered) == len(changes) else "likely"
    if head[SCORE] and head["LAST_DP"] and scale == NEW_SCALE:
        step = parse_number(head[SCORE]) - 1 - parse_number(head["LAST_DP"]) * 6 / 100
        if _unexplained(step, numbered) > Fraction(7, 100):
            return "unknown"
    return "likely"


def scale_of_change(change: Change) -> Scale | None:
    """Return the direction on which a change's verb and numbers agree, None if there is none."""
    meaning = direction(change.verb)
    if not meaning or not change.printed_to:
        return None
    step = _step(change)
    return (NEW_SCALE if (step > 0) == (meaning > 0) else OLD_SCALE) if step else None
