"""Figure: a country's Democracy Score on the class bands, the other countries in grey."""

from __future__ import annotations

from textwrap import wrap
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.path import Path

from analysis.briefs.blocks import Figure
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import looks
from analysis.briefs.figures.style import Sheet, figure, plot, text_width
from analysis.briefs.picture_words import large_steps, trajectory_caption, trajectory_words
from analysis.briefs.wording import CLASS_NAMES, SCALE_WORDS, counted, fixed, score_words, signed
from analysis.facts.frames import gapped
from analysis.facts.rating_system import SCORE, class_spans
from analysis.settings.parameters import Window

ROUNDING: Final = 0.05
"""Half width of the band that rounding each rating to a quarter point leaves to the mean of seven
(95 %, if the seven rounding errors are independent and uniform)."""

FLAT: Final = 0.75
"""A score that stays in a span of this size is drawn on a part of the scale, or a category
point, a seventh of 0.25, could not be seen."""


def trajectory_figure(
    series: pd.DataFrame, possible: pd.DataFrame, country: str, window: Window, title: str
) -> Figure:
    """Return the figure of one country's score, the others in grey."""
    shown = window.cut(series)
    own = shown[shown["country"] == country].sort_values("edition", kind="stable")
    others = shown[shown["country"] != country]
    scale = scale_of(own)
    grey = f"the other {counted(others['country'].nunique(), 'country', 'countries')}"
    if scale != (1, 7):
        grey = "the other countries’ scores on it"
    bounds = possible[(possible["country"] == country) & (possible["category"] == SCORE)]
    bounds = window.cut(bounds)
    return figure(
        lambda narrow: draw_trajectory(own, others, bounds, window, narrow),
        own[["edition", "score", "basis", "regime_class"]],
        name="trajectory",
        title=title,
        subtitle=f"Democracy Score by edition, {SCALE_WORDS}{chart.axis_words(scale)}; "
        f"in grey {grey}",
        caption=trajectory_caption(own, bounds, window),
        alt=trajectory_words(own, country),
    )


def scale_of(own: pd.DataFrame) -> tuple[int, int]:
    """Return the ends of the axis: the whole scale, or a part of it where the score is flat."""
    return chart.axis_of(own["score"], FLAT)


def draw_trajectory(
    own: pd.DataFrame, others: pd.DataFrame, bounds: pd.DataFrame, window: Window, narrow: bool
) -> Sheet:
    """Draw one country's `edition`, `score` and `basis` on the class bands, the others in grey."""
    canvas = Sheet(narrow, 230 if narrow else 262)
    scale = scale_of(own)
    axes = plot(canvas, (15, 2, -30 if narrow else -84, -18))
    chart.class_bands(axes, scale)
    for initials, low, high in class_spans(scale):
        lines = [initials] if narrow else wrap(CLASS_NAMES[initials], 20)
        for place, words in enumerate(lines):
            dy = 5 * (len(lines) - 1) - 10 * place
            chart.write_beside(axes, 1, [words], [(low + high) / 2], dx=6, dy=dy)
    chart.scale_axis(axes, scale)
    chart.year_axis(axes, window.first_edition, window.last_edition)
    grey = others.pivot(index="edition", columns="country", values="score")
    # A line that leaves the axis ends there.
    grey = grey.where(grey.ge(scale[0]) & grey.le(scale[1])).dropna(axis="columns", how="all")
    axes.plot(grey.reindex(window.editions), color=palette.GREY, lw=0.7, alpha=0.7, gid="other")
    score = gapped(own)
    band = score - ROUNDING, score + ROUNDING
    axes.fill_between(score.index, *band, color=palette.ACCENT, alpha=0.18, lw=0)
    axes.plot(score, color=palette.ACCENT, lw=2.2, gid="own")
    for basis, points in own.groupby("basis"):
        mark, size = ("D", 4.3) if str(basis).startswith("score") else ("o", 5)
        fill = palette.ACCENT if basis == "printed" else palette.PAPER
        look = looks(color=palette.ACCENT, mfc=fill, ms=size, gid=str(basis))
        axes.plot(points["edition"], points["score"], mark, **look)
    _label_line(axes, own, score)
    ends = bounds[["lowest", "highest"]].clip(*scale)
    chart.possible_ranges(axes, bounds.assign(**ends), bounds["country"])
    for name, scores in grey.items():
        canvas.notes.append((str(name), chart.outline_of(axes, scores.dropna()), False))
    chart.tell_points(axes, own["edition"], own["score"], score_words(own))
    return canvas


def _label_line(axes: Axes, own: pd.DataFrame, score: pd.Series) -> None:
    """Label the ends and the largest steps where words touch neither the line nor each other."""
    low, high = axes.transData.transform([(0, end) for end in scale_of(own)])[:, 1]
    left, right = axes.bbox.x0 + 2, axes.bbox.x1 - 2
    # The line, and what is written at the lower end of the scale.
    line = Path(chart.outline_of(axes, score))
    least = [(left, low - 6), (left + text_width("least democratic", 8), low - 6)]
    taken = [line, Path(least)]
    first, last = own["edition"].iloc[0], own["edition"].iloc[-1]
    labels = [(end, score[end], fixed(score[end])) for end in dict.fromkeys((first, last))]
    labels += [
        (late - 0.5, (score[late] + score[late - 1]) / 2, f"’{late % 100:02d} {signed(step)}")
        for late, step in large_steps(own)
    ]
    for edition, value, words in labels:
        is_end = edition in (first, last)
        size, colour = (10.5, palette.ACCENT) if is_end else (8, palette.INK)
        half, tall = text_width(words, size, "semibold") / 2, chart.CAP_HEIGHT * size / 2
        x, y = axes.transData.transform((edition, value))
        # An end's number stands within the plot, flush with its point.
        x += is_end * half * (1 if edition == first < last else -1)
        x = min(max(x, left + half), right - half)
        heights = [y + side * (tall + away) for away in (6, 10, 15, 21) for side in (1, -1)]
        middles = [(x, h) for h in heights if low - 12 <= h - tall and h + tall <= high]
        look = looks(size=size, weight="semibold", color=colour, gid="halo")
        chart.write_free(axes, words, middles, taken, needed=is_end, **look)
