"""How far scores and ratings moved so far: the yardstick of a change, as table and sentence."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.briefs.blocks import Column, Table
from analysis.briefs.tables import value_table
from analysis.briefs.wording import MISSING, counted, interval, percent, signed
from analysis.facts.frames import rows
from analysis.facts.rating_system import CATEGORIES, EVERY, FIRST_EDITION, LAST_EDITION, SCORE

_NAMES = {SCORE: "Democracy Score", EVERY: "All", **CATEGORIES}


def in_class(name: str) -> str:
    """Return a regime class with its article: ``a Consolidated Democracy``."""
    return f"a {name}"


def last_change_sentence(row: Any) -> str:
    """Return a country's last change of score, placed among all moves from the same class.

    Parameters
    ----------
    row
        A row of the table ``last_changes``.
    """
    spans = f"{row.first_edition} to the {row.last_edition} edition"
    verdict = "went as far in this direction" if row.change else "brought no change either"
    change = f"changed by {signed(row.change)} points" if row.change else "did not change"
    return (
        f"From the {spans} its Democracy Score {change}. Of the {row.n_changes} steps over "
        f"{counted(row.span, 'edition')} that began as {in_class(row.from_class)} "
        f"({row.n_countries} countries, its own step included), {row.n_as_far} {verdict} "
        f"({percent(row.n_as_far / row.n_changes)})."
    )


def usual_table(usual: pd.DataFrame, label: str, title: str, sentence: str = "") -> Table:
    """Return the middle nine in ten of all moves over one, two and three editions.

    Parameters
    ----------
    usual
        Rows of the table ``usual_changes``.
    label
        The column that names a line: ``name`` or ``from_class``.
    title, sentence
        Words above, and the first ones below.
    """
    spans = sorted(usual["span"].unique().tolist())
    lines = []
    for name, of_name in usual.groupby(label, sort=False):
        by_span = {row.span: row for row in rows(of_name)}
        one = by_span[1]
        shares = [percent(n) for n in (one.p_down, one.p_stay, one.p_up) if not one.refusal]
        lines.append(
            [
                _NAMES.get(str(name), str(name)),
                *(interval(by_span[n].q05, by_span[n].q95, sign=True) for n in spans),
                *(shares or [MISSING] * 3),
                one.n_changes,
            ]
        )
    return value_table(
        title,
        [
            "Measure" if label == "name" else "Class at the start",
            *(
                Column(counted(n, "edition").capitalize(), "Range of changes over so many editions")
                for n in spans
            ),
            Column("Fell", "Share that fell from one edition to the next"),
            Column("Stayed", "Share that stayed"),
            Column("Rose", "Share that rose"),
            Column("Steps", "Pairs of complete editions, one apart"),
        ],
        lines,
        name="usual_changes",
        caption=(
            f"{sentence} Nine in ten of all changes so far lie in the range (from the 5 % to the "
            "95 % quantile), in points. "
            f"Sample: country-editions of {FIRST_EDITION} to {LAST_EDITION} of which all seven "
            f"ratings are known, {int(usual['n_countries'].max())} countries. A yardstick for "
            "changes that have happened; it says nothing of later ones."
        ).strip(),
    )
