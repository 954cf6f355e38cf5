"""From a matplotlib figure to the figure of a brief: style sheet, typeface, size, words, SVG.

All figures are drawn in ``nit.mplstyle``, on sheets measured in points, as wide as a page's text
and once more for a phone, where the type keeps its size and the picture gets less room. Their SVG
is made short and plain, shapes and type with attributes: it can stand on a page that allows no
styles of its own, be turned for dark mode by rules about its colours, and is a fifth as long.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.style
import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.textpath import text_to_path

from analysis.briefs.blocks import Data, Figure

STYLE: Final = "analysis.briefs.figures.nit"
WIDE: Final = 460.0
"""Width in points of a figure on a page."""
NARROW: Final = 266.0
"""Width of the same figure for a phone."""


class Sheet(Canvas):
    """An empty figure of a height in points, outside pyplot's list, that knows what to say where.

    Its `notes` are what a page says while the pointer is over a place: the words, the corners of
    the place in points from the left bottom, one a row, and whether it is what they enclose or the
    line through them. A file of another kind leaves them out.
    """

    def __init__(self, narrow: bool, height: float) -> None:
        super().__init__(figsize=((NARROW if narrow else WIDE) / 72, height / 72))
        self.notes: list[tuple[str, np.ndarray, bool]] = []


@cache
def _add_fonts() -> None:
    for face in sorted(Path(str(resources.files("analysis.briefs") / "fonts")).glob("*.ttf")):
        font_manager.fontManager.addfont(face)


@contextmanager
def styled(salt: str = "nit") -> Iterator[None]:
    """Draw in the project's style within this context, whatever a user's settings are.

    `salt` makes the ids of a picture's parts differ from those of other pictures on the page.
    """
    _add_fonts()
    with mpl.style.context(["default", STYLE, {"svg.hashsalt": salt}]):
        yield


def use() -> None:
    """Draw all figures that follow in the project's style, in a notebook."""
    _add_fonts()
    mpl.style.use(STYLE)


def svg_of(draw: Callable[[bool], Canvas], *, narrow: bool) -> str:
    """Draw a figure in the project's style and return it as SVG text, the same on every run."""
    with styled(hashlib.sha256(f"{narrow}{draw.__qualname__}".encode()).hexdigest()):
        buffer = io.StringIO()
        canvas = draw(narrow)
        canvas.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    # A phone has no pointer.
    notes = canvas.notes if isinstance(canvas, Sheet) and not narrow else []
    height = canvas.get_figheight() * 72
    places = [(words, outline * (1, -1) + (0, height), closed) for words, outline, closed in notes]
    return compact(buffer.getvalue(), places)


def figure(draw: Callable[[bool], Canvas], shown: pd.DataFrame, **words: str) -> Figure:
    """Return a figure of a brief, as wide as a page's text and for a phone.

    `draw` draws it, `shown` is what it offers as data, `words` are the `name`, `title`, `subtitle`,
    `caption` and `alt` of the `Figure`.
    """
    svg, svg_narrow = svg_of(draw, narrow=False), svg_of(draw, narrow=True)
    source = "Source: Freedom House, Nations in Transit; own calculation."
    return Figure(**words, source=source, svg=svg, svg_narrow=svg_narrow, data=data_of(shown))


def data_of(shown: pd.DataFrame) -> Data:
    """Return a frame as the values behind a picture, numbers that are not whole rounded."""
    named = shown.rename(columns={"score": "democracy_score"})
    known = named.astype(object).where(named.notna(), None).to_numpy().tolist()
    # Zero is added so that none is left negative.
    plain = [[round(v, 2) + 0.0 if isinstance(v, float) else v for v in row] for row in known]
    return Data([str(name) for name in named], plain)


def plot(
    canvas: Canvas,
    edges: tuple[float, float, float, float],
    x: tuple[float, float] = (0.9, 7.1),
    y: tuple[float, float] = (1.0, 7.0),
    *,
    bare: bool = False,
) -> Axes:
    """Add a plot with fixed limits at a fixed place, so that nothing has to be laid out.

    `edges` are left, top, right and bottom in points from the left top; right and bottom, where not
    positive, from the right bottom. `x` and `y` are the values at the left and right, bottom and
    top edge. In a `bare` plot there are no axes: everything is written and drawn.
    """
    width, height = canvas.get_size_inches() * 72
    left, top, right, bottom = edges
    right, bottom = right if right > 0 else width + right, bottom if bottom > 0 else height + bottom
    box = left / width, 1 - bottom / height, (right - left) / width, (bottom - top) / height
    axes = canvas.add_axes(box, xlim=x, ylim=y)
    if bare:
        axes.set_axis_off()
    return axes


@cache
def text_width(words: str, size: float, weight: str = "normal") -> float:
    """Return the width of a line of type in points."""
    font = font_manager.FontProperties(family="Source Sans 3", size=size, weight=weight)
    return float(text_to_path.get_text_width_height_descent(words, font, False)[0])


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
