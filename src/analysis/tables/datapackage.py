"""Description of the processed tables as a Frictionless Data Package (version 1).

``datapackage.json`` is written from the columns declared in ``schema.yml`` and from the files
themselves, so that file and description cannot drift apart.

Source of the form: specs.frictionlessdata.io, Data Package, Tabular Data Package and Table Schema.
"""

from __future__ import annotations

import csv
import hashlib
import json
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from analysis.facts.errors import ContractError
from analysis.facts.files import write_text
from analysis.settings.choices import declared as declared_settings
from analysis.tables.schema import FILE, Field, TableSchema, table_schemas

FILE_NAME: Final = "datapackage.json"


class UndeclaredWarning(UserWarning):
    """A stored table or column of which ``schema.yml`` says nothing."""


def write_datapackage(folder: Path, *, lenient: bool = False) -> Path:
    """Describe every CSV file of a folder in its ``datapackage.json``.

    Parameters
    ----------
    folder
        data/processed.
    lenient
        Describe what is not declared by its header alone and warn, as in a notebook that is being
        written. `nit clean`, `nit verify` and the tests refuse it.

    Returns
    -------
    pathlib.Path
        The written file. It depends on the files' content only.

    Raises
    ------
    ContractError
        If a CSV file is not declared, or its header is not the declared one.

    Warns
    -----
    UndeclaredWarning
        Instead, where `lenient`.
    """
    problems = undeclared(folder)
    if problems and not lenient:
        raise ContractError("; ".join(problems))
    for problem in problems:
        warnings.warn(
            f"{problem}; declare it in tables/{FILE.name}", UndeclaredWarning, stacklevel=2
        )
    package = {
        "profile": "tabular-data-package",
        "name": "nations-in-transit-ratings",
        "title": "Nations in Transit ratings, reconciled",
        "description": "Ratings of 29 countries in editions 2005-2024 of Freedom House's Nations "
        "in Transit, reconciled from printed reports and score pages, all on 7=best.",
        "sources": [
            {"title": "Freedom House, Nations in Transit", "path": "https://freedomhouse.org"}
        ],
        # Families of tests and choices that were fixed before the results.
        "settings": {"path": "../raw/settings.yml", "hash": declared_settings().digest},
        "resources": [_resource(path) for path in sorted(folder.glob("*.csv"))],
    }
    target = folder / FILE_NAME
    write_text(target, json.dumps(package, indent=2, ensure_ascii=False) + "\n")
    return target


def undeclared(folder: Path) -> list[str]:
    """Return a message for every CSV file of a folder that is not as ``schema.yml`` says."""
    declared = {table.name: table.columns for table in table_schemas()}
    messages = []
    for path in sorted(folder.glob("*.csv")):
        header = _header(path)
        if path.stem not in declared:
            names = ", ".join(sorted(declared))
            messages.append(f"{path}: no declared table of this name; declared are {names}")
        elif header != declared[path.stem]:
            expected = ", ".join(declared[path.stem])
            messages.append(f"{path}: expected the columns {expected}, found {', '.join(header)}")
    return messages


def _header(path: Path) -> tuple[str, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(next(csv.reader(file), ()))


def _as_stored(path: Path) -> TableSchema:
    """Return what is declared of the columns that a file has, and the bare names of the others."""
    declared = {table.name: table for table in table_schemas()}.get(path.stem)
    known = {field.name: field for field in declared.fields} if declared else {}
    fields = tuple(
        known.get(name, Field(name, "string", "Not declared.")) for name in _header(path)
    )
    if declared:
        return replace(declared, fields=fields)
    return TableSchema(path.stem, path.stem, "Not declared.", fields)


def _resource(path: Path) -> dict[str, Any]:
    content, table = path.read_bytes(), _as_stored(path)
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": path.name,
        "title": table.title,
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": table.descriptor(),
    }
