"""Which country a report rates and which edition it is, with the evidence for both.

Old reports name neither in their head. What does name them is looked for in the whole text, from
the address and the title to the capital; names in running prose count only where nothing else
does. Two countries in one file, or none, are refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, TypeVar

from analysis.facts.countries import COUNTRIES, find_country
from analysis.facts.rating_system import LAST_EDITION, parse_number
from analysis.sources.cells import FIRST_REPORT
from analysis.sources.report.headline import ReportText
from analysis.sources.report.labels import at_lines, ignoring_case, near_words
from analysis.sources.report.ratings_rows import YEAR

T = TypeVar("T", int, str)
_BY_PRINTED: Final = {
    name.casefold(): country.name
    for country in COUNTRIES
    for name in (country.name, *country.aliases)
    if name == country.name or (len(name) > 3 and name[-1] != "*")
}
_COUNTRY: Final = "|".join(re.escape(n) for n in sorted(_BY_PRINTED, key=len, reverse=True))
"""All printed names of countries, the longest first."""
_CAPITALS: Final = {
    capital.casefold(): country.name for country in COUNTRIES for capital in country.capitals
}
_NAME: Final = rf"(?P<c>{_COUNTRY})"
_YEAR: Final = rf"(?P<y>{YEAR})"
_ADDRESS: Final = ignoring_case(
    rf"^\s*https?://(?:www\.)?(?:[\w./]*/)?freedomhouse\.org/(?:country/(?P<a>[\w-]+)/nations-transit"
    rf"/{_YEAR}|report/nations-transit/(?P<z>{YEAR})/(?P<b>[\w-]+))"
)
_IN_BRACKETS: Final = rf"(?:\s*\((?P<z>{YEAR})\))?"
_ON_SCORE: Final = "the sentence on the Democracy Score"
_OF_CHANGES: Final = "the heading of its changes"
_NIT: Final = r"Nations\s+in\s+Transit"
_SIGNS_NEAR_WORDS: Final = (
    ("the title", "nations", 0, rf"{_NIT}(?:\s+{_YEAR})?\s*[-–—:|]\s*{_NAME}\b{_IN_BRACKETS}"),
    ("the title", "nations", 50, rf"\b{_NAME}\s*[-–—:|,]\s*{_NIT}\s+{_YEAR}\b"),
    ("the page foot", "country", 45, rf"\b{_NAME}\s*\|\s*Country\s+report\s*\|"),
    ("the page foot", "nations", 0, rf"{_NIT}\s*\|\s*{_YEAR}"),
    ("the page foot", "nations", 5, rf"\b\d{{2,3}}\s+{_NIT}\s+{_YEAR}\b"),
    (_ON_SCORE, "democracy", 50, rf"\b{_NAME}\s*['’‘´`]s?\s+Democracy\s+Score"),
    ("the heading of its scores", "10-year", 45, rf"\b{_NAME}\s+10-year\s+ratings"),
    ("the heading of its scores", "scores", 8, rf"\b{_YEAR}\s+Scores\b"),
    (_OF_CHANGES, "changes", 0, rf"changes\s+in\s+{_YEAR}(?=[\s:.]*(?:\n|\Z))"),
    ("the capital", "capital:", 0, r"Capital:\s*(?P<k>[^\W\d_]+(?:[ -][^\W\d_]+)?)"),
)
"""What names country or edition: a word of the pattern, how far before it the match may begin."""
_HEAD: Final = 3000
"""Characters in which a line with nothing but a country's name is its heading."""
_SIGNS_AT_LINES: Final = (
    ("the link to its other scores", None, rf"[ \t]*(?-i:On)\s+{_NAME}[ \t]*(?=\n|\Z)"),
    ("the byline", _HEAD, rf"[ \t]*(?:\d{{1,3}}\s+)?{_NAME}\s+(?-i:[Bb]y\s+[A-ZÀ-Ž])"),
    ("the first lines", _HEAD, rf"[ \t]*{_NAME}(?=[ \t]*(?:\n|\Z)|\s+Capital\s*:)"),
    ("the title", None, rf"\W*{_NIT}\s+{_YEAR}[^\w\n]*(?=\n|\Z)"),
    ("the field Year", None, rf"[ \t]*Year:\s*{_YEAR}[ \t]*(?=\n|\Z)"),
    ("the outlook", None, rf"\W{{0,9}}Outlook\s+for\s+{_YEAR}"),
)
_FIRM_SIGNS: Final = ("the address", "the capital", "the link", "the page foot", "the heading")
"""Signs that a report gives of its own country only; a title may belong to a list of others."""
_CERTAIN_SIGNS: Final = frozenset({"the address", "the title", "the field Year"})
"""Signs of the edition that are never the covered year."""
_LATE_SIGNS: Final = frozenset({_OF_CHANGES, "the outlook"})
"""Signs that may name another year than the edition."""
_COVERED_YEAR: Final = ignoring_case(
    rf"\b(?:in|during|throughout|since|of|by|until|late|early|mid|through)\s{_YEAR}\b"
    r"(?!\s*[-–]\s*\d)"
)


@lru_cache(maxsize=2)
def _signs(text: str) -> tuple[tuple[str, dict[str, str | None]], ...]:
    """Return where `text` names a country or an edition, and the named groups found there."""
    address = _ADDRESS.search(text[:4000])
    found = [("the address", address)] if address else []
    for where, word, before, pattern in _SIGNS_NEAR_WORDS:
        found += [(where, match) for match in near_words(text, word, pattern, before, 90)]
    for where, most, pattern in _SIGNS_AT_LINES:
        found += [(where, match) for match in at_lines(text, pattern, most)]
    return tuple((where, match.groupdict()) for where, match in found)


def _without_lists(signs: Sequence[tuple[T, str]]) -> list[tuple[T, str]]:
    """Return signs without those of a menu: one place that names three countries or editions."""
    named = Counter(where for _, where in set(signs))
    return [sign for sign in signs if named[sign[1]] < 3]


def _edition_signs(text: str, table_years: Sequence[str] = ()) -> list[tuple[int, str]]:
    """Return the editions that `text` tells and where, the most trusted first."""
    told = [(groups.get("y") or groups.get("z"), where) for where, groups in _signs(text)]
    signs = _without_lists([(int(year), where) for year, where in told if year])
    if table_years:
        signs.append((max(int(year[-4:]) for year in table_years), "the last column of its table"))
    signs.sort(key=lambda sign: sign[1] in _LATE_SIGNS)
    if not signs:
        years = (int(match["y"]) for match in _COVERED_YEAR.finditer(text))
        for covered, _ in _prevailing(years, 3, 2):
            signs.append((covered + 1, f"the year {covered}, which its prose covers"))
    return signs


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _country_signs(text: str) -> list[tuple[str, str]]:
    """Return the countries that `text` names outside its prose, and where."""
    signs: list[tuple[str, str]] = []
    for where, groups in _signs(text):
        slug = groups.get("a") or groups.get("b") or ""
        name = _folded(groups.get("c") or slug.replace("-", " "))
        capital = _folded(groups.get("k") or "")
        if name in _BY_PRINTED:
            signs.append((_BY_PRINTED[name], where))
        elif named := _CAPITALS.get(capital) or _CAPITALS.get(capital.partition(" ")[0]):
            signs.append((named, f"{where} {groups['k']}"))
    return _without_lists(signs)


def _prevailing(values: Iterable[T], least: int, times: int) -> list[tuple[T, int]]:
    """Return the value that stands `least` times or more, and `times` as often as others."""
    counts = Counter(values).most_common(2)
    others = counts[1][1] if len(counts) > 1 else 0
    return [pair for pair in counts[:1] if pair[1] >= max(least, times * others)]


def decide_country(report: ReportText) -> None:
    """Set the country that the report rates.

    Raises
    ------
    SourceError
        If the text names two countries, or none.
    """
    signs = _country_signs(report.text)
    firm = [sign for sign in signs if sign[1].startswith(_FIRM_SIGNS)]
    named = {country for country, _ in firm or signs}
    if len(named) > 1:
        told = " and ".join(f"{c} ({next(w for n, w in signs if n == c)})" for c in sorted(named))
        raise report.request.refusal(f"two countries in one file: {told}; expected a report on one")
    if not signs:
        printed = map(_folded, re.findall(rf"\b(?:{_COUNTRY})\b", report.text, re.IGNORECASE))
        names = (_BY_PRINTED[name] for name in printed if name in _BY_PRINTED)
        signs = [
            (name, f"its name, which the text uses {count} times")
            for name, count in _prevailing(names, 5, 3)
        ]
    given = report.request.country
    if not signs and given is None:
        says = "no country is named, neither by title nor capital; give --country"
        raise report.request.refusal(says)
    report.country = find_country(given).name if given else (firm or signs)[0][0]
    _tell(report, "country", report.country, signs, given is not None)


def decide_edition(report: ReportText, table_years: Sequence[str] = ()) -> None:
    """Set the edition of the report, from its text and the years above its tables.

    Raises
    ------
    SourceError
        If nothing in the text tells the edition, or it is none that was published.
    """
    signs = _edition_signs(report.text, table_years)
    given = report.request.edition
    if not signs and given is None:
        raise report.request.refusal("nothing tells the edition of the report; give --edition")
    report.edition = given if given is not None else signs[0][0]
    if not FIRST_REPORT <= report.edition <= LAST_EDITION:
        says = f"edition {report.edition}, expected one of {FIRST_REPORT} to {LAST_EDITION}"
        raise report.request.refusal(says)
    _tell(report, "edition", report.edition, signs, given is not None)


def _tell(
    report: ReportText, about: str, taken: T, signs: Sequence[tuple[T, str]], is_given: bool
) -> None:
    """Remark by which signs a country or edition is taken, and doubt it for each other sign."""
    agreeing = ", ".join(dict.fromkeys(where for value, where in signs if value == taken))
    reason = "is given by the user" if is_given else f"by {agreeing}"
    report.remarks.settle(about, f"{taken} {reason}")
    for value, where in dict.fromkeys(signs):
        if value != taken:
            report.remarks.doubt(about, f"but {where} names {value}")


def compare_edition(report: ReportText, placed: dict[tuple[str, str], str] | None) -> None:
    """Compare the edition with the last column of its tables or with known percentages.

    A page may head its list "Score changes in 2022" and be the edition 2023: the edition after the
    told one is taken if known percentages fit that one only.
    """
    told = _edition_signs(report.text)
    if placed is not None:
        last = max((int(year[-4:]) for year, _ in placed), default=report.edition)
        if last != report.edition and last not in {year for year, _ in told}:
            says = f"the last column of its tables is {last}, the edition {report.edition}"
            report.remarks.doubt("edition", says)
        return
    is_certain = report.request.edition is not None or any(w in _CERTAIN_SIGNS for _, w in told)
    if is_certain or not report.head["DP"] or report.edition >= LAST_EDITION:
        return
    printed, known = parse_number(report.head["DP"]), report.request.known
    editions = (report.edition, report.edition + 1)
    if [known.fits_percentage(report.country, e, printed) for e in editions] == [False, True]:
        report.edition += 1
        says = f"but its Democracy Percentage is known as that of {report.edition}, which is taken"
        report.remarks.doubt("edition", says)
