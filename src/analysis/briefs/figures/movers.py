"""Figure: every country's first and last known score as two points on a line."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.briefs.blocks import Figure, data_of
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import SOURCE, Frame
from analysis.briefs.figures.drawing import Drawing
from analysis.briefs.wording import INITIALS, counted, fixed, listed, signed
from analysis.facts.countries import BY_NAME
from analysis.facts.frames import rows
from analysis.settings.parameters import Window


def movers_figure(spans: pd.DataFrame, title: str, window: Window) -> Figure:
    """Return the countries by the change of their score, the largest fall first.

    Parameters
    ----------
    spans
        By country: `first`, `first_edition`, `last`, `last_edition`, `regime_class`, `change`.
    title
        The finding, as a sentence without full stop.
    window
        Editions that `spans` was taken from.
    """
    ordered = spans.sort_values("change", kind="stable").rename_axis("country").reset_index()
    svg, svg_narrow = chart.pictures(lambda narrow: _draw(ordered, window, narrow))
    names = ("country", "first_edition", "first", "last_edition", "last", "change")
    return Figure(
        name="movers",
        title=title,
        subtitle=f"Democracy Score of the first and the last known edition, {chart.SCALE_WORDS}",
        caption=(
            "Hollow: first, filled: last known score of the period. Right: the change in points; "
            f"editions are given where they are not {window.first_edition} and "
            f"{window.last_edition}. Initials: the latest class."
        ),
        source=SOURCE,
        alt=(
            f"Dot plot of {counted(len(ordered), 'country', 'countries')}. Largest falls first: "
            + listed([f"{r.country} {_told(r)}" for r in rows(ordered.head(3))])
            + _other_end(ordered)
            + "."
        ),
        svg=svg,
        svg_narrow=svg_narrow,
        data=data_of(ordered, {name: name for name in names}, digits=2),
    )


def _other_end(ordered: pd.DataFrame) -> str:
    if len(ordered) < 5:
        return ""
    return "; at the other end " + listed(
        [f"{r.country} {_told(r)}" for r in rows(ordered.tail(2))]
    )


def _colour(change: float) -> str:
    if abs(change) < 0.005:
        return palette.SOFT
    return palette.DOWN if change < 0 else palette.UP


def _told(row: Any) -> str:
    return f"{signed(row.change)} ({fixed(row.first)} to {fixed(row.last)})"


def _draw(ordered: pd.DataFrame, window: Window, narrow: bool) -> Drawing:
    width = palette.NARROW if narrow else palette.WIDE
    left, right = (52.0, 34.0) if narrow else (138.0, 112.0)
    pitch, top = 12.2, 16.0
    drawing = Drawing(width, top + pitch * len(ordered) + 4)
    bottom = top + pitch * len(ordered)
    frame = Frame(left, top, width - right, bottom, (0.9, 7.1), (0, 1))
    for value in range(1, 8):
        x = frame.across(value)
        drawing.line([(x, top), (x, bottom)], palette.RULE, 0.6, role="grid")
        drawing.text(x, 9, str(value), size=8.2, colour=palette.SOFT, anchor="middle", role="axis")
    for place, row in enumerate(rows(ordered)):
        y = top + pitch * (place + 0.5)
        name = BY_NAME[row.country].iso3 if narrow else row.country
        initials = INITIALS[row.regime_class]
        drawing.text(0, y, name, size=8.8, centred=True, role="country")
        drawing.text(
            left - 6, y, initials, size=7.6, colour=palette.SOFT, anchor="end", centred=True,
            role="class",
        )  # fmt: skip
        colour = _colour(row.change)
        before, after = frame.across(row.first), frame.across(row.last)
        drawing.line([(before, y), (after, y)], colour, 1.6, role="move")
        drawing.dot(before, y, 2.6, palette.PAPER, stroke=colour, stroke_width=1.1, role="first")
        drawing.dot(after, y, 3, colour, role="last")
        drawing.text(
            width - (0 if narrow else 76), y, signed(row.change), size=8.8, anchor="end",
            centred=True, role="change",
        )  # fmt: skip
        if not narrow and (row.first_edition, row.last_edition) != (
            window.first_edition,
            window.last_edition,
        ):
            span = f"{row.first_edition} to {row.last_edition}"
            drawing.text(
                width, y, span, size=8, colour=palette.SOFT, anchor="end", centred=True,
                role="editions",
            )  # fmt: skip
    return drawing
