"""Which country a report rates and which edition it is, with the evidence for both.

Old reports name neither in their head. What does name them is looked for in the whole text, from
the address and the title to the capital; names in running prose count only where nothing else
does. Two countries in one file, or none, are refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from analysis.facts.countries import find_country
from analysis.facts.errors import SourceError
from analysis.facts.rating_system import LAST_EDITION
from analysis.sources.reading import Evidence
from analysis.sources.report.labels import CAPITALS, COUNTRY, printed_country
from analysis.sources.report.ratings_rows import YEAR
from analysis.sources.report.scanning import at_lines, at_words, near_words

FIRST_REPORT: Final = 1997
_ADDRESS: Final = re.compile(
    rf"^\s*https?://(?:www\.)?(?:[\w./]*/)?freedomhouse\.org/(?:country/(?P<a>[\w-]+)/nations-transit"
    rf"/(?P<y>{YEAR})|report/nations-transit/(?P<z>{YEAR})/(?P<b>[\w-]+))",
    re.IGNORECASE | re.MULTILINE,
)
_I: Final = re.IGNORECASE
_NAME: Final = rf"(?P<c>(?i:{COUNTRY}))"
_COUNTRY_SIGNS: Final[tuple[tuple[str, str, int, re.Pattern[str]], ...]] = (
    (
        "the title",
        "nations",
        0,
        re.compile(rf"Nations\s+in\s+Transit(?:\s+{YEAR})?\s*[-–—:|]\s*{_NAME}\b", _I),
    ),
    ("the page foot", "country", 45, re.compile(rf"\b{_NAME}\s*\|\s*Country\s+report\s*\|", _I)),
    (
        "the sentence on the Democracy Score",
        "democracy",
        50,
        re.compile(rf"\b{_NAME}\s*['’‘´`]s?\s+Democracy\s+Score", _I),
    ),
    ("the heading of its scores", "10-year", 45, re.compile(rf"\b{_NAME}\s+10-year\s+ratings", _I)),
)
"""Where the country is named: a word of the pattern, how far before it the name may begin."""
FIRM_SIGNS: Final = ("the address", "the capital", "the link", "the page foot", "the heading")
"""Signs that a report gives of its own country only; a title may belong to a list of others."""
_COUNTRY_LINES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("the link to its other scores", re.compile(rf"[ \t]*On\s+{_NAME}[ \t]*(?=\n|\Z)", _I)),
    ("the byline", re.compile(rf"[ \t]*(?:\d{{1,3}}\s+)?{_NAME}\s+[Bb]y\s+[A-ZÀ-Ž]")),
    ("the first lines", re.compile(rf"[ \t]*{_NAME}(?=[ \t]*(?:\n|\Z)|\s+Capital\s*:)", _I)),
)
_CAPITAL: Final = re.compile(r"Capital:\s*(?P<c>[^\W\d_]+(?:[ -][^\W\d_]+)?)", _I)
HEAD: Final = 3000
"""Characters in which a line with nothing but a country's name is its heading."""

_YEAR: Final = rf"(?P<y>{YEAR})"
_EDITION_SIGNS: Final[tuple[tuple[str, str, int, re.Pattern[str]], ...]] = (
    (
        "the title",
        "nations",
        0,
        re.compile(rf"Nations\s+in\s+Transit\s+{_YEAR}\s*[-–—:|]\s*(?:{COUNTRY})", _I),
    ),
    (
        "the title",
        "nations",
        0,
        re.compile(rf"Nations\s+in\s+Transit\s*[-–—]\s*(?:{COUNTRY})\s*\({_YEAR}\)", _I),
    ),
    ("the page foot", "nations", 0, re.compile(rf"Nations\s+in\s+Transit\s*\|\s*{_YEAR}", _I)),
    (
        "the page foot",
        "nations",
        5,
        re.compile(rf"\b\d{{2,3}}\s+Nations\s+in\s+Transit\s+{_YEAR}\b", _I),
    ),
    ("the heading of its scores", "scores", 8, re.compile(rf"\b{_YEAR}\s+Scores\b", _I)),
    (
        "the heading of its changes",
        "changes",
        0,
        re.compile(rf"changes\s+in\s+{_YEAR}(?=[\s:.]*(?:\n|\Z))", _I),
    ),
)
_EDITION_LINES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("the title", re.compile(rf"\W*Nations\s+in\s+Transit\s+{_YEAR}[^\w\n]*(?=\n|\Z)", _I)),
    ("the field Year", re.compile(rf"[ \t]*Year:\s*{_YEAR}[ \t]*(?=\n|\Z)", _I)),
    ("the outlook", re.compile(rf"\W{{0,9}}Outlook\s+for\s+{_YEAR}", _I)),
)
CERTAIN_SIGNS: Final = frozenset({"the address", "the title", "the field Year"})
"""Signs of the edition that are never the covered year."""
_YEAR_IN_PROSE: Final = re.compile(rf"(?<= )(?P<y>{YEAR})\b(?!\s*[-–]\s*\d)")
LATE_SIGNS: Final = frozenset({"the heading of its changes", "the outlook"})
"""Signs that may name another year than the edition."""
_BEFORE_A_YEAR: Final = frozenset(
    ["in", "during", "throughout", "since", "of", "by", "until", "late", "early", "mid", "through"]
)


def decide_country(text: str, override: str | None, place: str, evidence: list[Evidence]) -> str:
    """Return the project name of the country that `text` rates.

    Parameters
    ----------
    text
        Text of the report.
    override
        The user's word, or None.
    place
        File name for messages.
    evidence
        Where the reasons are added.

    Raises
    ------
    SourceError
        If the text names two countries, or none.
    """
    signs = _country_signs(text)
    firm = [sign for sign in signs if sign[1].startswith(FIRM_SIGNS)]
    named = {country for country, _ in firm or signs}
    if len(named) > 1:
        told = " and ".join(f"{c} ({next(w for n, w in signs if n == c)})" for c in sorted(named))
        raise SourceError(f"{place}: two countries in one file: {told}; expected a report on one")
    if override is not None:
        country = find_country(override).name
        evidence.append(Evidence("country", f"{country} is given by the user"))
        _tell_others(country, signs, evidence)
        return country
    if not signs:
        signs = _country_in_prose(text)
    if not signs:
        raise SourceError(
            f"{place}: no country is named, neither by title nor capital; give --country"
        )
    country = (firm or signs)[0][0]
    told = ", ".join(dict.fromkeys(where for name, where in signs if name == country))
    evidence.append(Evidence("country", f"{country} by {told}"))
    _tell_others(country, signs, evidence)
    return country


def _tell_others(country: str, signs: Sequence[tuple[str, str]], evidence: list[Evidence]) -> None:
    for name, where in dict.fromkeys(signs):
        if name != country:
            evidence.append(Evidence("country", f"but {where} names {name}", uncertain=True))


def _country_signs(text: str) -> list[tuple[str, str]]:
    signs: list[tuple[str, str]] = []
    if match := _ADDRESS.search(text[:4000]):
        slug = (match.group("a") or match.group("b")).replace("-", " ")
        if re.fullmatch(COUNTRY, slug, _I):
            signs.append((printed_country(slug).name, "the address"))
    for where, word, before, pattern in _COUNTRY_SIGNS:
        for match in near_words(text, (word,), pattern, before, 90):
            signs.append((printed_country(match.group("c")).name, where))
    for where, pattern in _COUNTRY_LINES:
        most = None if where.startswith("the link") else HEAD
        for match in at_lines(text, pattern, most):
            signs.append((printed_country(match.group("c")).name, where))
    for match in at_words(text, ("capital:",), _CAPITAL):
        words = match.group("c").casefold()
        for name in (words, words.split()[0]):
            if name in CAPITALS:
                signs.append((CAPITALS[name].name, f"the capital {match.group('c')}"))
                break
    return signs


def _country_in_prose(text: str) -> list[tuple[str, str]]:
    counts = Counter(
        printed_country(match.group(0)).name
        for match in re.finditer(rf"\b(?:{COUNTRY})\b", text, _I)
    ).most_common(2)
    if not counts or counts[0][1] < 5 or (len(counts) > 1 and counts[0][1] < 3 * counts[1][1]):
        return []
    return [(counts[0][0], f"its name, which the text uses {counts[0][1]} times")]


def decide_edition(
    text: str,
    override: int | None,
    table_years: Sequence[str],
    place: str,
    evidence: list[Evidence],
) -> int:
    """Return the edition of the report.

    Parameters
    ----------
    text
        Text of the report.
    override
        The user's word, or None.
    table_years
        Years above its tables.
    place
        File name for messages.
    evidence
        Where the reasons are added.

    Raises
    ------
    SourceError
        If nothing in the text tells the edition, or it is none that was published.
    """
    signs = edition_signs(text, table_years)
    if override is not None:
        edition = override
        evidence.append(Evidence("edition", f"{edition} is given by the user"))
    elif signs:
        edition = signs[0][0]
        agreeing = ", ".join(dict.fromkeys(where for year, where in signs if year == edition))
        evidence.append(Evidence("edition", f"{edition} by {agreeing}"))
    else:
        raise SourceError(f"{place}: nothing tells the edition of the report; give --edition")
    if not FIRST_REPORT <= edition <= LAST_EDITION:
        raise SourceError(
            f"{place}: edition {edition}, expected one of {FIRST_REPORT} to {LAST_EDITION}"
        )
    for year, where in dict.fromkeys(signs):
        if year != edition:
            evidence.append(Evidence("edition", f"but {where} tells {year}", uncertain=True))
    return edition


def edition_signs(text: str, table_years: Sequence[str]) -> list[tuple[int, str]]:
    """Return the editions that `text` tells and where, the most trusted first."""
    signs: list[tuple[int, str]] = []
    if match := _ADDRESS.search(text[:4000]):
        signs.append((int(match.group("y") or match.group("z")), "the address"))
    for where, word, before, pattern in _EDITION_SIGNS:
        found = near_words(text, (word,), pattern, before, 90)
        signs += [(int(match.group("y")), where) for match in found]
    for where, pattern in _EDITION_LINES:
        signs += [(int(match.group("y")), where) for match in at_lines(text, pattern)]
    if table_years:
        signs.append((max(int(year[-4:]) for year in table_years), "the last column of its table"))
    signs.sort(key=lambda sign: sign[1] in LATE_SIGNS)
    if not signs and (covered := _covered_year(text)):
        signs.append((covered + 1, f"the year {covered}, which its prose covers"))
    return signs


def _covered_year(text: str) -> int | None:
    """Return the year that prose speaks of at least twice as often as of any other."""
    years = (
        int(match.group("y"))
        for match in _YEAR_IN_PROSE.finditer(text)
        if text[max(0, match.start() - 14) : match.start()].lower().split()[-1:]
        and text[max(0, match.start() - 14) : match.start()].lower().split()[-1] in _BEFORE_A_YEAR
    )
    counts = Counter(years).most_common(2)
    if not counts or counts[0][1] < 3 or (len(counts) > 1 and counts[0][1] < 2 * counts[1][1]):
        return None
    return counts[0][0]
