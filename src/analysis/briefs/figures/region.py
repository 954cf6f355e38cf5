"""Figures of many countries: who was in which class when, how many, a map, and who moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from analysis.briefs import palette
from analysis.briefs import wording as say
from analysis.briefs.blocks import Figure
from analysis.briefs.figures import chart
from analysis.briefs.figures.chart import looks
from analysis.briefs.figures.style import NARROW, WIDE, Sheet, figure, plot, text_width
from analysis.briefs.region.findings import class_count_title, map_title
from analysis.briefs.region.story import RegionStory
from analysis.facts.countries import COUNTRIES, TILES
from analysis.settings.parameters import Window
from analysis.tables.stored import row_at, rows


def _of_each_class(latest: pd.DataFrame, words: Callable[[Any], str]) -> str:
    """Return the countries of each class, how many and each in `words` of its row."""
    of_class = {name: latest[latest["regime_class"] == name] for name in say.INITIALS}
    told = {name: [words(row) for row in rows(own)] for name, own in of_class.items()}
    return "; ".join(f"{name}, {len(own)}: {say.listed(own)}" for name, own in told.items() if own)


def standing_figure(story: RegionStory, title: str) -> Figure:
    """Return a heat-map of countries by editions, coloured by regime class."""
    shown = story.series
    latest = story.latest.reset_index().sort_values(["score", "edition"], ascending=[False, True])
    told = _of_each_class(
        latest, lambda row: f"{row.country} {say.fixed(row.score)} ({row.edition})"
    )
    notched = "With a notched corner: the score is known, its seven ratings are not all."
    caption = {
        "Countries in the order of their last known score.": True,
        notched: shown["basis"].str.startswith("score").any(),
        "Empty: not known.": len(shown) < len(latest) * len(story.window.editions),
        f"{say.CLASS_KEY}. {story.rests(say.SCORES)}": True,
    }
    return figure(
        lambda narrow: draw_standing(shown, latest, story.window, narrow),
        shown[["country", "edition", "score", "regime_class", "basis"]],
        name="standing",
        title=title,
        subtitle="Regime class by edition; right: the last known Democracy Score, 7 = best",
        caption=say.holding(caption),
        alt=f"Grid of {say.countries(len(latest))} by "
        f"{say.counted(len(story.window.editions), 'edition')} with "
        f"{say.counted(len(shown), 'known score')}. Latest known: {told}.",
    )


def draw_standing(shown: pd.DataFrame, latest: pd.DataFrame, window: Window, narrow: bool) -> Sheet:
    """Draw a row a country, in the order of `latest`, and a column an edition, by class."""
    left, n = 24 if narrow else 104, len(latest)
    first, last = window.first_edition, window.last_edition
    # Rows of half a page fill it.
    span, pitch = (first - 0.5, last + 0.5), 16.0 if 7 < n <= 12 else 12.2
    canvas, axes = chart.country_rows(latest["country"], narrow, span, left, 22, pitch)
    chart.write_across(axes, chart.year_labels(first, last))
    right = looks(dx=22, ha="right", size=8.2, gid="score")
    chart.write_beside(axes, 1, latest["score"].map(say.fixed), np.arange(n) + 0.5, **right)
    row = shown["country"].map({name: row for row, name in enumerate(latest["country"])})
    cells = shown.assign(x=shown["edition"] - 0.46, y=row + 0.05, width=0.92, height=0.9)
    cells = cells.assign(kind=cells["regime_class"].map(say.INITIALS), note=say.score_words(shown))
    cells = cells.sort_values(["y", "edition"])
    chart.draw_cells(axes, cells)
    notched = cells[cells["basis"].str.startswith("score")]
    corner = looks(marker=[(-1, 0), (0, 0), (0, -1)], ms=8, mew=0, color=palette.PAPER)
    axes.plot(notched["edition"] + 0.48, notched["y"] - 0.02, ls="", gid="score only", **corner)
    # Each stretch of adjacent editions in one class is named once.
    keys = cells[["country", "kind"]]
    begins = keys.ne(keys.shift()).any(axis="columns") | cells["edition"].diff().ne(1)
    n_editions = begins.groupby(begins.cumsum()).transform("size")[begins]
    room = axes.bbox.width / len(window.editions)
    for cell, long in zip(rows(cells[begins]), n_editions, strict=True):
        wide = text_width(cell.kind, 6.7)
        # On a page four letters are set a little smaller, so that they stand in one cell too.
        fit = min(1, 0.93 * room / wide)
        inside = fit > (0.99 if narrow else 0.85)
        look = looks(size=6.7 * (fit if inside else 1), ha="center" if inside else "left")
        look |= looks(color=palette.CLASS_INKS[cell.kind], gid="class", dx=0 if inside else 2.5)
        if inside or wide + 4 < long * room:
            chart.write(axes, cell.edition - 0.5 * (not inside), cell.y + 0.45, cell.kind, **look)
    return canvas


def class_count_figure(story: RegionStory) -> Figure:
    """Return stacked columns: how many countries are in which class in each edition."""
    n, window = len(story.members), story.window
    counts = pd.crosstab(story.series["edition"], story.series["regime_class"])
    counts = counts.reindex(index=window.editions, columns=list(say.INITIALS), fill_value=0)
    counts["not known"] = n - counts.sum(axis="columns")
    told = [
        f"Edition {edition}: {', '.join(f'{c} {n}' for c, n in row_at(counts, edition).items())}."
        for edition in dict.fromkeys((window.first_edition, window.last_edition))
    ]
    outlined = "Outlined: class not known. " * bool(counts["not known"].any())
    return figure(
        lambda narrow: draw_counts(counts, n, narrow),
        counts.rename_axis("edition").reset_index(),
        name="class_counts",
        title=class_count_title(story),
        subtitle=f"Number of countries in each regime class by edition, of {n}",
        caption=f"{outlined}{say.CLASS_KEY}. {story.rests(say.SCORES)}",
        alt=f"Stacked columns. {' '.join(told)}",
    )


def draw_counts(counts: pd.DataFrame, n_countries: int, narrow: bool) -> Sheet:
    """Draw a stacked column an edition, the most democratic class on top, then the unknown."""
    canvas = Sheet(narrow, 184 if narrow else 188)
    first, last = int(counts.index[0]), int(counts.index[-1])
    axes = plot(canvas, (28, 3, -28, -18), y=(0, n_countries))
    axes.set_yticks([])
    chart.year_axis(axes, first, last)
    upwards = [*reversed(counts.columns[:-1]), counts.columns[-1]]
    tall, tops = counts[upwards], counts[upwards].cumsum(axis="columns")
    cells = pd.DataFrame({"n": tall.unstack(), "top": tops.unstack()})
    cells = cells[cells["n"] > 0].rename_axis(["name", "edition"]).reset_index()
    point = n_countries / axes.bbox.height
    cells = cells.assign(x=cells["edition"] - 0.45, y=cells["top"] - cells["n"], width=0.9)
    cells = cells.assign(height=cells["n"] - 0.6 * point, words=cells["n"].astype(str))
    cells["kind"] = cells["name"].map(say.INITIALS).fillna("unknown")
    cells["note"] = [f"{c.edition}, {c.name}: {c.n} of {n_countries}" for c in rows(cells)]
    chart.draw_cells(axes, cells)
    known = cells[cells["kind"] != "unknown"]
    sizes = known["height"] / point / 0.75
    for size, same in known[sizes > 6.4].groupby(sizes.clip(upper=8).round(1)):
        chart.write_in_cells(axes, same, "words", size=size, gid="count")
    for edition, ha, dx in ((first, "right", -4), (last, "left", 4))[: 1 + (last > first)]:
        column = known[known["edition"] == edition]
        middles = (column["top"] - column["n"] / 2).tolist()
        placed = chart.spread(middles, 9.5 * point, 4 * point, n_countries - 4 * point)
        for kind, y in zip(column["kind"], placed, strict=True):
            look = looks(size=8.6, weight="semibold", ha=ha, gid="name")
            chart.write(axes, edition + 0.5 * (dx > 0) - 0.5 * (dx < 0), y, kind, dx=dx, **look)
    return canvas


def map_figure(story: RegionStory) -> Figure:
    """Return the region's map, coloured by regime class; an edition not the newest is told."""
    latest = story.latest.reset_index()
    newest = latest["edition"].max()
    latest = latest.assign(year=[f" ’{e % 100:02d}" * bool(e < newest) for e in latest["edition"]])
    told = _of_each_class(latest, lambda row: row.country + f" ({row.edition})" * bool(row.year))
    unknown = sorted({country.name for country in COUNTRIES} - set(latest["country"]))
    rest = f"; not shown or not known, {len(unknown)}: {say.listed(unknown)}" if unknown else ""
    pale = "Tiles without colour are outside the group or not known. " * bool(unknown)
    return figure(
        lambda narrow: draw_map(latest, narrow),
        latest[["country", "iso3", "edition", "score", "regime_class"]],
        name="map",
        title=map_title(story),
        subtitle="Regime class and Democracy Score of the last known edition, "
        f"{say.SCALE_WORDS}; {newest} unless a year is given",
        caption="Each tile is a country, placed near its neighbours, under its ISO code (Kosovo: "
        f"XKX). {pale}{story.rests(say.SCORES)}",
        alt=f"Tile map of {len(COUNTRIES)} countries by regime class, last known edition, "
        f"{newest} unless given. {told}{rest}.",
    )


def draw_map(latest: pd.DataFrame, narrow: bool) -> Sheet:
    """Draw a tile a country, coloured and named by regime class, and the key of the classes."""
    columns, lines = np.max([*TILES.values()], axis=0) + 1
    wide, high = (NARROW if narrow else WIDE) / columns, 29.5 if narrow else 36.0
    canvas = Sheet(narrow, lines * high)
    axes = plot(canvas, (0, 0, 0, 0), (0, columns), (lines, 0), bare=True)
    tiles = pd.DataFrame.from_dict(TILES, orient="index", columns=["x", "y"])
    tiles = tiles.add([0.5 / wide, 0.5 / high]).rename_axis("iso3").reset_index()
    tiles = tiles.assign(width=1 - 2 / wide, height=1 - 2 / high).merge(latest, how="left")
    tiles["kind"] = tiles["regime_class"].map(say.INITIALS).fillna("unknown")
    score = tiles["score"].map(say.fixed, na_action="ignore")
    told = tiles["country"] + " " + tiles["edition"].map("{:.0f}".format) + ": " + score
    tiles["note"] = (told + ", " + tiles["regime_class"]).fillna(tiles["iso3"] + ": not shown")
    tiles["words"] = tiles["kind"] + ("" if narrow else " " + score) + tiles["year"]
    chart.draw_cells(axes, tiles)
    known = tiles[tiles["kind"] != "unknown"]
    chart.write_in_cells(axes, tiles[tiles["kind"] == "unknown"], "iso3", gid="tile")
    name = {"dy": 0.17 * high, "size": 8.6 if narrow else 10.5, "weight": "semibold"}
    chart.write_in_cells(axes, known, "iso3", gid="tile", **name)
    size = 6.8 if narrow else 7.6
    chart.write_in_cells(axes, known, "words", gid="tile", dy=-0.2 * high, size=size)
    x, side, size = (3 + 8 / wide, 9, 7.8) if narrow else (4 + 12 / wide, 11, 8.8)
    key = pd.DataFrame({"kind": list(say.CLASS_NAMES)})
    key = key.assign(x=x, width=side / wide, height=side / high)
    key["y"] = (1 + key.index * (side + 2.6)) / high
    chart.draw_cells(axes, key)
    for row in rows(key):
        words, y = f"{row.kind} {say.CLASS_NAMES[row.kind]}", row.y + row.height / 2
        chart.write(axes, x, y, words, dx=side + 5, size=size, gid="key")
    return canvas


def movers_figure(story: RegionStory, title: str) -> Figure:
    """Return the countries by the change of their score, the largest fall first."""
    window, ordered = story.window, story.compared.sort_values("change", kind="stable")
    ordered = ordered.reset_index()
    told = [
        f"{row.country} {say.signed(row.change)} ({say.fixed(row.first)} to {say.fixed(row.last)})"
        for row in rows(ordered)
    ]
    other_end = f"; at the other end {say.listed(told[-2:])}" if len(told) > 4 else ""
    return figure(
        lambda narrow: draw_movers(ordered, window, narrow),
        ordered[["country", "first_edition", "first", "last_edition", "last", "change"]],
        name="movers",
        title=title,
        subtitle=f"Democracy Score of the first and the last edition compared, {say.SCALE_WORDS}",
        caption="Hollow: first, filled: last score compared. Right: the change in "
        f"points; editions are given where they are not {window.first_edition} and "
        f"{window.last_edition}. Initials: the class at the end. {story.rests(say.SCORES)}",
        alt=f"Dot plot of {say.countries(len(told))}. In order of change: "
        f"{say.listed(told[:3] if other_end else told)}{other_end}.",
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
        notes = [f"{name} {year}: {say.fixed(score)}" for name, year, score in years]
        chart.tell_points(axes, ordered[end], at, notes)
    small = looks(size=7.6, color=palette.SOFT, ha="right")
    chart.write_beside(axes, 0, ordered["regime_class"].map(say.INITIALS), at, dx=-6, **small)
    look = looks(dx=34 if narrow else 36, size=8.8, ha="right", gid="change")
    chart.write_beside(axes, 1, ordered["change"].map(say.signed), at, **look)
    whole = window.first_edition, window.last_edition
    for y, row in enumerate(rows(ordered[["first_edition", "last_edition"]])):
        if not narrow and tuple(row) != whole:
            chart.write_beside(axes, 1, ["{} to {}".format(*row)], [y + 0.5], dx=right, **small)
    return canvas
