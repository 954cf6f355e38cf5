"""The cleaning step as a whole: from data/raw to the checked tables of data/processed.

Notebook 1 calls it piece by piece; `nit clean` runs that notebook.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.facts.files import processed_folder, raw_folder
from analysis.reconciliation.gaps import possible_table
from analysis.reconciliation.intake import own_readings, read_all
from analysis.reconciliation.panel import Reconciled, reconcile
from analysis.reconciliation.scores import change_table, country_editions, score_table
from analysis.reconciliation.source_tables import reason_table, source_table
from analysis.settings.corrections import read_corrections
from analysis.sources.cells import Printed
from analysis.tables.contract import check_contract
from analysis.tables.datapackage import write_datapackage
from analysis.tables.stored import write_table


@dataclass(frozen=True)
class CleanTables:
    """The tables that all later steps read, on ``7=best``; each is a CSV file of its name."""

    panel: pd.DataFrame
    scores: pd.DataFrame
    changes: pd.DataFrame
    audit: pd.DataFrame
    printed_scores: pd.DataFrame
    possible_ratings: pd.DataFrame
    country_editions: pd.DataFrame
    source_reports: pd.DataFrame
    reasons: pd.DataFrame


def read_printed() -> Printed:
    """Return all that the sources in data/raw print, the user's own included.

    Examples
    --------
    >>> printed = read_printed()
    >>> len(printed.sources) > 500
    True
    """
    return read_all(raw_folder())


def reconciled(printed: Printed) -> Reconciled:
    """Return the reconciled panel and its audit, with the corrections of data/raw.

    Examples
    --------
    >>> result = reconciled(read_printed())
    >>> result.panel["status"].value_counts().idxmax()
    'printed'
    """
    return reconcile(printed, read_corrections(raw_folder() / "corrections.yml"))


def clean_tables(result: Reconciled) -> CleanTables:
    """Return the checked tables that follow from a reconciled panel and its sources.

    Raises
    ------
    analysis.facts.errors.ContractError
        If a table breaks the contract, with every failure.

    Examples
    --------
    >>> tables = clean_tables(reconciled(read_printed()))
    >>> int(tables.country_editions["democracy_score"].notna().sum())
    578
    """
    scores = score_table(result.panel, result.printed_scores)
    changes = change_table(result.panel)
    check_contract(result.panel, scores, changes)
    return CleanTables(
        panel=result.panel,
        scores=scores,
        changes=changes,
        audit=result.audit,
        printed_scores=result.printed_scores,
        possible_ratings=possible_table(result.cases),
        country_editions=country_editions(result),
        source_reports=source_table(result.printed),
        reasons=reason_table(own_readings(raw_folder())),
    )


def store(tables: CleanTables) -> None:
    """Write the tables to data/processed, each whole or not at all."""
    for name in CleanTables.__dataclass_fields__:
        write_table(getattr(tables, name), processed_folder() / f"{name}.csv")
    write_datapackage(processed_folder(), lenient=True)
