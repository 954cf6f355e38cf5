"""What proves a ratings table: its Democracy Scores, the split of Governance, known ratings.

The Democracy Score of a year is the mean of its categories, on either scale; Governance was one
category until 2004 and two from 2005 on. Text layers of PDF tables shuffle rows, and the years of a
header more often than the columns below it: what the digits alone leave open is decided here, and
what cannot be decided is marked as uncertain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, islice, pairwise, product
from typing import Final

from analysis.facts.rating_system import (
    CATEGORIES,
    FIRST_EDITION,
    GOVERNANCE,
    SCORE,
    parse_number,
)
from analysis.sources.cells import SCORE_ROUNDING
from analysis.sources.reading import Remarks
from analysis.sources.report.headline import ReportText

NOT_RATED: Final = "n/a"
_SIX_CATEGORIES: Final = ("EP", "CS", "IM", GOVERNANCE, "JFI", "CO")
MOST_COMBINATIONS: Final = 512

Rows = dict[str, tuple[str, ...]]
"""Printed values by category code, one a column; ``n/a`` or empty where none stands."""


@dataclass
class RatingsTable:
    """A table with its columns decided."""

    years: tuple[str, ...]
    values: Rows
    is_section: bool
    earlier_state: bool
    remarks: Remarks = field(default_factory=Remarks)

    def printed(self, years: Sequence[str] | None = None) -> Iterator[tuple[str, str, str]]:
        """Yield rated edition, category and number of each cell, with `years` as the columns."""
        for code, row in self.values.items():
            for year, value in zip(years or self.years, row, strict=True):
                if _is_number(value):
                    yield year, code, value


def _is_number(printed: str) -> bool:
    return printed not in (NOT_RATED, "")


def checked_means(years: Sequence[str], values: Rows) -> dict[int, Fraction]:
    """Return the mean of each column that prints a Democracy Score and all its ratings."""
    means = {}
    for column, year in enumerate(years if SCORE in values else ()):
        codes = _SIX_CATEGORIES if int(year[:4]) < FIRST_EDITION else tuple(CATEGORIES)
        printed = [values[code][column] for code in (*codes, SCORE) if code in values]
        if len(printed) == len(codes) + 1 and all(map(_is_number, printed)):
            means[column] = sum(map(parse_number, printed[:-1]), Fraction(0)) / len(codes)
    return means


def faulty_columns(years: Sequence[str], values: Rows) -> list[int]:
    """Return the columns whose printed Democracy Score is not the mean of their ratings."""
    return [
        column
        for column, mean in checked_means(years, values).items()
        if abs(mean - parse_number(values[SCORE][column])) > SCORE_ROUNDING
    ]


def _misplaced(years: Sequence[str], values: Rows) -> int:
    """Return how many values or ``n/a`` stand where the split of Governance forbids them."""
    return sum(
        value != ""
        and (value != NOT_RATED) != ((int(year[:4]) >= FIRST_EDITION) == (code != GOVERNANCE))
        for code in ("NDG", "LDG", GOVERNANCE)
        for year, value in zip(years, values.get(code, ()), strict=False)
    )


def fill(
    table: RatingsTable,
    candidates: Mapping[str, list[tuple[str, ...]]],
    unlabelled: Iterable[tuple[str, ...]],
) -> None:
    """Set `table.values`: the combination of readings that its Democracy Scores bear out.

    A doubt is added for what they leave open, contradict or do not check.
    """

    def misfits(values: Rows) -> int:
        faults = faulty_columns(table.years, values)
        return _misplaced(table.years, values) + len(faults)

    combinations = islice(product(*candidates.values()), MOST_COMBINATIONS)
    trials = (dict(zip(candidates, readings, strict=True)) for readings in combinations)
    best = min(trials, key=misfits)
    for code, options in candidates.items():
        others = [{**best, code: option} for option in options if option != best[code]]
        reading = f"{code} is read as {' '.join(best[code])}"
        if any(misfits(trial) <= misfits(best) for trial in others):
            table.remarks.doubt("number", f"{reading}; {len(others)} other order is as likely")
        elif others:
            says = f"{reading}, the only order that the other rows bear out"
            table.remarks.settle("number", says)
    table.values = _rotated(best, table) if len(table.years) > 2 else best
    for values in unlabelled:
        _place_unlabelled(values, table)
    _tell_faults(table)


def _rotated(values: Rows, table: RatingsTable) -> Rows:
    """Return `values`, rows turned whose last column is printed first if only so all is right."""
    codes = [code for code in values if code != SCORE and "" not in values[code]]
    for moved in ((), *combinations(codes, 1), *combinations(codes, 2)):
        trial = {**values, **{code: (*values[code][1:], values[code][0]) for code in moved}}
        if not faulty_columns(table.years, trial):
            for code in moved:
                says = f"the {code} row prints its last column first: only in the order"
                order = f"{' '.join(trial[code])} do the Democracy Scores come out"
                table.remarks.settle("number", f"{says} {order}")
            return trial
    return values


def _place_unlabelled(values: tuple[str, ...], table: RatingsTable) -> None:
    """Give a row without a label to the one category that is missing, if the scores agree."""
    missing = [code for code in CATEGORIES if code not in table.values]
    trial = {**table.values, **dict.fromkeys(missing, values)}
    is_proved = checked_means(table.years, trial) and not faulty_columns(table.years, trial)
    if len(missing) == 1 and is_proved:
        table.values = trial
        says = f"a row without a label is {missing[0]}, as the Democracy Scores show"
        table.remarks.settle("table", says)
    else:
        table.remarks.doubt("table", f"a row without a label is not read: {' '.join(values)}")


def _tell_faults(table: RatingsTable) -> None:
    """Add a doubt for each column that its Democracy Score contradicts or does not check."""
    means = checked_means(table.years, table.values)
    if _misplaced(table.years, table.values):
        says = f"Governance was one category before {FIRST_EDITION} and two from then on"
        table.remarks.doubt("years", f"{says}, but values stand in other columns")
    for column in faulty_columns(table.years, table.values):
        says = f"{table.years[column]}: the printed Democracy Score {table.values[SCORE][column]}"
        mean = f"the mean {float(means[column]):.2f} of the printed ratings"
        table.remarks.doubt("number", f"{says} is not {mean}")
    of_seven = [(n, year) for n, year in enumerate(table.years) if int(year[:4]) >= FIRST_EDITION]
    unchecked = [year for column, year in of_seven if column not in means]
    if unchecked and not table.is_section:
        says = f"no complete column with a Democracy Score checks {' '.join(unchecked)}"
        table.remarks.doubt("table", says)


def settle_years(table: RatingsTable, sections: Sequence[RatingsTable], report: ReportText) -> None:
    """Put `table.years` into the order in which the columns stand.

    Known ratings of the report's country decide, with the categories' own tables, whose order may
    be sound; without them the order in which ratings move least from year to year is taken.
    """
    printed = table.years
    ascending = tuple(sorted(printed, key=lambda year: int(year[:4])))
    if printed == ascending:
        return
    sound = (section for section in sections if [*section.years] == sorted(section.years))
    others = {cell for section in sound for cell in section.printed()}
    agree, against = (
        len(others & cells) + _known_agreement(cells, report)[0]
        for cells in (set(table.printed(years)) for years in (ascending, printed))
    )
    if agree != against:
        table.years = ascending if agree > against else printed
    else:
        movement = {years: _movement(table, years) for years in (printed, ascending)}
        table.years = min(movement, key=lambda years: movement[years])
    name = "ascending" if table.years == ascending else "that printed"
    says = f"the header prints the years as {' '.join(printed)};"
    if agree != against:
        says += f" the order of the columns is {name}: {max(agree, against)} values agree with"
        says += f" other tables, against {min(agree, against)} in the other order"
        table.remarks.settle("years", says)
    else:
        says += f" the columns are taken in the order {name}, "
        is_open = movement[printed] == movement[ascending]
        says += "which nothing proves" if is_open else "in which the ratings move least"
        table.remarks.doubt("years", says)


def _known_agreement(cells: Iterable[tuple[str, str, str]], report: ReportText) -> tuple[int, int]:
    """Return how many cells agree with known ratings, and how many do not, on the better scale."""
    printed = [((report.country, year, code), parse_number(value)) for year, code, value in cells]
    return report.request.known.best_agreement(printed)


def _movement(table: RatingsTable, years: Sequence[str]) -> Fraction:
    """Return by how much the ratings move from year to year in all, if `years` are the columns."""
    cells = sorted((code, year, parse_number(value)) for year, code, value in table.printed(years))
    return sum((abs(b[2] - a[2]) for a, b in pairwise(cells) if a[0] == b[0]), Fraction(0))


def proved_years(
    tables: Sequence[RatingsTable], header: tuple[str, ...], report: ReportText
) -> RatingsTable | None:
    """Return the one table whose years known ratings or the split of Governance prove, or None.

    All hold the same rows, under the years that they may be of; those of the header that is
    printed are fewer or more than there are columns. A table that is not read is told.
    """
    sound = [table for table in tables if not _misplaced(table.years, table.values)]
    fitting = []
    for table in sound:
        agree, differ = _known_agreement(table.printed(), report)
        if agree >= 3 and agree > 4 * differ:
            fitting.append((table, f"{agree} values known from other sources agree"))
    if not fitting and len(sound) == 1 and NOT_RATED in sound[0].values.get("NDG", ()):
        fitting = [(sound[0], f"National Democratic Governance begins in {FIRST_EDITION}")]
    says = f"{'no' if len(header) < 2 else 'not all'} years are printed above"
    if len(fitting) != 1:
        says += " a table and nothing proves which they are: not read"
        report.remarks.doubt("years", says)
        return None
    table, by = fitting[0]
    first, *_, last = table.years
    says += f" the {len(table.years)} columns: counted back as {first} to {last}; {by}"
    table.remarks.settle("years", says)
    return table
