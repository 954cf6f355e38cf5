from __future__ import annotations

import csv
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.facts.errors import SourceError
from analysis.facts.rating_system import CATEGORIES, democracy_score, parse_number, rounded
from analysis.sources import read_source
from analysis.sources.known import Known, known_of
from sources.workbook_writer import COLUMNS, data_rows, random_ratings, write_workbook

NOTES = [["Notes"], ["Country", "is the rated country"], [None, "Year is the edition"]]
YEARS = range(2005, 2025)


def expected_cells(ratings):
    cells = {
        (country, str(year), code): value
        for (country, year), values in ratings.items()
        for code, value in zip(CATEGORIES, values, strict=True)
    }
    for (country, year), values in ratings.items():
        score = rounded(democracy_score(values))
        cells[country, str(year), "DS"] = parse_number(str(score))
    return cells


def read_cells(reading):
    return {
        (c.country, c.rated_edition, c.category): parse_number(c.printed) for c in reading.cells
    }


def test_all_29_countries_and_20_editions(tmp_path):
    ratings = random_ratings(Random(1), YEARS)
    path = tmp_path / "All_Data.xlsx"
    write_workbook(path, {"Notes": NOTES, "NIT 2005-2022": data_rows(ratings)})
    reading = read_source(path, known=Known())
    assert reading.layout == "official workbook"
    assert len(reading.cells) == 29 * 20 * 8
    assert read_cells(reading) == expected_cells(ratings)
    assert {cell.scale for cell in reading.cells} == {"7=best"}
    assert len(reading.countries) == 29
    fields = {row.field for row in reading.statements}
    assert fields == {"DP", "REGIME"}
    assert not reading.doubts


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32),
    order=st.permutations(range(len(COLUMNS))),
    as_text=st.booleans(),
    blanks=st.integers(0, 4),
)
def test_order_text_and_blanks_do_not_matter(tmp_path, seed, order, as_text, blanks):
    ratings = random_ratings(Random(seed), range(2023, 2025))
    rows = [[row[column] for column in order] for row in data_rows(ratings)]
    if as_text:
        rows = [[str(value) for value in row] for row in rows]
    rows = [["Nations in Transit"], *[[None]] * blanks, *rows, *[[" ", None, ""]] * blanks]
    rows = [[*row, *[None] * blanks, " "] for row in rows]
    path = tmp_path / "book.xlsx"
    write_workbook(path, {"Read me": NOTES, "Method": [["text"]], "Data": rows})
    assert read_cells(read_source(path, known=Known())) == expected_cells(ratings)


def test_one_country_and_edition_can_be_chosen(tmp_path):
    ratings = random_ratings(Random(2), YEARS)
    path = tmp_path / "book.xlsx"
    write_workbook(path, {"Data": data_rows(ratings)})
    reading = read_source(path, country="LV", edition=2020, known=Known())
    chosen = {key: value for key, value in ratings.items() if key == ("Latvia", 2020)}
    assert read_cells(reading) == expected_cells(chosen)
    assert (reading.countries, reading.report_edition) == (("Latvia",), 2020)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("glued", [False, True])
def test_the_same_columns_as_text_are_read(tmp_path, separator, glued):
    ratings = random_ratings(Random(3), [2024])
    rows = data_rows(ratings)
    if glued:
        rows[0] = [name.replace(" ", "") for name in rows[0]]
    path = tmp_path / "book.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=separator).writerows(rows)
    assert read_cells(read_source(path, known=Known())) == expected_cells(ratings)


def known_from(ratings, shift=0):
    rows = [
        {"source_id": "a", "country": country, "rated_edition": str(year + shift)}
        | {"category": code, "printed": str(rounded(value)), "scale": "7=best"}
        for (country, year), values in ratings.items()
        for code, value in zip(CATEGORIES, values, strict=True)
    ]
    return known_of(rows, [])


def without(rows, names):
    kept = [column for column, name in enumerate(rows[0]) if name not in names]
    return [[row[column] for column in kept] for row in rows]


def flipped(rows):
    """Return rows without percentages and with ratings and scores on 1=best."""
    rows = without(rows, {n for n in COLUMNS if n.startswith(("Democracy P", "Regime"))})
    return [rows[0], *([*row[:3], *(8 - value for value in row[3:])] for row in rows[1:])]


def test_the_scale_is_proved_by_known_ratings_and_by_the_order_of_countries(tmp_path):
    ratings = random_ratings(Random(4), [2010, 2011])
    path = tmp_path / "book.xlsx"
    write_workbook(path, {"Data": flipped(data_rows(ratings))})
    known = known_from(ratings)
    assert {c.scale for c in read_source(path, known=known).cells} == {"1=best"}
    scores = [
        {"source_id": "a", "country": country, "report_edition": "2019", "field": "DS"}
        | {
            "printed_from": "",
            "printed_to": str(rounded(democracy_score(values))),
            "scale": "7=best",
        }
        for (country, _), values in ratings.items()
    ]
    by_order = read_source(path, known=known_of([], scores))
    assert {cell.scale for cell in by_order.cells} == {"1=best"}
    assert any("order of the known countries" in item.says for item in by_order.evidence)


def test_numbers_that_could_be_read_both_ways_are_refused(tmp_path):
    path = tmp_path / "book.xlsx"
    write_workbook(path, {"Data": flipped(data_rows(random_ratings(Random(5), [2010])))})
    with pytest.raises(SourceError, match="read both ways"):
        read_source(path, known=Known())
    assert read_source(path, known=Known(), scale="1=best").cells


def test_a_year_that_is_the_covered_year_is_moved_and_told(tmp_path):
    ratings = random_ratings(Random(6), [2010, 2011])
    path = tmp_path / "book.xlsx"
    write_workbook(path, {"Data": data_rows(ratings)})
    reading = read_source(path, known=known_from(ratings, shift=1))
    assert {cell.rated_edition for cell in reading.cells} == {"2011", "2012"}
    assert [item.about for item in reading.doubts] == ["edition"]


def test_bad_workbooks_are_refused_with_the_place(tmp_path):
    rows = data_rows(random_ratings(Random(7), [2024]))
    path = tmp_path / "book.xlsx"

    def refusal(changed, sheets=None):
        write_workbook(path, sheets or {"Data": changed})
        with pytest.raises(SourceError) as caught:
            read_source(path, known=Known())
        assert "\n" not in str(caught.value)
        assert str(caught.value).startswith(str(path))
        return str(caught.value)

    def with_cell(value, row=2, column=5):
        return [
            [value if (r, c) == (row, column) else old for c, old in enumerate(line)]
            for r, line in enumerate(rows)
        ]

    assert "cell F3 holds a formula" in refusal(with_cell("=SUM(A1:A2)"))
    assert "'Data' row 3: CS" in refusal(with_cell(8.0))
    assert "found '2.3'" in refusal(with_cell(2.3))
    assert "found '2031'" in refusal(with_cell(2031, column=2))
    assert "differs from" in refusal([*rows, [*rows[1][:3], *rows[2][3:]]])
    assert "two columns are named CS" in refusal([[*line, line[5]] for line in rows])
    assert "no sheet with rows" in refusal(rows, {"Notes": NOTES})
    assert "spans" in refusal([*rows, *[[None]] * 200, [None] * 16000 + [1]])


def test_a_row_of_no_rated_country_is_left_out_and_told(tmp_path):
    rows = data_rows(random_ratings(Random(8), [2024]))
    rows.append(["", "Average", *rows[1][2:]])
    path = tmp_path / "book.xlsx"
    write_workbook(path, {"Data": rows})
    reading = read_source(path, known=Known())
    assert len(reading.cells) == 29 * 8
    assert any("'Average'" in item.says for item in reading.doubts)
