"""Figures of the categories as grids: of countries side by side, and of their correlations."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, to_hex

from analysis.briefs.blocks import Figure
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import looks
from analysis.briefs.figures.style import NARROW, WIDE, Sheet, figure, plot
from analysis.briefs.picture_words import level_words, profile_words
from analysis.briefs.wording import CATEGORY_KEY, LEVEL_TITLES, MISSING, SCALE_WORDS, fixed, signed
from analysis.facts.rating_system import CATEGORIES, regime_class

LEVELS: Final = ("between", "within", "changes")
"""The levels that say something."""


def profile_figure(
    last: pd.DataFrame, first: pd.DataFrame, title: str, ends: tuple[int, int]
) -> Figure:
    """Return a grid of countries by categories: rating of an edition, and its change.

    `last` and `first` have a row a country and a column a category, of the two editions `ends`.
    """
    wide = last[list(CATEGORIES)]
    grid = pd.DataFrame({"rating": wide.unstack(), "change": (wide - first).unstack()})
    grid = grid.rename_axis(["category", "country"]).reset_index()
    return figure(
        lambda narrow: draw_profile(grid, narrow),
        grid.dropna(subset="rating")[["country", "category", "rating", "change"]],
        name="profile",
        title=title,
        subtitle=f"Rating of each category in the {ends[1]} edition, as far as known, "
        f"{SCALE_WORDS}; below, its change",
        caption="Colour: the class that a score of this size would have. Small: change from the "
        f"{ends[0]} edition. –: not known. {CATEGORY_KEY}.",
        alt=profile_words(last, ends[1]),
    )


def draw_profile(grid: pd.DataFrame, narrow: bool) -> Sheet:
    """Draw a row a country, a column a category, coloured as a score of that size would be.

    `grid` has all countries of each category in order, with `rating` and `change`.
    """
    names = grid["country"].unique()
    left, columns = 30 if narrow else 112, len(CATEGORIES)
    high = 22 if len(names) <= 12 else 18
    canvas, axes = chart.country_rows(names, narrow, (0, columns), left, 0, high)
    chart.write_across(axes, [(x + 0.5, code) for x, code in enumerate(CATEGORIES)])
    x, y = np.divmod(np.arange(len(grid)), len(names))
    cells = grid.assign(x=x + 0.01, y=y + 0.02, width=0.98, height=0.93)
    known = grid["rating"].notna()
    initials = grid["rating"][known].map(lambda r: regime_class(Fraction(r)).initials)
    cells["kind"] = initials.reindex(cells.index, fill_value="unsure")
    cells["rating"] = [MISSING if r != r else fixed(r) for r in grid["rating"]]
    told = cells["rating"].where(known, "not known")
    cells["note"] = cells["country"] + ", " + grid["category"].map(CATEGORIES) + ": " + told
    moved = grid["change"].abs() > 1e-9
    cells["change"] = grid["change"].map(signed, na_action="ignore")
    chart.draw_cells(axes, cells)
    chart.write_in_cells(axes, cells[~moved], "rating", size=8.8, gid="rating")
    chart.write_in_cells(axes, cells[moved], "rating", dy=3.6, size=8.8, gid="rating")
    chart.write_in_cells(axes, cells[moved], "change", dy=-5.9, size=6.8, gid="change")
    return canvas


def correlation_figure(pairs: pd.DataFrame) -> Figure:
    """Return the matrices of correlations on three levels; uncertain ones are not tinted.

    `pairs` is the table ``correlations`` of the seven categories.
    """
    median = pairs.groupby("level")["r"].median()
    title = "Too few countries for correlations"
    if median.reindex(["between", "within"]).notna().all():
        title = (
            f"Between countries the median correlation is {fixed(median['between'])}, "
            f"within them {fixed(median['within'])}"
        )
    shown = pairs[pairs["level"].isin(LEVELS)]
    return figure(
        lambda narrow: draw_correlations(shown, narrow),
        shown[["level", "x", "y", "r", "low", "high"]],
        name="correlations",
        title=title,
        subtitle="Correlation of each two categories, on three levels",
        caption="Between: of the countries’ means. Within: of each country’s departures from its "
        "own mean. Changes: of the steps from one edition to the next. Outlined, in grey: the "
        f"95 % interval includes zero or is withheld. {CATEGORY_KEY}.",
        alt="Three triangular heat-maps of correlations. "
        + " ".join(level_words(pairs, level) for level in LEVELS),
    )


def draw_correlations(pairs: pd.DataFrame, narrow: bool) -> Sheet:
    """Draw one triangle a level: beside each other on a page, below each other on a phone.

    A correlation whose interval holds zero is outlined, in grey.
    """
    codes, n, columns = list(CATEGORIES), len(CATEGORIES) - 1, 1 if narrow else len(LEVELS)
    wide, high = ((NARROW if narrow else WIDE) + 10) / columns - 10, 16.0 if narrow else 15.0
    block = 15 + high * n + 13 + (10 if narrow else 0)
    canvas = Sheet(narrow, block * (len(LEVELS) // columns))
    for place, level in enumerate(LEVELS):
        row, column = divmod(place, columns)
        x, y = column * (wide + 10), row * block + 15
        axes = plot(canvas, (x + 22, y, x + wide, y + high * n), (0, n), (n, 0), bare=True)
        cells = _cells(pairs[pairs["level"] == level], codes)
        chart.draw_cells(axes, cells)
        chart.write_in_cells(axes, cells, "words", size=7.6, gid="cell")
        chart.write_beside(axes, 0, codes[1:], np.arange(n) + 0.5, dx=-3, ha="right", **chart.SMALL)
        below = [(place + 0.5, code) for place, code in enumerate(codes[:-1])]
        chart.write_across(axes, below, 0, -6.5)
        head = looks(size=9.3, weight="semibold", xycoords="axes fraction", gid="head")
        chart.write(axes, 0, 1, LEVEL_TITLES[level], dx=-22, dy=9, **head)
    return canvas


def _cells(pairs: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    """Return a cell a pair, tinted by the size of its correlation."""
    places = np.sort(
        [[codes.index(x), codes.index(y)] for x, y in zip(pairs["x"], pairs["y"], strict=True)]
    )
    tint = LinearSegmentedColormap.from_list("accent", [palette.PAPER, palette.ACCENT])
    sure = (pairs["low"] > 0) | (pairs["high"] < 0)
    r = [MISSING if pd.isna(r) else fixed(r) for r in pairs["r"]]
    intervals = [
        "" if pd.isna(low) else f" ({fixed(low)} to {fixed(high)})"
        for low, high in zip(pairs["low"], pairs["high"], strict=True)
    ]
    names = pairs["x"].map(CATEGORIES) + " with " + pairs["y"].map(CATEGORIES) + ": "
    return pairs.assign(
        x=places[:, 0] + 0.02,
        y=places[:, 1] - 0.96,
        width=0.96,
        height=0.92,
        kind=np.where(sure, "sure", "unsure"),
        fill=[to_hex(tint(size)) for size in pairs["r"].abs().where(sure, 0) / 1.9],
        words=[words.replace("0.", ".", 1) for words in r],
        note=names + r + intervals,
    )
