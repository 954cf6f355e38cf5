"""Every table and column as ``schema.yml`` says them: the one place that other rooms ask.

The form is a Frictionless Table Schema whose columns are shared between tables. Only the standard
library and PyYAML are needed here, so that a plan that reads column names does not wait for pandas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from analysis.facts.errors import ContractError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

FILE: Final = Path(__file__).with_name("schema.yml")

SECTIONS: Final = ("raw", "processed", "passed_on")
"""Tables of data/raw, of data/processed, and frames that no file holds."""

_DTYPES: Final = {"string": "str", "integer": "int64", "number": "float64", "boolean": "bool"}


@dataclass(frozen=True)
class Field:
    """One column of a table: its header, Table Schema type, and what it holds, in one sentence.

    `constraints` are those of Table Schema: ``required``, ``enum``, ``minimum``, ``maximum``,
    ``pattern``; `title` is a short label, where the description is too long for one.
    """

    name: str
    type: str
    description: str
    unit: str = ""
    constraints: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""

    def descriptor(self) -> dict[str, Any]:
        """Return the Table Schema field descriptor."""
        head = {"name": self.name, "type": self.type, "description": self.description}
        rest = {"unit": self.unit, "constraints": dict(self.constraints)}
        return head | {key: value for key, value in rest.items() if value}


@dataclass(frozen=True)
class TableSchema:
    """One table: the name of its file without ``.csv``, what a row is, its columns and its key."""

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns, in order."""
        return tuple(column.name for column in self.fields)

    def descriptor(self) -> dict[str, Any]:
        """Return the Table Schema: fields, the missing value and the key, if there is one."""
        schema = {"fields": [f.descriptor() for f in self.fields], "missingValues": [""]}
        return schema | ({"primaryKey": list(self.key)} if self.key else {})


def table_schema(name: str) -> TableSchema:
    """Return what is said of a table.

    Raises
    ------
    ContractError
        If no table has this name; names that are spelt alike are given.
    """
    known = {table.name: table for section in SECTIONS for table in table_schemas(section)}
    if name not in known:
        raise ContractError(f"{FILE.name}: no table {name!r}{did_you_mean(name, list(known))}")
    return known[name]


def table_schemas(section: str = "processed") -> tuple[TableSchema, ...]:
    """Return the tables of a section, in the order in which the codebook explains them."""
    return _sections()[section]


def columns(name: str) -> tuple[str, ...]:
    """Return the names of a table's columns, in order."""
    return table_schema(name).columns


def labels(name: str) -> dict[str, str]:
    """Return column -> short label of a table, as statistical packages show it.

    Examples
    --------
    >>> labels("panel")["rating"]
    'The rating, in quarter points.'
    """
    return {f.name: f.title or f.description for f in table_schema(name).fields}


def empty(name: str) -> pd.DataFrame:
    """Return a table without rows, its columns of the declared types."""
    import pandas as pd

    types = {field.name: _DTYPES[field.type] for field in table_schema(name).fields}
    return pd.DataFrame(columns=list(types)).astype(types)


@cache
def _sections() -> dict[str, tuple[TableSchema, ...]]:
    # libyaml, where PyYAML has it: 15 ms instead of 150.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), Loader=loader)
    sections: dict[str, tuple[TableSchema, ...]] = {}
    for section in SECTIONS:
        tables = []
        for name, table in content[section].items():
            fields = tuple(_field(name, entry, content["columns"]) for entry in table["columns"])
            words = (table["title"], table["description"])
            tables.append(TableSchema(name, *words, fields, tuple(table.get("key", ()))))
        sections[section] = tuple(tables)
    return sections


def _field(table: str, entry: Any, shared: Mapping[str, Any]) -> Field:
    column, differing = next(iter(entry.items())) if isinstance(entry, dict) else (entry, {})
    if column not in shared:
        hint = did_you_mean(str(column), list(shared))
        told = f"no column {column!r} under `columns`{hint}"
        raise ContractError(f"{FILE.name}: table {table}: {told}")
    found = Field(**{"name": column, **shared[column], **differing})
    if found.type not in _DTYPES:
        told = f"expected a type of {', '.join(_DTYPES)}, found {found.type!r}"
        raise ContractError(f"{FILE.name}: column {found.name}: {told}")
    return found
