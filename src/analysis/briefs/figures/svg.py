"""Matplotlib's SVG made short and plain: shapes and type with attributes, nothing around them.

What is left can stand on a page that allows no styles of its own, can be turned for dark mode by
rules about its colours, and is a fifth as long.
"""

from __future__ import annotations

import re
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

_HALO: Final = {"stroke": "#ffffff", "stroke-width": "2", "paint-order": "stroke"}


def compact(svg: str, notes: Iterable[tuple[str, np.ndarray, bool]] = ()) -> str:
    """Return a picture of matplotlib's with the same look.

    Groups, clips, comments and metadata go, styles become attributes, coordinates are rounded to a
    tenth of a point, neighbours of one look become one path. Type in a group called ``halo`` gets a
    line of paper around its letters. `notes` are words for the pointer, each with the corners of
    its place in units of the picture, one a row, and whether they enclose it, the last on top.
    """
    drawn = ElementTree.fromstring(svg)
    said = {"xmlns": _SVG[1:-1], "stroke-linejoin": "round", "font-family": _FAMILY}
    size = {name: drawn.attrib[name] for name in ("width", "height", "viewBox")}
    made = ElementTree.Element("svg", said | size)
    markers: dict[str, dict[str, str]] = {}
    groups = {element: group for group in drawn.iter() for element in group}
    for element in drawn.iter():
        kind, look = element.tag.removeprefix(_SVG), _look(element)
        place = {axis: _short(element.attrib[axis]) for axis in "xy" if axis in element.attrib}
        d = _short(element.get("d", ""), 2 if "id" in element.attrib else 1)
        if kind == "path" and "id" in element.attrib:
            shape = {"id": element.attrib["id"], "d": d}
            ElementTree.SubElement(ElementTree.SubElement(made, "defs"), "path", shape | look)
            markers[shape["id"]] = look
        elif kind == "path" and len(made) and made[-1].attrib == {**look, "d": made[-1].get("d")}:
            made[-1].attrib["d"] += d
        elif kind == "path" and (look.get("fill") != "none" or "stroke" in look):
            ElementTree.SubElement(made, "path", {"d": d, **look})
        elif kind == "use":
            name = element.attrib[_HREF].removeprefix("#")
            rest = {key: value for key, value in look.items() if key not in markers[name]}
            ElementTree.SubElement(made, "use", {"href": f"#{name}", **place, **rest})
        elif kind == "text":
            halo = _HALO if groups[element].get("id") == "halo" else {}
            ElementTree.SubElement(made, "text", place | look | halo).text = element.text
    # Not seen; what a line paints is of no matter to the pointer, how wide it is, is.
    over = ElementTree.SubElement(made, "g", {"fill": "none", "pointer-events": "all"})
    for words, corners, closed in notes:
        reach = {} if closed else {"pointer-events": "stroke", "stroke-width": "5"}
        d = _short("M " + " ".join(f"{x:.1f} {y:.1f}" for x, y in corners))
        shown = ElementTree.SubElement(over, "path", {"d": d, **reach})
        ElementTree.SubElement(shown, "title").text = words
    return ElementTree.tostring(made, encoding="unicode")


def _look(element: ElementTree.Element) -> dict[str, str]:
    """Return the declarations of an element's style that are not implied."""
    parts = [part.strip().split(": ", 1) for part in element.get("style", "").split(";")]
    return {
        name: value.removesuffix("px")
        for name, value in (part for part in parts if len(part) == 2)
        if name != "font-family" and (name, value) not in _IMPLIED
    }


def _short(numbers: str, digits: int = 1) -> str:
    """Return coordinates without what goes without saying: decimals, the letter of a next line."""
    rounded = re.sub(r"-?\d+\.\d+", lambda n: f"{round(float(n[0]), digits) + 0.0:g}", numbers)
    plain = " ".join(rounded.split()).replace(" z", "z")
    plain = plain if "C" in plain or "Q" in plain else plain.replace("L ", "")
    return re.sub(r"M (\S+) (\S+) (\S+) \2 \3 (\S+) \1 \4(?=z|$)", r"M\1 \2H\3V\4H\1", plain)
