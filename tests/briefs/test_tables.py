"""Tables of briefs and notebooks: every cell is the stored value as it is printed."""

import re

import pandas as pd

from analysis.briefs.country import brief as country_brief
from analysis.briefs.country.story import load_country
from analysis.briefs.labelled import frame_table, labelled
from analysis.briefs.trajectory_sentences import usual_table
from analysis.export.offered import offered
from analysis.facts.rating_system import CATEGORIES
from analysis.tables.stored import read_processed


def texts(table):
    return [[cell.text for cell in row] for row in table.rows]


def test_values_are_shown_by_their_type():
    frame = pd.DataFrame(
        {"a": [1, 2], "b": [0.125, None], "c": [-0.5, 0.0], "d": ["CS", ""], "e": [True, False]}
    )
    table = frame_table(frame, "t", "a: A | b: B | ±c: C | d: D: of text")
    assert texts(table) == [
        ["1", "0.13", "−0.50", "Civil Society"],
        ["2", "–", "0.00", "–"],
    ]
    assert [column.head for column in table.columns] == ["A", "B", "C", "D: of text"]
    assert [column.align for column in table.columns] == ["right", "right", "right", "left"]
    assert not table.dense


def test_ranges_over_one_and_more_editions_are_told_apart_in_the_data_too():
    usual = read_processed("usual_changes").query("from_class == 'all'")
    [offer] = offered([usual_table(usual, "name", "t").content()])
    ranges = [name for name in offer.sheet.columns if name.startswith("Range")]
    assert ranges == [
        f"Range of changes over {span}, {end}"
        for span in ("one edition", "two editions", "three editions")
        for end in ("from", "to")
    ]


def test_the_ratings_of_kazakhstan_as_its_reports_print_them_on_the_other_scale():
    story = load_country("Kazakhstan", 2016, 2018)
    table = country_brief.ratings(story)
    assert [column.head for column in table.columns] == ["Edition", *CATEGORIES, "Score", "Class"]
    assert texts(table) == [
        ["2018", "1.25", "1.25", "1.25", "1.25", "1.50", "1.25", "1.25", "1.29", "CAR"],
        ["2017", "1.25", "1.25", "1.50", "1.25", "1.50", "1.50", "1.25", "1.36", "CAR"],
        ["2016", "1.25", "1.25", "1.50", "1.25", "1.50", "1.50", "1.50", "1.39", "CAR"],
    ]
    marks = [[cell.mark for cell in row[1:8]] for row in table.rows]
    assert marks[0] == ["", "", "down", "", "", "down", ""]
    assert marks[1] == ["", "", "", "", "", "", "down"]
    assert marks[2] == [""] * 7, "there is no edition before the first shown"


def test_what_is_not_known_is_what_it_can_be_and_what_is_derived_is_marked():
    story = load_country("Uzbekistan", 2019, 2019)
    [row] = country_brief.ratings(story).rows
    known = story.panel.set_index("category")
    for code, cell in zip(CATEGORIES, row[1:8], strict=True):
        assert (cell.mark == "open") == (code not in known.index)
        assert re.fullmatch(r"\d\.\d\d(–\d\.\d\d)?|open", cell.text)
        assert cell.derived == (code in known.index and known.at[code, "status"] == "derived")
    assert [(cell.text, cell.derived) for cell in row[8:]] == [("1.11", True), ("CAR", False)]


def test_a_single_edition_has_no_change_to_split():
    [block] = country_brief.changes(load_country("Kazakhstan", 2018, 2018))
    assert "no change to split" in block.content()["spans"][0]["text"]


def test_a_frame_without_rows_says_so():
    view = labelled(pd.DataFrame({"country": []}), "country: Country", caption="Episodes")
    assert view._repr_mimebundle_()["text/plain"] == "Episodes\nNo rows."
