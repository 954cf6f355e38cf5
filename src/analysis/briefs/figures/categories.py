"""Figures of a country's categories: their ratings as small multiples, their steps as a grid."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.briefs import palette
from analysis.briefs import wording as say
from analysis.briefs.blocks import Figure
from analysis.briefs.country.findings import span_words
from analysis.briefs.country.story import CountryStory
from analysis.briefs.figures import chart
from analysis.briefs.figures.chart import looks
from analysis.briefs.figures.style import Sheet, figure, plot
from analysis.facts.rating_system import CATEGORIES, NOT_PRINTED, SCORE, SHORT_NAMES
from analysis.settings.parameters import Window
from analysis.tables.stored import rows

FLAT: Final = 1.5
"""Ratings that all stay in a span of this size are drawn on a part of the scale, or a step of 0.25
could hardly be seen."""

_NAMES: Final = {**CATEGORIES, SCORE: "Democracy Score"}
_HEAD: Final = looks(size=9.3, weight="semibold", gid="head")


def category_figure(story: CountryStory, title: str) -> Figure:
    """Return the small multiples of one country."""
    country, known, gaps = story.country.name, story.known, story.gaps
    ends = pd.concat([story.panel["rating"], gaps["lowest"], gaps["highest"]])
    scale = chart.axis_of(ends, FLAT)
    told = "; ".join(f"{name} {_span(known[code])}" for code, name in CATEGORIES.items())
    pale = "A gap is not known; the pale bar in it is what the printed facts leave possible."
    key = {
        "Below each name: first and last known rating of the period.": True,
        "Hollow: derived from printed facts.": story.panel["status"].isin(NOT_PRINTED).any(),
        pale: len(gaps),
        f"The last panel is the mean of the seven. {story.rests()}": True,
    }
    return figure(
        lambda narrow: draw_categories(story, scale, narrow),
        story.panel[["edition", "category", "rating", "status"]],
        name="categories",
        title=title,
        subtitle=f"Rating by edition, {say.SCALE_WORDS}{chart.axis_words(scale)}; in grey "
        "the country’s other categories",
        caption=f"Ratings move in steps of 0.25. {say.holding(key)}",
        alt=f"Seven small line charts of {say.in_text(country)}’s ratings and one of their mean, "
        f"first to last known: {told}.",
    )


def draw_categories(story: CountryStory, scale: tuple[int, int], narrow: bool) -> Sheet:
    """Draw a panel a category of one country, the others in grey, and one of its score."""
    canvas, axes, panels = _empty_panels(story.window, scale, narrow)
    known, score, gaps = story.known, story.own, story.gaps
    moved = panels.loc[gaps["category"]].to_numpy().T
    chart.possible_ranges(axes, gaps, gaps["category"].replace(_NAMES), *moved)
    # A last edition without ratings keeps the lines of one drawing apart.
    ratings = known[list(CATEGORIES)].reindex([*known.index, np.inf])
    # Each rating holds for its whole edition, the first and the last one too.
    steps = ratings.loc[ratings.index.repeat(2)]
    steps.index = steps.index + np.tile([-0.5, 0.5], len(ratings))
    lines = steps.melt(var_name="category", ignore_index=False).reset_index()
    lines = panels.drop(SCORE).reset_index(names="panel").merge(lines, how="cross")
    x, y = lines["edition"] + lines["across"], lines["value"] + lines["up"]
    mine = lines["panel"] == lines["category"]
    axes.plot(x[~mine], y[~mine], color=palette.GREY, lw=0.7, gid="other")
    axes.plot(x[mine], y[mine], color=palette.ACCENT, lw=1.9, gid="own")
    own = story.panel.join(panels, on="category")
    own = own.assign(x=own["edition"] + own["across"], y=own["rating"] + own["up"])
    hollow = looks(marker="o", ms=3, mew=1, mfc=palette.PAPER, color=palette.ACCENT)
    derived = own[own["status"].isin(NOT_PRINTED)]
    axes.plot(derived["x"], derived["y"], ls="", gid="derived", **hollow)
    low, high = scale[0] + own["up"], scale[1] + own["up"]
    boxes = np.stack([own["x"] - 0.5, low, own["x"] + 0.5, high], axis=1)
    words = [
        f"{_NAMES[c.category]} {c.edition}: {say.fixed(c.rating)} ({c.status})" for c in rows(own)
    ]
    chart.tell(axes, boxes, words)
    mean, (across, up) = known[SCORE], panels.to_numpy()[-1]
    alone = looks(marker="o", ms=2.4, mew=0) if len(score) == 1 else {}
    axes.plot(mean.index + across, mean + up, color=palette.INK, lw=1.6, gid="mean", **alone)
    chart.tell_points(axes, score["edition"] + across, score["score"] + up, say.score_words(score))
    for (code, name), (across, up) in zip(_NAMES.items(), panels.to_numpy(), strict=True):
        at = story.window.first_edition - 0.5 + across, scale[1] + up
        chart.write(axes, *at, SHORT_NAMES.get(code, name), dy=22, **_HEAD)
        colour = palette.INK if code == SCORE else palette.ACCENT
        chart.write(axes, *at, _span(known[code]), dy=10.3, size=8.6, color=colour, gid="head")
    return canvas


def _empty_panels(
    window: Window, scale: tuple[int, int], narrow: bool
) -> tuple[Sheet, Axes, pd.DataFrame]:
    """Return a sheet, its plot, and how far each panel is moved in it, in editions and points.

    Eight panels in one plot, of the units of the first, are drawn in half the time of eight plots.
    """
    columns, head, high, foot, left, gap = 2 if narrow else 4, 31, 58 if narrow else 62, 18, 12, 14
    canvas = Sheet(narrow, (head + high + foot) * (8 // columns))
    wide = (canvas.bbox.width - left - gap * (columns - 1) - 2) / columns
    start, end = window.first_edition - 0.5, window.last_edition + 0.5
    x, y = (end - start) / wide, (scale[1] - scale[0]) / high
    ends = start - left * x, start + (canvas.bbox.width - left) * x
    top = scale[1] + head * y
    axes = plot(canvas, (0, 0, 0, 0), ends, (top - canvas.bbox.height * y, top), bare=True)
    row, column = np.divmod(np.arange(8), columns)
    moved = {"across": column * (wide + gap) * x, "up": -row * (head + high + foot) * y}
    panels = pd.DataFrame(moved, index=list(_NAMES))
    marked = [1, 4, 7] if scale == (1, 7) else [*range(scale[0], scale[1] + 1)]
    first, last = f"{window.first_edition}", f"’{window.last_edition % 100:02d}"
    rule, right = looks(color=palette.RULE, lw=0.6, zorder=0), looks(ha="right", **chart.SMALL)
    for across, up in panels.to_numpy():
        heights = np.add(marked, up)
        axes.hlines(heights, start + across, end + across, gid="grid", **rule)
        chart.write(axes, start + across, scale[0] + up, first, dy=-8.5, **chart.SMALL)
        if len(window.editions) > 1:
            chart.write(axes, end + across, scale[0] + up, last, dy=-8.5, **right)
        for number, height in zip(marked, heights, strict=True) if not across else ():
            chart.write(axes, start, height, str(number), dx=-4, **right)
    return canvas, axes, panels


def _span(line: pd.Series) -> str:
    known = [say.fixed(value) for value in line.dropna()]
    if len(set(known)) < 2:
        return "not known" if not known else known[0] + " throughout" * (len(known) > 1)
    return f"{known[0]} to {known[-1]}"


def decomposition_figure(story: CountryStory, title: str) -> Figure:
    """Return the grid of categories by editions with the steps, and the score's change below."""
    steps, net, at = story.steps.rename_axis("edition"), story.net, story.window
    grey = " Grey: one of the two ratings is not known." * bool(steps.isna().any(axis=None))
    ends, told = ", which needs two editions known in full", "No two editions are known in full."
    if len(net):
        ends = span_words(story.full_editions)
        moves = [f"{name} {say.signed(net[code])}" for code, name in CATEGORIES.items()]
        told = f"Change{ends}: {', '.join(moves)}."
    return figure(
        lambda narrow: draw_decomposition(steps, net, narrow),
        steps.rename(columns={SCORE: "score_change"}).reset_index(),
        name="decomposition",
        title=title,
        subtitle="Change of each rating from the edition before, in points; below, that of the "
        "score: the sum of the seven, divided by seven",
        caption=f"Steps between adjacent editions, {at.first_edition} to {at.last_edition}. A line "
        f"alone: no change.{grey} Right: the change{ends}. {story.rests()}",
        alt=f"Grid of {say.in_text(story.country.name)}’s seven categories by edition with the "
        f"change of each rating. {told} {_largest_changes(steps[SCORE])}",
    )


def _largest_changes(score: pd.Series) -> str:
    known = ", of the steps known," if score.isna().any() else ""
    moves = score[score.abs() > 0].sort_values(key=lambda step: -step.abs(), kind="stable")
    sizes = moves.abs().tolist()
    if n := say.whole_ties(sizes):
        named = say.listed(
            [f"{edition} ({say.signed(step)})" for edition, step in moves[:n].items()]
        )
        return f"The score changed most{known} in {named}."
    if not sizes:
        what = ", of the steps known" if known else ""
        return f"No score changed{what}." if score.count() else "No step of the score is known."
    tied = say.counted(sizes.count(sizes[0]), "edition")
    return f"The score changed by {say.fixed(sizes[0])} at most{known or ','} in {tied}."


def draw_decomposition(steps: pd.DataFrame, net: pd.Series, narrow: bool) -> Sheet:
    """Draw a row a category and one for the score, a column an edition, sums at the right."""
    (left, right), n = (84, 34) if narrow else (92, 40), len(steps)
    # The last row stands apart: 6 points are 0.4 of a row of 15.
    canvas, heights = Sheet(narrow, 143), [0, 1, 2, 3, 4, 5, 6, 7.4]
    axes = plot(canvas, (left, 14, -right, 140), (-0.5, n - 0.5), (7.9, -0.5), bare=True)
    wide = axes.bbox.width / n
    shown = [e if wide > 14 or e % 5 == 0 or n == 1 else None for e in steps.index]
    years = [(x, str(e) if wide > 22 else f"’{e % 100:02d}") for x, e in enumerate(shown) if e]
    chart.write_across(axes, years)
    sums = [say.signed(net[code]) if code in net else say.MISSING for code in _NAMES]
    sides = (0, [*SHORT_NAMES.values(), "Democracy Score"], -left, "left")
    for side, words, dx, ha in (sides, (1, sums, right, "right")):
        look = looks(dx=dx, ha=ha, size=8.6, gid="sum" if side else "head")
        chart.write_beside(axes, side, words[:7], heights[:7], **look)
        chart.write_beside(axes, side, words[7:], heights[7:], weight="semibold", **look)
    chart.write_beside(axes, 1, ["Net"], [-0.5], dx=right, dy=8.4, ha="right", **chart.SMALL)
    beyond = [-left / axes.bbox.width, 1 + right / axes.bbox.width]
    look = looks(color=palette.INK, lw=0.8, transform=axes.get_yaxis_transform(), gid="rule")
    axes.plot(beyond, [6.7, 6.7], **look)
    axes.hlines(heights, -0.5, n - 0.5, color=palette.RULE, lw=0.6, zorder=0, gid="grid")
    _draw_steps(axes, steps, heights, wide)
    return canvas


def _draw_steps(axes: Axes, steps: pd.DataFrame, heights: list[float], wide: float) -> None:
    """Draw a box and a number a change, a triangle where the number would not fit."""
    cells = steps.set_axis([*_NAMES.values()], axis=1).reset_index()
    cells = cells.melt("edition", value_name="step")
    y, x = np.divmod(np.arange(len(cells)), len(steps))
    cells = cells.assign(x=x - 0.5, y=np.array(heights)[y] - 7 / 15, bold=y == 7)
    cells = cells.assign(width=1 - 1 / wide, height=14 / 15)
    size = cells["step"]
    changed = [size.isna(), size >= 0.005, size <= -0.005]
    cells["kind"] = np.select(changed, ["unknown", "up", "down"], "")
    words = size.map(say.signed, na_action="ignore").fillna("not known")
    before = (cells["edition"] - 1).astype(str) + " to " + cells["edition"].astype(str)
    cells["note"] = cells["variable"] + ", " + before + ": " + words
    cells["words"] = words.str.replace("0.", ".", n=1, regex=False)
    chart.draw_cells(axes, cells)
    moved = cells[cells["kind"].isin(["up", "down"])]
    if wide >= 14:
        look = looks(size=8.0 if wide >= 21 else 6.9, gid="step")
        chart.write_in_cells(axes, moved[~moved["bold"]], "words", **look)
        chart.write_in_cells(axes, moved[moved["bold"]], "words", weight="semibold", **look)
        return
    for kind, mark, colour in (("up", "^", palette.UP), ("down", "v", palette.DOWN)):
        same = moved[moved["kind"] == kind]
        middle = same["x"] + same["width"] / 2, same["y"] + same["height"] / 2
        axes.plot(*middle, mark, ms=4, mew=0, color=colour, gid="sign")
