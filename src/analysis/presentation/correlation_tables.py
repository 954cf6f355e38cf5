"""Tables and figures of notebook 3: the pairs on every level and what they rest on."""

from __future__ import annotations

import pandas as pd

from analysis.correlations.decomposition import LEVELS, pair_correlations
from analysis.groups import GroupData
from analysis.presentation.blocks import Figure, Table
from analysis.presentation.correlation_figure import LEVEL_TITLES, correlation_figure
from analysis.presentation.tables import frame_table
from analysis.presentation.wording import fixed
from analysis.rating_system import CATEGORIES


def pairs(data: GroupData) -> pd.DataFrame:
    """Return the correlations of all pairs of categories on all levels."""
    return pair_correlations(
        data.wide.reindex(columns=["country", "edition", *CATEGORIES]), list(CATEGORIES)
    )


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


def support(table: pd.DataFrame) -> Table:
    """Return every pair within countries with its interval and what it rests on."""
    within = table[table["level"] == "within"].assign(
        pair=lambda t: t["x"] + " – " + t["y"],
    )
    return frame_table(
        within,
        "Within-country correlations, 95 % interval by country jackknife",
        {
            "pair": "Pair",
            "r": "r",
            "low": "from",
            "high": "to",
            "n_contributing": "Countries that moved in both",
            "effective_units": "Effective number",
            "refusal": "Withheld because",
        },
        caption=f"{len(within)} pairs looked at together; "
        + " · ".join(f"{code} {name}" for code, name in CATEGORIES.items()),
    )


def levels_compared(table: pd.DataFrame) -> Table:
    """Return median and range of the pairs' correlations on each level."""
    grouped = table.groupby("level")["r"]
    summary = pd.DataFrame(
        {"median": grouped.median(), "low": grouped.min(), "high": grouped.max()}
    ).reindex(list(LEVELS))
    named = summary.rename(index={**LEVEL_TITLES, "pooled": "Pooled (misleading)"})
    return frame_table(
        named.rename_axis("level").reset_index(),
        "Correlations of 21 pairs of categories on each level",
        {"level": "Level", "median": "Median", "low": "Lowest", "high": "Highest"},
    )
