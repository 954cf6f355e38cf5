"""What every column of the processed tables means: name, type, unit, limits.

Declared once, beside the code that makes the tables. A module that writes another table declares
it as a `Table` and adds it to `TABLES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from analysis.facts.countries import COUNTRIES
from analysis.facts.provenance import SOURCE_KINDS
from analysis.facts.rating_system import (
    CATEGORIES,
    FIRST_EDITION,
    LAST_EDITION,
    REGIME_CLASSES,
    SCALES,
    SCORE,
)
from analysis.reconciliation.audit import ACTIONS
from analysis.reconciliation.deduction import DEDUCTIONS
from analysis.reconciliation.panel import AGREEMENTS, STATUSES
from analysis.reconciliation.verdicts import RULES

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
    "One row a country and edition of which a rating or a Democracy Score is known.",
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
            constraints={"enum": [c.name for c in REGIME_CLASSES]},
        ),
        Column(
            "printed_score",
            "string",
            "The Democracy Score as printed; its scale is in printed_scores.",
        ),
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
    "One row a judgement of reconciliation: every conflict between sources, correction, "
    "derivation, rejected score and fact that could not be used.",
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

PRINTED_SCORES: Final = Table(
    "printed_scores",
    "Printed Democracy Scores",
    "One row a country and edition with a usable printed Democracy Score.",
    (
        _COUNTRY,
        _ISO3,
        _EDITION,
        Column("printed", "string", "The score as printed.", constraints=_required()),
        Column(
            "scale",
            "string",
            "The direction of the scale on which it is printed.",
            constraints=_required(enum=list(SCALES)),
        ),
        _rating("score", "The printed score on 7=best, rounded as printed."),
        Column(
            "source_ids",
            "string",
            "The sources that print it, joined by semicolons.",
            constraints=_required(),
        ),
        Column(
            "agreement",
            "string",
            "Whether the mean of the seven ratings rounds to it; unchecked where one is missing.",
            constraints=_required(enum=list(AGREEMENTS)),
        ),
    ),
    ("country", "edition"),
)

SOURCE_REPORTS: Final = Table(
    "source_reports",
    "Sources and their reports",
    "One row a source, country and edition of the report whose figures it prints, the user's own "
    "copies included.",
    (
        Column("source_id", "string", "The source.", constraints=_required()),
        _COUNTRY,
        _ISO3,
        Column("report_edition", "integer", "Edition of the report.", "year", _required()),
        Column("url", "string", "Address, or the name of the file.", constraints=_required()),
        Column("host", "string", "Host of the address; empty for the user's own copy."),
        Column(
            "kind",
            "string",
            "Who keeps it, most trusted first.",
            constraints=_required(enum=list(SOURCE_KINDS)),
        ),
    ),
    ("source_id", "country", "report_edition"),
)

REASONS: Final = Table(
    "reasons",
    "Stated reasons",
    "One row a change of a rating for which one of the user's own reports states a reason.",
    (
        _COUNTRY,
        _ISO3,
        _EDITION,
        _CATEGORY,
        Column("quotation", "string", "The report's words, shortened.", constraints=_required()),
        Column("source_id", "string", "The report.", constraints=_required()),
    ),
    ("country", "edition", "category"),
)

TABLES: Final = (PANEL, SCORES, CHANGES, AUDIT, PRINTED_SCORES, SOURCE_REPORTS, REASONS)
"""The tables of the cleaning step."""
