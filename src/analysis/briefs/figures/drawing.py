"""A picture in points, written as a short SVG: lines, areas, boxes, dots and drawn type.

A picture is a list of marks, so a test can ask what is drawn where, and whether two words overlap.
Type is drawn as outlines, defined once a picture; `with_text` turns it into text for a renderer
that has the fonts.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Final, Literal

from analysis.briefs.figures import glyphs
from analysis.briefs.figures.glyphs import Weight
from analysis.briefs.figures.palette import INK

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
Shape = Literal["circle", "diamond"]
SHIFT: Final[dict[Anchor, float]] = {"start": 0.0, "middle": 0.5, "end": 1.0}
_WEIGHTS: Final = {"r": 400, "s": 600, "b": 700}
"""First letter of a glyph's name -> weight."""
_FAMILY: Final = "font-family=\"'Source Sans 3'\""
_HALO: Final = 0.24
"""Width of the line around letters that keeps them apart from what they stand on, in their size."""


@dataclass(frozen=True)
class Mark:
    """One thing that is drawn.

    Attributes
    ----------
    kind
        ``line``, ``area``, ``box``, ``dot`` or ``text``.
    role
        What it stands for, such as ``own`` or ``axis``.
    points
        Its corners: of a text the left top and the right bottom of what is inked at most.
    shape
        Path data, or of a text the reference to its outlines.
    look
        Attributes of colour and line; neighbours that look the same are written as one.
    words
        Of a text.
    """

    kind: str
    role: str
    points: tuple[Point, ...]
    shape: str
    look: str
    words: str = ""


@dataclass
class Drawing:
    """A picture of `width` by `height` points, the origin at the left top."""

    width: float
    height: float
    marks: list[Mark] = field(default_factory=list)
    _letters: dict[str, str] = field(default_factory=dict)
    _lines: dict[tuple[str, float, Weight], str] = field(default_factory=dict)

    def line(
        self,
        points: Sequence[Point],
        colour: str,
        width: float,
        *,
        dash: str = "",
        opacity: float = 1,
        role: str = "",
    ) -> None:
        """Draw a line through points."""
        look = f'fill="none" stroke="{colour}" stroke-width="{short(width)}"'
        look += f' stroke-dasharray="{dash}"' if dash else ' stroke-linejoin="round"'
        look += f' stroke-opacity="{short(opacity)}"' if opacity < 1 else ""
        self._add("line", role, points, path(points), look)

    def area(
        self, points: Sequence[Point], fill: str, *, opacity: float = 1, role: str = ""
    ) -> None:
        """Fill a closed shape."""
        look = _filled(fill) + (f' fill-opacity="{short(opacity)}"' if opacity < 1 else "")
        self._add("area", role, points, path(points) + "z", look)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        *,
        stroke: str = "",
        stroke_width: float = 1,
        role: str = "",
    ) -> None:
        """Draw a rectangle from its left top corner."""
        corners = ((x, y), (x + width, y + height))
        wide, high = _tenth(width), _tenth(height)
        shape = f"M{_tenth(x)},{_tenth(y)}h{wide}v{high}h{_tenth(-width)}z"
        self._add("box", role, corners, shape, _filled(fill, stroke, stroke_width))

    def dot(
        self,
        x: float,
        y: float,
        radius: float,
        fill: str,
        *,
        stroke: str = "",
        stroke_width: float = 1.2,
        shape: Shape = "circle",
        role: str = "",
    ) -> None:
        """Draw a round or a diamond-shaped point."""
        if shape == "circle":
            r, across = short(radius), short(2 * radius)
            half = f"a{r},{r},0,1,0,"
            outline = f"M{_tenth(x - radius)},{_tenth(y)}{half}{across},0{half}-{across},0z"
        else:
            far = 1.15 * radius
            outline = path(((x, y - far), (x + far, y), (x, y + far), (x - far, y))) + "z"
        self._add("dot", role, ((x, y),), outline, _filled(fill, stroke, stroke_width))

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 9,
        weight: Weight = "regular",
        colour: str = INK,
        anchor: Anchor = "start",
        centred: bool = False,
        halo: str = "",
        role: str = "",
    ) -> None:
        """Set a line of type.

        Parameters
        ----------
        x, y
            Where the line is anchored; `y` is its foot, or the middle of its capitals.
        anchor
            Which part of the line stands at `x`.
        centred
            Whether `y` is the middle of the capitals.
        halo
            Colour around the letters, to keep them apart from what they stand on.
        """
        if not words:
            return
        wide = glyphs.width(words, size, weight)
        left = x - SHIFT[anchor] * wide
        foot = y + glyphs.CAP_HEIGHT * size / 2 if centred else y
        used = f'<use href="#{self._line(words, size, weight)}" x="{_tenth(left)}" '
        used += f'y="{_tenth(foot)}"/>'
        corners = ((left, foot - glyphs.CAP_HEIGHT * size), (left + wide, foot))
        if halo:
            look = f'fill="{halo}" stroke="{halo}" stroke-width="{short(_HALO * glyphs.EM)}"'
            self._add("halo", role, corners, used, look, words)
        self._add("text", role, corners, used, _filled(colour), words)

    def _line(self, words: str, size: float, weight: Weight) -> str:
        """Return the id of a line of type; its letters are kept for the picture's definitions."""
        for letter in words:
            found = glyphs.glyph(letter, weight)
            self._letters[found.name] = found.outline
        return self._lines.setdefault((words, size, weight), f"t{len(self._lines)}")

    def _add(
        self, kind: str, role: str, points: Sequence[Point], shape: str, look: str, words: str = ""
    ) -> None:
        self.marks.append(Mark(kind, role, tuple(points), shape, look, words))

    def svg(self) -> str:
        """Return the picture as SVG text, the same for the same marks."""
        wide, high = short(self.width), short(self.height)
        letters = "".join(f'<path id="{n}" d="{d}"/>' for n, d in sorted(self._letters.items()))
        lines = "".join(_definition(name, *line) for line, name in self._lines.items())
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}pt" height="{high}pt" '
            f'viewBox="0 0 {wide} {high}">'
            + (f"<defs>{letters}{lines}</defs>" if lines else "")
            + "".join(self._pieces())
            + "</svg>"
        )

    def _pieces(self) -> list[str]:
        pieces = []
        for (look, is_type), same in groupby(
            self.marks, key=lambda mark: (mark.look, mark.kind in ("text", "halo"))
        ):
            shapes = "".join(mark.shape for mark in same)
            pieces.append(f"<g {look}>{shapes}</g>" if is_type else f'<path d="{shapes}" {look}/>')
        return pieces


def _definition(name: str, words: str, size: float, weight: Weight) -> str:
    """Return a line of type as a group of letters at its size."""
    place, parts = 0, []
    for letter in words:
        found = glyphs.glyph(letter, weight)
        parts.append(f'<use href="#{found.name}"' + (f' x="{place}"/>' if place else "/>"))
        place += found.advance
    scale = f"{size / glyphs.EM:.4f}".lstrip("0").rstrip("0")
    return f'<g id="{name}" transform="scale({scale})">{"".join(parts)}</g>'


_DEFINED: Final = re.compile(r'<g id="(t\d+)" transform="scale\(([\d.]+)\)">(.*?)</g>')
_LETTER: Final = re.compile(r'<use href="#([rsb])([0-9a-f]+)"')
_USED: Final = re.compile(r'<use href="#(t\d+)" x="([\d.-]+)" y="([\d.-]+)"/>')
_HALO_GROUP: Final = re.compile(r'<g [^>]*stroke="[^>]*>(?:<use [^>]*/>)*</g>')


def with_text(svg: str) -> str:
    """Return a picture of a `Drawing` with text in place of outlines; any other one as it is.

    For a renderer that has the fonts: letters are then found by a search and take less space.
    """
    lines = {name: (scale, _LETTER.findall(parts)) for name, scale, parts in _DEFINED.findall(svg)}
    if not lines:
        return svg

    def text(match: re.Match[str], halo: bool = False) -> str:
        name, x, y = match.groups()
        scale, letters = lines[name]
        words = html.escape("".join(chr(int(code, 16)) for _, code in letters))
        size = short(float(scale) * glyphs.EM)
        place = f'x="{x}" y="{y}" font-size="{size}" font-weight="{_WEIGHTS[letters[0][0]]}"'
        # The group tells the width of a halo in the unit of the outlines.
        width = f' stroke-width="{short(_HALO * float(size))}"' if halo else ""
        return f"<text {place}{width}>{words}</text>"

    def halo(match: re.Match[str]) -> str:
        return _USED.sub(lambda used: text(used, halo=True), match.group())

    head, _, body = svg.partition("</defs>")
    opening = head.partition("<defs>")[0].replace("<svg ", f"<svg {_FAMILY} ", 1)
    return opening + _USED.sub(text, _HALO_GROUP.sub(halo, body))


def _filled(fill: str, stroke: str = "", width: float = 1) -> str:
    if not stroke:
        return f'fill="{fill}"'
    return f'fill="{fill}" stroke="{stroke}" stroke-width="{short(width)}"'


def short(value: float) -> str:
    """Return a length with at most two decimals and nothing to spare: ``.5``, ``12``, ``-3.25``."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    if text in ("-0", ""):
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _tenth(value: float) -> str:
    return short(round(value, 1))


def path(points: Sequence[Point]) -> str:
    """Return path data through points, to a tenth of a point, each told from the one before."""
    (x, y), *rest = [(round(10 * x), round(10 * y)) for x, y in points]
    parts = [f"M{short(x / 10)},{short(y / 10)}"]
    for to_x, to_y in rest:
        dx, dy = short((to_x - x) / 10), short((to_y - y) / 10)
        x, y = to_x, to_y
        if dy == "0":
            parts.append(f"h{dx}")
        elif dx == "0":
            parts.append(f"v{dy}")
        else:
            parts.append(f"l{dx}{'' if dy.startswith('-') else ','}{dy}")
    return "".join(parts)


def along(line: Sequence[Point]) -> list[Point]:
    """Return points along a line, close enough to find what touches it."""
    dense: list[Point] = []
    for (x0, y0), (x1, y1) in pairwise(line):
        n = max(2, int(max(abs(x1 - x0), abs(y1 - y0)) / 3))
        dense += [(x0 + (x1 - x0) * k / n, y0 + (y1 - y0) * k / n) for k in range(n)]
    return [*dense, line[-1]]


def distance(box: tuple[float, float, float, float], point: Point) -> float:
    """Return how far a point lies outside a box (left, top, right, bottom), 0 within it."""
    dx = max(box[0] - point[0], 0, point[0] - box[2])
    dy = max(box[1] - point[1], 0, point[1] - box[3])
    return max(dx, dy)
