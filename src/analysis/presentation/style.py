"""One look for all figures: type, colours, sizes, and SVG that is the same on every run."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

INK: Final = "#1d2327"
SOFT: Final = "#565d63"
GREY: Final = "#a9b0b5"
RULE: Final = "#d5d9dc"
ACCENT: Final = "#0b5d66"
SECOND: Final = "#b4561b"

CLASS_COLOURS: Final = {
    "CD": "#1f4e79",
    "SCD": "#8fb3d1",
    "THR": "#ebe8df",
    "SCAR": "#dcaa78",
    "CAR": "#7a3b0c",
}
"""Blue to brown, dark at both ends and pale in the middle: survives deuteranopia, protanopia and,
with the class's initials beside it, grey printing."""

CLASS_OUTLINES: Final = {**CLASS_COLOURS, "SCD": "#6f9cc0", "THR": "#b3ac98", "SCAR": "#cf9455"}
"""The same, dark enough for a line on white."""

CLASS_BANDS: Final = {
    "CD": "#dfe8f0",
    "SCD": "#eef3f8",
    "THR": "#f8f7f4",
    "SCAR": "#fbf1e7",
    "CAR": "#f3e6dc",
}

WIDE: Final = 6.4
"""Width in inches of a figure on a page."""
NARROW: Final = 3.7
"""Width of the same figure for a phone: the type keeps its size, the picture gets less room."""

_RC: Final[dict[RcKeyType, Any]] = {
    "font.family": "Source Sans 3",
    "font.size": 9.5,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": SOFT,
    "axes.linewidth": 0.8,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "lines.solid_capstyle": "round",
    "svg.fonttype": "path",
    "text.color": INK,
    "axes.axisbelow": True,
    "axes.titlesize": 9.5,
    "xtick.color": SOFT,
    "xtick.labelsize": 9,
    "ytick.color": SOFT,
    "ytick.labelsize": 9,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
}


@cache
def _register_fonts() -> None:
    folder = resources.files("analysis.presentation") / "fonts"
    for face in sorted(Path(str(folder)).glob("*.ttf")):
        font_manager.fontManager.addfont(face)


Drawing = Callable[[bool], Canvas]


def svg_of(draw: Drawing, *, narrow: bool) -> str:
    """Draw a figure in the project's style and return it as SVG text.

    The text carries no date, and its ids depend on the picture alone.

    Parameters
    ----------
    draw
        Takes whether to draw the narrow version; returns a figure that no one else holds.
    narrow
        Whether to draw for a phone.
    """
    _register_fonts()
    with mpl.rc_context({**mpl.rcParamsDefault, **_RC}):
        canvas = draw(narrow)
        salt = hashlib.sha256(f"{narrow}{draw.__qualname__}".encode()).hexdigest()
        mpl.rcParams["svg.hashsalt"] = salt
        buffer = io.StringIO()
        canvas.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    return _shortened(svg[svg.index("<svg") :])


def _shortened(svg: str) -> str:
    """Drop comments and indents and keep two decimals of a point: the same picture, smaller."""
    svg = re.sub(r"<!--.*?-->|(?<=\n) +", "", svg, flags=re.DOTALL)
    return re.sub(
        r'\b(?:d|x|y)="[^"]*"',
        lambda attribute: re.sub(r"(\.\d\d)\d+", r"\1", attribute.group()),
        svg,
    )


def blank(width: float, height: float) -> Canvas:
    """Return an empty figure outside pyplot's list, laid out so that nothing is cut."""
    return Canvas(figsize=(width, height), layout="constrained")


def framed(
    width: float, height: float, *, left: float, right: float, top: float, bottom: float
) -> Canvas:
    """Return an empty figure with margins in inches.

    Where the labels are known to fit, this halves the time of drawing: nothing has to be measured.
    """
    canvas = Canvas(figsize=(width, height))
    canvas.subplots_adjust(left / width, bottom / height, 1 - right / width, 1 - top / height)
    return canvas


def year_axis(axes: Axes, first: int, last: int, step: int = 5) -> None:
    """Label editions as 2005 / '10 / '15, always with the first and the last one."""
    inner = [y for y in range(first, last + 1) if y % step == 0 and min(y - first, last - y) >= 2]
    ticks = [first, *inner, last] if last > first else [first]
    axes.set_xticks(ticks, [str(first)] + [f"’{y % 100:02d}" for y in ticks[1:]])


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Move label positions apart so that neighbours are at least `gap` from each other.

    Parameters
    ----------
    wanted
        Positions in any order.
    gap
        Least distance between two labels.
    low, high
        Bounds that the labels stay within where there is room.

    Returns
    -------
    list of float
        New positions in the order of `wanted`.
    """
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    placed = [max(wanted[i], low) for i in order]
    for a in range(1, len(placed)):
        placed[a] = max(placed[a], placed[a - 1] + gap)
    for a in range(len(placed) - 1, -1, -1):
        ceiling = high if a == len(placed) - 1 else placed[a + 1] - gap
        placed[a] = min(placed[a], ceiling)
    return [placed[order.index(i)] for i in range(len(wanted))]
