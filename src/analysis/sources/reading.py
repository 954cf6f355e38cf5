"""What a reader is asked, and what it returns: what a source states, and how that was decided."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import pandas as pd

from analysis.facts.countries import find_country
from analysis.facts.errors import SourceError, one_line
from analysis.facts.rating_system import SCALES, Scale, read_scale
from analysis.sources.cells import PrintedCell, Statement
from analysis.sources.known import Known
from analysis.tables.schema import columns


@dataclass(frozen=True)
class Request:
    """A file to be read: its name for messages, its source, and figures to compare with.

    Country, edition and scale are what the user says, None where the source shall speak for itself.
    """

    name: str = "text"
    source_id: str = ""
    known: Known = field(default_factory=Known)
    country: str | None = None
    edition: int | None = None
    scale: str | None = None

    def refusal(self, reason: str) -> SourceError:
        """Return the error that names the file and the reason."""
        return SourceError(f"{self.name}: {reason}")

    def wants(self, country: str, edition: int) -> bool:
        """Tell whether a row of a table is of the country and edition that the user asks for."""
        name = find_country(self.country).name if self.country else country
        return country == name and self.edition in (None, edition)


@dataclass(frozen=True)
class Remark:
    """One reason for a decision of the reader, or one doubt that it leaves.

    It is about ``country``, ``edition``, ``scale``, ``years``, ``number``, ``table``, ``changes``
    or ``file``. A person must look at what is uncertain before the numbers are used.
    """

    about: str
    says: str
    uncertain: bool = False


class Remarks(list[Remark]):
    """Remarks in the order in which a reader makes them."""

    def settle(self, about: str, says: str) -> None:
        """Add the reason for what was decided."""
        self.append(Remark(about, says))

    def doubt(self, about: str, says: str) -> None:
        """Add what a person must look at."""
        self.append(Remark(about, says, uncertain=True))


Votes = Sequence[tuple[Scale, str]]
"""Directions, each with the evidence that speaks for it."""


def decide_scale(votes: Votes, request: Request, remarks: Remarks) -> Scale:
    """Return the direction that all votes support, or that the user gives.

    Raises
    ------
    SourceError
        If the votes are contradictory or there is none.
    """
    if request.scale is not None:
        given = read_scale(request.scale)
        remarks.settle("scale", f"{given} is given by the user")
        for voted, reason in votes:
            if voted != given:
                remarks.doubt("scale", f"but {reason} says {voted}")
        return given
    reasons = {scale: [reason for voted, reason in votes if voted == scale] for scale in SCALES}
    if all(reasons.values()):
        one, other = (f"{reasons[scale][0]} says {scale}" for scale in SCALES)
        raise request.refusal(
            f"the scale contradicts itself: {one}, but {other}; check the numbers or give --scale"
        )
    for scale, told in reasons.items():
        if told:
            remarks.settle("scale", f"{scale} by {', '.join(dict.fromkeys(told))}")
            return scale
    raise request.refusal(
        "the numbers could be read both ways, as 1=best and as 7=best; give --scale"
    )


@dataclass(frozen=True)
class Change:
    """One change of a rating or of the Democracy Score, with the stated reason.

    `category` is a code or ``DS``; `printed_from` and `printed_to` are empty where the page names
    the change without its numbers; `verb` and `reason` are as printed.
    """

    category: str
    printed_from: str
    printed_to: str
    verb: str
    reason: str = ""


@dataclass(frozen=True)
class Section:
    """One headed part of a report: its paragraphs, its bullets, and the notes they refer to."""

    paragraphs: tuple[str, ...] = ()
    bullets: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Reading:
    """All that one source states, and in `evidence` how country, edition and scale were decided.

    `layout` is ``country report``, ``score page``, ``official workbook``, ``table of ratings`` or
    ``project CSV``. `source_id` is the row of ``sources.csv`` whose address the file carries in its
    first line, else made from the content, so that the same file always has the same one. Countries
    are sorted; the edition is None for a file of many. Facts - capital, population, income, status
    in other indices - and author are as printed. Sections are ``executive_summary``, ``outlook``
    and the category codes.
    """

    layout: str
    source_id: str
    countries: tuple[str, ...]
    report_edition: int | None
    cells: list[PrintedCell]
    statements: list[Statement]
    facts: dict[str, str] = field(default_factory=dict)
    author: str = ""
    changes: list[Change] = field(default_factory=list)
    sections: dict[str, Section] = field(default_factory=dict)
    evidence: list[Remark] = field(default_factory=list)

    @property
    def doubts(self) -> list[Remark]:
        """Remarks that a person must look at."""
        return [item for item in self.evidence if item.uncertain]


def reading_as_json(reading: Reading) -> str:
    """Return `reading` as JSON, keys in a fixed order, numbers as the printed text."""
    document = asdict(reading)
    for cell in document["cells"]:
        del cell["source_id"], cell["note"]
    for statement in document["statements"]:
        del statement["source_id"]
    return json.dumps(document, ensure_ascii=False, indent=2)


def reading_as_csv(reading: Reading) -> str:
    """Return the cells and statements of `reading` as one CSV table, one row a printed number.

    The columns are those of ``printed_tables.csv``, followed by those that only
    ``printed_pages.csv`` has; a column that does not apply is empty. What a spreadsheet would take
    for a formula has an apostrophe before it.
    """
    rows = map(vars, (*reading.cells, *reading.statements))
    heads = dict.fromkeys((*columns("printed_tables"), *columns("printed_pages")))
    table = pd.DataFrame(rows, columns=list(heads)).map(_harmless)
    return table.to_csv(index=False, lineterminator="\n")


def _harmless(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = one_line(value, 10_000)
    return f"'{text}" if text[:1] in tuple("=+-@") else text
