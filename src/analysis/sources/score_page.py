"""Score pages in the web layout: headline, list of changes, ratings beside the categories' names.

Pages of freedomhouse.org for the editions 2015 to 2024 and their copies, as text or as HTML. Pages
of editions before 2019 are re-scaled ones; what they print is read as printed.
"""

from __future__ import annotations

from typing import Final

from analysis.errors import SourceError
from analysis.rating_system import is_rating, parse_number
from analysis.sources.cells import SCORE
from analysis.sources.identity import decide_country, decide_edition
from analysis.sources.reading import Reading
from analysis.sources.report_text import ReportText, finish, settle_scale

LAYOUT: Final = "score page"


def read_score_page(report: ReportText) -> Reading:
    """Return what a score page states.

    Parameters
    ----------
    report
        The page's text.

    Raises
    ------
    SourceError
        If country, edition or scale cannot be decided, or a number is no rating.
    """
    refuse_off_grid(report)
    report.country = decide_country(
        report.text, report.overrides.country, report.place, report.evidence
    )
    report.edition = decide_edition(
        report.text, report.overrides.edition, (), report.place, report.evidence
    )
    settle_scale(report, ())
    return finish(report, LAYOUT, [])


def refuse_off_grid(report: ReportText) -> None:
    """Raise if the page prints a rating that is none.

    Raises
    ------
    SourceError
        Naming the category and the number.
    """
    printed = list(report.headline.ratings.items())
    for change in report.changes.changes:
        if change.category != SCORE:
            printed += [(change.category, v) for v in (change.printed_from, change.printed_to) if v]
    for code, value in printed:
        if not is_rating(parse_number(value)):
            raise SourceError(
                f"{report.place}: {code}: {value} is not a rating in quarter points of 1.00 to 7.00"
            )
