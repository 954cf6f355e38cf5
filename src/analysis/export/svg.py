"""Pictures as SVG: turned for dark mode on a page, named and described as files of their own."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import escape

from analysis.errors import BriefError
from analysis.export.colours import darkened
from analysis.export.offered import Offer

DARK: Final = "@media screen and (prefers-color-scheme: dark)"
"""When a page and its pictures are shown dark; paper stays white."""

_BEGIN: Final = re.compile(r"<svg[^>]*>")
_COLOURED: Final = re.compile(r'\b(fill|stroke)="(#[0-9a-fA-F]{6})"')
# What acts or loads once the file is opened on its own, outside the page that keeps it inert.
_ACTIVE: Final = re.compile(
    r"<\s*(?:\w+:)?(?:script|foreignObject|iframe|object|embed|image|animate\w*|set|a)\b"
    r"|\bon\w+\s*=|href\s*=\s*[\"'](?!#)|url\(\s*[\"']?(?!#)|@import|<!",
    re.IGNORECASE,
)


def adapting(svg: str) -> str:
    """Return a picture whose colours turn with the reader's preference.

    Each colour given by a ``fill`` or ``stroke`` attribute is replaced by its counterpart of
    `analysis.export.colours.darkened` where the page is shown dark; on paper and in programs that
    know no such preference nothing changes.
    """
    pairs = dict.fromkeys((m[1], m[2]) for m in _COLOURED.finditer(svg))
    rules = "".join(f'[{kind}="{c}"]{{{kind}:{darkened(c)}}}' for kind, c in pairs)
    style = f"<style>{DARK}{{svg{{fill:{darkened('#000000')}}}{rules}}}</style>"
    return _BEGIN.sub(lambda begin: begin[0] + style, svg, count=1)


def svg_file(offer: Offer) -> str:
    """Return a picture as an SVG file that names and describes itself.

    Raises
    ------
    BriefError
        If the drawing holds anything that acts or loads when it is opened on its own.
    """
    if found := _ACTIVE.search(offer.svg):
        raise BriefError(f"the picture {offer.name!r} holds {found[0]!r}: a picture may only draw")
    title, alt = escape(offer.content["title"]), escape(offer.content["alt"])
    words = f"<title>{title}</title><desc>{alt}</desc>"
    return _BEGIN.sub(lambda begin: begin[0] + words, offer.svg, count=1) + "\n"
