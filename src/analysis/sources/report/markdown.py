"""Markdown of a copied report -> the plain text in which its numbers are looked for.

Only what stands inside a line goes: emphasis, links, escapes. Headings, bullets and the bars of
tables are forms that other copies have too. A star behind a word is a footnote and stays.
"""

from __future__ import annotations

import html
import re
from typing import Final

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


def without_markdown(text: str) -> str:
    """Return `text` without the marks of Markdown inside its lines and the rules of its tables."""
    if "&" in text and ";" in text:
        text = html.unescape(text)
    for mark, pattern, plain in _MARKS:
        if mark in text:
            text = pattern.sub(plain, text)
    return text
