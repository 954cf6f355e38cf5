"""One report as it is being read: its text, what it prints at its head, what is decided so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from analysis.facts.rating_system import NEW_SCALE, Scale
from analysis.sources.reading import Remarks
from analysis.sources.report.changes import PrintedChanges, read_changes
from analysis.sources.report.headline import ReportHead, read_head
from analysis.sources.request import Request


@dataclass
class ReportText:
    """A text of one country and one edition; country, edition and scale are decided one by one."""

    text: str
    request: Request = field(default_factory=Request)
    remarks: Remarks = field(default_factory=Remarks)
    country: str = ""
    edition: int = 0
    scale: Scale = NEW_SCALE

    @cached_property
    def head(self) -> ReportHead:
        """Score, percentage, regime and ratings beside the categories' names."""
        return read_head(self.text)

    @cached_property
    def changes(self) -> PrintedChanges:
        """The changes that the text prints."""
        return read_changes(self.text)
