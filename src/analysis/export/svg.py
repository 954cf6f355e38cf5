"""Pictures as SVG: turned for dark mode on a page, named and described as files of their own."""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree

from markupsafe import escape

from analysis.export.colours import darkened
from analysis.export.offered import Offer
from analysis.facts.errors import BriefError

DARK: Final = "@media screen and (prefers-color-scheme: dark)"
"""When a page and its pictures are shown dark; paper stays white."""

_BEGIN: Final = re.compile(r"<svg[^>]*>")
_COLOURED: Final = re.compile(r'\b(fill|stroke)="(#[0-9a-fA-F]{6})"')
# What a picture may be made of. Anything else might act or load something once the file is opened
# on its own, outside the page that keeps it inert.
_SHAPES: Final = ("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text")
_DRAWING: Final = {"svg", "g", "defs", "use", "clipPath", "tspan", *_SHAPES}


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
        If the drawing holds anything but shapes, type and references within itself.
    """
    if odd := _foreign(offer.svg):
        raise BriefError(f"the picture {offer.name!r} holds {odd}: a picture may only draw")
    title, alt = escape(offer.content["title"]), escape(offer.content["alt"])
    words = f"<title>{title}</title><desc>{alt}</desc>"
    return _BEGIN.sub(lambda begin: begin[0] + words, offer.svg, count=1) + "\n"


def _foreign(svg: str) -> str:
    """Return the first thing in an SVG that does not only draw, or nothing."""
    if "<!" in svg or "<?" in svg:
        return "a declaration"
    try:
        elements = list(ElementTree.fromstring(svg).iter())
    except ElementTree.ParseError as error:
        return f"no SVG ({error})"
    for element in elements:
        kind = element.tag.removeprefix("{http://www.w3.org/2000/svg}")
        if kind not in _DRAWING:
            return f"an element {kind!r}"
        for attribute, value in element.items():
            name = attribute.rpartition("}")[2].lower()
            away = name == "href" and not value.startswith("#")
            if name.startswith("on") or away or re.search(r"url\((?!#)", value.lower()):
                return f"an attribute {name!r} of {value[:40]!r}"
    return ""
