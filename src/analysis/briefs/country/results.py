"""Results about all countries, as far as they are about one: direction, usual and joint changes."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from analysis.briefs import trajectory_sentences as say
from analysis.briefs.blocks import (
    Block,
    Column,
    Items,
    Note,
    Table,
    bullets,
    paragraph,
    value_table,
)
from analysis.briefs.country.findings import in_place
from analysis.briefs.country.story import CountryStory
from analysis.briefs.left_open import filled_cell, gap_sentence
from analysis.briefs.wording import (
    CATEGORY_KEY,
    MISSING,
    RATINGS,
    capitalised,
    counted,
    fixed,
    interval,
    part_of_region,
    points,
    rests_on,
    times,
    whole_ties,
)
from analysis.facts.countries import BY_NAME
from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import CATEGORIES, EVERY, SAME
from analysis.tables.stored import read_processed, rows

MOST_ROWS = 6


def direction(story: CountryStory) -> Items:
    """Return drift, episodes, and the place within the country's part of the region."""
    drift, episodes = story.drift, say.stored_result("episodes")
    found = episodes[episodes["country"] == story.country.name]
    return bullets(
        say.scope(story.window),
        say.drift_sentence(drift) if drift else "No score is known, and so no direction.",
        say.episode_sentences(found, say.stored_result("episode_false_alarms")),
        _place(story),
    )


def _place(story: CountryStory) -> str:
    """Return rank and distance to the mean within the part of the region: facts."""
    if story.own.empty:
        return ""
    edition, part = story.last["edition"], part_of_region(story.country.region)
    at = story.standing(story.country.region)
    others = at.scores.drop(story.country.name)
    if others.empty:
        return f"No other score of {part} is known in the {edition} edition."
    mean = float(others.mean())
    gap = float(story.last["score"]) - mean
    distance = f"{points(gap)} {'above' if gap > 0 else 'below'}" if abs(gap) > SAME else "at"
    ranks = f"; rounding leaves ranks {at.open_ranks} open" if at.open_ranks else ""
    return (
        f"In the {edition} edition it {in_place(at, 'ranks')} of the {len(at.scores)} "
        f"countries of {part} whose score is known, {distance} the mean of the "
        f"{counted(len(others), 'other')} ({fixed(mean)}){ranks}."
    )


def last_change(story: CountryStory) -> Block:
    """Return how far scores and ratings moved so far, and place the country's last change."""
    last, usual = say.stored_result("last_changes"), say.stored_result("usual_changes")
    row = next(rows(last[last["country"] == story.country.name]), None)
    if row is None:
        return Note(label="Withheld", text="Fewer than two complete editions within three years.")
    return say.usual_table(
        usual[(usual["from_class"] == row.from_class) & (usual["name"] != EVERY)],
        "name",
        f"How far scores and ratings moved that began as a {row.from_class}",
        say.last_change_sentence(row),
    )


def moved_together(story: CountryStory) -> Block:
    """Return how often categories changed in the same edition, or why there is nothing to count.

    Counts only: some ten or twenty steps of one country carry no correlation worth printing.
    """
    here = joint_changes(story.changes, list(CATEGORIES))
    together = here[(here["same_way"] + here["opposite_ways"]) > 0]
    steps = int(here["n_steps"].max())
    if not steps:
        return paragraph("No two adjacent editions of two categories are known.")
    if together.empty:
        return paragraph(
            f"In none of the {counted(steps, 'step')} between adjacent editions did two categories "
            "change together."
        )
    pairs = together.sort_values(["same_way", "opposite_ways"], ascending=False, kind="stable")
    return _table(story, pairs.merge(_all_countries(story), on=["x", "y"]), steps)


def joint_changes(changes: pd.DataFrame, categories: list[str]) -> pd.DataFrame:
    """Count joint changes of each pair of categories.

    Parameters
    ----------
    changes
        ``country``, ``edition``, ``category``, ``change``: one row a rating that is known in two
        adjacent editions.

    Returns
    -------
    pandas.DataFrame
        ``x``, ``y`` and ``n_steps``, the country-editions in which the change of both is known; in
        ``same_way`` of them both rose or both fell, in ``opposite_ways`` one rose and one fell, in
        ``only_x`` and ``only_y`` one of them changed.

    Raises
    ------
    ParameterError
        If a change is listed twice.
    """
    if changes.duplicated(["country", "edition", "category"]).any():
        raise ParameterError("a change is listed twice: expected one row a country and edition")
    way = np.sign(changes["change"].where(changes["change"].abs() > SAME, 0))
    wide = changes.assign(way=way).pivot(
        index=["country", "edition"], columns="category", values="way"
    )
    ways, counts = wide.reindex(columns=categories), []
    for names in combinations(categories, 2):
        x, y = ways[list(names)].dropna().to_numpy(dtype=float).T
        of_step = {
            "same_way": x * y > 0,
            "opposite_ways": x * y < 0,
            "only_x": (x != 0) & (y == 0),
            "only_y": (x == 0) & (y != 0),
        }
        n_of = {name: int(steps.sum()) for name, steps in of_step.items()}
        counts.append({"x": names[0], "y": names[1], "n_steps": len(x), **n_of})
    return pd.DataFrame(counts)


def _table(story: CountryStory, pairs: pd.DataFrame, steps: int) -> Table:
    # None of several that tie is left out.
    order = (pairs["same_way"] + pairs["opposite_ways"] / 1000).tolist()
    shown = pairs.head(whole_ties(order, MOST_ROWS) or order.count(order[0]))
    over, window = read_processed("over_completed_correlations"), story.window
    told = over[over["name"].isin(shown["x"] + " " + shown["y"])]
    more = len(pairs) - len(shown)
    left = f" {capitalised(counted(more, 'more pair'))} changed together in known steps."
    return value_table(
        _title(pairs, len(story.panel) == story.n_ratings),
        [
            "Pair",
            Column("Same way", "Editions in which both rose or both fell"),
            Column("Opposite", "Editions in which one rose and the other fell"),
            Column("Only one", "Editions in which one of them changed"),
            Column("All countries", "Same way, of the steps in which either changed"),
            Column("Within, 95 %", "Correlation within all countries, country jackknife"),
        ],
        [
            [
                f"{row.x} – {row.y}",
                row.same_way,
                row.opposite_ways,
                row.only_x + row.only_y,
                f"{row.all_same} of {row.all_either}",
                filled_cell(over, "within", f"{row.x} {row.y}", _correlation(row)),
            ]
            for row in rows(shown)
        ],
        name="moved_together",
        caption=(
            f"Known steps between adjacent editions of {story.country.name}, "
            f"{window.first_edition} to {window.last_edition}, at most {steps} of a pair: counts, "
            f"since that is too few for a correlation.{left if more else ''} Beside them all "
            "countries: steps of the same way among those in which either changed, in the same "
            "editions, and the correlation within countries over all editions. "
            f"{gap_sentence(told, ['within'], 'correlation within countries')} {CATEGORY_KEY}. "
            f"{story.rests(RATINGS)} All countries: "
            f"{rests_on(BY_NAME, window.editions, ratings=window.cut(read_processed('panel')))}"
        ),
    )


def _all_countries(story: CountryStory) -> pd.DataFrame:
    """Return the counts over all countries in the same window, and the within correlation."""
    counts = joint_changes(story.window.cut(read_processed("changes")), list(CATEGORIES))
    either = counts[["same_way", "opposite_ways", "only_x", "only_y"]].sum(axis=1)
    beside = counts[["x", "y"]].assign(all_same=counts["same_way"], all_either=either)
    pairs = read_processed("correlations")
    return beside.merge(pairs[pairs["level"] == "within"], on=["x", "y"])


def _title(pairs: pd.DataFrame, complete: bool) -> str:
    """Return the finding; pairs that changed together equally often share it."""
    known, steps = ("", "") if complete else ("known ", " in known steps")
    first = pairs.iloc[0]
    n_tied = int((pairs["same_way"] == first["same_way"]).sum())
    tied = counted(n_tied, "pair")
    if not first["same_way"]:
        return f"{capitalised(tied)} of categories changed together, in opposite ways only{steps}"
    if n_tied == 1:
        return (
            f"Most often together: {CATEGORIES[first['x']]} and {CATEGORIES[first['y']]}, the same "
            f"way in {first['same_way']} of {first['n_steps']} {known}steps"
        )
    if first["same_way"] == 1:
        return f"No two categories changed the same way more than once{steps}"
    same = f"{tied} of categories changed the same way {times(first['same_way'])}{steps}"
    return f"No pair stands out: {same}"


def _correlation(row: Any) -> str:
    if pd.isna(row.r):
        return MISSING
    bounds = "interval withheld" if pd.isna(row.low) else interval(row.low, row.high)
    return f"{fixed(row.r)} ({bounds})"
