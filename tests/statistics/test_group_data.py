"""Groups of countries cut out of the stored tables; results of other settings kept apart.

The best known score of a country and edition, and what it rests on.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pandas as pd
import papermill
import pytest

from analysis import data as door
from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import CATEGORIES, FIRST_EDITION, LAST_EDITION, exact_scores
from analysis.settings.parameters import ASSOCIATION_SETTINGS, RELEASE_SETTINGS, TREND_SETTINGS
from analysis.statistics.group_data import (
    chosen_groups,
    in_window,
    load_group,
    named_countries,
    require_complete,
)
from analysis.tables.datapackage import UndeclaredWarning
from analysis.tables.stored import read_processed, score_series


@pytest.mark.usefixtures("project")
def test_a_group_is_cut_to_its_countries_and_editions():
    data = load_group("Balkans", 2010, 2012)
    panel = read_processed("panel")
    mine = panel[
        panel["country"].isin(c.name for c in data.members)
        & panel["edition"].isin([2010, 2011, 2012])
    ]
    assert len(data.panel) == len(mine) == 7 * 3 * 7
    assert set(data.series["edition"]) == {2010, 2011, 2012}
    wide = data.wide.set_index(["country", "edition"])
    for row in mine.itertuples():
        assert wide.at[(row.country, row.edition), row.category] == row.rating


def test_a_result_of_another_setting_never_replaces_the_one_that_briefs_read(project):
    before = (project / "data/processed/levels.csv").read_bytes()
    table = pd.DataFrame({"x": [1.5]})
    path = door.store(table, "levels", "EU members")
    assert path.relative_to(project).parts[:3] == ("data", "processed", "variants")
    assert path.read_text() == "x\n1.5\n"
    assert (project / "data/processed/levels.csv").read_bytes() == before
    assert path != door.store(table, "levels", "all", 2006, 2024)


def test_the_whole_group_in_all_editions_is_what_briefs_read(project):
    path = door.store(read_processed("means"), "means", "All", 2005, 2024)
    assert path == project.resolve() / "data/processed/means.csv"


@pytest.mark.parametrize(
    "other",
    [{"seed": 1}, {"draws": 99}, {"seed": 1, "draws": 99}, {"estimator": "Theil-Sen"}],
)
def test_a_result_of_another_seed_or_number_of_draws_is_kept_apart(project, other):
    before = (project / "data/processed/drifts.csv").read_bytes()
    path = door.store(pd.DataFrame({"x": [1.5]}), "drifts", **RELEASE_SETTINGS | other)
    words = "_".join(f"{key}_{value}" for key, value in sorted(other.items()))
    words = words.lower().replace("-", "_")
    assert path.name == f"drifts_all_2005_2024_{words}.csv"
    assert path.parent == project.resolve() / "data/processed/variants"
    assert (project / "data/processed/drifts.csv").read_bytes() == before


@pytest.mark.parametrize("name", ["seed", "draws", *ASSOCIATION_SETTINGS])
def test_no_other_parameter_of_notebook_3_reaches_the_tables_that_briefs_read(project, name):
    released = {**RELEASE_SETTINGS, **ASSOCIATION_SETTINGS}
    other = {"seed": 1, "draws": 99, "without": "Hungary; Russia"}.get(name, "other")
    frame = pd.DataFrame({"x": [1.5]})
    path = door.store(frame, "correlations", **released | {name: other})
    assert path.parent == project.resolve() / "data/processed/variants"
    assert path.name.startswith(f"correlations_all_2005_2024_{name}_")
    with pytest.warns(UndeclaredWarning, match="correlations.csv: expected .* found x;"):
        assert door.store(frame, "correlations", **released).parent.name == "processed"


@pytest.mark.parametrize("notebook", ["2_trajectories", "3_correlations"])
def test_the_notebooks_begin_with_the_settings_of_the_release(notebook):
    path = Path(__file__).parents[2] / "notebooks" / f"{notebook}.ipynb"
    told = papermill.inspect_notebook(path)
    parameters = {name: ast.literal_eval(p["default"]) for name, p in told.items()}
    shown_only = parameters.pop("family", None)
    assert shown_only in {None, "pairs"}, "it chooses what is shown, not what is computed"
    span = {"first_edition": FIRST_EDITION, "last_edition": LAST_EDITION}
    settings = {"2_trajectories": TREND_SETTINGS, "3_correlations": ASSOCIATION_SETTINGS}
    assert parameters == {"group": "all", **span, **settings[notebook], **RELEASE_SETTINGS}


@pytest.mark.parametrize(
    ("window", "ends"),
    [
        ("all editions", [2005, 2024]),
        ("first ten editions", [2005, 2014]),
        ("last ten editions", [2015, 2024]),
        ("until the change of format", [2005, 2019]),
    ],
)
def test_a_window_has_the_editions_that_it_names(window, ends):
    table = pd.DataFrame({"edition": range(2005, 2025)})
    assert in_window(table, window)["edition"].agg(["min", "max"]).tolist() == ends


@pytest.mark.usefixtures("project")
def test_an_unusable_group_or_window_is_refused():
    with pytest.raises(ParameterError, match="unknown group 'Baltics'"):
        load_group("Baltics", 2005, 2024)
    with pytest.raises(ParameterError, match="later than"):
        load_group("Balkans", 2012, 2010)


def test_the_series_says_what_each_score_rests_on():
    statuses = pd.DataFrame(
        "printed", index=range(5), columns=[f"{code}_status" for code in CATEGORIES]
    )
    statuses.loc[1, "CO_status"] = "derived"
    statuses.loc[2:, ["NDG_status", "LDG_status"]] = None
    statuses.loc[4, "CO_status"] = "rescaled"
    editions = statuses.assign(
        country="Poland",
        iso3="POL",
        edition=range(2010, 2015),
        democracy_score=[5.0, 5.0, 4.892857, 4.892857, None],
        score_status=["computed", "computed", "printed", "derived", None],
        regime_class="Semi-Consolidated Democracy",
    )
    series = score_series(editions)
    assert series["edition"].tolist() == [2010, 2011, 2012, 2013]
    assert series["basis"].tolist() == ["printed", "derived", "score only", "score derived"]
    assert series["score"].tolist() == [5.0, 5.0, 137 / 28, 137 / 28]


def test_every_score_of_the_country_editions_is_in_the_series_and_no_other():
    editions = read_processed("country_editions")
    series = score_series(editions).set_index(["country", "edition"])["score"]
    stored = editions.set_index(["country", "edition"])["democracy_score"].dropna()
    assert len(series) == 578
    assert ((series - stored).abs() < 1e-6).all()


def test_two_decimals_and_six_give_the_same_exact_score():
    exact = pd.Series(range(28, 197)) / 28
    for digits in (2, 6):
        assert (exact_scores(exact.round(digits)) == exact).all()


def test_a_number_that_no_seven_ratings_have_as_mean_is_no_score():
    assert exact_scores(pd.Series([4.02, None])).isna().all()


@pytest.mark.usefixtures("project")
def test_a_part_of_which_nobody_is_left_is_none():
    balkans = chosen_groups("Balkans")["Balkans"]
    parts = chosen_groups("all", "; ".join(balkans))
    assert "Balkans" not in parts
    assert len(parts["all"]) == 29 - len(balkans)
    assert chosen_groups("Balkans", "; ".join(balkans)) == {"Balkans": []}


@pytest.mark.usefixtures("project")
def test_a_group_is_called_as_it_is_declared():
    assert load_group("balkans", 2005, 2024).group == "Balkans"
    assert load_group("ALL", 2005, 2024).group == "all"


def test_two_formulas_never_share_a_file(project):
    """Those of two models may have the same words and numbers, and differ in signs only."""
    frame, formulas = pd.DataFrame({"x": [1.5]}), ["score ~ time + member", "score ~ time * member"]
    paths = {door.store(frame, "trend_regression", formula=formula) for formula in formulas}
    assert len(paths) == 2
    assert {path.parent for path in paths} == {project.resolve() / "data/processed/variants"}


def test_a_choice_that_leaves_nothing_is_refused_in_one_line():
    with pytest.raises(ParameterError, match="'Estonia; LVA; LTU' leaves no country of Baltic"):
        load_group("Baltic states", 2005, 2024, "Estonia; LVA; LTU")
    some = load_group("South Caucasus", 2023, 2024, "Georgia")
    require_complete(some.panel, some)
    with pytest.raises(ParameterError, match=r"of South Caucasus in the 2023 to 2024 .* in full"):
        require_complete(some.wide.reindex(columns=list(CATEGORIES)).dropna(), some)


@pytest.mark.usefixtures("project")
def test_who_is_left_out_has_to_be_a_member():
    assert len(load_group("Balkans", 2005, 2024, "Serbia").members) == 6
    with pytest.raises(ParameterError, match=r"^without: Hungary is no member of Balkans$"):
        load_group("Balkans", 2005, 2024, "Serbia; HUN")


def test_countries_joined_by_commas_are_told_how_they_are_joined():
    with pytest.raises(ParameterError, match=r"'Hungary, Poland'; names are joined by semicolons$"):
        named_countries("Hungary, Poland")
