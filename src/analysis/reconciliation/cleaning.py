"""The cleaning step as a whole: from data/raw to the checked tables of data/processed.

Notebook 1 calls it piece by piece; `nit clean` runs that notebook. `reconcile` is the only place
where it is decided which of two printed values is right, one country at a time: convert and correct
(`analysis.reconciliation.statements`), settle disagreements (`analysis.reconciliation.verdicts`),
check change lists, derive what the facts determine (`analysis.reconciliation.derivation`); each
step leaves its rows in the audit. Scores and changes follow from the panel by arithmetic alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from analysis.facts.countries import BY_NAME, COUNTRIES
from analysis.facts.files import processed_folder, raw_folder
from analysis.facts.rating_system import (
    CATEGORIES,
    NOT_PRINTED,
    SCORE,
    SOURCE_KINDS,
    democracy_percentage,
    democracy_score,
    regime_class,
)
from analysis.reconciliation.case import CountryCase, audit_table, join_sources, solved
from analysis.reconciliation.claims import EDITIONS, MEASURES, POINTS, only, seven_best_score
from analysis.reconciliation.gaps import possible_table
from analysis.reconciliation.indirect import add_rescaled, use_comparisons
from analysis.reconciliation.intake import own_readings, read_all, reason_table, source_table
from analysis.reconciliation.statements import collect
from analysis.reconciliation.steps import check_scores, judge
from analysis.reconciliation.verdicts import best_claim
from analysis.settings.corrections import Correction, read_corrections
from analysis.sources.cells import Printed
from analysis.tables.contract import check_contract
from analysis.tables.datapackage import write_datapackage
from analysis.tables.schema import columns
from analysis.tables.stored import in_order, rows, write_table


@dataclass(frozen=True)
class Reconciled:
    """The tables ``panel``, ``audit`` and ``printed_scores``, and how they came about.

    `printed` is what they were made from, `cases` the judged facts of each country.
    """

    panel: pd.DataFrame
    audit: pd.DataFrame
    printed_scores: pd.DataFrame
    printed: Printed
    cases: Mapping[str, CountryCase]


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
    """Return the table ``scores``: one row a country-edition of which a rating or score is known.

    Score (``7=best``) and percentage are the exact ones of seven known ratings. The class follows
    from them, else from the printed score, corrected where it is declared a misprint; its text
    stays on the scale that the source prints.
    """
    groups: Any = panel.groupby(["country", "edition"])["rating"]
    ratings = groups.agg(list).to_dict()
    printed = {(row.country, row.edition): row for row in rows(printed_scores)}
    table = []
    for country, edition in sorted(ratings.keys() | printed.keys()):
        known, found = ratings.get((country, edition), []), printed.get((country, edition))
        figures: tuple[Any, ...] = (None, None, "")
        if len(known) == len(CATEGORIES):
            figures = _figures(democracy_score(map(Fraction, known)))
        elif found:
            figures = (None, None, regime_class(Fraction(str(found.score))).name)
        texts = (found.printed, found.printed_by) if found else ("", "")
        place = (country, BY_NAME[country].iso3, edition, edition - 1)
        table.append((*place, *figures, *texts, len(known)))
    return pd.DataFrame(table, columns=list(columns("scores")))


def _figures(exact: Fraction) -> tuple[float, float, str]:
    """Return a Democracy Score as a number, its percentage and its class."""
    return float(exact), float(democracy_percentage(exact)), regime_class(exact).name


def change_table(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the table ``changes``: every rating's step from the edition before, zeros included.

    `change` > 0 is an improvement. A pair of editions with a gap between them has no row.
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
    table = []
    for country in COUNTRIES:
        possible = solved(result.cases, country.name).totals
        case = result.cases.get(country.name, CountryCase(country.name))
        known = case.all_values()
        codes = (country.name, country.iso3, country.cow, country.gw, country.vdem)
        for edition in EDITIONS:
            row = [(edition, category) for category in CATEGORIES]
            ratings = [known[cell] / 4 if cell in known else None for cell in row]
            how = [case.status(cell) if cell in known else "" for cell in row]
            total, printed = case.row_total(edition), case.printed_totals().get(edition)
            left = possible[edition] if total is None else only(total)
            score: tuple[Any, ...] = (None, None, "", "")
            if len(left) == 1:
                status = "printed" if printed == left else "derived"
                figures = _figures(Fraction(left[0], POINTS))
                score = (*figures, "computed" if total is not None else status)
            table.append((*codes, edition, edition - 1, *ratings, *score, *how))
    return pd.DataFrame(table, columns=list(columns("country_editions")))


def reconcile(printed: Printed, corrections: Sequence[Correction] = ()) -> Reconciled:
    """Turn everything that is printed, in whatever order, into the panel and its audit.

    Raises
    ------
    SourceError
        If a declared misprint is no longer printed.
    """
    by_country = collect(printed, corrections)
    cases = by_country.values()
    for case in cases:
        judge(case)
    add_rescaled(cases)
    for case in cases:
        use_comparisons(case)
        check_scores(case)
    panel = [row for case in cases for row in _panel_rows(case)]
    scores = [row for case in cases for row in _score_rows(case)]
    return Reconciled(
        pd.DataFrame(panel, columns=list(columns("panel"))),
        audit_table(cases),
        pd.DataFrame(scores, columns=list(columns("printed_scores"))),
        printed,
        by_country,
    )


def _panel_rows(case: CountryCase) -> Iterator[tuple[Any, ...]]:
    """Yield the ratings with status, number of sources, printed form, its scale, and sources."""
    values = case.all_values()
    grid = [(edition, category) for edition in EDITIONS for category in CATEGORIES]
    for cell in (cell for cell in grid if cell in values):
        status = case.status(cell)
        kept = case.claims_behind(cell) if status == "derived" else case.verdicts[cell].kept
        sources, how = join_sources(kept), (0, "", "")
        if status not in NOT_PRINTED:
            best = best_claim(kept)
            how = (sources.count(";") + 1, best.printed, best.scale)
        place = (case.country, BY_NAME[case.country].iso3, cell[0], cell[0] - 1, cell[1])
        yield (*place, values[cell] / 4, status, *how, sources)


def _score_rows(case: CountryCase) -> Iterator[tuple[Any, ...]]:
    for edition, verdict in sorted(case.score_verdicts.items()):
        claims = [c for c in verdict.kept if c.measure == MEASURES[SCORE]]
        if not claims:
            continue
        # A spreadsheet's 5.8571 stands where no report prints 5.86.
        best = best_claim([c for c in claims if len(c.printed) <= len("5.86")] or claims)
        right = best.correction.should_be if best.correction else best.printed
        score = seven_best_score(right, best.scale)
        kinds = ";".join(sorted({c.kind for c in claims}, key=SOURCE_KINDS.index))
        total = case.row_total(edition)
        agreement = "agrees" if total in verdict.left else "differs"
        place = (case.country, BY_NAME[case.country].iso3, edition)
        how = (join_sources(claims), kinds, "unchecked" if total is None else agreement)
        yield (*place, best.printed, best.scale, score, *how)


@dataclass(frozen=True)
class Effect:
    """What a source would do to the panel.

    Ratings (``7=best``; `country`, `edition`, `category`, `before`, `after`) that are `new`, get
    another value or are lost, how many stay the same, and the new rows of the audit but how
    ratings are derived or read from an index: what contradicts what.
    """

    new: pd.DataFrame
    changed: pd.DataFrame
    lost: pd.DataFrame
    n_same: int
    judgements: pd.DataFrame


def effect(before: Reconciled, after: Reconciled) -> Effect:
    """Compare two reconciliations."""
    key = ["country", "edition", "category"]
    was, becomes = (r.panel.set_index(key)["rating"] for r in (before, after))
    both = pd.concat({"before": was, "after": becomes}, axis="columns").sort_index().reset_index()
    new, lost, same = both["before"].isna(), both["after"].isna(), both["before"] == both["after"]
    audit = after.audit.merge(before.audit, how="left", indicator=True)
    is_judged = ~audit["action"].isin(["derivation", "rescaling"])
    fresh = audit[(audit["_merge"] == "left_only") & is_judged]
    changed = both[~(new | lost | same)]
    return Effect(both[new], changed, both[lost], int(same.sum()), fresh.drop(columns="_merge"))
