"""The blocks of a comparison brief, one function a section; the notebook calls them in order."""

from __future__ import annotations

from analysis import DATE
from analysis.briefs.blocks import (
    Block,
    Cell,
    Column,
    Figure,
    Findings,
    Heading,
    Items,
    KeyFact,
    Table,
    Title,
    bullets,
    paragraph,
    resting,
    value_table,
)
from analysis.briefs.comparison import findings as tell
from analysis.briefs.figures.region import movers_figure, standing_figure
from analysis.briefs.figures.several import lines_figure, profile_figure
from analysis.briefs.region import brief as region
from analysis.briefs.region.findings import with_trend
from analysis.briefs.region.story import ComparisonStory
from analysis.briefs.wording import (
    MISSING,
    RATINGS,
    SCORES,
    countries,
    fixed,
    holders,
    listed,
    possible,
    signed,
    some,
)
from analysis.facts.rating_system import SCORE
from analysis.tables.stored import read_processed, rows


def title(story: ComparisonStory) -> Title:
    """Return the head: who is compared, and the range of their scores."""
    scores, most = story.latest_common, story.most_moved["change"]
    ends = (("Highest score", scores.max()), ("Lowest score", scores.min()))
    facts = [
        *(
            KeyFact(label, fixed(end), f"{some(holders(scores, end))}, {scores.name}")
            for label, end in ends
        ),
        KeyFact("Gap", fixed(scores.max() - scores.min()), "points between these"),
    ]
    if len(most) and most.nunique() == 1:
        facts.append(
            KeyFact("Largest change", signed(most.iloc[0]), f"points, {some(most.index.tolist())}")
        )
    shown = story.named and len(story.names) <= 12
    return Title(
        kicker="Nations in Transit · comparison brief",
        title=story.title,
        subtitle=(
            f"Democracy ratings of {countries(len(story.names))}, {story.window.in_words}"
            f"{f': {listed(story.names)}' if shown else ''}"
        ),
        description=tell.leader_sentence(story),
        facts=facts,
        date=DATE,
    )


def findings(story: ComparisonStory) -> Findings:
    """Return the findings, computed from the data."""
    return with_trend(story, tell.findings(story))


def scores(story: ComparisonStory) -> Figure:
    """Return the scores over time: lines of few countries, a heat-map of many."""
    if story.few:
        drawn = lines_figure(story.series, story.window, tell.lines_title(story))
    else:
        drawn = standing_figure(story.series, story.window, tell.class_title(story))
    return resting(drawn, story.rests(SCORES))


def changes(story: ComparisonStory) -> Block:
    """Return first and last known scores with the change."""
    if story.compared.empty:
        return paragraph("No country has two known scores in this period: nothing moved.")
    drawn = movers_figure(story.compared, tell.movers_title(story), story.window)
    return resting(drawn, story.rests(SCORES))


def categories(story: ComparisonStory) -> Block:
    """Return the last known ratings side by side."""
    if story.panel.empty:
        return paragraph("No rating of a category is known in this period.")
    first, last = story.ratings
    names = [*dict.fromkeys([*story.latest_common.index, *last.index])]
    title = tell.profile_title(story)
    drawn = profile_figure(last.loc[names], first.loc[names], title, story.ends)
    return resting(drawn, story.rests(RATINGS))


def classes(story: ComparisonStory) -> Figure | None:
    """Return the class history of few countries; that of many is shown already."""
    if not story.few:
        return None
    drawn = standing_figure(story.series, story.window, tell.class_title(story))
    return resting(drawn, story.rests(SCORES))


def score_table(story: ComparisonStory) -> Table | None:
    """Return the scores by edition of few countries, derived ones marked."""
    if not story.few:
        return None
    cells = {
        (row.country, row.edition): Cell(fixed(row.score), derived="derived" in row.basis)
        for row in rows(story.series)
    }
    open_cells = story.window.cut(read_processed("possible_ratings"))
    for row in rows(open_cells[open_cells["category"] == SCORE]):
        cells[row.country, row.edition] = Cell(possible(row.lowest, row.highest), "open")
    return value_table(
        "Democracy Score by edition",
        ["Edition", *(Column(c.iso3, c.name) for c in story.members)],
        [
            [edition, *(cells.get((c.name, edition), MISSING) for c in story.members)]
            for edition in reversed(story.window.editions)
        ],
        name="scores",
        caption=(
            f"{' · '.join(f'{c.iso3} {c.name}' for c in story.members)}. All on the scale on which "
            "7 is most democratic. Italic: derived. Pale: not known, with the least and the "
            f"greatest score that the printed facts allow. {story.rests(SCORES)}"
        ),
    )


def pace(story: ComparisonStory) -> list[Block]:
    """Return trends, pace and rates of a declared group; countries named one by one have none.

    Who picks countries knows their scores: an average over them says nothing about others.
    """
    if story.named is None:
        return []
    return [
        Heading(text="Direction and pace"),
        region.direction(story),
        region.category_trends(story),
        Heading(text="How often ratings change"),
        region.changes(story),
        region.rate_table(story),
    ]


def knowledge(story: ComparisonStory) -> Items:
    """Return what the group is, and what is printed, derived or missing."""
    known = region.knowledge(story)
    if story.named is None:
        return known
    group = story.named
    by_year: dict[int, list[str]] = {}
    for code, year in group.since:
        by_year.setdefault(year, []).append(next(c.name for c in story.members if c.iso3 == code))
    dated = "; ".join(f"{year} {listed(sorted(names))}" for year, names in sorted(by_year.items()))
    meaning = f"{group.name}: {group.meaning}" + (f" Members since {dated}." if dated else "")
    origin = bullets(meaning + (f" Source: {group.source}." if group.source else ""))
    return Items(items=[*origin.items, *known.items])
