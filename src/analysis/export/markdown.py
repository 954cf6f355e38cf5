"""Markdown cells as blocks, so that both exporters render the same content.

Parsed by mistune. Raw HTML in a cell is shown as the text that it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import mistune

from analysis.briefs.blocks import Block, Heading, Items, Paragraph, Preformatted, Span

Token = dict[str, Any]
_parse: Final = mistune.create_markdown(renderer=None)
_STYLES: Final = {"strong": "strong", "emphasis": "emphasis", "codespan": "code"}
_DEEPEST_HEADING: Final = 4


def markdown_blocks(source: str) -> Iterator[Block]:
    """Yield the blocks of a Markdown text.

    Headings start at level 2, since the page's title is its only level 1. Quotations become
    paragraphs; rules are left out; HTML is kept as plain text.
    """
    tokens: list[Any] = list(_parse.parse(source)[0])
    for token in tokens:
        yield from _block(token)


def _block(token: Token) -> Iterator[Block]:
    kind = token["type"]
    if kind == "heading":
        level = min(max(2, token["attrs"]["level"]), _DEEPEST_HEADING)
        yield Heading(text="".join(s.text for s in _spans(token)), level=level)
    elif kind in ("paragraph", "block_text"):
        yield Paragraph(spans=list(_spans(token)))
    elif kind == "list":
        yield Items(
            items=[_item(child) for child in token["children"]],
            ordered=bool(token["attrs"].get("ordered")),
        )
    elif kind == "block_quote":
        for child in token["children"]:
            yield from _block(child)
    elif kind in ("block_code", "block_html"):
        yield Preformatted(text=token["raw"].rstrip("\n"))


def _item(token: Token) -> list[Span]:
    """Return a list item's text; items nested in it follow after a dash."""
    spans: list[Span] = []
    for child in token["children"]:
        if child["type"] == "list":
            for nested in child["children"]:
                spans += [Span(" – "), *_item(nested)]
        else:
            spans += _spans(child)
    return spans


def _spans(token: Token, style: str = "", href: str = "") -> Iterator[Span]:
    for child in token.get("children", ()):
        kind = child["type"]
        if kind in ("softbreak", "linebreak"):
            yield Span(" ")
        elif kind == "link":
            yield from _spans(child, style, child["attrs"]["url"])
        elif kind == "image":
            # A picture of an analyst's Markdown is not part of a brief; its description is.
            yield from _spans(child, style, href)
        elif "children" in child:
            yield from _spans(child, _STYLES.get(kind, style), href)
        elif child.get("raw"):
            yield Span(child["raw"], _STYLES.get(kind, style), href)  # type: ignore[arg-type]
