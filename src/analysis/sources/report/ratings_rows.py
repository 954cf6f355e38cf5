"""Rows of printed ratings tables in running text, however the text was laid out.

A row is a category's label followed by numbers, years or ``n/a``: on one line, one number a line,
parted by bars, glued together, flattened from PDF, or with the label broken around the numbers.
A rating lies on the quarter-point grid between 1 and 7, so that almost every run of digits comes
apart in one way only: ``6.256.56.506.50`` is 6.25 6.5 6.50 6.50. What the columns mean is decided
in `ratings_table`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Final

from analysis.facts.rating_system import CATEGORIES, SCORE, democracy_score, parse_number
from analysis.sources.cells import SCORE_ROUNDING
from analysis.sources.report.labels import find_labels

YEAR: Final = r"(?:19[89]\d|20[0-3]\d)"
YEAR_RANGE: Final = rf"{YEAR}\s*[-–—]\s*{YEAR}"
_RUN: Final = re.compile(
    rf"(?:{YEAR_RANGE}|n\s*/\s*a|\(\s*1\s*=\s*best\s*,\s*7\s*=\s*worst\s*\)|[\s|*:^\d.,])*",
    re.IGNORECASE,
)
_TOKEN: Final = re.compile(rf"({YEAR_RANGE})|(n\s*/\s*a)|(\([^)]*\))|([\d.,]+)", re.IGNORECASE)
_YEARS: Final = re.compile(rf"(?:{YEAR})+")
_HEADER: Final = re.compile(
    rf"(?<![\d/.,])(?:{YEAR_RANGE}|{YEAR})(?:[\s|]*(?:{YEAR_RANGE}|{YEAR}))*(?!\d|[.,]\d)"
)
_PIECE_ENDS: Final = re.compile(r"[\s|]*(?:\[|\Z)")
_TEXT_ENDS: Final = re.compile(r"[\s|.]*\Z")
_RANGE_GOES_ON: Final = re.compile(r"[ ]*[-–/]\s*\d")
_BETWEEN_LABELS: Final = re.compile(r"[\s|*•:]{0,20}")
_HALF_LABEL: Final = re.compile(r"(?!Const).*\s(?:Democratic|Framework)", re.IGNORECASE | re.DOTALL)
_LABEL_REST: Final = re.compile(
    r"\s*\|?\s*(?:Governance|and\s+Independence)(?!(?!n/a)[a-z])\*?", re.IGNORECASE
)
"""The second half of a label that PDF text breaks around its numbers."""
_RATING: Final = re.compile(r"[1-6](?:\.(?:00?|25|50?|75))?|7(?:\.00?)?")
_SCORE: Final = re.compile(r"[1-6](?:\.\d{1,2})?|7(?:\.00?)?")
_ANY: Final = re.compile(r"\d\.\d\d?|\d")
MOST_SPLITS: Final = 16
"""More ways than this to take one run apart mean that it is no row of ratings."""


@lru_cache(maxsize=8192)
def splits(digits: str, is_score: bool) -> tuple[tuple[str, ...], ...]:
    """Return all ways to take `digits` apart into ratings, or scores.

    `digits` have decimal points but no spaces; ``n/a`` stays as it is. Scores have any two
    decimals, ratings only quarter points. Only ways with the fewest numbers count: ``6.93`` is
    never 6.9 and 3. None if the digits are no such numbers.
    """
    pattern = _SCORE if is_score else _RATING
    if digits == "n/a" or pattern.fullmatch(digits):
        return ((digits,),)
    if is_score and _ANY.fullmatch(digits):
        return ()
    ways: list[list[tuple[str, ...]]] = [[()], *([] for _ in digits)]
    for start in range(len(digits)):
        for width in (1, 3, 4) if ways[start] else ():
            end = start + width
            piece = digits[start:end]
            if len(piece) == width and pattern.fullmatch(piece):
                room = max(0, MOST_SPLITS - len(ways[end]))
                ways[end] += [(*way, piece) for way in ways[start][:room]]
    fewest = min(map(len, ways[-1]), default=0)
    return tuple(way for way in ways[-1] if len(way) == fewest)


def row_splits(chunks: Sequence[str], is_score: bool, count: int) -> list[tuple[str, ...]]:
    """Return the ways to take chunks, as in `splits`, apart into exactly `count` values."""
    ways: list[tuple[str, ...]] = [()]
    for chunk in chunks:
        options = splits(chunk, is_score)
        ways = [(*way, *more) for way in ways for more in options if len(way) + len(more) <= count]
        del ways[MOST_SPLITS:]
    return [way for way in ways if len(way) == count]


@dataclass(frozen=True)
class PrintedRow:
    """One row as printed: a category's code and runs of digits with points, or ``n/a``, in order.

    Its place in the text includes the label. A section's own table has its years between label and
    numbers; PDF text may put the last columns between the two halves of a broken label, and
    `front` counts those chunks. A row is `cut` where the text or a piece of it ends with the row,
    and `ends_text` is said without a word on a cut.
    """

    code: str
    start: int
    end: int
    header: tuple[str, ...]
    chunks: tuple[str, ...]
    front: int
    cut: bool
    ends_text: bool

    @cached_property
    def whole(self) -> tuple[list[str], bool]:
        """The chunks without a number that is cut in the middle, and whether the row is cut."""
        *front, last = self.chunks
        if not last.endswith("."):
            return list(self.chunks), self.cut
        body = last[:-1]
        if "." in body and len(body) - body.rfind(".") <= 3:  # the full stop of a sentence
            return [*front, body], self.cut
        return ([*front, body[:-1]] if body[:-1] else front), True

    @cached_property
    def ways(self) -> list[tuple[tuple[str, ...], ...]]:
        """The ways to take each of the whole chunks apart."""
        return [splits(chunk, self.code == SCORE) for chunk in self.whole[0]]

    @property
    def width(self) -> int:
        """The number of values in the likeliest reading."""
        return sum(len(ways[0]) for ways in self.ways if ways)

    def off_grid(self) -> list[str]:
        """Return the numbers that are no ratings, or scores, with as many decimals as fit."""
        pattern = _SCORE if self.code == SCORE else _RATING
        return [
            number
            for chunk in self.chunks
            if chunk != "n/a"
            and (len(chunk) <= 4 or not splits(chunk.rstrip("."), self.code == SCORE))
            for number in _ANY.findall(chunk)
            if "." in number and not pattern.fullmatch(number)
        ]


def _years_of(text: str) -> tuple[str, ...]:
    """Return the years of a header such as ``1999-2000200120022003``, ranges with a hyphen."""
    found: list[str] = []
    for span, _, _, digits in _TOKEN.findall(text):
        if span:
            found.append("-".join(re.findall(YEAR, span)))
        elif _YEARS.fullmatch(digits):
            found += re.findall(YEAR, digits)
    return tuple(found)


def years_in(gap: str) -> tuple[str, ...]:
    """Return the longest run of years in `gap`, the last of equally long ones."""
    runs = [_years_of(match.group(0)) for match in _HEADER.finditer(gap)]
    longest = max(reversed(runs), key=len, default=())
    if len(longest) > 2 and longest[0] == longest[-1] == max(longest):  # a title above the header
        longest = longest[1:]
    return longest[:1] if len(set(longest)) == 1 else longest


def find_rows(text: str) -> list[PrintedRow]:
    """Return the rows of all tables and lists in `text`, in order."""
    rows: list[PrintedRow] = []
    labels = find_labels(text)
    for number, label in enumerate(labels):
        if not rows or label.start() >= rows[-1].end:
            together = labels[number : number + len(CATEGORIES) + 1]
            rows += _rows_apart(text, together) or _row_at(text, label)
    return rows


def _rows_apart(text: str, labels: Sequence[re.Match[str]]) -> list[PrintedRow]:
    """Return the rows of labels that stand together, their numbers behind the last of them.

    Copies of PDF pages print one column after the other. Which number belongs to which name follows
    from the order alone, so that the rows are read only if their scores bear the order out.
    """
    codes = [str(label.lastgroup) for label in labels]
    gaps = ((above.end(), below.start()) for above, below in pairwise(labels))
    if sorted(codes) != sorted((*CATEGORIES, SCORE)) or not all(
        _BETWEEN_LABELS.fullmatch(text, *gap) for gap in gaps
    ):
        return []
    header, printed, end = _read_run(text, labels[-1].end())
    chunks = [chunk.rstrip(".") for chunk in printed]
    width, rest = divmod(len(chunks), len(codes))
    if rest or not width:
        return []
    by_line = {c: tuple(chunks[n * width : (n + 1) * width]) for n, c in enumerate(codes)}
    by_column = {c: tuple(chunks[n :: len(codes)]) for n, c in enumerate(codes)}
    fitting = [values for values in (by_line, by_column) if _is_borne_out(values)]
    if not fitting or fitting[0] != fitting[-1]:
        return []
    cut = bool(_PIECE_ENDS.match(text, end))
    ends = [*(label.end() for label in labels[:-1]), end]
    headers = [header, *[()] * (len(codes) - 1)]
    return [
        PrintedRow(code, label.start(), last, years, fitting[0][code], 0, cut, False)
        for code, label, last, years in zip(codes, labels, ends, headers, strict=True)
    ]


def _is_borne_out(values: Mapping[str, tuple[str, ...]]) -> bool:
    """Tell whether each score is the mean of its ratings, and all of them are numbers."""
    for score, *ratings in zip(values[SCORE], *(values[c] for c in CATEGORIES), strict=True):
        if not (_SCORE.fullmatch(score) and all(map(_RATING.fullmatch, ratings))):
            return False
        if abs(democracy_score(map(parse_number, ratings)) - parse_number(score)) > SCORE_ROUNDING:
            return False
    return True


def _row_at(text: str, label: re.Match[str]) -> list[PrintedRow]:
    """Return the row of one label, none where no numbers follow it."""
    header, chunks, end = _read_run(text, label.end())
    front = int("^" in text[label.end() : end])  # marks the last column's value, printed first
    if _HALF_LABEL.fullmatch(label[0]) and (rest := _LABEL_REST.match(text, end)):
        front = len(chunks)
        more_header, more, end = _read_run(text, rest.end())
        header, chunks = header or more_header, chunks + more
    if not chunks or _RANGE_GOES_ON.match(text, end):
        return []
    code, cut = str(label.lastgroup), bool(_PIECE_ENDS.match(text, end))
    ends = bool(_TEXT_ENDS.match(text, end))
    return [PrintedRow(code, label.start(), end, header, tuple(chunks), front, cut, ends)]


def _read_run(text: str, start: int) -> tuple[tuple[str, ...], list[str], int]:
    """Return the years and the chunks behind a label, and where they end."""
    run = _RUN.match(text, start)
    assert run is not None  # the pattern matches the empty string too
    header: list[str] = []
    chunks: list[str] = []
    end = start
    for match in _TOKEN.finditer(text, start, run.end()):
        span, missing, _, digits = match.groups()
        if span or (digits and _YEARS.fullmatch(digits)):
            if chunks:  # the head of the next table
                break
            header.extend(_years_of(match.group(0)))
        elif missing:
            chunks.append("n/a")
        elif digits:
            number = digits.strip(",").replace(",", ".")
            if chunks and chunks[-1].endswith(".") and len(number) == 2 and number.isdigit():
                chunks[-1] += number  # "6." and "50"
            elif number.strip("."):
                chunks.append(number.lstrip("."))
        end = match.end()
    return tuple(header), chunks, end if chunks else run.end()
