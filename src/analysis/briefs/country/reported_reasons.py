"""The reasons that the user's own copies of reports state for changes of ratings.

Nothing of a report is part of the project: a reason is quoted only from a text that the user put
into data/raw/reports, short and attributed, with the numbers of its notes removed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from analysis.briefs.blocks import Items, Span
from analysis.briefs.wording import moved
from analysis.facts.countries import Country
from analysis.facts.files import raw_folder
from analysis.facts.rating_system import CATEGORIES
from analysis.reconciliation.intake import own_readings
from analysis.settings.parameters import Window

LONGEST: Final = 240
"""Letters of a quotation."""

_NOTE_NUMBER: Final = re.compile(
    # After a small letter, or after a mark that itself follows no number: not 3.25, not G20.
    r"(?:(?<=[a-zß-ÿ])|(?<=[^\d\s][.,;:!?”\"’)\]]))\d{1,3}(?=[\s.,;:)]|$)"
)
_MARKED_NOTE: Final = re.compile(r"\s?\[\d{1,3}\]|[⁰¹²³⁴-⁹]+")


@dataclass(frozen=True)
class Reason:
    """A reason as a report states it.

    Attributes
    ----------
    edition
        Of the report.
    category
        Code of the category.
    quotation
        The report's words, without note numbers, shortened.
    """

    edition: int
    category: str
    quotation: str


def reported_reasons(country: Country, window: Window) -> list[Reason]:
    """Return the reasons that the user's reports on a country state, newest first."""
    found: dict[tuple[int, str], Reason] = {}
    for path, reading in own_readings(raw_folder()):
        if path.parent.name != "reports":
            continue
        edition = reading.report_edition
        if reading.countries != (country.name,) or edition not in window.editions:
            continue
        for change in reading.changes:
            quotation = shortened(without_notes(change.reason))
            if change.category in CATEGORIES and quotation:
                key = (int(edition or 0), change.category)
                found.setdefault(key, Reason(*key, quotation))
    order = list(CATEGORIES)
    return sorted(found.values(), key=lambda r: (-r.edition, order.index(r.category)))


def without_notes(text: str) -> str:
    """Return a text without the numbers that refer to its notes."""
    return " ".join(_NOTE_NUMBER.sub("", _MARKED_NOTE.sub("", text)).split())


def shortened(text: str, longest: int = LONGEST) -> str:
    """Return the beginning of a text, cut between words and marked where it was cut."""
    if len(text) <= longest:
        return text.rstrip(" .;,")
    return text[: longest - 1].rsplit(" ", 1)[0].rstrip(" .;,") + "…"


def reason_items(
    country: Country,
    window: Window,
    steps: dict[str, dict[int, float]],
    ratings: dict[str, dict[int, float]],
) -> Items | None:
    """Return the stated reasons as quotations with edition and section; None where there are none.

    Parameters
    ----------
    country, window
        What the brief is about.
    steps, ratings
        Category -> edition -> change from the edition before, and rating.
    """
    items = []
    for reason in reported_reasons(country, window):
        after = ratings.get(reason.category, {}).get(reason.edition)
        step = steps.get(reason.category, {}).get(reason.edition)
        if after is None or not step:
            continue
        head = f"{reason.edition}, {CATEGORIES[reason.category]} {moved(after - step, after)}: "
        source = f" (Freedom House, Nations in Transit {reason.edition}, changes of ratings)"
        items.append([Span(head, "strong"), Span(f"“{reason.quotation}”"), Span(source)])
    return Items(items=items) if items else None
