"""Project folders whose panel has no gap: what a brief would say if the gaps were filled.

Which ratings a country's gaps hold says nothing about another country's, so that each country takes
the pair of its completed panels that lie farthest apart: no sentence that a gap could change may
hide behind two panels that happen to agree.
"""

from __future__ import annotations

import shutil
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pandas as pd

from analysis.facts.rating_system import CATEGORIES, exact_scores, regime_class
from analysis.reconciliation.cleaning import change_table
from analysis.tables.stored import read_table, write_table

ROOT = Path(__file__).parents[2]
CELL = ["edition", "category"]


def farthest(drawn: pd.DataFrame, last_only: bool) -> tuple[int, int]:
    """Return the numbers of two panels of one country whose ratings differ most.

    With `last_only` the ratings of the last edition that is open are compared, else all.
    """
    if last_only:
        drawn = drawn[drawn["edition"] == drawn["edition"].max()]
    wide = drawn.pivot(index="panel_number", columns=CELL, values="rating").drop_duplicates()
    values = wide.to_numpy()
    if len(wide) == 1:
        return wide.index[0], wide.index[0]
    distance = {
        (a, b): abs(values[a] - values[b]).sum() for a, b in combinations(range(len(wide)), 2)
    }
    return tuple(wide.index[n] for n in max(distance, key=distance.get))


def filled(processed: Path, *, last_only: bool, side: int) -> dict[str, pd.DataFrame]:
    """Return the tables that follow from ratings, as they would be without a gap."""
    tables = {
        name: read_table(processed / f"{name}.csv")
        for name in ("panel", "completed_panels", "country_editions", "scores", "possible_ratings")
    }
    drawn = pd.concat(
        of_country[of_country["panel_number"] == farthest(of_country, last_only)[side]]
        for _, of_country in tables["completed_panels"].groupby("country")
    )
    whole = tables["country_editions"][["country", "iso3", "edition", "coverage_year"]]
    added = drawn.merge(whole).assign(
        status="printed", n_sources=1, printed="", printed_scale="", source_ids="S001"
    )
    order = {code: place for place, code in enumerate(CATEGORIES)}
    panel = (
        pd.concat([tables["panel"], added[tables["panel"].columns]])
        .sort_values(["country", *CELL], key=lambda c: c.map(order) if c.name == CELL[1] else c)
        .reset_index(drop=True)
    )
    assert len(panel) == len(whole) * len(CATEGORIES)
    wide = panel.pivot(index=["country", "edition"], columns="category", values="rating")
    editions = tables["country_editions"].set_index(["country", "edition"])
    score = exact_scores(wide.mean(axis="columns")).reindex(editions.index)
    editions[list(CATEGORIES)] = wide[list(CATEGORIES)]
    for code in CATEGORIES:
        editions[f"{code}_status"] = editions[f"{code}_status"].fillna("printed")
    stated = editions["democracy_score"]
    assert ((stated - score).abs() < 1e-5)[stated.notna()].all(), "a panel breaks a known score"
    editions = editions.assign(
        democracy_score=score,
        democracy_percentage=(score - 1) / 6 * 100,
        regime_class=[regime_class(Fraction(round(28 * value), 28)).name for value in score],
        score_status="computed",
    ).reset_index()[tables["country_editions"].columns]
    return {
        "panel": panel,
        "changes": change_table(panel),
        "country_editions": editions,
        "possible_ratings": tables["possible_ratings"][:0],
        "completed_panels": tables["completed_panels"][:0],
    }


def world(root: Path, folder: Path, *, last_only: bool, side: int) -> Path:
    """Return a project of the same notebooks whose tables miss no rating."""
    (folder / "notebooks").symlink_to(root / "notebooks")
    shutil.copytree(root / "data", folder / "data", ignore=shutil.ignore_patterns("variants"))
    processed = folder / "data" / "processed"
    for name, table in filled(root / "data/processed", last_only=last_only, side=side).items():
        write_table(table, processed / f"{name}.csv")
    return folder
