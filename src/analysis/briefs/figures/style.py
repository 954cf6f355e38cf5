"""The look of the notebooks' statistical figures: seaborn's axes in the project's type.

Pictures of the briefs are drawn by `analysis.briefs.figures.drawing`, since a batch draws
thousands; whoever explores in a notebook uses seaborn and matplotlib, and gets the same look from
here.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import seaborn as sns
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from analysis.briefs.figures.chart import year_labels
from analysis.briefs.figures.palette import INK, RULE, SOFT

WIDE: Final = 6.4
"""Width in inches of a figure on a page."""
NARROW: Final = 3.7
"""Width of the same figure for a phone: the type keeps its size, the picture gets less room."""

_RC: Final[dict[str, Any]] = {
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
    "svg.fonttype": "path",
    "text.color": INK,
    "xtick.color": SOFT,
    "xtick.labelsize": 9,
    "ytick.color": SOFT,
    "ytick.labelsize": 9,
    "ytick.major.size": 0,
}


@cache
def _register_fonts() -> None:
    folder = resources.files("analysis.briefs") / "fonts"
    for face in sorted(Path(str(folder)).glob("*.ttf")):
        font_manager.fontManager.addfont(face)


def svg_of(draw: Callable[[bool], Canvas], *, narrow: bool) -> str:
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
    salt = hashlib.sha256(f"{narrow}{draw.__qualname__}".encode()).hexdigest()
    look = {**mpl.rcParamsDefault, **sns.axes_style("ticks", _RC), **_RC, "svg.hashsalt": salt}
    with mpl.rc_context(look):
        buffer = io.StringIO()
        draw(narrow).savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    return svg[svg.index("<svg") :]


def blank(width: float, height: float) -> Canvas:
    """Return an empty figure outside pyplot's list, laid out so that nothing is cut."""
    return Canvas(figsize=(width, height), layout="constrained")


def year_axis(axes: Axes, first: int, last: int) -> None:
    """Label editions as 2005 / ’10 / ’15, always with the first and the last one."""
    labels = year_labels(first, last)
    axes.set_xticks([year for year, _ in labels], [words for _, words in labels])
