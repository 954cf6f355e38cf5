"""The committed tables are what the code makes of the committed figures."""

import csv

import pytest

from analysis.correlations.decomposition import pair_correlations
from analysis.facts.rating_system import CATEGORIES
from analysis.statistics.group_data import load_group
from analysis.tables.stored import read_processed


def rows(project, name):
    with (project / "data" / "processed" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_printed_rating_is_the_printed_number_on_the_project_scale(project):
    for row in rows(project, "panel"):
        if row["status"] != "printed":
            continue
        printed = float(row["printed"].replace(",", "."))
        expected = printed if row["printed_scale"] == "7=best" else 8 - printed
        assert float(row["rating"]) == expected, row


def test_scores_and_changes_follow_from_the_panel(project):
    panel = {
        (row["country"], int(row["edition"]), row["category"]): float(row["rating"])
        for row in rows(project, "panel")
    }
    for row in rows(project, "scores"):
        place = (row["country"], int(row["edition"]))
        known = [panel[*place, c] for c in CATEGORIES if (*place, c) in panel]
        assert int(row["n_ratings"]) == len(known)
        assert bool(row["democracy_score"]) == (len(known) == 7)
        if len(known) == 7:
            assert float(row["democracy_score"]) == pytest.approx(sum(known) / 7, abs=1e-6)
    changes = rows(project, "changes")
    pairs = [key for key in panel if (key[0], key[1] - 1, key[2]) in panel]
    assert len(changes) == len(pairs)
    for row in changes:
        country, edition, category = row["country"], int(row["edition"]), row["category"]
        step = panel[country, edition, category] - panel[country, edition - 1, category]
        assert float(row["change"]) == step


@pytest.mark.usefixtures("project")
def test_correlations_do_not_depend_on_the_direction_of_the_scale():
    wide = load_group("all", 2005, 2024).wide
    codes = list(CATEGORIES)
    reversed_scale = wide.assign(**{code: 8 - wide[code] for code in codes})
    stored = read_processed("correlations")
    again = pair_correlations(reversed_scale, codes)
    assert again["r"].to_numpy() == pytest.approx(stored["r"].to_numpy(), abs=1e-6)
