"""Figure: where a country stands among all countries in one edition."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from analysis.briefs.blocks import Figure, data_of
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import SOURCE, looks
from analysis.briefs.figures.style import pictures, plot, sheet, text_width
from analysis.briefs.wording import counted, fixed, holders, part_of_region, some
from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import REGIME_CLASSES


def peers_figure(series: pd.DataFrame, country: str, edition: int, title: str) -> Figure:
    """Return a strip of all scores of one edition, the country and its part of the region named.

    Parameters
    ----------
    series
        ``series`` of `analysis.tables.schema` of all countries.
    country, edition
        What to show.
    title
        The finding, as a sentence without full stop.
    """
    shown = series[series["edition"] == edition].sort_values("score", kind="stable")
    region = BY_NAME[country].region
    scores = shown.set_index("country")["score"]
    ends = [f"{fixed(end)} ({some(holders(scores, end))})" for end in scores.agg(["min", "max"])]
    own = float(shown.loc[shown["country"] == country, "score"].iloc[0])
    columns = {"country": "country", "iso3": "iso3", "score": "democracy_score"}
    return Figure(
        name="peers",
        title=title,
        subtitle=f"Democracy Score in the {edition} edition, {chart.SCALE_WORDS}",
        caption=(
            f"One dot a country; {country} in colour. Named: the countries of "
            f"{part_of_region(region)}, in ISO codes. The bands are the regime classes."
        ),
        source=SOURCE,
        alt=(
            f"Strip of {counted(len(shown), 'score')} in the {edition} edition, from "
            f"{ends[0]} to {ends[1]}; {country} has {fixed(own)}."
        ),
        **pictures(lambda narrow: draw_peers(shown, country, narrow)),
        data=data_of(shown, {**columns, "regime_class": "regime_class"}, digits=2),
    )


def draw_peers(shown: pd.DataFrame, country: str, narrow: bool) -> Canvas:
    """Draw the `country`, `iso3` and `score` of one edition as a strip on the class bands."""
    canvas = sheet(narrow, 92)
    axes = plot(canvas, (6, 22, -6, 52), (0.9, 7.1), (0, 1), bare=True)
    chart.class_bands(axes, across=True)
    for regime in REGIME_CLASSES:
        low, high = float(regime.lowest) // 1, float(regime.highest)
        axes.axvline(high, color=palette.PAPER, lw=0.8)
        look = looks(size=8.2, color=palette.SOFT, ha="center", gid="axis")
        chart.write(axes, (low + high) / 2, 1, regime.initials, dy=10.7, **look)
    region = BY_NAME[country].region
    own = shown["country"] == country
    near = shown["country"].map(lambda name: BY_NAME[name].region == region) & ~own
    for rows, fill, gid in ((~near & ~own, palette.PAPER, "other"), (near, palette.SOFT, "peer")):
        x = shown.loc[rows, "score"]
        look = looks(color=palette.SOFT, mfc=fill, mew=0.8, ms=6)
        axes.plot(x, [0.5] * len(x), ls="", marker="o", gid=gid, **look)
    x = shown.loc[own, "score"]
    look = looks(color=palette.ACCENT, mec=palette.PAPER, ms=10)
    axes.plot(x, [0.5], marker="o", gid="own", **look)
    _name_peers(axes, shown[near | own], country)
    words = chart.score_words(shown)
    chart.tell(axes, [(x, 0.5, text) for x, text in zip(shown["score"], words, strict=True)], 4)
    for value in range(1, 8):
        look = looks(size=8.2, color=palette.SOFT, ha="center", gid="axis")
        chart.write(axes, value, 0, str(value), dy=-33.3, **look)
    return canvas


def _name_peers(axes: Axes, named: pd.DataFrame, country: str) -> None:
    """Write codes below the strip, moved apart sideways, with a line to each dot."""
    size = 7.8
    gap = (text_width("MKD", size, "semibold") + 2.5) / axes.bbox.width * 6.2
    placed = chart.spread(named["score"].tolist(), gap, 0.9 + gap / 2, 7.1 - gap / 2)
    for name, code, x, at in zip(
        named["country"], named["iso3"], named["score"], placed, strict=True
    ):
        own = name == country
        colour = palette.ACCENT if own else palette.GREY
        axes.plot([x, at], [-1 / 30, -11 / 30], color=colour, lw=0.7, gid="leader")
        look = looks(weight="semibold" if own else "normal", ha="center", gid="label")
        colour = palette.ACCENT if own else palette.INK
        chart.write(axes, at, 0, code, dy=-16.4, size=size, color=colour, **look)
