"""What country reports and score pages have in common: one text, one country, one edition.

`country_report` and `score_page` find the numbers of their layout; this module decides country,
edition and scale for them and puts the reading together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from analysis.facts.errors import AnalysisError
from analysis.facts.rating_system import NEW_SCALE, OLD_SCALE, SCORE, Scale, parse_number
from analysis.sources.cells import PrintedCell, Statement
from analysis.sources.known import Known
from analysis.sources.reading import Change, Evidence, Reading
from analysis.sources.report.changes import ChangeList, completeness, read_changes
from analysis.sources.report.cross_checks import check_changes, check_headline, check_known
from analysis.sources.report.headline import Headline, read_headline
from analysis.sources.report.prose import read_author, read_facts, read_sections
from analysis.sources.report.scale_proof import ScaleFacts, prove_scale, scale_of_change

_NO_SCALE: Final = frozenset({"DP", "REGIME", "LAST_DP", "LAST_REGIME", "RANK", "NO_CHANGES"})
FIRST_WITH_LISTS: Final = 2016
"""Pages of older editions print no lists of changes, so that their absence says nothing."""
_ADDRESS_LINE: Final = re.compile(r"\A\s*(?P<u>https?://\S+)[ ]*$", re.MULTILINE)


@dataclass(frozen=True)
class Overrides:
    """What the user says about a source; None where the source shall speak for itself."""

    country: str | None = None
    edition: int | None = None
    scale: str | None = None


@dataclass
class ReportText:
    """One report's text with all that does not depend on the layout."""

    text: str
    place: str
    source_id: str
    known: Known
    overrides: Overrides
    headline: Headline
    changes: ChangeList
    country: str = ""
    edition: int = 0
    scale: Scale = NEW_SCALE
    evidence: list[Evidence] = field(default_factory=list)


def open_report(
    text: str, place: str, source_id: str, known: Known, overrides: Overrides
) -> ReportText:
    """Return `text` with headline and changes read."""
    return ReportText(
        text, place, source_id, known, overrides, read_headline(text), read_changes(text)
    )


def address_of(text: str) -> str:
    """Return the address that stands alone in the first line, or an empty string."""
    match = _ADDRESS_LINE.match(text)
    return match.group("u") if match else ""


def settle_scale(report: ReportText, values: Sequence[tuple[str, str, Fraction]]) -> None:
    """Prove the scale direction from everything that the report prints."""
    head = report.headline
    own = [(str(report.edition), code, parse_number(v)) for code, v in head.ratings.items()]
    if head.score:
        own.append((str(report.edition), SCORE, parse_number(head.score)))
    edition, before = str(report.edition), str(report.edition - 1)
    for change in report.changes.changes:
        if change.printed_to and change.printed_from:
            own.append((edition, change.category, parse_number(change.printed_to)))
            own.append((before, change.category, parse_number(change.printed_from)))
    if not values and not own:
        return
    facts = ScaleFacts(
        report.country,
        report.edition,
        report.text,
        [*values, *own],
        _number(head.score),
        _number(head.percentage),
        head.regime,
        report.changes.changes,
    )
    report.scale = prove_scale(
        facts, report.known, report.overrides.scale, report.place, report.evidence
    )


def _number(printed: str) -> Fraction | None:
    try:
        return parse_number(printed)
    except AnalysisError:
        return None


def finish(report: ReportText, layout: str, cells: list[PrintedCell]) -> Reading:
    """Return the reading of a report whose country, edition and scale are settled."""
    head, changes = report.headline, report.changes
    complete = completeness(changes, head.score, head.last_percentage, report.scale)
    if changes.none_by_absence and not _absence_counts(report):
        complete = ""
    statements = _statements(report, complete)
    printed = {(int(cell.rated_edition[-4:]), cell.category): cell.printed for cell in cells}
    in_table = printed.get((report.edition, SCORE), "")
    report.evidence += check_headline(head, changes.changes, report.scale, in_table)
    printed |= {(report.edition, code): value for code, value in head.ratings.items()}
    for item in changes.unread:
        says = f"an item of the list of changes is not read: {item}"
        report.evidence.append(Evidence("changes", says, uncertain=True))
    report.evidence += check_changes(changes.changes, complete, printed, report.edition)
    report.evidence += check_known(report.country, cells, statements, report.known)
    return Reading(
        layout,
        report.source_id,
        (report.country,),
        report.edition,
        cells,
        statements,
        read_facts(report.text),
        read_author(report.text),
        list(report.changes.changes),
        read_sections(report.text),
        report.evidence,
    )


def _absence_counts(report: ReportText) -> bool:
    """Tell whether a page without a list of changes says that nothing changed."""
    has_head = bool(report.headline.percentage)
    return report.changes.none_by_absence and has_head and report.edition >= FIRST_WITH_LISTS


def _statements(report: ReportText, complete: str) -> list[Statement]:
    head, changes = report.headline, report.changes
    made = [
        _statement(report, name, "", value, report.scale, complete)
        for name, value in head.statements()
    ]
    if changes.score_told and not head.score:
        made.append(_statement(report, SCORE, "", changes.score_told, report.scale, complete))
    for change in changes.changes:
        name = "DS_CHANGE" if change.category == SCORE else f"CHANGE_{change.category}"
        scale = _change_scale(report, change)
        made.append(
            _statement(report, name, change.printed_from, change.printed_to, scale, complete)
        )
    if changes.none_stated:
        made.append(_statement(report, "NO_CHANGES", "", changes.none_stated, "", complete))
    elif _absence_counts(report):
        says = "the page goes from its headline to the summary without a list of changes"
        report.evidence.append(Evidence("changes", says, uncertain=True))
        made.append(
            _statement(
                report, "NO_CHANGES", "", "1", "", complete, "absence of the list, not a sentence"
            )
        )
    return made


def _statement(
    report: ReportText, name: str, old: str, new: str, scale: str, complete: str, note: str = ""
) -> Statement:
    scale = "" if name in _NO_SCALE else scale
    return Statement(
        report.source_id, report.country, report.edition, name, old, new, scale, complete, note
    )


def _change_scale(report: ReportText, change: Change) -> Scale:
    """Return the scale of a change, which may be a left-over of the old one on a new page."""
    scale = scale_of_change(change)
    if scale is None or scale == report.scale:
        return report.scale
    says = (
        f"{change.category} {change.verb} from {change.printed_from} to {change.printed_to}: "
        f"the verb fits {scale} only"
    )
    report.evidence.append(Evidence("changes", says, uncertain=True))
    is_left_over = change.category != SCORE and report.scale == NEW_SCALE
    return OLD_SCALE if is_left_over else report.scale
