"""What the figures share: words at places, the scale, years, gaps, cells, room for labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, floor
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.path import Path
from matplotlib.transforms import Bbox
from scipy.optimize import isotonic_regression

from analysis.briefs import palette
from analysis.briefs.figures.style import Sheet, plot, text_width
from analysis.briefs.wording import fixed
from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import class_spans
from analysis.tables.stored import rows

CAP_HEIGHT: Final = 0.66
"""Height of a capital or a digit as a share of the size."""

SMALL: Final[dict[str, Any]] = {"size": 8.2, "color": palette.SOFT, "gid": "axis"}
"""The look of what stands beside an axis."""

Pair = tuple[float, float]
looks = dict[str, Any]
"""Keywords of matplotlib that several calls share."""


def write(
    axes: Axes, x: float, y: float, words: str, dx: float = 0, dy: float = 0, **look: Any
) -> None:
    """Write a line whose capitals have their middle at a place, or `dx` and `dy` points off it.

    `look` is what matplotlib's ``annotate`` takes, such as `xycoords`, the units of the place.
    """
    offset = dx, dy - CAP_HEIGHT / 2 * look.setdefault("size", 8.5)
    units = looks(textcoords="offset points", annotation_clip=False)
    axes.annotate(words, (x, y), offset, **units, **look)


def write_beside(
    axes: Axes, side: int, words: Iterable[str], heights: Iterable[float], **look: Any
) -> None:
    """Write lines at the left (0) or the right (1) edge of a plot, each at its height."""
    for y, line in zip(heights, words, strict=True):
        write(axes, side, y, line, xycoords=axes.get_yaxis_transform(), **look)


def write_across(
    axes: Axes, labels: Iterable[tuple[float, str]], side: int = 1, dy: float = 8.4
) -> None:
    """Name places below (0) or above (1) a plot that has no axis."""
    look = looks(dy=dy, ha="center", xycoords=axes.get_xaxis_transform(), **SMALL)
    for x, words in labels:
        write(axes, x, side, words, **look)


def tell(axes: Axes, boxes: Any, words: Iterable[str], reach: float = 0) -> None:
    """Keep words for each of some boxes, which a page shows while the pointer is there.

    `boxes` are left, bottom, right and top in units of the data, a row each; `reach` is how many
    points beyond them the words are shown.
    """
    assert isinstance(axes.figure, Sheet)
    ends = axes.transData.transform(np.reshape(boxes, (-1, 2))).reshape(-1, 2, 2)
    for box, line in zip(np.sort(ends, axis=1), words, strict=True):
        corners = Bbox(box).padded(reach).corners()[[0, 2, 3, 1]]
        axes.figure.notes.append((line, corners, True))


def tell_points(axes: Axes, x: Any, y: Any, words: Iterable[str]) -> None:
    """Keep words for each of some points."""
    tell(axes, np.column_stack([x, y, x, y]), words, reach=5)


def country_rows(
    names: Iterable[str], narrow: bool, x: Pair, left: float, right: float, pitch: float
) -> tuple[Sheet, Axes]:
    """Return a sheet and its plot with a row a country, named at the left, from the top down.

    The middle of the first row is at 0.5. `left`, `right` and `pitch` are in points.
    """
    shown = [BY_NAME[name].iso3 if narrow else name for name in names]
    canvas, bottom = Sheet(narrow, 20 + pitch * len(shown)), 16 + pitch * len(shown)
    axes = plot(canvas, (left, 16, -right, bottom), x, (len(shown), 0), bare=True)
    heights = np.arange(len(shown)) + 0.5
    write_beside(axes, 0, shown, heights, dx=-left, size=8.8, gid="country")
    return canvas, axes


def draw_cells(axes: Axes, cells: pd.DataFrame) -> None:
    """Draw the cells of a grid, coloured by what they stand for.

    `cells` has `x` and `y` of a corner, `width` and `height` in units of the data, `kind`, one of
    `palette.CELLS` or empty, `fill` where the kind's does not serve, and `note` for the pointer.
    """
    left, bottom = cells["x"], cells["y"]
    right, top = left + cells["width"], bottom + cells["height"]
    outlines = np.stack([left, bottom, right, bottom, right, top, left, top], axis=1)
    for kind in sorted(set(cells["kind"]) - {""}):
        fill, edge, _ = palette.CELLS[kind]
        chosen = (cells["kind"] == kind).to_numpy()
        look = looks(fc=cells["fill"][chosen] if "fill" in cells else fill, ec=edge, lw=0.5)
        drawn = PolyCollection(outlines[chosen].reshape(-1, 4, 2), gid=kind, **look)
        axes.add_collection(drawn, autolim=False)
    if "note" in cells:
        tell(axes, outlines[:, [0, 1, 4, 5]], cells["note"])


def write_in_cells(axes: Axes, cells: pd.DataFrame, column: str, **look: Any) -> None:
    """Write a column of texts into the middle of cells, in the ink that suits each."""
    for cell, words in zip(rows(cells), cells[column], strict=True):
        x, y = cell.x + cell.width / 2, cell.y + cell.height / 2
        write(axes, x, y, words, color=palette.CELLS[cell.kind][2], ha="center", **look)


def year_labels(first: int, last: int, step: int = 5) -> list[tuple[int, str]]:
    """Return editions to label as 2005 / ’10 / ’15, always with the first and the last one."""
    inner = [y for y in range(first, last + 1) if y % step == 0 and min(y - first, last - y) >= 2]
    marked = dict.fromkeys((first, *inner, last))
    return [(y, str(y) if y == first else f"’{y % 100:02d}") for y in marked]


def year_axis(axes: Axes, first: int, last: int) -> None:
    """Let editions run from left to right, labelled as 2005 / ’10 / ’15."""
    margin = max(0.5, (last - first) * 0.025)
    axes.set_xlim(first - margin, last + margin)
    years, words = zip(*year_labels(first, last), strict=True)
    axes.set_xticks(years, words)


def axis_of(values: pd.Series, flat: float = np.inf) -> tuple[int, int]:
    """Return the ends of an axis: the whole scale where values span more than is `flat`.

    Else the least span of whole numbers, two at least, that holds all of them.
    """
    low, high = values.min(), values.max()
    if high - low > flat + 1e-9:
        return 1, 7
    low, high = floor(low), ceil(high)
    low = min(low, max(1, high - 2))
    return low, max(high, low + 2)


def axis_words(scale: tuple[int, int]) -> str:
    """Return what a subtitle says of an axis that is not the whole scale."""
    return "" if scale == (1, 7) else f"; the axis runs from {scale[0]} to {scale[1]} only"


def scale_axis(axes: Axes, scale: tuple[int, int] = (1, 7)) -> None:
    """Draw the scale with a light line at each whole number, and say what its ends mean.

    Half a point of room is left above and below the scale. An axis that ends elsewhere than at 1
    and 7 says which way is more democratic.
    """
    room = (scale[1] - scale[0]) / 12
    axes.set_ylim(scale[0] - 1.1 * room, scale[1] + room)
    axes.set_yticks(range(scale[0], scale[1] + 1))
    axes.grid(axis="y")
    top = "most democratic" if scale[1] == 7 else "more democratic ↑"
    bottom = "least democratic" if scale[0] == 1 else "less democratic ↓"
    for value, dy, words in ((scale[1], 5.8, top), (scale[0], -5.8, bottom)):
        write_beside(axes, 0, [words], [value], dy=dy, **SMALL)


def class_bands(axes: Axes, scale: tuple[float, float] = (1, 7), *, across: bool = False) -> None:
    """Shade the regime classes in a plot of the scale, across where it runs to the right."""
    shade = axes.axvspan if across else axes.axhspan
    for initials, low, high in class_spans(scale):
        shade(low, high, color=palette.CLASS_BANDS[initials], lw=0, zorder=0, gid="band")


def possible_ranges(
    axes: Axes, possible: pd.DataFrame, names: pd.Series, across: Any = 0, up: Any = 0
) -> None:
    """Shade what the printed facts leave possible in editions that are not known.

    `possible` has `edition`, `lowest` and `highest`; `names` say what each is of, for the pointer;
    each is moved `across` and `up` in the plot.
    """
    tall = possible["highest"] - possible["lowest"]
    x, y = possible["edition"] - 0.5 + across, possible["lowest"] + up
    notes = [
        f"{name} {row.edition}: not known, from {fixed(row.lowest)} to {fixed(row.highest)}"
        for name, row in zip(names, rows(possible), strict=True)
    ]
    draw_cells(axes, possible.assign(x=x, y=y, width=1, height=tall, kind="possible", note=notes))


def outline_of(axes: Axes, line: pd.Series) -> np.ndarray:
    """Return the corners of a line of values by edition, in points of the figure."""
    return axes.transData.transform(np.column_stack([line.index, line]))


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move label positions apart so that neighbours are at least `gap` from each other.

    The new positions are as close to all that were wanted as can be, by least squares: less the
    room that the labels before it take, each must not come before the one before (isotonic
    regression). They stay between `low` and `high` where there is room, in the order of `wanted`.
    """
    order = np.argsort(wanted, kind="stable")
    room = gap * np.arange(len(order))
    placed = isotonic_regression(np.asarray(wanted, float)[order] - room).x
    moved = np.empty(len(order))
    moved[order] = np.maximum(np.minimum(placed, high - gap * (len(order) - 1)), low) + room
    return [float(place) for place in moved]


def write_free(
    axes: Axes, words: str, middles: Sequence[Pair], taken: list[Path], *, needed: bool, **look: Any
) -> None:
    """Write words at the first of some places that is clear of lines and of what was written.

    `middles` and the lines of `taken` are in points of the figure; the outline of the words is
    added to `taken`. Where no place is free, what is `needed` stands at the first of them.
    """
    extent = text_width(words, look["size"], look["weight"]), CAP_HEIGHT * look["size"]
    half = np.array(extent) / 2
    boxes = [Bbox([middle - half, middle + half]) for middle in middles]
    free = [
        not any(path.intersects_bbox(box.padded(4), filled=False) for path in taken)
        for box in boxes
    ]
    if any(free) or needed:
        box = boxes[free.index(True) if any(free) else 0]
        taken.append(Path(box.corners()[[0, 1, 3, 2, 0]]))
        x, y = axes.transData.inverted().transform((box.x0, (box.y0 + box.y1) / 2))
        write(axes, x, y, words, **look)
