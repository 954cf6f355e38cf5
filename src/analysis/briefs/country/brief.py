"""The blocks of a country brief, one function a section; the notebook calls them in order."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from analysis import DATE
from analysis.briefs.blocks import (
    Block,
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
    paragraph,
    resting,
)
from analysis.briefs.closing import provenance, source_list
from analysis.briefs.country import findings as tell
from analysis.briefs.country.decomposition import decompose
from analysis.briefs.country.known_by import known_by, rating_cell
from analysis.briefs.country.reported_reasons import reason_items
from analysis.briefs.country.story import CountryStory
from analysis.briefs.country.story import knowledge as known_sentences
from analysis.briefs.figures.categories import category_figure, decomposition_figure
from analysis.briefs.figures.score import peers_figure, trajectory_figure
from analysis.briefs.tables import class_cell, possible_classes, value_table
from analysis.briefs.wording import (
    CATEGORY_KEY,
    INITIALS,
    MISSING,
    SCORES,
    counted,
    fixed,
    possible,
    rests_on,
    signed,
    with_true_minus,
)
from analysis.facts.countries import BY_NAME
from analysis.facts.frames import rows
from analysis.facts.rating_system import CATEGORIES, SCORE

NOTEBOOK: Final = "4_country_brief"
"""Whose code the hash in a brief covers."""


def title(story: CountryStory) -> Title:
    """Return the head: class, score, percentage and their change over the window."""
    head = Title(
        kicker="Nations in Transit · country brief",
        title=story.country.name,
        subtitle=f"Democracy ratings of the {story.window.in_words}",
        description=tell.findings(story)[0],
        date=DATE,
    )
    if story.own.empty:
        return head
    last = story.last
    return replace(
        head,
        class_initials=INITIALS[last["regime_class"]],
        class_name=last["regime_class"],
        class_note=f"{last['edition']} edition, covering {last['edition'] - 1}",
        facts=_facts(story),
    )


def _facts(story: CountryStory) -> list[KeyFact]:
    first, last = story.first, story.last
    percentage = (last["score"] - 1) / 6 * 100
    alone = {"score only": ", from the printed score", "score derived": ", from the derived score"}
    since = f"since the {first['edition']} edition"
    single = len(story.own) == 1
    return [
        KeyFact("Democracy Score", fixed(last["score"]), "from 1 (least) to 7 (most democratic)"),
        KeyFact(
            "Democracy Percentage",
            fixed(percentage),
            f"from 0 to 100{alone.get(last['basis'], '')}",
        ),
        KeyFact(
            "Change of score",
            "–" if single else signed(story.change),
            "one edition known" if single else f"{since}, from {fixed(first['score'])}",
        ),
        KeyFact(
            "Change of percentage",
            "–" if single else signed(story.change / 6 * 100, 1),
            "one edition known" if single else f"{since}, percentage points",
        ),
    ]


def findings(story: CountryStory) -> Findings:
    """Return three to five sentences computed from the data."""
    return Findings(
        heading="In short",
        sentences=[*tell.findings(story), tell.known_sentence(story)],
        how=f"{_support(story)} {tell.how_sure(story)}",
    )


def _support(story: CountryStory, *what: str) -> str:
    """Return what figures of the country's scores and ratings, or of one of these, rest on."""
    known = {name: story.known[name] for name in what or story.known}
    return rests_on([story.country.name], story.window.editions, **known)


def trajectory(story: CountryStory) -> Figure | Note:
    """Return the figure of the score over time, or a note where no score is known."""
    if story.own.empty:
        return Note(label="Withheld", text="No Democracy Score is known in this period.")
    title = tell.trajectory_title(story)
    drawn = trajectory_figure(story.series, story.possible, story.country.name, story.window, title)
    return resting(drawn, _support(story, SCORES))


def categories(story: CountryStory) -> Block:
    """Return the small multiples, or a sentence where no rating is known."""
    if story.panel.empty:
        return paragraph("No rating of a category is known in this period.")
    drawn = category_figure(
        story.panel,
        story.own,
        story.possible,
        story.country.name,
        story.window,
        tell.category_title(story),
    )
    return resting(drawn, _support(story))


def ratings(story: CountryStory) -> Table:
    """Return the ratings by edition, changes marked."""
    key = ["edition", "category"]
    steps = story.changes.set_index(key)["change"].to_dict()
    known = known_by(story)
    cells: dict[tuple[int, str], Cell] = {
        (row.edition, row.category): rating_cell(
            row.rating,
            row.status,
            steps.get((row.edition, row.category), 0.0),
            known[row.edition, row.category],
        )
        for row in rows(story.panel[[*key, "rating", "status"]])
    }
    for row in rows(story.gaps.replace({"category": {SCORE: "Score"}})):
        cells[row.edition, row.category] = Cell(possible(row.lowest, row.highest), "open")
        if row.category == "Score":
            cells[row.edition, "Class"] = possible_classes(row.lowest, row.highest)
    for row in rows(story.own):
        cells[row.edition, "Score"] = rating_cell(row.score, row.basis)
        cells[row.edition, "Class"] = class_cell(row.regime_class)
    return value_table(
        "Ratings by edition",
        [
            "Edition",
            *(Column(code, name) for code, name in CATEGORIES.items()),
            Column("Score", "Democracy Score"),
            Column("Class", "Regime class", "center"),
        ],
        [
            [
                edition,
                *(cells.get((edition, head), MISSING) for head in (*CATEGORIES, "Score", "Class")),
            ]
            for edition in reversed(story.window.editions)
        ],
        name="ratings",
        caption=(
            f"{CATEGORY_KEY}. All on the scale on which 7 is most democratic. Tinted with ▲ or ▼: "
            "changed from the edition before, and linked to a report that says so. Each rating’s "
            "note on the page says how it is known. Italic: derived from printed facts. Pale: not "
            "known, with the least and the greatest value that the printed facts allow; open: any "
            f"value. {_support(story)}"
        ),
    )


def changes(story: CountryStory) -> list[Block]:
    """Return the score's annual changes split by category, and what reports say about them."""
    if len(story.window.editions) == 1:
        return [paragraph("One edition is shown: there is no change to split.")]
    parts = decompose(story.panel, story.own, story.window)
    drawn = resting(decomposition_figure(parts, story.country.name), _support(story))
    blocks: list[Block] = [drawn]
    reasons = reason_items(story.country, story.window, parts.steps, parts.ratings)
    return [*blocks, reasons] if reasons else blocks


def peers(story: CountryStory) -> Block:
    """Return where the country stands among all in its last known edition."""
    if story.own.empty:
        return paragraph("No score of the country is known: it has no rank.")
    edition = int(story.last["edition"])
    strip = peers_figure(story.series, story.country.name, edition, tell.peers_title(story))
    shown = story.series[story.series["edition"] == edition]
    support = rests_on(BY_NAME, [edition], scores=shown)
    return resting(replace(strip, caption=strip.caption + tell.peers_rounding(story)), support)


def knowledge(story: CountryStory) -> Items:
    """Return what is printed, derived or missing, and which printed values were set aside."""
    conflicts = story.audit[story.audit["action"].isin(["conflict", "correction"])]
    texts = known_sentences(story)
    if not conflicts.empty:
        number = counted(len(conflicts), "case")
        texts.append(f"Sources contradict each other, or are corrected, in {number}:")
        texts += [
            f"{CATEGORIES.get(row.category, 'Score')}, {row.edition} edition: "
            f"{with_true_minus(row.reason.rstrip('.'))}."
            for row in rows(conflicts.head(6))
        ]
        if len(conflicts) > 6:
            texts.append(f"{len(conflicts) - 6} more are in data/processed/audit.csv.")
    return bullets(texts)


def sources(story: CountryStory) -> Items:
    """Return the addresses of the sources of this country's figures."""
    return source_list(story.sources)


def provenance_line(story: CountryStory) -> Paragraph:
    """Return the line that ties the brief to its data and settings."""
    return provenance([("country", story.country.name)], story.window, story.shown, NOTEBOOK)
