"""What the page on the data says in numbers: origin, coverage, rules, stories of conflicts."""

from __future__ import annotations

from typing import Final

import pandas as pd

from analysis.facts.countries import COUNTRIES
from analysis.facts.frames import rows
from analysis.facts.rating_system import (
    CATEGORIES,
    FIRST_EDITION,
    LAST_EDITION,
    REGIME_CLASSES,
    SCORE,
    SOURCE_KINDS,
)
from analysis.publication.reference import table
from analysis.reconciliation.gaps import gaps
from analysis.reconciliation.panel import Reconciled
from analysis.reconciliation.verdicts import RULES
from analysis.settings.parameters import as_ranges
from analysis.sources.cells import Printed
from analysis.tables.stored import read_processed

_KIND_WORDS: Final = {
    "publisher": "Freedom House's own pages",
    "archive": "refugee and web archives that keep the reports",
    "copy": "copies of a report or its tables elsewhere",
    "own": "files that a user has added",
    "press": "news that quote figures",
    "rescaled": "indices that print ratings anew on a scale of their own",
}
_N_VALUES: Final = 25
"""Quarter points from 1.00 to 7.00."""
_LAST_OLD: Final = 2018
"""The last edition whose ratings a later ten-year table prints again."""


def counts(printed: Printed) -> dict[str, str]:
    """Return the counts that sentences name, as text."""
    panel, editions, audit = map(read_processed, ("panel", "country_editions", "audit"))
    bounded = read_processed("possible_ratings").query(f"category != '{SCORE}'")
    possible = len(COUNTRIES) * (LAST_EDITION - FIRST_EDITION + 1) * len(CATEGORIES)
    full = editions[editions["score_status"] == "computed"]
    old = int((full["edition"] <= _LAST_OLD).sum())
    status = panel["status"].value_counts()
    numbers = {
        "n_cells": len(printed.cells),
        "n_statements": len(printed.statements),
        "n_sources": len(printed.sources),
        "n_possible": possible,
        "n_ratings": len(panel),
        "n_missing": len(bounded),
        "n_narrowed": int((bounded["n_values"] < _N_VALUES).sum()),
        "n_scores": int(editions["democracy_score"].count()),
        "n_printed": status.get("printed", 0),
        "n_derived": status.get("derived", 0),
        "n_rescaled": status.get("rescaled", 0),
        "n_corrected": status.get("corrected", 0),
        "n_judgements": int((audit["action"] != "derivation").sum()),
        "n_full_old": old,
        "n_all_old": len(COUNTRIES) * (_LAST_OLD - FIRST_EDITION + 1),
        "n_full_new": len(full) - old,
        "n_all_new": len(COUNTRIES) * (LAST_EDITION - _LAST_OLD),
    }
    # Thin spaces between thousands: 3 564.
    words = {name: f"{int(n):,}".replace(",", "\u2009") for name, n in numbers.items()}
    return words | {"share_known": f"{100 * len(panel) / possible:.0f} %"}


def tables(printed: Printed) -> dict[str, str]:
    """Return the tables of the page, in Markdown."""
    kinds = printed.sources["kind"].value_counts()
    audit = read_processed("audit")
    ruled = audit["rule"].value_counts()
    return {
        "sources_table": table(
            ("kind", "what it is", "sources"),
            [(kind, _KIND_WORDS[kind], kinds[kind]) for kind in SOURCE_KINDS if kind in kinds],
            "llr",
        ),
        "classes_table": table(
            ("class", "Democracy Score, two decimals"),
            [(c.name, f"{float(c.lowest):.2f} to {float(c.highest):.2f}") for c in REGIME_CLASSES],
        ),
        "rules_table": table(
            ("rule", "meaning", "rows of the audit"),
            [(f"*{name}*", meaning, ruled.get(name, "")) for name, meaning in RULES.items()],
            "llr",
        ),
        "names_table": table(
            ("country", "code", "region", "rated as", "also found as"),
            [
                (
                    *(c.name, c.iso3, c.region),
                    ", ".join(f"{old} (to the {last} edition)" for old, last in c.formerly),
                    ", ".join(c.aliases),
                )
                for c in COUNTRIES
            ],
        ),
        "stories": table(
            ("where", "what", "stands", "rejected", "the printed values, and why"),
            [
                (
                    f"{row.country} {row.edition}",
                    "" if pd.isna(row.category) else row.category,
                    *("" if pd.isna(v) else f"{v:.2f}" for v in (row.kept, row.rejected)),
                    row.reason,
                )
                for row in rows(audit[audit["action"] != "derivation"])
            ],
            "llrrl",
        ),
    }


def coverage_table() -> str:
    """Return for each country what is known, as ranges of editions."""
    editions = read_processed("country_editions")
    rated = editions[list(CATEGORIES)].notna().any(axis="columns")
    how = editions["score_status"].fillna(rated.map({True: "rated", False: "nothing"}))
    how = how.replace(["printed", "derived"], "score")
    years = editions.groupby(["country", how])["edition"].agg(list).to_dict()
    known = {
        "computed": "all seven ratings",
        "score": "the score, not all ratings",
        "rated": "some ratings",
        "nothing": "nothing",
    }
    body = [(c.name, *(as_ranges(years.get((c.name, k), [])) for k in known)) for c in COUNTRIES]
    return table(("country", *known.values()), body)


def gaps_table(reconciled: Reconciled) -> str:
    """Return the facts that would settle most ratings, the best first."""
    order = ["settles_in_all", "country", "edition"]
    found = gaps(reconciled.cases).sort_values(order, ascending=[False, True, True]).head(12)
    body = [(r.country, r.edition, r.best_fact, r.settles_in_all) for r in rows(found)]
    heads = ("country", "edition", "the fact that would help", "ratings it settles")
    return table(heads, body, "lrlr")
