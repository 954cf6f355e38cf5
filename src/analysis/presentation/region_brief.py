"""The blocks of the regional brief, one function a section; the notebook calls them in order."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.files import read_processed
from analysis.groups import GroupData, load_group
from analysis.presentation.blocks import (
    Cell,
    Column,
    Figure,
    Findings,
    Items,
    KeyFact,
    Paragraph,
    Table,
    Title,
    bullets,
)
from analysis.presentation.closing import provenance
from analysis.presentation.correlation_figure import correlation_figure
from analysis.presentation.country_story import CLASS_RANK, status_words
from analysis.presentation.region_figures import (
    INITIALS,
    class_count_figure,
    standing_figure,
)
from analysis.presentation.wording import capitalised, counted, fixed, listed, signed
from analysis.rating_system import CATEGORIES, REGIME_CLASSES
from analysis.release import DATE


@dataclass(frozen=True)
class RegionStory(GroupData):
    """A group of countries in one window, with the stored results about it.

    Attributes
    ----------
    pairs
        Correlations of the categories over all countries and editions, as notebook 3 stores them.
    """

    pairs: pd.DataFrame

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
    data = load_group(group, first_edition, last_edition)
    return RegionStory(**vars(data), pairs=read_processed("correlations"))


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
        title="From Central Europe to Central Asia" if story.group == "all" else story.group,
        subtitle=f"Democracy ratings of {len(story.members)} countries, {period} editions",
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
        parts.append(
            f"{counted(len(worse), 'country', 'countries')} ended in a less democratic class than "
            f"they began ({listed(worse)})"
        )
    if better:
        many = counted(len(better), "country", "countries")
        parts.append(f"{many} in a more democratic one ({listed(better)})")
    if not parts:
        return "No country ended in another class than it began."
    return capitalised(", ".join(parts)) + "."


def _category_sentence(story: RegionStory) -> str:
    ordered = story.panel.sort_values("edition").groupby(["category", "country"])["rating"]
    net = (ordered.last() - ordered.first()).groupby("category").mean()
    if net.empty:
        return ""
    low, high = str(net.idxmin()), str(net.idxmax())
    return (
        f"By category, the mean net change of the countries ranges from {signed(net[low])} points "
        f"({CATEGORIES[low]}) to {signed(net[high])} ({CATEGORIES[high]})."
    )


def standing(story: RegionStory) -> Figure:
    """Return the heat-map of countries by editions."""
    spans = story.spans["change"].dropna()
    down = int((spans < -0.005).sum())
    fell = capitalised(counted(down, "country", "countries"))
    text = f"{fell} of {len(spans)} ended lower than they began"
    return standing_figure(story.series, story.window, text)


def class_counts(story: RegionStory) -> Figure:
    """Return the columns of class counts."""
    n = len(story.members)
    by_edition = story.series.groupby("edition").size()
    best = int(by_edition[by_edition == by_edition.max()].index.max())
    latest = story.series[story.series["edition"] == best]["regime_class"]
    count = latest.isin([r.name for r in REGIME_CLASSES[:2]]).sum()
    democracies = counted(int(count), "country is a democracy", "countries are democracies")
    text = f"In the {best} edition {democracies}, {len(latest) - count} are not"
    return class_count_figure(story.series, n, story.window, text)


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
            f"Within countries, the 95 % interval (country jackknife) leaves out zero for {sure} "
            f"of the {len(within)} pairs, over {within['n_units'].iloc[0]} countries and "
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
    full = story.panel.groupby(["country", "edition"]).size().eq(len(CATEGORIES)).sum()
    return bullets(
        [
            f"Of {total} ratings ({n} countries, {counted(editions, 'edition')}, seven categories) "
            f"{status_words(story.panel, total)}. Nothing is interpolated.",
            f"Of {editions * n} country-editions {full} have all seven ratings; of "
            f"{len(story.series) - int(full)} more the printed score is known.",
        ]
    )


def provenance_line(story: RegionStory) -> Paragraph:
    """Return the line that ties the brief to its data and settings."""
    return provenance([("group", story.group)], story.window)
