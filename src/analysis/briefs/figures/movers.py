"""Figure: every country's first and last known score as two points on a line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Canvas

from analysis.briefs.blocks import Figure, data_of
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import SOURCE, looks
from analysis.briefs.figures.style import pictures, plot, sheet
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
        **pictures(lambda narrow: draw_movers(ordered, window, narrow)),
        data=data_of(ordered, {name: name for name in names}, digits=2),
    )


def _other_end(ordered: pd.DataFrame) -> str:
    if len(ordered) < 5:
        return ""
    return "; at the other end " + listed(
        [f"{r.country} {_told(r)}" for r in rows(ordered.tail(2))]
    )


def _told(row: Any) -> str:
    return f"{signed(row.change)} ({fixed(row.first)} to {fixed(row.last)})"


def draw_movers(ordered: pd.DataFrame, window: Window, narrow: bool) -> Canvas:
    """Draw a row a country with its `first` and `last` score, the `change` at the right."""
    left, right, pitch, top = 52 if narrow else 138, 34 if narrow else 112, 12.2, 16
    canvas = sheet(narrow, top + pitch * len(ordered) + 4)
    edges = (left, top, -right, top + pitch * len(ordered))
    axes = plot(canvas, edges, (0.9, 7.1), (len(ordered) - 0.5, -0.5), bare=True)
    for value in range(1, 8):
        axes.axvline(value, color=palette.RULE, lw=0.6, zorder=0, gid="grid")
        look = looks(size=8.2, color=palette.SOFT, ha="center", gid="axis")
        chart.write(axes, value, -0.5, str(value), dy=9.7, **look)
    way = np.sign(ordered["change"].where(ordered["change"].abs() >= 0.005, 0))
    for sign, colour in ((-1, palette.DOWN), (0, palette.SOFT), (1, palette.UP)):
        own = ordered[way == sign]
        axes.hlines(own.index, own["first"], own["last"], color=colour, lw=1.6, gid="move")
        dot = looks(marker="o", ls="", color=colour)
        hollow = looks(mfc=palette.PAPER, mew=1.1, ms=5.2)
        axes.plot(own["first"], own.index, gid="first", **dot, **hollow)
        axes.plot(own["last"], own.index, gid="last", mew=0, ms=6, **dot)
    sides = axes.get_yaxis_transform()
    for y, row in enumerate(rows(ordered)):
        ends = (row.first, row.first_edition), (row.last, row.last_edition)
        chart.tell(axes, [(x, y, f"{row.country} {e}: {fixed(x)}") for x, e in ends])
        name = BY_NAME[row.country].iso3 if narrow else row.country
        chart.write(axes, 0, y, name, dx=-left, size=8.8, within=sides, gid="country")
        small = looks(size=7.6, color=palette.SOFT, ha="right", within=sides)
        chart.write(axes, 0, y, INITIALS[row.regime_class], dx=-6, gid="class", **small)
        look = looks(size=8.8, ha="right", within=sides, gid="change")
        chart.write(axes, 1, y, signed(row.change), dx=34 if narrow else 36, **look)
        editions = row.first_edition, row.last_edition
        if not narrow and editions != (window.first_edition, window.last_edition):
            words = "{} to {}".format(*editions)
            chart.write(axes, 1, y, words, dx=right, gid="editions", **{**small, "size": 8})
    return canvas
