"""Tables of ratings in running text: rows grouped, years found, values put into columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from analysis.facts.rating_system import FIRST_EDITION, GOVERNANCE, SCORE, parse_number
from analysis.sources.reading import Request
from analysis.sources.report.headline import ReportText
from analysis.sources.report.ratings_rows import PrintedRow, find_rows, row_splits, years_in
from analysis.sources.report.table_checks import (
    RatingsTable,
    checked_means,
    faulty_columns,
    fill,
    proved_years,
    settle_years,
)

_WIDEST_GAP: Final = 250
"""Characters between two rows of one table: room for the foot of a PDF page."""
_RATED_WITH_YUGOSLAVIA: Final = "Kosovo"
_USUAL_ORDERS: Final = (
    ("NDG", "EP", "CS", "IM", "LDG", "JFI", "CO"),
    ("EP", "CS", "IM", GOVERNANCE, "NDG", "LDG", "JFI", "CO"),
    ("EP", "CS", "NDG", "IM", "LDG", "JFI", "CO"),
)
"""Orders in which reports print their rows; another one hints at shuffled labels."""


@dataclass(frozen=True)
class RowGroup:
    """Rows that stand together, with the years printed above them."""

    rows: list[PrintedRow]
    header: tuple[str, ...]
    earlier_state: bool

    @property
    def is_section(self) -> bool:
        """Tells the table of one category in its section."""
        return len(self.rows) == 1 and bool(self.rows[0].header)


def find_tables(text: str) -> list[RowGroup]:
    """Return the tables and single-year lists of `text`: three rows or more, or a section's own."""
    groups: list[RowGroup] = []
    end = 0
    for row in find_rows(text):
        between = row.start - end
        gap = text[end if between < 2000 else row.start - 300 : row.start]
        rows = groups[-1].rows if groups else []
        if (
            not rows
            or between > _WIDEST_GAP
            or row.header
            or row.code in {above.code for above in rows}
            or len(years_in(gap)) > 2
            or _is_list_beside_table(rows[-1], row)
        ):
            above = text[max(0, row.start - 160) : row.start]
            earlier = bool(re.search("Yugoslavia", above, re.IGNORECASE)) and "#" not in above
            rows = []
            groups.append(RowGroup(rows, row.header or years_in(gap[-300:]), earlier))
        rows.append(row)
        end = row.end
    return [g for g in groups if len(g.rows) >= 3 or len(g.header) >= 3 or g.is_section]


def _is_list_beside_table(above: PrintedRow, row: PrintedRow) -> bool:
    """Tell whether only one of two rows has a single value: a headline above a table."""
    is_cut = above.whole[1] or row.whole[1]
    return not is_cut and (above.width == 1) != (row.width == 1)


def read_tables(report: ReportText, groups: Sequence[RowGroup]) -> dict[tuple[str, str], str]:
    """Return the printed value of each rated edition and category in the tables of a report.

    Its country and edition are settled.

    Raises
    ------
    SourceError
        If no table can be read, one contradicts itself, a number is no rating, or a header names a
        year twice.
    """
    tables = [table for group in groups if (table := _read(group, report)) and table.values]
    if not tables:
        why = "; ".join(dict.fromkeys(doubt.says for doubt in report.remarks if doubt.uncertain))
        raise report.request.refusal(f"no row of its ratings tables can be read: {why}")
    for table in tables:
        sections = [other for other in tables if other.is_section and other is not table]
        settle_years(table, sections, report)
        checked = checked_means(table.years, table.values)
        faults = faulty_columns(table.years, table.values)
        if len(checked) >= 3 and 2 * len(faults) > len(checked):
            raise report.request.refusal(
                f"in {len(faults)} of {len(checked)} columns the printed Democracy Score is not "
                "the mean of the printed ratings, on either scale"
            )
        if table.earlier_state and report.country == _RATED_WITH_YUGOSLAVIA:
            # The text does not show where the columns of Yugoslavia end.
            kept = [c for c, year in enumerate(table.years) if int(year[:4]) >= FIRST_EDITION]
            says = f"the columns before {FIRST_EDITION} stand under Yugoslavia: left out"
            table.remarks.settle("years", says)
            table.years = tuple(table.years[c] for c in kept)
            table.values = {code: tuple(row[c] for c in kept) for code, row in table.values.items()}
        report.remarks += table.remarks
    # A list of scores may be out of date, so the longest table comes first.
    tables.sort(key=lambda table: (table.is_section, -len(table.years) * (not table.is_section)))
    placed: dict[tuple[str, str], str] = {}
    cells = [cell for table in tables for cell in table.printed()]
    for year, code, value in cells:
        first = placed.setdefault((year, code), value)
        if parse_number(first) != parse_number(value):
            says = f"{code} {year} is printed as {first} and, in a second table, as {value}"
            report.remarks.doubt("number", says)
    if repeated := len(cells) - len(placed):
        report.remarks.settle("table", f"{repeated} values are printed in a second table too")
    return placed


def _read(group: RowGroup, report: ReportText) -> RatingsTable | None:
    """Return the table with each value in its column, or None if the columns cannot be named."""
    if twice := [year for year, times in Counter(group.header).most_common() if times > 1]:
        says = f"a table's header prints {twice[0]} twice, expected each year once"
        raise report.request.refusal(says)
    count = _column_count(group, report.request)
    candidates = _year_candidates(group, count, report.edition)
    tables = [_under_years(group, years, report.request) for years in candidates]
    if len(group.header) == count or count < 2:
        return tables[0]
    return proved_years(tables, group.header, report)


def _column_count(group: RowGroup, request: Request) -> int:
    """Return the number of columns: what the rows hold, the header deciding where they differ."""
    counts: Counter[int] = Counter()
    for row in group.rows:
        counts[row.width] += 1
        if group.header and row_splits(row.whole[0], row.code == SCORE, len(group.header)):
            counts[len(group.header)] += 1
        elif wrong := row.off_grid():
            kind = "a Democracy Score" if row.code == SCORE else "a rating in quarter points"
            raise request.refusal(
                f"{row.code} row {' '.join(row.chunks)[:60]}: {wrong[0]} is not {kind} of 1.00 to "
                "7.00"
            )
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
    years = [str(year) for year in range(last - count, last + 1) if year != 2000]  # no edition
    counted = tuple(years[len(years) - count :])
    if len(header) < 2:
        return [counted]
    ends = [header[:count], header[-count:]] if len(header) > count else []
    return list(dict.fromkeys([counted, *ends])) if set(header) <= set(counted) or ends else []


def _under_years(group: RowGroup, years: tuple[str, ...], request: Request) -> RatingsTable:
    """Return the table whose columns are of certain years."""
    table = RatingsTable(years, {}, group.is_section, group.earlier_state)
    candidates: dict[str, list[tuple[str, ...]]] = {}
    unlabelled: list[tuple[str, ...]] = []
    for row in group.rows:
        if options := _options(row, len(years), table, unlabelled):
            candidates[row.code] = options
    last, codes = group.rows[-1], [row.code for row in group.rows]
    if last.ends_text and "" in candidates.get(last.code, ((),))[0]:
        raise request.refusal(
            f"the text ends in the middle of the {last.code} row of its ratings table, expected "
            f"{len(years)} values: a truncated file"
        )
    fill(table, candidates, unlabelled)
    printed = [code for code in codes if code != SCORE]
    if printed not in [[code for code in order if code in printed] for order in _USUAL_ORDERS]:
        table.remarks.doubt("table", f"the rows stand in an unusual order: {', '.join(codes)}")
    return table


def _options(
    row: PrintedRow, count: int, table: RatingsTable, unlabelled: list[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """Return the ways to read a row into `count` columns, the likeliest first."""
    (chunks, is_cut), is_score = row.whole, row.code == SCORE
    ways = row_splits(chunks, is_score, count)
    while not ways and len(chunks) > 1 and chunks[-1].isdigit():  # the number of the page
        chunks = chunks[:-1]
        ways = row_splits(chunks, is_score, count)
    if not ways and row.chunks[0].isdigit():  # the number of a note behind the label
        ways = row_splits(row.whole[0][1:], is_score, count)
    if not ways and count > 1 and (twice := row_splits(chunks, is_score, 2 * count)):
        unlabelled.append(twice[0][count:])
        ways = [twice[0][:count]]
    if ways and 0 < row.front < count:
        # PDF text prints the last columns on the line of the label's first half.
        ways = [(*way[row.front :], *way[: row.front]) for way in ways] + ways
    if ways:
        return list(dict.fromkeys(ways))
    is_clear = all(len(ways) == 1 for ways in row.ways)
    found = [value for ways in row.ways for value in ways[0]] if is_clear else []
    if is_cut and 0 < len(found) < count:
        says = f"the {row.code} row is cut off after {len(found)} of {count} values, which are"
        table.remarks.doubt("table", f"{says} taken from the left")
        return [(*found, *[""] * (count - len(found)))]
    says = f"the {row.code} row is not read: it does not fit the {count} columns"
    table.remarks.doubt("table", f"{says} ({' '.join(row.chunks)[:80]})")
    return []
