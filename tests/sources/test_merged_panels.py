"""Ratings merged into the panels of the field, and the marks and forms of other programs."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from analysis.facts import countries
from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import CATEGORIES
from analysis.sources import read_source
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

OWN = [f"nit_{code.lower()}" for code in CATEGORIES]
LISTED = {
    row["iso3"]: row
    for row in csv.DictReader(
        Path(countries.__file__).with_name("country_names.csv").open(encoding="utf-8")
    )
}

V_DEM = (
    "country_name,country_text_id,country_id,year,historical_date,project,historical,histname,"
    "codingstart,codingend,codingstart_contemp,codingend_contemp,codingstart_hist,codingend_hist,"
    "gapstart1,gapstart2,gapend1,gapend2,gap_index,COWcode,v2x_polyarchy,v2x_polyarchy_codelow,"
    "v2x_regime,v2x_regime_amb,v2x_corr,v2x_civlib,v2xcs_ccsi,v2elcomvot_osp,v2mecenefm_ord,"
    "e_fh_cl,e_fh_status,e_regionpol"
)
QOG = (
    "ccode,cname,ccode_qog,cname_qog,ccodealp,ccodealp_year,ccodecow,ccodevdem,ccodewb,version,"
    "year,region,ht_region,ti_cpi,vdem_corr,wbgi_cce,fh_status,fh_ep,fh_cl,bti_cr,rsf_pfi,"
    "undp_hdi,vdem_libdem"
)


def panel(heads, dropped=(), ratings=RATINGS):
    """Return a panel of the field with the ratings behind its columns, and a country without."""
    heads = heads.split(",")
    places = {}
    for name in {key[0] for key in ratings}:
        country = BY_NAME[name]
        row = LISTED[country.iso3]
        cow, vdem, numeric = str(country.cow), str(country.vdem), row["iso_numeric"]
        of_v_dem = {"country_name": name, "country_text_id": country.iso3, "country_id": vdem}
        of_qog = {"cname": row["names"].split(" | ")[0], "cname_qog": name, "ccode": numeric}
        of_qog |= {"ccodealp": country.iso3, "ccodecow": cow, "ccodevdem": vdem}
        places[name] = {**of_v_dem, "COWcode": cow, "histname": f"{name} (SSR)", **of_qog}
    sweden = {"country_name": "Sweden", "country_text_id": "SWE", "country_id": "5"}
    sweden |= {"COWcode": "380", "cname": "Sweden", "ccode": "752", "ccodealp": "SWE"}
    kept = [head for head in heads if head not in dropped]
    rows = [[*kept, *OWN]]
    for (name, year), values in ratings.items():
        more = {"year": str(year), "version": "QoGStdTSJan24", "project": "0"}
        more["ccodealp_year"] = f"{places[name]['ccodealp']}{year % 100}"
        cells = places[name] | more
        rows.append([*(cells.get(h, "0.612") for h in kept), *(f"{float(v):g}" for v in values)])
        cells = sweden | more
        rows.append([*(cells.get(head, "0.9") for head in kept), *[""] * len(OWN)])
    return rows


@pytest.mark.parametrize(
    ("heads", "dropped"),
    [
        (V_DEM, ()),
        (V_DEM, ("country_name", "histname")),
        (V_DEM, ("country_name", "histname", "country_text_id")),
        (V_DEM, ("country_name", "histname", "country_text_id", "country_id")),
        (QOG, ()),
        (QOG, ("cname", "cname_qog")),
        (QOG, ("cname", "cname_qog", "ccode")),
        (QOG, ("cname", "cname_qog", "ccode", "ccodealp")),
    ],
)
def test_ratings_behind_the_heads_of_v_dem_and_qog(tmp_path, heads, dropped):
    text = text_of(panel(heads, dropped))
    reading = read_text(tmp_path, text)
    assert ratings_of(reading) == expected()
    assert reading.doubts == []


@pytest.mark.parametrize("heads", [V_DEM, QOG])
def test_all_countries_by_the_names_and_numbers_of_v_dem_and_qog(tmp_path, heads):
    """ISO 3166 has no number for Kosovo, so that it is left out where a file has only those."""
    for dropped in ((), ("country_name", "country_text_id"), ("cname", "ccodealp")):
        names = [name for name in BY_NAME if name != "Kosovo" or "cname" not in dropped]
        ratings = sticky_ratings(7, names)
        known = known_from(ratings)
        reading = read_text(tmp_path, text_of(panel(heads, dropped, ratings)), known=known)
        assert ratings_of(reading) == expected(ratings)
        assert reading.doubts == []


MISSING = ["", ".", "..", "...", "N/A", "#N/A", "NA", "n.a.", "-", "--", "–", "NaN", "NULL"]


@pytest.mark.parametrize("mark", MISSING)
def test_marks_of_what_is_missing(tmp_path, mark):
    rows = table(score=False)
    rows[5][4] = rows[9][2] = rows[9][3] = mark
    without = expected()
    for row, code in ((5, "CS"), (9, "NDG"), (9, "EP")):
        del without[rows[row][0], int(rows[row][1]), code]
    assert ratings_of(read_text(tmp_path, text_of(rows, ";"))) == without


@pytest.mark.parametrize("mark", ["-999", "99", "0", "missing", "4.1", "4.25*", "3.25 %", "8"])
def test_other_marks_are_refused_with_row_and_what_is_expected(tmp_path, mark):
    rows = table(score=False)
    rows[5][4] = mark
    says = refusal(tmp_path, text_of(rows))
    assert "row 6: CS: expected a" in says
    assert f"found {mark!r}" in says


def test_rows_without_any_number_are_passed_over(tmp_path):
    rows = table()
    for row in rows[3:5]:
        row[2:] = [".."] * 8
    left = {key: value for key, value in expected().items() if key[1] not in (2013, 2014)}
    left |= {key: value for key, value in expected().items() if key[0] != rows[3][0]}
    assert ratings_of(read_text(tmp_path, text_of(rows))) == left


def test_labels_of_stata_below_the_names_of_variables(tmp_path):
    rows = table(dict(zip(CATEGORIES, OWN, strict=True)), "country", "year", score=False)
    labels = ["Country", "Year", *(f"{name} rating" for name in CATEGORIES.values())]
    assert ratings_of(read_text(tmp_path, text_of([labels, *rows[1:]]))) == expected()
    assert ratings_of(read_text(tmp_path, text_of([rows[0], labels, *rows[1:]]))) == expected()


def test_numbers_of_stata_and_r(tmp_path):
    rows = [["", *row] for row in table()]
    for n, row in enumerate(rows[1:], 1):
        row[0], row[-1] = str(n), f"{float(row[-1]):.10f}"
    dotted = [[f'"{head.replace(" ", ".")}"' for head in rows[0]], *rows[1:]]
    assert ratings_of(read_text(tmp_path, text_of(dotted))) == expected()


@pytest.mark.parametrize(
    "form", ["{code}{year}", "{code}_{year}", "nit_{code}_{year}", "{code}.{year}"]
)
def test_wide_as_stata_and_r_reshape(tmp_path, form):
    pairs = [(code, year) for year in YEARS for code in CATEGORIES]
    rows = [["iso2", *(form.format(code=code.lower(), year=year) for code, year in pairs)]]
    by_place = expected()
    for name in NAMES:
        values = (f"{float(by_place[name, year, code]):.2f}" for code, year in pairs)
        rows.append([BY_NAME[name].iso2, *values])
    assert ratings_of(read_text(tmp_path, text_of(rows))) == by_place


def test_thousands_separators_in_other_columns(tmp_path):
    rows = [
        [*row[:2], "Population" if row[0] == "Country" else "1,328,439", *row[2:]]
        for row in table()
    ]
    assert ratings_of(read_text(tmp_path, text_of(rows, ";"))) == expected()
    quoted = [[f'"{cell}"' for cell in row] for row in rows]
    assert ratings_of(read_text(tmp_path, text_of(quoted))) == expected()
    assert "commas in numbers need another separator" in refusal(tmp_path, text_of(rows))


def test_heads_that_are_merged_above_categories(tmp_path):
    head, *rows = table(score=False)
    above = ["Country", "Year", "Ratings", *[None] * 6]
    below = [None, None, *head[2:]]
    numbers = [[row[0], int(row[1]), *map(float, row[2:])] for row in rows]
    for heads in ([above, below], [["Own table", *[None] * 8], above, below]):
        write_workbook(tmp_path / "merged.xlsx", {"Sheet1": [*heads, *numbers]})
        assert ratings_of(read_source(tmp_path / "merged.xlsx", known=KNOWN)) == expected()


def test_a_category_that_is_none_is_told(tmp_path):
    rows = [["iso3", "edition", "category", "rating"]]
    for (name, year, code), value in expected().items():
        called = {"CS": "Civil Socety", "CO": "Population"}.get(code, code)
        rows.append([BY_NAME[name].iso3, str(year), called, str(float(value))])
    reading = read_text(tmp_path, text_of(rows))
    assert ratings_of(reading) == expected(codes=("NDG", "EP", "IM", "LDG", "JFI"))
    (doubt,) = reading.doubts
    assert "no category: 'Civil Socety', 'Population': 48 rows left out" in doubt.says


def test_a_column_of_other_regimes_is_told_and_left_out(tmp_path):
    rows = [[*row, "regime" if row[0] == "Country" else "2"] for row in table()]
    reading = read_text(tmp_path, text_of(rows))
    assert ratings_of(reading) == expected()
    assert reading.statements == []
    (doubt,) = reading.doubts
    assert "no regime class such as Consolidated Democracy: '2': left out" in doubt.says


def test_initials_of_regimes_are_kept(tmp_path):
    rows = [[*row, "Regime" if row[0] == "Country" else "T/H"] for row in table()]
    reading = read_text(tmp_path, text_of(rows))
    assert {row.printed_to for row in reading.statements} == {"T/H"}
    assert not reading.doubts


@pytest.mark.parametrize(("head", "value"), [("Democracy Percentage", "101.5"), ("democracy", "0")])
def test_numbers_that_are_no_percentage_or_score_are_refused(tmp_path, head, value):
    rows = [[*row, head if row[0] == "Country" else value] for row in table(score=False)]
    assert f"found '{value}'" in refusal(tmp_path, text_of(rows))


def test_percentages_that_are_shares_are_told(tmp_path):
    rows = table()
    for row in rows[1:]:
        row.append(f"{(float(row[-1]) - 1) / 6:.4f}")
    rows[0].append("Democracy Percentage")
    doubts = [item.says for item in read_text(tmp_path, text_of(rows)).doubts]
    assert len(doubts) == len(rows) - 1
    assert "does not give 0." in doubts[0]
    in_points = [[*row[:-1], f"{100 * float(row[-1]):.2f}"] for row in rows[1:]]
    assert read_text(tmp_path, text_of([rows[0], *in_points])).doubts == []


def test_a_country_that_is_missing_where_others_repeat_theirs_is_refused(tmp_path):
    """Such a row was taken for one of the country above it."""
    rows = table()
    rows[17][0] = ""
    says = refusal(tmp_path, text_of(rows))
    assert "the country is missing in 1 rows (18), and other rows repeat theirs" in says


def test_two_columns_of_values_are_refused(tmp_path):
    rows = [["iso3", "edition", "category", "rating", "score"]]
    for (name, year, code), value in expected().items():
        rows.append([BY_NAME[name].iso3, str(year), code, str(float(value)), "1"])
    assert "two columns are named VALUE, expected one" in refusal(tmp_path, text_of(rows))


def test_two_columns_of_countries_are_refused_with_the_file(tmp_path):
    rows = [["country_name", *table()[0]], *([row[0], *row] for row in table()[1:])]
    says = refusal(tmp_path, text_of(rows))
    assert says.endswith("table.csv: two columns are named COUNTRY, expected one")
