"""The closing sections that briefs share: sources, citation, provenance."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.files import processed_folder
from analysis.frames import rows
from analysis.parameters import Window
from analysis.presentation.blocks import Items, Paragraph, Span, bullets, paragraph
from analysis.release import DATE, RATINGS_CITATION, VERSION, digest, project_citation
from analysis.sources.cells import SOURCE_KINDS

PROVENANCE_TABLES = ("panel", "scores", "changes", "audit")

READING = (
    "An edition covers the year before it: the 2024 edition rates 2023.",
    "Everything is on the scale of the editions since 2020, on which 7 is most democratic. "
    "Editions to 2018 first appeared on the reversed scale (1 = most democratic) and are converted "
    "as 8 minus the printed value.",
    "The Democracy Score is the unrounded mean of the seven ratings, the Democracy Percentage "
    "(score − 1) / 6 × 100. The regime class follows from the score rounded to two decimals.",
    "Levels, changes, counts and ranks are facts of the published ratings and carry no interval. "
    "Each rating is rounded to a quarter point, which leaves about ±0.05 in a score.",
    "Freedom House publishes no uncertainty of its raters. Changes of experts or of practice over "
    "the editions cannot be told apart from changes in a country with these data.",
)


def method() -> Items:
    """Return how to read the figures of a brief and what they cannot tell."""
    return bullets(READING)


def source_list(sources: pd.DataFrame) -> Items:
    """Return the addresses of sources as a list, the most trusted kind first.

    Parameters
    ----------
    sources
        `analysis.sources.cells.SOURCE_COLUMNS`.
    """
    ordered = sources.assign(rank=sources["kind"].map(SOURCE_KINDS.index)).sort_values(
        ["rank", "url"]
    )
    return Items(
        items=[[Span(row.url, href=row.url), Span(f" ({row.kind})")] for row in rows(ordered)]
    )


def how_to_cite() -> Items:
    """Return the citations of the ratings and of the project."""
    return bullets([RATINGS_CITATION, project_citation()])


def provenance(parameters: Sequence[tuple[str, object]], window: Window) -> Paragraph:
    """Return the line that ties a brief to its data and settings."""
    data = digest(*(processed_folder() / f"{name}.csv" for name in PROVENANCE_TABLES))
    settings = ", ".join(f"{name} {value}" for name, value in parameters)
    return paragraph(
        f"Release {VERSION} of {DATE}; {settings}, editions {window.first_edition} to "
        f"{window.last_edition}; data {data}."
    )
