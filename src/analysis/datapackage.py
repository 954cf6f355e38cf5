"""Description of the processed tables as a Frictionless Data Package (version 1).

What each column means stands here, once, beside the code; ``datapackage.json`` is written from it
and from the files themselves, so that file and description cannot drift apart. Tables that other
modules write are declared by them and handed to `write_datapackage`.

Source of the form: specs.frictionlessdata.io, Data Package, Tabular Data Package and Table Schema.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from analysis.audit import ACTIONS
from analysis.countries import COUNTRIES
from analysis.deduction import DEDUCTIONS
from analysis.errors import ContractError
from analysis.files import write_text
from analysis.judgement import RULES
from analysis.panel import STATUSES
from analysis.rating_system import (
    CATEGORIES,
    FIRST_EDITION,
    LAST_EDITION,
    REGIME_CLASSES,
    SCALES,
)
from analysis.sources.cells import SCORE

FILE_NAME: Final = "datapackage.json"
POINTS: Final = "points of the 1-7 scale, 7=best"


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name, type
        Its header and Table Schema type (``string``, ``integer``, ``number``).
    description
        What it holds, in one sentence.
    unit
        Unit, where it has one.
    constraints
        Table Schema constraints.
    """

    name: str
    type: str
    description: str
    unit: str = ""
    constraints: Mapping[str, Any] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        """Return the field descriptor."""
        unit = {"unit": self.unit} if self.unit else {}
        constraints = {"constraints": dict(self.constraints)} if self.constraints else {}
        head = {"name": self.name, "type": self.type, "description": self.description}
        return {**head, **unit, **constraints}


@dataclass(frozen=True)
class Table:
    """One table: name of its file without ``.csv``, what a row is, its columns and its key."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()


def _required(**constraints: Any) -> dict[str, Any]:
    return {"required": True, **constraints}


_COUNTRY = Column(
    "country",
    "string",
    "Country, by the name of the last edition.",
    constraints=_required(enum=[country.name for country in COUNTRIES]),
)
_ISO3 = Column(
    "iso3",
    "string",
    "ISO 3166-1 alpha-3 code; Kosovo has the user-assigned XKX.",
    constraints=_required(pattern="[A-Z]{3}"),
)
_EDITION = Column(
    "edition",
    "integer",
    "Year in the title of the report.",
    "year",
    _required(minimum=FIRST_EDITION, maximum=LAST_EDITION),
)
_COVERAGE = Column(
    "coverage_year",
    "integer",
    "Year whose events the edition covers, the one before the edition.",
    "year",
    _required(minimum=FIRST_EDITION - 1, maximum=LAST_EDITION - 1),
)
_PLACE = (_COUNTRY, _ISO3, _EDITION, _COVERAGE)
_CATEGORY = Column(
    "category",
    "string",
    "Code of the category: " + "; ".join(f"{code} {name}" for code, name in CATEGORIES.items()),
    constraints=_required(enum=list(CATEGORIES)),
)


def _rating(name: str, description: str, required: bool = True) -> Column:
    bounds = {"minimum": 1, "maximum": 7}
    return Column(name, "number", description, POINTS, _required(**bounds) if required else bounds)


PANEL: Final = Table(
    "panel",
    "Ratings",
    "One row a country, edition and category whose rating is known, all on 7=best. A rating that "
    "is neither printed nor determined by printed facts has no row.",
    (
        *_PLACE,
        _CATEGORY,
        _rating("rating", "The rating, in quarter points."),
        Column(
            "status",
            "string",
            "printed in a source, corrected from a declared misprint, or derived as the only value "
            "that all printed facts allow.",
            constraints=_required(enum=list(STATUSES)),
        ),
        Column(
            "n_sources",
            "integer",
            "Number of sources that print this value; 0 for a derived rating.",
            "sources",
            _required(minimum=0),
        ),
        Column("printed", "string", "The number as the best of these sources prints it."),
        Column(
            "printed_scale",
            "string",
            "The direction of the scale of the printed number.",
            constraints={"enum": list(SCALES)},
        ),
        Column(
            "source_ids",
            "string",
            "The sources that print the value, or those of the facts it is derived from, joined by "
            "semicolons; addresses in data/raw/sources.csv.",
            constraints=_required(),
        ),
    ),
    ("country", "edition", "category"),
)

SCORES: Final = Table(
    "scores",
    "Democracy Scores",
    "One row a country and edition with all seven ratings or a printed Democracy Score.",
    (
        *_PLACE,
        _rating("democracy_score", "Unrounded mean of the seven ratings.", required=False),
        Column(
            "democracy_percentage",
            "number",
            "(Democracy Score - 1) / 6 x 100, from the unrounded score.",
            "percent",
            {"minimum": 0, "maximum": 100},
        ),
        Column(
            "regime_class",
            "string",
            "Regime class of the score, or of the printed score where a rating is missing.",
            constraints=_required(enum=[c.name for c in REGIME_CLASSES]),
        ),
        _rating("printed_score", "The printed score, converted to 7=best.", required=False),
        Column(
            "n_ratings",
            "integer",
            "Number of categories whose rating is known.",
            "ratings",
            _required(minimum=0, maximum=len(CATEGORIES)),
        ),
    ),
    ("country", "edition"),
)

CHANGES: Final = Table(
    "changes",
    "Changes of ratings",
    "One row a rating that is known in two adjacent editions, no change included.",
    (
        *_PLACE,
        _CATEGORY,
        _rating("previous_rating", "The rating of the edition before."),
        _rating("rating", "The rating of this edition."),
        Column(
            "change",
            "number",
            "Rating minus previous rating; positive is an improvement.",
            POINTS,
            _required(minimum=-6, maximum=6),
        ),
    ),
    ("country", "edition", "category"),
)

AUDIT: Final = Table(
    "audit",
    "Audit",
    "One row a judgement of reconciliation: every conflict between sources, correction, derivation, "
    "rejected score and fact that could not be used.",
    (
        _COUNTRY,
        _ISO3,
        _EDITION,
        Column(
            "category",
            "string",
            f"Code of the category, {SCORE} for the Democracy Score, empty for a whole edition.",
            constraints={"enum": [*CATEGORIES, SCORE]},
        ),
        Column("action", "string", "What was done.", constraints=_required(enum=list(ACTIONS))),
        Column(
            "rule",
            "string",
            "The rule or the kind of reason that decided.",
            constraints=_required(enum=[*RULES, *DEDUCTIONS]),
        ),
        _rating("kept", "The value that stands, if any.", required=False),
        _rating("rejected", "The value that was rejected, if any.", required=False),
        Column(
            "reason",
            "string",
            "The printed values with scale, edition and kind of source, and why.",
            constraints=_required(),
        ),
        Column("source_ids", "string", "The sources concerned, joined by semicolons."),
    ),
)

TABLES: Final = (PANEL, SCORES, CHANGES, AUDIT)
"""The tables that reconciliation makes."""


def write_datapackage(folder: Path, tables: Iterable[Table] = TABLES) -> Path:
    """Describe every CSV file of a folder in its ``datapackage.json``.

    Parameters
    ----------
    folder
        data/processed.
    tables
        Declared tables; those without a file are left out.

    Returns
    -------
    pathlib.Path
        The written file. It depends on the files' content only.

    Raises
    ------
    ContractError
        If a CSV file is not declared, or its header is not the declared one.
    """
    declared = {table.name: table for table in tables}
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
        "resources": resources,
    }
    target = folder / FILE_NAME
    write_text(target, json.dumps(package, indent=2, ensure_ascii=False) + "\n")
    return target


def _resource(path: Path, table: Table) -> dict[str, Any]:
    content = path.read_bytes()
    header = next(csv.reader(content.decode("utf-8").splitlines()), [])
    expected = [column.name for column in table.columns]
    if header != expected:
        raise ContractError(
            f"{path}: expected the columns {', '.join(expected)}, found {', '.join(header)}"
        )
    schema: dict[str, Any] = {
        "fields": [column.described() for column in table.columns],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
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
        "schema": schema,
    }
