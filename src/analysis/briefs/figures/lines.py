"""Figures of lines, each labelled at its end: scores of a few countries, means of groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from analysis.briefs.blocks import Figure, data_of
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import SOURCE, looks
from analysis.briefs.figures.style import pictures, plot, sheet, text_width
from analysis.briefs.wording import counted, fixed
from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import REGIME_CLASSES
from analysis.settings.parameters import Window

_DASHES: Final = (
    "-",
    (0, (6, 2)),
    (0, (2, 2)),
    (0, (6, 2, 1.5, 2)),
    (0, (10, 2)),
    (0, (4, 1.5, 1.5, 1.5)),
    (0, (1.2, 1.6)),
    (0, (8, 3)),
)
"""No two lines of a figure have the same dashes."""


def lines_figure(series: pd.DataFrame, window: Window, title: str) -> Figure:
    """Return the scores of a few countries as lines on the class bands, each labelled.

    Parameters
    ----------
    series
        ``series`` of `analysis.tables.schema` of two to eight countries.
    window
        Editions to show.
    title
        The finding, as a sentence without full stop.
    """
    shown = window.cut(series).sort_values(["country", "edition"])
    lines = {str(name): chart.gapped(line) for name, line in shown.groupby("country")}
    lines = dict(sorted(lines.items(), key=lambda item: -item[1].iloc[-1]))
    scale = chart.axis_of(shown["score"].tolist())

    def draw(narrow: bool) -> Canvas:
        named = {BY_NAME[name].iso3 if narrow else name: line for name, line in lines.items()}
        return draw_lines(named, "", narrow, 210 if narrow else 236, scale=scale, bands=True)

    columns = {"country": "country", "edition": "edition", "score": "democracy_score"}
    told = [
        f"{name} from {fixed(line.iloc[0])} in {line.index[0]} to {fixed(line.iloc[-1])} in "
        f"{line.index[-1]}"
        for name, line in lines.items()
    ]
    return Figure(
        name="scores",
        title=title,
        subtitle=f"Democracy Score by edition, {chart.SCALE_WORDS}{chart.axis_words(scale)}",
        caption=(
            "An edition covers the year before it. The bands are the regime classes; a gap in a "
            "line is an edition whose score is not known."
        ),
        source=SOURCE,
        alt=f"Line chart of {counted(len(lines), 'country', 'countries')}: {'; '.join(told)}.",
        **pictures(draw),
        data=data_of(shown, {**columns, "basis": "basis"}, digits=2),
    )


def mean_figure(means: pd.DataFrame, title: str, caption: str) -> Figure:
    """Return lines of group means by edition, labelled at their ends.

    Parameters
    ----------
    means
        Table ``means`` of the processed data.
    title, caption
        The finding, and what the mean is taken over.
    """
    lines = {
        "Region" if name == "all" else str(name): chart.gapped(line, "mean")
        for name, line in means.groupby("group")
    }
    main = "Region" if "Region" in lines else next(iter(lines))
    return Figure(
        name="means",
        title=title,
        subtitle=f"Mean Democracy Score by edition, {chart.SCALE_WORDS}",
        caption=caption,
        source=SOURCE,
        alt="Line chart of means: "
        + "; ".join(_mean_words(line) for _, line in means.groupby("group"))
        + ".",
        **pictures(lambda narrow: _draw_means(means, lines, main, narrow)),
        data=data_of(
            means, {n: n for n in ("group", "edition", "mean", "low", "high", "n", "n_open")}, 2
        ),
    )


def _draw_means(
    means: pd.DataFrame, lines: Mapping[str, pd.Series], main: str, narrow: bool
) -> Canvas:
    """Draw the lines of means and, pale, what the gaps leave open."""
    canvas = draw_lines(lines, main, narrow, 190)
    for group, band in means.groupby("group"):
        if band["n_open"].any():
            colour = palette.ACCENT if group == "all" else palette.GREY
            canvas.axes[0].fill_between(
                band["edition"],
                band["low"],
                band["high"],
                color=colour,
                alpha=0.2,
                lw=0,
                gid="open",
            )
    return canvas


def draw_lines(
    lines: Mapping[str, pd.Series],
    strong: str,
    narrow: bool,
    height: float,
    *,
    scale: tuple[int, int] = (1, 7),
    bands: bool = False,
) -> Canvas:
    """Draw lines on the scale or a part of it, each labelled at its end.

    Parameters
    ----------
    lines
        Label -> value by edition, missing in gaps.
    strong
        Label of the line to emphasise, the others being grey; empty for a colour each.
    narrow
        Whether for a phone.
    height
        Of the picture, in points.
    scale
        Lowest and highest value of the axis.
    bands
        Whether to draw the class bands behind the lines.
    """
    canvas = sheet(narrow, height)
    first = min(line.index[0] for line in lines.values())
    last = max(line.index[-1] for line in lines.values())
    room = (scale[1] - scale[0]) / 12
    limits = (first - 0.4, last + 0.3), (scale[0] - room, scale[1] + room)
    axes = plot(canvas, (15, 2, -92 if narrow else -132, -18), *limits)
    chart.scale_axis(axes, scale)
    chart.year_axis(axes, first, last)
    for place, (name, line) in enumerate(lines.items()):
        colour, heavy, dash = line_look(name, place, strong)
        axes.plot(line, color=colour, lw=heavy, ls=dash, gid=name)
        # A known edition between two that are not is a point, or it would not be seen.
        alone = line[line.notna() & line.shift().isna() & line.shift(-1).isna()]
        axes.plot(alone, "o", color=colour, ms=3.2, mew=0, gid=name)
    if bands:
        chart.class_bands(axes, scale)
        _name_bands(axes, lines, scale)
    _label_ends(axes, lines, strong, 8.2 if narrow else 9)
    for name, line in lines.items():
        known = line.dropna().items()
        chart.tell(axes, [(year, value, f"{name} {year}: {fixed(value)}") for year, value in known])
    return canvas


def _label_ends(axes: Axes, lines: Mapping[str, pd.Series], strong: str, size: float) -> None:
    """Name each line at its end, moved apart, with a thin line from the last point to the name."""
    high, low = axes.get_ylim()[1], axes.get_ylim()[0]
    point = (high - low) / axes.bbox.height
    wanted = [line.iloc[-1] for line in lines.values()]
    placed = chart.spread(wanted, 10.5 * point, low + 4 * point, high - 5 * point)
    right = axes.get_xlim()[1]
    across = (right - axes.get_xlim()[0]) / axes.bbox.width
    last = max(line.index[-1] for line in lines.values())
    for place, (name, line) in enumerate(lines.items()):
        start = line.index[-1] + 3 * across
        x = [start, max(start, right - across), right + 8 * across]
        y = [wanted[place], wanted[place], placed[place]]
        axes.plot(x, y, color=palette.GREY, lw=0.6, clip_on=False, gid="leader")
        year = "" if line.index[-1] == last else f" ’{line.index[-1] % 100:02d}"
        colour = line_look(name, place, strong)[0]
        look = looks(
            size=size,
            weight="semibold" if name == strong else "normal",
            color=palette.INK if strong and name != strong else colour,
        )
        words = f"{name} {fixed(line.iloc[-1])}{year}"
        chart.write(axes, right, placed[place], words, dx=10, gid="label", **look)


def _name_bands(axes: Axes, lines: Mapping[str, pd.Series], scale: tuple[int, int]) -> None:
    """Write each band's initials into that of its corners which the lines leave most free."""
    taken = np.concatenate([chart.along(axes, line) for line in lines.values()])
    left, right = axes.bbox.x0, axes.bbox.x1
    for regime in REGIME_CLASSES:
        low, high = max(float(regime.lowest) // 1, scale[0]), min(float(regime.highest), scale[1])
        if low >= high:
            continue
        wide = text_width(regime.initials, 7.6)
        bottom, top = axes.transData.transform([(0, low), (0, high)])[:, 1]
        places = [
            (x, y)
            for y in ((top + bottom) / 2, top - 7, bottom + 7)
            for x in (right - 4 - wide, left + 4, (left + right) / 2)
        ]
        place, _ = chart.freest([(x, y - 3, x + wide, y + 3) for x, y in places], taken, 8)
        x, y = axes.transData.inverted().transform(places[place])
        chart.write(axes, x, y, regime.initials, size=7.6, color=palette.SOFT, gid="band")


def line_look(name: str, place: int, strong: str) -> tuple[str, float, object]:
    """Return colour, width and dashes of a line.

    Where one is emphasised the others are grey; where none is, each has a colour.
    """
    if name == strong:
        return palette.ACCENT, 2.4, "-"
    if strong:
        return palette.SOFT, 1.4, _DASHES[1 + place % (len(_DASHES) - 1)]
    return palette.LINES[place % len(palette.LINES)], 1.9, _DASHES[place % len(_DASHES)]


def _mean_words(line: pd.DataFrame) -> str:
    ordered = line.sort_values("edition", kind="stable")
    first, last = ordered.iloc[0], ordered.iloc[-1]
    name = "all countries" if first["group"] == "all" else first["group"]
    return (
        f"{name} ({first['n']}) from {fixed(first['mean'])} in {first['edition']} "
        f"to {fixed(last['mean'])} in {last['edition']}"
    )
