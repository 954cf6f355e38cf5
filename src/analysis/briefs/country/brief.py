"""The blocks of a country brief, one function a section; the notebook calls them in order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pandas as pd

from analysis import DATE
from analysis.briefs import blocks
from analysis.briefs import wording as say
from analysis.briefs.closing import in_short
from analysis.briefs.country import findings as tell
from analysis.briefs.country.story import CountryStory
from analysis.briefs.country.story import knowledge as known_sentences
from analysis.briefs.figures.categories import category_figure, decomposition_figure
from analysis.briefs.figures.score import peers_figure, trajectory_figure
from analysis.briefs.left_open import class_cell, possible_classes
from analysis.briefs.trajectory_sentences import drift_reading, drift_sentence
from analysis.facts.rating_system import CATEGORIES, NOT_PRINTED, SAME, SCORE, SOURCE_KINDS
from analysis.settings.parameters import WHOLE
from analysis.tables.stored import read_processed, rows

_KNOWN: Final = {
    "printed": "Printed",
    "corrected": "Printed, and corrected",
    "derived": "Derived from printed facts",
    "rescaled": "Read from an index on a scale of its own",
}
_NAMES: Final = {"press": "press on the {} edition", "rescaled": "index of the {} edition"}
"""What a source is called that is no report, by its kind."""
_NAMED: Final = 2
"""Sources that a note names; of more it gives the number."""


def title(story: CountryStory) -> blocks.Title:
    """Return the head: class, score, percentage and their change over the window."""
    head = blocks.Title(
        kicker="Nations in Transit · country brief",
        title=story.country.name,
        subtitle=f"Democracy ratings of the {story.window.in_words}",
        description=tell.findings(story)[0],
        date=DATE,
    )
    if story.own.empty:
        return head
    first, last, change = story.first, story.last, story.change
    kinds = {"score only": ", from the printed score", "score derived": ", from the derived score"}
    alone = kinds.get(last["basis"], "")
    since = f"since the {first['edition']} edition"
    step = say.signed(change), f"{since}, from {say.fixed(first['score'])}"
    step_of_100 = say.signed(change / 6 * 100, 1), f"{since}, percentage points"
    if len(story.own) == 1:
        step = step_of_100 = "–", "one edition known"
    level = "from 1 (least) to 7 (most democratic)"
    of_100 = say.fixed((last["score"] - 1) / 6 * 100)
    return replace(
        head,
        class_initials=say.INITIALS[last["regime_class"]],
        class_name=last["regime_class"],
        class_note=f"{last['edition']} edition, covering {last['edition'] - 1}",
        facts=[
            blocks.KeyFact("Democracy Score", say.fixed(last["score"]), level),
            blocks.KeyFact("Democracy Percentage", of_100, f"from 0 to 100{alone}"),
            blocks.KeyFact("Change of score", *step),
            blocks.KeyFact("Change of percentage", *step_of_100),
        ],
    )


def findings(story: CountryStory) -> blocks.Findings:
    """Return three to five sentences computed from the data, and what chance does."""
    drift = None
    if story.drift is not None and story.window == WHOLE:
        drift = blocks.Sentence(drift_reading(story.drift), drift_sentence(story.drift).how)
    return in_short(story, tell.findings(story), drift)


def trajectory(story: CountryStory) -> blocks.Figure | blocks.Note:
    """Return the figure of the score over time, or a note where no score is known."""
    if story.own.empty:
        return blocks.Note(label="Withheld", text="No Democracy Score is known in this period.")
    return trajectory_figure(story, tell.trajectory_title(story))


def categories(story: CountryStory) -> blocks.Block:
    """Return the small multiples, or a sentence where no rating is known."""
    if story.panel.empty:
        return blocks.paragraph("No rating of a category is known in this period.")
    return category_figure(story, tell.category_title(story))


def ratings(story: CountryStory) -> blocks.Table:
    """Return the ratings by edition, changes marked."""
    key = ["edition", "category"]
    steps = story.changes.set_index(key)["change"].to_dict()
    quotations = _reasons(story).drop_duplicates(key).set_index(key)["quotation"].to_dict()
    ranked = story.sources.assign(rank=story.sources["kind"].map(SOURCE_KINDS.index))
    trusted_first = list(rows(ranked.sort_values(["rank", "edition"], kind="stable")))
    cells: dict[tuple[int, str], blocks.Cell] = {}
    for row in rows(story.panel):
        cell, ids = (row.edition, row.category), str(row.source_ids).split(";")
        sources = [source for source in trusted_first if source.source_id in ids]
        cells[cell] = _rating_cell(row, steps.get(cell, 0.0), sources, quotations.get(cell, ""))
    for row in rows(story.gaps.replace({"category": {SCORE: "Score"}})):
        cells[row.edition, row.category] = blocks.Cell(
            say.possible(row.lowest, row.highest), "open"
        )
        if row.category == "Score":
            cells[row.edition, "Class"] = possible_classes(row.lowest, row.highest)
    for row in rows(story.own):
        cells[row.edition, "Score"] = blocks.Cell(
            say.fixed(row.score), derived="derived" in row.basis
        )
        cells[row.edition, "Class"] = class_cell(row.regime_class)
    names = {**CATEGORIES, "Score": "Democracy Score"}
    columns = [blocks.Column(head, name) for head, name in names.items()]
    columns.append(blocks.Column("Class", "Regime class", "center"))
    return blocks.value_table(
        "Ratings by edition",
        ["Edition", *columns],
        [
            [edition, *(cells.get((edition, column.head), say.MISSING) for column in columns)]
            for edition in reversed(story.window.editions)
        ],
        name="ratings",
        caption=(
            f"{say.CATEGORY_KEY}. All on the scale on which 7 is most democratic. Tinted with ▲ or "
            "▼: changed from the edition before, and linked to a report that says so. Each "
            "rating’s note on the page says how it is known. Italic: derived from printed facts. "
            "Pale: not known, with the least and the greatest value that the printed facts allow; "
            f"open: any value. {story.rests()}"
        ),
    )


def _rating_cell(row: Any, step: float, sources: list[Any], reason: str) -> blocks.Cell:
    """Return a rating with a note on how it is known; one that changed links to a report.

    `row` is of the panel, `step` the change from the edition before; `sources` are what it rests
    on, the most trusted first, and `reason` is what a report says about it.
    """
    names = [
        f"{_NAMES.get(source.kind, '{} report').format(source.edition)}, "
        f"{source.host if pd.notna(source.host) else source.url}"
        for source in sources[:_NAMED]
    ]
    if len(sources) > _NAMED:
        names.append(say.counted(len(sources) - _NAMED, "more source"))
    how = f"{_KNOWN[row.status]}{': ' if names else ''}{'; '.join(names)}"
    href = next((str(source.url) for source in sources if pd.notna(source.host)), "")
    mark = "up" if step > SAME else "down" if step < -SAME else ""
    return blocks.Cell(
        say.fixed(row.rating),
        mark,
        derived=row.status in NOT_PRINTED,
        how=f"{how}. “{reason}”" if reason else how,
        href=href if mark else "",
    )


def changes(story: CountryStory) -> list[blocks.Block]:
    """Return the score's annual changes split by category, and what reports say about them.

    Reasons are quoted from the user's own copies of reports, where there are any.
    """
    if len(story.window.editions) == 1:
        return [blocks.paragraph("One edition is shown: there is no change to split.")]
    steps, items = story.steps.fillna(0), []
    # The newest first; of an edition in the order of the categories, as they are stored.
    for row in rows(_reasons(story).sort_values("edition", ascending=False, kind="stable")):
        if step := steps[row.category].get(row.edition):
            after = float(story.known[row.category][row.edition])
            head = f"{row.edition}, {CATEGORIES[row.category]} {say.moved(after - step, after)}: "
            source = f"Freedom House, Nations in Transit {row.edition}, changes of ratings"
            told = f"“{row.quotation}” ({source})"
            items.append([blocks.Span(head, "strong"), blocks.Span(told)])
    drawn = decomposition_figure(story, tell.changes_title(story))
    return [drawn, *([blocks.Items(items=items)] if items else [])]


def _reasons(story: CountryStory) -> pd.DataFrame:
    reasons = story.window.cut(read_processed("reasons"))
    return reasons[reasons["country"] == story.country.name]


def peers(story: CountryStory) -> blocks.Block:
    """Return where the country stands among all in its last known edition."""
    if story.own.empty:
        return blocks.paragraph("No score of the country is known: it has no rank.")
    return peers_figure(story, tell.peers_title(story))


def knowledge(story: CountryStory) -> blocks.Items:
    """Return what is printed, derived or missing, and which printed values were set aside."""
    conflicts = story.audit[story.audit["action"].isin(["conflict", "correction"])]
    n, texts = len(conflicts), known_sentences(story)
    if n:
        texts.append(
            f"Sources contradict each other, or are corrected, in {say.counted(n, 'case')}:"
        )
    texts += [
        f"{CATEGORIES.get(row.category, 'Score')}, {row.edition} edition: "
        f"{say.with_true_minus(row.reason.rstrip('.'))}."
        for row in rows(conflicts.head(6))
    ]
    if n > 6:
        texts.append(f"{n - 6} more are in data/processed/audit.csv.")
    return blocks.bullets(*texts)
