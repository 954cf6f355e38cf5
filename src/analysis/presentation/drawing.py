"""A picture in points, written as a short SVG: lines, areas, boxes, dots and drawn type.

What a general plotting library offers is not needed here - seven kinds of figure are - and what it
costs is: seconds a brief, and a megabyte of paths. A picture is a list of marks, so a test can ask
what is drawn where, and whether two words overlap.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from analysis.presentation import glyphs
from analysis.presentation.glyphs import Weight
from analysis.presentation.palette import INK

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
Shape = Literal["circle", "diamond"]
_SHIFT: Final[dict[Anchor, float]] = {"start": 0.0, "middle": 0.5, "end": 1.0}


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
    svg
        How it is written.
    words
        Of a text.
    """

    kind: str
    role: str
    points: tuple[Point, ...]
    svg: str
    words: str = ""


@dataclass
class Drawing:
    """A picture of `width` by `height` points, the origin at the left top."""

    width: float
    height: float
    marks: list[Mark] = field(default_factory=list)
    _letters: dict[str, str] = field(default_factory=dict)
    _lines: dict[str, str] = field(default_factory=dict)

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
        self._add("line", role, points, f'<path d="{path(points)}" {look}/>')

    def area(
        self,
        points: Sequence[Point],
        fill: str,
        *,
        opacity: float = 1,
        role: str = "",
    ) -> None:
        """Fill a closed shape."""
        faint = f' fill-opacity="{short(opacity)}"' if opacity < 1 else ""
        self._add("area", role, points, f'<path d="{path(points)}z" fill="{fill}"{faint}/>')

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
        radius: float = 0,
        role: str = "",
    ) -> None:
        """Draw a rectangle from its left top corner."""
        place = " ".join(
            f'{name}="{short(value)}"'
            for name, value in (("x", x), ("y", y), ("width", width), ("height", height))
        )
        look = f'fill="{fill}"'
        look += f' stroke="{stroke}" stroke-width="{short(stroke_width)}"' if stroke else ""
        look += f' rx="{short(radius)}"' if radius else ""
        corners = ((x, y), (x + width, y + height))
        self._add("box", role, corners, f"<rect {place} {look}/>")

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
        look = f'fill="{fill}"'
        look += f' stroke="{stroke}" stroke-width="{short(stroke_width)}"' if stroke else ""
        if shape == "circle":
            svg = f'<circle cx="{short(x)}" cy="{short(y)}" r="{short(radius)}" {look}/>'
        else:
            r = radius * 1.15
            corners = ((x, y - r), (x + r, y), (x, y + r), (x - r, y))
            svg = f'<path d="{path(corners)}z" {look}/>'
        self._add("dot", role, ((x, y),), svg)

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
        left = x - _SHIFT[anchor] * wide
        foot = y + glyphs.CAP_HEIGHT * size / 2 if centred else y
        scale = f"{size / glyphs.EM:.4f}".lstrip("0").rstrip("0")
        at = f'transform="translate({short(left)} {short(foot)})scale({scale})"'
        line = f'<use href="#{self._line(words, weight)}" {at} '
        svg = f'{line}fill="{colour}"/>'
        if halo:
            svg = f'{line}fill="{halo}" stroke="{halo}" stroke-width="120"/>' + svg
        corners = ((left, foot - glyphs.CAP_HEIGHT * size), (left + wide, foot))
        self._add("text", role, corners, svg, words)

    def _line(self, words: str, weight: Weight) -> str:
        """Return the id of a line of type, made of the outlines of its letters."""
        name = f"t{zlib.crc32(f'{weight}{words}'.encode()):x}"
        if name not in self._lines:
            place, parts = 0, []
            for letter in words:
                found = glyphs.glyph(letter, weight)
                if found.outline:
                    self._letters[found.name] = found.outline
                    at = f' x="{place}"' if place else ""
                    parts.append(f'<use href="#{found.name}"{at}/>')
                place += found.advance
            self._lines[name] = f'<g id="{name}">{"".join(parts)}</g>'
        return name

    def _add(
        self, kind: str, role: str, points: Sequence[Point], svg: str, words: str = ""
    ) -> None:
        self.marks.append(Mark(kind, role, tuple(points), svg, words))

    def svg(self) -> str:
        """Return the picture as SVG text, the same for the same marks."""
        wide, high = short(self.width), short(self.height)
        letters = "".join(f'<path id="{n}" d="{d}"/>' for n, d in sorted(self._letters.items()))
        defs = letters + "".join(self._lines.values())
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}pt" height="{high}pt" '
            f'viewBox="0 0 {wide} {high}">'
            + (f"<defs>{defs}</defs>" if defs else "")
            + "".join(mark.svg for mark in self.marks)
            + "</svg>"
        )


def short(value: float) -> str:
    """Return a length with at most two decimals and nothing to spare: ``.5``, ``12``, ``-3.25``."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    if text in ("-0", ""):
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def path(points: Sequence[Point]) -> str:
    """Return path data through points, to a tenth of a point."""
    return "M" + "L".join(f"{short(round(x, 1))} {short(round(y, 1))}" for x, y in points)
