"""Figure: correlation matrices of the categories, side by side on their levels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform

from analysis.correlations.decomposition import as_matrix
from analysis.frames import row_at
from analysis.presentation import style
from analysis.presentation.blocks import Figure
from analysis.presentation.trajectory_figure import SOURCE
from analysis.presentation.wording import fixed
from analysis.rating_system import CATEGORIES

LEVEL_TITLES = {
    "between": "Between countries",
    "within": "Within countries",
    "two_way": "Within, less editions",
    "changes": "Annual changes",
}


def correlation_figure(
    pairs: pd.DataFrame, title: str, levels: Sequence[str] = ("between", "within", "changes")
) -> Figure:
    """Return the matrices of correlations, uncertain ones in grey.

    Parameters
    ----------
    pairs
        `analysis.correlations.decomposition.PAIR_COLUMNS` of the seven categories.
    title
        The finding, as a sentence without full stop.
    levels
        Which levels to show, in order.
    """

    def draw(narrow: bool) -> Canvas:
        rows, columns = (len(levels), 1) if narrow else (1, len(levels))
        width = style.NARROW if narrow else style.WIDE
        canvas = style.blank(width, 2.9 * rows if narrow else 2.35)
        grid = canvas.subplots(rows, columns, sharey=not narrow, squeeze=False).flatten()
        for axes, level in zip(grid, levels, strict=True):
            _draw_matrix(axes, pairs, level, 8.5 if narrow else 6.8)
        return canvas

    return Figure(
        title=title,
        subtitle="Correlation of each two categories, on three levels",
        caption=(
            "Between: of the countries' means. Within: of each country's departures from its own "
            "mean. Changes: of the steps from one edition to the next. Grey: the 95 % interval "
            "includes zero or is withheld. "
            + " · ".join(f"{code} {name}" for code, name in CATEGORIES.items())
            + "."
        ),
        source=SOURCE,
        alt="Three triangular heat-maps of correlations. "
        + " ".join(_level_words(pairs, level) for level in levels),
        svg=style.svg_of(draw, narrow=False),
        svg_narrow=style.svg_of(draw, narrow=True),
    )


def ordered_figure(pairs: pd.DataFrame, title: str, level: str = "within") -> Figure:
    """Return one level's matrix with categories that move together side by side.

    Parameters
    ----------
    pairs, title
        As in `correlation_figure`.
    level
        Which level to show.
    """
    codes = ordered_categories(pairs, level)

    def draw(narrow: bool) -> Canvas:
        canvas = style.blank(style.NARROW if narrow else style.WIDE, 2.9)
        _draw_matrix(canvas.subplots(), pairs, level, 8.5, codes)
        return canvas

    return Figure(
        title=title,
        subtitle="Correlation of each two categories within countries, the most alike adjacent",
        caption="Ordered by average linkage. Grey: the 95 % interval includes zero or is withheld.",
        source=SOURCE,
        alt="Triangular heat-map. " + _level_words(pairs, level),
        svg=style.svg_of(draw, narrow=False),
        svg_narrow=style.svg_of(draw, narrow=True),
    )


def ordered_categories(pairs: pd.DataFrame, level: str) -> list[str]:
    """Return the categories so that neighbours correlate most; as declared if one is unknown."""
    codes = list(CATEGORIES)
    r = as_matrix(pairs, level, codes).astype(float).to_numpy(copy=True)
    np.fill_diagonal(r, 1.0)
    if np.isnan(r).any():
        return codes
    tree = hierarchy.linkage(squareform(1 - r, checks=False), "average", optimal_ordering=True)
    return [codes[place] for place in hierarchy.leaves_list(tree)]


def _draw_matrix(
    axes: Axes,
    pairs: pd.DataFrame,
    level: str,
    size: float,
    codes: Sequence[str] = tuple(CATEGORIES),
) -> None:
    r = as_matrix(pairs, level, codes).astype(float)
    low = as_matrix(pairs, level, codes, "low").astype(float)
    high = as_matrix(pairs, level, codes, "high").astype(float)
    sure = (low > 0) | (high < 0)
    lower = pd.DataFrame(
        [[j < i for j in range(len(codes))] for i in range(len(codes))], r.index, r.columns
    )
    labels = r.map(lambda value: fixed(value).lstrip("0") if pd.notna(value) else "–")
    common = {"annot": labels, "fmt": "", "cbar": False, "linewidths": 1.2, "ax": axes}
    for shown, values, palette, ink in (
        (lower & sure, r.abs(), sns.light_palette(style.ACCENT, as_cmap=True), style.INK),
        (lower & ~sure, r * 0, ["#f1f2f3"], style.SOFT),
    ):
        if shown.to_numpy().any():
            sns.heatmap(
                values.fillna(0),
                mask=~shown,
                cmap=palette,
                vmin=0,
                vmax=1.9,
                annot_kws={"fontsize": size, "color": ink},
                **common,
            )
    axes.set(xlabel="", ylabel="")
    axes.set_title(LEVEL_TITLES[level], loc="left", fontsize=9.5, fontweight="bold")
    axes.set_xlim(0, len(codes) - 1)
    axes.set_ylim(len(codes), 1)
    axes.tick_params(length=0, labelsize=size + 0.7, rotation=0)


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
