"""Figure: correlation matrices of the categories, side by side on their levels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure as Canvas

from analysis.briefs.blocks import Data, Figure, data_of
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import SOURCE, looks
from analysis.briefs.figures.style import NARROW, WIDE, pictures, plot, sheet
from analysis.briefs.wording import fixed
from analysis.correlations.decomposition import as_matrix
from analysis.facts.frames import row_at, rows
from analysis.facts.rating_system import CATEGORIES

LEVEL_TITLES = {
    "between": "Between countries",
    "within": "Within countries",
    "two_way": "Within, less editions",
    "changes": "Annual changes",
}


def matrices(table: pd.DataFrame) -> Figure:
    """Return the matrices of the three levels that say something."""
    median = table.groupby("level")["r"].median()
    title = "Too few countries for correlations"
    if median.reindex(["between", "within"]).notna().all():
        title = (
            f"Between countries the median correlation is {fixed(median['between'])}, "
            f"within them {fixed(median['within'])}"
        )
    return correlation_figure(table, title)


def correlation_figure(
    pairs: pd.DataFrame, title: str, levels: Sequence[str] = ("between", "within", "changes")
) -> Figure:
    """Return the matrices of correlations, uncertain ones untinted.

    Parameters
    ----------
    pairs
        the table ``correlations`` of the seven categories.
    title
        The finding, as a sentence without full stop.
    levels
        Which levels to show, in order.
    """
    codes = list(CATEGORIES)
    return Figure(
        name="correlations",
        title=title,
        subtitle="Correlation of each two categories, on three levels",
        caption=(
            "Between: of the countries’ means. Within: of each country’s departures from its own "
            "mean. Changes: of the steps from one edition to the next. Outlined, in grey: the "
            "95 % interval includes zero or is withheld. "
            + " · ".join(f"{code} {name}" for code, name in CATEGORIES.items())
            + "."
        ),
        source=SOURCE,
        alt="Three triangular heat-maps of correlations. "
        + " ".join(_level_words(pairs, level) for level in levels),
        **pictures(lambda narrow: draw_correlations(pairs, levels, codes, narrow)),
        data=_data(pairs, levels),
    )


def _data(pairs: pd.DataFrame, levels: Sequence[str]) -> Data:
    shown = pairs[pairs["level"].isin(levels)]
    return data_of(shown, {name: name for name in ("level", "x", "y", "r", "low", "high")}, 2)


def draw_correlations(
    pairs: pd.DataFrame, levels: Sequence[str], codes: Sequence[str], narrow: bool
) -> Canvas:
    """Draw one triangle a level: beside each other on a page, below each other on a phone."""
    columns = 1 if narrow else max(len(levels), 2)
    wide = ((NARROW if narrow else WIDE) - 10 * (columns - 1)) / columns
    high, n = 16.0 if narrow else 15.0, len(codes) - 1
    block = 15 + high * n + 13 + (10 if narrow else 0)
    canvas = sheet(narrow, block * (len(levels) if narrow else 1))
    for place, level in enumerate(levels):
        row, column = (place, 0) if narrow else (0, place)
        x, y = column * (wide + 10), row * block + 15
        axes = plot(canvas, (x + 22, y, x + wide, y + high * n), (0, n), (n, 0))
        _draw_triangle(axes, pairs, level, codes)
        _tell_pairs(axes, pairs[pairs["level"] == level], codes)
        head = looks(size=9.3, weight="semibold", within=axes.transAxes, gid="head")
        chart.write(axes, 0, 1, LEVEL_TITLES[level], dx=-22, dy=9, **head)
    return canvas


def _draw_triangle(axes: Axes, pairs: pd.DataFrame, level: str, codes: Sequence[str]) -> None:
    """Draw the correlations of a level; those whose interval holds zero outlined, in grey."""
    r, low, high = (
        as_matrix(pairs, level, codes, *column).astype(float).iloc[1:, :-1]
        for column in ((), ("low",), ("high",))
    )
    sure = (low > 0) | (high < 0)
    words = r.map(lambda value: "–" if np.isnan(value) else fixed(value).replace("0.", ".", 1))
    above = np.triu(np.ones(r.shape, bool), 1)
    sns.heatmap(
        r.abs().where(sure, 0),
        mask=above,
        annot=words,
        fmt="",
        annot_kws={"size": 7.6, "color": palette.INK, "gid": "cell"},
        cmap=LinearSegmentedColormap.from_list("accent", [palette.PAPER, palette.ACCENT]),
        vmin=0,
        vmax=1.9,
        linewidths=1.2,
        linecolor=palette.PAPER,
        cbar=False,
        ax=axes,
    )
    unsure = np.argwhere(~sure.to_numpy() & ~above)
    outlines = looks(fill=False, ec=palette.RULE, lw=0.6, gid="unsure")
    axes.bar(unsure[:, 1] + 0.5, 0.9, 0.94, bottom=unsure[:, 0] + 0.05, **outlines)
    for text, is_sure in zip(axes.texts, sure.to_numpy()[~above], strict=True):
        text.set(color=palette.INK if is_sure else palette.SOFT, va="center")
    axes.set(xlabel="", ylabel="")
    axes.tick_params(length=0, labelsize=8, labelrotation=0, pad=2)
    axes.spines["bottom"].set_visible(False)


def _tell_pairs(axes: Axes, pairs: pd.DataFrame, codes: Sequence[str]) -> None:
    """Say in each cell which two categories, their correlation and its interval."""
    for pair in rows(pairs.dropna(subset=["r"])):
        column, row = sorted((codes.index(pair.x), codes.index(pair.y)))
        interval = "" if np.isnan(pair.low) else f" ({fixed(pair.low)} to {fixed(pair.high)})"
        words = f"{CATEGORIES[pair.x]} with {CATEGORIES[pair.y]}: {fixed(pair.r)}{interval}"
        chart.tell(axes, [(column, row - 1, words)], (0, 1, 1, 0))


def _level_words(pairs: pd.DataFrame, level: str) -> str:
    chosen = pairs[(pairs["level"] == level)].dropna(subset=["r"])
    if chosen.empty:
        return f"{LEVEL_TITLES[level]}: not estimable."
    low, high = row_at(chosen, chosen["r"].idxmin()), row_at(chosen, chosen["r"].idxmax())
    return (
        f"{LEVEL_TITLES[level]}: {len(chosen)} pairs from {fixed(low['r'])} "
        f"({CATEGORIES[low['x']]} with {CATEGORIES[low['y']]}) to {fixed(high['r'])} "
        f"({CATEGORIES[high['x']]} with {CATEGORIES[high['y']]})."
    )
