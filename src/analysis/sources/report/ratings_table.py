"""Tables of ratings in running text: rows grouped, years found, values put into columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.facts.errors import SourceError
from analysis.facts.rating_system import FIRST_EDITION, GOVERNANCE, SCORE
from analysis.sources.report.glued_numbers import is_off, plain_split, row_splits, splits
from analysis.sources.report.ratings_rows import YEAR, YEAR_RANGE, Row, find_rows, years_of
from analysis.sources.report.table_checks import MISSING, Table, misplaced, tell_faults
from analysis.sources.report.table_repair import choose_readings, place_unlabelled

WIDEST_GAP: Final = 250
"""Characters between two rows of one table: room for the foot of a PDF page."""
_HEADER: Final = re.compile(
    rf"(?<![\d/.,])(?:{YEAR_RANGE}|{YEAR})(?:[\s|]*(?:{YEAR_RANGE}|{YEAR}))*(?!\d|[.,]\d)"
)
_EARLIER_STATE: Final = re.compile(r"Yugoslavia", re.IGNORECASE)
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


def find_tables(text: str) -> list[RawTable]:
    """Return the tables and single-year lists of `text`: three rows or more, or a section's own."""
    groups: list[list[Row]] = []
    headers: list[tuple[str, ...]] = []
    end = 0
    for row in find_rows(text):
        gap = text[end : row.start] if row.start - end < 2000 else text[row.start - 300 : row.start]
        new = not groups or row.start - end > WIDEST_GAP or bool(row.header)
        new = new or row.code in {known.code for known in groups[-1]} or len(_years_in(gap)) > 2
        new = new or _is_list_beside_table(groups[-1][-1], row)
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


def _is_list_beside_table(above: Row, row: Row) -> bool:
    """Tell whether only one of two rows has a single value: a headline above a table."""
    is_cut = _whole(above)[1] or _whole(row)[1]
    return not is_cut and (_width(above) == 1) != (_width(row) == 1)


def _width(row: Row) -> int:
    return sum(len(ways[0]) for ways in _ways(row, _whole(row)[0]) if ways)


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
        raise SourceError(
            f"{place}: a table's header prints {twice} twice, expected each year once"
        )
    count = _column_count(raw, place)
    table = Table((), {}, raw.is_section, raw.earlier_state)
    table.years = _years(raw.header, count, edition, table)
    if not table.years:
        return None
    candidates: dict[str, list[tuple[str, ...]]] = {}
    unlabelled: list[tuple[str, ...]] = []
    for row in raw.rows:
        if options := _options(row, count, table, unlabelled):
            candidates[row.code] = options
    _refuse_cut_end(raw.rows[-1], candidates, count, place)
    choose_readings(candidates, table)
    for values in unlabelled:
        place_unlabelled(values, table)
    tell_faults(table)
    _check_years(raw.header, table)
    _check_order([row.code for row in raw.rows], table)
    return table


def _check_grid(row: Row, place: str) -> None:
    is_score = row.code == SCORE
    for chunk in row.chunks:
        if chunk == MISSING or (len(chunk) > 4 and splits(chunk.rstrip("."), is_score)):
            continue
        wrong = [value for value in plain_split(chunk) if "." in value and is_off(value, is_score)]
        if wrong:
            kind = "a Democracy Score" if is_score else "a rating in quarter points"
            raise SourceError(
                f"{place}: {row.code} row {' '.join(row.chunks)[:60]}: {wrong[0]} is not {kind} "
                "of 1.00 to 7.00"
            )


def _column_count(raw: RawTable, place: str) -> int:
    """Return the number of columns: what the rows hold, the header deciding where they differ."""
    counts: Counter[int] = Counter()
    for row in raw.rows:
        whole, _ = _whole(row)
        counts[_width(row)] += 1
        if raw.header and row_splits(whole, row.code == SCORE, len(raw.header)):
            counts[len(raw.header)] += 1
        else:
            _check_grid(row, place)
    return max(counts, key=lambda count: (counts[count], count))


def _ways(row: Row, chunks: Sequence[str]) -> list[tuple[tuple[str, ...], ...]]:
    is_score = row.code == SCORE
    return [((chunk,),) if chunk == MISSING else splits(chunk, is_score) for chunk in chunks]


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
    return counted


def _check_years(header: tuple[str, ...], table: Table) -> None:
    """Tell how years that are not printed were counted, and whether the rows bear that out."""
    if len(header) == len(table.years) or len(table.years) < 2:
        return
    governance = table.values.get("NDG", ())
    proved = MISSING in governance and not misplaced(table.years, table.values)
    says = (
        f"{'no years are' if len(header) < 2 else 'not all years are'} printed above the "
        f"{len(table.years)} columns: counted back as {table.years[0]} to {table.years[-1]}"
    )
    if proved:
        table.settle("years", f"{says}; National Democratic Governance begins in {FIRST_EDITION}")
    else:
        table.doubt("years", says)


def _options(
    row: Row, count: int, table: Table, unlabelled: list[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """Return the ways to read a row into `count` columns, the likeliest first."""
    is_score = row.code == SCORE
    chunks, cut = _whole(row)
    ways = row_splits(chunks, is_score, count)
    while not ways and len(chunks) > 1 and chunks[-1].isdigit():  # the number of the page
        chunks = chunks[:-1]
        ways = row_splits(chunks, is_score, count)
    if not ways and count > 1 and (twice := row_splits(chunks, is_score, 2 * count)):
        unlabelled.append(twice[0][count:])
        ways = [twice[0][:count]]
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
    ways = _ways(row, chunks)
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
        f"the {row.code} row is not read: it does not fit the {count} columns "
        f"({' '.join(row.chunks)[:80]})",
    )
    return []


def _refuse_cut_end(
    last: Row, candidates: Mapping[str, Sequence[tuple[str, ...]]], count: int, place: str
) -> None:
    """Raise if the text ends in the middle of the table's last row."""
    if last.ends_text and "" in candidates.get(last.code, ((),))[0]:
        raise SourceError(
            f"{place}: the text ends in the middle of the {last.code} row of its ratings table, "
            f"expected {count} values: a truncated file"
        )


def _check_order(codes: Sequence[str], table: Table) -> None:
    printed = [code for code in codes if code != SCORE]
    for order in USUAL_ORDERS:
        if printed == [code for code in order if code in printed]:
            return
    table.doubt("table", f"the rows stand in an unusual order: {', '.join(codes)}")
