"""The cleaning step as a whole: from data/raw to the checked tables of data/processed.

Notebook 1 calls it piece by piece; `nit clean` runs that notebook. Scores and changes follow from
the panel by arithmetic alone: scores are exact means of seven ratings
(`analysis.facts.rating_system`); where only the printed score of a country-edition is known, its
row carries that and its class, and no computed score. Changes are defined between adjacent editions
only.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import pandas as pd

from analysis.facts.countries import BY_NAME, COUNTRIES
from analysis.facts.files import processed_folder, raw_folder
from analysis.facts.rating_system import (
    CATEGORIES,
    democracy_percentage,
    democracy_score,
    parse_number,
    regime_class,
    to_seven_best,
)
from analysis.reconciliation.case import CountryCase, solved
from analysis.reconciliation.claims import EDITIONS, POINTS
from analysis.reconciliation.gaps import possible_table
from analysis.reconciliation.intake import own_readings, read_all, reason_table, source_table
from analysis.reconciliation.panel import Reconciled, reconcile
from analysis.settings.corrections import read_corrections
from analysis.sources.cells import Printed
from analysis.tables.contract import check_contract
from analysis.tables.datapackage import write_datapackage
from analysis.tables.schema import columns
from analysis.tables.stored import in_order, rows, write_table

SCORE_STATUSES: Final = ("computed", "printed", "derived")


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
    for name, table in vars(tables).items():
        write_table(table, processed_folder() / f"{name}.csv")
    write_datapackage(processed_folder(), lenient=True)


def score_table(panel: pd.DataFrame, printed_scores: pd.DataFrame) -> pd.DataFrame:
    """Compute the Democracy Score, percentage and class of every country-edition.

    Returns
    -------
    pandas.DataFrame
        Table ``scores``, one row a country-edition of which the tables ``panel`` or
        ``printed_scores`` know a rating or a score. `democracy_score` (``7=best``) and
        `democracy_percentage` only where all seven ratings are known; `regime_class` then follows
        from the ratings, else from the printed score.
    """
    ratings: dict[Any, list[float]] = (
        panel.groupby(["country", "edition"])["rating"].agg(list).to_dict()
    )
    printed = {(row.country, row.edition): row for row in rows(printed_scores)}
    table = []
    for country, edition in sorted(ratings.keys() | printed.keys()):
        known, found = ratings.get((country, edition), []), printed.get((country, edition))
        figures: tuple[Any, ...] = (None, None, "")
        if len(known) == len(CATEGORIES):
            figures = _figures(democracy_score(map(Fraction, known)))
        elif found:
            score = to_seven_best(parse_number(found.printed), found.scale)
            figures = (None, None, regime_class(score).name)
        texts = (found.printed, found.printed_by) if found else ("", "")
        place = (country, BY_NAME[country].iso3, edition, edition - 1)
        table.append((*place, *figures, *texts, len(known)))
    return pd.DataFrame(table, columns=list(columns("scores")))


def _figures(exact: Fraction) -> tuple[float, float, str]:
    """Return a Democracy Score as a number, its percentage and its class."""
    return float(exact), float(democracy_percentage(exact)), regime_class(exact).name


def change_table(panel: pd.DataFrame) -> pd.DataFrame:
    """Return every rating's step from the edition before, zeros included.

    Returns
    -------
    pandas.DataFrame
        Table ``changes`` of a panel on ``7=best``; `change` > 0 is an improvement. A pair of
        editions with a gap between them has no row.
    """
    key = ["country", "edition", "category"]
    before = panel[[*key, "rating"]].rename(columns={"rating": "previous_rating"})
    before["edition"] += 1
    changes = panel.merge(before, on=key)
    changes["change"] = changes["rating"] - changes["previous_rating"]
    return in_order(changes, *key)[list(columns("changes"))]


def country_editions(result: Reconciled) -> pd.DataFrame:
    """Return the table ``country_editions``: every country and edition, whatever is known of it.

    The shape of the official workbook. Here the Democracy Score is one column, exact: the mean of
    seven ratings where all are known, else the one multiple of 1/28 that the printed score or all
    printed facts together allow.
    """
    panel = result.panel.set_index(["country", "edition", "category"])
    known = panel[["rating", "status"]].to_dict("index")
    nothing = {"rating": None, "status": ""}
    table = []
    for country in COUNTRIES:
        possible = solved(result.cases, country.name).totals
        case = result.cases.get(country.name, CountryCase(country.name))
        codes = (country.name, country.iso3, country.cow, country.gw, country.vdem)
        for edition in EDITIONS:
            cells = [known.get((country.name, edition, c), nothing) for c in CATEGORIES]
            ratings, how = ([cell[what] for cell in cells] for what in ("rating", "status"))
            total, printed = case.row_total(edition), case.printed_totals().get(edition)
            left = possible[edition] if total is None else range(total, total + 1)
            score: tuple[Any, ...] = (None, None, "", "")
            if len(left) == 1:
                status = "printed" if printed == left else "derived"
                figures = _figures(Fraction(left[0], POINTS))
                score = (*figures, "computed" if total is not None else status)
            table.append((*codes, edition, edition - 1, *ratings, *score, *how))
    return pd.DataFrame(table, columns=list(columns("country_editions")))
