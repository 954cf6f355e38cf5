"""What valid tables look like, checked so that every failure is reported at once.

Types, limits, values and keys are those of ``schema.yml``; here stand only the rules between
columns, and the quarter-point grid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

import pandas as pd
import pandera.pandas as pa

from analysis.facts.countries import BY_NAME
from analysis.facts.errors import ContractError
from analysis.facts.rating_system import NOT_PRINTED
from analysis.tables.schema import Field, table_schema

_GRID: Final = pa.Check(lambda values: values * 4 % 1 == 0, error="a multiple of 0.25")
_ON_GRID: Final = {("panel", "rating"), ("changes", "rating"), ("changes", "previous_rating")}
_CODES: Final = {name: country.iso3 for name, country in BY_NAME.items()}
_PLACE_RULES: Final = (
    pa.Check(
        lambda table: table["coverage_year"] == table["edition"] - 1,
        error="coverage_year to be the year before the edition",
    ),
    pa.Check(
        lambda table: table["iso3"] == table["country"].map(_CODES),
        error="iso3 to be the code of the country",
    ),
)
_RULES: Final[Mapping[str, Sequence[pa.Check]]] = {
    "panel": (
        *_PLACE_RULES,
        pa.Check(
            lambda table: (table["n_sources"] > 0) == ~table["status"].isin(NOT_PRINTED),
            error="n_sources to be 0 for a derived or rescaled rating and no other",
        ),
    ),
    "scores": (
        *_PLACE_RULES,
        pa.Check(
            lambda table: table["democracy_score"].notna() == (table["n_ratings"] == 7),
            error="a Democracy Score where all seven ratings are known and nowhere else",
        ),
    ),
    "changes": _PLACE_RULES,
}
"""Rules between the columns of a table."""
_TYPES: Final[Mapping[str, type]] = {"string": str, "integer": int, "number": float}


@cache
def _contract(name: str) -> pa.DataFrameSchema:
    table = table_schema(name)
    return pa.DataFrameSchema(
        {field.name: _column(name, field) for field in table.fields},
        checks=list(_RULES[name]),
        unique=list(table.key),
        strict=True,
        ordered=True,
        name=name,
    )


def _column(table: str, field: Field) -> pa.Column:
    """Return the checks that the Table Schema constraints of a column say."""
    limits, checks = field.constraints, []
    optional = not limits.get("required")
    if "maximum" in limits:
        least, most = limits["minimum"], limits["maximum"]
        checks.append(pa.Check.in_range(least, most, error=f"{least} to {most}"))
    elif "minimum" in limits:
        checks.append(pa.Check.ge(limits["minimum"], error=f"{limits['minimum']} or more"))
    if "enum" in limits:
        # A text that is missing is empty until it is stored.
        values = [*([""] if optional else []), *limits["enum"]]
        few = " or ".join(map(str, limits["enum"]))
        told = few if len(values) < 9 else f"one of {len(values)} such as {limits['enum'][0]}"
        checks.append(pa.Check.isin(values, error=told))
    if "pattern" in limits:
        pattern = limits["pattern"]
        checks.append(pa.Check.str_matches(f"^{pattern}$", error=f"what matches {pattern}"))
    if (table, field.name) in _ON_GRID:
        checks.append(_GRID)
    # Where all values are missing, pandas does not know that they would be numbers.
    coerce = optional and field.type == "number"
    return pa.Column(_TYPES[field.type], checks, nullable=optional, coerce=coerce)


def check_contract(panel: pd.DataFrame, scores: pd.DataFrame, changes: pd.DataFrame) -> None:
    """Check the three tables against the contract.

    Raises
    ------
    ContractError
        With every failure of every table: the table, what is wrong, and the first rows concerned.
    """
    failures = []
    for name, table in {"panel": panel, "scores": scores, "changes": changes}.items():
        try:
            _contract(name).validate(table, lazy=True)
        except pa.errors.SchemaErrors as errors:
            cases = errors.failure_cases
            # A rule between columns fails once, not once in each of them.
            whole = cases["schema_context"] == "DataFrameSchema"
            cases = cases.assign(column=cases["column"].mask(whole, ""))
            # A missing column or a wrong type, which is told, breaks other checks off.
            broken_off = cases["failure_case"].astype(str).str.match(r"\w+Error\(")
            cases = cases if broken_off.all() else cases[~broken_off]
            for (column, check), group in cases.groupby(["column", "check"], sort=False):
                failures.append(_in_words(name, table, str(column), str(check), group))
    if failures:
        raise ContractError("; ".join(failures))


_ABOUT_COLUMNS: Final = {
    "column_in_schema": "unknown column",
    "column_in_dataframe": "missing column",
    "column_ordered": "not in its place: column",
}
"""Checks of pandera that are about columns, not about values -> what it means to fail."""


def _in_words(name: str, table: pd.DataFrame, column: str, check: str, cases: pd.DataFrame) -> str:
    seen = ", ".join(dict.fromkeys(str(case) for case in cases["failure_case"].head(5)))
    if check in _ABOUT_COLUMNS:
        return f"{name}: {_ABOUT_COLUMNS[check]} {seen}"
    rows = [int(i) for i in cases["index"].dropna().unique() if i in table.index]
    keys = [c for c in ("country", "edition", "category") if c in table.columns]
    places = dict.fromkeys(" ".join(str(table.at[row, key]) for key in keys) for row in rows[:5])
    more = f" and {len(rows) - 5} more rows" if len(rows) > 5 else ""
    at = f"{', '.join(places)}{more}"
    if check == "multiple_fields_uniqueness":
        return f"{name}: more than one row of {at}"
    if not column:
        return f"{name}: expected {check}, not so at {at}"
    check = {"not_nullable": "a value"}.get(check, check)
    return f"{name}.{column}: expected {check}, found {seen}{f' at {at}' * bool(at)}"
