"""The readers on real texts, which stay outside the repository.

``NIT_EXCERPTS`` names a folder of pieces of real pages, each with its address in the first line;
the rows of data/raw with that address are what a person has read in it. ``NIT_REPORT_TEXTS`` names
a folder with the two whole reports on Kazakhstan.
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter, defaultdict
from functools import lru_cache
from itertools import chain
from pathlib import Path

import pytest

from analysis.facts.errors import SourceError
from analysis.facts.files import raw_folder
from analysis.facts.rating_system import CATEGORIES, parse_number
from analysis.sources import Reading, read_source
from analysis.sources.known import Known, known_of, project_known, registered_source

EXCERPTS = os.environ.get("NIT_EXCERPTS")
SEEDS = os.environ.get("NIT_REPORT_TEXTS")
LAST_WITH_TITLES = "S426"
"""Pieces of later sources are cut closer: title and table may stand in one line."""
ONE_SENTENCE_ON_THE_SCORE = {
    "Montenegro_2024_mina",
    "North_Macedonia_2023_pelanet",
    "North_Macedonia_2024_post_mk",
}
WITHOUT_SCALE = ("DP", "REGIME", "LAST_DP", "LAST_REGIME", "RANK", "NO_CHANGES")


def figure(printed: str) -> str:
    """Return a comparable form: 2.5 is 2.50, a regime's spelling of capitals does not matter."""
    try:
        return str(float(parse_number(printed)))
    except SourceError:
        return " ".join(printed.casefold().replace(" - ", "-").split())


def cell_key(country, report, rated, category, printed, scale):
    # A column printed 1999-2000 is transcribed as 1999 in some sources.
    return (country, str(report), rated[:4], category, figure(printed), scale)


def statement_key(field, old, new, scale):
    if field == "NO_CHANGES":  # transcribed as 1 or as the sentence
        new = ""
    return (field, figure(old) if old else "", figure(new), "" if field in WITHOUT_SCALE else scale)


@lru_cache
def rows_of(name: str) -> dict[str, list[dict[str, str]]]:
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (raw_folder() / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["source_id"]].append(row)
    return rows


def transcribed(source_id: str) -> tuple[set, set]:
    """Return what a person has read in a source."""
    columns = ("country", "report_edition", "rated_edition", "category", "printed", "scale")
    cells = rows_of("printed_tables.csv")[source_id]
    statements = rows_of("printed_pages.csv")[source_id]
    return {cell_key(*(row[c] for c in columns)) for row in cells}, {
        statement_key(row["field"], row["printed_from"], row["printed_to"], row["scale"])
        for row in statements
    }


def as_printed(path: Path, cells: set, statements: set) -> tuple[set, set]:
    """Return what a piece prints, where that is not exactly what a person took down."""
    if path.stem == "Kyrgyzstan_2009_refworld":  # Rows that are cut were left out by hand.
        row = [
            cell_key("Kyrgyzstan", 2009, year, "EP", "5.75", "1=best") for year in ("2001", "2002")
        ]
        return cells | set(row), statements
    if path.stem == "Estonia_Hungary_Latvia_Poland_2005-2020_github":
        # Sixteen decimals, cut to four by hand and rounded to two by the reader; only the columns
        # of categories and scores were taken down.
        rounded = {(*key[:4], figure(f"{float(key[4]):.2f}"), key[5]) for key in cells}
        table = list(csv.DictReader(path.read_text("utf-8").splitlines()[1:], delimiter="\t"))
        assert len(table) == 64
        shares = {figure(f"{float(row['Democracypercentage']):.2f}") for row in table}
        regimes = {figure(row["Regimeclassification"]) for row in table}
        more = {("DP", "", share, "") for share in shares}
        return rounded, statements | more | {("REGIME", "", regime, "") for regime in regimes}
    if path.stem in ONE_SENTENCE_ON_THE_SCORE:
        # Taken down as a change and as a score; the sentence on the regime is cut out.
        changed = {(field, new) for field, _, new, _ in statements if field == "DS_CHANGE"}
        return cells, {
            key
            for key in statements
            if key[0] != "REGIME" and (f"{key[0]}_CHANGE", key[2]) not in changed
        }
    return cells, statements


def read_with_least_help(path: Path, known: Known) -> tuple[Reading, dict]:
    """Read a piece; tell country and edition, from its file name, only where the reader asks."""
    words = path.stem.split("_")
    place = next(i for i, word in enumerate(words) if word[:4].isdigit())
    told = {"country": " ".join(words[:place]), "edition": int(words[place][:4])}
    help_given: dict = {}
    while True:
        try:
            return read_source(path, known=known, **help_given), help_given
        except SourceError as error:
            asked = re.search(r"give --(country|edition)", str(error))
            if asked is None or asked.group(1) in help_given:
                raise
            help_given[asked.group(1)] = told[asked.group(1)]


def address(path: Path) -> str:
    """Return the first line of a piece: where it was printed."""
    return path.read_text(encoding="utf-8").partition("\n")[0].strip()


def pieces_of_known_sources() -> list[Path]:
    """Return the pieces whose figures data/raw holds; others have no answer to compare with."""
    paths = sorted(Path(EXCERPTS or "").glob("*.txt"))
    return [path for path in paths if source_of(path)]


def source_of(path: Path) -> str:
    return registered_source(address(path))


def difference(path: Path, known_without) -> str:
    """Return how the reading of a piece differs from its transcription; empty if it does not."""
    source_id = source_of(path)
    try:
        reading, _ = read_with_least_help(path, known_without(source_id))
    except SourceError as error:
        return str(error)
    cells, statements = as_printed(path, *transcribed(source_id))
    read_cells = {
        cell_key(c.country, c.report_edition, c.rated_edition, c.category, c.printed, c.scale)
        for c in reading.cells
    }
    read_statements = {
        statement_key(s.field, s.printed_from, s.printed_to, s.scale) for s in reading.statements
    }
    # One person writes the list of an edition down as cells, another as statements; both ways.
    listed = {
        (country, edition, edition, field.removeprefix("RATING_"), new, scale)
        for country in reading.countries
        for edition in [str(reading.report_edition)]
        for field, _, new, scale in statements
        if field == "DS" or field.startswith("RATING_")
    }
    own = {
        (key[3] if key[3] == "DS" else f"RATING_{key[3]}", "", key[4], key[5])
        for key in cells | read_cells
        if key[2] == str(reading.report_edition)
    }
    differing = {
        "missing cells": cells - read_cells,
        "invented cells": {
            key for key in read_cells - cells - listed if not left_out_by_hand(key, path)
        },
        "missing statements": statements - read_statements - own,
        "invented statements": {k for k in read_statements - statements - own if k[0] != "RANK"},
    }
    return "; ".join(f"{what}: {sorted(rows)[:3]}" for what, rows in differing.items() if rows)


def left_out_by_hand(key: tuple, path: Path) -> bool:
    """Tell whether a cell is of a kind that some transcriptions leave out: before the panel."""
    _, _, rated, category, printed, _ = key
    is_early = category == "GOV" or int(rated) < 2001
    return is_early and f"{float(printed):.2f}" in path.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.skipif(not EXCERPTS, reason="NIT_EXCERPTS names no folder of real pieces")
def test_real_pieces_are_read_as_a_person_read_them():
    paths = pieces_of_known_sources()
    assert len(paths) >= 155

    def known_without(source_id: str) -> Known:
        tables, pages = (
            chain.from_iterable(
                rows for source, rows in rows_of(name).items() if source != source_id
            )
            for name in ("printed_tables.csv", "printed_pages.csv")
        )
        return known_of(tables, pages)

    wrong = {path.name: text for path in paths if (text := difference(path, known_without))}
    assert not wrong


@pytest.mark.skipif(not EXCERPTS, reason="NIT_EXCERPTS names no folder of real pieces")
def test_help_is_asked_for_only_where_the_piece_does_not_tell():
    for path in pieces_of_known_sources():
        if source_of(path) > LAST_WITH_TITLES:
            continue
        _, help_given = read_with_least_help(path, project_known())
        text = path.read_text(encoding="utf-8").partition("\n")[2]
        if "country" in help_given:
            name = help_given["country"].removeprefix("North ")
            titled = re.search(
                rf"^\W*{name}\b|Nations in Transit[ \d]*- {name}|{name}.s ", text, re.M
            )
            assert titled is None, path.name
        if "edition" in help_given:
            assert not re.search(r"in Transit \d{4}|changes in \d{4}|\d{4} Scores", text), path.name


@pytest.mark.skipif(not SEEDS, reason="NIT_REPORT_TEXTS names no folder of real reports")
def test_kazakhstan_2018_is_read_completely():
    reading = read_source(Path(SEEDS or "") / "kazakhstan_2018_country_report.txt", known=Known())
    assert len(reading.cells) == 80
    counts = Counter(cell.category for cell in reading.cells)
    assert counts == dict.fromkeys((*CATEGORIES, "DS"), 10)
    assert {cell.scale for cell in reading.cells} == {"1=best"}
    cells, statements = transcribed("S425")
    assert cells == {
        cell_key(c.country, c.report_edition, c.rated_edition, c.category, c.printed, c.scale)
        for c in reading.cells
    }
    assert statements == {
        statement_key(s.field, s.printed_from, s.printed_to, s.scale) for s in reading.statements
    }
    rated = [change for change in reading.changes if change.category != "DS"]
    assert [change.category for change in rated] == ["CS", "JFI"]
    assert all(
        change.reason.startswith("due to") and change.reason.endswith(".") for change in rated
    )
    assert not reading.doubts
    assert reading.facts["capital"] == "Astana"
    assert reading.facts["population"] == "17.8 million"
    assert reading.facts["gni_per_capita"] == "$22,910"
    assert reading.facts["freedom_in_the_world"] == "Not Free"
    assert reading.author.startswith("Malika")
    assert [len(reading.sections[code].bullets) for code in CATEGORIES] == [12, 7, 12, 13, 4, 10, 6]
    notes = [int(mark) for code in CATEGORIES for mark, _ in reading.sections[code].notes]
    assert notes == sorted(notes)
    assert notes[-1] == 133


@pytest.mark.skipif(not SEEDS, reason="NIT_REPORT_TEXTS names no folder of real reports")
def test_kazakhstan_2021_is_read_completely():
    reading = read_source(Path(SEEDS or "") / "kazakhstan_2021_country_report.txt", known=Known())
    assert (reading.countries, reading.report_edition) == (("Kazakhstan",), 2021)
    _, statements = transcribed("S426")
    found = {
        statement_key(s.field, s.printed_from, s.printed_to, s.scale) for s in reading.statements
    }
    # The page has no list of changes, which the reader tells and marks as uncertain.
    assert found - statements <= {("NO_CHANGES", "", "", "")}
    assert statements <= found
    assert sum(s.field.startswith("RATING_") for s in reading.statements) == 7
    assert not reading.cells
    assert [len(reading.sections[code].bullets) for code in CATEGORIES] == [7, 7, 9, 9, 7, 7, 9]
    assert [item.about for item in reading.doubts] == ["changes"]
