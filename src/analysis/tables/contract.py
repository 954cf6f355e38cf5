"""What valid processed data look like, checked so that every failure is reported at once."""

from __future__ import annotations

from typing import Final

import pandas as pd
import pandera.pandas as pa

from analysis.facts.countries import BY_NAME, COUNTRIES
from analysis.facts.errors import ContractError
from analysis.facts.rating_system import (
    CATEGORIES,
    FIRST_EDITION,
    LAST_EDITION,
    REGIME_CLASSES,
    SCALES,
)
from analysis.reconciliation.scores import CHANGE_COLUMNS, SCORE_COLUMNS

Check = pa.Check
_NAMES: Final = [country.name for country in COUNTRIES]
_CODES: Final = [country.iso3 for country in COUNTRIES]


def _on_grid(values: pd.Series) -> pd.Series:
    return (values * 4).mod(1).eq(0)


def _edition_columns() -> dict[str, pa.Column]:
    return {
        "country": pa.Column(str, Check.isin(_NAMES)),
        "iso3": pa.Column(str, Check.isin(_CODES)),
        "edition": pa.Column(int, Check.in_range(FIRST_EDITION, LAST_EDITION)),
        "coverage_year": pa.Column(int),
    }


def _frame_checks() -> list[Check]:
    return [
        Check(
            lambda table: table["coverage_year"] == table["edition"] - 1,
            error="coverage_year is not the year before the edition",
        ),
        Check(
            lambda table: (
                table["iso3"]
                == table["country"].map(lambda n: BY_NAME[n].iso3 if n in BY_NAME else "")
            ),
            error="iso3 is not the code of the country",
        ),
    ]


def _rating() -> pa.Column:
    return pa.Column(
        float, [Check.in_range(1, 7), Check(_on_grid, error="off the quarter-point grid")]
    )


PANEL: Final = pa.DataFrameSchema(
    {
        **_edition_columns(),
        "category": pa.Column(str, Check.isin(list(CATEGORIES))),
        "rating": _rating(),
        "status": pa.Column(str, Check.isin(["printed", "corrected", "derived"])),
        "n_sources": pa.Column(int, Check.ge(0)),
        "printed": pa.Column(str, nullable=True),
        "printed_scale": pa.Column(str, Check.isin(["", *SCALES]), nullable=True),
        "source_ids": pa.Column(str),
    },
    checks=[
        *_frame_checks(),
        Check(
            lambda table: (table["n_sources"] > 0) == (table["status"] != "derived"),
            error="n_sources is 0 exactly for a derived rating",
        ),
    ],
    unique=["country", "edition", "category"],
    strict=True,
    ordered=True,
    name="panel",
)

SCORES: Final = pa.DataFrameSchema(
    {
        **_edition_columns(),
        "democracy_score": pa.Column(float, Check.in_range(1, 7), nullable=True, coerce=True),
        "democracy_percentage": pa.Column(
            float, Check.in_range(0, 100), nullable=True, coerce=True
        ),
        "regime_class": pa.Column(
            str, Check.isin(["", *(c.name for c in REGIME_CLASSES)]), nullable=True
        ),
        "printed_score": pa.Column(str, nullable=True),
        "n_ratings": pa.Column(int, Check.in_range(0, 7)),
    },
    checks=[
        *_frame_checks(),
        Check(
            lambda table: table["democracy_score"].notna() == (table["n_ratings"] == 7),
            error="a Democracy Score stands exactly where all seven ratings are known",
        ),
    ],
    unique=["country", "edition"],
    strict=True,
    ordered=True,
    name="scores",
)

CHANGES: Final = pa.DataFrameSchema(
    {
        **_edition_columns(),
        "category": pa.Column(str, Check.isin(list(CATEGORIES))),
        "previous_rating": _rating(),
        "rating": _rating(),
        "change": pa.Column(float, Check.in_range(-6, 6)),
    },
    checks=_frame_checks(),
    unique=["country", "edition", "category"],
    strict=True,
    ordered=True,
    name="changes",
)

assert list(SCORES.columns) == list(SCORE_COLUMNS)
assert list(CHANGES.columns) == list(CHANGE_COLUMNS)


def check_contract(panel: pd.DataFrame, scores: pd.DataFrame, changes: pd.DataFrame) -> None:
    """Check the three tables against the contract.

    Raises
    ------
    ContractError
        With every failure of every table: the table, what is wrong, and the first rows concerned.
    """
    failures = [
        failure
        for schema, table in ((PANEL, panel), (SCORES, scores), (CHANGES, changes))
        for failure in _failures(schema, table)
    ]
    if failures:
        raise ContractError("; ".join(failures))


def _failures(schema: pa.DataFrameSchema, table: pd.DataFrame) -> list[str]:
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases.fillna({"column": ""})
        return [
            _told(str(schema.name), table, str(column), str(check), group)
            for (column, check), group in cases.groupby(["column", "check"], sort=False)
        ]
    return []


def _told(name: str, table: pd.DataFrame, column: str, check: str, cases: pd.DataFrame) -> str:
    where = f"{name}.{column}" if column and column != name else name
    rows = [int(i) for i in cases["index"].dropna().unique() if i in table.index]
    keys = [c for c in ("country", "edition", "category") if c in table.columns]
    places = [" ".join(str(table.at[row, key]) for key in keys) for row in rows[:5]]
    more = f" and {len(rows) - 5} more rows" if len(rows) > 5 else ""
    seen = ", ".join(dict.fromkeys(str(case) for case in cases["failure_case"].head(5)))
    at = f" at {', '.join(places)}{more}" if places else ""
    return f"{where}: expected {check}, found {seen}{at}"
