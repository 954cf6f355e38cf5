"""Direction and pace in the regional brief: slices of stored results."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from analysis.briefs.blocks import Column, Items, Sentence, Table, bullets
from analysis.briefs.over_completed import gap_sentence
from analysis.briefs.region.story import RegionStory
from analysis.briefs.rests_on import rests_on, rests_on_complete_cases
from analysis.briefs.rounding import open_ranks
from analysis.briefs.tables import value_table
from analysis.briefs.trajectories import sentences as say
from analysis.briefs.trajectories.story import TrajectoryResults, scope
from analysis.briefs.trajectories.usual import usual_table
from analysis.briefs.wording import MISSING, fixed, interval, signed
from analysis.facts.countries import BY_NAME, fold
from analysis.facts.frames import row_at, rows
from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.settings.parameters import WHOLE
from analysis.tables.stored import read_processed

_WHOLE = (
    "Rates rest on all 29 countries. Moves between classes are those of the group, their rate is "
    "that of all."
)


def direction(story: RegionStory, results: TrajectoryResults) -> Items:
    """Return the average trend of the group and the pace of the region."""
    trends, left_out = (
        table[table["group"].map(fold) == fold(story.group)]
        for table in (results.trends, results.trend_leave_one_out)
    )
    pace = say.break_sentence(next(rows(results.panel_break)))
    text = pace.text
    if fold(story.group) != "all":
        text = f"All 29 countries: {text[:1].lower()}{text[1:]}"
    sentences: list[str | Sentence] = [
        scope(story.window),
        *(
            say.trend_sentence(row, over=results.over_completed_trajectories)
            for row in rows(trends[trends["name"] == SCORE])
        ),
        say.left_out_sentence(left_out),
        open_ranks(story.latest_common),
        replace(pace, text=text),
    ]
    return bullets(sentences)


def category_trends(results: TrajectoryResults) -> Table:
    """Return the average trend of every category with its intervals."""
    trends = results.trends[(results.trends["group"] == "all") & (results.trends["name"] != SCORE)]
    over = results.over_completed_trajectories
    gaps = gap_sentence(over, ["trend"], "average trend")
    filled = over[over["statistic"] == "trend"].set_index("name")
    n = int(trends["n_countries"].max()) if len(trends) else 0
    return value_table(
        "Average trend of each category, all countries",
        [
            "Category",
            Column("Trend", "Mean over countries of the slope, points per decade"),
            Column("95 %", "95 % interval"),
            Column("Completed", "95 % interval over completed panels, Rubin’s rules"),
            Column("Fell", "Countries with a negative slope"),
            Column("Rose", "Countries with a positive slope"),
            Column("Level", "Countries with slope zero"),
            Column("Known", "Country-years"),
        ],
        [
            [
                CATEGORIES[row.name],
                MISSING if row.refusal else signed(row.estimate),
                row.refusal or interval(row.lower, row.upper, sign=True),
                interval(*row_at(filled, row.name)[["low", "high"]], sign=True),
                *(row.fell, row.rose, row.unchanged, row.n_observations),
            ]
            for row in rows(trends)
        ],
        name="category_trends",
        caption=(
            f"Points per decade, mean over {n} countries; 95 % interval by country-level t. It "
            "treats shocks common to all countries in a year as given. Completed: the interval "
            "over completed panels, which fill every gap as the printed facts allow (Rubin’s "
            "rules). "
            f"{gaps} {rests_on(BY_NAME, WHOLE.editions, ratings=read_processed('panel'))}"
        ),
    )


def changes(story: RegionStory, results: TrajectoryResults) -> Items:
    """Return how often ratings changed and which countries changed class."""
    members = {country.name for country in story.members}
    events = results.class_events[results.class_events["country"].isin(members)]
    sentences = [
        scope(story.window),
        "" if fold(story.group) == "all" else _WHOLE,
        say.rate_sentence(results.change_rates, results.over_completed_trajectories),
        *say.class_sentences(events, results.class_moves, results.over_completed_trajectories),
    ]
    return bullets(sentences)


def rate_table(table: pd.DataFrame) -> Table:
    """Return the yearly rates of change by category with their intervals."""
    over = read_processed("over_completed_trajectories").query("statistic == 'rate of changes'")
    over = over.set_index("name").rename(
        columns={"pooled": "rate", "low": "lower", "high": "upper"}
    )
    over["refusal"] = ""
    n_chances = len(BY_NAME) * (len(WHOLE.editions) - 1) * len(CATEGORIES)
    events = ("any", "down", "up", "large")
    rate_of = {(row.name, row.event): row for row in rows(table)}
    return value_table(
        "Yearly rate of change of a rating",
        [
            "Category",
            "Any",
            "Down",
            "Up",
            Column("0.5 or more", "Half a point or more"),
            Column("Chances", "Pairs of adjacent known editions"),
        ],
        [
            [
                CATEGORIES.get(name, "All seven"),
                *(_rate(rate_of[name, event]) for event in events),
                rate_of[name, "any"].n_opportunities,
            ]
            for name in (*CATEGORIES, "all")
            if (name, "any") in rate_of
        ]
        + [["All, completed", *(_rate(row_at(over, event)) for event in events), n_chances]],
        name="rates",
        caption=(
            "Per cent of the chances, in brackets the 95 % interval (Wilson on effective "
            "numbers): changes cluster in countries. All, completed: over completed panels, which "
            "fill every gap as the printed facts allow (Rubin’s rules). "
            f"{rests_on_complete_cases()}"
        ),
    )


def _rate(row: Any) -> str:
    if row.refusal:
        return MISSING
    return f"{fixed(100 * row.rate, 1)} ({interval(100 * row.lower, 100 * row.upper, 1)})"


def usual_scores(results: TrajectoryResults) -> Table:
    """Return how far scores moved so far, one row a regime class at the start, all countries."""
    usual = results.usual_changes
    return usual_table(
        usual[usual["name"] == SCORE],
        "from_class",
        "How far the Democracy Score moved, by class at the start, all countries",
    )
