"""Results about all countries, as far as they are about one: direction, usual and joint changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.briefs import blocks
from analysis.briefs import trajectory_sentences as sentences
from analysis.briefs import wording as say
from analysis.briefs.country.findings import in_place
from analysis.briefs.country.story import CountryStory
from analysis.briefs.left_open import filled_cell, gap_sentence
from analysis.facts.countries import BY_NAME
from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import CATEGORIES, EVERY, SAME
from analysis.tables.stored import read_processed, rows

MOST_ROWS = 6


def direction(story: CountryStory) -> blocks.Items:
    """Return drift, episodes, and the place within the country's part of the region."""
    drift, episodes = story.drift, sentences.stored_result("episodes")
    found = episodes[episodes["country"] == story.country.name]
    return blocks.bullets(
        sentences.scope(story.window),
        sentences.drift_sentence(drift) if drift else "No score is known, and so no direction.",
        sentences.episode_sentences(found, sentences.stored_result("episode_false_alarms")),
        "" if story.own.empty else _place(story),
    )


def _place(story: CountryStory) -> str:
    """Return rank and distance to the mean within the part of the region: facts."""
    edition, part = story.last["edition"], say.part_of_region(story.country.region)
    at = story.standing(story.country.region)
    others = at.scores.drop(story.country.name)
    if others.empty:
        return f"No other score of {part} is known in the {edition} edition."
    mean = float(others.mean())
    gap = float(story.last["score"]) - mean
    distance = f"{say.points(gap)} {'above' if gap > 0 else 'below'}" if abs(gap) > SAME else "at"
    ranks = f"; rounding leaves ranks {at.open_ranks} open" if at.open_ranks else ""
    of = f"of the {say.countries(len(at.scores))} of {part} whose score is known"
    return (
        f"In the {edition} edition it {in_place(at, 'ranks')} {of}, {distance} the mean of the "
        f"{say.counted(len(others), 'other')} ({say.fixed(mean)}){ranks}."
    )


def last_change(story: CountryStory) -> blocks.Block:
    """Return how far scores and ratings moved so far, and place the country's last change."""
    last, usual = sentences.stored_result("last_changes"), sentences.stored_result("usual_changes")
    row = next(rows(last[last["country"] == story.country.name]), None)
    if row is None:
        return blocks.Note(
            label="Withheld", text="Fewer than two complete editions within three years."
        )
    return sentences.usual_table(
        usual[(usual["from_class"] == row.from_class) & (usual["name"] != EVERY)],
        "name",
        f"How far scores and ratings moved that began as a {row.from_class}",
        sentences.last_change_sentence(row),
    )


def moved_together(story: CountryStory) -> blocks.Block:
    """Return how often categories changed in the same edition, or why there is nothing to count.

    Counts only: some ten or twenty steps of one country carry no correlation worth printing.
    """
    if len(story.window.editions) == 1:
        return blocks.paragraph("One edition is shown: there is no step to count.")
    # What an edition says against one before the window is no step of it.
    inside = replace(story.window, first_edition=story.window.first_edition + 1)
    here = joint_changes(inside.cut(story.changes), list(CATEGORIES))
    together = here[(here["same_way"] + here["opposite_ways"]) > 0]
    steps = int(here["n_steps"].max())
    if not steps:
        return blocks.paragraph("No two adjacent editions of two categories are known.")
    complete = len(story.panel) == story.n_ratings
    if together.empty:
        changed = "changed" if complete else "are known to have changed"
        which = "the one step" if steps == 1 else f"any of the {say.counted(steps, 'step')}"
        return blocks.paragraph(
            f"No two categories {changed} together in {which} between adjacent editions."
        )
    beside = joint_changes(inside.cut(read_processed("changes")), list(CATEGORIES))
    either = beside[["same_way", "opposite_ways", "only_x", "only_y"]].sum(axis="columns")
    pairs = together.merge(beside.assign(either=either), on=["x", "y"], suffixes=("", "_all"))
    correlations = read_processed("correlations")
    pairs = pairs.merge(correlations[correlations["level"] == "within"], on=["x", "y"])
    return _table(story, pairs.sort_values(["same_way", "opposite_ways"], ascending=False), steps)


def joint_changes(changes: pd.DataFrame, categories: list[str]) -> pd.DataFrame:
    """Count joint changes of each pair of categories, ``x`` and ``y``.

    Of the ``n_steps`` country-editions in which the `changes` of both are listed, each once, so
    many went the ``same_way``, ``opposite_ways``, or changed ``only_x`` or ``only_y``.

    Raises
    ------
    ParameterError
        If a change is listed twice.
    """
    key = ["country", "edition"]
    if changes.duplicated([*key, "category"]).any():
        raise ParameterError("a change is listed twice: expected one row a country and edition")
    way = np.sign(changes["change"].where(changes["change"].abs() > SAME, 0))
    steps = changes.assign(way=way).pivot(index=key, columns="category", values="way")
    steps = steps.reindex(columns=categories)
    up, down, still = ((steps > 0) * 1, (steps < 0) * 1, (steps == 0) * 1)
    moved, known = up + down, steps.notna() * 1
    counts = {
        "n_steps": known.T @ known,
        "same_way": up.T @ up + down.T @ down,
        "opposite_ways": up.T @ down + down.T @ up,
        "only_x": moved.T @ still,
        "only_y": still.T @ moved,
    }
    x, y = np.triu_indices(len(categories), 1)
    n_of = {name: count.to_numpy()[x, y] for name, count in counts.items()}
    return pd.DataFrame({"x": np.take(categories, x), "y": np.take(categories, y), **n_of})


def _table(story: CountryStory, pairs: pd.DataFrame, steps: int) -> blocks.Table:
    # None of several that tie is left out.
    order = (pairs["same_way"] + pairs["opposite_ways"] / 1000).tolist()
    shown = pairs.head(say.whole_ties(order, MOST_ROWS) or order.count(order[0]))
    over, window = read_processed("over_completed_correlations"), story.window
    told = over[over["name"].isin(shown["x"] + " " + shown["y"])]
    lines = []
    for row in rows(shown):
        span = "interval withheld" if pd.isna(row.low) else say.interval(row.low, row.high)
        within = say.MISSING if pd.isna(row.r) else f"{say.fixed(row.r)} ({span})"
        counts = (row.same_way, row.opposite_ways, row.only_x + row.only_y)
        beside = f"{row.same_way_all} of {row.either}"
        known = filled_cell(over, "within", f"{row.x} {row.y}", within)
        lines.append([f"{row.x} – {row.y}", *counts, beside, known])
    everywhere = say.rests_on(BY_NAME, window.editions, ratings=window.cut(read_processed("panel")))
    of_all = everywhere.replace("Rests", "The counts of all countries rest")
    more = len(pairs) - len(shown)
    left = f" {say.capitalised(say.counted(more, 'more pair'))} changed together in known steps."
    return blocks.value_table(
        _title(pairs, len(story.panel) == story.n_ratings),
        [
            "Pair",
            blocks.Column("Same way", "Editions in which both rose or both fell"),
            blocks.Column("Opposite", "Editions in which one rose and the other fell"),
            blocks.Column("Only one", "Editions in which one of them changed"),
            blocks.Column("All countries", "Same way, of the steps in which either changed"),
            blocks.Column("Within, 95 %", "Correlation within all countries, country jackknife"),
        ],
        lines,
        name="moved_together",
        caption=(
            f"Known steps between adjacent editions of {say.in_text(story.country.name)}, "
            f"{window.first_edition} to {window.last_edition}, at most {steps} of a pair: counts, "
            f"since that is too few for a correlation.{left if more else ''} Beside them all "
            "countries: steps of the same way among those in which either changed, in the same "
            "editions, and the correlation within countries over all editions. "
            f"{gap_sentence(told, ['within'], 'correlation within countries')} {say.CATEGORY_KEY}. "
            f"{story.rests(say.RATINGS)} {of_all}"
        ),
    )


def _title(pairs: pd.DataFrame, complete: bool) -> str:
    """Return the finding; pairs that changed together equally often share it."""
    known, steps = ("", "") if complete else ("known ", " in known steps")
    first = pairs.iloc[0]
    n_tied = int((pairs["same_way"] == first["same_way"]).sum())
    tied = f"{say.counted(n_tied, 'pair')} of categories"
    if not first["same_way"]:
        return f"{say.capitalised(tied)} changed together, in opposite ways only{steps}"
    if n_tied == 1 and first["n_steps"] == 1:
        both = f"{CATEGORIES[first['x']]} and {CATEGORIES[first['y']]}"
        return f"{both} changed the same way in the one {known}step"
    if n_tied == 1:
        return (
            f"Most often together: {CATEGORIES[first['x']]} and {CATEGORIES[first['y']]}, the same "
            f"way in {say.number(first['same_way'])} of {say.number(first['n_steps'])} {known}steps"
        )
    if first["same_way"] == 1 < pairs["n_steps"].max():
        return f"No two categories changed the same way more than once{steps}"
    same = f"{tied} changed the same way {say.times(first['same_way'])}{steps}"
    return f"No pair stands out: {same}"
