"""Figures of dots on the scale: all countries in one edition, and each one's way over a period."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.briefs.blocks import Figure
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import looks
from analysis.briefs.figures.style import Sheet, figure, plot, text_width
from analysis.briefs.wording import (
    INITIALS,
    SCALE_WORDS,
    counted,
    fixed,
    holders,
    listed,
    part_of_region,
    score_words,
    signed,
    some,
)
from analysis.facts.countries import BY_NAME
from analysis.facts.frames import rows
from analysis.facts.rating_system import class_spans
from analysis.settings.parameters import Window


def peers_figure(series: pd.DataFrame, country: str, edition: int, title: str) -> Figure:
    """Return a strip of all scores of one edition, the country and its part of the region named."""
    shown = series[series["edition"] == edition].sort_values("score", kind="stable")
    scores = shown.set_index("country")["score"]
    low, high = (
        f"{fixed(end)} ({some(holders(scores, end))})" for end in (scores.min(), scores.max())
    )
    return figure(
        lambda narrow: draw_peers(shown, country, narrow),
        shown[["country", "iso3", "score", "regime_class"]],
        name="peers",
        title=title,
        subtitle=f"Democracy Score in the {edition} edition, {SCALE_WORDS}",
        caption=f"One dot a country; {country} in colour. Named: the countries of "
        f"{part_of_region(BY_NAME[country].region)}, in ISO codes. The bands are the regime "
        "classes.",
        alt=f"Strip of {counted(len(shown), 'score')} in the {edition} edition, from {low} to "
        f"{high}; {country} has {fixed(scores[country])}.",
    )


def draw_peers(shown: pd.DataFrame, country: str, narrow: bool) -> Sheet:
    """Draw the `country`, `iso3` and `score` of one edition as a strip on the class bands."""
    canvas = Sheet(narrow, 92)
    axes = plot(canvas, (6, 22, -6, 52), y=(0, 1), bare=True)
    chart.class_bands(axes, across=True)
    spans = class_spans()
    axes.vlines([low for _, low, _ in spans[:-1]], 0, 1, color=palette.PAPER, lw=0.8)
    chart.write_across(axes, [((low + high) / 2, initials) for initials, low, high in spans])
    region = BY_NAME[country].region
    own = shown["country"] == country
    near = shown["country"].map(lambda name: BY_NAME[name].region == region) & ~own
    for chosen, look in (
        (~near & ~own, looks(mfc=palette.PAPER, mec=palette.SOFT, ms=6, gid="other")),
        (near, looks(mfc=palette.SOFT, mec=palette.SOFT, ms=6, gid="peer")),
        (own, looks(mfc=palette.ACCENT, mec=palette.PAPER, ms=10, gid="own")),
    ):
        axes.plot(shown["score"][chosen], [0.5] * sum(chosen), "o", mew=0.8, **look)
    _name_peers(axes, shown[near | own], country)
    chart.tell_points(axes, shown["score"], [0.5] * len(shown), score_words(shown))
    chart.write_across(axes, [(value, str(value)) for value in range(1, 8)], 0, -33.3)
    return canvas


def _name_peers(axes: Axes, named: pd.DataFrame, country: str) -> None:
    """Write codes below the strip, moved apart sideways, with a line to each dot."""
    size = 7.8
    gap = (text_width("MKD", size, "semibold") + 2.5) / axes.bbox.width * 6.2
    placed = chart.spread(named["score"].tolist(), gap, 0.9 + gap / 2, 7.1 - gap / 2)
    for row, x in zip(rows(named), placed, strict=True):
        line, ink, weight = palette.GREY, palette.INK, "normal"
        if row.country == country:
            line, ink, weight = palette.ACCENT, palette.ACCENT, "semibold"
        axes.plot([row.score, x], [-1 / 30, -11 / 30], color=line, lw=0.7, gid="leader")
        look = looks(size=size, color=ink, weight=weight, ha="center", gid="label")
        chart.write(axes, x, 0, row.iso3, dy=-16.4, **look)


def movers_figure(spans: pd.DataFrame, title: str, window: Window) -> Figure:
    """Return the countries by the change of their score, the largest fall first.

    `spans` has by country, its index, `first`, `first_edition`, `last`, `last_edition`,
    `regime_class` and `change`.
    """
    ordered = spans.sort_values("change", kind="stable").rename_axis("country").reset_index()
    told = [
        f"{row.country} {signed(row.change)} ({fixed(row.first)} to {fixed(row.last)})"
        for row in rows(ordered)
    ]
    other_end = f"; at the other end {listed(told[-2:])}" if len(told) > 4 else ""
    return figure(
        lambda narrow: draw_movers(ordered, window, narrow),
        ordered[["country", "first_edition", "first", "last_edition", "last", "change"]],
        name="movers",
        title=title,
        subtitle=f"Democracy Score of the first and the last known edition, {SCALE_WORDS}",
        caption="Hollow: first, filled: last known score of the period. Right: the change in "
        f"points; editions are given where they are not {window.first_edition} and "
        f"{window.last_edition}. Initials: the latest class.",
        alt=f"Dot plot of {counted(len(told), 'country', 'countries')}. Largest falls first: "
        f"{listed(told[:3])}{other_end}.",
    )


def draw_movers(ordered: pd.DataFrame, window: Window, narrow: bool) -> Sheet:
    """Draw a row a country with its `first` and `last` score, the `change` at the right."""
    left, right, at = 52 if narrow else 138, 34 if narrow else 112, ordered.index + 0.5
    canvas, axes = chart.country_rows(ordered["country"], narrow, (0.9, 7.1), left, right, 12.2)
    chart.write_across(axes, [(value, str(value)) for value in range(1, 8)])
    for value in range(1, 8):
        axes.axvline(value, color=palette.RULE, lw=0.6, zorder=0, gid="grid")
    way = np.sign(ordered["change"].where(ordered["change"].abs() >= 0.005, 0))
    for sign, colour in ((-1, palette.DOWN), (0, palette.SOFT), (1, palette.UP)):
        own = ordered[way == sign]
        y, look = at[way == sign], looks(color=colour)
        axes.hlines(y, own["first"], own["last"], lw=1.6, gid="move", **look)
        axes.plot(own["first"], y, "o", mfc=palette.PAPER, mew=1.1, ms=5.2, gid="first", **look)
        axes.plot(own["last"], y, "o", mew=0, ms=6, gid="last", **look)
    for end in ("first", "last"):
        years = zip(ordered["country"], ordered[f"{end}_edition"], ordered[end], strict=True)
        notes = [f"{name} {year}: {fixed(score)}" for name, year, score in years]
        chart.tell_points(axes, ordered[end], at, notes)
    small = looks(size=7.6, color=palette.SOFT, ha="right")
    chart.write_beside(axes, 0, ordered["regime_class"].map(INITIALS), at, dx=-6, **small)
    look = looks(dx=34 if narrow else 36, size=8.8, ha="right", gid="change")
    chart.write_beside(axes, 1, ordered["change"].map(signed), at, **look)
    whole = window.first_edition, window.last_edition
    for y, row in enumerate(rows(ordered[["first_edition", "last_edition"]])):
        if not narrow and tuple(row) != whole:
            chart.write_beside(axes, 1, ["{} to {}".format(*row)], [y + 0.5], dx=right, **small)
    return canvas
