"""Means of groups over time: every member in every edition, with what the gaps leave open."""

from __future__ import annotations

import pandas as pd

from analysis.briefs.blocks import Figure, Note
from analysis.briefs.figures.lines import mean_figure
from analysis.briefs.region.story import RegionStory
from analysis.briefs.rests_on import SCORES
from analysis.briefs.wording import SAME, countries, editions, fixed, in_text, listed, signed
from analysis.facts.countries import REGIONS
from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.settings.groups import group_members, group_names
from analysis.statistics.group_data import GroupData
from analysis.tables.stored import read_processed


def group_means(story: GroupData) -> pd.DataFrame:
    """Return the mean score of a group, and of every declared group where it is the region.

    Returns
    -------
    pandas.DataFrame
        Table ``means``: a row for every edition of the window, over all members. A score that is
        not known has the mean of the completed panels in `mean`, and in `low` and `high` the least
        and the greatest that the printed facts allow; `n_open` counts such scores.

    Examples
    --------
    >>> from analysis.statistics.group_data import load_group
    >>> means = group_means(load_group("Balkans", 2005, 2024))
    >>> means["group"].unique().tolist()[:2]
    ['Balkans']
    """
    parts = {story.group: [c.name for c in story.members]}
    if story.group == "all":
        parts |= {name: [c.name for c in group_members(name)] for name in group_names()}
    scores = _every_score(story)
    tables = []
    for group, names in parts.items():
        by_edition = scores[scores["country"].isin(names)].groupby("edition")
        table = by_edition[["mean", "low", "high"]].mean()
        counts = {"n": by_edition.size(), "n_open": by_edition["open"].sum()}
        tables.append(table.assign(group=group, sample="all scores", **counts).reset_index())
    order = ["group", "edition", "mean", "low", "high", "n", "n_open", "sample"]
    return pd.concat(tables, ignore_index=True)[order]


def _every_score(story: GroupData) -> pd.DataFrame:
    """Return `mean`, `low` and `high` of each country-edition, and whether it is `open`."""
    names = [c.name for c in story.members]
    editions, possible, drawn = (
        story.window.cut(table[table["country"].isin(names)])
        for table in map(
            read_processed, ("country_editions", "possible_ratings", "completed_panels")
        )
    )
    known = editions.rename(columns={"democracy_score": "mean"}).dropna(subset=["mean"])
    known = known.assign(low=known["mean"], high=known["mean"], open=False)
    bounds = possible[possible["category"] == SCORE].rename(
        columns={"lowest": "low", "highest": "high"}
    )
    cell = ["country", "edition", "category"]
    filled = pd.concat([story.panel[[*cell, "rating"]], drawn]).groupby(cell)["rating"].mean()
    score = filled.groupby(["country", "edition"]).sum() / len(CATEGORIES)
    gaps = bounds[["country", "edition", "low", "high"]].merge(score.rename("mean").reset_index())
    return pd.concat([known, gaps.assign(open=True)], ignore_index=True)


def means(story: RegionStory) -> Figure | Note:
    """Return the lines of group means, or why there are none."""
    table = group_means(story)
    whole = table[table["group"] == story.group].sort_values("edition", kind="stable")
    if len(whole) < 2:
        return Note(label="Withheld", text="A mean over time needs two editions.")
    shown = table[table["group"].isin([story.group, *REGIONS])]
    return mean_figure(
        shown.replace({"group": {story.group: "all"}}),
        title=_mean_title(whole.iloc[0], whole.iloc[-1]),
        caption=(
            f"Means over all {countries(len(story.members))}, each counted once, in every edition."
            f"{_gap_words(story, whole)} A description of these countries; shocks that hit all in "
            f"one year are part of it. {story.rests(SCORES)}"
        ),
    )


def _gap_words(story: GroupData, whole: pd.DataFrame) -> str:
    """Return what is open, and what the countries known throughout say beside it."""
    gaps = whole.loc[whole["n_open"] > 0, "edition"].tolist()
    if not gaps:
        return " All scores are known."
    scores = _every_score(story)
    names = [in_text(name) for name in sorted(scores.loc[scores["open"], "country"].unique())]
    scores = scores[~scores["open"]]
    wide = scores.pivot(index="edition", columns="country", values="mean").dropna(axis="columns")
    check = wide.mean(axis="columns")
    change = f"{signed(whole['mean'].iloc[-1] - whole['mean'].iloc[0])}"
    return (
        f" In {editions(gaps)} the score of {listed(names)} is not known: the band holds what the "
        "printed facts allow, the line the mean of the completed panels. The "
        f"{countries(wide.shape[1])} known throughout changed by "
        f"{signed(check.iloc[-1] - check.iloc[0])}, all by {change}."
    )


def mean_path(means: pd.DataFrame, group: str) -> str:
    """Return how the mean of a group moved, as ``fell from 3.85 (2005) to 3.40 (2024)``."""
    whole = means[means["group"] == group].sort_values("edition", kind="stable")
    first, last = whole.iloc[0], whole.iloc[-1]
    before, after = _value(first), _value(last)
    if len(whole) == 1 or before == after:
        return f"{'stayed' if len(whole) > 1 else 'is'} {after} ({last['edition']})"
    ends = f"from {before} ({first['edition']}) to {after} ({last['edition']})"
    if first["n_open"] or last["n_open"]:
        return f"went {ends}"
    return f"{'fell' if last['mean'] < first['mean'] else 'rose'} {ends}"


def _mean_title(first: pd.Series, last: pd.Series) -> str:
    before, after = _value(first), _value(last)
    between = f"between the {first['edition']} and {last['edition']} editions"
    if before == after:
        return f"The mean score stayed at {after} {between}"
    if first["n_open"] or last["n_open"]:
        return f"The mean score went from {before} to {after} {between}"
    verb = "fell" if last["mean"] < first["mean"] else "rose"
    return f"The mean score {verb} from {before} to {after} {between}"


def _value(row: pd.Series) -> str:
    """Return a mean, or between what it lies."""
    if row["high"] - row["low"] < SAME:
        return fixed(row["mean"])
    return f"between {fixed(row['low'])} and {fixed(row['high'])}"
