"""Description of the processed tables as a Frictionless Data Package (version 1).

``datapackage.json`` is written from the columns declared in ``schema.yml`` and from the files
themselves, so that file and description cannot drift apart.

Source of the form: specs.frictionlessdata.io, Data Package, Tabular Data Package and Table Schema.
"""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any, Final

from analysis.facts.errors import ContractError
from analysis.facts.files import write_text
from analysis.settings.choices import declared as declared_settings
from analysis.tables.schema import TableSchema, table_schemas

FILE_NAME: Final = "datapackage.json"


def write_datapackage(folder: Path) -> Path:
    """Describe every CSV file of a folder in its ``datapackage.json``.

    Parameters
    ----------
    folder
        data/processed.

    Returns
    -------
    pathlib.Path
        The written file. It depends on the files' content only.

    Raises
    ------
    ContractError
        If a CSV file is not declared, or its header is not the declared one.
    """
    declared = {table.name: table for table in table_schemas()}
    resources = []
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in declared:
            known = ", ".join(sorted(declared))
            raise ContractError(f"{path}: no declared table of this name; declared are {known}")
        resources.append(_resource(path, declared[path.stem]))
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
        "resources": resources,
    }
    target = folder / FILE_NAME
    write_text(target, json.dumps(package, indent=2, ensure_ascii=False) + "\n")
    return target


def _resource(path: Path, table: TableSchema) -> dict[str, Any]:
    content = path.read_bytes()
    header = next(csv.reader(content.decode("utf-8").splitlines()), [])
    if header != list(table.columns):
        raise ContractError(
            f"{path}: expected the columns {', '.join(table.columns)}, found {', '.join(header)}"
        )
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
