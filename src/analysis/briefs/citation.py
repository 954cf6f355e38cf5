"""How to cite: the project, the series, and exactly the sources of a brief, in three forms.

A source is known by what it prints - edition and countries - and by its address. The title of a
press page is not recorded, so that such a page is described, in brackets, instead of titled.

BibTeX files are plain ASCII: accents become TeX commands, so that classical BibTeX sorts and prints
them too. Addresses are kept as they are but for what TeX or a reader of RIS would stumble over,
which is percent-encoded. Forms: Patashnik (1988), *BibTeXing*; Research Information Systems, RIS.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast
from urllib.parse import quote

import latexcodec  # noqa: F401 - registers the codec
import pandas as pd

from analysis import AUTHOR, DATE, TITLE, VERSION
from analysis.facts.countries import find_country
from analysis.facts.errors import ParameterError
from analysis.facts.frames import named_sources
from analysis.settings.groups import group_members
from analysis.settings.parameters import Window, as_ranges
from analysis.tables.stored import read_processed

PUBLISHER: Final = "Freedom House"
SERIES: Final = "Nations in Transit"
PLACE: Final = "Washington, DC"
MOST_NAMED: Final = 3
"""Countries that a title names; of more it gives the number."""


@dataclass(frozen=True)
class Reference:
    """One work to cite.

    Attributes
    ----------
    key
        Stable key of letters, digits and ``_``: it depends on the source and its edition only.
    kind
        ``software``, ``report`` (Freedom House's, wherever it is kept) or ``page`` (the press).
    author, title
        An institution; a description in brackets where the page's own title is not recorded.
    year
        Of the edition or the release; of several editions the last.
    publisher, place, url, note
        Empty where there is none.
    """

    key: str
    kind: Literal["software", "report", "page"]
    author: str
    title: str
    year: str
    publisher: str = ""
    place: str = ""
    url: str = ""
    note: str = ""


def project() -> Reference:
    """Return the project itself; CITATION.cff says the same (tested)."""
    return Reference(
        key=f"nations_in_transit_analysis_{VERSION.replace('.', '_')}",
        kind="software",
        author=AUTHOR,
        title=TITLE,
        year=DATE[:4],
        note=f"Version {VERSION}, {DATE}",
    )


_RATINGS: Final = Reference(
    key="freedomhouse_nations_in_transit",
    kind="report",
    author=PUBLISHER,
    title=f"{SERIES}, editions 2005 to 2024",
    year="2024",
    publisher=PUBLISHER,
    place=PLACE,
    url="https://freedomhouse.org/report/nations-transit",
)
"""The series whose ratings are analysed."""


def members(brief: str) -> list[str]:
    """Return the countries of a brief, named by its country or its group.

    Raises
    ------
    ParameterError
        If it is neither; the message names the nearest countries and the groups.
    """
    try:
        return [find_country(brief).name]
    except ParameterError as no_country:
        try:
            return [c.name for c in group_members("all" if brief == "region" else brief)]
        except ParameterError as no_group:
            raise ParameterError(f"{no_country}; {no_group}") from None


def used_sources(countries: Collection[str], window: Window) -> set[str]:
    """Return the sources of all ratings and printed scores of countries in a window."""
    tables = [window.cut(read_processed(name)) for name in ("panel", "printed_scores")]
    return named_sources(table[table["country"].isin(countries)] for table in tables)


def citations(brief: str | None, window: Window) -> list[Reference]:
    """Return what to cite: project and series, and with a brief every source it uses.

    `brief` is a country, a group or ``region``, or None for the project alone; `window` are the
    editions of the brief.
    """
    if brief is None:
        return [project(), _RATINGS]
    used = used_sources(members(brief), window)
    return [project(), _RATINGS, *source_references(used, read_processed("source_reports"))]


def source_references(source_ids: Iterable[str], sources: pd.DataFrame) -> list[Reference]:
    """Return the references of sources, by year and key.

    Parameters
    ----------
    source_ids
        Identifiers of `sources`; repeated ones count once.
    sources
        The table ``source_reports`` of data/processed, the user's own included.

    Raises
    ------
    ParameterError
        If an identifier is of no known source.
    """
    wanted = set(source_ids)
    if unknown := sorted(wanted - set(sources["source_id"])):
        raise ParameterError(f"no source is called {unknown[0]!r}; see data/raw/sources.csv")
    named = sources[sources["source_id"].isin(wanted)]
    references = [_of_source(prints) for _, prints in named.groupby("source_id")]
    return sorted(references, key=lambda reference: (reference.year, reference.key))


def _of_source(prints: pd.DataFrame) -> Reference:
    """Return the reference of one source, by the countries and editions that it prints."""
    source_id, url, host, kind = prints[["source_id", "url", "host", "kind"]].iloc[0]
    label = source_id.replace("-", "_")
    editions = prints["report_edition"].tolist()
    year = str(max(editions))
    names = sorted(set(prints["country"]))
    of = ", ".join(names) if len(names) <= MOST_NAMED else f"{len(names)} countries"
    what = f"{SERIES} {as_ranges(editions)}: {of}"
    own = not url.startswith("http")
    if kind in ("press", "own", "rescaled"):
        return Reference(
            key=f"{kind}{year}_{label}",
            kind="page",
            author="File of the user's own" if own else host,
            title=f"[{'File' if own else 'Page'} with figures of {what}]",
            year=year,
            url="" if own else url,
            note=f"{url}; source {source_id}" if own else f"source {source_id}",
        )
    kept = f"kept at {host}; " if kind != "publisher" else ""
    return Reference(
        key=f"freedomhouse{year}_{label}",
        kind="report",
        author=PUBLISHER,
        title=what,
        year=year,
        publisher=PUBLISHER,
        place=PLACE,
        url="" if own else url,
        note=f"{kept}source {source_id}",
    )


_SPECIALS: Final = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "^": r"{\textasciicircum}",
        "~": r"{\textasciitilde}",
        **{special: f"\\{special}" for special in "{}$&#%_"},
    }
)
_ADDRESS: Final = "!#$%&'()*+,-./:;=?@[]_~"
"""Characters of an address that are kept; braces, backslashes and blanks are not."""
_RIS_TYPES: Final = {"software": "COMP", "report": "RPRT", "page": "ELEC"}


def tex(text: str) -> str:
    """Return `text` as TeX prints it: specials escaped, each accented letter in braces."""
    plain = unicodedata.normalize("NFC", text).translate(_SPECIALS)
    return "".join(letter if letter.isascii() else _accented(letter) for letter in plain)


def _accented(letter: str) -> str:
    return f"{{{cast('str', codecs.encode(letter, 'ulatex', 'keep')).strip()}}}"


def address(url: str) -> str:
    """Return an address without what would end or break a field."""
    return quote(url, safe=_ADDRESS)


def as_text(references: Iterable[Reference]) -> str:
    """Return one line a reference, as a reader would write it."""
    return "".join(f"{_line(reference)}\n" for reference in references)


def _line(it: Reference) -> str:
    where = f" {it.place}: {it.publisher}." if it.publisher else ""
    link = f" {address(it.url)}" if it.url else ""
    note = f" ({it.note})" if it.note else ""
    return f"{it.author}. {it.year}. {it.title}.{where}{link}{note}"


def as_bibtex(references: Iterable[Reference]) -> str:
    """Return a BibTeX database; reports are ``@techreport``, all else ``@misc``."""
    return "\n".join(_entry(reference) for reference in references)


def _entry(it: Reference) -> str:
    kind, house = ("techreport", "institution") if it.kind == "report" else ("misc", "publisher")
    fields = {
        # Double braces: an institution is one name, and titles keep their capitals.
        "author": f"{{{tex(it.author)}}}",
        "title": f"{{{tex(it.title)}}}",
        house: tex(it.publisher),
        "address": tex(it.place),
        "year": tex(it.year),
        "url": address(it.url),
        "note": tex(it.note),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind}{{{it.key},\n{lines}}}\n"


def as_ris(references: Iterable[Reference]) -> str:
    """Return RIS records for Zotero, EndNote and their like; lines end in CR LF."""
    return "".join(map(_record, references))


def _record(it: Reference) -> str:
    fields = {
        "TY": _RIS_TYPES[it.kind],
        "ID": it.key,
        "AU": it.author,
        "TI": it.title,
        "PY": it.year if it.year.isdigit() else "",
        "PB": it.publisher,
        "CY": it.place,
        "UR": address(it.url),
        "N1": it.note,
    }
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in fields.items() if value]
    return "".join(f"{line}\r\n" for line in [*lines, "ER  - "])


_FORMS: Final[Mapping[str, Callable[[Iterable[Reference]], str]]] = {
    "text": as_text,
    "bibtex": as_bibtex,
    "ris": as_ris,
}


def written(references: Iterable[Reference], form: str) -> str:
    """Return references as ``text``, ``bibtex`` or ``ris``.

    Raises
    ------
    ParameterError
        If there is no such form.
    """
    if form not in _FORMS:
        raise ParameterError(f"unknown format {form!r}; the formats are {', '.join(_FORMS)}")
    return _FORMS[form](references)
