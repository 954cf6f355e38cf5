"""Rows of printed ratings tables in running text, however the text was laid out.

A row is a category's label followed by numbers, years or ``n/a``: on one line, one number a line,
parted by bars, glued together, flattened from PDF, or with the label broken around the numbers.
What the columns mean is decided in `ratings_table`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from analysis.facts.rating_system import SCORE
from analysis.sources.report.columns_apart import labels_together, rows_of_columns
from analysis.sources.report.glued_numbers import row_splits, splits
from analysis.sources.report.labels import LABEL_REST, find_labels, label_code, label_is_broken

YEAR: Final = r"(?:19[89]\d|20[0-3]\d)"
YEAR_RANGE: Final = rf"{YEAR}\s*[-–—]\s*{YEAR}"
_RUN: Final = re.compile(
    rf"(?:{YEAR_RANGE}|n\s*/\s*a|\(\s*1\s*=\s*best\s*,\s*7\s*=\s*worst\s*\)|[\s|*:^\d.,])*",
    re.IGNORECASE,
)
_TOKEN: Final = re.compile(rf"({YEAR_RANGE})|(n\s*/\s*a)|(\([^)]*\))|([\d.,]+)", re.IGNORECASE)
_YEARS: Final = re.compile(rf"{YEAR}(?:{YEAR})*")
_PIECE_ENDS: Final = re.compile(r"[\s|]*(?:\[|\Z)")
_TEXT_ENDS: Final = re.compile(r"[\s|.]*\Z")
_RANGE_GOES_ON: Final = re.compile(r"[ ]*[-–/]\s*\d")
_ONE_YEAR: Final = re.compile(YEAR)


@dataclass(frozen=True)
class PrintedRow:
    """One row as printed.

    Attributes
    ----------
    code
        Category code, ``GOV`` or ``DS``.
    start, end
        Place in the text, the label included.
    header
        Years printed between label and numbers, as in a section's own table.
    chunks
        Runs of digits with points, or ``n/a``, in printed order.
    front
        How many of the chunks stand between the two halves of a broken label, where PDF text
        puts the last columns.
    cut
        Does the row end where the text ends, or a piece of it?
    ends_text
        Does the text end with the row, without a word on a cut?
    """

    code: str
    start: int
    end: int
    header: tuple[str, ...]
    chunks: tuple[str, ...]
    front: int
    cut: bool
    ends_text: bool

    @property
    def is_score(self) -> bool:
        """Tells the row of Democracy Scores, which have any two decimals."""
        return self.code == SCORE

    @cached_property
    def whole(self) -> tuple[list[str], bool]:
        """The chunks without a number that is cut in the middle, and whether the row is cut."""
        *front, last = self.chunks
        if not last.endswith("."):
            return list(self.chunks), self.cut
        body = last[:-1]
        decimals = len(body) - body.rfind(".") - 1
        if "." in body and decimals <= 2:  # the full stop of a sentence
            return [*front, body], self.cut
        return ([*front, body[:-1]] if body[:-1] else front), True

    @cached_property
    def ways(self) -> list[tuple[tuple[str, ...], ...]]:
        """The ways to take each of the whole chunks apart."""
        return [splits(chunk, self.is_score) for chunk in self.whole[0]]

    @property
    def width(self) -> int:
        """The number of values in the likeliest reading."""
        return sum(len(ways[0]) for ways in self.ways if ways)

    def options(self, count: int) -> list[tuple[str, ...]]:
        """Return the ways to take the row apart into exactly `count` values."""
        return row_splits(self.whole[0], self.is_score, count)


def years_of(text: str) -> tuple[str, ...]:
    """Return the years of a header such as ``1999-2000200120022003``, ranges with a hyphen."""
    found: list[str] = []
    for match in _TOKEN.finditer(text):
        span, _, _, digits = match.groups()
        if span:
            found.append("-".join(_ONE_YEAR.findall(span)))
        elif digits and _YEARS.fullmatch(digits):
            found += _ONE_YEAR.findall(digits)
    return tuple(found)


def find_rows(text: str) -> list[PrintedRow]:
    """Return the rows of all tables and lists in `text`, in order."""
    rows: list[PrintedRow] = []
    end = 0
    labels = find_labels(text)
    for number, label in enumerate(labels):
        if label.start() < end:
            continue
        together = labels_together(text, labels, number)
        apart = _rows_apart(text, labels[number : number + together]) if together > 2 else []
        if more := apart or [row for row in [_row_at(text, label)] if row]:
            rows += more
            end = more[-1].end
    return rows


def _rows_apart(text: str, labels: Sequence[re.Match[str]]) -> list[PrintedRow]:
    """Return the rows of labels that stand together, their numbers behind the last of them."""
    header, chunks, cut, end = _read_run(text, labels[-1].end())
    found = rows_of_columns(labels, [chunk.rstrip(".") for chunk in chunks])
    rows: list[PrintedRow] = []
    for label in labels if found else ():
        code = label_code(label)
        years = () if rows else header
        last = end if label is labels[-1] else label.end()
        rows.append(PrintedRow(code, label.start(), last, years, found[code], 0, cut, False))
    return rows


def _row_at(text: str, label: re.Match[str]) -> PrintedRow | None:
    header, chunks, cut, end = _read_run(text, label.end())
    front = int("^" in text[label.end() : end])  # marks the last column's value, printed first
    if label_is_broken(label) and (rest := LABEL_REST.match(text, end)):
        front = len(chunks)
        more_header, more, cut, end = _read_run(text, rest.end())
        header, chunks = header or more_header, chunks + more
    if not chunks or _RANGE_GOES_ON.match(text, end):
        return None
    ends = _TEXT_ENDS.match(text, end) is not None
    return PrintedRow(
        label_code(label), label.start(), end, header, tuple(chunks), front, cut, ends
    )


def _read_run(text: str, start: int) -> tuple[tuple[str, ...], list[str], bool, int]:
    """Return the years, the chunks, whether the text or a piece of it ends there, and the end."""
    run = _RUN.match(text, start)
    assert run is not None  # the pattern matches the empty string too
    header: list[str] = []
    chunks: list[str] = []
    end = start
    for match in _TOKEN.finditer(text, start, run.end()):
        span, missing, remark, digits = match.groups()
        if span or (digits and _YEARS.fullmatch(digits)):
            if chunks:  # the head of the next table
                break
            header.extend(years_of(match.group(0)))
        elif missing:
            chunks.append("n/a")
        elif digits:
            _add_digits(chunks, digits)
        elif not remark:
            break
        end = match.end()
    else:
        end = run.end() if not chunks else end
    cut = _PIECE_ENDS.match(text, end) is not None
    return tuple(header), chunks, cut, end


def _add_digits(chunks: list[str], digits: str) -> None:
    """Append a chunk; join ``6.`` and ``50``."""
    digits = digits.strip(",").replace(",", ".")
    if chunks and chunks[-1].endswith(".") and len(digits) == 2 and digits.isdigit():
        chunks[-1] += digits
    elif digits.strip("."):
        chunks.append(digits.lstrip("."))
