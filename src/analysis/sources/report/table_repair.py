"""Repairs of rows that a text layer has put into disorder, each only if the scores prove it.

The Democracy Score that a table prints for each year is the mean of its other rows. It decides
between readings that the digits alone leave open; what it cannot decide is marked as uncertain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, islice, product
from typing import Final

from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.sources.report.table_checks import (
    RatingsTable,
    Rows,
    checked_means,
    faulty_columns,
    misplaced,
)

MOST_COMBINATIONS: Final = 512


def choose_readings(
    candidates: Mapping[str, Sequence[tuple[str, ...]]], table: RatingsTable
) -> None:
    """Set `table.values`: the combination of readings that its Democracy Scores bear out."""
    best = {code: options[0] for code, options in candidates.items()}
    open_codes = [code for code, options in candidates.items() if len(options) > 1]
    least = _misfits(table.years, best)
    for combination in islice(product(*(candidates[c] for c in open_codes)), MOST_COMBINATIONS):
        trial = {**best, **dict(zip(open_codes, combination, strict=True))}
        if (misfits := _misfits(table.years, trial)) < least:
            best, least = trial, misfits
    for code in open_codes:
        others = [option for option in candidates[code] if option != best[code]]
        reading = f"{code} is read as {' '.join(best[code])}"
        if all(_misfits(table.years, {**best, code: other}) > least for other in others):
            table.remarks.settle(
                "number", f"{reading}, the only order that the other rows bear out"
            )
        else:
            table.remarks.doubt("number", f"{reading}; {len(others)} other order is as likely")
    faults = faulty_columns(table.years, best)
    table.values = _rotated(best, table) if faults and len(table.years) > 2 else best


def _misfits(years: Sequence[str], values: Rows) -> int:
    return misplaced(years, values) + len(faulty_columns(years, values))


def place_unlabelled(values: tuple[str, ...], table: RatingsTable) -> None:
    """Give a row without a label to the one category that is missing, if the scores agree."""
    missing = [code for code in CATEGORIES if code not in table.values]
    trial = {**table.values, **dict.fromkeys(missing, values)}
    is_proved = checked_means(table.years, trial) and not faulty_columns(table.years, trial)
    if len(missing) == 1 and is_proved:
        table.values = trial
        table.remarks.settle(
            "table", f"a row without a label is {missing[0]}, as the Democracy Scores show"
        )
    else:
        table.remarks.doubt("table", f"a row without a label is not read: {' '.join(values)}")


def _rotated(values: Rows, table: RatingsTable) -> Rows:
    """Return `values` with rows turned whose last column is printed first in the text layer."""
    codes = [code for code in values if code != SCORE and "" not in values[code]]
    for moved in (*combinations(codes, 1), *combinations(codes, 2)):
        trial = {**values, **{code: (*values[code][1:], values[code][0]) for code in moved}}
        if not faulty_columns(table.years, trial):
            for code in moved:
                table.remarks.settle(
                    "number",
                    f"the {code} row prints its last column first: only in the order "
                    f"{' '.join(trial[code])} do the Democracy Scores come out",
                )
            return trial
    return values
