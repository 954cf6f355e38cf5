"""The blocks of the regional brief, one function a section; the notebook calls them in order."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.countries import REGIONS, Country, group_members
from analysis.files import read_processed
from analysis.parameters import Window, check_group_window
from analysis.presentation.blocks import (
    Cell,
    Column,
    Figure,
    Findings,
    Items,
    KeyFact,
    Note,
    Paragraph,
    Table,
    Title,
    bullets,
)
from analysis.presentation.closing import provenance
from analysis.presentation.correlation_figure import correlation_figure
from analysis.presentation.country_story import CLASS_RANK
from analysis.presentation.region_figures import (
    INITIALS,
    class_count_figure,
    mean_figure,
    standing_figure,
)
from analysis.presentation.wording import capitalised, counted, fixed, listed, points, signed
from analysis.rating_system import CATEGORIES, REGIME_CLASSES
from analysis.release import DATE
from analysis.scores import score_series
from analysis.trajectories.levels import mean_by_edition

MEAN_SHARE = 0.7
"""Share of a group's countries that a mean over time must rest on throughout."""


@dataclass(frozen=True)
class RegionStory:
    """A group of countries in one window.

    Attributes
    ----------
    group, members, window
        What the brief is about.
    series
        `analysis.scores.SERIES_COLUMNS` of the members in the window.
    panel
        The panel of the members in the window.
    pairs
        Correlations of the categories over all countries and editions, as notebook 3 stores them.
    """

    group: str
    members: tuple[Country, ...]
    window: Window
    series: pd.DataFrame
    panel: pd.DataFrame
    pairs: pd.DataFrame

    @property
    def name(self) -> str:
        """Return the group's name for a title."""
        return "The region" if self.group == "all" else self.group

    @property
    def spans(self) -> pd.DataFrame:
        """Return first and last known score of each country with two or more, and the change."""
        ordered = self.series.sort_values("edition").groupby("country")
        spans = pd.DataFrame(
            {
                "first": ordered["score"].first(),
                "first_edition": ordered["edition"].first(),
                "last": ordered["score"].last(),
                "last_edition": ordered["edition"].last(),
                "regime_class": ordered["regime_class"].last(),
                "first_class": ordered["regime_class"].first(),
                "basis": ordered["basis"].last(),
            }
        )
        spans["change"] = (spans["last"] - spans["first"]).where(
            spans["last_edition"] > spans["first_edition"]
        )
        return spans


def load_region(group: object, first_edition: object, last_edition: object) -> RegionStory:
    """Check the parameters of a regional brief and cut the stored tables to them.

    Raises
    ------
    analysis.errors.ParameterError
        If a parameter is unusable.
    analysis.errors.AnalysisError
        If data/processed has not been built.
    """
    members, window = check_group_window(group, first_edition, last_edition)
    panel = read_processed("panel")
    series = score_series(panel, read_processed("scores"), read_processed("printed_scores"))
    names = [country.name for country in members]
    return RegionStory(
        group=str(group),
        members=members,
        window=window,
        series=window.cut(series[series["country"].isin(names)]),
        panel=window.cut(panel[panel["country"].isin(names)]),
        pairs=read_processed("correlations"),
    )


def title(story: RegionStory) -> Title:
    """Return the head with the counts of the latest known classes."""
    spans = story.spans
    down, up = int((spans["change"] < -0.005).sum()), int((spans["change"] > 0.005).sum())
    classes = spans["regime_class"].map(INITIALS).value_counts()
    democracies = int(classes.get("CD", 0) + classes.get("SCD", 0))
    authoritarian = int(classes.get("CAR", 0) + classes.get("SCAR", 0))
    window = story.window
    period = f"{window.first_edition} to {window.last_edition}"
    return Title(
        kicker="Nations in Transit · regional brief",
        title="Twenty-nine countries" if story.group == "all" else story.group,
        subtitle=f"Democracy ratings of the {period} editions",
        description=findings(story).sentences[0],
        facts=[
            KeyFact("Scores that fell", str(down), f"of {len(spans)}, first to last known edition"),
            KeyFact("Scores that rose", str(up), f"of {len(spans)}, first to last known edition"),
            KeyFact("Democracies", str(democracies), "consolidated or semi-consolidated, latest"),
            KeyFact(
                "Authoritarian", str(authoritarian), "consolidated or semi-consolidated, latest"
            ),
        ],
        date=DATE,
    )


def findings(story: RegionStory) -> Findings:
    """Return three to five sentences computed from the data."""
    sentences = [
        _direction_sentence(story),
        _movers_sentence(story),
        _class_sentence(story),
        _category_sentence(story),
    ]
    return Findings(heading="In short", sentences=[s for s in sentences if s])


def _direction_sentence(story: RegionStory) -> str:
    change = story.spans["change"].dropna()
    down, up = int((change < -0.005).sum()), int((change > 0.005).sum())
    same = len(change) - down - up
    return (
        f"From its first to its last known score in the {story.window.first_edition} to "
        f"{story.window.last_edition} editions, {counted(down, 'country', 'countries')} of "
        f"{len(change)} fell, {up} rose and {same} stayed where they were."
    )


def _movers_sentence(story: RegionStory) -> str:
    change = story.spans["change"].dropna().sort_values()
    falls, rises = change[change < -0.005].head(3), change[change > 0.005].tail(3)[::-1]
    parts = [
        f"the largest {kind} {'are those of' if len(some) > 1 else 'is that of'} "
        + listed([f"{country} ({signed(value)})" for country, value in some.items()])
        for kind, some in (
            ("falls" if len(falls) > 1 else "fall", falls),
            ("rises" if len(rises) > 1 else "rise", rises),
        )
        if len(some)
    ]
    return capitalised("; ".join(parts)) + "." if parts else ""


def _class_sentence(story: RegionStory) -> str:
    spans = story.spans.dropna(subset=["change"])
    rank = spans["regime_class"].map(CLASS_RANK) - spans["first_class"].map(CLASS_RANK)
    worse, better = rank[rank > 0].index.tolist(), rank[rank < 0].index.tolist()
    parts = []
    if worse:
        parts.append(f"{counted(len(worse), 'country', 'countries')} ended in a less democratic class than they began ({listed(worse)})")
    if better:
        parts.append(f"{counted(len(better), 'country', 'countries')} in a more democratic one ({listed(better)})")
    return capitalised(", ".join(parts)) + "." if parts else "No country ended in another class than it began."


def _category_sentence(story: RegionStory) -> str:
    ordered = story.panel.sort_values("edition").groupby(["category", "country"])["rating"]
    net = (ordered.last() - ordered.first()).groupby("category").mean()
    if net.empty:
        return ""
    low, high = net.idxmin(), net.idxmax()
    return (
        f"By category, the mean net change of the countries ranges from {signed(net[low])} points "
        f"({CATEGORIES[low]}) to {signed(net[high])} ({CATEGORIES[high]})."
    )


def standing(story: RegionStory) -> Figure:
    """Return the heat-map of countries by editions."""
    spans = story.spans["change"].dropna()
    down = int((spans < -0.005).sum())
    text = f"{capitalised(counted(down, 'country', 'countries'))} of {len(spans)} ended lower than they began"
    return standing_figure(story.series, story.window, text)


def class_counts(story: RegionStory) -> Figure:
    """Return the columns of class counts."""
    n = len(story.members)
    by_edition = story.series.groupby("edition").size()
    best = int(by_edition[by_edition == by_edition.max()].index.max())
    latest = story.series[story.series["edition"] == best]["regime_class"]
    count = latest.isin([r.name for r in REGIME_CLASSES[:2]]).sum()
    text = f"In the {best} edition {counted(int(count), 'country is a democracy', 'countries are democracies')}, {len(latest) - count} are not"
    return class_count_figure(story.series, n, story.window, text)


def group_means(story: RegionStory) -> pd.DataFrame:
    """Return means over sets of countries that stay the same throughout.

    Returns
    -------
    pandas.DataFrame
        `group`, `edition`, `mean`, `n`: for the whole group and, where it is the region, for its
        parts; over the longest span from the window's first edition in which the scores of at
        least `MEAN_SHARE` of the countries are known in every edition.
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
    return pd.concat(tables, ignore_index=True).dropna()


def _mean_span(story: RegionStory) -> list[int]:
    wide = story.series.pivot_table(index="edition", columns="country", values="score")
    wide = wide.reindex(list(story.window.editions))
    throughout = wide.notna().cumprod().sum(axis="columns")
    return throughout[throughout >= MEAN_SHARE * len(story.members)].index.tolist()


def means(story: RegionStory) -> Figure | Note:
    """Return the lines of group means, or why there are none."""
    table = group_means(story)
    if table["edition"].nunique() < 2:
        return Note(
            label="Withheld",
            text="a mean over time would rest on fewer than seven in ten of the countries.",
        )
    whole = table[table["group"] == story.group].sort_values("edition")
    first, last = whole.iloc[0], whole.iloc[-1]
    change = last["mean"] - first["mean"]
    verb = "fell" if change < 0 else "rose"
    return mean_figure(
        table.replace({"group": {story.group: "all"}}),
        title=f"The mean score {verb} by {points(change)} between the {first['edition']} and {last['edition']} editions",
        caption=(
            f"Means over the countries whose score is known in every edition from "
            f"{first['edition']} to {last['edition']} ({int(first['n'])} of {len(story.members)}), so "
            "that no country enters or leaves; later editions would leave too few. A description "
            "of these countries, each counted once; shocks that hit all in one year are part of it."
        ),
    )


def correlations(story: RegionStory) -> Figure:
    """Return the correlation matrices between and within countries and of changes."""
    medians = story.pairs.groupby("level")["r"].median()
    return correlation_figure(
        story.pairs,
        f"Categories are alike between countries (median {fixed(medians['between'])}), "
        f"less so within them ({fixed(medians['within'])})",
    )


def correlation_notes(story: RegionStory) -> Items:
    """Return what the matrices rest on, and what they cannot say."""
    within = story.pairs[story.pairs["level"] == "within"]
    changes = story.pairs[story.pairs["level"] == "changes"]
    sure = int(((within["low"] > 0) | (within["high"] < 0)).sum())
    return bullets(
        [
            f"Within countries, the 95 % interval (country jackknife) leaves out zero for {sure} of "
            f"the {len(within)} pairs, over {within['n_units'].iloc[0]} countries and "
            f"{within['n_rows'].iloc[0]} country-editions with all seven ratings. A pair rests on "
            f"{fixed(within['effective_units'].min(), 0)} to "
            f"{fixed(within['effective_units'].max(), 0)} countries in effect.",
            f"The changes are those between {changes['n_rows'].iloc[0]} adjacent editions. Quarter-"
            "point steps hide small movements, so a low correlation of changes does not show that "
            "two categories move apart.",
            "Twenty-one pairs are looked at together; a shared trend counts as association. "
            "Moving together says nothing about which came first or why.",
        ]
    )


def movers(story: RegionStory) -> Table:
    """Return every country's first and last known score, the largest fall first."""
    spans = story.spans.sort_values("change", kind="stable", na_position="last")
    rows = [
        [
            Cell(str(country)),
            Cell(INITIALS[row["regime_class"]], f"class:{INITIALS[row['regime_class']]}"),
            Cell(fixed(row["first"])),
            Cell(str(row["first_edition"])),
            Cell(fixed(row["last"]), "", row["basis"] == "derived"),
            Cell(str(row["last_edition"])),
            Cell(signed(row["change"]) if pd.notna(row["change"]) else "–"),
        ]
        for country, row in spans.iterrows()
    ]
    return Table(
        title="Every country, by the change of its score",
        columns=[
            Column("Country", align="left"),
            Column("Class", "Regime class of the last known edition", "center"),
            Column("First", "First known score"),
            Column("Edition"),
            Column("Last", "Last known score"),
            Column("Edition"),
            Column("Change"),
        ],
        rows=rows,
        caption="First and last known Democracy Score in the period. Italic: derived.",
        dense=True,
    )


def knowledge(story: RegionStory) -> Items:
    """Return what is printed, derived or missing."""
    editions, n = len(story.window.editions), len(story.members)
    total = editions * n * len(CATEGORIES)
    status = story.panel["status"].value_counts()
    full = story.panel.groupby(["country", "edition"]).size().eq(len(CATEGORIES)).sum()
    return bullets(
        [
            f"Of {total} ratings ({n} countries, {counted(editions, 'edition')}, seven categories) "
            f"{status.get('printed', 0)} are printed in a source, {status.get('corrected', 0)} are "
            f"printed and corrected, {status.get('derived', 0)} are derived from printed changes and "
            f"scores, and {total - len(story.panel)} are not known. Nothing is interpolated.",
            f"Of {editions * n} country-editions {full} have all seven ratings; of "
            f"{len(story.series) - int(full)} more the printed score is known.",
        ]
    )


def provenance_line(story: RegionStory) -> Paragraph:
    """Return the line that ties the brief to its data and settings."""
    return provenance([("group", story.group)], story.window)
