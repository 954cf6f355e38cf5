"""An index's numbers give a rating only as far as the known ratings of the same year prove it."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.facts.errors import SourceError
from analysis.facts.rating_system import CATEGORIES
from analysis.reconciliation.cleaning import reconcile
from analysis.reconciliation.indirect import FEWEST, values_left
from analysis.sources.own_csv import read_own_csv
from analysis.tables.schema import columns

KEY = ["country", "edition", "category"]


def numbers_and_ratings(printed, panel):
    """Return every rescaled score beside the rating, where that is known."""
    table = printed.rescaled.rename(columns={"rated_edition": "edition"})
    table = table.astype({"printed": float, "edition": int})
    return table.merge(panel[[*KEY, "rating", "status"]], on=KEY, how="left")


def test_ten_years_of_29_countries_rise_with_every_known_rating(printed, real):
    table = numbers_and_ratings(printed, real.panel)
    assert table.groupby("edition").size().tolist() == [29] * 10
    known = table[table["status"] != "rescaled"].dropna()
    for _, year in known.groupby("edition"):
        pairs = year[["printed", "rating"]].drop_duplicates().sort_values("printed")
        assert pairs["printed"].is_unique
        assert pairs["rating"].is_unique
        assert pairs["rating"].is_monotonic_increasing
    assert len(known) == 273


def test_rescaled_ratings_are_those_of_countries_with_the_same_number(printed, real):
    """All but Czech Republic 2024, whose 63 stands between 59 (4.00) and 67 (4.50)."""
    table = numbers_and_ratings(printed, real.panel)
    known = table[table["status"] != "rescaled"].dropna(subset=["rating"])
    twins = known.groupby(["edition", "printed"])["rating"].first()
    rescaled = table[table["status"] == "rescaled"].set_index(["country", "edition"])
    assert len(rescaled) == 15
    for place, row in rescaled.iterrows():
        expected = 4.25 if place == ("Czech Republic", 2024) else twins[place[1], row["printed"]]
        assert row["rating"] == expected


def test_a_known_rating_held_out_is_told_by_the_others(printed, real):
    """Where another country has the same number; otherwise the truth lies within what is left."""
    table = numbers_and_ratings(printed, real.panel)
    known = table[table["status"] != "rescaled"].dropna()
    exact = 0
    for _, year in known.groupby("edition"):
        for held_out in year.index:
            rest = year.drop(held_out)
            quarters = (rest["rating"] * 4).astype(int)
            known = list(zip(rest["printed"], quarters, strict=True))
            left = values_left(known, year.at[held_out, "printed"])
            assert year.at[held_out, "rating"] * 4 in left
            exact += len(left) == 1
    assert exact >= 240, "of 273"


def test_nothing_known_changes_and_no_country_edition_is_completed(printed, corrections, real):
    empty = printed.rescaled.head(0)
    before = reconcile(replace(printed, rescaled=empty), corrections).panel
    after = real.panel[real.panel["status"] != "rescaled"].reset_index(drop=True)
    pd.testing.assert_frame_equal(before, after)
    complete = [int((p.groupby(KEY[:2]).size() == 7).sum()) for p in (before, real.panel)]
    assert complete == [547, 547]


@pytest.mark.parametrize(
    ("pairs", "reason"),
    [
        ([(50, 12), (50, 13)], "one number, two ratings"),
        ([(50, 12), (51, 12)], "two numbers, one rating"),
        ([(50, 12), (51, 11)], "a lower rating with a higher number"),
    ],
)
def test_an_image_that_is_not_rising_is_refused(pairs, reason):
    sound = [(n, n) for n in range(14, 26)]
    assert values_left(sound, 14) == range(14, 15)
    assert values_left([*sound, *pairs], 14) is None, reason


def test_too_few_known_ratings_teach_nothing():
    assert values_left([(20, 4)] * (FEWEST - 1), 20) is None
    assert values_left([(20, 4)] * FEWEST, 20) == range(4, 5)


def test_a_number_between_two_known_ones_leaves_what_lies_between():
    known = [(30, 8), (40, 12)] * FEWEST
    assert values_left(known, 35) == range(9, 12)
    assert values_left(known, 20) == range(4, 8)
    assert values_left(known, 90) == range(13, 29)


def test_one_broken_number_refuses_its_year_with_rows_of_the_audit(printed, corrections):
    rescaled = printed.rescaled.copy()
    broken = (rescaled["country"] == "Poland") & (rescaled["rated_edition"] == 2021)
    rescaled.loc[broken, "printed"] = "99"
    result = reconcile(replace(printed, rescaled=rescaled), corrections)
    found = result.panel[result.panel["status"] == "rescaled"]
    assert set(found["edition"]) == {2022, 2023, 2024}
    rows = result.audit[result.audit["rule"] == "rescaled score"]
    refused = rows[rows["action"] == "unusable"]
    assert refused[["country", "edition"]].to_numpy().tolist() == [
        ["Armenia", 2021],
        ["Azerbaijan", 2021],
    ]


@pytest.mark.parametrize(
    ("n_printed", "score", "action"),
    [
        (6, "2.96", "derived"),  # 6 x 3.00 + 2.75 = 20.75, over 7 = 2.96
        (5, "2.46", "unusable"),  # 5 x 3.00 + 2.25, so that Corruption is 1.00 or 1.25
    ],
)
def test_what_contradicts_the_facts_of_the_country_is_not_used(
    printed, corrections, n_printed, score, action
):
    """The index tells 3.00 for Armenia 2021."""
    row = [("S002", "Armenia", 2021, "2021", code, "3.00", "7=best", "") for code in CATEGORIES]
    row[n_printed:] = [("S002", "Armenia", 2021, "2021", "DS", score, "7=best", "")]
    old = printed.cells[
        (printed.cells["country"] != "Armenia") | (printed.cells["rated_edition"] != "2021")
    ]
    pages = printed.statements
    pages = pages[(pages["country"] != "Armenia") | ~pages["report_edition"].between(2021, 2022)]
    cells = pd.concat(
        [old, pd.DataFrame(row, columns=list(columns("printed_tables")))], ignore_index=True
    )
    result = reconcile(replace(printed, cells=cells, statements=pages), corrections)
    here = {"country": "Armenia", "edition": 2021, "category": "CO"}
    in_panel = result.panel[(result.panel[list(here)] == pd.Series(here)).all(axis="columns")]
    in_audit = result.audit[(result.audit[list(here)] == pd.Series(here)).all(axis="columns")]
    if action == "derived":
        assert in_panel[["rating", "status"]].to_numpy().tolist() == [[2.75, "derived"]]
    else:
        assert in_panel.empty
        assert in_audit[["action", "rule"]].to_numpy().tolist() == [["unusable", "rescaled score"]]
        assert "contradicts all other facts" in in_audit["reason"].iloc[0]


def test_a_faulty_line_is_named(project):
    path = project / "data" / "raw" / "rescaled_scores.csv"
    good = path.read_text(encoding="utf-8")
    assert tuple(good.splitlines()[0].split(",")) == columns("rescaled_scores")
    for old, new, words in (
        ("Albania,2014,CO,37", "Albania,2014,XX,37", "expected a category of"),
        ("Albania,2014,CO,37", "Albania,2014,CO,x", "x"),
        ("S546,2014,Albania", "S999,2014,Albania", "'S999' is not in sources.csv"),
        ("Albania,2014", "Albanis,2014", "did you mean Albania?"),
    ):
        path.write_text(good.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(SourceError, match=r"rescaled_scores\.csv: line 2: ") as refusal:
            read_own_csv(path.parent)
        assert words in str(refusal.value)
    path.unlink()
    assert read_own_csv(path.parent).rescaled.empty
