"""Which reports a source holds, and the reasons that the user's own reports state."""

from pathlib import Path

import pytest

from analysis.reconciliation.cleaning import read_printed
from analysis.reconciliation.intake import (
    LONGEST,
    reason_table,
    shortened,
    source_table,
    without_notes,
)
from analysis.sources.reading import Change, Reading
from analysis.tables.stored import read_table

PROCESSED = Path(__file__).parents[2] / "data" / "processed"


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("due to a new law.12", "due to a new law."),
        ("due to a law,3 and a decree4 of 2017", "due to a law, and a decree of 2017"),
        ("a law”5 of May", "a law” of May"),
        ("a law [7] of May", "a law of May"),
        ("a law¹² of May", "a law of May"),
        ("in 2017, after 16 arrests", "in 2017, after 16 arrests"),
        ("the G20 and COVID19 of 2020", "the G20 and COVID19 of 2020"),
        ("Article 174 and 3.25 points", "Article 174 and 3.25 points"),
    ],
)
def test_numbers_of_notes_go_and_numbers_of_the_text_stay(printed, shown):
    assert without_notes(printed) == shown


def test_a_long_reason_is_cut_between_words_and_marked():
    text = "word " * 100
    cut = shortened(text)
    assert len(cut) <= LONGEST
    assert cut.endswith("word…")
    assert shortened("due to a law.") == "due to a law"


def report(name, country="Kazakhstan", edition=2018, reasons=("CS", "due to fines.12")):
    changes = [Change(reasons[0], "6.50", "6.75", "declined", reasons[1])]
    reading = Reading("country report", f"own-{name}", (country,), edition, [], [], changes=changes)
    return Path("data/raw/reports") / name, reading


def test_the_first_report_that_states_a_reason_is_quoted():
    table = reason_table(
        [
            report("b.txt", edition=2018),
            report("c.txt", edition=2018, reasons=("CS", "due to something else")),
            report("a.txt", edition=2017, reasons=("EP", "after elections")),
            report("score.txt", edition=2016, reasons=("DS", "in sum")),
            report("old.txt", edition=1999),
            report("silent.txt", edition=2015, reasons=("CO", "")),
        ]
    )
    assert list(table.columns) == [
        *("country", "iso3", "edition", "category", "quotation", "source_id")
    ]
    assert table.to_numpy().tolist() == [
        ["Kazakhstan", "KAZ", 2017, "EP", "after elections", "own-a.txt"],
        ["Kazakhstan", "KAZ", 2018, "CS", "due to fines", "own-b.txt"],
    ]


def test_no_text_of_a_report_is_committed():
    assert read_table(PROCESSED / "reasons.csv").empty


def test_a_source_is_listed_with_every_report_that_it_prints():
    printed = read_printed()
    table = source_table(printed)
    assert not table.duplicated(["source_id", "country", "report_edition"]).any()
    assert set(table["source_id"]) == set(printed.sources["source_id"])
    for frame in (printed.cells, printed.statements):
        keys = frame[["source_id", "country", "report_edition"]].drop_duplicates()
        assert len(keys.merge(table)) == len(keys)
