"""What briefs say of several countries: what it rests on, ranks, sources, means over time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

import pandas as pd

from analysis.briefs import wording as say
from analysis.briefs.blocks import Figure, Items, Note, Paragraph, bullets, paragraph
from analysis.briefs.closing import SOURCE_NAMES
from analysis.briefs.figures.several import mean_figure, told_mean
from analysis.briefs.region.story import RegionStory
from analysis.facts.countries import BY_NAME, REGIONS
from analysis.facts.rating_system import CATEGORIES, SAME, SCORE
from analysis.settings.groups import group_members, group_names
from analysis.statistics.group_data import GroupData
from analysis.tables.stored import read_processed
from analysis.trajectories.observed import ALL_RATINGS, ALL_SCORES, COMPLETE
from analysis.trajectories.rounding import chance_higher, possible_ranks


def rests_on_complete_cases(names: Collection[str] = tuple(BY_NAME)) -> str:
    """Return what estimates rest on that use complete country-editions of some countries."""
    table = read_processed("country_editions")
    table = table[table["country"].isin(names)]
    full = table[table["score_status"] == "computed"]
    return say.rests_on(names, table["edition"].unique(), country_editions=full)


def support(data: GroupData) -> dict[str, Paragraph]:
    """Return what findings from each sample of a group rest on.

    By the names of samples that stored tables have (`analysis.trajectories.observed`).
    """
    names = [country.name for country in data.members]
    rests = partial(say.rests_on, names, data.window.editions)
    return {
        ALL_SCORES: paragraph(rests(scores=data.series)),
        ALL_RATINGS: paragraph(rests(ratings=data.panel)),
        COMPLETE: paragraph(rests(country_editions=data.wide.dropna())),
    }


def open_ranks(scores: pd.Series) -> str:
    """Return a sentence on the ranks among several countries that stay open, if any do.

    `scores` are those of one edition by country; the name of the series is the edition.
    """
    if len(scores) < 2:
        return ""
    if len(scores) == 2:
        return _open_order(scores)
    ranks = possible_ranks(scores.to_numpy(float))
    names = map(say.in_text, scores.index)
    open_ = [(name, *ends) for name, ends in zip(names, ranks, strict=True) if ends[0] < ends[1]]
    if not open_:
        return ""
    start = f"Rounding of ratings to quarter points leaves ranks in the {scores.name} edition open"
    if len(open_) <= 4:
        each = [f"{name} {best} to {worst}" for name, best, worst in open_]
        return f"{start}: {say.listed(each)}."
    most = max(worst - best for _, best, worst in open_) + 1
    return (
        f"{start} for {say.number(len(open_))} of {say.countries(len(scores))}, "
        f"up to {say.number(most)} for one."
    )


def _open_order(scores: pd.Series) -> str:
    (name, high), (_, low) = scores.sort_values(ascending=False, kind="stable").items()
    if high - low < SAME:
        return ""
    cases = int(100 * chance_higher(high, low))
    share = "more than 99" if cases >= 99 else str(cases)
    return (
        f"Were ratings not rounded to quarter points, {say.in_text(str(name))} would have the "
        f"higher score in {share} of 100 cases."
    )


def source_summary(countries: Sequence[str]) -> Items:
    """Return how many sources of each kind print figures of some countries."""
    sources = read_processed("source_reports")
    used = sources[sources["country"].isin(countries)].drop_duplicates("source_id")
    n_of = used["kind"].value_counts()
    counts = [f"{name}: {n_of[kind]}" for kind, name in SOURCE_NAMES.items() if kind in n_of]
    # Only a file of the user's own was found nowhere on the web.
    own = " or are own copies in data/raw" if used["host"].isna().any() else ""
    return bullets(
        f"{len(used)} sources print the figures of these countries ({'; '.join(counts)}). Each "
        "country’s brief lists its own with their addresses; all stand in "
        f"data/raw/sources.csv{own}."
    )


def group_means(story: GroupData) -> pd.DataFrame:
    """Return the mean score of a group, and of every declared group where it is the region.

    Returns
    -------
    pandas.DataFrame
        Table ``means``: a row for every edition of the window, over all members. A score that is
        not known has the mean of the completed panels in `mean`, and in `low` and `high` the least
        and the greatest that the printed facts allow; `n_open` counts such scores.
    """
    parts = {story.group: story.members}
    if story.group == "all":
        parts |= {name: group_members(name) for name in group_names()}
    scores, tables = _every_score(story), []
    for group, members in parts.items():
        own = scores[scores["country"].isin([country.name for country in members])]
        table = own.groupby("edition", as_index=False).agg(
            **{end: (end, "mean") for end in ("mean", "low", "high")},
            n=("open", "size"),
            n_open=("open", "sum"),
        )
        table.insert(0, "group", group)
        tables.append(table)
    return pd.concat(tables, ignore_index=True).assign(sample=ALL_SCORES)


def _every_score(story: GroupData) -> pd.DataFrame:
    """Return `mean`, `low` and `high` of each country-edition, and whether it is `open`."""
    names = [c.name for c in story.members]
    tables = map(read_processed, ("country_editions", "possible_ratings", "completed_panels"))
    scores, possible, drawn = (
        story.window.cut(table[table["country"].isin(names)]) for table in tables
    )
    known = scores.rename(columns={"democracy_score": "mean"}).dropna(subset=["mean"])
    known = known.assign(low=known["mean"], high=known["mean"], open=False)
    cell = ["country", "edition", "category"]
    filled = pd.concat([story.panel[[*cell, "rating"]], drawn]).groupby(cell)["rating"].mean()
    score = filled.groupby(["country", "edition"]).sum() / len(CATEGORIES)
    gaps = possible[possible["category"] == SCORE].merge(score.rename("mean").reset_index())
    gaps = gaps.rename(columns={"lowest": "low", "highest": "high"}).assign(open=True)
    return pd.concat([known, gaps], ignore_index=True)


def means(story: RegionStory) -> Figure | Note:
    """Return the lines of group means, or why there are none."""
    table = group_means(story)
    whole = table[table["group"] == story.group]
    if len(whole) < 2:
        return Note(label="Withheld", text="A mean over time needs two editions.")
    shown = table[table["group"].isin([story.group, *REGIONS])]
    return mean_figure(
        shown,
        title=f"The mean score {_way(whole, title=True)}",
        caption=(
            f"Means over all {say.countries(len(story.members))}, each counted once, in every "
            f"edition.{_gap_words(story, whole)} A description of these countries; shocks that hit "
            f"all in one year are part of it. {story.rests(say.SCORES)}"
        ),
        whole=story.group,
    )


def _gap_words(story: GroupData, whole: pd.DataFrame) -> str:
    """Return what is open, and what the countries known throughout say beside it."""
    gaps = whole.loc[whole["n_open"] > 0, "edition"].tolist()
    if not gaps:
        return " All scores are known."
    scores = _every_score(story)
    names = [say.in_text(name) for name in sorted(scores.loc[scores["open"], "country"].unique())]
    wide = scores[~scores["open"]].pivot(index="edition", columns="country", values="mean")
    wide = wide.dropna(axis="columns")
    mean, first, last = wide.mean(axis="columns"), whole.iloc[0], whole.iloc[-1]
    check = say.signed(mean.iloc[-1] - mean.iloc[0])
    bounds = say.signed(last["low"] - first["high"]), say.signed(last["high"] - first["low"])
    change = " to ".join(dict.fromkeys(bounds))
    return (
        f" In {say.editions(gaps)} the score of {say.listed(names)} is not known: the band holds "
        "what the printed facts allow, the line the mean of the completed panels. The "
        f"{say.countries(wide.shape[1])} known throughout changed by {check}, all by {change}."
    )


def mean_path(story: GroupData) -> str:
    """Return how the mean of a group moved, as ``fell from 3.85 (2005) to 3.40 (2024)``."""
    table = group_means(story)
    return _way(table[table["group"] == story.group])


def _way(whole: pd.DataFrame, *, title: bool = False) -> str:
    """Return how a mean moved; in a title the editions of known ends stand last."""
    first, last = whole.iloc[0], whole.iloc[-1]
    before, after = told_mean(first), told_mean(last)
    start, end = first["edition"], last["edition"]
    if start == end:
        return f"is {after} ({end})"
    if first["n_open"] or last["n_open"]:
        return f"went from {before} ({start}) to {after} ({end})"
    between = f"between the {start} and {end} editions"
    if before == after:
        return f"stayed at {after} {between}" if title else f"stayed at {after} ({end})"
    verb = "fell" if last["mean"] < first["mean"] else "rose"
    if title:
        return f"{verb} from {before} to {after} {between}"
    return f"{verb} from {before} ({start}) to {after} ({end})"
