"""Tables of ratings: rows grouped, years found, values put into columns, doubtful rows decided.

The Democracy Score that a table prints for each year is the mean of its other rows. It decides
between readings that the digits alone leave open; what it cannot decide is marked as uncertain.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, islice, product
from typing import Final

from analysis.errors import SourceError
from analysis.rating_system import CATEGORIES, FIRST_EDITION, GOVERNANCE, parse_number
from analysis.sources.cells import SCORE
from analysis.sources.glued_numbers import plain_split, row_splits, splits
from analysis.sources.ratings_rows import YEAR, YEAR_RANGE, Row, find_rows, years_of
from analysis.sources.reading import Evidence

MISSING: Final = "n/a"
WIDEST_GAP: Final = 250
"""Characters between two rows of one table: room for the foot of a PDF page."""
_HEADER: Final = re.compile(
    rf"(?<![\d/.,])(?:{YEAR_RANGE}|{YEAR})(?:[\s|]*(?:{YEAR_RANGE}|{YEAR}))*(?!\d|[.,]\d)"
)
_EARLIER_STATE: Final = re.compile(r"Yugoslavia", re.IGNORECASE)
SIX_CATEGORIES: Final = ("EP", "CS", "IM", GOVERNANCE, "JFI", "CO")
USUAL_ORDERS: Final = (
    ("NDG", "EP", "CS", "IM", "LDG", "JFI", "CO"),
    ("EP", "CS", "IM", GOVERNANCE, "NDG", "LDG", "JFI", "CO"),
    ("EP", "CS", "NDG", "IM", "LDG", "JFI", "CO"),
)
"""Orders in which reports print their rows; another one hints at shuffled labels."""


@dataclass(frozen=True)
class RawTable:
    """Rows that stand together, with the years printed above them."""

    rows: tuple[Row, ...]
    header: tuple[str, ...]
    is_section: bool
    earlier_state: bool


@dataclass
class Table:
    """A table with its columns decided; values as printed, ``n/a`` or empty where none stands."""

    years: tuple[str, ...]
    values: dict[str, tuple[str, ...]]
    is_section: bool
    earlier_state: bool
    evidence: list[Evidence] = field(default_factory=list)

    def doubt(self, about: str, says: str) -> None:
        """Add evidence that a person must look at."""
        self.evidence.append(Evidence(about, says, uncertain=True))

    def settle(self, about: str, says: str) -> None:
        """Add evidence for what was decided."""
        self.evidence.append(Evidence(about, says))


def find_tables(text: str) -> list[RawTable]:
    """Return the tables and single-year lists of `text`: three rows or more, or a section's own."""
    groups: list[list[Row]] = []
    headers: list[tuple[str, ...]] = []
    end = 0
    for row in find_rows(text):
        gap = text[end : row.start] if row.start - end < 2000 else text[row.start - 300 : row.start]
        new = not groups or row.start - end > WIDEST_GAP or bool(row.header)
        new = new or row.code in {known.code for known in groups[-1]} or len(_years_in(gap)) > 2
        if new:
            groups.append([])
            headers.append(row.header or _years_in(gap[-300:]))
        groups[-1].append(row)
        end = row.end
    tables = []
    for rows, header in zip(groups, headers, strict=True):
        is_section = len(rows) == 1 and bool(rows[0].header)
        if len(rows) >= 3 or len(header) >= 3 or is_section:
            above = text[max(0, rows[0].start - 160) : rows[0].start]
            earlier = bool(_EARLIER_STATE.search(above)) and "#" not in above
            tables.append(RawTable(tuple(rows), header, is_section, earlier))
    return tables


def _years_in(gap: str) -> tuple[str, ...]:
    """Return the longest run of years in `gap`, the last of equally long ones."""
    runs = [years_of(match.group(0)) for match in _HEADER.finditer(gap)]
    longest = max(reversed(runs), key=len) if runs else ()
    return longest[:1] if len(set(longest)) == 1 else longest


def read_table(raw: RawTable, edition: int | None, place: str) -> Table | None:
    """Return the table with each value in its column, or None if no column can be named.

    Parameters
    ----------
    raw
        Rows and header as found.
    edition
        Edition of the report where it is known otherwise, for a table without years.
    place
        File name for messages.

    Raises
    ------
    SourceError
        If a number is no rating, or a header names a year twice.
    """
    if len(set(raw.header)) < len(raw.header):
        twice = Counter(raw.header).most_common(1)[0][0]
        raise SourceError(f"{place}: a table's header prints {twice} twice, expected each year once")
    count = _column_count(raw, place)
    table = Table((), {}, raw.is_section, raw.earlier_state)
    table.years = _years(raw.header, count, edition, table)
    if not table.years:
        return None
    candidates: dict[str, list[tuple[str, ...]]] = {}
    for row in raw.rows:
        if options := _options(row, count, table):
            candidates[row.code] = options
    _choose(candidates, table)
    _check_order([row.code for row in raw.rows], table)
    return table


def _check_grid(row: Row, place: str) -> None:
    for chunk in row.chunks:
        if chunk == MISSING or splits(chunk.rstrip("."), row.code == SCORE):
            continue
        wrong = [v for v in plain_split(chunk) if "." in v and not splits(v, row.code == SCORE)]
        if wrong:
            kind = "a Democracy Score" if row.code == SCORE else "a rating in quarter points"
            raise SourceError(
                f"{place}: {row.code} row {' '.join(row.chunks)[:60]}: {wrong[0]} is not {kind} "
                "of 1.00 to 7.00"
            )


def _column_count(raw: RawTable, place: str) -> int:
    """Return the number of columns: what the rows hold, the header deciding where they differ."""
    counts: Counter[int] = Counter()
    for row in raw.rows:
        whole, _ = _whole(row)
        natural = sum(1 if c == MISSING else len((splits(c, row.code == SCORE) or ((),))[0]) for c in whole)
        counts[natural] += 1
        if raw.header and row_splits(whole, row.code == SCORE, len(raw.header)):
            counts[len(raw.header)] += 1
        else:
            _check_grid(row, place)
    return max(counts, key=lambda count: (counts[count], count))


def _whole(row: Row) -> tuple[list[str], bool]:
    """Return the row's chunks without a number that is cut in the middle, and whether one was."""
    *front, last = row.chunks
    if not last.endswith("."):
        return list(row.chunks), row.cut
    body = last[:-1]
    decimals = len(body) - body.rfind(".") - 1
    if "." in body and decimals <= 2:  # the full stop of a sentence
        return [*front, body], row.cut
    return ([*front, body[:-1]] if body[:-1] else front), True


def _years(
    header: tuple[str, ...], count: int, edition: int | None, table: Table
) -> tuple[str, ...]:
    """Return the rated editions of the columns, from the header or counted back from `edition`."""
    if len(header) == count:
        return header
    last = max((int(year[-4:]) for year in header), default=0) if len(header) > 1 else 0
    last = last or edition or 0
    if not last:
        return ()
    years: list[str] = []
    year = last
    while len(years) < count:
        if year != 2000:  # there was no edition of 2000
            years.append(str(year))
        year -= 1
    counted = tuple(reversed(years))
    if len(header) > 1 and not set(header) <= set(counted):
        table.doubt("years", f"the header prints {len(header)} years for {count} columns")
        return ()
    if count > 1:
        table.doubt(
            "years",
            f"{'no years are' if len(header) < 2 else 'not all years are'} printed above the "
            f"{count} columns: counted back from {last} as {counted[0]} to {counted[-1]}",
        )
    return counted


def _options(row: Row, count: int, table: Table) -> list[tuple[str, ...]]:
    """Return the ways to read a row into `count` columns, the likeliest first."""
    is_score = row.code == SCORE
    chunks, cut = _whole(row)
    ways = row_splits(chunks, is_score, count)
    while not ways and len(chunks) > 1 and chunks[-1].isdigit():  # the number of the page
        chunks = chunks[:-1]
        ways = row_splits(chunks, is_score, count)
    if not ways:
        return _short_row(row, chunks, cut, count, table)
    front = row.front
    if 0 < front < count:
        # PDF text prints the last columns on the line of the label's first half.
        moved = [(*way[front:], *way[:front]) for way in ways]
        ways = moved + ways
    return list(dict.fromkeys(ways))


def _short_row(
    row: Row, chunks: Sequence[str], cut: bool, count: int, table: Table
) -> list[tuple[str, ...]]:
    ways = [((chunk,),) if chunk == MISSING else splits(chunk, row.code == SCORE) for chunk in chunks]
    found = [value for way in ways for value in way[0]] if all(len(w) == 1 for w in ways) else []
    if cut and 0 < len(found) < count:
        table.doubt(
            "table",
            f"the {row.code} row is cut off after {len(found)} of {count} values, "
            "which are taken from the left",
        )
        return [(*found, *[""] * (count - len(found)))]
    table.doubt(
        "table",
        f"the {row.code} row does not fit the {count} columns ({' '.join(row.chunks)[:80]}): not read",
    )
    return []


def _choose(candidates: dict[str, list[tuple[str, ...]]], table: Table) -> None:
    """Set `table.values`: the combination of readings that its Democracy Scores bear out."""
    first = {code: options[0] for code, options in candidates.items()}
    best, best_faults = first, faulty_columns(table.years, first)
    open_codes = [code for code, options in candidates.items() if len(options) > 1]
    if open_codes:
        for combination in islice(product(*(candidates[c] for c in open_codes)), 512):
            trial = {**first, **dict(zip(open_codes, combination, strict=True))}
            faults = faulty_columns(table.years, trial)
            if len(faults) < len(best_faults):
                best, best_faults = trial, faults
        _tell_choice(open_codes, candidates, best, best_faults, table)
    if best_faults and len(table.years) > 2:
        best, best_faults = _rotated(best, best_faults, table)
    table.values = best
    for column in best_faults:
        year, printed = table.years[column], best[SCORE][column]
        mean = float(column_mean(best, column, year) or 0)
        table.doubt(
            "number",
            f"{year}: the printed Democracy Score {printed} is not the mean {mean:.2f} of the "
            "printed ratings",
        )


def _tell_choice(
    codes: Sequence[str],
    candidates: dict[str, list[tuple[str, ...]]],
    best: dict[str, tuple[str, ...]],
    faults: Sequence[int],
    table: Table,
) -> None:
    for code in codes:
        others = [option for option in candidates[code] if option != best[code]]
        decided = not faults and any(
            len(faulty_columns(table.years, {**best, code: other})) for other in others
        )
        reading = " ".join(best[code])
        if decided:
            table.settle("number", f"{code} is read as {reading}, which the Democracy Scores bear out")
        else:
            table.doubt("number", f"{code} can be read in {len(others) + 1} ways; taken as {reading}")


def _rotated(
    values: dict[str, tuple[str, ...]], faults: list[int], table: Table
) -> tuple[dict[str, tuple[str, ...]], list[int]]:
    """Try rows whose last column is printed first, as some text layers do."""
    codes = [code for code in values if code != SCORE and "" not in values[code]]
    for moved in (*combinations(codes, 1), *combinations(codes, 2)):
        trial = {**values, **{code: (*values[code][1:], values[code][0]) for code in moved}}
        if not faulty_columns(table.years, trial):
            for code in moved:
                table.settle(
                    "number",
                    f"the {code} row prints its last column first: only in the order "
                    f"{' '.join(trial[code])} do the Democracy Scores come out",
                )
            return trial, []
    return values, faults


def column_mean(values: dict[str, tuple[str, ...]], column: int, year: str) -> Fraction | None:
    """Return the mean of a column's categories, or None where not all of them are printed."""
    codes = SIX_CATEGORIES if int(year[:4]) < FIRST_EDITION else tuple(CATEGORIES)
    printed = [values[code][column] for code in codes if code in values]
    if len(printed) < len(codes) or any(value in (MISSING, "") for value in printed):
        return None
    return sum((parse_number(value) for value in printed), Fraction(0)) / len(codes)


def faulty_columns(years: Sequence[str], values: dict[str, tuple[str, ...]]) -> list[int]:
    """Return the columns whose printed Democracy Score is not the mean of their ratings."""
    if SCORE not in values:
        return []
    faults = []
    for column, year in enumerate(years):
        printed = values[SCORE][column]
        if printed in (MISSING, ""):
            continue
        mean = column_mean(values, column, year)
        if mean is not None and abs(mean - parse_number(printed)) > Fraction(51, 10_000):
            faults.append(column)
    return faults


def checked_columns(table: Table) -> Iterator[int]:
    """Yield the columns in which a Democracy Score and all its ratings are printed."""
    for column, year in enumerate(table.years):
        if (
            table.values.get(SCORE, ("",) * len(table.years))[column] not in (MISSING, "")
            and column_mean(table.values, column, year) is not None
        ):
            yield column


def _check_order(codes: Sequence[str], table: Table) -> None:
    printed = [code for code in codes if code != SCORE]
    for order in USUAL_ORDERS:
        if printed == [code for code in order if code in printed]:
            return
    table.doubt("table", f"the rows stand in an unusual order: {', '.join(codes)}")
