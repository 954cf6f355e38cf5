"""Other indices beside the ratings, on small files made in their published layouts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.correlations.compare import (
    compare,
    joined,
    merge_keys,
    read_bti,
    read_freedom_in_the_world,
    read_vdem,
    with_iso3,
)
from analysis.facts.countries import COUNTRIES
from analysis.facts.errors import ParameterError

YEARS = range(2004, 2024)
OTHERS = (("Austria", "AUT", 305), ("Mongolia", "MNG", 712))


def place(country, year):
    """Return a number that goes up within some countries and down within others."""
    n = [c.iso3 for c in COUNTRIES].index(country.iso3)
    return n / 29 + (year - 2004) * (n % 3 - 1) / 200


@pytest.fixture
def vdem(tmp_path):
    rows = [
        (c.name, c.iso3, c.vdem, year, f"{year}-12-31", place(c, year), place(c, year) ** 2)
        for c in COUNTRIES
        for year in YEARS
    ]
    rows += [(n, code, k, 2010, "2010-12-31", 0.9, 0.9) for n, code, k in OTHERS]
    names = ["country_name", "country_text_id", "country_id", "year", "historical_date"]
    path = tmp_path / "V-Dem-CY-Core.csv"
    table = pd.DataFrame(rows, columns=[*names, "v2x_polyarchy", "v2x_libdem"])
    table.to_csv(path, index=False)
    return path


@pytest.fixture
def freedom(tmp_path):
    heads = ["Country/Territory", "Region", "C/T", "Edition", "Status", "PR rating", "CL rating"]
    rows = [[None] * 7 + ["Total"], [*heads, "Total"]]
    rows[0] = ["Freedom in the World: all data", *[None] * 7]
    for country in COUNTRIES:
        names = {"Bosnia and Herzegovina": "Bosnia & Herzegovina", "Czech Republic": "Czechia"}
        for year in YEARS:
            total = round(100 * place(country, year))
            name = names.get(country.name, country.name)
            rows.append([name, "Eurasia", "c", year + 1, "PF", 4, 3, total])
    rows.append(["Austria", "Europe", "c", 2010, "F", 1, 1, 93])
    path = tmp_path / "All_data_FIW.xlsx"
    with pd.ExcelWriter(path, engine="xlsxwriter") as book:
        pd.DataFrame([["About this file"]]).to_excel(book, sheet_name="Notes", index=False)
        table = pd.DataFrame(rows)
        table.to_excel(book, sheet_name="FIW", index=False, header=False)
    return path


@pytest.fixture
def bti(tmp_path):
    path = tmp_path / "BTI_Scores.xlsx"
    heads = ["Regions: 1 | East-Central and Southeast Europe", "Unnamed", "Ranking | Status Index"]
    heads += ["  S | Status Index", "  SI | Democracy Status", "  Q1 | Stateness"]
    with pd.ExcelWriter(path, engine="xlsxwriter") as book:
        for edition in range(2006, 2026, 2):
            rows = [
                [c.name, 1, 7, 10 * place(c, edition - 2), 9 * place(c, edition - 2), "-"]
                for c in COUNTRIES
            ]
            pd.DataFrame(rows, columns=heads).to_excel(
                book, sheet_name=f"BTI {edition}", index=False
            )
    return path


@pytest.fixture
def scores():
    rows = [
        (c.name, c.iso3, year + 1, year, 1 + 6 * place(c, year))
        for c in COUNTRIES
        for year in YEARS
    ]
    names = ["country", "iso3", "edition", "coverage_year", "democracy_score"]
    return pd.DataFrame(rows, columns=names)


def test_keys_are_those_of_other_data():
    keys = merge_keys()
    assert len(keys) == 29
    serbia = keys.set_index("country").loc["Serbia"].tolist()
    assert serbia == ["RS", "SRB", 345, 340, 198]
    assert all(keys[column].is_unique for column in keys)


def test_every_layout_is_read_by_the_year_that_it_covers(vdem, freedom, bti):
    tables = {
        "v2x_polyarchy": read_vdem(vdem),
        "Total": read_freedom_in_the_world(freedom),
        "status_index": read_bti(bti),
    }
    sizes = {name: len(table) for name, table in tables.items()}
    assert sizes == {"v2x_polyarchy": 29 * 20, "Total": 29 * 20, "status_index": 29 * 10}
    for name, factor in (("v2x_polyarchy", 1), ("Total", 100), ("status_index", 10)):
        table = tables[name].set_index(["iso3", "coverage_year"])
        for country in COUNTRIES:
            expected = factor * place(country, 2012)
            found = table.loc[(country.iso3, 2012), name]
            assert abs(found - expected) <= (0.5 if name == "Total" else 1e-9)


def test_correlations_between_and_within_are_those_of_numpy(vdem, freedom, scores):
    table = joined(scores, read_vdem(vdem, ["v2x_polyarchy", "v2x_libdem"]))
    found = compare(table, ["v2x_polyarchy", "v2x_libdem"]).set_index(["y", "level"])
    for measure in ("v2x_polyarchy", "v2x_libdem"):
        pair = table[["democracy_score", measure]]
        means = pair.groupby(table["country"]).mean()
        apart = pair - pair.groupby(table["country"]).transform("mean")
        for level, parts in (("between", means), ("within", apart)):
            expected = np.corrcoef(parts.to_numpy().T)[0, 1]
            assert found.loc[(measure, level), "r"] == pytest.approx(expected, abs=1e-9)
    assert found["n_countries"].eq(29).all()
    both = joined(table, read_freedom_in_the_world(freedom, ["Total"]))
    assert both["Total"].notna().all()


def test_what_another_index_does_not_have_is_missing_and_counted(bti, scores):
    table = joined(scores, read_bti(bti, ["democracy_status"]))
    assert table["democracy_status"].notna().sum() == 29 * 10
    assert compare(table, ["democracy_status"])["n_editions"].eq(290).all()


def test_mistakes_are_one_line(tmp_path, vdem, scores):
    with pytest.raises(ParameterError, match=r"no column 'v2x_polyarchi'; did you mean v2x_polya"):
        read_vdem(vdem, ["v2x_polyarchi"])
    with pytest.raises(ParameterError, match="cannot be read"):
        read_vdem(tmp_path / "none.csv")
    with pytest.raises(ParameterError, match="unknown measure 'status'"):
        read_bti(vdem, ["status"])
    with pytest.raises(ParameterError, match="names none of the 29"):
        with_iso3(pd.DataFrame({"c": ["Austria"]}), "c")
    other = read_vdem(vdem)
    with pytest.raises(ParameterError, match="two tables have a column 'v2x_polyarchy'"):
        joined(scores, other, other)
    pd.concat([pd.read_csv(vdem)] * 2).to_csv(tmp_path / "twice.csv", index=False)
    with pytest.raises(ParameterError, match="ALB 2004 has two rows"):
        read_vdem(tmp_path / "twice.csv")
