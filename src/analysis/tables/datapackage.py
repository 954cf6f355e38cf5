"""Description of the processed tables: for programs as a Data Package, for readers as a codebook.

``datapackage.json`` (Frictionless, version 1) is written from the columns declared in
``schema.yml`` and from the files themselves, so that file and description cannot drift apart.
``python -m analysis.tables.datapackage`` writes the codebook into data/README.md.

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
from analysis.facts.files import project_root, write_text
from analysis.settings.choices import declared as declared_settings
from analysis.tables.schema import FILE, Field, TableSchema, table_schemas

FILE_NAME: Final = "datapackage.json"
_BEGIN: Final = "<!-- codebook: begin (python -m analysis.tables.datapackage) -->\n"
_END: Final = "\n<!-- codebook: end -->"


class UndeclaredWarning(UserWarning):
    """A stored table or column of which ``schema.yml`` says nothing."""


def write_datapackage(folder: Path, *, lenient: bool = False) -> Path:
    """Describe every CSV file of a folder, by its content only, in its ``datapackage.json``.

    What is not declared is described by its header alone where `lenient`, as in a notebook that is
    being written; `nit clean`, `nit verify` and the tests refuse it.

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
        told = f"{problem}; declare it in tables/{FILE.name}"
        warnings.warn(told, UndeclaredWarning, stacklevel=2)
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
        expected, header = declared.get(path.stem), _header(path)
        if expected is None:
            names = ", ".join(sorted(declared))
            messages.append(f"{path}: no declared table of this name; declared are {names}")
        elif header != expected:
            wanted, found = ", ".join(expected), ", ".join(header)
            messages.append(f"{path}: expected the columns {wanted}, found {found}")
    return messages


def _header(path: Path) -> tuple[str, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(next(csv.reader(file), ()))


def _resource(path: Path) -> dict[str, Any]:
    """Return what is declared of a file and its columns, and the bare names of what is not."""
    bare = TableSchema(path.stem, path.stem, "Not declared.", ())
    table = next((table for table in table_schemas() if table.name == path.stem), bare)
    known = {field.name: field for field in table.fields}
    fields = (known.get(name, Field(name, "string", "Not declared.")) for name in _header(path))
    table = replace(table, fields=tuple(fields))
    content = path.read_bytes()
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


def codebook() -> str:
    """Return one section a table: what a row is, and every column with its meaning and unit."""
    lines = []
    for table in table_schemas():
        key = f" Key: {', '.join(f'`{name}`' for name in table.key)}." if table.key else ""
        lines += [f"### {table.name}.csv", "", f"{table.description}{key}", ""]
        lines += ["| column | type | meaning |", "| --- | --- | --- |"]
        for column in table.fields:
            unit = f", {column.unit}" if column.unit else ""
            meaning = column.description.replace("|", "\\|")
            lines.append(f"| `{column.name}` | {column.type}{unit} | {meaning} |")
        lines.append("")
    return "\n".join(lines)


def with_codebook(text: str) -> str:
    """Return the text of data/README.md with the codebook as ``schema.yml`` has it now."""
    before, begin, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    return f"{before}{begin}{codebook()}{end}{after}"


if __name__ == "__main__":
    readme = project_root() / "data" / "README.md"
    write_text(readme, with_codebook(readme.read_text(encoding="utf-8")))
