"""The user's own sources: what they would change, how they are kept, what a workbook completes."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from analysis.facts.countries import COUNTRIES
from analysis.facts.errors import SourceError
from analysis.facts.rating_system import CATEGORIES
from analysis.reconciliation import cleaning, intake
from analysis.reconciliation.cleaning import Reconciled
from analysis.reconciliation.derivation import solve
from analysis.reconciliation.intake import read_settings
from analysis.sources import read_source
from sources.workbook_writer import COLUMNS, data_rows, write_workbook

RAW = Path(__file__).parents[2] / "data" / "raw"


@pytest.fixture(scope="module")
def before() -> Reconciled:
    return cleaning.reconciled(intake.read_all(RAW))


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    copy = tmp_path / "data" / "raw"
    shutil.copytree(RAW, copy)
    return copy


def complete_ratings(reconciled: Reconciled) -> dict[tuple[str, int], list[Fraction]]:
    """Return a rating for every cell that contradicts no printed fact: one of many solutions."""
    complete = {}
    for country, case in reconciled.cases.items():
        solution = solve(case.facts)
        assert solution is not None
        value = {
            cell: Fraction(quarters, 4)
            for run, quarters in zip(solution.runs, solution.values, strict=False)
            for cell in run.cells
        }
        for edition in case.facts.editions:
            complete[country, edition] = [value[edition, code] for code in CATEGORIES]
    return complete


def workbook(path: Path, ratings: dict[tuple[str, int], list[Fraction]]) -> Path:
    rows = [list(COLUMNS), *data_rows(ratings)]
    notes = [["Notes"], ["The scale runs from 1 to 7, with 7 the highest level of democracy."]]
    write_workbook(path, {"Notes": notes, "NIT 2005-2022": rows})
    return path


def test_workbook_turns_the_panel_complete(before: Reconciled, raw: Path) -> None:
    ratings = complete_ratings(before)
    assert len(ratings) == 29 * 20
    path = workbook(raw / "workbook" / "All_Data_Nations_in_Transit.xlsx", ratings)
    assert read_source(path).layout == "official workbook"

    after = cleaning.reconciled(intake.read_all(raw))
    tables = cleaning.clean_tables(after)  # raises where the contract breaks

    assert len(tables.panel) == 29 * 20 * 7
    assert (tables.scores["n_ratings"] == 7).all()
    stored = {
        (row.country, row.edition, row.category): Fraction(row.rating)
        for row in tables.panel.itertuples()
    }
    for (country, edition), seven in ratings.items():
        for code, rating in zip(CATEGORIES, seven, strict=True):
            assert stored[country, edition, code] == rating
    change = cleaning.effect(before, after)
    assert change.changed.empty
    assert change.lost.empty
    assert len(change.new) == 29 * 20 * 7 - len(before.panel)


def test_a_source_of_the_users_own_leaves_indices_and_comparisons_in_place(raw: Path) -> None:
    printed = intake.read_all(raw)
    reading = read_source(raw / "printed_tables.csv", country="Georgia", edition=2018)
    after = intake.with_reading(printed, reading, raw / "georgia.csv")
    assert len(after.cells) == len(printed.cells) + len(reading.cells)
    assert len(after.rescaled) == len(printed.rescaled) == 290
    assert len(after.comparisons) == len(printed.comparisons) == 26


def test_one_more_rating_beside_those_of_an_index_contradicts_nothing(
    before: Reconciled, raw: Path
) -> None:
    table = raw.parent / "albania.csv"
    heads = ",".join(CATEGORIES)
    table.write_text(f"Country,Year,{heads}\nAlbania,2024,3.5,4.25,5,3.75,4.75,3.5,3\n")
    reading = read_source(table, scale="7=best")
    after = cleaning.reconciled(intake.with_reading(intake.read_all(raw), reading, table))
    change = cleaning.effect(before, after)
    assert {("Albania", 2024)} == set(change.new[["country", "edition"]].itertuples(index=False))
    # How the index is read now rests on one rating more; its own values stay.
    assert set(change.judgements["country"]) <= {"Albania"}


def test_effect_names_the_rating_that_a_source_would_change(before: Reconciled, raw: Path) -> None:
    printed = intake.read_all(raw)
    cells = printed.cells.copy()
    at = (cells["country"] == "Georgia") & (cells["category"] == "CS")
    at &= cells["rated_edition"] == "2011"
    old_value = 8 - float(cells.loc[at, "printed"].iloc[0])
    # Everything that prints it, its scores included, now prints one quarter point less.
    cells.loc[at, "printed"] = f"{8 - old_value + 0.25:.2f}"
    score = (cells["country"] == "Georgia") & (cells["rated_edition"] == "2011")
    cells = cells[~(score & (cells["category"] == "DS"))]
    pages = printed.statements
    pages = pages[~((pages["country"] == "Georgia") & pages["report_edition"].isin([2011, 2012]))]

    after = cleaning.reconciled(type(printed)(cells, pages, printed.sources))
    change = cleaning.effect(before, after)

    told = change.changed[["country", "edition", "category", "before", "after"]].to_numpy().tolist()
    assert ["Georgia", 2011, "CS", old_value, old_value - 0.25] in told
    assert set(change.changed["country"]) == {"Georgia"}


def test_kept_source_is_read_with_the_settings_told(raw: Path, tmp_path: Path) -> None:
    source = workbook(tmp_path / "mine.xlsx", {("Poland", 2024): [Fraction(5)] * 7})
    reading = read_source(source, scale="7=best")
    copy = intake.keep(source, reading, raw, {"country": None, "edition": None, "scale": "7=best"})
    assert copy == raw / "workbook" / "mine.xlsx"
    assert copy.read_bytes() == source.read_bytes()
    assert intake.own_files(raw) == [copy]
    assert read_settings(copy) == {"scale": "7=best"}


def test_file_of_the_same_name_is_not_overwritten(raw: Path, tmp_path: Path) -> None:
    source = workbook(tmp_path / "mine.xlsx", {("Poland", 2024): [Fraction(5)] * 7})
    (raw / "workbook" / "mine.xlsx").write_bytes(b"something else")
    with pytest.raises(SourceError, match="holds something else"):
        intake.keep(source, read_source(source, scale="7=best"), raw, {})
    assert (raw / "workbook" / "mine.xlsx").read_bytes() == b"something else"


def test_unknown_setting_is_refused(raw: Path) -> None:
    path = raw / "reports" / "page.txt"
    path.with_name("page.txt.settings.yml").write_text("contry: Poland\n")
    with pytest.raises(
        SourceError,
        match=r"unknown key 'contry'; did you mean country\?; the keys are country, edition, scale",
    ):
        read_settings(path)


def test_every_country_has_a_case(before: Reconciled) -> None:
    assert set(before.cases) == {country.name for country in COUNTRIES}


def test_a_table_may_name_several_sources_that_nobody_registered(raw: Path) -> None:
    head = "source_id,country,report_edition,rated_edition,category,printed,scale,note\n"
    rows = "".join(f"{s},Poland,2012,201{n},CS,1.50,1=best,\n" for n, s in ((1, "s1"), (2, "s2")))
    (raw / "mine.csv").write_text(head + rows)
    reading = read_source(raw / "mine.csv")
    after = intake.with_reading(intake.read_all(raw), reading, raw / "mine.csv")
    assert {"s1", "s2"} <= set(after.sources["source_id"])
    assert not cleaning.reconciled(after).panel.empty
