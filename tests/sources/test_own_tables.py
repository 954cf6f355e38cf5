"""Tables as people keep them: other separators, heads, shapes; and tables that cannot be right."""

from __future__ import annotations

from itertools import product

import pytest

from analysis.facts.countries import BY_NAME, COUNTRIES
from analysis.facts.rating_system import CATEGORIES, democracy_score, parse_number, rounded
from analysis.sources import read_source
from analysis.sources.known import Known, known_of
from sources.own_tables import (
    KNOWN,
    NAMES,
    RATINGS,
    YEARS,
    expected,
    known_from,
    ratings_of,
    read_text,
    refusal,
    sticky_ratings,
    table,
    text_of,
)
from sources.workbook_writer import write_workbook

GLUED = {code: name.replace(" ", "") for code, name in CATEGORIES.items()}
OF_FREEDOM_HOUSE = {**{code: code for code in CATEGORIES}, "NDG": "NGOV", "LDG": "LGOV"}
CODED = {code: f"nit_{code.lower()}" for code in CATEGORIES}
NOTED = {code: f"{name} (1 = lowest, 7 = highest)" for code, name in CATEGORIES.items()}
SHORT = {**CATEGORIES, "NDG": "National Governance", "JFI": "Judicial framework"}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("heads", [CATEGORIES, GLUED, OF_FREEDOM_HOUSE, CODED, SHORT, NOTED])
@pytest.mark.parametrize(
    ("country", "year"),
    [("Country name", "Edition"), ("country", "NIT"), ("Country/Territory", "year")],
)
def test_separators_and_spellings_of_heads(tmp_path, separator, heads, country, year):
    rows = [[f'"{cell}"' for cell in row] for row in table(heads, country, year)]
    text = text_of(rows, separator)
    assert ratings_of(read_text(tmp_path, text)) == expected()


@pytest.mark.parametrize("separator", [";", "\t"])
def test_decimal_commas_and_a_byte_order_mark(tmp_path, separator):
    text = text_of(table(), separator).replace(".", ",")
    assert ratings_of(read_text(tmp_path, text, encoding="utf-8-sig")) == expected()
    quoted = text_of([[f'"{cell}"' for cell in row] for row in table()]).replace(".", ",")
    assert ratings_of(read_text(tmp_path, quoted)) == expected()


@pytest.mark.parametrize("encoding", ["cp1252", "cp1250"])
def test_a_table_saved_by_a_spreadsheet_of_windows_is_read(tmp_path, encoding):
    rows = [[*row, "één" if encoding == "cp1252" else "łódź"] for row in table()]
    text = text_of(rows, ";").replace(".", ",")
    assert ratings_of(read_text(tmp_path, text, encoding=encoding)) == expected()


def merged(outer, inner, cell):
    """Return a table whose outer heads stand once, above all the inner ones."""
    pairs = [(a, b) for a in outer for b in inner]
    above = [a if b == inner[0] else "" for a, b in pairs]
    rows = [["Country", *above], ["", *(b for _, b in pairs)]]
    return rows + [[name, *(cell(name, *pair) for pair in pairs)] for name in NAMES]


@pytest.mark.parametrize("title", [False, True])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("years_above", [False, True])
def test_heads_in_two_rows(tmp_path, years_above, kind, title):
    def cell(name, first, second):
        year, category = (first, second) if years_above else (second, first)
        value = RATINGS[name, int(year)][list(CATEGORIES.values()).index(category)]
        return f"{float(value):.2f}"

    years, categories = [str(year) for year in YEARS], list(CATEGORIES.values())
    rows = merged(*((years, categories) if years_above else (categories, years)), cell)
    rows = [["Nations in Transit"] + [""] * (len(rows[0]) - 1)] * title + rows
    if kind == "csv":
        reading = read_text(tmp_path, text_of([[f'"{c}"' for c in row] for row in rows]))
    else:
        write_workbook(tmp_path / "table.xlsx", {"Sheet": rows})
        reading = read_source(tmp_path / "table.xlsx", known=KNOWN)
    assert ratings_of(reading) == expected()


def test_years_that_stand_twice_without_categories_are_refused(tmp_path):
    years = [str(year) for year in YEARS]
    rows = [["Country", *years, *years]] + [[name, *["4.00"] * 16] for name in NAMES]
    assert "two columns are named 2011" in refusal(tmp_path, text_of(rows))


def test_decimal_commas_parted_by_commas_are_refused_with_the_row(tmp_path):
    assert "cells under 10 heads: commas" in refusal(tmp_path, text_of(table()).replace(".", ","))


@pytest.mark.parametrize(
    "form", ["NIT {}", "{}.0", "Nations in Transit {}", "{}-01-01 00:00:00", "{0} [YR{0}]"]
)
def test_years_are_written_in_many_ways(tmp_path, form):
    rows = table()
    rows = [rows[0], *([row[0], form.format(row[1]), *row[2:]] for row in rows[1:])]
    assert ratings_of(read_text(tmp_path, text_of(rows))) == expected()


@pytest.mark.parametrize(
    ("country", "year"), [("Entity", "Year"), ("REF_AREA", "TIME_PERIOD"), ("country", "time")]
)
def test_heads_of_data_services(tmp_path, country, year):
    assert ratings_of(read_text(tmp_path, text_of(table(country=country, year=year)))) == expected()


def test_codes_of_conflict_data_stand_for_countries(tmp_path):
    rows = table(country="gwno")
    numbers = {"Estonia": "366", "Georgia": "372", "Tajikistan": "702"}
    rows = [rows[0], *([numbers[row[0]], *row[1:]] for row in rows[1:])]
    assert ratings_of(read_text(tmp_path, text_of(rows))) == expected()


@pytest.mark.parametrize("code", ["iso2", "iso3"])
def test_codes_stand_for_countries(tmp_path, code):
    rows = table(country="ISO code")
    rows = [rows[0], *([getattr(BY_NAME[row[0]], code), *row[1:]] for row in rows[1:])]
    assert ratings_of(read_text(tmp_path, text_of(rows))) == expected()


def test_a_row_that_names_two_countries_is_refused(tmp_path):
    rows = [["ISO code", *table()[0]], *([BY_NAME[row[0]].iso3, *row] for row in table()[1:])]
    assert ratings_of(read_text(tmp_path, text_of(rows))) == expected()
    rows[2][0] = "POL"
    told = f"row 3: {rows[2][1]!r} and 'POL' are two countries"
    assert told in refusal(tmp_path, text_of(rows))


@pytest.mark.parametrize("own_row", [False, True])
def test_a_country_that_stands_once_above_its_years(tmp_path, own_row):
    rows, above = [table()[0]], ""
    for row in table()[1:]:
        if own_row and row[0] != above:
            rows.append([row[0], *[""] * (len(row) - 1)])
        rows.append(["" if own_row or row[0] == above else row[0], *row[1:]])
        above = row[0]
    reading = read_text(tmp_path, text_of(rows))
    assert ratings_of(reading) == expected()
    filled = 24 if own_row else 21
    assert any(f"taken from above in {filled} rows" in item.says for item in reading.evidence)
    nameless = [rows[0], *(["", *row[1:]] for row in table()[1:])]
    assert "country is missing in 24 rows (2, 3, " in refusal(tmp_path, text_of(nameless))


def test_wide_by_year(tmp_path):
    rows = [["Country", "Category", *map(str, YEARS)]]
    coded = [["country", *(f"{code} {year}" for code in CATEGORIES for year in YEARS)]]
    for name in NAMES:
        by_code = {
            code: [f"{float(RATINGS[name, year][n]):.2f}" for year in YEARS]
            for n, code in enumerate(CATEGORIES)
        }
        rows += [[name, CATEGORIES[code], *values] for code, values in by_code.items()]
        coded.append([name, *(value for values in by_code.values() for value in values)])
    assert ratings_of(read_text(tmp_path, text_of(rows))) == expected()
    assert ratings_of(read_text(tmp_path, text_of(coded))) == expected()
    one = [["Country", *map(str, YEARS)], *([r[0], *r[2:]] for r in rows if r[1] == "Corruption")]
    only = expected(codes=("CO",))
    assert ratings_of(read_text(tmp_path, text_of(one), name="corruption.csv")) == only
    assert "no column for Category" in refusal(tmp_path, text_of(one), name="mine.csv")


def test_long_with_a_column_of_categories(tmp_path):
    rows = [["iso3", "edition", "category", "rating"]]
    for (name, year, code), value in expected().items():
        rows.append([BY_NAME[name].iso3, str(year), code, str(float(value))])
    assert ratings_of(read_text(tmp_path, text_of(rows, ";"))) == expected()


def test_a_table_of_one_country_or_edition_takes_the_other_from_its_user(tmp_path):
    rows = [row[1:] for row in table() if row[0] in ("Country", "Georgia")]
    one = {key: value for key, value in RATINGS.items() if key[0] == "Georgia"}
    assert "no column for Country" in refusal(tmp_path, text_of(rows))
    assert ratings_of(read_text(tmp_path, text_of(rows), country="GE")) == expected(one)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Country", "Cuontry", "no column for Country; the nearest column is 'Cuontry'"),
        ("Year", "Yaer", "no column for Year; the nearest column is 'Yaer'"),
        ("Corruption", "Coruption", "no column for Corruption; the nearest column is 'Coruption'"),
    ],
)
def test_what_is_missing_is_named_with_the_nearest_column(tmp_path, old, new, says):
    assert says in refusal(tmp_path, text_of(table()).replace(old, new, 1))


def test_some_categories_are_enough(tmp_path):
    kept = [0, 1, 3, 4, 8]
    rows = [[row[column] for column in kept] for row in table()]
    reading = read_text(tmp_path, text_of(rows))
    assert ratings_of(reading) == expected(codes=("EP", "CS", "CO"))
    assert any("no column for National Democratic" in item.says for item in reading.evidence)


def turned(row):
    return [*row[:2], *(f"{8 - float(value):.2f}" for value in row[2:])]


def test_rows_that_fit_the_other_scale_are_refused_by_name(tmp_path):
    rows = table()
    mixed = [*rows[:-2], *map(turned, rows[-2:])]
    message = refusal(tmp_path, text_of(mixed))
    assert "2 of 24 rows fit the other scale than 7=best" in message
    assert "Tajikistan 2017, Tajikistan 2018" in message
    all_turned = [rows[0], *map(turned, rows[1:])]
    reading = read_text(tmp_path, text_of(all_turned))
    assert {cell.scale for cell in reading.cells} == {"1=best"}


def test_a_row_of_an_edition_not_known_is_compared_with_the_usual_place(tmp_path):
    later = sticky_ratings(names=NAMES, years=range(2011, 2020))
    rows = table(ratings=later)
    mixed = [turned(row) if row[:2] == ["Estonia", "2019"] else row for row in rows]
    scores = [
        {"source_id": "k", "country": name, "report_edition": str(year), "field": "DS"}
        | {"printed_from": "", "scale": "7=best"}
        | {"printed_to": str(rounded(democracy_score(values)))}
        for (name, year), values in later.items()
        if year < 2019
    ]
    known = known_of([], scores)
    assert read_text(tmp_path, text_of(rows), known=known).cells
    assert "Estonia 2019" in refusal(tmp_path, text_of(mixed), known=known)


def test_years_that_are_moved_are_refused(tmp_path):
    ratings = sticky_ratings(3, [country.name for country in COUNTRIES], range(2005, 2015))
    moved = {(name, year + 5): values for (name, year), values in ratings.items()}
    message = refusal(tmp_path, text_of(table(ratings=moved)), known=known_from(ratings))
    assert "the years are moved by 5" in message


def test_a_table_that_contradicts_most_of_what_is_known_is_refused(tmp_path):
    rows = table()
    swapped = {"Estonia": "Georgia", "Georgia": "Estonia"}
    wrong = [[swapped.get(row[0], row[0]), *row[1:]] for row in rows]
    message = refusal(tmp_path, text_of(wrong), scale="7=best")
    assert "values that are known from other sources differ" in message
    assert ratings_of(read_text(tmp_path, text_of(wrong), known=Known(), scale="7=best"))


def test_columns_that_have_changed_places_are_refused(tmp_path):
    far = [parse_number("6.00"), parse_number("2.00")]
    apart = {key: [*values[:4], *far, values[6]] for key, values in RATINGS.items()}
    moved = {key: [*v[:4], v[5], v[4], v[6]] for key, v in apart.items()}
    message = refusal(
        tmp_path, text_of(table(ratings=moved)), known=known_from(apart), scale="7=best"
    )
    assert "LDG: " in message and "is it another column?" in message


def test_the_same_shapes_in_a_workbook(tmp_path):
    path = tmp_path / "own.xlsx"
    rows = [["Own table"], [], *table(GLUED, "Country name", "Edition")]
    write_workbook(path, {"Read me": [["About", "this"]], "Data": rows})
    assert ratings_of(read_source(path, known=KNOWN)) == expected()


def test_a_sheet_a_country_or_an_edition(tmp_path):
    rows = table()
    path = tmp_path / "book.xlsx"
    by_country = {name: [rows[0][1:]] for name in NAMES}
    by_year = {str(year): [[rows[0][0], *rows[0][2:]]] for year in YEARS}
    for row in rows[1:]:
        by_country[row[0]].append(row[1:])
        by_year[row[1]].append([row[0], *row[2:]])
    for sheets in (by_country, by_year):
        write_workbook(path, {"Read me": [["Own notes"]], **sheets})
        assert ratings_of(read_source(path, known=KNOWN)) == expected()


def test_columns_without_a_head_are_known_by_what_stands_there(tmp_path):
    rows = table(country="", year="")
    assert ratings_of(read_text(tmp_path, text_of(rows))) == expected()
    turned_round = [["", *map(str, YEARS)]]
    for n, name in enumerate(CATEGORIES.values()):
        values = [f"{float(RATINGS['Georgia', year][n]):.2f}" for year in YEARS]
        turned_round.append([name, *values])
    one = {key: value for key, value in RATINGS.items() if key[0] == "Georgia"}
    text = text_of(turned_round, ";")
    assert ratings_of(read_text(tmp_path, text, name="georgia.csv")) == expected(one)


def test_notes_averages_and_titles_around_a_table_are_passed_over(tmp_path):
    rows = [["Nations in Transit ratings"], [], *table()]
    rows += [["Average", "2018", *["4.00"] * 8], ["Source: Freedom House, 2018"]]
    reading = read_text(tmp_path, text_of(rows))
    assert ratings_of(reading) == expected()
    assert [
        "'Average' is none of the rated countries: 1 rows left out" in item.says
        for item in reading.doubts
    ] == [True]


def test_a_second_table_with_other_columns_is_refused(tmp_path):
    first, second = table(), table(dict(reversed(CATEGORIES.items())))
    turned = [[*row[:2], *row[8:1:-1], *row[9:]] for row in first[9:]]
    assert second[0] != first[0]
    told = refusal(tmp_path, text_of([*first[:9], [], second[0], *turned]))
    assert "row 11 names other columns than row 1: two tables, expected one a sheet" in told
    # A head that stands again on the next page is none.
    again = text_of([*first[:9], first[0], *first[9:]])
    assert ratings_of(read_text(tmp_path, again)) == expected()


@pytest.mark.parametrize("missing", ["n/a", ".", ".a", ".z", "#N/A", "—"])
def test_what_stands_for_a_rating_that_is_missing(tmp_path, missing):
    rows = table(score=False)
    rows[3][4] = missing
    without = expected()
    del without[NAMES[0], YEARS[2], "CS"]
    assert ratings_of(read_text(tmp_path, text_of(rows))) == without


def test_a_country_s_one_category_far_from_its_score_is_read(tmp_path):
    # The score of Estonia is near 6, that of Tajikistan near 2; their ratings of Corruption not.
    far = {key: [*values[:6], 8 - values[6]] for key, values in RATINGS.items()}
    known = known_from({key: values for key, values in far.items() if key[1] < 2017})
    scores = {(*map(str, key), "DS"): {democracy_score(v)} for key, v in RATINGS.items()}
    known = Known({**known.values, **{key: frozenset(score) for key, score in scores.items()}})
    rows = [[*row[:2], row[8]] for row in table(ratings=far)]
    assert ratings_of(read_text(tmp_path, text_of(rows), known=known)) == expected(far, ("CO",))


@pytest.mark.parametrize("name", ["Estonia", "Tajikistan"])
def test_one_category_on_two_scales_is_refused(tmp_path, name):
    rows = [row[:2] + row[4:5] for row in table() if row[0] in ("Country", name)]
    rows[6:] = map(turned, rows[6:])
    message = refusal(tmp_path, text_of(rows))
    assert "3 of 8 rows fit the other scale than 7=best" in message


def test_each_number_that_differs_from_all_known_ones_is_told(tmp_path):
    rows = table(score=False)
    moved = [
        [*row[:2], *row[3:], row[2]] if row[:2] == ["Georgia", "2014"] else row for row in rows
    ]
    (values,) = [row[2:] for row in rows if row[:2] == ["Georgia", "2014"]]
    doubts = [item.says for item in read_text(tmp_path, text_of(moved)).doubts]
    assert len(doubts) == sum(a != b for a, b in zip(values, [*values[1:], values[0]], strict=True))
    assert f"row 13: Georgia NDG 2014 is printed as {values[1]}, other sources" in doubts[0]


def test_years_of_few_known_editions_are_still_found_to_be_covered_ones(tmp_path):
    names = [country.name for country in COUNTRIES]
    ratings = sticky_ratings(4, names, range(2011, 2013))
    seldom = {key: v for key, v in ratings.items() if key[1] == 2011 or key[0] < "C"}
    covered = {(name, 2011): v for (name, year), v in ratings.items() if year == 2012}
    reading = read_text(tmp_path, text_of(table(ratings=covered)), known=known_from(seldom))
    assert {cell.rated_edition for cell in reading.cells} == {"2012"}
    assert "of 42 known ratings agree with the edition after it" in reading.doubts[0].says


def test_numbers_of_countries_are_those_of_one_list(tmp_path):
    # 703 and 705 are Slovakia and Slovenia in ISO 3166.
    ratings = sticky_ratings(5, ["Kazakhstan", "Kyrgyzstan", "Georgia"])
    rows = table(country="cowcode", ratings=ratings)
    rows = [rows[0], *([str(BY_NAME[row[0]].cow), *row[1:]] for row in rows[1:])]
    assert ratings_of(read_text(tmp_path, text_of(rows), known=known_from(ratings))) == expected(
        ratings
    )
    rows = [row for row in rows if row[0] != "372"]
    with_name = [*rows, *(row for row in table() if row[0] == "Estonia")]
    says = read_text(tmp_path, text_of(with_name)).doubts
    assert "the number 705 is Kazakhstan (Gleditsch and Ward) and Slovenia" in says[0].says


def test_marks_of_notes_behind_countries(tmp_path):
    marks = {"Estonia": "Estonia¹", "Georgia": "Georgia2", "Tajikistan": "Tajikistan*"}
    rows = [[marks.get(row[0], row[0]), *row[1:]] for row in table()]
    assert ratings_of(read_text(tmp_path, text_of(rows))) == expected()


def test_a_sheet_a_category_is_named_as_far_as_a_workbook_allows(tmp_path):
    rows = {name[:31]: [["Country", *map(str, YEARS)]] for name in CATEGORIES.values()}
    for (place, sheet), name in product(enumerate(rows), NAMES):
        rows[sheet].append([name, *(float(RATINGS[name, year][place]) for year in YEARS)])
    path = tmp_path / "book.xlsx"
    write_workbook(path, rows)
    reading = read_source(path, known=KNOWN)
    assert ratings_of(reading) == expected()
    assert not reading.doubts
    rows["Mine"] = rows.pop("Corruption")
    write_workbook(path, rows)
    says = read_source(path, known=KNOWN).doubts[0].says
    assert says.startswith("the sheet 'Mine': no column for Category")


@pytest.mark.parametrize("title", ["Nations in Transit 2014", "2014"])
def test_a_title_above_the_table_has_its_edition_or_country(tmp_path, title):
    by_year = [[title], [], *([row[0], *row[2:]] for row in table() if row[1] in ("Year", "2014"))]
    write_workbook(tmp_path / "book.xlsx", {"Sheet1": by_year})
    one = {key: value for key, value in RATINGS.items() if key[1] == 2014}
    assert ratings_of(read_source(tmp_path / "book.xlsx", known=KNOWN)) == expected(one)
    georgia = [["Georgia"], *(row[1:] for row in table() if row[0] in ("Country", "Georgia"))]
    write_workbook(tmp_path / "book.xlsx", {"Sheet1": georgia})
    one = {key: value for key, value in RATINGS.items() if key[0] == "Georgia"}
    assert ratings_of(read_source(tmp_path / "book.xlsx", known=KNOWN)) == expected(one)


def test_a_table_of_a_web_page_or_between_bars_is_read(tmp_path):
    rows = [f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in table()]
    page = f"<!doctype html><body><h1>Ratings</h1><table>{''.join(rows)}</table></body>"
    assert ratings_of(read_text(tmp_path, page, name="page.html")) == expected()
    bars = [f"| {' | '.join(row)} |" for row in table()]
    assert ratings_of(read_text(tmp_path, "\n".join(bars), name="table.md")) == expected()


def test_a_table_that_is_cut_off_is_told_or_refused(tmp_path):
    text = text_of(table(score=False))
    cut = text[: text.rindex(",")]
    assert "8 cells under 9 heads: is the file cut off?" in read_text(tmp_path, cut).doubts[0].says
    assert "CO: expected a number such as 3.25" in refusal(tmp_path, text[: text.rindex(".") + 1])


def test_a_category_that_is_missing_beside_unknown_columns_is_told(tmp_path):
    text = text_of(table()).replace("Civil Society", "Civilno društvo", 1)
    (doubt,) = read_text(tmp_path, text).doubts
    assert "no column for Civil Society; other columns: 'Civilno društvo'" in doubt.says
