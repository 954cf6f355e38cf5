"""What the pictures of a brief share: a plot's frame, its axes, its labels, its two widths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from analysis.briefs.figures import palette
from analysis.briefs.figures.drawing import Drawing, Point

SOURCE: Final = "Source: Freedom House, Nations in Transit; own calculation."
SCALE_WORDS: Final = "1 = least democratic, 7 = most democratic"

SCALE_ROOM: Final = (0.45, 7.5)
"""Bottom and top of a plot of the whole scale that says at its ends what they mean."""

Plot = Callable[[bool], Drawing]
"""Draws a picture, for a phone or not."""


def pictures(draw: Plot) -> tuple[str, str]:
    """Return a picture as SVG text, as wide as a page's text and for a phone."""
    return draw(False).svg(), draw(True).svg()


@dataclass(frozen=True)
class Frame:
    """Where a plot lies in a picture and what its edges stand for.

    Attributes
    ----------
    left, top, right, bottom
        Edges in points.
    x, y
        Values at the left and the right edge, at the bottom and the top edge.
    """

    left: float
    top: float
    right: float
    bottom: float
    x: tuple[float, float]
    y: tuple[float, float] = (1.0, 7.0)

    def across(self, value: float) -> float:
        """Return the place of a value from left to right."""
        first, last = self.x
        return self.left + (value - first) / (last - first) * (self.right - self.left)

    def up(self, value: float) -> float:
        """Return the place of a value from bottom to top."""
        low, high = self.y
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)

    def at(self, x: float, y: float) -> Point:
        """Return the place of two values."""
        return self.across(x), self.up(y)


def edition_span(first: int, last: int) -> tuple[float, float]:
    """Return what the edges of a plot stand for where editions run from left to right."""
    margin = max(0.4, (last - first) * 0.025)
    return first - margin, last + margin


def year_labels(first: int, last: int, step: int = 5) -> list[tuple[int, str]]:
    """Return editions to label as 2005 / ’10 / ’15, always with the first and the last one."""
    inner = [y for y in range(first, last + 1) if y % step == 0 and min(y - first, last - y) >= 2]
    marked = dict.fromkeys((first, *inner, last))
    return [(y, str(y) if y == first else f"’{y % 100:02d}") for y in marked]


def year_axis(
    drawing: Drawing, frame: Frame, first: int, last: int, *, step: int = 5, size: float = 8.5
) -> None:
    """Draw ticks and labels of editions below a plot."""
    drawing.line([(frame.left, frame.bottom), (frame.right, frame.bottom)], palette.GREY, 0.7)
    for edition, words in year_labels(first, last, step):
        x = frame.across(edition)
        drawing.line([(x, frame.bottom), (x, frame.bottom + 3)], palette.GREY, 0.7)
        drawing.text(
            x,
            frame.bottom + 4.5 + size * 0.75,
            words,
            size=size,
            colour=palette.SOFT,
            anchor="middle",
            role="axis",
        )


def scale_axis(
    drawing: Drawing, frame: Frame, *, marks: Sequence[int] = range(1, 8), size: float = 8.5
) -> None:
    """Draw the scale from 1 to 7 at the left of a plot, with a light line at each mark."""
    for value in marks:
        y = frame.up(value)
        drawing.line([(frame.left, y), (frame.right, y)], palette.RULE, 0.6, role="grid")
        drawing.text(
            frame.left - 5,
            y,
            str(value),
            size=size,
            colour=palette.SOFT,
            anchor="end",
            centred=True,
            role="axis",
        )


def scale_ends(
    drawing: Drawing, frame: Frame, scale: tuple[int, int] = (1, 7), *, size: float = 8
) -> None:
    """Say what the ends of the scale mean, above its 7 and below its 1 (see `SCALE_ROOM`).

    An axis that ends elsewhere says which way is more democratic.
    """
    for value, way, end, other in (
        (scale[1], -1, "most democratic", "more democratic ↑"),
        (scale[0], 1, "least democratic", "less democratic ↓"),
    ):
        y = frame.up(value) + way * size * 0.72
        words = end if value in (1, 7) else other
        drawing.text(
            frame.left, y, words, size=size, colour=palette.SOFT, centred=True, role="axis"
        )


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


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Move label positions apart so that neighbours are at least `gap` from each other.

    Labels that collide form a block, which is centred on what they wanted: as close to all of them
    as can be (pool adjacent violators).

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
    blocks: list[tuple[float, int]] = []  # position of a block's first label, number of labels
    for index in order:
        start, size = wanted[index], 1
        while blocks and blocks[-1][0] + blocks[-1][1] * gap > start:
            before, n = blocks.pop()
            # The mean over all labels of where the block's first label would have to stand.
            start = (before * n + (start - n * gap) * size) / (n + size)
            size += n
        blocks.append((start, size))
    placed = [start + k * gap for start, size in blocks for k in range(size)]
    placed = _within(placed, gap, low, high)
    return [placed[order.index(index)] for index in range(len(wanted))]


def _within(placed: list[float], gap: float, low: float, high: float) -> list[float]:
    """Push sorted positions inside two bounds, the lower one last."""
    moved = list(placed)
    for place in range(len(moved) - 1, -1, -1):
        ceiling = high if place == len(moved) - 1 else moved[place + 1] - gap
        moved[place] = min(moved[place], ceiling)
    floor = low
    for place, value in enumerate(moved):
        moved[place] = max(value, floor)
        floor = moved[place] + gap
    return moved
