"""Matplotlib's SVG made short and plain: shapes and type with attributes, nothing around them.

What is left can stand on a page that allows no styles of its own, can be turned for dark mode by
rules about its colours, and is a fifth as long.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.etree import ElementTree

import numpy as np

_SVG: Final = "{http://www.w3.org/2000/svg}"
_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_FAMILY: Final = "'Source Sans 3','Source Sans Pro',sans-serif"
_IMPLIED: Final = {
    ("stroke-linejoin", "round"),
    ("stroke-linecap", "butt"),
    ("text-anchor", "start"),
}
"""Said once for the whole picture, or what SVG takes for granted."""


def compact(svg: str, notes: Iterable[tuple[str, np.ndarray, bool]] = ()) -> str:
    """Return a picture of matplotlib's with the same look.

    Groups, clips, comments and metadata go, styles become attributes, coordinates are rounded to a
    tenth of a point, neighbours of one look become one path. Type in a group called ``halo`` gets a
    line of paper around its letters.

    Parameters
    ----------
    svg
        The picture.
    notes
        Words for the pointer, each with the corners of its place in units of the picture, one a
        row, and whether they enclose it. Of two that overlap the later one is shown.
    """
    drawn = ElementTree.fromstring(svg)
    said = {"xmlns": _SVG[1:-1], "stroke-linejoin": "round", "font-family": _FAMILY}
    size = {name: drawn.attrib[name] for name in ("width", "height", "viewBox")}
    made = ElementTree.Element("svg", said | size)
    markers: dict[str, dict[str, str]] = {}
    groups = {element: group for group in drawn.iter() for element in group}
    for element in drawn.iter():
        kind, look = element.tag.removeprefix(_SVG), _look(element)
        if kind == "path" and "id" in element.attrib:
            shape = {"id": element.attrib["id"], "d": _path(element.attrib["d"], 2)}
            ElementTree.SubElement(ElementTree.SubElement(made, "defs"), "path", shape | look)
            markers[shape["id"]] = look
        elif kind == "path":
            _add_path(made, _path(element.get("d", ""), 1), look)
        elif kind == "use":
            name = element.attrib[_HREF].removeprefix("#")
            own = {key: value for key, value in look.items() if key not in markers[name]}
            ElementTree.SubElement(made, "use", {"href": f"#{name}", **_at(element), **own})
        elif kind == "text":
            halo = _HALO if groups[element].get("id") == "halo" else {}
            ElementTree.SubElement(made, "text", _at(element) | look | halo).text = element.text
    for words, corners, closed in notes:
        _add_note(made, words, corners, closed)
    return ElementTree.tostring(made, encoding="unicode")


def _add_note(made: ElementTree.Element, words: str, corners: np.ndarray, closed: bool) -> None:
    """Add a shape that is not seen but shows its words while the pointer is over it."""
    numbers = [f"{_short(str(x), 1)} {_short(str(y), 1)}" for x, y in corners]
    shape = {"d": "M" + " ".join(numbers), "fill": "none"}
    # What a line paints is of no matter to the pointer, how wide it is, is.
    own = {"pointer-events": "all"} if closed else {"pointer-events": "stroke", "stroke-width": "5"}
    place = ElementTree.SubElement(made, "path", shape | own)
    ElementTree.SubElement(place, "title").text = words


_HALO: Final = {"stroke": "#ffffff", "stroke-width": "2", "paint-order": "stroke"}


def _look(element: ElementTree.Element) -> dict[str, str]:
    """Return the declarations of an element's style that are not implied."""
    style = element.get("style", "")
    pairs = [part.strip().split(": ", 1) for part in style.split(";") if part.strip()]
    look = {name: value for name, value in pairs if (name, value) not in _IMPLIED}
    look.pop("font-family", None)
    if "font-size" in look:
        look["font-size"] = look["font-size"].removesuffix("px")
    return look


def _at(element: ElementTree.Element) -> dict[str, str]:
    return {axis: _short(element.attrib[axis], 1) for axis in "xy"}


def _add_path(made: ElementTree.Element, d: str, look: dict[str, str]) -> None:
    before = made[-1] if len(made) else None
    if (
        before is not None
        and before.tag == "path"
        and before.attrib == {"d": before.attrib["d"], **look}
    ):
        before.attrib["d"] += d
    elif d and (look.get("fill") != "none" or "stroke" in look):
        ElementTree.SubElement(made, "path", {"d": d, **look})


def _path(d: str, digits: int) -> str:
    """Return path data without what goes without saying: decimals, the letter of a next line."""
    parts: list[str] = []
    command = ""
    for token in d.split():
        if not token.isalpha():
            parts.append(f" {_short(token, digits)}")
        elif token != "L" or command not in ("M", "L"):
            command = token
            parts.append(token)
    return "".join(parts)


def _short(number: str, digits: int) -> str:
    text = f"{float(number):.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
