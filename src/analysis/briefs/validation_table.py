"""The appendix of notebooks 2 and 3: the estimators on simulated panels with a known truth."""

from __future__ import annotations

import pandas as pd

from analysis.briefs.blocks import Block, Note, Table
from analysis.briefs.tables import frame_table
from analysis.briefs.wording import fixed
from analysis.facts.files import processed_folder
from analysis.tables.stored import read_processed


def validation(name: str) -> Block:
    """Return the stored validation of ``trajectories`` or ``correlations``, or how to make it."""
    path = processed_folder() / f"validation_{name}.csv"
    if not path.is_file():
        return Note(text="Not measured yet: `make validate` writes it in about 20 minutes.")
    return validation_table(read_processed(f"validation_{name}"))


def validation_table(table: pd.DataFrame) -> Table:
    """Return checks as a table, what is not met first."""
    met = table["passed"].astype(bool)
    notes = table["note"].dropna().unique()
    told = table.assign(
        required=table["required"].str.replace(" to ", "–"),
        measured=[fixed(value, 3) for value in table["measured"]],
        error=[fixed(value, 3) if value else "" for value in table["monte_carlo_error"]],
        met=met.map({True: "yes", False: "no"}).astype(object),
    ).sort_values("met", kind="stable")
    return frame_table(
        told,
        "The estimators on simulated panels with a known truth",
        "estimator: Estimator | scenario: Scenario | metric: Measured | required: Required | "
        "measured: Value | error: Error | met: Met",
        caption=(
            f"{int(met.sum())} of {len(table)} requirements are met. Error: standard error of the "
            "simulation. Sanity: methods that must fail, else the simulation could show nothing. "
            + " ".join(f"One requirement differs from its design: {note}." for note in notes)
        ).strip(),
    )
