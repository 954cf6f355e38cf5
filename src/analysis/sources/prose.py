"""The parts of a report that are not numbers: facts, author, summary, outlook, sections, notes."""

from __future__ import annotations

import re
from typing import Final

from analysis.sources.labels import CATEGORY_NAMES, category_of
from analysis.sources.reading import Section
from analysis.sources.scanning import at_lines

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

_FACTS: Final[dict[str, re.Pattern[str]]] = {
    "capital": re.compile(r"\bCapital:[ ]*(?P<v>[^\W\d_][\w'’.-]*(?:[ -][A-ZŠČ][\w'’-]*)?)"),
    "population": re.compile(r"\bPopulation:\s*(?P<v>\d[\d.,]*(?:\s*(?:million|Million))?)"),
    "gni_per_capita": re.compile(r"\bGNI/[Cc]apita(?:,\s*PPP)?:\s*(?P<v>(?:US)?\$?\s?\d[\d,.]*\d)"),
    "freedom_in_the_world": re.compile(
        r"Freedom in the World Status:[ ]*(?P<v>(?:Not|Partly)?\s?Free)\b", re.IGNORECASE
    ),
    "press_freedom": re.compile(r"Press Freedom Status:[ ]*(?P<v>(?:Not|Partly)?\s?Free)\b", re.I),
    "net_freedom": re.compile(r"Net Freedom Status:[ ]*(?P<v>(?:Not|Partly)?\s?Free)\b", re.I),
    "global_freedom_score": re.compile(
        r"Global Freedom Score\s+(?P<v>\d{1,3}\s*/?\s*100(?:\s+(?:not |partly )?free)?)", re.I
    ),
    "internet_freedom_score": re.compile(
        r"Internet Freedom Score\s+(?P<v>\d{1,3}\s*/?\s*100(?:\s+(?:not |partly )?free)?)", re.I
    ),
}
_NAME: Final = r"[A-ZÀ-ŽА-Я][^\s,.:;|\[\]]*"
_FULL_NAME: Final = rf"{_NAME}(?:\s+{_NAME}){{1,3}}"
_FULL_NAMES: Final = rf"{_FULL_NAME}(?:(?:,\s+|\s+and\s+|,\s+and\s+){_FULL_NAME})*"
_AUTHORS: Final = (
    re.compile(rf"^[ ]*[Bb]y\s+(?P<a>{_FULL_NAMES})\s*$", re.M),
    re.compile(
        rf"^(?:[\w ]{{0,40}}?\s)?[Bb]y\s+(?P<a>{_FULL_NAMES}?)"
        r"(?=\s+(?:Capital|Nations in Transit|\[)|\s*$)",
        re.M,
    ),
    re.compile(rf"^\W*(?:header\d+\s+)?Authors?\s*:?[\s|•]+(?P<a>{_FULL_NAME}|Anonymous)", re.M),
    re.compile(
        rf"Democracy\s+Score\s+\w+\s+from\s[^\n]*\n\s*(?P<a>{_FULL_NAME}|{_NAME}\s+{_NAME})\s*\n\s*"
        r"Executive\s+Summary",
        re.M,
    ),
)


def read_facts(text: str) -> dict[str, str]:
    """Return the quick facts and the other indices' status, as printed; none that is empty."""
    facts = {}
    for name, pattern in _FACTS.items():
        if match := pattern.search(text):
            facts[name] = " ".join(match.group("v").split())
    return facts


def read_author(text: str) -> str:
    """Return the authors as printed, or an empty string."""
    for pattern in _AUTHORS:
        if match := pattern.search(text):
            return " ".join(match.group("a").split())
    return ""


def read_sections(text: str) -> dict[str, Section]:
    """Return summary, outlook and the categories' sections with the notes they refer to."""
    headings = [match for match in at_lines(text, _HEADING) if _starts_section(text, match)]
    bodies: dict[str, str] = {}
    notes: dict[str, str] = {}
    ends = [*(match.start() for match in headings[1:]), len(text)]
    for match, end in zip(headings, ends, strict=False):
        body = text[match.end() : end]
        if match.group("notes"):
            notes.update(_notes(body))
        elif not match.group("other"):
            bodies.setdefault(_key(match), body)
    return {key: section for key, body in bodies.items() if (section := _section(body, notes))}


def _starts_section(text: str, match: re.Match[str]) -> bool:
    """Tell whether prose follows, and not the rows of a table or list of scores."""
    return not match.group("category") or len(text[match.end() : match.end() + 600].split()) > 40


def _key(match: re.Match[str]) -> str:
    if match.group("summary"):
        return "executive_summary"
    return "outlook" if match.group("outlook") else category_of(match.group("category"))


def _section(body: str, notes: dict[str, str]) -> Section | None:
    paragraphs: list[str] = []
    bullets: list[str] = []
    own_notes = dict(_notes_after(body))
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
    return Section(tuple(paragraphs), tuple(bullets), cited or tuple(own_notes.items()))


def _notes(body: str) -> dict[str, str]:
    return {m.group("n"): m.group("t") for line in body.split("\n") if (m := _NOTE.match(line))}


def _notes_after(body: str) -> list[tuple[str, str]]:
    """Return notes that stand at the end of a section, numbered from 1 without a gap."""
    found: list[tuple[str, str]] = []
    for line in body.split("\n"):
        match = _NOTE.match(line)
        if match and int(match.group("n")) == len(found) + 1:
            found.append((match.group("n"), match.group("t")))
    return found if len(found) > 1 else []
