"""Tables of notebook 1: what is printed, what became of it, what is known."""

from __future__ import annotations

import pandas as pd

from analysis.briefs.blocks import Table
from analysis.briefs.tables import frame_table
from analysis.facts.rating_system import CATEGORIES, FIRST_EDITION, LAST_EDITION
from analysis.settings.parameters import as_ranges


def printed_summary(sources: pd.DataFrame, cells: pd.DataFrame, statements: pd.DataFrame) -> Table:
    """Return how much each kind of source prints."""
    kinds = sources.set_index("source_id")["kind"]
    counts = pd.DataFrame(
        {
            "sources": kinds.value_counts(),
            "cells": cells["source_id"].map(kinds).value_counts(),
            "statements": statements["source_id"].map(kinds).value_counts(),
        }
    ).fillna(0)
    table = counts.astype(int).rename_axis("kind").reset_index()
    return frame_table(
        table,
        "Printed figures by kind of source",
        "kind: Kind of source | sources: Sources | cells: Cells of ratings tables | "
        "statements: Statements of score pages",
    )


def status_summary(panel: pd.DataFrame) -> Table:
    """Return how the ratings of the panel are known, by span of editions."""
    spans = panel.assign(
        span=panel["edition"].le(2018).map({True: "2005-2018", False: "2019-2024"})
    )
    counts = spans.groupby(["span", "status"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=["printed", "corrected", "derived", "rescaled"], fill_value=0)
    possible = pd.Series({"2005-2018": 29 * 14 * 7, "2019-2024": 29 * 6 * 7})
    counts["missing"] = possible.reindex(counts.index) - counts.sum(axis="columns")
    return frame_table(
        counts.reset_index(),
        "Ratings of the panel by how they are known",
        "span: Editions | printed: Printed | corrected: Corrected | derived: Derived | "
        "rescaled: Rescaled | missing: Not known",
    )


def audit_summary(audit: pd.DataFrame) -> Table:
    """Return how often each rule decided."""
    counts = audit.groupby(["action", "rule"]).size().rename("n").reset_index()
    return frame_table(
        counts,
        "Judgements of the audit by rule",
        "action: Action | rule: Rule | n: Rows",
    )


def judgements(audit: pd.DataFrame) -> Table:
    """Return every conflict, correction and doubtful score in words, but not derivations."""
    told = audit[audit["action"] != "derivation"]
    return frame_table(
        told,
        "What contradicted what",
        "country: Country | edition: Edition | category: Category | reason: Reason",
    )


def coverage(scores: pd.DataFrame) -> Table:
    """Return for how many countries what is known, by edition."""
    full = scores[scores["n_ratings"] == len(CATEGORIES)].groupby("edition").size()
    any_score = scores[scores["regime_class"] != ""].groupby("edition").size()
    table = pd.DataFrame(
        {"full": full, "score": any_score}, index=range(FIRST_EDITION, LAST_EDITION + 1)
    ).fillna(0)
    table = table.astype(int).rename_axis("edition").reset_index()
    short = scores[scores["n_ratings"] < len(CATEGORIES)]
    lacking = short.groupby("country")["edition"].apply(lambda e: as_ranges(list(e)))
    return frame_table(
        table,
        "Countries with all seven ratings, and with a known score, by edition",
        "edition: Edition | full: All seven ratings | score: Democracy Score",
        caption=(
            "Not all seven ratings known: "
            + "; ".join(f"{country} {editions}" for country, editions in lacking.items())
            + "."
        ),
    )


def drawn_ratings(completed: pd.DataFrame) -> Table:
    """Return how many ratings of each country are drawn in its completed panels."""
    cells = completed.drop_duplicates(["country", "edition", "category"])
    by_country = cells.groupby("country")
    table = pd.DataFrame(
        {
            "ratings": by_country.size(),
            "editions": by_country["edition"].apply(lambda e: as_ranges(list(e))),
        }
    )
    return frame_table(
        table.reset_index(),
        "Ratings that are drawn, as the printed facts leave them open",
        "country: Country | ratings: Ratings | editions: Editions",
    )
