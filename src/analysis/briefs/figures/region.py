"""Figures of several countries: who stands where, and how many are in which class."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure as Canvas

from analysis.briefs.blocks import Figure, data_of
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import SOURCE, looks
from analysis.briefs.figures.style import pictures, plot, sheet, text_width
from analysis.briefs.wording import INITIALS, counted, fixed, listed
from analysis.facts.countries import BY_NAME
from analysis.facts.frames import row_at, rows
from analysis.facts.rating_system import REGIME_CLASSES
from analysis.settings.parameters import Window

CLASS_KEY = " · ".join(f"{r.initials} {r.name}" for r in REGIME_CLASSES) + "."


def standing_figure(series: pd.DataFrame, window: Window, title: str) -> Figure:
    """Return a heat-map of countries by editions, coloured by regime class.

    Parameters
    ----------
    series
        ``series`` of `analysis.tables.schema`.
    window
        Editions to show.
    title
        The finding, as a sentence without full stop.
    """
    shown = window.cut(series)
    latest = shown.sort_values("edition", kind="stable").groupby("country")["score"].last()
    order = latest.sort_values(ascending=False, kind="stable").index.tolist()
    columns = {"country": "country", "edition": "edition", "score": "democracy_score"}
    return Figure(
        name="standing",
        title=title,
        subtitle="Regime class by edition; right: the last known Democracy Score, 7 = best",
        caption=(
            "Countries in the order of their last known score. With a notched corner: the score "
            f"is known, its seven ratings are not all. Empty: not known. {CLASS_KEY}"
        ),
        source=SOURCE,
        alt=(
            f"Grid of {counted(len(order), 'country', 'countries')} by "
            f"{counted(len(window.editions), 'edition')} with {len(shown)} known scores. "
            "Latest known: "
            + "; ".join(_standing_words(shown, regime.name) for regime in REGIME_CLASSES)
            + "."
        ),
        **pictures(lambda narrow: draw_standing(shown, order, window, narrow)),
        data=data_of(
            shown, {**columns, "regime_class": "regime_class", "basis": "basis"}, digits=2
        ),
    )


def _standing_words(shown: pd.DataFrame, name: str) -> str:
    latest = shown.sort_values("edition", kind="stable").groupby("country").tail(1)
    members = latest[latest["regime_class"] == name].sort_values(
        "score", ascending=False, kind="stable"
    )
    if members.empty:
        return f"{name}: none"
    return f"{name}: " + listed(
        [f"{row.country} {fixed(row.score)} ({row.edition})" for row in rows(members)]
    )


def draw_standing(shown: pd.DataFrame, order: list[str], window: Window, narrow: bool) -> Canvas:
    """Draw a row a country, in this order, a column an edition, coloured and named by class."""
    pitch, left = (12.6, 24) if narrow else (12.0, 104)
    canvas = sheet(narrow, 16 + pitch * len(order))
    first, last = window.first_edition, window.last_edition
    edges = (left, 15, -22, 15 + pitch * len(order))
    axes = plot(canvas, edges, (first - 0.5, last + 0.5), (len(order), 0), bare=True)
    for edition, words in chart.year_labels(first, last):
        look = looks(color=palette.SOFT, ha="center", gid="axis")
        chart.write(axes, edition, 0, words, dy=8.8, **look)
    stretches = class_stretches(shown)
    tops = stretches["country"].map(order.index)
    inset = 0.6 / pitch
    boxes = looks(x=stretches["begin"] - 0.46, y=tops + inset, height=1 - 2 * inset)
    width = stretches["end"] - stretches["begin"] + 0.92
    chart.class_boxes(axes, stretches.assign(width=width, **boxes))
    lines = [edition + 0.5 for edition in range(first, last)]
    axes.vlines(lines, 0, len(order), color=palette.PAPER, lw=0.9, gid="separator")
    notched = shown[shown["basis"].str.startswith("score")]
    corner = looks(marker=[(-1, 0), (0, 0), (0, -1)], ms=8, mew=0, color=palette.PAPER)
    places = notched["country"].map(order.index) + 0.03
    axes.plot(notched["edition"] + 0.48, places, ls="", gid="score only", **corner)
    for run in rows(stretches):
        look = looks(size=6.7, color=palette.CLASS_INKS[run.initials], gid="class")
        room = (run.end - run.begin + 1) * axes.bbox.width / len(window.editions)
        if text_width(run.initials, 6.7) + 4 < room:
            y = order.index(run.country) + 0.5
            chart.write(axes, run.begin - 0.5, y, run.initials, dx=2.5, **look)
    latest = shown.sort_values("edition", kind="stable").groupby("country")["score"].last()
    sides = axes.get_yaxis_transform()
    for place, name in enumerate(order):
        words, dx, ha = (BY_NAME[name].iso3, -5, "right") if narrow else (name, -left, "left")
        size = 8.2 if narrow else 9
        look = looks(within=sides, gid="country")
        chart.write(axes, 0, place + 0.5, words, dx=dx, ha=ha, size=size, **look)
        look = looks(within=sides, gid="score", size=8.2)
        chart.write(axes, 1, place + 0.5, fixed(latest[name]), dx=22, ha="right", **look)
    tops = shown["country"].map(order.index)
    told = chart.score_words(shown)
    chart.tell(axes, zip(shown["edition"], tops, told, strict=True), (-0.5, 1, 0.5, 0))
    return canvas


def class_stretches(shown: pd.DataFrame) -> pd.DataFrame:
    """Return the adjacent editions that a country spent in one class as one row.

    Columns: `country`, `initials`, `begin` and `end`.
    """
    ordered = shown.sort_values(["country", "edition"], kind="stable")
    keys = ordered[["country", "regime_class"]]
    begins = keys.ne(keys.shift()).any(axis="columns") | ordered["edition"].diff().ne(1)
    named = ordered.assign(initials=ordered["regime_class"].map(INITIALS))
    return named.groupby(begins.cumsum()).agg(
        country=("country", "first"),
        initials=("initials", "first"),
        begin=("edition", "min"),
        end=("edition", "max"),
    )


def class_count_figure(
    series: pd.DataFrame, n_countries: int, window: Window, title: str
) -> Figure:
    """Return stacked columns: how many countries are in which class in each edition.

    Parameters
    ----------
    series, window, title
        As in `standing_figure`.
    n_countries
        Size of the group; what is missing to it is not known.
    """
    shown = window.cut(series)
    counts = (
        shown.groupby(["edition", "regime_class"])
        .size()
        .unstack(fill_value=0)
        .reindex(
            index=list(window.editions), columns=[r.name for r in REGIME_CLASSES], fill_value=0
        )
    )
    counts["not known"] = n_countries - counts.sum(axis="columns")
    told = dict.fromkeys((window.first_edition, window.last_edition))
    return Figure(
        name="class_counts",
        title=title,
        subtitle=f"Number of countries in each regime class by edition, of {n_countries}",
        caption=f"Outlined: class not known. {CLASS_KEY}",
        source=SOURCE,
        alt="Stacked columns. "
        + " ".join(
            f"Edition {edition}: {_counts_words(row_at(counts, edition))}." for edition in told
        ),
        **pictures(lambda narrow: draw_counts(counts, n_countries, narrow)),
        data=data_of(counts.reset_index(), {name: name for name in ("edition", *counts.columns)}),
    )


def draw_counts(counts: pd.DataFrame, n_countries: int, narrow: bool) -> Canvas:
    """Draw a stacked column an edition, the most democratic class on top, then the unknown."""
    canvas = sheet(narrow, 184 if narrow else 188)
    first, last = int(counts.index[0]), int(counts.index[-1])
    axes = plot(canvas, (28, 3, -28, -18), (first - 0.5, last + 0.5), (0, n_countries))
    axes.set_yticks([])
    chart.year_axis(axes, first, last)
    column = axes.bbox.width / len(counts)
    per_country = axes.bbox.height / n_countries
    upwards = [*reversed(counts.columns[:-1]), counts.columns[-1]]
    tops = counts[upwards].cumsum(axis="columns")
    for name in upwards:
        tall = counts[name][counts[name] > 0]
        below = tops[name][tall.index] - tall
        initials = INITIALS.get(str(name), "")
        if not initials:
            look = looks(color=palette.PAPER, edgecolor=palette.GREY, lw=0.7)
            axes.bar(tall.index, tall, 1 - 2 / column, bottom=below, gid="not known", **look)
            continue
        fill = palette.CLASS_COLOURS[initials]
        gap = 0.6 / per_country
        axes.bar(tall.index, tall - gap, 1 - 1.2 / column, bottom=below, color=fill, gid=initials)
        for at, n, bottom in zip(tall.index, tall, below, strict=True):
            place = [(at, bottom, f"{at}, {name}: {n} of {n_countries}")]
            chart.tell(axes, place, (-0.5, 0, 0.5, n))
        look = looks(color=palette.CLASS_INKS[initials], ha="center", gid="count")
        for x, n, middle in zip(tall.index, tall, below + (tall - gap) / 2, strict=True):
            if (n - gap) * per_country > 4.8:
                size = min(8.0, (n - gap) * per_country / 0.75)
                chart.write(axes, x, middle, str(n), size=size, **look)
    for edition, ha, dx in ((first, "right", -4), (last, "left", 4))[: 1 + (last > first)]:
        names = [name for name in upwards[:-1] if counts[name][edition]]
        middles = [tops[name][edition] - counts[name][edition] / 2 for name in names]
        ends = 4 / per_country, n_countries - 4 / per_country
        placed = chart.spread(middles, 9.5 / per_country, *ends)
        for name, y in zip(names, placed, strict=True):
            look = looks(size=8.6, weight="semibold", ha=ha, gid="name")
            at = edition + (0.5 if dx > 0 else -0.5)
            chart.write(axes, at, y, INITIALS[str(name)], dx=dx, **look)
    return canvas


def _counts_words(row: pd.Series) -> str:
    return ", ".join(f"{name} {n}" for name, n in row.items())
