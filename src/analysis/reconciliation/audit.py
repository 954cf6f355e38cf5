"""The audit: one row for every conflict, correction, derivation and fact that is not used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pandas as pd

from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.reconciliation.claims import POINTS, Claim
from analysis.tables.schema import columns

CONFLICT: Final = "conflict"
CORRECTION: Final = "correction"
DERIVATION: Final = "derivation"
RESCALING: Final = "rescaling"
SCORE_ACTION: Final = "score"
UNUSABLE: Final = "unusable"
ACTIONS: Final = (CONFLICT, CORRECTION, DERIVATION, RESCALING, SCORE_ACTION, UNUSABLE)

WHOLE_EDITION: Final = ""
"""Stands as category where a row is about a list of changes."""

CATEGORY_ORDER: Final = {name: n for n, name in enumerate((*CATEGORIES, SCORE, WHOLE_EDITION))}


@dataclass(frozen=True)
class AuditRow:
    """One judgement; `kept` and `rejected` are on ``7=best``."""

    country: str
    edition: int
    category: str
    action: str
    rule: str
    kept: float | None
    rejected: float | None
    reason: str
    source_ids: str


def join_sources(claims: Iterable[Claim]) -> str:
    """Return the sources of `claims`, each once, in order, joined by semicolons."""
    return ";".join(sorted({claim.source_id for claim in claims}))


def in_words(claims: Iterable[Claim]) -> str:
    """Return who prints what."""
    return "; ".join(dict.fromkeys(claim.told() for claim in claims))


def rating_of(quarters: int) -> float:
    """Return quarter points as a rating."""
    return quarters / 4


def score_of(total: int) -> float:
    """Return the Democracy Score of a total of quarter points, to two decimals."""
    return round(total / POINTS, 2)


def audit_frame(rows: Iterable[AuditRow]) -> pd.DataFrame:
    """Return the audit table, sorted by country, edition, category and action."""
    ordered = sorted(
        set(rows),
        key=lambda r: (
            r.country,
            r.edition,
            CATEGORY_ORDER[r.category],
            r.action,
            r.rule,
            r.source_ids,
            # Before the words, which differ with the scale that a source prints.
            -1.0 if r.rejected is None else r.rejected,
            r.reason,
        ),
    )
    frame = pd.DataFrame(map(vars, ordered), columns=list(columns("audit")))
    frame["iso3"] = [BY_NAME[row.country].iso3 for row in ordered]
    return frame.astype({"edition": int, "kept": float, "rejected": float})
