"""Means of groups over time, taken over countries that stay the same throughout."""

from __future__ import annotations

import pandas as pd

from analysis.briefs.blocks import Figure, Note
from analysis.briefs.figures.lines import mean_figure
from analysis.briefs.wording import fixed
from analysis.facts.countries import REGIONS
from analysis.settings.groups import group_members
from analysis.statistics.group_data import GroupData
from analysis.trajectories.levels import mean_by_edition
from analysis.trajectories.samples import ALL_SCORES

MEAN_SHARE = 0.7
"""Share of a group's countries that a mean over time must rest on throughout."""


def group_means(story: GroupData) -> pd.DataFrame:
    """Return means over sets of countries that stay the same throughout.

    Returns
    -------
    pandas.DataFrame
        `group`, `edition`, `mean`, `n`, `sample`: for the whole group and, where it is the region,
        for its parts; over the longest span from the window's first edition in which the scores of
        at least `MEAN_SHARE` of the countries are known in every edition.
    """
    parts = {story.group: [c.name for c in story.members]}
    if story.group == "all":
        parts |= {region: [c.name for c in group_members(region)] for region in REGIONS}
    span = _mean_span(story)
    tables = []
    for group, names in parts.items():
        cut = story.series[story.series["country"].isin(names)]
        table = mean_by_edition(cut[cut["edition"].isin(span)], value="score")
        table = table.rename(columns={"mean_fixed": "mean", "n_fixed": "n"})
        tables.append(table.assign(group=group)[["group", "edition", "mean", "n"]])
    return pd.concat(tables, ignore_index=True).dropna().assign(sample=ALL_SCORES)


def _mean_span(story: GroupData) -> list[int]:
    wide = story.series.pivot_table(index="edition", columns="country", values="score")
    wide = wide.reindex(list(story.window.editions))
    throughout = wide.notna().cumprod().sum(axis="columns")
    return throughout[throughout >= MEAN_SHARE * len(story.members)].index.tolist()


def means(story: GroupData) -> Figure | Note:
    """Return the lines of group means, or why there are none."""
    table = group_means(story)
    if table["edition"].nunique() < 2:
        return Note(
            label="Withheld",
            text="A mean over time needs two editions, the first of the period among them, in "
            "which the scores of the same seven in ten of the countries are known.",
        )
    whole = table[table["group"] == story.group].sort_values("edition", kind="stable")
    first, last = whole.iloc[0], whole.iloc[-1]
    return mean_figure(
        table.replace({"group": {story.group: "all"}}),
        title=_mean_title(first, last),
        caption=(
            f"Means over the countries whose score is known in every edition from "
            f"{first['edition']} to {last['edition']} ({int(first['n'])} of "
            f"{len(story.members)}), so that no country enters or leaves; later editions would "
            "leave too few. A description of these countries, each counted once; shocks that hit "
            "all in one year are part of it."
        ),
    )


def _mean_title(first: pd.Series, last: pd.Series) -> str:
    before, after = fixed(first["mean"]), fixed(last["mean"])
    editions = f"between the {first['edition']} and {last['edition']} editions"
    if before == after:
        return f"The mean score stayed at {after} {editions}"
    verb = "fell" if last["mean"] < first["mean"] else "rose"
    return f"The mean score {verb} from {before} to {after} {editions}"
