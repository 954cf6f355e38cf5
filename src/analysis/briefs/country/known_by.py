"""How each rating of a country is known, and by which sources: a note a cell, a link a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from analysis.briefs.blocks import Cell
from analysis.briefs.country.story import CountryStory
from analysis.briefs.wording import counted, fixed
from analysis.facts.frames import rows
from analysis.facts.rating_system import NOT_PRINTED, SOURCE_KINDS
from analysis.tables.stored import read_processed

_KNOWN: Final = {
    "printed": "Printed",
    "corrected": "Printed, and corrected",
    "derived": "Derived from printed facts",
    "rescaled": "Read from an index on a scale of its own",
}
_NAMES: Final = {"press": "press on the {} edition", "rescaled": "index of the {} edition"}
"""What a source is called that is no report, by its kind."""
_NAMED: Final = 2
"""Sources that a note names; of more it gives the number."""


@dataclass(frozen=True)
class Known:
    """What a note says of one rating, and the address of the most trusted source."""

    how: str
    href: str

    @classmethod
    def by(cls, status: str, sources: list[Any], reason: str) -> Known:
        """Return the words for a rating's status and sources, the most trusted first."""
        names = [
            f"{_NAMES.get(row.kind, '{} report').format(row.edition)}, "
            f"{row.host if pd.notna(row.host) else row.url}"
            for row in sources[:_NAMED]
        ]
        if len(sources) > _NAMED:
            names.append(counted(len(sources) - _NAMED, "more source"))
        told = f"{_KNOWN[status]}: {'; '.join(names)}" if names else _KNOWN[status]
        href = next((str(row.url) for row in sources if pd.notna(row.host)), "")
        return cls(f"{told}. “{reason}”" if reason else told, href)


def known_by(story: CountryStory) -> dict[tuple[int, str], Known]:
    """Return how each rating of a country is known, by edition and category."""
    ranked = story.sources.assign(rank=story.sources["kind"].map(SOURCE_KINDS.index))
    trusted_first = list(rows(ranked.sort_values(["rank", "edition"], kind="stable")))
    reasons = read_processed("reasons")
    quotations: dict[tuple[int, str], str] = {}
    for row in rows(reasons[reasons["country"] == story.country.name]):
        quotations.setdefault((row.edition, row.category), str(row.quotation))
    known = {}
    for row in rows(story.panel[["edition", "category", "status", "source_ids"]]):
        cell, ids = (row.edition, row.category), set(str(row.source_ids).split(";"))
        sources = [source for source in trusted_first if source.source_id in ids]
        known[cell] = Known.by(row.status, sources, quotations.get(cell, ""))
    return known


def rating_cell(value: float, status: str, step: float = 0.0, known: Known | None = None) -> Cell:
    """Return a rating or score; one that changed links to the report that prints it."""
    mark = "up" if step > 1e-9 else "down" if step < -1e-9 else ""
    how, href = (known.how, known.href if mark else "") if known else ("", "")
    derived = status in (*NOT_PRINTED, "score derived")
    return Cell(fixed(value), mark, derived=derived, how=how, href=href)
