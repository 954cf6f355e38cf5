"""Tables and figures of notebook 3: the pairs on every level and what they rest on."""

from __future__ import annotations

import pandas as pd

from analysis.briefs.blocks import Figure, Table
from analysis.briefs.figures.correlations import (
    LEVEL_TITLES,
    correlation_figure,
    ordered_figure,
)
from analysis.briefs.tables import frame_table, with_reasons
from analysis.briefs.wording import fixed
from analysis.correlations.decomposition import LEVELS
from analysis.facts.frames import row_at
from analysis.facts.rating_system import CATEGORIES


def matrices(table: pd.DataFrame) -> Figure:
    """Return the heat-maps of the three levels that say something."""
    within = table.loc[table["level"] == "within", "r"].dropna()
    between = table.loc[table["level"] == "between", "r"].dropna()
    title = "Too few countries for correlations"
    if len(within) and len(between):
        title = (
            f"Between countries the median correlation is {fixed(between.median())}, "
            f"within them {fixed(within.median())}"
        )
    return correlation_figure(table, title)


def together(table: pd.DataFrame) -> Figure:
    """Return the within matrix with categories that moved together side by side."""
    within = table[table["level"] == "within"].dropna(subset=["r"])
    title = "Too few countries for correlations within them"
    if len(within):
        first = row_at(within, within["r"].idxmax())
        title = (
            f"{CATEGORIES[first['x']]} and {CATEGORIES[first['y']]} moved together most closely "
            f"({fixed(first['r'])})"
        )
    return ordered_figure(table, title)


def support(table: pd.DataFrame) -> Table:
    """Return every pair within countries with its interval and what it rests on."""
    within = table[table["level"] == "within"].assign(
        pair=lambda t: t["x"] + " – " + t["y"],
    )
    return frame_table(
        within,
        "Within-country correlations, 95 % interval by country jackknife",
        with_reasons(
            {
                "pair": "Pair",
                "r": "r",
                "low": "from",
                "high": "to",
                "n_contributing": "Countries that moved in both",
                "effective_units": "Effective number",
            },
            within,
        ),
        caption=f"{len(within)} pairs looked at together; "
        + " · ".join(f"{code} {name}" for code, name in CATEGORIES.items()),
    )


def levels_compared(table: pd.DataFrame, shares: pd.DataFrame) -> Table:
    """Return median and range of the pairs' correlations on each level.

    Parameters
    ----------
    table
        `analysis.correlations.decomposition.PAIR_COLUMNS`.
    shares
        The exact split of each pair's pooled products (`cross_product_shares`).
    """
    grouped = table.groupby("level")["r"]
    summary = pd.DataFrame(
        {"median": grouped.median(), "low": grouped.min(), "high": grouped.max()}
    ).reindex(list(LEVELS))
    named = summary.rename(index={**LEVEL_TITLES, "pooled": "Pooled (misleading)"})
    between = (shares["between"] / shares["total"]).median()
    return frame_table(
        named.rename_axis("level").reset_index(),
        "Correlations of 21 pairs of categories on each level",
        {"level": "Level", "median": "Median", "low": "Lowest", "high": "Highest"},
        caption=(
            "A pair’s pooled sum of products is exactly its sum between countries plus that within "
            f"them; in the median pair {fixed(100 * between, 0)} % of it lies between countries."
            if pd.notna(between)
            else ""
        ),
    )
