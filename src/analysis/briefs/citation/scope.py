"""Which sources a brief uses: those of its ratings and scores, in its countries and window."""

from __future__ import annotations

from collections.abc import Collection

from analysis.briefs.citation.references import Reference, project, ratings, source_references
from analysis.facts.countries import find_country
from analysis.facts.errors import ParameterError
from analysis.facts.frames import named_sources
from analysis.settings.groups import group_members
from analysis.settings.parameters import Window
from analysis.tables.stored import read_processed

NAMING_TABLES = ("panel", "printed_scores")
"""The tables whose rows say where a figure of a brief comes from."""


def members(brief: str) -> list[str]:
    """Return the countries of a brief, named by its country or its group.

    Raises
    ------
    ParameterError
        If it is neither; the message names the nearest countries and the groups.
    """
    try:
        return [find_country(brief).name]
    except ParameterError as no_country:
        try:
            return [c.name for c in group_members("all" if brief == "region" else brief)]
        except ParameterError as no_group:
            raise ParameterError(f"{no_country}; {no_group}") from None


def used_sources(countries: Collection[str], window: Window) -> set[str]:
    """Return the sources of all ratings and printed scores of countries in a window."""
    tables = [window.cut(read_processed(name)) for name in NAMING_TABLES]
    return named_sources(table[table["country"].isin(countries)] for table in tables)


def citations(brief: str | None, window: Window) -> list[Reference]:
    """Return what to cite: project and series, and with a brief every source it uses.

    Parameters
    ----------
    brief
        A country, a group or ``region``; None for the project alone.
    window
        The editions of the brief.
    """
    always = [project(), ratings()]
    if brief is None:
        return always
    used = used_sources(members(brief), window)
    return always + source_references(used, read_processed("source_reports"))
