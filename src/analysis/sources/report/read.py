"""From the text of a report to a reading: a country report with tables, or a score page.

Country reports print tables of ratings of several editions, or one edition's list; score pages a
headline and a list of changes. Both are one text of one country and one edition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from analysis.facts.rating_system import HIGHEST, LOWEST, SCORE, is_rating, parse_number
from analysis.sources.cells import PERCENTAGE, PrintedCell, Statement
from analysis.sources.reading import Reading
from analysis.sources.report.changes import completeness, scale_of_change
from analysis.sources.report.checks import change_doubts, check_known, head_doubts, prove_scale
from analysis.sources.report.headline import ReportText
from analysis.sources.report.identity import compare_edition, decide_country, decide_edition
from analysis.sources.report.prose import read_author, read_facts, read_sections
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
    compare_edition(report, placed if groups else None)
    prove_scale(report, [(*place, parse_number(value)) for place, value in placed.items()])
    source = (report.request.source_id, report.country, report.edition)
    cells = [PrintedCell(*source, *place, value, report.scale) for place, value in placed.items()]
    head, changes = report.head, report.changes
    is_usual = bool(head["DP"]) and report.edition >= FIRST_WITH_LISTS
    nothing_changed = is_usual and changes.none_by_absence
    complete = "likely" if nothing_changed else completeness(changes, head, report.scale)
    statements = list(_statements(report, complete, nothing_changed))
    edition = str(report.edition)
    printed = {(year[-4:], code): value for (year, code), value in placed.items()}
    for says in head_doubts(report, printed.get((edition, SCORE), "")):
        report.remarks.doubt("number", says)
    printed |= {(edition, code): value for code, value in head.ratings.items()}
    for says in change_doubts(report, complete, printed):
        report.remarks.doubt("changes", says)
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
        changes.changes,
        read_sections(report.text),
        report.remarks,
    )


def _refuse_others(report: ReportText, has_tables: bool) -> None:
    """Raise for another text than a report, and if head or changes print an impossible number."""
    head, changes = report.head, report.changes
    if not (has_tables or head or changes.changes or changes.none_stated):
        found = f"no ratings table, Democracy Score or score change in its {len(report.text)} "
        expected = f"characters, which begin {' '.join(report.text[:200].split())[:50]!r}; "
        expected += "expected a Nations in Transit report"
        if _OTHER_REPORT.search(report.text[:200_000]):
            found = "a Freedom in the World report (political rights and civil liberties), "
            expected = "expected Nations in Transit"
        raise report.request.refusal(found + expected)
    for _, code, printed in sorted(report.figures(), key=lambda figure: figure[1] != SCORE):
        number = parse_number(printed)
        if code == SCORE and not LOWEST <= number <= HIGHEST:
            raise report.request.refusal(f"Democracy Score: {printed} is not between 1.00 and 7.00")
        if code != SCORE and not is_rating(number):
            says = f"{code}: {printed} is not a rating in quarter points of 1.00 to 7.00"
            raise report.request.refusal(says)
    for name in (PERCENTAGE, f"LAST_{PERCENTAGE}"):
        if head[name] and parse_number(head[name]) > 100:
            raise report.request.refusal(f"{name}: {head[name]} is not a percentage of 0 to 100")


def _statements(report: ReportText, complete: str, nothing_changed: bool) -> Iterator[Statement]:
    """Yield what head and changes state."""
    head, changes, scale = report.head, report.changes, report.scale
    source = (report.request.source_id, report.country, report.edition)
    for name, value in head.items():
        has_scale = name == SCORE or name.startswith("RATING_")
        yield Statement(*source, name, "", value, scale if has_scale else "", complete)
    if changes.score_told and not head[SCORE]:
        yield Statement(*source, SCORE, "", changes.score_told, scale, complete)
    for change in changes.changes:
        code, old, new = change.category, change.printed_from, change.printed_to
        of_change = scale_of_change(change) or scale
        if of_change != scale:
            says = f"{code} {change.verb} from {old} to {new}: the verb fits {of_change} only"
            report.remarks.doubt("changes", says)
            if code == SCORE or of_change != "1=best":  # no left-over of the old scale
                of_change = scale
        name = "DS_CHANGE" if code == SCORE else f"CHANGE_{code}"
        yield Statement(*source, name, old, new, of_change, complete)
    if changes.none_stated:
        yield Statement(*source, "NO_CHANGES", "", changes.none_stated, "", complete)
    elif nothing_changed:
        says = "the page goes from its headline to the summary without a list of changes"
        report.remarks.doubt("changes", says)
        note = "absence of the list, not a sentence"
        yield Statement(*source, "NO_CHANGES", "", "1", "", complete, note)
