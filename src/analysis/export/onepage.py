"""``nit-brief-onepage``: the summary of a brief on one page A4, for a meeting.

Nothing is said anew: the page is chosen from the blocks of the brief and set by the same template,
with type and pictures as large as one page allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from analysis.briefs.blocks import Cell, Column, Content, Table
from analysis.briefs.wording import fixed, signed
from analysis.export.bundle import BriefExporter, title_of
from analysis.export.pdf import pdf_document
from analysis.facts.errors import BriefError
from analysis.facts.rating_system import CATEGORIES

_FINDINGS: Final = 3
"""How many are kept beside the last, which says how sure they are."""
_SCORES: Final = ("trajectory", "means", "scores", "standing")
"""Names of the picture that shows the score over the editions, in the order of preference."""
_RATINGS: Final = ("categories", "category_trends", "profile")
"""Names of what shows the seven ratings, now and their change."""
_SECTIONS: Final = {"What is known": 2, "Sources": None, "How to cite": 2}
"""Sections of which the first list is kept, and how many of its items."""


def one_page_document(contents: list[Content]) -> bytes:
    """Return the summary of a brief as PDF/UA-1 and PDF/A-2a, one page.

    Raises
    ------
    BriefError
        If the brief has no findings.
    """
    return pdf_document(one_page(contents), one_page=True)


def one_page(contents: Sequence[Content]) -> list[Content]:
    """Return the blocks of the summary: the head, what was found, a picture, ratings, sources."""
    findings = next((c for c in contents if c["kind"] == "findings"), None)
    if findings is None:
        raise BriefError("one page is made from findings, and the notebook shows none")
    *told, last = findings["sentences"]
    chosen = [title_of(contents), {**findings, "sentences": [*told[:_FINDINGS], last]}]
    if picture := score_picture(contents):
        chosen.append(picture)
    if ratings := _named(contents, _RATINGS):
        chosen.append(_ratings(ratings))
    for heading, following in pairwise(contents):
        name = heading.get("text") if heading["kind"] == "heading" else None
        if name in _SECTIONS and following["kind"] == "items":
            chosen += [heading, {**following, "items": following["items"][: _SECTIONS[name]]}]
    return [*chosen, *(c for c in contents[-1:] if c["kind"] == "paragraph")]


def score_picture(contents: Sequence[Content]) -> Content | None:
    """Return the picture of the score over the editions, the first one of a brief without it."""
    figures = [content for content in contents if content["kind"] == "figure"]
    return _named(figures, _SCORES) or next(iter(figures), None)


def _named(contents: Sequence[Content], names: Sequence[str]) -> Content | None:
    """Return the block with the first of some names that there is."""
    there = {c["name"]: c for c in reversed(contents) if c["kind"] in ("figure", "table")}
    return next((there[name] for name in names if name in there), None)


def _ratings(block: Content) -> Content:
    """Return the seven small pictures of a country as the table of where each began and ended."""
    if block["name"] != "categories" or not block["data"]:
        return block
    rows = []
    for code, name in CATEGORIES.items():
        known = [
            (edition, rating)
            for edition, category, rating, _ in block["data"]["rows"]
            if category == code and rating is not None
        ]
        if known:
            (first, before), (last, now) = known[0], known[-1]
            texts = (f"{fixed(before)} ({first})", f"{fixed(now)} ({last})", signed(now - before))
            rows.append([Cell(name), *map(Cell, texts)])
    heads = ("First known", "Last known", "Change")
    columns = [Column("Category", align="left"), *map(Column, heads)]
    return Table(title=block["title"], columns=columns, rows=rows, dense=True).content()


class OnePageExporter(BriefExporter):
    """Render the summary of an executed notebook as a PDF of one page."""

    export_from_notebook = "Brief (one page)"
    output_mimetype = "application/pdf"
    render = staticmethod(one_page_document)
