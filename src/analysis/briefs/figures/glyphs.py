"""Type as outlines: what a line of text measures and which outlines it is made of.

A picture that draws its type looks the same on every screen and on paper, whatever fonts a reader
has. The outlines are those of the package's Source Sans 3 (SIL Open Font License).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

from fontTools.pens.basePen import BasePen
from fontTools.pens.qu2cuPen import Qu2CuPen
from fontTools.ttLib import TTFont

Weight = Literal["regular", "semibold", "bold"]

FACES: Final[dict[Weight, str]] = {
    "regular": "SourceSans3-Regular.ttf",
    "semibold": "SourceSans3-Semibold.ttf",
    "bold": "SourceSans3-Bold.ttf",
}
EM: Final = 250
"""Units of an outline to the size of the type: fine enough for print, short enough for a screen."""
CAP_HEIGHT: Final = 0.66
"""Height of a capital or a digit as a share of the size."""


@dataclass(frozen=True)
class Glyph:
    """One drawn letter.

    Attributes
    ----------
    name
        The same for the same outline in every picture.
    outline
        Path data, y downwards, in units of `EM`; empty for a space.
    advance
        Width in units of `EM`.
    """

    name: str
    outline: str
    advance: int


class _OutlinePen(BasePen):  # type: ignore[misc]
    """Writes an outline as relative path data in whole units."""

    def __init__(self, glyphs: Any, scale: float) -> None:
        super().__init__(glyphs)
        self.scale = scale
        self.parts: list[str] = []
        self.at = (0, 0)

    def _add(self, letter: str, *places: tuple[float, float]) -> None:
        numbers: list[int] = []
        at = self.at
        for x, y in places:
            at = (round(x * self.scale), -round(y * self.scale))
            numbers += [at[0] - self.at[0], at[1] - self.at[1]]
        self.at = at
        text = "".join(f"{n}" if n < 0 else f",{n}" for n in numbers)
        self.parts.append(letter + text.lstrip(","))

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        # After `z` a path stands at its last start, which `self.at` is moved back to.
        self._add("m", pt)
        self.start = self.at

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self._add("l", pt)

    def _qCurveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float]) -> None:  # noqa: N802
        self._add("q", pt1, pt2)

    def _curveToOne(  # noqa: N802
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self._add("c", pt1, pt2, pt3)

    def _closePath(self) -> None:  # noqa: N802
        self.parts.append("z")
        self.at = self.start


@cache
def _face(weight: Weight) -> tuple[TTFont, Any, dict[int, str]]:
    path = resources.files("analysis.briefs") / "fonts" / FACES[weight]
    font = TTFont(str(path), lazy=True)
    return font, font.getGlyphSet(), font.getBestCmap()


@cache
def glyph(letter: str, weight: Weight = "regular") -> Glyph:
    """Return a letter's outline; a letter that the font lacks as the font's empty box."""
    font, glyphs, names = _face(weight)
    name = names.get(ord(letter), ".notdef")
    pen = _OutlinePen(glyphs, EM / font["head"].unitsPerEm)
    # Few cubic curves say what the font's many quadratic ones do, to two thousandths of the size.
    glyphs[name].draw(Qu2CuPen(pen, font["head"].unitsPerEm / 500, all_cubic=True))
    code = f"{weight[0]}{ord(letter):x}"
    return Glyph(code, "".join(pen.parts), round(glyphs[name].width * pen.scale))


@cache
def width(text: str, size: float, weight: Weight = "regular") -> float:
    """Return the width of a line of text in the unit of `size`."""
    return sum(glyph(letter, weight).advance for letter in text) * size / EM
