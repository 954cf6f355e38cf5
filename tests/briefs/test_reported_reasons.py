"""Stated reasons: only from the user's own reports, attributed to their edition."""

from dataclasses import replace

import pytest

from analysis.briefs.country import brief as country_brief
from analysis.briefs.country.story import load_country
from analysis.reconciliation import cleaning
from analysis.tables.stored import read_processed


@pytest.mark.usefixtures("project")
def test_without_reports_nothing_is_quoted():
    assert read_processed("reasons").empty
    blocks = country_brief.changes(load_country("Kazakhstan", 2005, 2024))
    assert [block.kind for block in blocks] == ["figure"]


@pytest.fixture
def with_report(project):
    """Return a project whose user has put a report of 2018 into data/raw and run `nit clean`."""
    reports = project / "data" / "raw" / "reports"
    reports.mkdir(exist_ok=True)
    (reports / "kaz2018.txt").write_text(
        "Nations in Transit 2018\nKazakhstan\n\nDemocracy Score: 6.71\n\n"
        "SCORE CHANGES:\n\n"
        "• Civil Society rating declined from 6.50 to 6.75 due to <b>new</b> fines for "
        "#gatherings.12\n\n"
        "As a result, Kazakhstan’s Democracy Score declined from 6.64 to 6.71.\n",
        encoding="utf-8",
    )
    cleaning.store(cleaning.clean_tables(cleaning.reconciled(cleaning.read_printed())))
    return project


@pytest.mark.usefixtures("with_report")
def test_a_reason_of_the_users_report_is_quoted_with_its_edition():
    _, quoted = country_brief.changes(load_country("Kazakhstan", 2005, 2024))
    [item] = quoted.items
    text = "".join(span.text for span in item)
    assert text == (
        "2018, Civil Society declined from 1.50 to 1.25: “due to <b>new</b> fines for #gatherings” "
        "(Freedom House, Nations in Transit 2018, changes of ratings)"
    )
    for country, first in (("Kazakhstan", 2019), ("Kosovo", 2005)):
        blocks = country_brief.changes(load_country(country, first, 2024))
        assert [block.kind for block in blocks] == ["figure"]


@pytest.mark.usefixtures("with_report")
def test_a_reason_for_a_change_that_is_not_in_the_panel_is_left_out():
    story = load_country("Kazakhstan", 2005, 2024)
    here = (story.panel["category"] == "CS") & (story.panel["edition"] == 2018)
    still = story.panel.assign(rating=story.panel["rating"].mask(here, 1.5))
    for panel in (story.panel[~here], still):
        blocks = country_brief.changes(replace(story, panel=panel))
        assert [block.kind for block in blocks] == ["figure"]
