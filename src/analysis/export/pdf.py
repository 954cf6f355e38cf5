"""``nit-brief-pdf``: an executed notebook as a tagged PDF, and its pictures as PNG, set by Typst.

The content reaches the templates as JSON, so no text is ever read as markup. Typst enforces
PDF/UA-1 and PDF/A-2a: a picture without a description stops the build. Only the fonts of the
package and of the typst wheel are used, and the date is that of the data's release, so the bytes
are reproducible.

``nit-brief-onepage`` is the summary of a brief on one page A4, for a meeting. Nothing is said anew:
the page is chosen from the blocks of the brief and set by the same template, with type and pictures
as large as one page allows.
"""

from __future__ import annotations

import json
import logging
import re
import tempfile
import unicodedata
from base64 import b64decode
from collections.abc import Mapping, Sequence
from functools import cache, partial
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import typst

from analysis.briefs.blocks import Content, safe_link, value_table
from analysis.briefs.wording import fixed, signed
from analysis.export import template
from analysis.export.bundle import BriefExporter, title_of
from analysis.export.offered import Offer
from analysis.facts.errors import BriefError
from analysis.facts.rating_system import CATEGORIES

_LOG: Final = logging.getLogger("analysis")


def pdf_document(contents: list[Content], *, one_page: bool = False) -> bytes:
    """Return a brief as PDF/UA-1 and PDF/A-2a; `BriefError` says why Typst refuses one.

    `one_page` makes type and pictures as small as one page needs them.
    """
    files: dict[str, bytes] = {}
    data = {"head": title_of(contents), "contents": contents, "one_page": one_page}
    prepared = json.loads(json.dumps(data), object_hook=partial(_for_typst, files))
    files["brief.json"] = json.dumps(prepared, ensure_ascii=False).encode()
    try:
        return _document(files)
    except BriefError as refusal:
        told = getattr(refusal.__cause__, "diagnostic", "")
        return _document(files | _with_names(files, told))


class PDFBriefExporter(BriefExporter):
    """Render the blocks of an executed notebook as a PDF."""

    export_from_notebook = "Brief (PDF)"
    output_mimetype = "application/pdf"
    render = staticmethod(pdf_document)


def _for_typst(files: dict[str, bytes], part: dict[str, Any]) -> dict[str, Any]:
    """Return a mapping of a brief's content as Typst needs it; pictures of prose become `files`.

    What only HTML needs is dropped, and so are the links of texts that are no web addresses.
    """
    if part.get("kind") == "figure":
        return part | {"svg_narrow": "", "data": None}
    if {"style", "href"} <= {*part}:
        href = safe_link(part["href"])
        return part | {"href": "" if href.startswith("#") else href}
    if part.get("tag") == "img":
        media, _, data = part["attributes"]["src"].partition(";base64,")
        name = f"picture-{len(files) + 1}.{media.rpartition('/')[2].removesuffix('+xml')}"
        files[name] = b64decode(data)
        part["attributes"]["src"] = name
    return part


def _document(files: Mapping[str, bytes]) -> bytes:
    # Typst takes texts by their contents, pictures from a folder only.
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            (Path(folder) / name).write_bytes(data)
        texts = {"brief.json": files["brief.json"]}
        standards = ["ua-1", "a-2a"]
        return _compiled("brief.typ", texts, "the brief", root=folder, pdf_standards=standards)[0]


def _compiled(name: str, files: Mapping[str, bytes], what: str, **options: object) -> list[bytes]:
    """Return the PDF or, as PNG, the pages of a template."""
    # The stub of the wheel does not know that files may be given by their contents.
    compile_: Any = typst.compile
    parts = {"main.typ": name, "words.typ": "words.typ", "prose.typ": "prose.typ"}
    texts = {part: template(file).encode() for part, file in parts.items()}
    try:
        made = compile_({**texts, **files}, font_paths=_shipped_fonts(), **options)
    except typst.TypstError as error:
        raise BriefError(f"Typst refused {what}: {str(error).splitlines()[0]}") from error
    return [made] if isinstance(made, bytes) else list(made)


@cache
def _shipped_fonts() -> typst.Fonts:
    """Return the fonts; reading them once makes every later page twenty times faster."""
    folder = str(resources.files("analysis.briefs") / "fonts")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])


def _with_names(files: Mapping[str, bytes], told: str) -> dict[str, bytes]:
    """Return texts and drawings with names for characters that no shipped font has, such as emoji.

    A PDF/UA must not show a placeholder, and a text from elsewhere must not stop a batch.
    """
    named = {name: data for name, data in files.items() if name.endswith((".json", ".svg"))}
    all_names: dict[str, None] = {}
    for shown in re.findall(r'the text `"(.+?)"` could not be displayed', told):
        lacking = re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), shown)
        # A selector of variants asks for colours or none; without its letter it says nothing.
        seen = [c for c in lacking if c.isprintable() and not "\ufe00" <= c <= "\ufe0f"]
        names = [unicodedata.name(c, f"U+{ord(c):04X}").lower() for c in seen]
        all_names |= dict.fromkeys(seen)
        words = f"[{', '.join(names)}]" if names else ""
        named = {k: data.replace(lacking.encode(), words.encode()) for k, data in named.items()}
    if all_names:
        first = " ".join([*all_names][:10])
        _LOG.warning(f"no font has these characters, which the PDF calls by name: {first}")
    return named


def png_files(offers: Sequence[Offer]) -> list[bytes]:
    """Return each picture, 1280 pixels wide, with its words; `BriefError` if Typst refuses one."""
    words = ("title", "subtitle", "caption", "source", "svg")
    figures = [{key: offer.content[key] for key in words} for offer in offers]
    files = {"figures.json": json.dumps(figures).encode()}
    return _compiled("figure.typ", files, "a picture", format="png", ppi=192) if figures else []


def card_png(head: Content, figure: Content) -> bytes:
    """Return a brief's picture for messengers: its name, one figure's finding, and the figure.

    `head` is its title block; `BriefError` if Typst refuses the picture.
    """
    words = {key: figure[key] for key in ("subtitle", "source", "svg")}
    words |= {"kicker": head["kicker"], "title": head["title"], "picture": figure["title"]}
    files = {"card.json": json.dumps(words).encode()}
    return _compiled("card.typ", files, "a picture", format="png", ppi=144)[0]


_FINDINGS: Final = 3
"""How many are kept beside the last, which says how sure they are."""
_SCORES: Final = ("trajectory", "means", "scores", "standing")
"""Names of the picture that shows the score over the editions, in the order of preference."""
_RATINGS: Final = ("categories", "category_trends", "profile")
"""Names of what shows the seven ratings, now and their change."""
_SECTIONS: Final = {"What is known": 2, "Sources": None, "How to cite": 2}
"""Sections of which the first list is kept, and how many of its items."""


def one_page_document(contents: list[Content]) -> bytes:
    """Return the summary of a brief as PDF/UA-1 and PDF/A-2a; `one_page` may refuse."""
    return pdf_document(one_page(contents), one_page=True)


def one_page(contents: Sequence[Content]) -> list[Content]:
    """Return the blocks of the summary: the head, what was found, a picture, ratings, sources.

    A brief without findings has none: `BriefError`.
    """
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
            ends = (f"{fixed(before)} ({first})", f"{fixed(now)} ({last})")
            rows.append([name, *ends, signed(now - before)])
    heads = ("Category", "First known", "Last known", "Change")
    return value_table(block["title"], heads, rows).content()


class OnePageExporter(BriefExporter):
    """Render the summary of an executed notebook as a PDF of one page."""

    export_from_notebook = "Brief (one page)"
    output_mimetype = "application/pdf"
    render = staticmethod(one_page_document)
