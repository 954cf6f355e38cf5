"""The project's own figures: complete, sourced, and read with errors that name file and line."""

import csv

import pytest

from analysis.facts.errors import SourceError
from analysis.facts.rating_system import CATEGORIES
from analysis.sources.own_csv import read_own_csv

FILES = {
    "printed_tables": 13259,
    "printed_pages": 2200,
    "rescaled_scores": 290,
    "printed_comparisons": 26,
    "sources": 587,
}

KAZAKHSTAN_2018 = {
    "NDG": "6.75 6.75 6.75 6.75 6.75 6.75 6.75 6.75 6.75 6.75",
    "EP": "6.75 6.75 6.75 6.75 6.75 6.75 6.75 6.75 6.75 6.75",
    "CS": "5.50 5.75 5.75 6.00 6.25 6.5 6.50 6.50 6.50 6.75",
    "IM": "6.50 6.75 6.75 6.75 6.75 6.75 6.75 6.75 6.75 6.75",
    "LDG": "6.25 6.25 6.25 6.50 6.50 6.50 6.50 6.50 6.50 6.50",
    "JFI": "6.00 6.25 6.25 6.50 6.50 6.50 6.50 6.50 6.50 6.75",
    "CO": "6.50 6.50 6.50 6.50 6.50 6.50 6.50 6.50 6.75 6.75",
    "DS": "6.32 6.43 6.43 6.54 6.57 6.61 6.61 6.61 6.64 6.71",
}
"""The ten-year table of the 2018 report, editions 2009 to 2018, on its scale."""

KAZAKHSTAN_2021 = {
    "DS": "1.32",
    "DP": "5.36",
    "REGIME": "Consolidated Authoritarian Regime",
    "RATING_NDG": "1.25",
    "RATING_EP": "1.25",
    "RATING_CS": "1.50",
    "RATING_IM": "1.25",
    "RATING_LDG": "1.50",
    "RATING_JFI": "1.25",
    "RATING_CO": "1.25",
}


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def raw(project):
    return project / "data" / "raw"


def test_every_figure_is_there_and_has_a_source(raw):
    tables = {name: read(raw / f"{name}.csv") for name in FILES}
    assert {name: len(rows) for name, rows in tables.items()} == FILES
    known = {row["source_id"] for row in tables["sources"]}
    used = {row["source_id"] for name in FILES for row in tables[name] if name != "sources"}
    assert len(known) == FILES["sources"], "a source stands in sources.csv once"
    assert used <= known
    printed = read_own_csv(raw)
    assert len(printed.cells) == FILES["printed_tables"]
    assert len(printed.statements) == FILES["printed_pages"]


def test_the_ten_year_table_of_kazakhstan_2018_is_there(raw):
    rows = [r for r in read(raw / "printed_tables.csv") if r["source_id"] == "S425"]
    assert {(r["report_edition"], r["scale"], r["country"]) for r in rows} == {
        ("2018", "1=best", "Kazakhstan")
    }
    found = {
        category: " ".join(
            r["printed"]
            for r in sorted(rows, key=lambda r: r["rated_edition"])
            if r["category"] == category
        )
        for category in (*CATEGORIES, "DS")
    }
    assert found == KAZAKHSTAN_2018


def test_the_page_of_kazakhstan_2021_is_there(raw):
    rows = [r for r in read(raw / "printed_pages.csv") if r["source_id"] == "S426"]
    found = {r["field"]: r["printed_to"] for r in rows}
    assert found.items() >= KAZAKHSTAN_2021.items()
    assert {r["scale"] for r in rows if r["field"].startswith("RATING")} == {"7=best"}


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("printed_tables", ",4.25,1=best", ",4.30,1=best", "quarter points, found '4.30'"),
        ("printed_tables", "S006,Albania", "S999,Albania", "'S999' is not in sources.csv"),
        ("printed_tables", "S006,Albania", "S006,Albanis", "'Albanis'; did you mean Albania?"),
        ("printed_tables", ",EP,4.25", ",XX,4.25", "found 'XX'"),
        ("printed_pages", "RATING_EP", "RATING_EX", "unknown field 'RATING_EX'; did you mean"),
        ("printed_pages", "1=best", "best=1", "found 'best=1'"),
        ("printed_pages", "DS_CHANGE,4.14", "DS_CHANGE,41.4", "score of 1 to 7, found '41.4'"),
        ("printed_pages", "DS_CHANGE,4.14", "DS_CHANGE,four", "found 'four'"),
        ("printed_pages", "DS,,4.14,1=best", "DS,,4.14,", "scale 1=best or 7=best, found ''"),
        ("printed_pages", "DP,,47.62", "DP,,half", "found 'half'"),
        ("printed_pages", "RATING_EP,,", "RATING_EP,4.1,", "quarter points, found '4.1'"),
        ("printed_tables", ",2001,EP", ",2024,EP", "cannot rate 2024"),
        (
            "printed_pages",
            "1=best,yes",
            "1=best,sure",
            "likely, no, unknown or nothing, found 'sure'",
        ),
        ("printed_tables", ",2001,EP", ",2001-,EP", "rated edition such as 2009, found '2001-'"),
        ("printed_tables", ",2001,EP", ",20012,EP", "rated edition such as 2009, found '20012'"),
        ("rescaled_scores", ",2014,Alb", ",BTI 2014,Alb", "such as 2016, found 'BTI 2014'"),
        ("rescaled_scores", "CO,37", "CO,", "found ''"),
        ("sources", ",copy\n", ",hearsay\n", "found 'hearsay'"),
        ("sources", "S001,", "S001;x,", "of letters and digits, found 'S001;x'"),
        ("printed_pages", "DP,,47.62", "DP,,476.2", "a number of 0 to 100, found '476.2'"),
        ("printed_pages", "LAST_DP,,", "LAST_DP,,1000", "a number of 0 to 100, found '1000"),
        ("printed_pages", "REGIME,,Cons", "REGIME,,Not Cons", "regime class such as Consolidated"),
        ("printed_pages", "LAST_REGIME,,Cons", "LAST_REGIME,,2", "found '2olidated"),
        ("printed_pages", "REGIME,,Consolidated Democracy", "REGIME,,", "Democracy, found ''"),
        ("printed_pages", "RANK,,7/29", "RANK,,77/29", "a rank such as 19/29, found '77/29'"),
        ("printed_pages", "RANK,,7/29", "RANK,,seventh", "a rank such as 19/29, found 'seventh'"),
        ("printed_pages", "UNNAMED,5.75", "UNNAMED,five", "such as 3.25, found 'five'"),
        ("rescaled_scores", "CO,37", "CO,370", "a number of 0 to 100, found '370'"),
        ("printed_comparisons", ",better,", ",up,", "direction better, worse, same, found 'up'"),
        ("printed_comparisons", ",2021,2020,", ",2021,20,", "of 1997 to 2024, found '20'"),
    ],
)
def test_a_bad_figure_is_one_line_that_names_file_and_line(raw, name, old, new, words):
    path = raw / f"{name}.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if n and old in line)
    lines[place] = lines[place].replace(old, new, 1)
    path.write_text("".join(lines), encoding="utf-8", newline="\n")
    with pytest.raises(SourceError) as refusal:
        read_own_csv(raw)
    message = str(refusal.value)
    assert f"{path}: line {place + 1}: " in message
    assert words in message
    assert "\n" not in message


def test_a_missing_column_a_missing_file_and_a_wrong_encoding_are_named(raw):
    pages = raw / "printed_pages.csv"
    text = pages.read_text(encoding="utf-8")
    pages.write_bytes(text.replace("changes_complete", "complete", 1).encode())
    with pytest.raises(SourceError, match=r"printed_pages\.csv: no column changes_complete"):
        read_own_csv(raw)
    pages.write_bytes(text.encode() + "S001,Chi\u015finau\n".encode("iso8859-9"))
    with pytest.raises(SourceError, match=r"printed_pages\.csv: not a UTF-8 CSV file"):
        read_own_csv(raw)
    pages.unlink()
    with pytest.raises(SourceError, match=r"printed_pages\.csv: no such file"):
        read_own_csv(raw)
