"""The blocks of the regional brief, one function a section; the notebook calls them in order."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from analysis import DATE
from analysis.briefs import trajectory_sentences as say
from analysis.briefs.blocks import (
    Cell,
    Column,
    Figure,
    Findings,
    Items,
    KeyFact,
    Sentence,
    Table,
    Title,
    bullets,
    resting,
    value_table,
)
from analysis.briefs.country.story import status_words
from analysis.briefs.figures.region import class_count_figure, map_figure, standing_figure
from analysis.briefs.groups import open_ranks, rests_on_complete_cases
from analysis.briefs.left_open import class_cell, gap_sentence
from analysis.briefs.region import findings as tell
from analysis.briefs.region.story import RegionStory
from analysis.briefs.wording import (
    MISSING,
    SCORES,
    counted,
    countries,
    fixed,
    interval,
    percent,
    rests_on,
    signed,
)
from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.settings.parameters import WHOLE
from analysis.tables.stored import read_processed, row_at, rows

_BESIDE: Final = "All 29 countries: "


def title(story: RegionStory) -> Title:
    """Return the head with the counts of the latest known classes."""
    n, moves, classes = len(story.compared), tell.directions(story), story.latest["regime_class"]
    span = story.span_words.removeprefix("From the ").removesuffix(" edition")
    of_all = f"of {n}, {span.replace(' to the ', ' to ')}" if n else "one edition shown"
    latest = "consolidated or semi-consolidated, latest"
    facts = [
        KeyFact("Scores that fell", str(len(moves["fell"])) if n else MISSING, of_all),
        KeyFact("Scores that rose", str(len(moves["rose"])) if n else MISSING, of_all),
        KeyFact("Democracies", str(classes.isin(tell.DEMOCRACIES).sum()), latest),
        KeyFact("Authoritarian", str(classes.isin(tell.AUTHORITARIAN).sum()), latest),
    ]
    return Title(
        kicker="Nations in Transit · regional brief",
        title="From Central Europe to Central Asia" if story.group == "all" else story.group,
        subtitle=f"Democracy ratings of {len(story.members)} countries, {story.window.in_words}",
        description=tell.findings(story)[0],
        facts=[fact for fact in facts if fact.value != "0"],
        date=DATE,
    )


def findings(story: RegionStory) -> Findings:
    """Return the findings, computed from the data."""
    return tell.with_trend(story, tell.findings(story))


def standing(story: RegionStory) -> Figure:
    """Return the heat-map of countries by editions."""
    drawn = standing_figure(story.series, story.window, tell.crossings_title(story))
    return resting(drawn, story.rests(SCORES))


def map_of_classes(story: RegionStory) -> Figure:
    """Return the tile map of the latest known classes."""
    return resting(map_figure(story.series, tell.map_title(story)), story.rests(SCORES))


def class_counts(story: RegionStory) -> Figure:
    """Return the columns of class counts."""
    title = tell.class_count_title(story)
    drawn = class_count_figure(story.series, len(story.members), story.window, title)
    return resting(drawn, story.rests(SCORES))


def movers(story: RegionStory) -> Table:
    """Return every country's first and last known score, the largest fall first."""
    spans = story.spans.sort_values("change", kind="stable", na_position="last")
    return value_table(
        tell.standing_title(story),
        [
            "Country",
            Column("Class", "Regime class of the last known edition", "center"),
            Column("First", "First known score"),
            Column("Edition", "Edition of the first known score"),
            Column("Last", "Last known score"),
            Column("Edition", "Edition of the last known score"),
            "Change",
        ],
        [
            [
                row.country,
                class_cell(row.regime_class),
                fixed(row.first),
                row.first_edition,
                Cell(fixed(row.last), derived="derived" in row.basis),
                row.last_edition,
                signed(row.change) if pd.notna(row.change) else MISSING,
            ]
            for row in rows(spans.reset_index())
        ],
        name="movers",
        caption="First and last known Democracy Score in the period, the largest fall first. "
        f"Italic: derived. {story.rests(SCORES)}",
    )


def direction(story: RegionStory) -> Items:
    """Return the average trend and the pace of a group, and those of the region beside them."""
    trend, pace, over = Sentence(""), "", story.result("over_completed_trajectories")
    own = story.own(story.result("trends"))
    if not story.is_all:
        whole = say.stored_result("trends")
        row = next(rows(whole[(whole["group"] == "all") & (whole["name"] == SCORE)]))
        trend = Sentence(
            f"{_BESIDE}{signed(row.estimate)} points per decade on average (range "
            f"{interval(row.lower, row.upper, sign=True)}).",
            "The members of the group are among these countries, so that ranges side by side do "
            "not test whether they differ. Each group is looked at alone, whatever others show.",
        )
        text = say.break_sentence(next(rows(say.stored_result("panel_break")))).text
        pace = f"{_BESIDE}{text[:1].lower()}{text[1:]}"
    return bullets(
        say.scope(story.window),
        *(say.trend_sentence(row, over=over) for row in rows(own[own["name"] == SCORE])),
        say.left_out_sentence(story.own(story.result("trend_leave_one_out"))),
        trend,
        open_ranks(story.latest_common),
        say.break_sentence(next(rows(story.result("panel_break")))),
        pace,
    )


def category_trends(story: RegionStory) -> Table:
    """Return the average trend of every category with its intervals, the region's beside."""
    over, panel = story.result("over_completed_trajectories"), read_processed("panel")
    filled = over[over["statistic"] == "trend"].set_index("name")
    own = panel[panel["country"].isin(story.names)]
    whole = say.stored_result("trends")
    beside = whole[whole["group"] == "all"].set_index("name")["estimate"]
    trends = story.own(story.result("trends"))
    lines = [
        [
            CATEGORIES[row.name],
            MISSING if row.refusal else signed(row.estimate),
            row.refusal or interval(row.lower, row.upper, sign=True),
            interval(*row_at(filled, row.name)[["low", "high"]], sign=True),
            *(row.fell, row.rose, row.unchanged, row.n_observations),
            "" if story.is_all else signed(float(beside[row.name])),
        ]
        for row in rows(trends[trends["name"] != SCORE])
    ]
    columns: list[Column | str] = [
        "Category",
        Column("Trend", "Mean over countries of the slope, points per decade"),
        Column("95 %", "95 % interval"),
        Column("Completed", "95 % interval over completed panels, Rubin’s rules"),
        Column("Fell", "Countries with a negative slope"),
        Column("Rose", "Countries with a positive slope"),
        Column("Level", "Countries with slope zero"),
        Column("Known", "Country-years"),
        Column("Region", "Trend of all 29 countries"),
    ]
    shown = len(columns) - story.is_all
    return value_table(
        f"Average trend of each category, {'all countries' if story.is_all else story.group}",
        columns[:shown],
        [line[:shown] for line in lines],
        name="category_trends",
        caption=(
            f"Points per decade, mean over {len(story.names)} countries; 95 % interval by "
            "country-level t. It treats shocks common to all countries in a year as given. "
            "Completed: the interval over completed panels, which fill every gap as the printed "
            f"facts allow (Rubin’s rules). {gap_sentence(over, ['trend'], 'average trend')} "
            f"{rests_on(story.names, WHOLE.editions, ratings=own)}"
        ),
    )


def changes(story: RegionStory) -> Items:
    """Return how often ratings changed and which countries changed class."""
    events, over = story.result("class_events"), story.result("over_completed_trajectories")
    events, beside = events[events["country"].isin(story.names)], ""
    if not story.is_all:
        table = say.stored_result("change_rates")
        rate = table[table["name"] == "all"].set_index("event")["rate"]
        down, up = (percent(float(rate[event]), 1) for event in ("down", "up"))
        beside = f"{_BESIDE}{down} fell and {up} rose."
    return bullets(
        say.scope(story.window),
        say.rate_sentence(story.result("change_rates"), over),
        beside,
        *say.class_sentences(events, story.result("class_moves"), over),
    )


def rate_table(story: RegionStory) -> Table:
    """Return the yearly rates of change by category with their intervals."""
    own, completed = story.result("change_rates"), ""
    names = {**CATEGORIES, "all": "All seven"}
    lines = [_rate_line(own, name, label) for name, label in names.items()]
    if story.is_all:
        columns = {"statistic": "name", "name": "event", "pooled": "rate"}
        bounds = {"low": "lower", "high": "upper"}
        over = story.result("over_completed_trajectories").rename(columns=columns | bounds)
        # In a completed panel every step is a chance.
        chances = len(BY_NAME) * (len(WHOLE.editions) - 1) * len(CATEGORIES)
        over = over.assign(refusal="", n_opportunities=chances)
        lines.append(_rate_line(over, "rate of changes", "All, completed"))
        completed = (
            "All, completed: over completed panels, which fill every gap as the printed facts "
            "allow (Rubin’s rules). "
        )
    else:
        whole = say.stored_result("change_rates")
        lines.append(_rate_line(whole, "all", "All seven, 29 countries"))
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
        lines,
        name="rates",
        caption=(
            "Per cent of the chances, in brackets the 95 % interval (Wilson on effective "
            f"numbers): changes cluster in countries. {completed}"
            f"{rests_on_complete_cases(story.names)}"
        ),
    )


def _rate_line(table: pd.DataFrame, name: str, label: str) -> list[Any]:
    rate_of = {row.event: row for row in rows(table[table["name"] == name])}
    rates = []
    for row in (rate_of[event] for event in ("any", "down", "up", "large")):
        span = interval(100 * row.lower, 100 * row.upper, 1)
        rates.append(MISSING if row.refusal else f"{fixed(100 * row.rate, 1)} ({span})")
    return [label, *rates, rate_of["any"].n_opportunities]


def usual_scores(story: RegionStory) -> Table:
    """Return how far scores moved so far, one row a regime class at the start, all countries."""
    usual = story.result("usual_changes")
    return say.usual_table(
        usual[usual["name"] == SCORE],
        "from_class",
        "How far the Democracy Score moved, by class at the start, all countries",
    )


def knowledge(story: RegionStory) -> Items:
    """Return what is printed, derived or missing."""
    editions, n = len(story.window.editions), len(story.members)
    full = int(story.panel.groupby(["country", "edition"]).size().eq(len(CATEGORIES)).sum())
    return bullets(
        f"Of {story.n_ratings} ratings ({countries(n)}, {counted(editions, 'edition')}, seven "
        f"categories) {status_words(story.panel, story.n_ratings)}. Nothing is interpolated.",
        f"Of {editions * n} country-editions {full} have all seven ratings; of "
        f"{len(story.series) - full} more only the Democracy Score is known.",
    )
