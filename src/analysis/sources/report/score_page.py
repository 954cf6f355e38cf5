"""Score pages in the web layout: headline, list of changes, ratings beside the categories' names.

Pages of freedomhouse.org for the editions 2015 to 2024 and their copies, as text or as HTML. Pages
of editions before 2019 are re-scaled ones; what they print is read as printed.
"""

from __future__ import annotations

from typing import Final

from analysis.facts.errors import SourceError
from analysis.facts.rating_system import LAST_EDITION, SCORE, is_rating, parse_number
from analysis.sources.reading import Evidence, Reading
from analysis.sources.report.identity import (
    CERTAIN_SIGNS,
    decide_country,
    decide_edition,
    edition_signs,
)
from analysis.sources.report.report_text import ReportText, finish, settle_scale

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
    _move_edition(report)
    settle_scale(report, ())
    return finish(report, LAYOUT, [])


def _move_edition(report: ReportText) -> None:
    """Take the edition after the told one if known percentages fit that one only.

    A page may head its list "Score changes in 2022" and be the edition 2023.
    """
    signs = {where for _, where in edition_signs(report.text, ())}
    certain = report.overrides.edition is not None or signs & CERTAIN_SIGNS
    if certain or not report.headline.percentage or report.edition >= LAST_EDITION:
        return
    printed = parse_number(report.headline.percentage)
    fits = [
        report.known.fits_percentage(report.country, report.edition + step, printed)
        for step in (0, 1)
    ]
    if fits == [False, True]:
        report.edition += 1
        says = f"but its Democracy Percentage is known as that of {report.edition}, which is taken"
        report.evidence.append(Evidence("edition", says, uncertain=True))


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
