"""The visible text of an HTML page, one block a line, table cells parted by ``|``.

The result has the form of the text copies of the same pages, so that one reader serves both.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

_BLOCKS: Final = frozenset(
    re.findall(
        r"\w+",
        """address article aside blockquote br center dd div dl dt figcaption figure footer form
        h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section table tbody tfoot thead
        title tr ul""",
    )
)
_HIDDEN: Final = frozenset(["script", "style", "noscript", "template", "svg", "select"])
_CELLS: Final = frozenset(("td", "th"))
_START: Final = re.compile(r"\s*(?:<!doctype\s+html|<html\b|<head\b|<body\b|<\?xml)", re.I)
_TAG: Final = re.compile(r"</?(?:div|p|span|table|tr|td|li|ul|h[1-6]|body|html)\b[^<>]*>", re.I)


def looks_like_html(text: str) -> bool:
    """Tell whether `text` is HTML: by its start, or by many tags near the start."""
    return bool(_START.match(text)) or len(_TAG.findall(text[:20_000])) >= 5


class _TextOf(HTMLParser):
    """Collects text in one pass; hidden elements are skipped, blocks end a line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self.hidden += 1
        elif tag in _CELLS:
            self.pieces.append(" | ")
        elif tag in _BLOCKS:
            self.pieces.append("\n• " if tag == "li" else "\n")
        elif tag == "sup":
            self.pieces.append(" ")
        elif tag == "img" and (alt := dict(attrs).get("alt")):
            self.pieces.append(f" {alt} ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag in _CELLS:
            self.pieces.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.pieces.append(re.sub(r"\s+", " ", data))


def html_to_text(page: str) -> str:
    """Return the visible text of an HTML document, whole or cut off.

    It has one line a block, ``•`` before list items, ``|`` before table cells, and no empty lines
    but one between blocks.
    """
    parser = _TextOf()
    parser.feed(page)
    parser.close()
    lines = (
        " ".join(line.split()).removeprefix("| ") for line in "".join(parser.pieces).split("\n")
    )
    text = "\n".join(line for line in lines if line not in ("•", "|"))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
