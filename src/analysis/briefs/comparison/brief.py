"""The blocks of a comparison brief, one function a section; the notebook calls them in order."""

from __future__ import annotations

from analysis import DATE
from analysis.briefs import blocks
from analysis.briefs import wording as say
from analysis.briefs.comparison import findings as tell
from analysis.briefs.figures.region import movers_figure, standing_figure
from analysis.briefs.figures.several import lines_figure, profile_figure
from analysis.briefs.region import brief as region
from analysis.briefs.region.findings import with_trend
from analysis.briefs.region.story import ComparisonStory
from analysis.facts.rating_system import SCORE
from analysis.tables.stored import read_processed, rows


def title(story: ComparisonStory) -> blocks.Title:
    """Return the head: who is compared, and the range of their scores."""
    scores, most = story.latest_common, story.most_moved["change"]
    top, low = scores.max(), scores.min()
    same = "The one known score" if len(scores) == 1 else "Democracy Score"
    ends = {"Highest score": top, "Lowest score": low} if top > low else {same: top}
    facts = [
        blocks.KeyFact(
            label, say.fixed(end), f"{say.some(say.holders(scores, end))}, {scores.name}"
        )
        for label, end in ends.items()
    ]
    if top > low:
        facts.append(blocks.KeyFact("Gap", say.fixed(top - low), "points between these"))
    if most.nunique() == 1:
        whose = say.some(most.index.tolist())
        facts.append(blocks.KeyFact("Largest change", say.signed(most.iloc[0]), f"points, {whose}"))
    names, n = say.listed(story.names), say.countries(len(story.members))
    shown = f": {names}" if story.named and len(story.members) <= 12 else ""
    group = story.named.name if story.named else names
    return blocks.Title(
        kicker="Nations in Transit · comparison brief",
        title=f"All {n}" if story.group == "all" else group,
        subtitle=f"Democracy ratings of {n}, {story.window.in_words}{shown}",
        description=tell.leader_sentence(story),
        facts=facts,
        date=DATE,
    )


def findings(story: ComparisonStory) -> blocks.Findings:
    """Return the findings, computed from the data."""
    return with_trend(story, tell.findings(story), of_group=story.named is not None)


def scores(story: ComparisonStory) -> blocks.Figure:
    """Return the scores over time: lines of few countries, a heat-map of many."""
    if story.few:
        return lines_figure(story, tell.lines_title(story))
    return standing_figure(story, tell.class_title(story))


def changes(story: ComparisonStory) -> blocks.Block:
    """Return first and last known scores with the change."""
    if story.compared.empty:
        return blocks.paragraph("No country has two known scores in this period to compare.")
    return movers_figure(story, tell.movers_title(story))


def categories(story: ComparisonStory) -> blocks.Block:
    """Return the last known ratings side by side."""
    if story.panel.empty:
        return blocks.paragraph("No rating of a category is known in this period.")
    return profile_figure(story, tell.profile_title(story))


def classes(story: ComparisonStory) -> blocks.Figure | None:
    """Return the class history of few countries; that of many is shown already."""
    return standing_figure(story, tell.class_title(story)) if story.few else None


def score_table(story: ComparisonStory) -> blocks.Table | None:
    """Return the scores by edition of few countries, derived ones marked."""
    if not story.few:
        return None
    cells = {
        (row.country, row.edition): blocks.Cell(
            say.fixed(row.score), derived="derived" in row.basis
        )
        for row in rows(story.series)
    }
    bounds = story.window.cut(read_processed("possible_ratings"))
    bounds = bounds[bounds["category"].eq(SCORE) & bounds["country"].isin(story.names)]
    for row in rows(bounds):
        cells[row.country, row.edition] = blocks.Cell(say.possible(row.lowest, row.highest), "open")
    pale = "Pale: not known, with the least and the greatest score that the printed facts allow."
    key = {
        "Italic: derived.": story.series["basis"].str.contains("derived").any(),
        pale: len(bounds),
        story.rests(say.SCORES): True,
    }
    return blocks.value_table(
        "Democracy Score by edition",
        ["Edition", *(blocks.Column(c.iso3, c.name) for c in story.members)],
        [
            [edition, *(cells.get((c.name, edition), say.MISSING) for c in story.members)]
            for edition in reversed(story.window.editions)
        ],
        name="scores",
        caption=(
            f"{' · '.join(f'{c.iso3} {c.name}' for c in story.members)}. All on the scale on which "
            f"7 is most democratic. {say.holding(key)}"
        ),
    )


def pace(story: ComparisonStory) -> list[blocks.Block]:
    """Return trends, pace and rates of a declared group; countries named one by one have none.

    Who picks countries knows their scores: an average over them says nothing about others.
    """
    if story.named is None:
        return []
    return [
        blocks.Heading(text="Direction and pace"),
        region.direction(story),
        region.category_trends(story),
        blocks.Heading(text="How often ratings change"),
        region.changes(story),
        region.rate_table(story),
    ]


def knowledge(story: ComparisonStory) -> blocks.Items:
    """Return what the group is, and what is printed, derived or missing."""
    known, group = region.knowledge(story), story.named
    if group is None:
        return known
    by_year: dict[int, list[str]] = {}
    for code, year in group.since:
        by_year.setdefault(year, []).append(next(c.name for c in story.members if c.iso3 == code))
    dated = "; ".join(
        f"{year} {say.listed(sorted(names))}" for year, names in sorted(by_year.items())
    )
    told = [
        f"{group.name}: {group.meaning}",
        f"Members since {dated}." if dated else "",
        f"Source: {group.source}." if group.source else "",
    ]
    return blocks.Items(items=[[blocks.Span(" ".join(filter(None, told)))], *known.items])
