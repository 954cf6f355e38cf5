"""Figures of several countries: lines of scores and means, categories and their correlations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

import matplotlib as mpl
import numpy as np
import pandas as pd
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.path import Path

from analysis.briefs import palette
from analysis.briefs import wording as say
from analysis.briefs.blocks import Figure
from analysis.briefs.figures import chart
from analysis.briefs.figures.chart import looks
from analysis.briefs.figures.style import NARROW, WIDE, Sheet, figure, plot
from analysis.briefs.region.story import ComparisonStory, RegionStory
from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import CATEGORIES, class_spans, regime_class
from analysis.tables.stored import gapped, rows

DASHES: Final = ((6, 2), (2, 2), (6, 2, 1.5, 2), (10, 2), (4, 1.5, 1.5, 1.5), (1.2, 1.6), (8, 3))
"""No two lines of a figure have the same dashes."""

LEVELS: Final = ("between", "within", "changes")
"""The levels that say something."""


def lines_figure(story: RegionStory, title: str) -> Figure:
    """Return the scores of a few countries as lines on the class bands, each labelled."""
    shown = story.series
    lines = {str(name): gapped(line) for name, line in shown.groupby("country")}
    lines = dict(sorted(lines.items(), key=lambda item: -item[1].iloc[-1]))
    scale = chart.axis_of(shown["score"])

    def draw(narrow: bool) -> Sheet:
        named = {BY_NAME[name].iso3 if narrow else name: line for name, line in lines.items()}
        canvas = draw_lines(named, "", narrow, 210 if narrow else 236, scale)
        chart.class_bands(canvas.axes[0], scale)
        _name_bands(canvas.axes[0], list(lines.values()), scale)
        return canvas

    told = [
        f"{name} {_from_to([*line.dropna().map(say.fixed).items()])}"
        for name, line in lines.items()
    ]
    gap = ""
    if len(shown) < len(lines) * len(story.window.editions):
        gap = "; a gap in a line is an edition whose score is not known"
    return figure(
        draw,
        shown[["country", "edition", "score", "basis"]],
        name="scores",
        title=title,
        subtitle=f"Democracy Score by edition, {say.SCALE_WORDS}{chart.axis_words(scale)}",
        caption="An edition covers the year before it. The bands are the regime classes"
        f"{gap}. {story.rests(say.SCORES)}",
        alt=f"Line chart of {say.countries(len(lines))}: {'; '.join(told)}.",
    )


def _from_to(told: Sequence[tuple[object, str]]) -> str:
    """Return from where to where a line goes, of what is told of each edition."""
    (first, before), (last, after) = told[0], told[-1]
    if first == last:
        return f"{after} in {last}"
    if before == after:
        return f"{after} in {first} and in {last}"
    return f"from {before} in {first} to {after} in {last}"


def told_mean(row: pd.Series) -> str:
    """Return the mean of a row of the table ``means``, or between what it lies."""
    low, high = say.fixed(row["low"]), say.fixed(row["high"])
    return say.fixed(row["mean"]) if low == high else f"between {low} and {high}"


def mean_figure(means: pd.DataFrame, title: str, caption: str, whole: str = "all") -> Figure:
    """Return lines of the means of a group, `whole`, and of others in the table ``means``.

    `caption` says what the means are taken over.
    """
    strong = "Region" if whole == "all" else "Group"
    groups = {strong if name == whole else str(name): m for name, m in means.groupby("group")}
    lines = {name: gapped(group, "mean") for name, group in groups.items()}

    def draw(narrow: bool) -> Sheet:
        canvas = draw_lines(lines, strong, narrow, 190)
        for name, group in groups.items():
            if group["n_open"].any():
                colour = palette.ACCENT if name == strong else palette.GREY
                band, look = group[["edition", "low", "high"]], looks(alpha=0.2, lw=0, gid="open")
                canvas.axes[0].fill_between(*band.to_numpy().T, color=colour, **look)
        return canvas

    told = [
        f"{'all countries' if name == 'Region' else group['group'].iloc[0]} "
        f"({group['n'].iloc[0]}) "
        f"{_from_to([(int(row['edition']), told_mean(row)) for _, row in group.iterrows()])}"
        for name, group in groups.items()
    ]
    return figure(
        draw,
        means[["group", "edition", "mean", "low", "high", "n", "n_open"]],
        name="means",
        title=title,
        subtitle=f"Mean Democracy Score by edition, {say.SCALE_WORDS}",
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
    """Draw values by edition, missing in gaps, as lines on the scale, each labelled at its end.

    The line `strong` is emphasised, the others being grey; where it is empty each has a colour.
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
        notes = [f"{name} {year}: {say.fixed(value)}" for year, value in known.items()]
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
        words = f"{name} {say.fixed(value)}" + ("" if end == last else f" ’{end % 100:02d}")
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


def profile_figure(story: ComparisonStory, title: str) -> Figure:
    """Return a grid of countries by categories: rating of an edition, and its change."""
    (first, last), ends = story.ratings, story.ends
    names = [*dict.fromkeys([*story.latest_common.index, *last.index])]
    wide, change, told = last.loc[names], (last - first).loc[names], []
    for code, values in wide.dropna(axis="columns", how="all").items():
        of_code = [*dict.fromkeys(say.extremes(values.dropna()))]
        told.append(f"{CATEGORIES[str(code)]} {'from ' * (len(of_code) > 1)}{' to '.join(of_code)}")
    grid = pd.DataFrame({"rating": wide.unstack(), "change": change.unstack()})
    grid = grid.rename_axis(["category", "country"]).reset_index()
    below, small = "; below, its change", f"Small: change from the {ends[0]} edition. "
    if ends[0] == ends[1]:
        below = small = ""
    known, dash = ", as far as known", "–: not known. "
    if wide.notna().all(axis=None):
        known = "" if ends[1] == story.window.last_edition else ", the last known in full"
        dash = ""
    return figure(
        lambda narrow: draw_profile(grid, narrow),
        grid.dropna(subset="rating")[["country", "category", "rating", "change"]],
        name="profile",
        title=title,
        subtitle=f"Rating of each category in the {ends[1]} edition{known}, "
        f"{say.SCALE_WORDS}{below}",
        caption=f"Colour: the class that a score of this size would have. {small}{dash}"
        f"{say.CATEGORY_KEY}. {story.rests(say.RATINGS)}",
        alt=f"Grid of {say.countries(len(last))} by seven categories. Ranges in the {ends[1]} "
        f"edition{known}: {say.listed(told or ['none'])}.",
    )


def draw_profile(grid: pd.DataFrame, narrow: bool) -> Sheet:
    """Draw a row a country, a column a category, coloured as a score of that size would be."""
    names = grid["country"].unique()
    left, columns = 30 if narrow else 112, len(CATEGORIES)
    high = 22 if len(names) <= 12 else 18
    canvas, axes = chart.country_rows(names, narrow, (0, columns), left, 0, high)
    chart.write_across(axes, [(x + 0.5, code) for x, code in enumerate(CATEGORIES)])
    x, y = np.divmod(np.arange(len(grid)), len(names))
    cells = grid.assign(x=x + 0.01, y=y + 0.02, width=0.98, height=0.93)
    rating, names_of = grid["rating"], grid["country"] + ", " + grid["category"].map(CATEGORIES)
    initials = rating.map(lambda r: regime_class(Fraction(r)).initials, na_action="ignore")
    told = rating.map(say.fixed, na_action="ignore")
    cells["kind"], cells["rating"] = initials.fillna("unsure"), told.fillna(say.MISSING)
    cells["note"] = names_of + ": " + told.fillna("not known")
    moved = grid["change"].abs() > 1e-9
    cells["change"] = grid["change"].map(say.signed, na_action="ignore")
    chart.draw_cells(axes, cells)
    chart.write_in_cells(axes, cells[~moved], "rating", size=8.8, gid="rating")
    chart.write_in_cells(axes, cells[moved], "rating", dy=3.6, size=8.8, gid="rating")
    chart.write_in_cells(axes, cells[moved], "change", dy=-5.9, size=6.8, gid="change")
    return canvas


def correlation_figure(pairs: pd.DataFrame, rests: str) -> Figure:
    """Return the matrices of correlations on three levels; uncertain ones are not tinted.

    `pairs` is the table ``correlations`` of the seven categories, `rests` what they rest on.
    """
    between, within = pairs.groupby("level")["r"].median().reindex(["between", "within"])
    title = "Too few countries for correlations"
    if between == between and within == within:
        title = f"Between countries the median correlation is {say.fixed(between)}, within them "
        title += say.fixed(within)
    shown = pairs[pairs["level"].isin(LEVELS)]
    return figure(
        lambda narrow: draw_correlations(shown, narrow),
        shown[["level", "x", "y", "r", "low", "high"]],
        name="correlations",
        title=title,
        subtitle="Correlation of each two categories, on three levels",
        caption="Between: of the countries’ means. Within: of each country’s departures from its "
        "own mean. Changes: of the steps from one edition to the next. Outlined, in grey: the "
        f"95 % interval includes zero or is withheld. {say.CATEGORY_KEY}. {rests}",
        alt="Three triangular heat-maps of correlations. "
        + " ".join(_ends_of(pairs, level) for level in LEVELS),
    )


def _ends_of(pairs: pd.DataFrame, level: str) -> str:
    """Return the lowest and the highest correlation of a level."""
    own = pairs[pairs["level"] == level].dropna(subset=["r"])
    if own.empty:
        return f"{say.LEVEL_TITLES[level]}: not estimable."
    ends = " to ".join(say.extremes(own["r"].set_axis(_names_of(own))))
    return f"{say.LEVEL_TITLES[level]}: {len(own)} pairs from {ends}."


def _names_of(pairs: pd.DataFrame) -> pd.Series:
    return pairs["x"].map(CATEGORIES) + " with " + pairs["y"].map(CATEGORIES)


def draw_correlations(pairs: pd.DataFrame, narrow: bool) -> Sheet:
    """Draw one triangle a level: beside each other on a page, below each other on a phone."""
    codes, n, columns = list(CATEGORIES), len(CATEGORIES) - 1, 1 if narrow else len(LEVELS)
    wide, high = ((NARROW if narrow else WIDE) + 10) / columns - 10, 16.0 if narrow else 15.0
    block = 15 + high * n + 13 + (10 if narrow else 0)
    canvas = Sheet(narrow, block * (len(LEVELS) // columns))
    for place, level in enumerate(LEVELS):
        row, column = divmod(place, columns)
        x, y = column * (wide + 10), row * block + 15
        axes = plot(canvas, (x + 22, y, x + wide, y + high * n), (0, n), (n, 0), bare=True)
        cells = _cells(pairs[pairs["level"] == level])
        chart.draw_cells(axes, cells)
        chart.write_in_cells(axes, cells, "words", size=7.6, gid="cell")
        chart.write_beside(axes, 0, codes[1:], np.arange(n) + 0.5, dx=-3, ha="right", **chart.SMALL)
        below = [(place + 0.5, code) for place, code in enumerate(codes[:-1])]
        chart.write_across(axes, below, 0, -6.5)
        head = looks(size=9.3, weight="semibold", xycoords="axes fraction", gid="head")
        chart.write(axes, 0, 1, say.LEVEL_TITLES[level], dx=-22, dy=9, **head)
    return canvas


def _cells(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return a cell a pair, tinted by its correlation; outlined where the interval holds zero."""
    places = np.sort([[[*CATEGORIES].index(code) for code in (p.x, p.y)] for p in rows(pairs)])
    tint = LinearSegmentedColormap.from_list("accent", [palette.PAPER, palette.ACCENT])
    sure = (pairs["low"] > 0) | (pairs["high"] < 0)
    r = [say.MISSING if pd.isna(r) else say.fixed(r) for r in pairs["r"]]
    ends = [
        "" if pd.isna(p.low) else f" ({say.fixed(p.low)} to {say.fixed(p.high)})"
        for p in rows(pairs)
    ]
    return pairs.assign(
        x=places[:, 0] + 0.02,
        y=places[:, 1] - 0.96,
        width=0.96,
        height=0.92,
        kind=np.where(sure, "sure", "unsure"),
        fill=[to_hex(tint(size)) for size in pairs["r"].abs().where(sure, 0) / 1.9],
        words=[words.replace("0.", ".", 1) for words in r],
        note=_names_of(pairs) + ": " + r + ends,
    )
