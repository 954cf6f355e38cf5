"""Stated reasons: only from the user's own reports, without note numbers, short and attributed."""

import pytest

from analysis.briefs.country import brief as country_brief
from analysis.briefs.country.reported_reasons import (
    LONGEST,
    reason_items,
    reported_reasons,
    shortened,
    without_notes,
)
from analysis.briefs.country.story import load_country
from analysis.facts.countries import find_country
from analysis.settings.parameters import Window

KAZAKHSTAN = find_country("Kazakhstan")
WINDOW = Window(2005, 2024)


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


@pytest.mark.usefixtures("project")
def test_without_reports_nothing_is_quoted():
    assert reported_reasons(KAZAKHSTAN, WINDOW) == []
    blocks = country_brief.changes(load_country("Kazakhstan", 2005, 2024))
    assert [block.kind for block in blocks] == ["figure"]


def change_page(code_name, before, after):
    return (
        "Nations in Transit 2018\nKazakhstan\n\nDemocracy Score: 6.71\n\n"
        "SCORE CHANGES:\n\n"
        f"• {code_name} rating declined from {before} to {after} due to <b>new</b> fines for "
        "#gatherings.12\n\n"
        "As a result, Kazakhstan’s Democracy Score declined from 6.64 to 6.71.\n"
    )


def test_a_reason_of_the_users_report_is_quoted_with_its_edition(project):
    reports = project / "data" / "raw" / "reports"
    reports.mkdir(exist_ok=True)
    (reports / "kaz2018.txt").write_text(
        change_page("Civil Society", "6.50", "6.75"), encoding="utf-8"
    )
    [found] = reported_reasons(KAZAKHSTAN, WINDOW)
    assert (found.edition, found.category) == (2018, "CS")
    assert found.quotation == "due to <b>new</b> fines for #gatherings"
    assert reported_reasons(KAZAKHSTAN, Window(2019, 2024)) == []
    assert reported_reasons(find_country("Kosovo"), WINDOW) == []
    _, quoted = country_brief.changes(load_country("Kazakhstan", 2005, 2024))
    [item] = quoted.items
    text = "".join(span.text for span in item)
    assert text == (
        "2018, Civil Society declined from 1.50 to 1.25: “due to <b>new</b> fines for #gatherings” "
        "(Freedom House, Nations in Transit 2018, changes of ratings)"
    )


def test_a_reason_for_a_change_that_is_not_in_the_panel_is_left_out(project):
    reports = project / "data" / "raw" / "reports"
    reports.mkdir(exist_ok=True)
    (reports / "kaz2018.txt").write_text(
        change_page("Civil Society", "6.50", "6.75"), encoding="utf-8"
    )
    assert reason_items(KAZAKHSTAN, WINDOW, {}, {}) is None
    still = {"CS": {2018: 0.0}}
    assert reason_items(KAZAKHSTAN, WINDOW, still, {"CS": {2018: 1.25}}) is None
