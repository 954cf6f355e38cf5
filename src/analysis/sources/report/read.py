"""From the text of a report to a reading: a country report with tables, or a score page.

Country reports print tables of ratings of several editions, or one edition's list; score pages a
headline and a list of changes. Both are one text of one country and one edition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from analysis.facts.rating_system import (
    HIGHEST,
    LAST_EDITION,
    LOWEST,
    SCORE,
    is_rating,
    parse_number,
)
from analysis.sources.cells import PrintedCell, Statement
from analysis.sources.reading import Reading
from analysis.sources.report.changes import completeness
from analysis.sources.report.checks import (
    check_changes,
    check_head,
    check_known,
    prove_scale,
    scale_of_change,
)
from analysis.sources.report.headline import ReportText
from analysis.sources.report.identity import (
    CERTAIN_SIGNS,
    decide_country,
    decide_edition,
    edition_signs,
)
from analysis.sources.report.prose import read_author, read_facts, read_sections
from analysis.sources.report.ratings_rows import value_of
from analysis.sources.report.ratings_table import find_tables, read_tables

_OTHER_REPORT: Final = re.compile(r"Political\s+Rights.{0,4000}Civil\s+Liberties", re.S | re.I)
FIRST_WITH_LISTS: Final = 2016
"""Pages of older editions print no lists of changes, so that their absence says nothing."""


def read_report(report: ReportText) -> Reading:
    """Read a report's text as a country report or a score page.

    Raises
    ------
    SourceError
        If it is neither, if country, edition or scale cannot be decided, if a number is no
        rating, or if its tables contradict themselves.
    """
    groups = find_tables(report.text)
    _refuse_others(report, bool(groups))
    decide_country(report)
    decide_edition(report, [y for group in groups if len(group.header) > 1 for y in group.header])
    placed = read_tables(report, groups) if groups else {}
    _compare_edition(report, placed if groups else None)
    prove_scale(report, [(year, code, value_of(value)) for (year, code), value in placed.items()])
    source = (report.request.source_id, report.country, report.edition)
    cells = [PrintedCell(*source, *place, value, report.scale) for place, value in placed.items()]
    head, changes = report.head, report.changes
    nothing_changed = (
        changes.none_by_absence and bool(head["DP"]) and report.edition >= FIRST_WITH_LISTS
    )
    complete = "likely" if nothing_changed else completeness(changes, head, report.scale)
    statements = [
        Statement(*source, *stated, complete, note)
        for *stated, note in _stated(report, nothing_changed)
    ]
    printed = {(int(year[-4:]), code): value for (year, code), value in placed.items()}
    check_head(report, printed.get((report.edition, SCORE), ""))
    printed |= {(report.edition, code): value for code, value in head.ratings.items()}
    for item in changes.unread:
        report.remarks.doubt("changes", f"an item of the list of changes is not read: {item}")
    check_changes(report, complete, printed)
    check_known(report, cells, statements)
    return Reading(
        "country report" if groups else "score page",
        report.request.source_id,
        (report.country,),
        report.edition,
        cells,
        statements,
        read_facts(report.text),
        read_author(report.text),
        list(changes.changes),
        read_sections(report.text),
        report.remarks,
    )


def _refuse_others(report: ReportText, has_tables: bool) -> None:
    """Raise for another text than a report, and if head or changes print an impossible number."""
    head, changes = report.head, report.changes
    if not (has_tables or head or changes.changes or changes.none_stated):
        if _OTHER_REPORT.search(report.text[:200_000]):
            raise report.request.refusal(
                "a Freedom in the World report (political rights and civil liberties), expected "
                "Nations in Transit"
            )
        raise report.request.refusal(
            f"no ratings table, Democracy Score or score change in its {len(report.text)} "
            "characters, expected a Nations in Transit report"
        )
    figures = [(SCORE, head[SCORE]), *head.ratings.items()]
    for change in changes.changes:
        figures += [(change.category, change.printed_from), (change.category, change.printed_to)]
    for code, printed in sorted(figures, key=lambda figure: figure[0] != SCORE):
        number = parse_number(printed or "1")
        if code == SCORE and not LOWEST <= number <= HIGHEST:
            raise report.request.refusal(f"Democracy Score: {printed} is not between 1.00 and 7.00")
        if code != SCORE and not is_rating(number):
            raise report.request.refusal(
                f"{code}: {printed} is not a rating in quarter points of 1.00 to 7.00"
            )


def _compare_edition(report: ReportText, placed: dict[tuple[str, str], str] | None) -> None:
    """Compare the edition with the last column of its tables or with known percentages.

    A page may head its list "Score changes in 2022" and be the edition 2023: the edition after the
    told one is taken if known percentages fit that one only.
    """
    told = edition_signs(report.text)
    if placed is not None:
        last = max((int(year[-4:]) for year, _ in placed), default=report.edition)
        if last != report.edition and last not in {year for year, _ in told}:
            says = f"the last column of its tables is {last}, the edition {report.edition}"
            report.remarks.doubt("edition", says)
        return
    is_certain = report.request.edition is not None or any(w in CERTAIN_SIGNS for _, w in told)
    if is_certain or not report.head["DP"] or report.edition >= LAST_EDITION:
        return
    printed, known = parse_number(report.head["DP"]), report.request.known
    editions = (report.edition, report.edition + 1)
    if [known.fits_percentage(report.country, e, printed) for e in editions] == [False, True]:
        report.edition += 1
        report.remarks.doubt(
            "edition",
            f"but its Democracy Percentage is known as that of {report.edition}, which is taken",
        )


def _stated(report: ReportText, nothing_changed: bool) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield what head and changes state: field, value before, value, scale, note."""
    head, changes, scale = report.head, report.changes, report.scale
    for name, value in head.items():
        yield name, "", value, scale if name == SCORE or name.startswith("RATING_") else "", ""
    if changes.score_told and not head[SCORE]:
        yield SCORE, "", changes.score_told, scale, ""
    for change in changes.changes:
        code, old, new = change.category, change.printed_from, change.printed_to
        of_change = scale_of_change(change) or scale
        if of_change != scale:
            says = f"{code} {change.verb} from {old} to {new}: the verb fits {of_change} only"
            report.remarks.doubt("changes", says)
            if code == SCORE or of_change != "1=best":  # no left-over of the old scale
                of_change = scale
        yield "DS_CHANGE" if code == SCORE else f"CHANGE_{code}", old, new, of_change, ""
    if changes.none_stated:
        yield "NO_CHANGES", "", changes.none_stated, "", ""
    elif nothing_changed:
        says = "the page goes from its headline to the summary without a list of changes"
        report.remarks.doubt("changes", says)
        yield "NO_CHANGES", "", "1", "", "absence of the list, not a sentence"
