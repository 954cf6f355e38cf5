"""The blocks of the regional brief, one function a section; the notebook calls them in order."""

from __future__ import annotations

from typing import Final

import pandas as pd

from analysis import DATE
from analysis.briefs.blocks import (
    Cell,
    Column,
    Figure,
    Findings,
    Items,
    KeyFact,
    Paragraph,
    Table,
    Title,
    bullets,
    resting,
)
from analysis.briefs.closing import provenance, source_summary
from analysis.briefs.country.story import status_words
from analysis.briefs.figures.region import class_count_figure, map_figure, standing_figure
from analysis.briefs.figures.several import correlation_figure
from analysis.briefs.groups import rests_on_complete_cases
from analysis.briefs.left_open import gap_sentence
from analysis.briefs.region import findings as tell
from analysis.briefs.region.story import RegionStory
from analysis.briefs.tables import class_cell, value_table
from analysis.briefs.wording import MISSING, SCORES, counted, fixed, signed
from analysis.facts.frames import rows
from analysis.facts.rating_system import CATEGORIES
from analysis.tables.stored import read_processed

NOTEBOOK: Final = "5_regional_brief"
"""Whose code the hash in a brief covers."""


def title(story: RegionStory) -> Title:
    """Return the head with the counts of the latest known classes."""
    compared = len(story.compared)
    span = story.span_words.removeprefix("From the ").removesuffix(" edition")
    span = span.replace(" to the ", " to ")
    of_all = f"of {compared}, {span}" if compared else "one edition shown"
    moves = {
        verb: str(len(names)) if compared else MISSING
        for verb, names in tell.directions(story).items()
    }
    classes = story.latest["regime_class"]
    latest = "consolidated or semi-consolidated, latest"
    facts = [
        KeyFact("Scores that fell", moves["fell"], of_all),
        KeyFact("Scores that rose", moves["rose"], of_all),
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
    return Findings(
        heading="In short",
        sentences=[*tell.findings(story), tell.known_sentence(story)],
        how=f"{story.rests()} {tell.how_sure(story)}",
    )


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


def correlations(story: RegionStory) -> Figure:
    """Return the correlation matrices between and within countries and of changes."""
    over = read_processed("over_completed_correlations")
    gaps = gap_sentence(over, ("within", "changes"), "correlation within countries or of changes")
    return resting(correlation_figure(story.pairs), f"{gaps} {rests_on_complete_cases()}")


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


def knowledge(story: RegionStory) -> Items:
    """Return what is printed, derived or missing."""
    editions, n = len(story.window.editions), len(story.members)
    total = editions * n * len(CATEGORIES)
    full = story.panel.groupby(["country", "edition"]).size().eq(len(CATEGORIES)).sum()
    return bullets(
        [
            f"Of {total} ratings ({counted(n, 'country', 'countries')}, "
            f"{counted(editions, 'edition')}, seven categories) "
            f"{status_words(story.panel, total)}. Nothing is interpolated.",
            f"Of {editions * n} country-editions {full} have all seven ratings; of "
            f"{len(story.series) - int(full)} more only the Democracy Score is known.",
        ]
    )


def provenance_line(story: RegionStory) -> Paragraph:
    """Return the line that ties the brief to its data and settings."""
    return provenance([("group", story.group)], story.window, story.shown, NOTEBOOK)


def sources(story: RegionStory) -> Items:
    """Return how many sources of each kind the figures rest on, and where they are listed."""
    return source_summary([country.name for country in story.members])
