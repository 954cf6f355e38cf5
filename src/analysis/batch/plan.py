"""What is to be made: one target a brief, checked before anything runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from analysis.countries import COUNTRIES, find_country
from analysis.errors import ParameterError
from analysis.parameters import check_window
from analysis.rating_system import FIRST_EDITION, LAST_EDITION

Format = Literal["html", "pdf"]
FORMATS: Final[tuple[Format, ...]] = ("html", "pdf")

RESULT_NOTEBOOKS: Final = ("1_clean", "2_trajectories", "3_correlations")
"""Notebooks that build data/processed; the first before the others."""

REGION: Final = "region"


@dataclass(frozen=True)
class Target:
    """One brief to make.

    Attributes
    ----------
    name
        ISO code of the country, or ``region``; the folder and file name under reports/.
    title
        What a person calls it.
    notebook
        Name in notebooks/, without ending.
    parameters
        Parameters for papermill.
    formats
        Formats to export; the executed notebook is kept in any case.
    """

    name: str
    title: str
    notebook: str
    parameters: dict[str, Any] = field(hash=False)
    formats: tuple[Format, ...] = FORMATS


def plan_briefs(
    countries: Sequence[str] = (),
    first_edition: int = FIRST_EDITION,
    last_edition: int = LAST_EDITION,
    formats: Sequence[str] = FORMATS,
) -> list[Target]:
    """Return the targets of a run.

    Parameters
    ----------
    countries
        Names, aliases or codes; none means all 29 and the regional brief.
    first_edition, last_edition
        The window of every brief.
    formats
        ``html``, ``pdf`` or both.

    Raises
    ------
    ParameterError
        If a country is unknown (the nearest are named), the window is unusable, or a format is
        unknown.
    """
    window = check_window(first_edition, last_edition)
    if unknown := [f for f in formats if f not in FORMATS]:
        raise ParameterError(f"unknown format {unknown[0]!r}; the formats are {', '.join(FORMATS)}")
    chosen = tuple(f for f in FORMATS if f in formats)
    span = {"first_edition": window.first_edition, "last_edition": window.last_edition}
    wanted = [find_country(name) for name in countries] or list(COUNTRIES)
    countries_to_make = [
        Target(c.iso3, c.name, "4_country_brief", {"country": c.name, **span}, chosen)
        for c in dict.fromkeys(wanted)
    ]
    if countries:
        return countries_to_make
    whole = {"group": "all", **span}
    # First, because it takes longest: at the end it would keep one worker waiting.
    return [Target(REGION, "The region", "5_regional_brief", whole, chosen), *countries_to_make]
