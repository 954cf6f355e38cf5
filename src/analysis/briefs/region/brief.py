"""The blocks of the regional brief, one function a section; the notebook calls them in order."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from analysis import DATE
from analysis.briefs import blocks
from analysis.briefs import trajectory_sentences as sentences
from analysis.briefs import wording as say
from analysis.briefs.country.story import status_sentence
from analysis.briefs.figures.region import standing_figure
from analysis.briefs.groups import open_ranks, rests_on_complete_cases
from analysis.briefs.left_open import class_cell, gap_sentence, widened
from analysis.briefs.region import findings as tell
from analysis.briefs.region.story import RegionStory
from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.settings.parameters import WHOLE
from analysis.tables.stored import read_processed, row_at, rows

_BESIDE: Final = "All 29 countries: "


def title(story: RegionStory) -> blocks.Title:
    """Return the head with the counts of the latest known classes."""
    n, moves, classes = len(story.compared), tell.directions(story), story.latest["regime_class"]
    span = story.span_words.removeprefix("From the ").removesuffix(" edition")
    of_all = f"of {n}, {span.replace(' to the ', ' to ')}" if n else "one edition shown"
    latest = "consolidated or semi-consolidated, latest"
    facts = [
        blocks.KeyFact("Scores that fell", str(len(moves["fell"])) if n else say.MISSING, of_all),
        blocks.KeyFact("Scores that rose", str(len(moves["rose"])) if n else say.MISSING, of_all),
        blocks.KeyFact("Democracies", str(classes.isin(tell.DEMOCRACIES).sum()), latest),
        blocks.KeyFact("Authoritarian", str(classes.isin(tell.AUTHORITARIAN).sum()), latest),
    ]
    who = say.countries(len(story.members))
    return blocks.Title(
        kicker="Nations in Transit · regional brief",
        title="From Central Europe to Central Asia" if story.group == "all" else story.group,
        subtitle=f"Democracy ratings of {who}, {story.window.in_words}",
        description=tell.findings(story)[0],
        facts=[fact for fact in facts if fact.value != "0"],
        date=DATE,
    )


def findings(story: RegionStory) -> blocks.Findings:
    """Return the findings, computed from the data."""
    return tell.with_trend(story, tell.findings(story))


def standing(story: RegionStory) -> blocks.Figure:
    """Return the heat-map of countries by editions."""
    return standing_figure(story, tell.crossings_title(story))


def movers(story: RegionStory) -> blocks.Table:
    """Return every country's first and last known score, the largest fall first."""
    spans = story.spans.sort_values("change", kind="stable", na_position="last")
    columns: list[blocks.Column | str] = [
        "Country",
        blocks.Column("Class", "Regime class by the last score", "center"),
        blocks.Column("First", "First score compared"),
        blocks.Column("Edition", "Edition of the first score"),
        blocks.Column("Last", "Last score compared"),
        blocks.Column("Edition", "Edition of the last score"),
        "Change",
    ]
    lines = [
        [
            row.country,
            class_cell(row.regime_class),
            blocks.Cell(say.fixed(row.first), derived="derived" in row.first_basis),
            row.first_edition,
            blocks.Cell(say.fixed(row.last), derived="derived" in row.basis),
            row.last_edition,
            say.signed(row.change) if pd.notna(row.change) else say.MISSING,
        ]
        for row in rows(spans.reset_index())
    ]
    caption = {
        "First and last Democracy Score compared, ordered by change.": True,
        "–: its own first and last known.": spans["change"].isna().any(),
        "Italic: derived.": "derived" in " ".join([*spans["first_basis"], *spans["basis"]]),
        story.rests(say.SCORES): True,
    }
    if len(story.window.editions) == 1:
        columns, lines = [*columns[:2], "Score"], [line[:3] for line in lines]
        caption = dict(list(caption.items())[2:])
    return blocks.value_table(
        tell.standing_title(story),
        columns,
        lines,
        name="movers",
        caption=say.holding(caption),
    )


def direction(story: RegionStory) -> blocks.Items:
    """Return the average trend and the pace of a group, and those of the region beside them."""
    trend, pace, over = blocks.Sentence(""), "", story.result("over_completed_trajectories")
    own, whole = story.result("trends"), story.result("trends", whole=True)
    if not story.is_all:
        row = next(rows(whole[whole["name"] == SCORE]))
        trend = blocks.Sentence(
            f"{_BESIDE}{say.signed(row.estimate)} points per decade on average (range "
            f"{say.interval(row.lower, row.upper, sign=True)}).",
            "The members of the group are among these countries, so that ranges side by side do "
            "not test whether they differ. Each group is looked at alone, whatever others show.",
        )
        text = sentences.break_sentence(next(rows(story.result("panel_break", whole=True)))).text
        pace = f"{_BESIDE}{text[:1].lower()}{text[1:]}"
    return blocks.bullets(
        sentences.scope(story.window),
        *(sentences.trend_sentence(row, over=over) for row in rows(own[own["name"] == SCORE])),
        sentences.left_out_sentence(story.result("trend_leave_one_out")),
        trend,
        open_ranks(story.latest_common),
        sentences.break_sentence(next(rows(story.result("panel_break")))),
        pace,
    )


def category_trends(story: RegionStory) -> blocks.Table:
    """Return the average trend of every category with its intervals, the region's beside."""
    over, panel = story.result("over_completed_trajectories"), read_processed("panel")
    filled = over[over["statistic"] == "trend"].set_index("name")
    own = panel[panel["country"].isin(story.names)]
    beside = story.result("trends", whole=True).set_index("name")["estimate"]
    trends = story.result("trends")
    lines = [
        [
            CATEGORIES[row.name],
            say.MISSING if row.refusal else say.signed(row.estimate),
            row.refusal or say.interval(row.lower, row.upper, sign=True),
            say.interval(*row_at(filled, row.name)[["low", "high"]], sign=True),
            *(row.fell, row.rose, row.unchanged, row.n_observations),
            "" if story.is_all else say.signed(float(beside[row.name])),
        ]
        for row in rows(trends[trends["name"] != SCORE])
    ]
    columns: list[blocks.Column | str] = [
        "Category",
        blocks.Column("Trend", "Mean over countries of the slope, points per decade"),
        blocks.Column("95 %", "95 % interval"),
        blocks.Column("Completed", "95 % interval over completed panels, Rubin’s rules"),
        blocks.Column("Fell", "Countries with a negative slope"),
        blocks.Column("Rose", "Countries with a positive slope"),
        blocks.Column("Level", "Countries with slope zero"),
        blocks.Column("Known", "Country-years"),
        blocks.Column("Region", "Trend of all 29 countries"),
    ]
    shown = len(columns) - story.is_all
    return blocks.value_table(
        f"Average trend of each category, {'all countries' if story.is_all else story.group}",
        columns[:shown],
        [line[:shown] for line in lines],
        name="category_trends",
        caption=(
            f"Points per decade, mean over {say.countries(len(story.names))}; 95 % interval by "
            "country-level t. It treats shocks common to all countries in a year as given. "
            "Completed: the interval over completed panels, which fill every gap as the printed "
            f"facts allow (Rubin’s rules).{widened(len(story.names))} "
            f"{gap_sentence(over, ['trend'], 'average trend')} "
            f"{say.rests_on(story.names, WHOLE.editions, ratings=own)}"
        ),
    )


def changes(story: RegionStory) -> blocks.Items:
    """Return how often ratings changed and which countries changed class."""
    events, over = story.result("class_events"), story.result("over_completed_trajectories")
    events, beside = events[events["country"].isin(story.names)], ""
    if not story.is_all:
        table = story.result("change_rates", whole=True)
        rate = table[table["name"] == "all"].set_index("event")["rate"]
        down, up = (say.percent(float(rate[event]), 1) for event in ("down", "up"))
        beside = f"{_BESIDE}{down} fell and {up} rose."
    return blocks.bullets(
        sentences.scope(story.window),
        sentences.rate_sentence(story.result("change_rates"), over),
        beside,
        *sentences.class_sentences(events, story.result("class_moves"), over),
    )


def rate_table(story: RegionStory) -> blocks.Table:
    """Return the yearly rates of change by category with their intervals."""
    own, names, completed = story.result("change_rates"), {**CATEGORIES, "all": "All seven"}, ""
    lines = [_rate_line(label, own[own["name"] == name]) for name, label in names.items()]
    if story.is_all:
        over = story.result("over_completed_trajectories")
        over = over.loc[over["statistic"] == "rate of changes", ["name", "pooled", "low", "high"]]
        over = over.set_axis(["event", "rate", "lower", "upper"], axis="columns")
        # In a completed panel every step is a chance.
        chances = len(BY_NAME) * (len(WHOLE.editions) - 1) * len(CATEGORIES)
        lines.append(_rate_line("All, completed", over.assign(n_opportunities=chances)))
        completed = (
            "All, completed: over completed panels, which fill every gap as the printed facts "
            "allow (Rubin’s rules). "
        )
    else:
        whole = story.result("change_rates", whole=True)
        lines.append(_rate_line("All seven, 29 countries", whole[whole["name"] == "all"]))
    return blocks.value_table(
        "Yearly rate of change of a rating",
        [
            "Category",
            "Any",
            "Down",
            "Up",
            blocks.Column("0.5 or more", "Half a point or more"),
            blocks.Column("Chances", "Pairs of adjacent known editions"),
        ],
        lines,
        name="rates",
        caption=(
            "Per cent of the chances, in brackets the 95 % interval (Wilson on effective "
            f"numbers): changes cluster in countries. {completed}"
            f"{rests_on_complete_cases(story.names)}"
        ),
    )


def _rate_line(label: str, rates: pd.DataFrame) -> list[Any]:
    rates = rates.set_index("event").loc[["any", "down", "up", "large"]]
    told = [
        f"{say.fixed(100 * row.rate, 1)} ({say.interval(100 * row.lower, 100 * row.upper, 1)})"
        if pd.notna(row.rate)
        else say.MISSING
        for row in rows(rates)
    ]
    return [label, *told, rates["n_opportunities"].iloc[0]]


def usual_scores(story: RegionStory) -> blocks.Table:
    """Return how far scores moved so far, one row a regime class at the start, all countries."""
    usual = story.result("usual_changes")
    return sentences.usual_table(
        usual[usual["name"] == SCORE],
        "from_class",
        "How far the Democracy Score moved, by class at the start, all countries",
    )


def knowledge(story: RegionStory) -> blocks.Items:
    """Return what is printed, derived or missing."""
    editions, n = len(story.window.editions), len(story.members)
    full = int(story.panel.groupby(["country", "edition"]).size().eq(len(CATEGORIES)).sum())
    more = len(story.series) - full
    known = f"Of {editions * n} country-editions {full}"
    if full == editions * n:
        known = f"{say.capitalised(say.every(full))} country-editions"
    beside = f"; of {say.number(more)} more the Democracy Score is known, but not all seven"
    of = f"{say.countries(n)}, {say.counted(editions, 'edition')}, seven categories"
    return blocks.bullets(
        status_sentence(story.panel, story.n_ratings, of),
        f"{known} have all seven ratings{beside if more else ''}.",
    )
