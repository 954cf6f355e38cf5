"""The sections that briefs share: findings in short, method, sources, citation, provenance."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from textwrap import shorten
from typing import Final, Protocol

import pandas as pd

from analysis import AUTHOR, DATE, RATINGS_CITATION, VERSION, project_citation
from analysis.briefs import blocks
from analysis.briefs.citation import Reference, as_bibtex, as_text
from analysis.briefs.wording import ROUNDED, capitalised, every, number, so_many
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


class Known(Protocol):
    """What of a brief's ratings is known; no story is named, or each brief would rest on all."""

    @property
    def panel(self) -> pd.DataFrame:
        """The known ratings, one a row."""

    @property
    def n_ratings(self) -> int:
        """Number of ratings if all were known."""

    def rests(self, *what: str) -> str:
        """Say how many countries and editions the figures are of."""


def in_short(story: Known, told: list[str], result: blocks.Sentence | None) -> blocks.Findings:
    """Return what is found, and at its end how much is known.

    `result` is one of notebook 2 where there is one about the same editions.
    """
    result, known, n = result or blocks.Sentence(""), len(story.panel), story.n_ratings
    share = every(n) if known == n else f"{so_many(known)} of {number(n)}"
    last = f"{capitalised(share)} ratings are known. {result.text}".strip()
    how = " ".join(filter(None, [story.rests(), result.how, ROUNDED]))
    return blocks.Findings(heading="In short", sentences=[*told, last], how=how)


def method() -> blocks.Items:
    """Return how to read the figures of a brief and what they cannot tell."""
    return blocks.bullets(
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


def source_list(sources: pd.DataFrame) -> blocks.Items:
    """Return sources by kind, the most trusted first: edition and host, linked to the address.

    `sources` has `url`, `host` (none of a copy of the user's own), `kind`, and `edition`: the
    latest of the reports.
    """
    items = []
    for kind, name in SOURCE_NAMES.items():
        alike = sources[sources["kind"] == kind].sort_values(["edition", "url"], kind="stable")
        spans = [blocks.Span(f"{name} ({len(alike)}): ", "strong")]
        for row in rows(alike):
            on_the_web = pd.notna(row.host)
            host = str(row.host).removeprefix("www.")
            words = f"{row.edition} edition, {host}" if on_the_web else row.url
            source = blocks.Span(words, "source", row.url if on_the_web else "")
            spans += [source, blocks.Span("; ")]
        if len(alike):
            items.append(spans[:-1])
    return blocks.Items(items=items)


def how_to_cite(head: blocks.Title) -> list[blocks.Block]:
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
        blocks.bullets(as_text([brief]).strip(), RATINGS_CITATION, project_citation()),
        blocks.Preformatted(text=" ".join(as_bibtex([brief]).split())),
    ]


def provenance(
    notebook: str, window: Window, data: Sequence[pd.DataFrame], **parameters: str
) -> blocks.Paragraph:
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
    texts = f"Release {VERSION} of {DATE}. Data ", "; code ", f"; settings ({settings}) "
    spans = []
    for text, code in zip(texts, (hashes[0], code_of(notebook), hashes[1]), strict=True):
        spans += [blocks.Span(text), blocks.Span(code, "code")]
    return blocks.Paragraph(spans=[*spans, blocks.Span(".")])
