"""Figures of lines: the score of one country, scores of a few, means of groups."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap
from typing import Final

import matplotlib as mpl
import pandas as pd
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.path import Path

from analysis.briefs.blocks import Figure
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import looks
from analysis.briefs.figures.style import Sheet, figure, plot, text_width
from analysis.briefs.picture_words import large_steps, trajectory_caption, trajectory_words
from analysis.briefs.wording import (
    CLASS_NAMES,
    SCALE_WORDS,
    counted,
    fixed,
    from_to,
    score_words,
    signed,
)
from analysis.facts.countries import BY_NAME
from analysis.facts.frames import gapped
from analysis.facts.rating_system import SCORE, class_spans
from analysis.settings.parameters import Window

ROUNDING: Final = 0.05
"""Half width of the band that rounding each rating to a quarter point leaves to the mean of seven
(95 %, if the seven rounding errors are independent and uniform)."""

FLAT: Final = 0.75
"""A score that stays in a span of this size is drawn on a part of the scale, or a category
point, a seventh of 0.25, could not be seen."""

DASHES: Final = ((6, 2), (2, 2), (6, 2, 1.5, 2), (10, 2), (4, 1.5, 1.5, 1.5), (1.2, 1.6), (8, 3))
"""No two lines of a figure have the same dashes."""


def trajectory_figure(
    series: pd.DataFrame, possible: pd.DataFrame, country: str, window: Window, title: str
) -> Figure:
    """Return the figure of one country's score, the others in grey."""
    shown = window.cut(series)
    own = shown[shown["country"] == country].sort_values("edition", kind="stable")
    others = shown[shown["country"] != country]
    scale = chart.axis_of(own["score"], FLAT)
    grey = f"the other {counted(others['country'].nunique(), 'country', 'countries')}"
    if scale != (1, 7):
        grey = "the other countries’ scores on it"
    bounds = window.cut(possible[possible["category"] == SCORE].query("country == @country"))
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


def draw_trajectory(
    own: pd.DataFrame, others: pd.DataFrame, bounds: pd.DataFrame, window: Window, narrow: bool
) -> Sheet:
    """Draw one country's `edition`, `score` and `basis` on the class bands, the others in grey."""
    canvas, scale = Sheet(narrow, 230 if narrow else 262), chart.axis_of(own["score"], FLAT)
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
    _label_line(axes, own, score, scale)
    ends = bounds[["lowest", "highest"]].clip(*scale)
    chart.possible_ranges(axes, bounds.assign(**ends), bounds["country"])
    for name, scores in grey.items():
        canvas.notes.append((str(name), chart.outline_of(axes, scores.dropna()), False))
    chart.tell_points(axes, own["edition"], own["score"], score_words(own))
    return canvas


def _label_line(axes: Axes, own: pd.DataFrame, score: pd.Series, scale: tuple[int, int]) -> None:
    """Label the ends and the largest steps where words touch neither the line nor each other."""
    low, high = axes.transData.transform([(0, end) for end in scale])[:, 1]
    left, right = axes.bbox.x0 + 2, axes.bbox.x1 - 2
    # The line, and what is written at the lower end of the scale.
    least = [(left, low - 6), (left + text_width("least democratic", 8), low - 6)]
    taken = [Path(chart.outline_of(axes, score)), Path(least)]
    first, last = own["edition"].iloc[0], own["edition"].iloc[-1]
    labels = [(end, score[end], fixed(score[end])) for end in dict.fromkeys((first, last))]
    halfway = (score + score.shift()) / 2
    labels += [(e - 0.5, halfway[e], f"’{e % 100:02d} {signed(s)}") for e, s in large_steps(own)]
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
        # Beside a steep step there is room where above and below it is none.
        away = half + 8
        middles += [(h, y) for h in (x - away, x + away) if left <= h - half <= right - 2 * half]
        look = looks(size=size, weight="semibold", color=colour, gid="halo")
        chart.write_free(axes, words, middles, taken, needed=is_end, **look)


def lines_figure(series: pd.DataFrame, window: Window, title: str) -> Figure:
    """Return the scores of a few countries as lines on the class bands, each labelled."""
    shown = window.cut(series).sort_values(["country", "edition"])
    lines = {str(name): gapped(line) for name, line in shown.groupby("country")}
    lines = dict(sorted(lines.items(), key=lambda item: -item[1].iloc[-1]))
    scale = chart.axis_of(shown["score"])

    def draw(narrow: bool) -> Sheet:
        named = {BY_NAME[name].iso3 if narrow else name: line for name, line in lines.items()}
        canvas = draw_lines(named, "", narrow, 210 if narrow else 236, scale)
        chart.class_bands(canvas.axes[0], scale)
        _name_bands(canvas.axes[0], list(lines.values()), scale)
        return canvas

    told = [f"{name} {from_to(line)}" for name, line in lines.items()]
    return figure(
        draw,
        shown[["country", "edition", "score", "basis"]],
        name="scores",
        title=title,
        subtitle=f"Democracy Score by edition, {SCALE_WORDS}{chart.axis_words(scale)}",
        caption="An edition covers the year before it. The bands are the regime classes; a gap in "
        "a line is an edition whose score is not known.",
        alt=f"Line chart of {counted(len(lines), 'country', 'countries')}: {'; '.join(told)}.",
    )


def mean_figure(means: pd.DataFrame, title: str, caption: str) -> Figure:
    """Return lines of group means by edition, labelled at their ends.

    `means` is the table of that name; `caption` says what the means are taken over.
    """
    groups = {"Region" if name == "all" else str(name): m for name, m in means.groupby("group")}
    lines = {name: gapped(group, "mean") for name, group in groups.items()}
    main = "Region" if "Region" in lines else next(iter(lines))

    def draw(narrow: bool) -> Sheet:
        canvas = draw_lines(lines, main, narrow, 190)
        for name, group in groups.items():
            if group["n_open"].any():
                colour = palette.ACCENT if name == "Region" else palette.GREY
                band, look = group[["edition", "low", "high"]], looks(alpha=0.2, lw=0, gid="open")
                canvas.axes[0].fill_between(*band.to_numpy().T, color=colour, **look)
        return canvas

    told = [
        f"{'all countries' if name == 'Region' else name} ({group['n'].iloc[0]}) "
        f"{from_to(lines[name])}"
        for name, group in groups.items()
    ]
    return figure(
        draw,
        means[["group", "edition", "mean", "low", "high", "n", "n_open"]],
        name="means",
        title=title,
        subtitle=f"Mean Democracy Score by edition, {SCALE_WORDS}",
        caption=caption,
        alt=f"Line chart of means: {'; '.join(told)}.",
    )


def draw_lines(
    lines: Mapping[str, pd.Series],
    strong: str,
    narrow: bool,
    height: float,
    scale: tuple[int, int] = (1, 7),
) -> Sheet:
    """Draw lines on the scale or a part of it, each labelled at its end.

    `lines` has for each label the values by edition, missing in gaps. The line `strong` is
    emphasised, the others being grey; where it is empty each has a colour. `height` is in points.
    """
    canvas = Sheet(narrow, height)
    axes = plot(canvas, (15, 2, -92 if narrow else -132, -18))
    first, last = min(s.index[0] for s in lines.values()), max(s.index[-1] for s in lines.values())
    chart.year_axis(axes, first, last)
    chart.scale_axis(axes, scale)
    dashes = cycler(ls=["-", *((0, dash) for dash in DASHES)])
    axes.set_prop_cycle(mpl.rcParams["axes.prop_cycle"] + dashes)
    for name, line in lines.items():
        look = looks(color=palette.SOFT, lw=1.4) if strong else looks(lw=1.9)
        if name == strong:
            look = looks(color=palette.ACCENT, lw=2.4, ls="-")
        [drawn] = axes.plot(line, gid=name, label=name, **look)
        # A known edition between two that are not is a point, or it would not be seen.
        alone = line[line.notna() & line.shift().isna() & line.shift(-1).isna()]
        axes.plot(alone, "o", color=drawn.get_color(), ms=3.2, mew=0, gid=name)
        known = line.dropna()
        notes = [f"{name} {year}: {fixed(value)}" for year, value in known.items()]
        chart.tell_points(axes, known.index, known, notes)
    _label_ends(axes, lines, strong, 8.2 if narrow else 9)
    return canvas


def _label_ends(axes: Axes, lines: Mapping[str, pd.Series], strong: str, size: float) -> None:
    """Name each line at its end, moved apart, with a thin line from the last point to the name."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    across, point = (right - left) / axes.bbox.width, (high - low) / axes.bbox.height
    colours = {drawn.get_label(): drawn.get_color() for drawn in axes.lines}
    wanted = [line.iloc[-1] for line in lines.values()]
    placed = chart.spread(wanted, 10.5 * point, low + 4 * point, high - 5 * point)
    last = max(line.index[-1] for line in lines.values())
    for (name, line), y in zip(lines.items(), placed, strict=True):
        end, value = line.index[-1], line.iloc[-1]
        x = [end + 3 * across, max(end + 3 * across, right - across), right + 8 * across]
        leader = looks(color=palette.GREY, lw=0.6, clip_on=False, gid="leader")
        axes.plot(x, [value, value, y], ls="-", **leader)
        words = f"{name} {fixed(value)}" + ("" if end == last else f" ’{end % 100:02d}")
        colour = palette.INK if strong and name != strong else colours[name]
        look = looks(weight="semibold" if name == strong else "normal", color=colour)
        chart.write_beside(axes, 1, [words], [y], dx=10, size=size, gid="label", **look)


def _name_bands(axes: Axes, lines: list[pd.Series], scale: tuple[int, int]) -> None:
    """Write each band's initials at the first place in it that is clear of the lines."""
    paths = [Path(chart.outline_of(axes, line)) for line in lines]
    for initials, low, high in class_spans(scale):
        bottom, top = axes.transData.transform([(0, low), (0, high)])[:, 1]
        middles = [
            (axes.bbox.x0 + share * axes.bbox.width, y)
            for y in ((top + bottom) / 2, top - 7, bottom + 7)
            for share in (0.95, 0.05, 0.5, 0.75, 0.25)
        ]
        look = looks(size=7.6, weight="normal", color=palette.SOFT, gid="band")
        chart.write_free(axes, initials, middles, paths, needed=True, **look)
