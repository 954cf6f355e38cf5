"""Figure: correlation matrices of the categories, side by side on their levels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform

from analysis.briefs.blocks import Data, Figure, data_of
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import SOURCE
from analysis.briefs.figures.drawing import Drawing
from analysis.briefs.wording import fixed
from analysis.correlations.decomposition import as_matrix
from analysis.facts.frames import row_at
from analysis.facts.rating_system import CATEGORIES

LEVEL_TITLES = {
    "between": "Between countries",
    "within": "Within countries",
    "two_way": "Within, less editions",
    "changes": "Annual changes",
}


def correlation_figure(
    pairs: pd.DataFrame, title: str, levels: Sequence[str] = ("between", "within", "changes")
) -> Figure:
    """Return the matrices of correlations, uncertain ones untinted.

    Parameters
    ----------
    pairs
        `analysis.correlations.decomposition.PAIR_COLUMNS` of the seven categories.
    title
        The finding, as a sentence without full stop.
    levels
        Which levels to show, in order.
    """
    codes = list(CATEGORIES)
    svg, svg_narrow = chart.pictures(lambda narrow: _draw(pairs, levels, codes, narrow))
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
        svg=svg,
        svg_narrow=svg_narrow,
        data=_data(pairs, levels),
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
    svg, svg_narrow = chart.pictures(lambda narrow: _draw(pairs, [level], codes, narrow))
    return Figure(
        name="together",
        title=title,
        subtitle="Correlation of each two categories within countries, the most alike adjacent",
        caption=(
            "Ordered by average linkage. Outlined, in grey: the 95 % interval includes zero or is "
            "withheld."
        ),
        source=SOURCE,
        alt="Triangular heat-map. " + _level_words(pairs, level),
        svg=svg,
        svg_narrow=svg_narrow,
        data=_data(pairs, [level]),
    )


def _data(pairs: pd.DataFrame, levels: Sequence[str]) -> Data:
    shown = pairs[pairs["level"].isin(levels)]
    return data_of(shown, {name: name for name in ("level", "x", "y", "r", "low", "high")}, 2)


def ordered_categories(pairs: pd.DataFrame, level: str) -> list[str]:
    """Return the categories so that neighbours correlate most; as declared if one is unknown."""
    codes = list(CATEGORIES)
    r = as_matrix(pairs, level, codes).astype(float).to_numpy(copy=True)
    np.fill_diagonal(r, 1.0)
    if np.isnan(r).any():
        return codes
    tree = hierarchy.linkage(squareform(1 - r, checks=False), "average", optimal_ordering=True)
    return [codes[place] for place in hierarchy.leaves_list(tree)]


def _draw(
    pairs: pd.DataFrame, levels: Sequence[str], codes: Sequence[str], narrow: bool
) -> Drawing:
    """Draw one triangle a level: beside each other on a page, below each other on a phone."""
    columns = 1 if narrow else max(len(levels), 2)
    width = palette.NARROW if narrow else palette.WIDE
    wide = (width - 10 * (columns - 1)) / columns
    high = 16.0 if narrow else 15.0
    n = len(codes) - 1
    block = 15 + high * n + 13 + (10 if narrow else 0)
    drawing = Drawing(width, block * (len(levels) if narrow else 1))
    for place, level in enumerate(levels):
        row, column = (place, 0) if narrow else (0, place)
        corner = (column * (wide + 10), row * block)
        _draw_matrix(drawing, corner, (wide, high), pairs, level, codes)
    return drawing


def _draw_matrix(
    drawing: Drawing,
    corner: tuple[float, float],
    size: tuple[float, float],
    pairs: pd.DataFrame,
    level: str,
    codes: Sequence[str],
) -> None:
    (x, y), (wide, high) = corner, size
    r, low, high_end = (
        as_matrix(pairs, level, codes, *column).astype(float).to_numpy()
        for column in ((), ("low",), ("high",))
    )
    drawing.text(x, y + 8, LEVEL_TITLES[level], size=9.3, weight="bold", role="head")
    left, top, n = x + 22, y + 15, len(codes) - 1
    pitch = (wide - 22) / n
    for i in range(1, len(codes)):
        middle = top + (i - 0.5) * high
        drawing.text(
            left - 4, middle, codes[i], size=8, colour=palette.SOFT, anchor="end", centred=True,
            role="axis",
        )  # fmt: skip
        for j in range(i):
            sure = bool(low[i, j] > 0 or high_end[i, j] < 0)
            value = float(r[i, j])
            fill = tint(abs(value) / 1.9) if sure else palette.PAPER
            cell = (left + j * pitch + 0.6, middle - high / 2 + 0.6, pitch - 1.2, high - 1.2)
            edge = "" if sure else palette.RULE
            drawing.box(*cell, fill, stroke=edge, stroke_width=0.6, role=_role(sure))
            drawing.text(
                left + (j + 0.5) * pitch,
                middle,
                _value(value),
                size=7.6,
                colour=palette.INK if sure else palette.SOFT,
                anchor="middle",
                centred=True,
                role="cell",
            )
    for j in range(n):
        drawing.text(
            left + (j + 0.5) * pitch, top + n * high + 9, codes[j], size=8, colour=palette.SOFT,
            anchor="middle", role="axis",
        )  # fmt: skip


def _role(sure: bool) -> str:
    return "sure" if sure else "unsure"


def _value(r: float) -> str:
    return "–" if np.isnan(r) else fixed(r).replace("0.", ".", 1)


def tint(share: float) -> str:
    """Return the accent colour thinned out on white, from 0 (white) to 1 (full)."""
    parts = [int(palette.ACCENT[i : i + 2], 16) for i in (1, 3, 5)]
    mixed = [round(255 - (255 - part) * min(max(share, 0.0), 1.0)) for part in parts]
    return "#" + "".join(f"{part:02x}" for part in mixed)


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
