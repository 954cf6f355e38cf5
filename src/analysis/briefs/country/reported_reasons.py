"""The reasons that the user's own copies of reports state for changes of ratings, quoted."""

from __future__ import annotations

from analysis.briefs.blocks import Items, Span
from analysis.briefs.wording import moved
from analysis.facts.countries import Country
from analysis.facts.frames import rows
from analysis.facts.rating_system import CATEGORIES
from analysis.settings.parameters import Window
from analysis.tables.stored import read_processed


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
    reasons = window.cut(read_processed("reasons"))
    items = []
    # The newest first; of an edition in the order of the categories, as they are stored.
    for reason in rows(
        reasons[reasons["country"] == country.name].sort_values(
            "edition", ascending=False, kind="stable"
        )
    ):
        after = ratings.get(reason.category, {}).get(reason.edition)
        step = steps.get(reason.category, {}).get(reason.edition)
        if after is None or not step:
            continue
        head = f"{reason.edition}, {CATEGORIES[reason.category]} {moved(after - step, after)}: "
        source = f" (Freedom House, Nations in Transit {reason.edition}, changes of ratings)"
        items.append([Span(head, "strong"), Span(f"“{reason.quotation}”"), Span(source)])
    return Items(items=items) if items else None
