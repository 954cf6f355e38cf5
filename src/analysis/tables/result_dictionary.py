"""What every column of the stored results of notebooks 2 and 3 means."""

from __future__ import annotations

from typing import Final

from analysis.facts.countries import COUNTRIES
from analysis.facts.rating_system import CATEGORIES
from analysis.tables.change_dictionary import CHANGE_TABLES
from analysis.tables.correlation_dictionary import CORRELATION_TABLES
from analysis.tables.data_dictionary import POINTS, Column, Table
from analysis.tables.episode_dictionary import EPISODE_TABLES
from analysis.tables.trend_dictionary import TREND_TABLES

_CODES: Final = "; ".join(f"{code} {name}" for code, name in CATEGORIES.items())

LEVELS: Final = Table(
    "levels",
    "Net changes and steps",
    "One row a country and category (or its Democracy Score, DS): facts of its series.",
    (
        Column("country", "string", "Country.", "", {"enum": [c.name for c in COUNTRIES]}),
        Column("category", "string", f"{_CODES}; DS Democracy Score where all seven are known."),
        Column("first_edition", "integer", "First edition with a known value.", "year"),
        Column("last_edition", "integer", "Last edition with a known value.", "year"),
        Column("n_editions", "integer", "Editions with a known value."),
        Column("first", "number", "Value in the first edition.", POINTS),
        Column("last", "number", "Value in the last edition.", POINTS),
        Column("net_change", "number", "Last minus first; above 0 is an improvement.", POINTS),
        Column("n_up", "integer", "Steps up between adjacent editions."),
        Column("n_down", "integer", "Steps down between adjacent editions."),
        Column(
            "largest_step",
            "number",
            "Step of largest size between adjacent editions, the earliest of several; empty where "
            "nothing moved.",
            POINTS,
        ),
        Column("largest_step_edition", "integer", "Edition in which it was taken.", "year"),
        Column("longest_unchanged", "integer", "Editions of the longest run of equal values."),
    ),
    ("country", "category"),
)

MEANS: Final = Table(
    "means",
    "Mean Democracy Score by edition",
    "One row a group and edition: mean over the countries known in every edition of the span.",
    (
        Column("group", "string", "Group of countries; all, or a part of the region."),
        Column("edition", "integer", "Edition.", "year"),
        Column("mean", "number", "Mean Democracy Score of the countries, each once.", POINTS),
        Column("n", "integer", "Number of countries, the same in every edition of a group."),
    ),
    ("group", "edition"),
)

VALIDATION_TRAJECTORIES: Final = Table(
    "validation_trajectories",
    "Validation of the trajectory estimators",
    "One row a check of an estimator on simulated panels with a known truth.",
    (
        Column("estimator", "string", "What is checked."),
        Column("scenario", "string", "Settings of the simulated panels."),
        Column("metric", "string", "What is measured."),
        Column("required", "string", "Range that is required."),
        Column("measured", "number", "What was measured."),
        Column("monte_carlo_error", "number", "Its simulation error."),
        Column("passed", "boolean", "Whether it lies in the range."),
        Column("note", "string", "Why another range is required than the one designed."),
    ),
    (),
)

RESULT_TABLES: Final = (
    LEVELS,
    MEANS,
    *TREND_TABLES,
    *EPISODE_TABLES,
    *CHANGE_TABLES,
    VALIDATION_TRAJECTORIES,
    *CORRELATION_TABLES,
)
