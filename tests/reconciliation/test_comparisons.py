"""Words without numbers limit a rating, decide nothing against numbers, and leave a row."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.facts.files import raw_folder
from analysis.reconciliation.claims import steps_of
from analysis.reconciliation.cleaning import reconcile
from analysis.reconciliation.derivation import possible
from analysis.sources.own_csv import read_own_csv
from analysis.tables.schema import columns

KEY = ["country", "edition", "category"]


@pytest.fixture(scope="module")
def printed():
    """Return what is printed of two countries, without comparisons."""
    every = read_own_csv(raw_folder())
    two = ["Kyrgyzstan", "Latvia"]
    return replace(
        every,
        cells=every.cells[every.cells["country"].isin(two)],
        statements=every.statements[every.statements["country"].isin(two)],
        rescaled=every.rescaled.head(0),
        comparisons=every.comparisons.head(0),
    )


def compared(printed, *rows):
    table = pd.DataFrame(
        [("S581", *row, "") for row in rows], columns=list(columns("printed_comparisons"))
    )
    return reconcile(replace(printed, comparisons=table))


@pytest.mark.parametrize(
    ("direction", "by", "category", "first", "last"),
    [
        ("same", "", "CS", 0, 0),
        ("better", "", "CS", 1, 168),
        ("worse", "", "CS", -168, -1),
        ("better", "0.50", "CS", 2, 2),
        ("worse", "1.25", "CS", -5, -5),
        ("better", "0.07", "DS", 2, 2),  # 2/28 = 0.071
        ("worse", "0.1", "DS", -4, -2),  # 0.05 to 0.15
    ],
)
def test_a_comparison_allows_the_differences_it_says(direction, by, category, first, last):
    steps = steps_of(direction, by, category)
    assert (steps[0], steps[-1]) == (first, last)


def test_the_amount_of_a_fall_gives_the_rating(printed):
    """Kyrgyzstan's courts: 2.50 in 2005, 1.25 less in 2024."""
    result = compared(printed, ("Kyrgyzstan", 2024, 2005, "JFI", "worse", "1.25"))
    row = result.panel.set_index(KEY).loc[("Kyrgyzstan", 2024, "JFI")]
    assert (row["rating"], row["status"]) == (1.25, "derived")
    assert "S581" in row["source_ids"].split(";")


def test_a_direction_limits_a_rating_and_completes_nothing(printed):
    before = reconcile(printed)
    assert ("Kyrgyzstan", 2024, "EP") not in before.panel.set_index(KEY).index
    result = compared(printed, ("Kyrgyzstan", 2024, 2023, "EP", "worse", ""))
    assert len(result.panel) == len(before.panel)
    was = before.panel.set_index(KEY).loc[("Kyrgyzstan", 2023, "EP"), "rating"]
    values = possible(result.cases["Kyrgyzstan"].facts, (2024, "EP"))
    assert values[-1] / 4 == was - 0.25
    assert values[-1] < possible(before.cases["Kyrgyzstan"].facts, (2024, "EP"))[-1]


def test_an_equal_score_gives_the_score_of_an_edition_that_prints_none(printed):
    pages = printed.statements
    mute = (pages["country"] == "Latvia") & pages["report_edition"].isin([2024])
    pages = pages[~(mute & pages["field"].isin(["DS", "DP", "DS_CHANGE", "REGIME"]))]
    cells = printed.cells
    cells = cells[~((cells["country"] == "Latvia") & (cells["rated_edition"] == "2024"))]
    mute_printed = replace(printed, statements=pages, cells=cells)
    later = compared(mute_printed, ("Latvia", 2024, 2022, "DS", "same", ""))
    score = later.cases["Latvia"].facts.totals[2024]
    assert list(score) == [reconcile(mute_printed).cases["Latvia"].row_total(2022)]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("Latvia", 2010, 2009, "CS", "better", ""), "against the ratings that are printed"),
        (("Latvia", 2010, 2009, "DS", "worse", "0.50"), "against the scores that are printed"),
        (("Kyrgyzstan", 2023, 2024, "EP", "same", ""), "which is not known"),
        (("Latvia", 2010, 2009, "CS", "worse", "0.30"), "by which no two can differ"),
    ],
)
def test_what_contradicts_or_compares_with_nothing_is_told(printed, row, words):
    before, result = reconcile(printed), compared(printed, row)
    pd.testing.assert_frame_equal(before.panel, result.panel)
    told = result.audit[result.audit["rule"] == "comparison"]
    assert told[KEY].to_numpy().tolist() == [[row[0], row[1], row[3]]]
    assert words in told["reason"].iloc[0]
    assert told["source_ids"].tolist() == ["S581"]
