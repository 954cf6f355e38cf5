"""What every page carries in its head: style sheet with fonts, policy, metadata."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from functools import cache
from importlib import resources as package_files
from typing import Final

from analysis import RATINGS_CITATION
from analysis.briefs.blocks import Content
from analysis.export.colours import darkened
from analysis.export.svg import DARK

AUTHOR: Final = "The Nations in Transit analysis maintainers"
"""As CITATION.cff names them."""

_FACES: Final = {"400": "BriefSans-Regular.woff2", "600 700": "BriefSans-Semibold.woff2"}


@cache
def stylesheet(*names: str) -> str:
    """Return style sheets of templates/ as one, with the fonts before and dark mode after them.

    Dark mode is every colour of the light one turned by `analysis.export.colours.darkened`, on
    pages as in pictures.
    """
    folder = package_files.files("analysis.export") / "templates"
    css = "\n".join((folder / name).read_text(encoding="utf-8") for name in names)
    css = re.sub(r"\s*\n\s*", "\n", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    turned = "".join(
        f"--{name}:{darkened(colour)};"
        for name, colour in re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css)
    )
    return f"{_font_faces()}{css}{DARK}{{:root{{{turned}}}}}\n"


def _font_faces() -> str:
    folder = package_files.files("analysis.export") / "fonts"
    return "".join(
        f'@font-face{{font-family:"Brief Sans";font-weight:{weight};'
        f"src:url(data:font/woff2;base64,{b64encode((folder / name).read_bytes()).decode()})"
        f'format("woff2")}}\n'
        for weight, name in _FACES.items()
    )


def content_policy(css: str, script: str = "") -> str:
    """Return a content security policy that allows this style sheet, data and no more.

    Parameters
    ----------
    css
        The text of the page's style element.
    script
        The text of its only script; none where empty.
    """
    scripts = f"script-src '{_digest(script)}'; " if script else ""
    return (
        f"default-src 'none'; {scripts}style-src '{_digest(css)}'; img-src data:; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def page_title(head: Content) -> str:
    """Return the title of a brief's page: its name and what it is."""
    return f"{head['title']} – {head['kicker']}" if head["kicker"] else str(head["title"])


def metadata(head: Content, pdf: str, card: str = "") -> list[tuple[str, str, str]]:
    """Return attribute, name and value of each meta element.

    For search engines and messengers (Open Graph), reference managers (Highwire Press) and
    catalogues (Dublin Core).

    Parameters
    ----------
    head
        The title block of the brief.
    pdf
        Relative address of its PDF, or empty.
    card
        Relative address of its picture for messengers, or empty. Who publishes the page completes
        it: where that will be is not known.
    """
    title, description, date = page_title(head), head["description"], head["date"]
    entries = [
        ("name", "description", description),
        ("name", "author", AUTHOR),
        ("property", "og:type", "article"),
        ("property", "og:site_name", "Nations in Transit"),
        ("property", "og:locale", "en_GB"),
        ("property", "og:title", title),
        ("property", "og:description", description),
        *card_metadata(card, title),
        ("name", "citation_title", title),
        ("name", "citation_author", AUTHOR),
        ("name", "citation_publication_date", date.replace("-", "/")),
        ("name", "citation_language", "en"),
        ("name", "citation_pdf_url", pdf),
        ("name", "dcterms.title", title),
        ("name", "dcterms.creator", AUTHOR),
        ("name", "dcterms.issued", date),
        ("name", "dcterms.language", "en"),
        ("name", "dcterms.type", "Text"),
        ("name", "dcterms.description", description),
        ("name", "dcterms.source", RATINGS_CITATION),
    ]
    return [entry for entry in entries if entry[2]]


def card_metadata(card: str, alt: str) -> list[tuple[str, str, str]]:
    """Return the meta elements, as `metadata`, of a page's picture for messengers; none without."""
    entries = [
        ("property", "og:image", card),
        ("property", "og:image:width", "1200"),
        ("property", "og:image:height", "630"),
        ("property", "og:image:alt", alt),
        ("name", "twitter:card", "summary_large_image"),
    ]
    return entries if card else []


def overview_metadata(card: str) -> list[tuple[str, str, str]]:
    """Return `card_metadata` of a page about all briefs."""
    return card_metadata(card, "Democracy Scores over the editions")
