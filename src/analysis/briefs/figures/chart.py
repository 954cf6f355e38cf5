"""What the figures share: words at places, labels that move apart, the scale, years, gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, floor
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import ScaledTranslation, Transform
from scipy.optimize import isotonic_regression

from analysis.briefs.figures import palette
from analysis.briefs.figures.style import Note, Sheet
from analysis.briefs.wording import fixed
from analysis.facts.frames import rows
from analysis.facts.rating_system import REGIME_CLASSES

SOURCE: Final = "Source: Freedom House, Nations in Transit; own calculation."
SCALE_WORDS: Final = "1 = least democratic, 7 = most democratic"

CAP_HEIGHT: Final = 0.66
"""Height of a capital or a digit as a share of the size."""

Box = tuple[float, float, float, float]
"""Left, bottom, right and top in points of the figure."""


BASIS_WORDS: Final = {
    "printed": "ratings printed",
    "derived": "a rating derived from printed changes",
    "score only": "score printed, ratings not all known",
    "score derived": "score derived from printed facts, ratings not all known",
}
"""How a score is known, in the words of a note."""


def score_words(scores: pd.DataFrame) -> list[str]:
    """Return country, edition, score and how it is known, for the note of each row."""
    return [
        f"{row.country} {row.edition}: {fixed(row.score)} ({BASIS_WORDS[row.basis]})"
        for row in rows(scores)
    ]


def looks(**given: Any) -> dict[str, Any]:
    """Return keywords of matplotlib that several calls share."""
    return given


def write(
    axes: Axes,
    x: float,
    y: float,
    words: str,
    *,
    dx: float = 0,
    dy: float = 0,
    size: float = 8.5,
    within: Transform | None = None,
    **look: Any,
) -> Text:
    """Write a line whose capitals have their middle at a place.

    Parameters
    ----------
    axes
        Where to write.
    x, y
        The place, in the units of `within`.
    words
        The line.
    dx, dy
        Points to the right and up from the place.
    size
        Of the type, in points.
    within
        Units of the place; those of the data where not given.
    look
        Anything that `matplotlib.text.Text` takes, such as ``ha``, ``color``, ``weight``, ``gid``.
    """
    points = ScaledTranslation(
        dx / 72, (dy - CAP_HEIGHT / 2 * size) / 72, axes.figure.dpi_scale_trans
    )
    place = (within or axes.transData) + points
    return axes.text(x, y, words, size=size, va="baseline", transform=place, **look)


def tell(axes: Axes, places: Iterable[tuple[Any, Any, str]], reach: float | Box = 5) -> None:
    """Keep words for places of a plot, which a page shows while the pointer is there.

    Parameters
    ----------
    axes
        The plot.
    places
        `x` and `y` in units of the data, and what to say there.
    reach
        How far from a place its words are shown: points to each side, or left, bottom, right and
        top in units of the data.
    """
    assert isinstance(axes.figure, Sheet)
    for x, y, words in places:
        if isinstance(reach, tuple):
            left, bottom, right, top = reach
            edges = [(x + left, y + bottom), (x + right, y + top)]
            (left, bottom), (right, top) = axes.transData.transform(edges)
        else:
            middle = axes.transData.transform((x, y))
            (left, bottom), (right, top) = middle - reach, middle + reach
        corners = np.array([(left, bottom), (right, bottom), (right, top), (left, top)])
        axes.figure.notes.append(Note(words, corners, closed=True))


def tell_line(axes: Axes, line: pd.Series, words: str) -> None:
    """Keep words for a line of values by edition, which a page shows while the pointer is there."""
    assert isinstance(axes.figure, Sheet)
    known = line.dropna()
    vertices = axes.transData.transform(np.column_stack([known.index, known]))
    axes.figure.notes.append(Note(words, vertices, closed=False))


def edition_span(first: int, last: int) -> tuple[float, float]:
    """Return what the edges of a plot stand for where editions run from left to right."""
    margin = max(0.4, (last - first) * 0.025)
    return first - margin, last + margin


def year_labels(first: int, last: int, step: int = 5) -> list[tuple[int, str]]:
    """Return editions to label as 2005 / ’10 / ’15, always with the first and the last one."""
    inner = [y for y in range(first, last + 1) if y % step == 0 and min(y - first, last - y) >= 2]
    marked = dict.fromkeys((first, *inner, last))
    return [(y, str(y) if y == first else f"’{y % 100:02d}") for y in marked]


def year_axis(axes: Axes, first: int, last: int) -> None:
    """Label editions as 2005 / ’10 / ’15, always with the first and the last one."""
    labels = year_labels(first, last)
    axes.set_xticks([year for year, _ in labels], [words for _, words in labels])


def axis_of(values: Sequence[float]) -> tuple[int, int]:
    """Return the least span of whole numbers, two at least, that holds all values."""
    low, high = floor(min(values)), ceil(max(values))
    if high - low < 2:
        low = max(1, high - 2)
    return low, max(high, low + 2)


def axis_words(scale: tuple[int, int]) -> str:
    """Return what a subtitle says of an axis that is not the whole scale."""
    return "" if scale == (1, 7) else f"; the axis runs from {scale[0]} to {scale[1]} only"


def scale_axis(axes: Axes, scale: tuple[int, int] = (1, 7)) -> None:
    """Draw the scale with a light line at each whole number, and say what its ends mean.

    The plot needs half a point of room above and below the scale. An axis that ends elsewhere than
    at 1 and 7 says which way is more democratic.
    """
    axes.set_yticks(range(scale[0], scale[1] + 1))
    axes.grid(axis="y")
    for value, way, end, other in (
        (scale[1], 1, "most democratic", "more democratic ↑"),
        (scale[0], -1, "least democratic", "less democratic ↓"),
    ):
        words = end if value in (1, 7) else other
        place = looks(dy=way * 5.8, size=8, within=axes.get_yaxis_transform())
        write(axes, 0, value, words, color=palette.SOFT, gid="axis", **place)


def class_bands(axes: Axes, scale: tuple[float, float] = (1, 7), *, across: bool = False) -> None:
    """Shade the regime classes in a plot of the scale, across where it runs to the right."""
    for regime in REGIME_CLASSES:
        low, high = max(float(regime.lowest) // 1, scale[0]), min(float(regime.highest), scale[1])
        if low < high:
            shade = axes.axvspan if across else axes.axhspan
            shade(low, high, color=palette.CLASS_BANDS[regime.initials], lw=0, zorder=0, gid="band")


def class_boxes(axes: Axes, boxes: pd.DataFrame) -> None:
    """Draw boxes in the colours of the regime classes, outlined so that pale ones show on paper.

    Parameters
    ----------
    axes
        Where to draw.
    boxes
        `x` and `y` of a corner, `width` and `height` in units of the data, `initials` of the class.
    """
    for initials, same in boxes.groupby("initials"):
        axes.bar(
            same["x"],
            same["height"],
            same["width"],
            bottom=same["y"],
            align="edge",
            color=palette.CLASS_COLOURS[str(initials)],
            edgecolor=palette.CLASS_OUTLINES[str(initials)],
            lw=0.5,
            gid=str(initials),
        )


def possible_ranges(axes: Axes, possible: pd.DataFrame, name: str) -> None:
    """Shade what the printed facts leave possible in editions that are not known.

    Parameters
    ----------
    axes
        A plot of the scale by edition.
    possible
        `edition`, `lowest` and `highest` on ``7=best``.
    name
        What it is of, for the words at the pointer.
    """
    tall = possible["highest"] - possible["lowest"]
    look = looks(color=palette.ACCENT, alpha=0.16, lw=0, gid="possible")
    axes.bar(possible["edition"], tall, 1, bottom=possible["lowest"], **look)
    for row in rows(possible):
        words = f"{name} {row.edition}: not known, from {fixed(row.lowest)} to {fixed(row.highest)}"
        reach = (-0.5, 0, 0.5, row.highest - row.lowest)
        tell(axes, [(row.edition, row.lowest, words)], reach)


def runs(points: Iterable[tuple[int, float]]) -> list[list[tuple[int, float]]]:
    """Return the stretches of adjacent editions of one series, so that a gap stays a gap.

    Parameters
    ----------
    points
        Edition and value, in any order.
    """
    stretches: list[list[tuple[int, float]]] = []
    for edition, value in sorted(points):
        if not stretches or edition != stretches[-1][-1][0] + 1:
            stretches.append([])
        stretches[-1].append((edition, value))
    return stretches


def points_of(series: pd.DataFrame, value: str = "score") -> list[tuple[int, float]]:
    """Return edition and value of each row of one series."""
    return list(zip(series["edition"].tolist(), series[value].tolist(), strict=True))


def gapped(series: pd.DataFrame, value: str = "score") -> pd.Series:
    """Return one series by edition with missing values in its gaps, where a line then stops."""
    line = series.set_index("edition")[value].sort_index()
    return line.reindex(range(line.index[0], line.index[-1] + 1)) if len(line) else line


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move label positions apart so that neighbours are at least `gap` from each other.

    The new positions are as close to all that were wanted as can be, by least squares: less the
    room that the labels before it take, each must not come before the one before (isotonic
    regression).

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
    order = np.argsort(wanted, kind="stable")
    room = gap * np.arange(len(order))
    placed = isotonic_regression(np.asarray(wanted, float)[order] - room).x
    moved = np.empty(len(order))
    moved[order] = np.maximum(np.minimum(placed, high - gap * (len(order) - 1)), low) + room
    return [float(place) for place in moved]


def along(axes: Axes, line: pd.Series) -> np.ndarray:
    """Return points along a line with gaps, in points of the figure, close to each other."""
    known = line.dropna()
    vertices = axes.transData.transform(np.column_stack([known.index, known]))
    return np.asarray(Path(vertices).interpolated(12).vertices if len(vertices) > 1 else vertices)


def rim(box: Box) -> np.ndarray:
    """Return points along the lower and the upper edge of a box."""
    left, bottom, right, top = box
    return np.array([(x, y) for x in np.linspace(left, right, 13) for y in (bottom, top)])


def freest(boxes: Sequence[Box], taken: np.ndarray, enough: float) -> tuple[int, float]:
    """Return which of some boxes is the first farthest from points, and how far that is.

    Parameters
    ----------
    boxes
        In order of preference.
    taken
        Points, one a row.
    enough
        Distance beyond which farther is no better.
    """
    room = []
    for left, bottom, right, top in boxes:
        dx = np.maximum(left - taken[:, 0], taken[:, 0] - right)
        dy = np.maximum(bottom - taken[:, 1], taken[:, 1] - top)
        away = np.maximum(np.maximum(dx, dy), 0)
        room.append(min(float(away.min(initial=enough)), enough))
    return int(np.argmax(room)), max(room)
