"""What only the whole of a brief decides: its title, the levels of headings, missing words."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from analysis.briefs.blocks import Content, Title
from analysis.export.nodes import nested

_LOG = logging.getLogger("analysis")
_TOP = 2
"""A heading among so many blocks is the title: badges may stand above it."""


def title_of(contents: Sequence[Content]) -> Content:
    """Return the title block of a brief, or one made from a heading at its top.

    A notebook that is no brief of ours, one with Markdown cells only for example, still gets a
    page title.
    """
    for content in contents:
        if content["kind"] == "title":
            return content
    heading = next((c["text"] for c in contents[:_TOP] if c["kind"] == "heading"), "Brief")
    return Title(title=heading).content()


def titled(contents: Sequence[Content]) -> list[Content]:
    """Return the blocks with a heading at the top as their title, if they have no other."""
    kinds = [content["kind"] for content in contents]
    if "title" in kinds or "heading" not in kinds[:_TOP]:
        return list(contents)
    place = kinds.index("heading")
    return [title_of(contents), *contents[:place], *contents[place + 1 :]]


def closed_up(contents: Sequence[Content]) -> list[Content]:
    """Return the blocks with headings that do not skip a level, as readers of a PDF require."""
    closed, above = [], [1]
    for content in contents:
        level = {"title": 1, "findings": 2}.get(content["kind"], content.get("level"))
        if level is not None:
            above = [*(other for other in above if other < level), level]
        closed.append({**content, "level": len(above)} if content["kind"] == "heading" else content)
    return closed


def described(contents: Sequence[Content]) -> list[Content]:
    """Return the blocks with the heading above it as the words of each picture that has none."""
    heading, lacking = title_of(contents)["title"], 0
    for content in contents:
        heading = content.get("text", heading) if content["kind"] == "heading" else heading
        for node in nested(content.get("nodes", ()), "img"):
            if not node["attributes"]["alt"]:
                node["attributes"]["alt"] = heading
                lacking += 1
    if lacking:
        _LOG.warning(
            "%d %s no alt text and %s called by the heading above: say what is seen by "
            "display(..., metadata={'image/png': {'alt': ...}}), #| fig-alt or ![words](...)",
            lacking,
            "pictures have" if lacking > 1 else "picture has",
            "are" if lacking > 1 else "is",
        )
    return list(contents)
