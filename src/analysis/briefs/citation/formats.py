"""References as text, BibTeX and RIS.

BibTeX files are plain ASCII: accents become TeX commands, so that classical BibTeX sorts and prints
them too. Addresses are kept as they are but for what TeX or a reader of RIS would stumble over,
which is percent-encoded. Forms: Patashnik (1988), *BibTeXing*; Research Information Systems, RIS.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Final, cast
from urllib.parse import quote

import latexcodec  # noqa: F401 - registers the codec

from analysis.briefs.citation.references import Reference
from analysis.facts.errors import ParameterError

_SPECIALS: Final = {
    "\\": r"{\textbackslash}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"{\textasciicircum}",
    "~": r"{\textasciitilde}",
}
_ADDRESS: Final = "!#$%&'()*+,-./:;=?@[]_~"
"""Characters of an address that are kept; braces, backslashes and blanks are not."""

_ENTRY: Final = {"software": "misc", "report": "techreport", "page": "misc"}
_TYPE: Final = {"software": "COMP", "report": "RPRT", "page": "ELEC"}


def tex(text: str) -> str:
    """Return `text` as TeX prints it: specials escaped, each accented letter in braces."""
    return "".join(_letter(letter) for letter in unicodedata.normalize("NFC", text))


def _letter(letter: str) -> str:
    if letter in _SPECIALS:
        return _SPECIALS[letter]
    if letter.isascii():
        return letter
    encoded = cast("str", codecs.encode(letter, "ulatex", "keep"))
    return f"{{{encoded.strip()}}}"


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
    fields: Mapping[str, str] = {
        # Double braces: an institution is one name, and titles keep their capitals.
        "author": f"{{{tex(it.author)}}}",
        "title": f"{{{tex(it.title)}}}",
        "institution" if it.kind == "report" else "publisher": tex(it.publisher),
        "address": tex(it.place),
        "year": tex(it.year),
        "url": address(it.url),
        "note": tex(it.note),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{_ENTRY[it.kind]}{{{it.key},\n{lines}}}\n"


def as_ris(references: Iterable[Reference]) -> str:
    """Return RIS records for Zotero, EndNote and their like; lines end in CR LF."""
    return "".join(f"{line}\r\n" for it in references for line in _record(it))


def _record(it: Reference) -> list[str]:
    fields = [
        ("TY", _TYPE[it.kind]),
        ("ID", it.key),
        ("AU", it.author),
        ("TI", it.title),
        ("PY", it.year if it.year.isdigit() else ""),
        ("PB", it.publisher),
        ("CY", it.place),
        ("UR", address(it.url)),
        ("N1", it.note),
    ]
    return [*(f"{tag}  - {' '.join(value.split())}" for tag, value in fields if value), "ER  - "]


FORMS: Final[Mapping[str, Callable[[Iterable[Reference]], str]]] = {
    "text": as_text,
    "bibtex": as_bibtex,
    "ris": as_ris,
}


def written(references: Iterable[Reference], form: str) -> str:
    """Return references in a form of `FORMS`.

    Raises
    ------
    ParameterError
        If there is no such form.
    """
    if form not in FORMS:
        raise ParameterError(f"unknown format {form!r}; the formats are {', '.join(FORMS)}")
    return FORMS[form](references)
