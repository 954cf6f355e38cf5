"""How far scores and ratings moved so far: the yardstick of a change, as table and sentence."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.briefs.blocks import Cell, Column, Table
from analysis.briefs.trajectories.sentences import percent
from analysis.briefs.wording import counted, signed
from analysis.facts.frames import rows
from analysis.facts.rating_system import CATEGORIES, FIRST_EDITION, LAST_EDITION, SCORE
from analysis.trajectories.usual_changes import EVERY, SPANS

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
    lines = []
    for name, own in usual.groupby(label, sort=False):
        at = {row.span: row for row in rows(own)}
        one = at[1]
        lines.append(
            [
                Cell(_NAMES.get(str(name), str(name))),
                *(Cell(_range(at[span])) for span in SPANS),
                *(Cell(percent(share) if one.refusal == "" else "–") for share in _shares(one)),
                Cell(str(one.n_changes)),
            ]
        )
    return Table(
        name="usual_changes",
        title=title,
        columns=[
            Column("Measure" if label == "name" else "Class at the start", align="left"),
            *(
                Column(
                    counted(span, "edition").capitalize(), "Range of changes over so many editions"
                )
                for span in SPANS
            ),
            Column("Fell", "Share that fell from one edition to the next"),
            Column("Stayed", "Share that stayed"),
            Column("Rose", "Share that rose"),
            Column("Steps", "Pairs of complete editions, one apart"),
        ],
        rows=lines,
        caption=(
            f"{sentence} From the 5 % to the 95 % quantile of all changes so far, in points. "
            f"Sample: country-editions of {FIRST_EDITION} to {LAST_EDITION} of which all seven "
            f"ratings are known, {int(usual['n_countries'].max())} countries. A yardstick for "
            "changes that have happened; it says nothing of later ones."
        ).strip(),
        dense=True,
    )


def _range(row: Any) -> str:
    return "–" if row.refusal else f"{signed(row.q05)} to {signed(row.q95)}"


def _shares(row: Any) -> tuple[float, float, float]:
    return row.p_down, row.p_stay, row.p_up
