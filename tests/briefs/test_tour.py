"""The tour: the same blocks by call and by menus."""

import csv
import json
from pathlib import Path

import papermill
import pytest

from analysis.briefs import tour
from analysis.briefs.blocks import Figure, Findings, Heading, Preformatted, Table
from analysis.briefs.country import brief
from analysis.facts.errors import ParameterError
from analysis.reconciliation.explain import explainer

PROCESSED = Path(__file__).parents[2] / "data" / "processed"


@pytest.fixture(scope="module")
def explained():
    return explainer()


def said(output):
    return "\n".join(part["data"]["text/html"] for part in output.outputs)


def test_a_glance_holds_trajectory_changes_comparison_and_origin(explained):
    blocks = tour.glance(explained, "Kosovo", "Balkans", 2005, 2024, 2014, "CS")
    kinds = [block.kind for block in blocks]
    assert [kind for kind in kinds if kind != Heading.kind] == [
        Findings.kind,
        Figure.kind,
        Figure.kind,
        Table.kind,
        Preformatted.kind,
    ]
    assert blocks[-1].text.startswith("Kosovo 2014 CS (Civil Society, events of 2013): 4.25")
    assert "Rejected (own score):" in blocks[-1].text


def test_the_comparison_has_the_group_and_the_country_by_last_score():
    table = tour.comparison("Poland", "Balkans", 2005, 2018)
    names = [row[0].text for row in table.rows]
    assert len(names) == 8
    assert "▸ Poland" in names
    last = [float(row[3].text) for row in table.rows]
    assert last == sorted(last, reverse=True)
    with (PROCESSED / "scores.csv").open(newline="") as file:
        known = [r for r in csv.DictReader(file) if r["country"] == "Poland"]
    by_edition = {int(r["edition"]): r["democracy_score"] for r in known}
    row = table.rows[names.index("▸ Poland")]
    assert row[3].text == f"{float(by_edition[int(row[4].text)]):.2f}"


def test_a_country_without_a_change_says_so():
    story = tour.load_country("Turkmenistan", 2012, 2013)
    figure, *_ = brief.changes(story)
    moved = (story.changes["change"] != 0).any()
    assert ("No rating changed" in figure.title) == (not moved)
    [alone] = brief.changes(tour.load_country("Turkmenistan", 2012, 2012))
    assert "One edition is shown" in json.dumps(alone.content())


def test_the_menus_begin_with_the_parameters_and_follow_a_choice(explained):
    box = tour.explore(explained, "MKD", "Balkans", 2010, 2020, 2015, "EP")
    top, middle, below, shown = box.children
    country, group = top.children
    [period] = middle.children
    assert (country.value, group.value, period.value) == (
        "North Macedonia",
        "Balkans",
        (2010, 2020),
    )
    assert [w.value for w in below.children] == ["EP", 2015]
    assert "North Macedonia 2015 EP" in said(shown)
    country.value = "Poland"
    assert "Poland 2015 EP" in said(shown)
    assert "North Macedonia 2015" not in said(shown)


def test_a_choice_that_is_not_possible_is_one_note(explained, monkeypatch):
    box = tour.explore(explained, "Azerbaijan", "all", 2005, 2024, 2021, "CS")
    _, middle, _, shown = box.children
    assert len(shown.outputs) > 1

    def nothing(country, *_):
        raise ParameterError(f"no data for {country}")

    monkeypatch.setattr(tour, "load_country", nothing)
    middle.children[0].value = (2021, 2021)
    assert len(shown.outputs) == 1
    assert "no data for Azerbaijan" in said(shown)
    monkeypatch.undo()
    with pytest.raises(ParameterError):
        tour.glance(explained, "Atlantis", "all", 2005, 2024, 2015, "CS")


@pytest.mark.slow
@pytest.mark.parametrize("menus", [False, True])
def test_the_notebook_runs_under_papermill_with_and_without_menus(project, menus):
    output = project / "tour.ipynb"
    papermill.execute_notebook(
        str(project / "notebooks" / "0_tour.ipynb"),
        str(output),
        parameters={"menus": menus, "country": "Macedonia"},
        progress_bar=False,
        kernel_name="python3",
        execution_timeout=60,
    )
    text = output.read_text(encoding="utf-8")
    assert "North Macedonia" in text
    assert ("application/vnd.jupyter.widget-view+json" in text) == menus


def test_a_group_may_be_spelt_in_any_way(explained):
    assert tour.comparison("Poland", "balkans", 2010, 2011).title == "Poland beside Balkans"
    box = tour.explore(explained, "Poland", "eu MEMBERS", 2010, 2011, 2010, "CS")
    assert box.children[0].children[1].value == "EU members"
