"""Tables of ratings in running text: rows grouped, years found, values put into columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from analysis.facts.rating_system import GOVERNANCE, SCORE
from analysis.sources.report.glued_numbers import is_off, plain_split, row_splits, splits
from analysis.sources.report.ratings_rows import (
    YEAR,
    YEAR_RANGE,
    PrintedRow,
    find_rows,
    years_of,
)
from analysis.sources.report.report_text import ReportText
from analysis.sources.report.table_checks import NOT_RATED, RatingsTable, tell_faults
from analysis.sources.report.table_repair import choose_readings, place_unlabelled
from analysis.sources.report.year_order import proved_years
from analysis.sources.request import Request

_WIDEST_GAP: Final = 250
"""Characters between two rows of one table: room for the foot of a PDF page."""
_HEADER: Final = re.compile(
    rf"(?<![\d/.,])(?:{YEAR_RANGE}|{YEAR})(?:[\s|]*(?:{YEAR_RANGE}|{YEAR}))*(?!\d|[.,]\d)"
)
_EARLIER_STATE: Final = re.compile(r"Yugoslavia", re.IGNORECASE)
_USUAL_ORDERS: Final = (
    ("NDG", "EP", "CS", "IM", "LDG", "JFI", "CO"),
    ("EP", "CS", "IM", GOVERNANCE, "NDG", "LDG", "JFI", "CO"),
    ("EP", "CS", "NDG", "IM", "LDG", "JFI", "CO"),
)
"""Orders in which reports print their rows; another one hints at shuffled labels."""


@dataclass(frozen=True)
class RowGroup:
    """Rows that stand together, with the years printed above them."""

    rows: tuple[PrintedRow, ...]
    header: tuple[str, ...]
    is_section: bool
    earlier_state: bool


def find_tables(text: str) -> list[RowGroup]:
    """Return the tables and single-year lists of `text`: three rows or more, or a section's own."""
    groups: list[list[PrintedRow]] = []
    headers: list[tuple[str, ...]] = []
    end = 0
    for row in find_rows(text):
        gap = text[end : row.start] if row.start - end < 2000 else text[row.start - 300 : row.start]
        new = not groups or row.start - end > _WIDEST_GAP or bool(row.header)
        new = new or row.code in {above.code for above in groups[-1]} or len(_years_in(gap)) > 2
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
            tables.append(RowGroup(tuple(rows), header, is_section, earlier))
    return tables


def _is_list_beside_table(above: PrintedRow, row: PrintedRow) -> bool:
    """Tell whether only one of two rows has a single value: a headline above a table."""
    is_cut = above.whole[1] or row.whole[1]
    return not is_cut and (above.width == 1) != (row.width == 1)


def _years_in(gap: str) -> tuple[str, ...]:
    """Return the longest run of years in `gap`, the last of equally long ones."""
    runs = [years_of(match.group(0)) for match in _HEADER.finditer(gap)]
    longest = max(reversed(runs), key=len) if runs else ()
    return longest[:1] if len(set(longest)) == 1 else longest


def read_table(group: RowGroup, report: ReportText) -> RatingsTable | None:
    """Return the table with each value in its column, or None if the columns cannot be named.

    Parameters
    ----------
    group
        Rows and header as found.
    report
        Its country and edition are settled.

    Raises
    ------
    SourceError
        If a number is no rating, or a header names a year twice.
    """
    if len(set(group.header)) < len(group.header):
        twice = Counter(group.header).most_common(1)[0][0]
        says = f"a table's header prints {twice} twice, expected each year once"
        raise report.request.refusal(says)
    count = _column_count(group, report.request)
    candidates = _year_candidates(group, count, report.edition)
    tables = [_under_years(group, years, report.request) for years in candidates]
    if len(group.header) == count or count < 2:
        return tables[0]
    return proved_years(tables, group.header, report)


def _under_years(group: RowGroup, years: tuple[str, ...], request: Request) -> RatingsTable:
    """Return the table whose columns are of certain years."""
    table = RatingsTable(years, {}, group.is_section, group.earlier_state)
    candidates: dict[str, list[tuple[str, ...]]] = {}
    unlabelled: list[tuple[str, ...]] = []
    for row in group.rows:
        if options := _options(row, len(years), table, unlabelled):
            candidates[row.code] = options
    _refuse_cut_end(group.rows[-1], candidates, len(years), request)
    choose_readings(candidates, table)
    for values in unlabelled:
        place_unlabelled(values, table)
    tell_faults(table)
    _check_order([row.code for row in group.rows], table)
    return table


def _check_grid(row: PrintedRow, request: Request) -> None:
    for chunk in row.chunks:
        if chunk == NOT_RATED or (len(chunk) > 4 and splits(chunk.rstrip("."), row.is_score)):
            continue
        wrong = [
            value for value in plain_split(chunk) if "." in value and is_off(value, row.is_score)
        ]
        if wrong:
            kind = "a Democracy Score" if row.is_score else "a rating in quarter points"
            raise request.refusal(
                f"{row.code} row {' '.join(row.chunks)[:60]}: {wrong[0]} is not {kind} of 1.00 to "
                "7.00"
            )


def _column_count(group: RowGroup, request: Request) -> int:
    """Return the number of columns: what the rows hold, the header deciding where they differ."""
    counts: Counter[int] = Counter()
    for row in group.rows:
        counts[row.width] += 1
        if group.header and row.options(len(group.header)):
            counts[len(group.header)] += 1
        else:
            _check_grid(row, request)
    return max(counts, key=lambda count: (counts[count], count))


def _year_candidates(group: RowGroup, count: int, edition: int) -> list[tuple[str, ...]]:
    """Return the years that the columns may have, the likeliest first.

    A header of another length was cut, or the rows were: on the right where each of them ends in a
    cut. Without a header the years are counted back from `edition`.
    """
    header = group.header
    if len(header) == count:
        return [header]
    if len(header) > count and all(row.whole[1] for row in group.rows):
        return [header[:count]]
    last = max(int(year[-4:]) for year in header) if len(header) > 1 else edition
    years = (str(year) for year in range(last, 0, -1) if year != 2000)  # no edition of 2000
    counted = tuple(reversed([*islice(years, count)]))
    if len(header) < 2:
        return [counted]
    ends = [header[:count], header[-count:]] if len(header) > count else []
    return list(dict.fromkeys([counted, *ends])) if set(header) <= set(counted) or ends else []


def _options(
    row: PrintedRow, count: int, table: RatingsTable, unlabelled: list[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """Return the ways to read a row into `count` columns, the likeliest first."""
    chunks, _ = row.whole
    ways = row.options(count)
    while not ways and len(chunks) > 1 and chunks[-1].isdigit():  # the number of the page
        chunks = chunks[:-1]
        ways = row_splits(chunks, row.is_score, count)
    if not ways and count > 1 and (twice := row_splits(chunks, row.is_score, 2 * count)):
        unlabelled.append(twice[0][count:])
        ways = [twice[0][:count]]
    if not ways:
        return _short_row(row, count, table)
    if 0 < row.front < count:
        # PDF text prints the last columns on the line of the label's first half.
        ways = [(*way[row.front :], *way[: row.front]) for way in ways] + ways
    return list(dict.fromkeys(ways))


def _short_row(row: PrintedRow, count: int, table: RatingsTable) -> list[tuple[str, ...]]:
    is_clear = all(len(ways) == 1 for ways in row.ways)
    found = [value for ways in row.ways for value in ways[0]] if is_clear else []
    if row.whole[1] and 0 < len(found) < count:
        table.remarks.doubt(
            "table",
            f"the {row.code} row is cut off after {len(found)} of {count} values, "
            "which are taken from the left",
        )
        return [(*found, *[""] * (count - len(found)))]
    table.remarks.doubt(
        "table",
        f"the {row.code} row is not read: it does not fit the {count} columns "
        f"({' '.join(row.chunks)[:80]})",
    )
    return []


def _refuse_cut_end(
    last: PrintedRow,
    candidates: Mapping[str, Sequence[tuple[str, ...]]],
    count: int,
    request: Request,
) -> None:
    """Raise if the text ends in the middle of the table's last row."""
    if last.ends_text and "" in candidates.get(last.code, ((),))[0]:
        raise request.refusal(
            f"the text ends in the middle of the {last.code} row of its ratings table, expected "
            f"{count} values: a truncated file"
        )


def _check_order(codes: Sequence[str], table: RatingsTable) -> None:
    printed = [code for code in codes if code != SCORE]
    for order in _USUAL_ORDERS:
        if printed == [code for code in order if code in printed]:
            return
    table.remarks.doubt("table", f"the rows stand in an unusual order: {', '.join(codes)}")
