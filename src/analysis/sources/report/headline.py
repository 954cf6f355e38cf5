"""A report as it is being read, and its headline: score, percentage, regime, rank, ratings.

Every number is returned as printed. Forms that occur: ``Democracy Score 1.32 7``, ``1.32 / 7``,
``Democracy Score4.54/74.54/7``, ``1.251 7.007`` for a rating of 1.25 with both numbers rounded
behind them, and lists of codes such as ``DS: 3.82``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Final

from analysis.facts.rating_system import (
    CATEGORIES,
    HIGHEST,
    LOWEST,
    NEW_SCALE,
    REGIME_CLASSES,
    SCALES,
    SCORE,
    Scale,
    class_named,
    parse_number,
    regime_class,
    to_seven_best,
)
from analysis.sources.reading import Remarks, Request
from analysis.sources.report.changes import PrintedChanges, read_changes
from analysis.sources.report.labels import (
    CATEGORY_NAMES,
    LABEL_WORDS,
    REGIME,
    VERB,
    at_lines,
    at_words,
    category_of,
    decimal,
    near_words,
)

_NUMBER: Final = r"[1-7](?:[.,]\s?\d{1,2})?"
_SHARE: Final = r"\d{1,3}(?:[.,]\d{1,2})?"
_SCORE: Final = (
    rf"Democracy[\s-]+Score[\s:|]*(?:SEMI[\s-]*)?(?P<v>{_NUMBER})(?![\dA-Za-z]|[.,]\d)"
    rf"(?:\s*/\s*7|\s+7\b|\s*\(\s*1\s*=|[ |]*$(?![\s|]*{_NUMBER}))"
)
_SCORE_FIELD: Final = (
    rf"Democracy\s+Score\s*:\s*(?P<v>{_NUMBER})(?![\dA-Za-z]|[.,]\d)(?![\s|]*[1-7][.,]\d)"
)
_PERCENTAGE: Final = rf"Democracy\s+Percentage[\s:|]*(?P<v>{_SHARE})\s*(?:/\s*100|\s100|%)"
_LAST_LABEL: Final = r"Last\s+Year.{0,3}s?\s+Democracy\s+Percentage"
_LAST: Final = (
    rf"{_LAST_LABEL}\s*(?:&|and|&amp;)\s*Status[\s:|]*"
    rf"(?P<v>{_SHARE})\s*/?\s*100[\s|]+(?P<r>{REGIME})"
)
_REGIME_FIELD: Final = rf"Regime\s+Classification[\s:|]*(?P<r>{REGIME})"
_REGIME_LINE: Final = rf"[ \t•]*(?P<r>{REGIME})\s*$"
_REGIME_BEFORE: Final = rf"(?P<r>{REGIME})\s+(?:\d{{1,3}}\s*/?\s*100\s+)?Democracy[\s-]Percentage\b"
_REGIME_OF_CHANGE: Final = (
    rf"Democracy\s+Score\s+(?:{VERB})\s+from\s+{_NUMBER}\s+to\s+(?P<v>{_NUMBER})"
    r"(?P<t>[^\n]{0,200})"
)
_REGIME_WOVEN: Final = r"(?s-i:CLASSIFICATION:(?P<t>.{0,200}?)SCORE\s+EVOLUTION)"
_REGIME_WORDS: Final = re.compile(
    r"\b(?:SEMI\s*-|CONSOLIDATED|TRANSITIONAL|GOVERNMENT|OR|HYBRID|AUTHORITARIAN|REGIME|DEMOCRACY)"
)
_RANK: Final = r"Country\s+Rank[\s:|]*(?P<v>\d{1,2}\s*/\s*\d{2})"
_CODED: Final = (
    r"[ ]*(?-i:(?P<f>DS|DP|LAST_DP|REGIME|LAST_REGIME|RANK"
    rf"|RATING_(?:{'|'.join(CATEGORIES)})))\s*(?:[:=|]|\s)\s*(?P<v>\S.*?)\s*$"
)
# Between label and rating stands no other name, and that of Corruption, a usual word, as no label.
_RATING: Final = (
    rf"(?P<c>{CATEGORY_NAMES})\s+1(?:\.00)?\s*[-–]\s*7(?:\.00)?(?:\s*pts|(?![\w.]))"
    rf"(?P<t>(?s:(?!{CATEGORY_NAMES}\s+1(?:\.00)?\s*[-–]\s*7).){{0,900}}?)"
    rf"(?<![\d.])(?P<v>[1-7]\.\d\d)(?:[1-7]?|\s+[1-7])(?:\s+|\s*/\s*)7(?:\.00\s?7?)?(?![\d.])"
)
_DEFINED_BY: Final = {
    "NDG": "governmental system",
    "EP": "electoral framework",
    "CS": "civic sector",
    "IM": "press freedom",
    "LDG": "decentralization",
    "JFI": "human rights protections",
    "CO": "perceptions of corruption",
}
"""Words of the sentence that pages print between a category's name and its rating."""


class ReportHead(dict[str, str]):
    """What stands at the head of a report: printed values by the field of a statement.

    A field that is not there has an empty string. `doubts` tell what is printed in two ways or
    cannot be read.
    """

    def __init__(self) -> None:
        super().__init__()
        self.doubts: list[str] = []

    def __missing__(self, name: str) -> str:
        return ""

    @property
    def ratings(self) -> dict[str, str]:
        """Ratings by category code, in printed order."""
        kind = "RATING_"
        return {name.removeprefix(kind): self[name] for name in self if name.startswith(kind)}


@dataclass
class ReportText:
    """A text of one country and one edition; country, edition and scale are decided one by one."""

    text: str
    request: Request = field(default_factory=Request)
    remarks: Remarks = field(default_factory=Remarks)
    country: str = ""
    edition: int = 0
    scale: Scale = NEW_SCALE

    @cached_property
    def head(self) -> ReportHead:
        """Score, percentage, regime and ratings beside the categories' names."""
        return read_head(self.text)

    @cached_property
    def changes(self) -> PrintedChanges:
        """The changes that the text prints."""
        return read_changes(self.text)

    def figures(self) -> list[tuple[str, str, str]]:
        """Return rated edition, category and number of what head and changes print."""
        before, now = str(self.edition - 1), str(self.edition)
        found = [(now, SCORE, self.head[SCORE])]
        found += [(now, code, rating) for code, rating in self.head.ratings.items()]
        for change in self.changes.changes:
            found.append((before, change.category, change.printed_from))
            found.append((now, change.category, change.printed_to))
        return [figure for figure in found if figure[-1]]


def read_head(text: str) -> ReportHead:
    """Return the headline of a report's text.

    Where the text prints a number twice with different values the first one is taken and the
    other told in `ReportHead.doubts`.
    """
    head = ReportHead()
    scores = [*at_words(text, "democracy", _SCORE)] or [*at_words(text, "democracy", _SCORE_FIELD)]
    _take_first(head, SCORE, "Democracy Score", scores)
    percentages = [
        match
        for match in at_words(text, "democracy", _PERCENTAGE)
        if "last year" not in text[max(0, match.start() - 20) : match.start()].lower()
    ]
    _take_first(head, "DP", "Democracy Percentage", percentages)
    last = next(at_words(text, "last", _LAST), None)
    if last is None and next(at_words(text, "last", _LAST_LABEL), None):
        head.doubts.append("the line on last year's percentage and status cannot be read")
    if regime := _regime(text, last):
        head["REGIME"] = _regime_name(regime)
    if last:
        head |= {"LAST_DP": last["v"], "LAST_REGIME": _regime_name(last["r"])}
    if match := next(at_words(text, "country", _RANK), None):
        head["RANK"] = "".join(match["v"].split())
    ratings: dict[str, list[re.Match[str]]] = {}
    for match in at_words(text, LABEL_WORDS, _RATING):
        code, definition = category_of(match["c"]), match["t"].casefold()
        told = [other for other, words in _DEFINED_BY.items() if words in definition]
        if others := [other for other in told if other != code]:
            head.doubts.append(f"the words between {code} and its rating are those of {others[0]}")
        if len(told) < 2:  # or the number is that of a label whose own name was not found
            ratings.setdefault(code, []).append(match)
    for code, matches in ratings.items():
        _take_first(head, f"RATING_{code}", code, matches)
    for match in at_lines(text, _CODED):  # as users and the project write figures down
        is_text = "REGIME" in match["f"]
        form = REGIME if is_text else rf"{_SHARE}(?:/\d+)?"
        if re.fullmatch(form, match["v"], re.IGNORECASE):
            value = match["v"] if match["f"] == "RANK" else match["v"].partition("/")[0]
            head.setdefault(match["f"], _regime_name(match["v"]) if is_text else value)
    return head


def _take_first(head: ReportHead, field_name: str, name: str, found: list[re.Match[str]]) -> None:
    values = [decimal(match["v"]) for match in found]
    if len({float(value) for value in values}) > 1:
        head.doubts.append(f"{name} is printed as {' and as '.join(dict.fromkeys(values))}")
    if values:
        head[field_name] = values[0]


def _regime(text: str, last: re.Match[str] | None) -> str:
    """Return the regime: of its field, its line above last year's, or the sentence on the score."""
    if match := next(at_words(text, "regime", _REGIME_FIELD), None):
        return match["r"]
    if match := next(at_words(text, "classification:", _REGIME_WOVEN), None):
        # Two columns of a PDF, read across.
        woven = " ".join(_REGIME_WORDS.findall(match["t"].replace("Democracy", "")))
        return woven if re.fullmatch(REGIME, woven, re.IGNORECASE) else ""
    match = next(at_lines(text, _REGIME_LINE, last.start() if last else None), None)
    flattened = near_words(text, "democracy", _REGIME_BEFORE, 70, 30)  # a page in one line
    if match := match or next(flattened, None):
        return match["r"]
    match = next(at_words(text, "democracy", _REGIME_OF_CHANGE), None)
    named = re.findall(REGIME, match["t"], re.IGNORECASE) if match else []
    score = parse_number(decimal(match["v"])) if match else Fraction(0)
    return named[0] if len(named) == 1 and fitting_scales(score, named[0]) else ""


def fitting_scales(score: Fraction, regime: str) -> list[Scale]:
    """Return the scales on which a score has a printed regime: none where it is no score."""
    scales, named = SCALES if LOWEST <= score <= HIGHEST else (), class_named(regime)
    return [scale for scale in scales if regime_class(to_seven_best(score, scale)) == named]


def _regime_name(printed: str) -> str:
    """Return a regime class as printed, but in usual spelling where a page prints capitals."""
    name = " ".join(printed.split())
    return next((known.name for known in REGIME_CLASSES if known.name.upper() == name), name)
