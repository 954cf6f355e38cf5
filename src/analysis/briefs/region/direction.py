"""Direction and pace in the regional brief: slices of stored results."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.briefs.blocks import Cell, Column, Items, Table, bullets
from analysis.briefs.region.story import RegionStory
from analysis.briefs.trajectories import sentences as say
from analysis.briefs.trajectories.story import TrajectoryResults, scope
from analysis.briefs.trajectories.usual import usual_table
from analysis.briefs.wording import fixed, signed
from analysis.facts.countries import fold
from analysis.facts.frames import rows
from analysis.facts.rating_system import CATEGORIES, SCORE

WHOLE_EVENTS = "Moves between classes are those of the group, their rate is that of all."


def direction(story: RegionStory, results: TrajectoryResults) -> Items:
    """Return the average trend of the group and the pace of the region."""
    trends = results.trends[results.trends["name"] == SCORE]
    own = trends[trends["group"].map(fold) == fold(story.group)]
    left_out = results.trend_leave_one_out
    left_out = left_out[left_out["group"].map(fold) == fold(story.group)]
    sentences = [
        scope(story.window),
        *(say.trend_sentence(row) for row in rows(own)),
        say.left_out_sentence(left_out),
        ("" if fold(story.group) == "all" else "All 29 countries: ")
        + say.break_sentence(next(rows(results.panel_break))),
    ]
    return bullets([sentence for sentence in sentences if sentence])


def trend_findings(trends: pd.DataFrame, left_out: pd.DataFrame, group: str) -> Items:
    """Return the average trend of a group and of its parts, with the range of the former."""
    told = []
    for row in rows(trends[trends["name"] == SCORE]):
        own = fold(row.group) == fold(group)
        told.append(("" if own else f"{row.group}: ") + say.trend_sentence(row))
        if own:
            told.append(say.left_out_sentence(left_out[left_out["group"] == row.group]))
    return bullets([sentence for sentence in told if sentence])


def category_trends(results: TrajectoryResults) -> Table:
    """Return the average trend of every category with its interval."""
    return category_trend_table(
        results.trends[(results.trends["group"] == "all") & (results.trends["name"] != SCORE)],
        "Average trend of each category, all countries",
    )


def category_trend_table(own: pd.DataFrame, title: str) -> Table:
    """Return average trends of categories, one row each, as a table."""
    lines = [
        [
            Cell(CATEGORIES[row.name]),
            Cell(signed(row.estimate) if not row.refusal else "–"),
            Cell(_interval(row)),
            Cell(str(row.fell)),
            Cell(str(row.rose)),
            Cell(str(row.unchanged)),
            Cell(str(row.n_observations)),
        ]
        for row in rows(own)
    ]
    n = int(own["n_countries"].max()) if len(own) else 0
    return Table(
        name="category_trends",
        title=title,
        columns=[
            Column("Category", align="left"),
            Column("Trend", "Mean over countries of the slope, points per decade"),
            Column("95 %", "95 % interval"),
            Column("Fell", "Countries with a negative slope"),
            Column("Rose", "Countries with a positive slope"),
            Column("Level", "Countries with slope zero"),
            Column("Known", "Country-years"),
        ],
        rows=lines,
        caption=(
            f"Points per decade, mean over {n} countries; 95 % interval by country-level t. It "
            "treats shocks common to all countries in a year as given."
        ),
        dense=True,
    )


def _interval(row: Any) -> str:
    if row.refusal:
        return str(row.refusal)
    return f"{signed(row.lower)} to {signed(row.upper)}"


def changes(story: RegionStory, results: TrajectoryResults) -> Items:
    """Return how often ratings changed and which countries changed class."""
    members = {country.name for country in story.members}
    whole = fold(story.group) == "all"
    events = results.class_events[results.class_events["country"].isin(members)]
    sentences = say.class_sentences(events, results.class_moves)
    return bullets(
        [
            sentence
            for sentence in (
                scope(story.window),
                "" if whole else f"Rates rest on all 29 countries. {WHOLE_EVENTS}",
                say.rate_sentence(results.change_rates),
                *sentences,
            )
            if sentence
        ]
    )


def rate_table(table: pd.DataFrame) -> Table:
    """Return the yearly rates of change by category with their intervals."""
    lines = []
    for name in (*CATEGORIES, "all"):
        own = {row.event: row for row in rows(table[table["name"] == name])}
        if not own:
            continue
        cells = [
            Cell(_rate(own[event]) if not own[event].refusal else "–")
            for event in ("any", "down", "up", "large")
        ]
        head = CATEGORIES.get(name, "All seven")
        lines.append([Cell(head), *cells, Cell(str(own["any"].n_opportunities))])
    return Table(
        name="rates",
        title="Yearly rate of change of a rating",
        columns=[
            Column("Category", align="left"),
            Column("Any"),
            Column("Down"),
            Column("Up"),
            Column("0.5 or more", "Half a point or more"),
            Column("Chances", "Pairs of adjacent known editions"),
        ],
        rows=lines,
        caption=(
            "Per cent of the chances, in brackets the 95 % interval (Wilson on effective "
            "numbers): changes cluster in countries."
        ),
        dense=True,
    )


def _rate(row: object) -> str:
    rate, lower, upper = (100 * getattr(row, name) for name in ("rate", "lower", "upper"))
    return f"{fixed(rate, 1)} ({fixed(lower, 1)} to {fixed(upper, 1)})"


def usual_scores(results: TrajectoryResults) -> Table:
    """Return how far scores moved so far, one row a regime class at the start, all countries."""
    usual = results.usual_changes
    return usual_table(
        usual[usual["name"] == SCORE],
        "from_class",
        "How far the Democracy Score moved, by class at the start, all countries",
    )
