"""The parts of a report that are not numbers: facts, author, summary, outlook, sections, notes."""

from __future__ import annotations

import re
from itertools import chain
from typing import Final

from analysis.sources.reading import Section
from analysis.sources.report.labels import CATEGORY_NAMES, at_lines, at_words, category_of

_HEADING: Final = (
    rf"[ \t#]*(?:header\d+\s+)?(?:(?P<summary>Executive\s+Summary)"
    rf"|(?P<outlook>Outlook(?:\s+for\s+\d{{4}})?)"
    rf"|(?P<category>{CATEGORY_NAMES})(?=\s*:?[ ]*$|\s+1(?:\.00)?\s*[-–]\s*7)"
    r"|(?P<notes>Notes|Endnotes|Footnotes)(?=\s*:?[ ]*$)"
    r"|(?P<other>Authors?|Country\s+Facts|On\s+[A-Z][\w ]+|Score\s+Changes?(?:\s+in\s+\d{4})?)"
    r"(?=\s*:))"
    r"\s*:?(?:[ ]*1(?:\.00)?\s*[-–]\s*7[^\n]*)?[ ]*"
)
_BULLET: Final = re.compile(r"^\s*[•*▪‣-]\s+")
_NOTE: Final = re.compile(r"^[^\S\n]*\[?(\d{1,3})\]?[.)]?[^\S\n]+(\S.*)$", re.MULTILINE)
_MARK: Final = re.compile(r"\[(\d{1,3})\]")
_FIGURES: Final = re.compile(r"[\d\s.,|/n-]+")

_AMOUNT: Final = r"(?P<v>(?:US)?\$?\s?\d[\d,.]*\d)"
_STATUS: Final = r"(?P<v>(?:Not |Partly )?Free)\b"
_SCORE: Final = r"(?P<v>\d{1,3}\s*/?\s*100(?:\s+(?:not |partly )?free)?)"
_FACTS: Final = (
    ("capital", "capital:", r"Capital:[ ]*(?P<v>[^\W\d_][\w'’.-]*(?:-[^\W\d_][\w'’-]*)?)"),
    ("population", "population:", r"Population:\s*(?P<v>\d[\d.,]*(?:\s*million)?)"),
    ("gni_per_capita", "gni/", rf"GNI/capita(?:,\s*PPP)?:\s*{_AMOUNT}"),
    ("freedom_in_the_world", "freedom in", rf"Freedom in the World Status:[ ]*{_STATUS}"),
    ("press_freedom", "press freedom", rf"Press Freedom Status:[ ]*{_STATUS}"),
    ("net_freedom", "net freedom", rf"Net Freedom Status:[ ]*{_STATUS}"),
    ("global_freedom_score", "global", rf"Global Freedom Score\s+{_SCORE}"),
    ("internet_freedom_score", "internet", rf"Internet Freedom Score\s+{_SCORE}"),
)
_NAME: Final = r"(?:[A-Z]\.|[A-ZÀ-ŽА-Я][^\s,.:;|\[\]]*)"
_FULL_NAME: Final = rf"{_NAME}(?:[ ]+{_NAME}){{1,3}}"
_FULL_NAMES: Final = rf"{_FULL_NAME}(?:(?:,\s+|\s+and\s+|,\s+and\s+){_FULL_NAME})*"
_LINE_END: Final = r"[ \t]*(?=\n|\Z)"
_BYLINES: Final = (
    rf"(?-i:[ \t]*[Bb]y[ ]+(?P<a>{_FULL_NAMES}){_LINE_END})",
    rf"(?-i:(?:[\w ]{{0,40}}?[ ])?[Bb]y[ ]+(?P<a>{_FULL_NAMES}?)"
    rf"(?=\s+(?:Capital|Nations in Transit|\[)|{_LINE_END}))",
    rf"(?-i:\W*(?:header\d+\s+)?Authors?\s*:?[\s|•]+(?P<a>{_FULL_NAME}|Anonymous))",
)
_BEFORE_SUMMARY: Final = (
    r"(?-i:Democracy\s+Score\s+\w+\s+from\s[^\n]*\s*\n"
    rf"(?P<a>{_FULL_NAME})\s*\n\s*Executive\s+Summary)"
)


def read_facts(text: str) -> dict[str, str]:
    """Return the quick facts and the other indices' status, as printed; none that is empty."""
    found = {name: next(at_words(text, word, pattern), None) for name, word, pattern in _FACTS}
    return {name: " ".join(match["v"].split()) for name, match in found.items() if match}


def read_author(text: str) -> str:
    """Return the authors as printed, or an empty string."""
    found = [
        *(at_lines(text, line) for line in _BYLINES),
        at_words(text, "democracy", _BEFORE_SUMMARY),
    ]
    return next((" ".join(match["a"].split()) for match in chain(*found)), "")


def read_sections(text: str) -> dict[str, Section]:
    """Return summary, outlook and the categories' sections with the notes they refer to."""
    headings = [
        match
        for match in at_lines(text, _HEADING)
        # Behind a category's name prose must follow, and not the rows of a table or list of scores.
        if not match["category"] or len(text[match.end() : match.end() + 600].split()) > 40
    ]
    bodies: dict[str, str] = {}
    notes: dict[str, str] = {}
    ends = [*(match.start() for match in headings[1:]), len(text)]
    for match, end in zip(headings, ends, strict=False):
        body = text[match.end() : end]
        if match["notes"]:
            notes.update(_NOTE.findall(body))
        elif match["category"]:
            bodies.setdefault(category_of(match["category"]), body)
        elif not match["other"]:
            bodies.setdefault("executive_summary" if match["summary"] else "outlook", body)
    return {key: section for key, body in bodies.items() if (section := _section(body, notes))}


def _section(body: str, notes: dict[str, str]) -> Section | None:
    own_notes: list[tuple[str, str]] = []  # at the end of a section, numbered without a gap
    for number, note in _NOTE.findall(body):
        if int(number) == len(own_notes) + 1:
            own_notes.append((number, note))
    if len(own_notes) == 1:
        own_notes = []
    paragraphs: list[str] = []
    bullets: list[str] = []
    for line in body.split("\n"):
        words = " ".join(line.split())
        if not words or _FIGURES.fullmatch(words):
            continue
        if _BULLET.match(line):
            bullets.append(_BULLET.sub("", words))
        elif not (own_notes and _NOTE.match(line)):
            paragraphs.append(words)
    cited = [(mark, notes[mark]) for mark in dict.fromkeys(_MARK.findall(body)) if mark in notes]
    section = Section(tuple(paragraphs), tuple(bullets), tuple(cited or own_notes))
    return section if paragraphs or bullets else None
