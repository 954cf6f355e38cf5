"""From a matplotlib figure to the two pictures of a brief: style sheet, typeface, size, SVG.

All figures are drawn in ``nit.mplstyle``, on sheets measured in points, as wide as a page's text
and once more for a phone, where the type keeps its size and the picture gets less room.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.textpath import text_to_path

from analysis.briefs.figures.svg import compact

WIDE: Final = 460.0
"""Width in points of a figure on a page."""
NARROW: Final = 266.0
"""Width of the same figure for a phone."""

Draw = Callable[[bool], Canvas]
"""Draws a figure that no one else holds, for a phone or not."""


@dataclass(frozen=True)
class Note:
    """What a page says while the pointer is over a place of a figure.

    Attributes
    ----------
    words
        The country, the edition, the value and how it is known.
    outline
        Corners of the place in points from the left bottom, one a row.
    closed
        Whether the place is what they enclose; else it is the line through them.
    """

    words: str
    outline: np.ndarray
    closed: bool


class Sheet(Canvas):
    """A figure that also knows what to say where; a file of another kind leaves that out."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__(figsize=(width / 72, height / 72))
        self.notes: list[Note] = []


@cache
def _sheet_of_style() -> dict[Any, Any]:
    """Return matplotlib's defaults under ours, whatever a user's settings are."""
    folder = resources.files("analysis.briefs")
    for face in sorted(Path(str(folder / "fonts")).glob("*.ttf")):
        font_manager.fontManager.addfont(face)
    own = mpl.rc_params_from_file(
        str(folder / "figures" / "nit.mplstyle"), use_default_template=False
    )
    look = dict([*mpl.rcParamsDefault.items(), *own.items()])
    del look["backend"]
    return look


@contextmanager
def styled(salt: str = "nit") -> Iterator[None]:
    """Draw in the project's style within this context.

    Parameters
    ----------
    salt
        Makes the ids of a picture's parts differ from those of other pictures on the page.
    """
    with mpl.rc_context({**_sheet_of_style(), "svg.hashsalt": salt}):
        yield


def use() -> None:
    """Draw all figures that follow in the project's style, in a notebook."""
    own = _sheet_of_style().items()
    mpl.rcParams.update({key: value for key, value in own if value != mpl.rcParamsDefault[key]})


def svg_of(draw: Draw, *, narrow: bool) -> str:
    """Draw a figure in the project's style and return it as SVG text, the same on every run.

    Parameters
    ----------
    draw
        Draws the figure.
    narrow
        Whether to draw for a phone.
    """
    with styled(hashlib.sha256(f"{narrow}{draw.__qualname__}".encode()).hexdigest()):
        buffer = io.StringIO()
        canvas = draw(narrow)
        canvas.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    # A phone has no pointer.
    notes = canvas.notes if isinstance(canvas, Sheet) and not narrow else []
    height = canvas.get_figheight() * 72
    places = [(n.words, n.outline * (1, -1) + (0, height), n.closed) for n in notes]
    return compact(buffer.getvalue(), places)


def pictures(draw: Draw) -> dict[str, str]:
    """Return a figure as the two pictures of a `analysis.briefs.blocks.Figure`."""
    return {"svg": svg_of(draw, narrow=False), "svg_narrow": svg_of(draw, narrow=True)}


def sheet(narrow: bool, height: float) -> Sheet:
    """Return an empty figure of that height in points, outside pyplot's list."""
    return Sheet(NARROW if narrow else WIDE, height)


def plot(
    canvas: Canvas,
    edges: tuple[float, float, float, float],
    x: tuple[float, float],
    y: tuple[float, float] = (1.0, 7.0),
    *,
    bare: bool = False,
) -> Axes:
    """Add a plot with fixed limits at a fixed place, so that nothing has to be laid out.

    Parameters
    ----------
    canvas
        The figure.
    edges
        Left, top, right and bottom in points from the left top; right and bottom, where not
        positive, from the right bottom.
    x, y
        Values at the left and right, bottom and top edge.
    bare
        Without axes: everything in it is written and drawn.
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
