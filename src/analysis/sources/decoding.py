"""From the bytes of a file to its text, or to the reason why it is no text of a report.

Size is checked before anything is read. Text must be UTF-8; an HTML page may declare another
encoding. What the text says is left to the layouts' readers.
"""

from __future__ import annotations

import codecs
import hashlib
import html
import re
import stat
from pathlib import Path
from typing import Final

from analysis.facts.errors import SourceError
from analysis.sources.isolated import parsed

LARGEST_TEXT: Final = 10_000_000
"""Bytes; a report has about 100 000, so that more is some other file."""

_BINARY_STARTS: Final = {
    codecs.BOM_UTF16_LE: "UTF-16 text; save it as UTF-8",
    codecs.BOM_UTF16_BE: "UTF-16 text; save it as UTF-8",
    b"%PDF": "a PDF; extract its text first (for example with pdftotext)",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a gzip archive",
    b"\xd0\xcf\x11\xe0": "an old Office file; save it as .xlsx or as text",
    b"\x7fELF": "a program",
}
_DECLARED: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", re.I)
_HTML_START: Final = re.compile(r"\s*(?:<!doctype\s+html|<html\b|<head\b|<body\b|<\?xml)", re.I)
_TAG: Final = re.compile(r"</?(?:div|p|span|table|tr|td|li|ul|h[1-6]|body|html)\b[^<>]*>", re.I)
_ODD_SPACE: Final = re.compile("[\v\u00a0\u1680\u2007\u2009\u200a\u202f\u3000]")
_ODD_LINE_END: Final = re.compile("\r\n|[\r\f\u0085\u2028\u2029]")
_WITHOUT_WIDTH: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_ERROR_TITLE: Final = re.compile(
    r"^\W*(?:(?:error\s+)?[45]\d\d\b|page not found|not found|access denied|forbidden|just a moment"
    r"|service unavailable|bad gateway|gateway time|attention required|too many requests"
    r"|internal server error|request blocked|an error occurred)",
    re.IGNORECASE | re.MULTILINE,
)
_MARKS: Final = tuple(
    (mark, re.compile(pattern), plain)
    for mark, pattern, plain in (
        ("](", r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,500}(?:\s+\"[^\"\n]{0,200}\")?\)", r"\1"),
        ("\\", r"\\([*_#\[\]()!.|~+-])", r"\1"),
        ("**", r"\*\*(?=\S)([^\n]{1,400}?)(?<=\S)\*\*", r"\1"),
        ("__", r"(?<!\w)__(?=\S)([^\n]{1,400}?)(?<=\S)__(?!\w)", r"\1"),
        ("*", r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,400}?)(?<=[^\s*])\*(?![\w*])", r"\1"),
        ("_", r"(?<!\w)_(?=[^\s_])([^_\n]{1,400}?)(?<=[^\s_])_(?!\w)", r"\1"),
        ("---", r"(?m)^[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|?)+[ \t]*$", ""),
    )
)


def looks_like_html(text: str) -> bool:
    """Tell whether `text` is HTML: by its start, or by many tags near the start."""
    return bool(_HTML_START.match(text)) or len(_TAG.findall(text[:20_000])) >= 5


def read_bytes(path: Path, largest: int) -> bytes:
    """Return the content of a file of at most `largest` bytes.

    Raises
    ------
    SourceError
        If the file is missing, unreadable, a folder, empty or larger.
    """
    try:
        status = path.stat()
        size = status.st_size
        if not stat.S_ISREG(status.st_mode):
            kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe or a device"
            raise SourceError(f"{path}: {kind}, expected a file")
        if size > largest:
            raise SourceError(
                f"{path}: {size / 1e6:.0f} MB, expected a report of at most {largest / 1e6:.0f} MB"
            )
        with path.open("rb") as file:  # a growing file may give more than its size
            content = file.read(largest + 1)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror or error})") from None
    if len(content) > largest:
        raise SourceError(f"{path}: more than {largest / 1e6:.0f} MB, expected a report")
    if not content.strip():
        raise SourceError(f"{path}: empty, expected a report, a score page or a workbook")
    return content


def decode(content: bytes, path: Path, otherwise: str = "") -> str:
    """Return the text of a report, HTML turned into lines, Unix line ends.

    Parameters
    ----------
    content, path
        Of the file.
    otherwise
        The encoding of what is no UTF-8; without it that is refused.

    Raises
    ------
    SourceError
        If the content is binary, not UTF-8, or an error page of a web server.
    """
    for start, kind in _BINARY_STARTS.items():
        if content.startswith(start):
            raise SourceError(f"{path}: {kind}, expected the text of a report")
    text = _as_text(content, path, otherwise)
    for odd, plain in ((_ODD_LINE_END, "\n"), (_ODD_SPACE, " "), (_WITHOUT_WIDTH, "")):
        text = odd.sub(plain, text)  # copies insert spaces and line ends of all kinds
    if match := _CONTROL.search(text):
        line = text.count("\n", 0, match.start()) + 1
        raise SourceError(
            f"{path}: line {line}: binary data (byte {ord(match.group()):#04x}), expected text"
        )
    if not looks_like_html(text):
        return text
    page: str = parsed("html", text.encode(), str(path))
    if len(page) < 3000 and (match := _ERROR_TITLE.search(page)):
        title = " ".join(match.group(0).split())
        raise SourceError(f"{path}: an error page ({title!r}), expected a report")
    return page


def _as_text(content: bytes, path: Path, otherwise: str) -> str:
    declared = _DECLARED.search(content[:4000])
    encoding = declared.group(1).decode("ascii") if declared else "utf-8"
    try:
        codecs.lookup(encoding)
        "".encode(encoding)
    except (LookupError, ValueError):
        encoding = "utf-8"
    if content.startswith(codecs.BOM_UTF8) or encoding.lower() in ("utf-8", "utf8"):
        encoding = "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        if otherwise and b"\x00" not in content:
            return content.decode(otherwise, errors="replace")
        line = content.count(b"\n", 0, error.start) + 1
        kind = "binary data" if b"\x00" in content[:4000] else "not UTF-8 text"
        raise SourceError(
            f"{path}: line {line}: {kind} (byte {content[error.start]:#04x}); "
            "expected a report saved as UTF-8"
        ) from None
    except (ValueError, LookupError):
        raise SourceError(f"{path}: cannot be decoded as {encoding}; expected UTF-8") from None


def without_markdown(text: str) -> str:
    """Return `text` without the marks of Markdown inside its lines and the rules of its tables."""
    if "&" in text and ";" in text:
        text = html.unescape(text)
    for mark, pattern, plain in _MARKS:
        if mark in text:
            text = pattern.sub(plain, text)
    return text


def content_id(content: bytes) -> str:
    """Return a name for an unregistered source, the same for the same content."""
    return f"file-{hashlib.sha256(content).hexdigest()[:12]}"
