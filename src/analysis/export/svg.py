"""Pictures as SVG: parts of a page, turned for dark mode, and files that describe themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.etree import ElementTree

from markupsafe import Markup

from analysis.export.colours import darkened
from analysis.export.offered import Offer
from analysis.facts.errors import BriefError

DARK: Final = "@media screen and (prefers-color-scheme: dark)"
"""When a page and its pictures are shown dark; paper stays white."""

_SVG: Final = "http://www.w3.org/2000/svg"
ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")

# What a picture may be made of. Anything else might act or load something once it is opened.
_SHAPES: Final = ("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text")
_DRAWING: Final = {"svg", "g", "defs", "use", "clipPath", "tspan", "title", *_SHAPES}


def on_page(svg: str, alt: str, kind: str) -> Markup | None:
    """Return a picture as an element of a page, whose typeface and colours it then shares.

    Parameters
    ----------
    svg
        The picture.
    alt
        What it says, for those who do not see it.
    kind
        Its class in the style sheet.

    Returns
    -------
    Markup or None
        None for a picture that does more than draw, or has styles of its own, which a page's
        policy forbids: it may only be shown as an image.
    """
    if _foreign(svg):
        return None
    root = ElementTree.fromstring(svg)
    if any("style" in element.attrib for element in root.iter()):
        return None
    for size in ("width", "height"):
        root.attrib.pop(size, None)
    root.attrib |= {"class": kind, "role": "img", "aria-label": alt}
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def dark_rules(svgs: Iterable[str]) -> str:
    """Return a style sheet that turns the colours of pictures where a page is shown dark.

    Each colour given by a ``fill`` or ``stroke`` attribute is replaced by its counterpart of
    `analysis.export.colours.darkened`; on paper nothing changes.
    """
    colours = {
        (name, value): None
        for svg in svgs
        for element in ElementTree.fromstring(svg).iter()
        for name, value in element.items()
        if name in ("fill", "stroke") and value.startswith("#") and len(value) == len("#rrggbb")
    }
    rules = (f'[{name}="{value}"]{{{name}:{darkened(value)}}}' for name, value in colours)
    return f"{DARK}{{.nit-figure svg{{fill:{darkened('#000000')}}}{''.join(rules)}}}"


def svg_file(offer: Offer) -> str:
    """Return a picture as an SVG file that names and describes itself.

    Raises
    ------
    BriefError
        If the drawing holds anything but shapes, type and references within itself.
    """
    if odd := _foreign(offer.svg):
        raise BriefError(f"the picture {offer.name!r} holds {odd}: a picture may only draw")
    root = ElementTree.fromstring(offer.svg)
    for place, (kind, words) in enumerate((("title", "title"), ("desc", "alt"))):
        element = ElementTree.Element(f"{{{_SVG}}}{kind}")
        element.text = offer.content[words]
        root.insert(place, element)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _foreign(svg: str) -> str:
    """Return the first thing in an SVG that does not only draw, or nothing."""
    if "<!" in svg or "<?" in svg:
        return "a declaration"
    try:
        elements = list(ElementTree.fromstring(svg).iter())
    except ElementTree.ParseError as error:
        return f"no SVG ({error})"
    for element in elements:
        kind = element.tag.removeprefix(f"{{{_SVG}}}")
        if kind not in _DRAWING:
            return f"an element {kind!r}"
        for attribute, value in element.items():
            name = attribute.rpartition("}")[2].lower()
            away = name == "href" and not value.startswith("#")
            loads = "url(" in value.lower().replace("url(#", "")
            if name.startswith("on") or away or loads:
                return f"an attribute {name!r} of {value[:40]!r}"
    return ""
