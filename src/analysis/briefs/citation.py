"""References as text and BibTeX.

BibTeX files are plain ASCII: accents become TeX commands, so that classical BibTeX sorts and prints
them too. Addresses are kept as they are but for what TeX or a reader of RIS would stumble over,
which is percent-encoded. Form: Patashnik (1988), *BibTeXing*.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, cast
from urllib.parse import quote

import latexcodec  # noqa: F401 - registers the codec


@dataclass(frozen=True)
class Reference:
    """One work to cite.

    Its `key` of letters, digits and ``_`` depends on the source and its edition only; its `kind` is
    ``software``, ``report`` (Freedom House's, wherever it is kept) or ``page`` (the press). The
    author is an institution, the title a description in brackets where the page's own is not
    recorded, the year that of the release or of the last edition.
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


_SPECIALS: Final = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "^": r"{\textasciicircum}",
        "~": r"{\textasciitilde}",
        **{special: f"\\{special}" for special in "{}$&#%_"},
    }
)


def tex(text: str) -> str:
    """Return `text` as TeX prints it: specials escaped, each accented letter in braces."""
    plain = unicodedata.normalize("NFC", text).translate(_SPECIALS)
    return "".join(letter if letter.isascii() else _accented(letter) for letter in plain)


def _accented(letter: str) -> str:
    return f"{{{cast('str', codecs.encode(letter, 'ulatex', 'keep')).strip()}}}"


def address(url: str) -> str:
    """Return an address without what would end or break a field: braces, backslashes, blanks."""
    return quote(url, safe="!#$%&'()*+,-./:;=?@[]_~")


def as_text(references: Iterable[Reference]) -> str:
    """Return one line a reference, as a reader would write it."""
    lines = []
    for it in references:
        where = f" {it.place}: {it.publisher}." if it.publisher else ""
        link = f" {address(it.url)}" if it.url else ""
        note = f" ({it.note})" if it.note else ""
        lines.append(f"{it.author}. {it.year}. {it.title}.{where}{link}{note}\n")
    return "".join(lines)


def as_bibtex(references: Iterable[Reference]) -> str:
    """Return a BibTeX database; reports are ``@techreport``, all else ``@misc``."""
    entries = []
    for it in references:
        report = it.kind == "report"
        fields = {
            # Double braces: an institution is one name, and titles keep their capitals.
            "author": f"{{{tex(it.author)}}}",
            "title": f"{{{tex(it.title)}}}",
            "institution" if report else "publisher": tex(it.publisher),
            "address": tex(it.place),
            "year": tex(it.year),
            "url": address(it.url),
            "note": tex(it.note),
        }
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
        entries.append(f"@{'techreport' if report else 'misc'}{{{it.key},\n{lines}}}\n")
    return "\n".join(entries)
