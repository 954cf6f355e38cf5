"""What `nit cite` prints: the project, the series, and exactly the sources that a brief uses.

A source is known by what it prints - edition and countries - and by its address. The title of a
press page is not recorded, so that such a page is described, in brackets, instead of titled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

import pandas as pd

from analysis import AUTHOR, DATE, TITLE, VERSION
from analysis.briefs.citation import Reference, address, as_bibtex, as_text
from analysis.facts.countries import find_country
from analysis.facts.errors import ParameterError
from analysis.settings.groups import group_members
from analysis.settings.parameters import Window, as_ranges
from analysis.tables.stored import named_sources, read_processed

SERIES: Final = "Nations in Transit"
_RATINGS: Final = Reference(
    key="freedomhouse_nations_in_transit",
    kind="report",
    author="Freedom House",
    title=f"{SERIES}, editions 2005 to 2024",
    year="2024",
    publisher="Freedom House",
    place="Washington, DC",
    url="https://freedomhouse.org/report/nations-transit",
)
"""The series whose ratings are analysed."""
MOST_NAMED: Final = 3
"""Countries that a title names; of more it gives the number."""


def project() -> Reference:
    """Return the project itself; CITATION.cff says the same (tested)."""
    return Reference(
        key=f"nations_in_transit_analysis_{VERSION.replace('.', '_')}",
        kind="software",
        author=AUTHOR,
        title=TITLE,
        year=DATE[:4],
        note=f"Version {VERSION}, {DATE}",
    )


def members(brief: str) -> list[str]:
    """Return the countries of a brief, named by its country or its group; refuse another name."""
    try:
        return [find_country(brief).name]
    except ParameterError as no_country:
        try:
            return [c.name for c in group_members("all" if brief == "region" else brief)]
        except ParameterError as no_group:
            raise ParameterError(f"{no_country}; {no_group}") from None


def used_sources(countries: Collection[str], window: Window) -> set[str]:
    """Return the sources of all ratings and printed scores of countries in a window."""
    tables = [window.cut(read_processed(name)) for name in ("panel", "printed_scores")]
    return named_sources(table[table["country"].isin(countries)] for table in tables)


def citations(brief: str | None, window: Window) -> list[Reference]:
    """Return what to cite: project and series, and every source of a brief, if one is named."""
    if brief is None:
        return [project(), _RATINGS]
    used = used_sources(members(brief), window)
    return [project(), _RATINGS, *source_references(used, read_processed("source_reports"))]


def source_references(source_ids: Iterable[str], sources: pd.DataFrame) -> list[Reference]:
    """Return the references of some of `sources`, the table ``source_reports``, by year and key.

    Raises
    ------
    ParameterError
        If an identifier is of no known source.
    """
    wanted = set(source_ids)
    if unknown := sorted(wanted - set(sources["source_id"])):
        raise ParameterError(f"no source is called {unknown[0]!r}; see data/raw/sources.csv")
    named = sources[sources["source_id"].isin(wanted)]
    references = [_of_source(prints) for _, prints in named.groupby("source_id")]
    return sorted(references, key=lambda reference: (reference.year, reference.key))


def _of_source(prints: pd.DataFrame) -> Reference:
    """Return the reference of one source, by the countries and editions that it prints."""
    source_id, url, host, kind = prints[["source_id", "url", "host", "kind"]].iloc[0]
    label, note = source_id.replace("-", "_"), f"source {source_id}"
    editions, names = prints["report_edition"].tolist(), sorted(set(prints["country"]))
    year = str(max(editions))
    of = ", ".join(names) if len(names) <= MOST_NAMED else f"{len(names)} countries"
    what = f"{SERIES} {as_ranges(editions)}: {of}"
    own = not url.startswith("http")
    link = "" if own else url
    if kind not in ("press", "own", "rescaled"):
        note = note if kind == "publisher" else f"kept at {host}; {note}"
        key = f"freedomhouse{year}_{label}"
        return replace(_RATINGS, key=key, title=what, year=year, url=link, note=note)
    return Reference(
        key=f"{kind}{year}_{label}",
        kind="page",
        author="File of the user's own" if own else host,
        title=f"[{'File' if own else 'Page'} with figures of {what}]",
        year=year,
        url=link,
        note=f"{url}; {note}" if own else note,
    )


def as_ris(references: Iterable[Reference]) -> str:
    """Return RIS records for Zotero, EndNote and their like; lines end in CR LF."""
    lines, types = [], {"software": "COMP", "report": "RPRT", "page": "ELEC"}
    for it in references:
        fields = {
            "TY": types[it.kind],
            "ID": it.key,
            "AU": it.author,
            "TI": it.title,
            "PY": it.year if it.year.isdigit() else "",
            "PB": it.publisher,
            "CY": it.place,
            "UR": address(it.url),
            "N1": it.note,
        }
        lines += [f"{tag}  - {' '.join(value.split())}" for tag, value in fields.items() if value]
        lines.append("ER  - ")
    return "".join(f"{line}\r\n" for line in lines)


def written(references: Iterable[Reference], form: str) -> str:
    """Return references as ``text``, ``bibtex`` or ``ris``.

    Raises
    ------
    ParameterError
        If there is no such form.
    """
    forms = {"text": as_text, "bibtex": as_bibtex, "ris": as_ris}
    if form not in forms:
        raise ParameterError(f"unknown format {form!r}; the formats are {', '.join(forms)}")
    return forms[form](references)
