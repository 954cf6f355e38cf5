"""schema.yml says every table; the code's own constants agree with it."""

import pandas as pd
import pytest
import yaml

from analysis.facts.countries import COUNTRIES
from analysis.facts.errors import ContractError
from analysis.facts.rating_system import (
    CATEGORIES,
    FIRST_EDITION,
    LAST_EDITION,
    REGIME_CLASSES,
    SCALES,
    SCORE,
    SOURCE_KINDS,
)
from analysis.reconciliation.case import ACTIONS, STATUSES
from analysis.reconciliation.deduction import DEDUCTIONS
from analysis.reconciliation.verdicts import RULES
from analysis.sources.cells import (
    CELL_CATEGORIES,
    PrintedCell,
    Statement,
)
from analysis.tables import schema
from analysis.tables.stored import read_processed

CONSTANTS = {
    "countries": tuple(country.name for country in COUNTRIES),
    "categories": tuple(CATEGORIES),
    "categories_and_score": (*CATEGORIES, SCORE),
    "printed_categories": CELL_CATEGORIES,
    "statement_fields": (
        *("DS", "DP", "REGIME", "LAST_DP", "LAST_REGIME", "DS_CHANGE"),
        *(f"{kind}_{category}" for kind in ("RATING", "CHANGE") for category in CATEGORIES),
        *("CHANGE_UNNAMED", "NO_CHANGES", "RANK"),
    ),
    "scales": tuple(SCALES),
    "regime_classes": tuple(c.name for c in REGIME_CLASSES),
    "statuses": STATUSES,
    "agreements": ("agrees", "differs", "unchecked"),
    "audit_actions": ACTIONS,
    "audit_rules": (*RULES, *DEDUCTIONS),
    "source_kinds": SOURCE_KINDS,
    "directions": ("better", "worse", "same"),
    "score_statuses": ("computed", "printed", "derived"),
}

ALL = [table for section in schema.SECTIONS for table in schema.table_schemas(section)]


@pytest.mark.parametrize("name", CONSTANTS)
def test_enumerations_are_those_of_the_code(name):
    assert tuple(yaml.safe_load(schema.FILE.read_text())["enumerations"][name]) == CONSTANTS[name]


def test_no_enumeration_is_left_uncompared():
    assert set(yaml.safe_load(schema.FILE.read_text())["enumerations"]) == set(CONSTANTS)


def test_editions_and_categories_are_those_of_the_rating_system():
    edition, coverage = (
        {f.name: f for f in schema.table_schema("panel").fields}[name].constraints
        for name in ("edition", "coverage_year")
    )
    assert (edition["minimum"], edition["maximum"]) == (FIRST_EDITION, LAST_EDITION)
    assert (coverage["minimum"], coverage["maximum"]) == (FIRST_EDITION - 1, LAST_EDITION - 1)
    codes = "; ".join(f"{code} {name}" for code, name in CATEGORIES.items())
    for table in ("panel", "changes", "levels", "rest_scores", "correlations"):
        field = next(f for f in schema.table_schema(table).fields if f.name in ("category", "x"))
        assert codes in field.description


def test_dataclasses_of_printed_figures_have_the_declared_columns():
    assert tuple(PrintedCell.__dataclass_fields__) == schema.columns("printed_tables")
    assert tuple(Statement.__dataclass_fields__) == schema.columns("printed_pages")


def test_tables_have_distinct_names_and_known_keys():
    assert len({table.name for table in ALL}) == len(ALL)
    for table in ALL:
        assert len(set(table.columns)) == len(table.columns)
        assert set(table.key) <= set(table.columns)


def test_every_shared_column_is_used():
    content = yaml.safe_load(schema.FILE.read_text())
    used = {
        next(iter(entry)) if isinstance(entry, dict) else entry
        for section in ("raw", "processed", "passed_on")
        for table in content[section].values()
        for entry in table["columns"]
    }
    assert used == set(content["columns"])
    assert list(content["columns"]) == sorted(content["columns"])


def test_what_differs_in_a_table_replaces_what_is_shared():
    fields = {f.name: f for f in schema.table_schema("episodes").fields}
    assert fields["change"].description == "Change of the score over the episode."
    assert fields["change"].unit and not fields["change"].constraints
    assert fields["country"].description == "Country."


def test_an_empty_table_has_the_declared_columns_and_types():
    frame = schema.empty("class_events")
    assert tuple(frame.columns) == schema.columns("class_events")
    assert len(frame) == 0
    stored = read_processed("class_events").dtypes.astype(str)
    assert frame.dtypes.astype(str).to_dict() == stored.to_dict()
    assert pd.api.types.is_bool_dtype(frame["fragile"])


def test_labels_name_every_column():
    labels = schema.labels("panel")
    assert tuple(labels) == schema.columns("panel")
    assert labels["rating"] == "The rating, in quarter points."


def test_an_unknown_table_is_told_with_its_neighbours():
    with pytest.raises(ContractError, match="no table 'growths'; did you mean growth"):
        schema.columns("growths")


def test_a_misspelt_column_or_type_is_told(tmp_path, monkeypatch):
    text = schema.FILE.read_text()
    monkeypatch.setattr(schema, "FILE", tmp_path / "schema.yml")
    for old, new, told in (
        ("- result_country\n", "- result_contry\n", "no column 'result_contry' under `columns`"),
        ("host: {type: string", "host: {type: text", "column host: expected a type of string"),
    ):
        schema.FILE.write_text(text.replace(old, new, 1))
        schema._sections.cache_clear()
        with pytest.raises(ContractError, match=told):
            schema.columns("panel")
    monkeypatch.undo()
    schema._sections.cache_clear()
