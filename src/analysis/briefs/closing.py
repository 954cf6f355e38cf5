"""The sections that briefs share: findings in short, method, sources, citation, provenance."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from textwrap import shorten
from typing import Final

import pandas as pd

from analysis import AUTHOR, DATE, RATINGS_CITATION, VERSION, project_citation
from analysis.briefs.blocks import (
    Block,
    Findings,
    Items,
    Paragraph,
    Preformatted,
    Sentence,
    Span,
    Title,
    bullets,
)
from analysis.briefs.citation import Reference, as_bibtex, as_text
from analysis.briefs.wording import ROUNDED
from analysis.facts.countries import fold
from analysis.settings.notebooks import code_of
from analysis.settings.parameters import Window
from analysis.tables.stored import rows

SOURCE_NAMES: Final = {
    "publisher": "Freedom House",
    "archive": "Archived pages of Freedom House",
    "copy": "Copies of reports elsewhere",
    "own": "Files added by the user",
    "press": "Press",
    "rescaled": "Indices that print ratings on a scale of their own",
}
"""Kinds of sources, the most trusted first."""


def in_short(
    told: list[str], result: Sentence | None, known: int, n_ratings: int, rests: str
) -> Findings:
    """Return the findings of a brief, at their end how sure they are.

    Parameters
    ----------
    told, result
        What is found, and a result of notebook 2 where one is about the same editions.
    known, n_ratings, rests
        How many ratings are known, of how many, and what all of it rests on.
    """
    result = result or Sentence("")
    share = f"All {n_ratings}" if known == n_ratings else f"{known} of {n_ratings}"
    last = f"{share} ratings are known. {result.text}".strip()
    how = " ".join(filter(None, [rests, result.how, ROUNDED]))
    return Findings(heading="In short", sentences=[*told, last], how=how)


def method() -> Items:
    """Return how to read the figures of a brief and what they cannot tell."""
    return bullets(
        "An edition covers the year before it: the 2024 edition rates 2023.",
        "Everything is on the scale of the editions since 2020, on which 7 is most democratic. "
        "Editions to 2018 first appeared on the reversed scale (1 = most democratic) and are "
        "converted as 8 minus the printed value.",
        "The Democracy Score is the unrounded mean of the seven ratings, the Democracy Percentage "
        "(score − 1) / 6 × 100. The regime class follows from the score rounded to two decimals.",
        "Changes are taken before rounding: they can differ by 0.01 from those of the scores as "
        "shown.",
        "Levels, changes, counts and ranks are facts of the published ratings and carry no "
        f"interval. {ROUNDED.removesuffix('.')}; where this leaves a rank or a latest class "
        "open in more than one in twenty cases, the brief says so.",
        "Freedom House publishes no uncertainty of its raters. Changes of experts or of practice "
        "over the editions cannot be told apart from changes in a country with these data.",
    )


def source_list(sources: pd.DataFrame) -> Items:
    """Return sources by kind, the most trusted first: edition and host, linked to the address.

    Parameters
    ----------
    sources
        `source_id`, `url`, `host` (none of a copy of the user's own), `kind`, and `edition`: the
        latest of the reports.
    """
    items = []
    for kind, name in SOURCE_NAMES.items():
        alike = sources[sources["kind"] == kind].sort_values(["edition", "url"], kind="stable")
        spans = [Span(f"{name} ({len(alike)}): ", "strong")]
        for row in rows(alike):
            on_the_web = pd.notna(row.host)
            host = str(row.host).removeprefix("www.")
            words = f"{row.edition} edition, {host}" if on_the_web else row.url
            spans += [Span(words, "source", row.url if on_the_web else ""), Span("; ")]
        if len(alike):
            items.append(spans[:-1])
    return Items(items=items)


def how_to_cite(head: Title) -> list[Block]:
    """Return the citations of the brief, the ratings and the project, the first also as BibTeX.

    Where the brief with this head is published is not known: its address is left open.
    """
    # A key of more than 20 letters is broken in the PDF and would be copied with the break.
    words = [word for word in fold(head.title).split() if word != "and"]
    short = shorten(" ".join(words), 20, placeholder="") or words[0][:20]
    kind = head.kicker.partition(" · ")[2].capitalize()
    brief = Reference(
        key=f"nit_{short.replace(' ', '_')}",
        kind="page",
        author=AUTHOR,
        title=f"{head.title}: {head.subtitle}",
        year=DATE[:4],
        url="ADDRESS",
        note=f"{kind}, version {VERSION}",
    )
    return [
        bullets(as_text([brief]).strip(), RATINGS_CITATION, project_citation()),
        Preformatted(text=" ".join(as_bibtex([brief]).split())),
    ]


def provenance(
    notebook: str, window: Window, data: Sequence[pd.DataFrame], **parameters: str
) -> Paragraph:
    """Return the line that ties a brief to its data, its code and its settings.

    `parameters` are those of the notebook besides the window, and `data` the rows of the tables
    that the brief shows: a rating that it does not show leaves the line, and with it the whole
    brief, as it is. The hash of the code is of all modules that the `notebook` uses.
    """
    ends = {"first_edition": window.first_edition, "last_edition": window.last_edition}
    told = [(name, str(value)) for name, value in {**parameters, **ends}.items()]
    settings = ", ".join(map(" ".join, told))
    shown = "".join(table.to_csv(index=False, float_format="%.6f") for table in data)
    hashes = [hashlib.sha256(text.encode()).hexdigest()[:12] for text in (shown, repr(told))]
    return Paragraph(
        spans=[
            *(Span(f"Release {VERSION} of {DATE}. "), Span("Data ")),
            *(Span(hashes[0], "code"), Span("; "), Span("code ")),
            *(Span(code_of(notebook), "code"), Span("; "), Span(f"settings ({settings}) ")),
            *(Span(hashes[1], "code"), Span(".")),
        ]
    )
