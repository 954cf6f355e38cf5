"""Country brief: which categories changed together here, beside all countries' figures."""

from __future__ import annotations

import pandas as pd

from analysis.briefs.blocks import Block, Column, Table, paragraph
from analysis.briefs.country.story import CountryStory
from analysis.briefs.left_open import filled_cell, gap_sentence
from analysis.briefs.tables import value_table
from analysis.briefs.wording import (
    CATEGORY_KEY,
    MISSING,
    capitalised,
    counted,
    fixed,
    interval,
    rests_on,
    times,
    whole_ties,
)
from analysis.correlations.joint_changes import joint_changes
from analysis.facts.countries import BY_NAME
from analysis.facts.frames import rows
from analysis.facts.rating_system import CATEGORIES
from analysis.tables.stored import read_processed

MOST_ROWS = 6


def moved_together(story: CountryStory) -> Block:
    """Return how often categories changed in the same edition, or why there is nothing to count.

    Counts only: some ten or twenty steps of one country carry no correlation worth printing.
    """
    here = joint_changes(story.changes, list(CATEGORIES))
    own = here[(here["same_way"] + here["opposite_ways"]) > 0]
    steps = int(here["n_steps"].max()) if len(here) else 0
    if own.empty:
        return paragraph(
            f"In none of the {counted(steps, 'step')} between adjacent editions did two categories "
            "change together."
            if steps
            else "No two adjacent editions of two categories are known."
        )
    beside = _all_countries(story)
    shown = own.merge(beside, on=["x", "y"]).sort_values(
        ["same_way", "opposite_ways"], ascending=False, kind="stable"
    )
    return _table(story, shown, steps)


def _all_countries(story: CountryStory) -> pd.DataFrame:
    """Return the counts over all countries in the same window, and the within correlation."""
    counts = joint_changes(story.window.cut(read_processed("changes")), list(CATEGORIES))
    either = counts[["same_way", "opposite_ways", "only_x", "only_y"]].sum(axis=1)
    pairs = read_processed("correlations")
    within = pairs[pairs["level"] == "within"][["x", "y", "r", "low", "high"]]
    return (
        counts.assign(all_same=counts["same_way"], all_either=either)
        .loc[:, ["x", "y", "all_same", "all_either"]]
        .merge(within, on=["x", "y"])
    )


def _title(pairs: pd.DataFrame, complete: bool) -> str:
    """Return the finding; pairs that changed together equally often share it."""
    known, steps = ("", "") if complete else ("known ", " in known steps")
    first = pairs.iloc[0]
    most = int(first["same_way"])
    n_tied = int((pairs["same_way"] == most).sum())
    tied = capitalised(counted(n_tied, "pair"))
    if not most:
        return f"{tied} of categories changed together, in opposite ways only{steps}"
    if n_tied == 1:
        return (
            f"Most often together: {CATEGORIES[first['x']]} and {CATEGORIES[first['y']]}, the same "
            f"way in {most} of {int(first['n_steps'])} {known}steps"
        )
    if most == 1:
        return f"No two categories changed the same way more than once{steps}"
    same = f"{tied.lower()} of categories changed the same way {times(most)}{steps}"
    return f"No pair stands out: {same}"


def _whole(pairs: pd.DataFrame) -> int:
    """Return how many of the sorted pairs to show, so that none of several that tie is left out."""
    order = (pairs["same_way"] + pairs["opposite_ways"] / 1000).tolist()
    return whole_ties(order, MOST_ROWS) or order.count(order[0])


def _table(story: CountryStory, pairs: pd.DataFrame, steps: int) -> Table:
    shown = pairs.head(_whole(pairs))
    everyone = story.window.cut(read_processed("panel"))
    over = read_processed("over_completed_correlations")
    names = shown["x"] + " " + shown["y"]
    gaps = gap_sentence(over[over["name"].isin(names)], ["within"], "correlation within countries")
    more = len(pairs) - len(shown)
    left = (
        f" {capitalised(counted(more, 'more pair'))} changed together in known steps."
        if more
        else ""
    )
    return value_table(
        _title(pairs, len(story.panel) == len(CATEGORIES) * len(story.window.editions)),
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
                filled_cell(
                    over, "within", f"{row.x} {row.y}", _correlation(row.r, row.low, row.high)
                ),
            ]
            for row in rows(shown)
        ],
        name="moved_together",
        caption=(
            f"Known steps between adjacent editions of {story.country.name}, "
            f"{story.window.first_edition} to {story.window.last_edition}, at most {steps} of a "
            f"pair: counts, since that is too few for a correlation.{left} Beside them all "
            "countries: steps of the same way among those in which either changed, in the same "
            f"editions, and the correlation within countries over all editions. {gaps} "
            f"{CATEGORY_KEY}. "
            f"{rests_on([story.country.name], story.window.editions, ratings=story.panel)} All "
            f"countries: {rests_on(BY_NAME, story.window.editions, ratings=everyone)}"
        ),
    )


def _correlation(r: float, low: float, high: float) -> str:
    if pd.isna(r):
        return MISSING
    bounds = "interval withheld" if pd.isna(low) else interval(low, high)
    return f"{fixed(r)} ({bounds})"
