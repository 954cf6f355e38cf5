"""The parts of a report that are not numbers: facts, author, summary, outlook, sections, notes."""

from __future__ import annotations

import re
from typing import Final

from analysis.sources.reading import Section
from analysis.sources.report.labels import CATEGORY_NAMES, at_lines, at_words, category_of

_IM: Final = re.IGNORECASE | re.MULTILINE
_HEADING: Final = re.compile(
    rf"[ \t#]*(?:header\d+\s+)?(?:(?P<summary>Executive\s+Summary)"
    rf"|(?P<outlook>Outlook(?:\s+for\s+\d{{4}})?)"
    rf"|(?P<category>{CATEGORY_NAMES})(?=\s*:?[ ]*$|\s+1(?:\.00)?\s*[-–]\s*7)"
    r"|(?P<notes>Notes|Endnotes|Footnotes)(?=\s*:?[ ]*$)"
    r"|(?P<other>Authors?|Country\s+Facts|On\s+[A-Z][\w ]+|Score\s+Changes?(?:\s+in\s+\d{4})?)"
    r"(?=\s*:))"
    r"\s*:?(?:[ ]*1(?:\.00)?\s*[-–]\s*7[^\n]*)?[ ]*",
    _IM,
)
_BULLET: Final = re.compile(r"^\s*[•*▪‣-]\s+")
_NOTE: Final = re.compile(r"^\s*(?:\[)?(?P<n>\d{1,3})(?:\])?[.)]?\s+(?P<t>\S.*)$")
_MARK: Final = re.compile(r"\[(\d{1,3})\]")
_FIGURES: Final = re.compile(r"^[\d\s.,|/n-]+$")

_AMOUNT: Final = r"(?P<v>(?:US)?\$?\s?\d[\d,.]*\d)"
_STATUS: Final = r"(?P<v>(?:Not |Partly )?Free)\b"
_SCORE: Final = r"(?P<v>\d{1,3}\s*/?\s*100(?:\s+(?:not |partly )?free)?)"
_FACTS: Final[dict[str, tuple[str, re.Pattern[str]]]] = {
    name: (word, re.compile(pattern, re.IGNORECASE))
    for name, word, pattern in (
        ("capital", "capital:", r"Capital:[ ]*(?P<v>[^\W\d_][\w'’.-]*(?:-[^\W\d_][\w'’-]*)?)"),
        ("population", "population:", r"Population:\s*(?P<v>\d[\d.,]*(?:\s*million)?)"),
        ("gni_per_capita", "gni/", rf"GNI/capita(?:,\s*PPP)?:\s*{_AMOUNT}"),
        ("freedom_in_the_world", "freedom in", rf"Freedom in the World Status:[ ]*{_STATUS}"),
        ("press_freedom", "press freedom", rf"Press Freedom Status:[ ]*{_STATUS}"),
        ("net_freedom", "net freedom", rf"Net Freedom Status:[ ]*{_STATUS}"),
        ("global_freedom_score", "global", rf"Global Freedom Score\s+{_SCORE}"),
        ("internet_freedom_score", "internet", rf"Internet Freedom Score\s+{_SCORE}"),
    )
}
_NAME: Final = r"(?:[A-Z]\.|[A-ZÀ-ŽА-Я][^\s,.:;|\[\]]*)"
_FULL_NAME: Final = rf"{_NAME}(?:[ ]+{_NAME}){{1,3}}"
_FULL_NAMES: Final = rf"{_FULL_NAME}(?:(?:,\s+|\s+and\s+|,\s+and\s+){_FULL_NAME})*"
_LINE_END: Final = r"[ \t]*(?=\n|\Z)"
_BYLINES: Final = (
    re.compile(rf"[ \t]*[Bb]y[ ]+(?P<a>{_FULL_NAMES}){_LINE_END}"),
    re.compile(
        rf"(?:[\w ]{{0,40}}?[ ])?[Bb]y[ ]+(?P<a>{_FULL_NAMES}?)"
        rf"(?=\s+(?:Capital|Nations in Transit|\[)|{_LINE_END})"
    ),
    re.compile(rf"\W*(?:header\d+\s+)?Authors?\s*:?[\s|•]+(?P<a>{_FULL_NAME}|Anonymous)"),
)
_NAME_BEFORE_SUMMARY: Final = re.compile(
    rf"Democracy\s+Score\s+\w+\s+from\s[^\n]*\s*\n(?P<a>{_FULL_NAME})\s*\n\s*Executive\s+Summary"
)


def read_facts(text: str) -> dict[str, str]:
    """Return the quick facts and the other indices' status, as printed; none that is empty."""
    facts = {}
    for name, (word, pattern) in _FACTS.items():
        if match := next(at_words(text, (word,), pattern), None):
            facts[name] = " ".join(match.group("v").split())
    return facts


def read_author(text: str) -> str:
    """Return the authors as printed, or an empty string."""
    for pattern in _BYLINES:
        if match := next(at_lines(text, pattern), None):
            return " ".join(match.group("a").split())
    match = next(at_words(text, ("democracy",), _NAME_BEFORE_SUMMARY), None)
    return match.group("a") if match else ""


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
            notes.update(_notes(body))
        elif match["category"]:
            bodies.setdefault(category_of(match["category"]), body)
        elif not match["other"]:
            bodies.setdefault("executive_summary" if match["summary"] else "outlook", body)
    return {key: section for key, body in bodies.items() if (section := _section(body, notes))}


def _section(body: str, notes: dict[str, str]) -> Section | None:
    paragraphs: list[str] = []
    bullets: list[str] = []
    own_notes = _notes_after(body)
    for line in body.split("\n"):
        words = " ".join(line.split())
        if not words or _FIGURES.match(words):
            continue
        if _BULLET.match(line):
            bullets.append(_BULLET.sub("", words))
        elif not (own_notes and _NOTE.match(line)):
            paragraphs.append(words)
    if not paragraphs and not bullets:
        return None
    marks = dict.fromkeys(_MARK.findall(body))
    cited = tuple((mark, notes[mark]) for mark in marks if mark in notes)
    return Section(tuple(paragraphs), tuple(bullets), cited or own_notes)


def _notes(body: str) -> list[tuple[str, str]]:
    return [(m["n"], m["t"]) for line in body.split("\n") if (m := _NOTE.match(line))]


def _notes_after(body: str) -> tuple[tuple[str, str], ...]:
    """Return notes that stand at the end of a section, numbered from 1 without a gap."""
    found: list[tuple[str, str]] = []
    for number, note in _notes(body):
        if int(number) == len(found) + 1:
            found.append((number, note))
    return tuple(found) if len(found) > 1 else ()
