"""Direction and pace in a brief on a group or the region: results of notebook 2 in sentences."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from analysis.briefs.blocks import Column, Items, Sentence, Table, bullets
from analysis.briefs.groups import rests_on_complete_cases
from analysis.briefs.left_open import gap_sentence, open_ranks
from analysis.briefs.region.story import RegionStory
from analysis.briefs.tables import value_table
from analysis.briefs.trajectories import sentences as say
from analysis.briefs.trajectories.story import scope
from analysis.briefs.trajectories.usual import usual_table
from analysis.briefs.wording import MISSING, fixed, interval, percent, rests_on, signed
from analysis.facts.countries import BY_NAME, fold
from analysis.facts.frames import row_at, rows
from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.settings.parameters import WHOLE
from analysis.tables.stored import read_processed

_BESIDE: Final = "All 29 countries: "


def direction(story: RegionStory) -> Items:
    """Return the average trend and the pace of a group, and those of the region beside them."""
    results, whole = story.results, None if story.is_all else story.whole_results
    own, left_out = (
        table[table["group"].map(fold) == fold(story.group)]
        for table in (results.trends, results.trend_leave_one_out)
    )
    sentences: list[str | Sentence] = [
        scope(story.window),
        *(
            say.trend_sentence(row, over=results.over_completed_trajectories)
            for row in rows(own[own["name"] == SCORE])
        ),
        say.left_out_sentence(left_out),
        *([] if whole is None else [_trend_beside(whole.trends)]),
        open_ranks(story.latest_common),
        say.break_sentence(next(rows(results.panel_break))),
        *([] if whole is None else [_pace_beside(whole.panel_break)]),
    ]
    return bullets(sentences)


def _trend_beside(trends: pd.DataFrame) -> Sentence:
    """Return the region's average trend, and that it is no test of a difference."""
    row = next(rows(trends[(trends["group"] == "all") & (trends["name"] == SCORE)]))
    return Sentence(
        f"{_BESIDE}{signed(row.estimate)} points per decade on average (range "
        f"{interval(row.lower, row.upper, sign=True)}).",
        "The members of the group are among these countries, so that ranges side by side do "
        "not test whether they differ. Each group is looked at alone, whatever others show.",
    )


def _pace_beside(panel_break: pd.DataFrame) -> str:
    text = say.break_sentence(next(rows(panel_break))).text
    return f"{_BESIDE}{text[:1].lower()}{text[1:]}"


def category_trends(story: RegionStory) -> Table:
    """Return the average trend of every category with its intervals, the region's beside."""
    results, names = story.results, [country.name for country in story.members]
    mine = results.trends["group"].map(fold) == fold(story.group)
    own = results.trends[mine & (results.trends["name"] != SCORE)]
    over = results.over_completed_trajectories
    filled = over[over["statistic"] == "trend"].set_index("name")
    panel = read_processed("panel")
    support = rests_on(names, WHOLE.editions, ratings=panel[panel["country"].isin(names)])
    beside = story.whole_results.trends.query("group == 'all'").set_index("name")["estimate"]
    return value_table(
        f"Average trend of each category, {'all countries' if story.is_all else story.group}",
        [
            "Category",
            Column("Trend", "Mean over countries of the slope, points per decade"),
            Column("95 %", "95 % interval"),
            Column("Completed", "95 % interval over completed panels, Rubin’s rules"),
            Column("Fell", "Countries with a negative slope"),
            Column("Rose", "Countries with a positive slope"),
            Column("Level", "Countries with slope zero"),
            Column("Known", "Country-years"),
            *([] if story.is_all else [Column("Region", "Trend of all 29 countries")]),
        ],
        [
            [
                CATEGORIES[row.name],
                MISSING if row.refusal else signed(row.estimate),
                row.refusal or interval(row.lower, row.upper, sign=True),
                interval(*row_at(filled, row.name)[["low", "high"]], sign=True),
                *(row.fell, row.rose, row.unchanged, row.n_observations),
                *([] if story.is_all else [signed(float(beside[row.name]))]),
            ]
            for row in rows(own)
        ],
        name="category_trends",
        caption=(
            f"Points per decade, mean over {len(names)} countries; 95 % interval by country-level "
            "t. It treats shocks common to all countries in a year as given. Completed: the "
            "interval over completed panels, which fill every gap as the printed facts allow "
            f"(Rubin’s rules). {gap_sentence(over, ['trend'], 'average trend')} {support}"
        ),
    )


def changes(story: RegionStory) -> Items:
    """Return how often ratings changed and which countries changed class."""
    members, results = {country.name for country in story.members}, story.results
    events = results.class_events[results.class_events["country"].isin(members)]
    over = results.over_completed_trajectories
    sentences: list[str | Sentence] = [
        scope(story.window),
        say.rate_sentence(results.change_rates, over),
        "" if story.is_all else _rates_beside(story.whole_results.change_rates),
        *say.class_sentences(events, results.class_moves, over),
    ]
    return bullets(sentences)


def _rates_beside(table: pd.DataFrame) -> str:
    rate_of = {row.event: row.rate for row in rows(table[table["name"] == "all"])}
    return f"{_BESIDE}{percent(rate_of['down'], 1)} fell and {percent(rate_of['up'], 1)} rose."


def rate_table(story: RegionStory) -> Table:
    """Return the yearly rates of change by category with their intervals."""
    lines = [
        _rate_line(story.results.change_rates, name, CATEGORIES.get(name, "All seven"))
        for name in (*CATEGORIES, "all")
    ]
    if story.is_all:
        lines.append(_completed_line(story.results.over_completed_trajectories))
    else:
        lines.append(_rate_line(story.whole_results.change_rates, "all", "All seven, 29 countries"))
    completed = (
        "All, completed: over completed panels, which fill every gap as the printed facts allow "
        "(Rubin’s rules). "
    )
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
            f"numbers): changes cluster in countries. {completed if story.is_all else ''}"
            f"{rests_on_complete_cases([c.name for c in story.members])}"
        ),
    )


_EVENTS: Final = ("any", "down", "up", "large")


def _completed_line(over: pd.DataFrame) -> list[Any]:
    """Return the rates of all seven over completed panels, where every step is a chance."""
    names = {"pooled": "rate", "low": "lower", "high": "upper"}
    over = over[over["statistic"] == "rate of changes"].rename(columns=names).assign(refusal="")
    n_chances = len(BY_NAME) * (len(WHOLE.editions) - 1) * len(CATEGORIES)
    of = over.set_index("name")
    return ["All, completed", *(_rate(row_at(of, event)) for event in _EVENTS), n_chances]


def _rate_line(table: pd.DataFrame, name: str, label: str) -> list[Any]:
    rate_of = {row.event: row for row in rows(table[table["name"] == name])}
    rates = [_rate(rate_of[event]) for event in _EVENTS]
    return [label, *rates, rate_of["any"].n_opportunities]


def _rate(row: Any) -> str:
    if row.refusal:
        return MISSING
    return f"{fixed(100 * row.rate, 1)} ({interval(100 * row.lower, 100 * row.upper, 1)})"


def usual_scores(story: RegionStory) -> Table:
    """Return how far scores moved so far, one row a regime class at the start, all countries."""
    usual = story.results.usual_changes
    return usual_table(
        usual[usual["name"] == SCORE],
        "from_class",
        "How far the Democracy Score moved, by class at the start, all countries",
    )
