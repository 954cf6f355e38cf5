"""Groups of countries cut out of the stored tables; results of other settings kept apart."""

import ast
import inspect
from pathlib import Path

import pandas as pd
import papermill
import pytest

from analysis.correlations import results as correlations
from analysis.facts.errors import ParameterError
from analysis.facts.files import read_processed
from analysis.facts.rating_system import FIRST_EDITION, LAST_EDITION
from analysis.settings.choices import declared
from analysis.settings.parameters import RELEASE_SETTINGS, TREND_SETTINGS
from analysis.statistics.group_data import load_group, store_result
from analysis.statistics.simulation import fitted
from analysis.statistics.simulation.fit import Fit
from analysis.statistics.simulation.generator import CAL
from analysis.statistics.simulation.moments import MOMENTS

MOMENT_TABLE = pd.DataFrame(
    {
        "moment": list(MOMENTS),
        "meaning": list(MOMENTS.values()),
        **dict.fromkeys(("real", "simulated", "spread", "z"), 0.5),
    }
)


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
    path = store_result(table, "levels", load_group("EU members", 2005, 2024))
    assert path.relative_to(project).parts[:3] == ("data", "processed", "variants")
    assert path.read_text() == "x\n1.5\n"
    assert (project / "data/processed/levels.csv").read_bytes() == before
    assert path != store_result(table, "levels", load_group("all", 2006, 2024))


def test_the_whole_group_in_all_editions_is_what_briefs_read(project):
    data = load_group("All", 2005, 2024)
    path = store_result(read_processed("means"), "means", data)
    assert path == project.resolve() / "data/processed/means.csv"


@pytest.mark.parametrize(
    "other",
    [{"seed": 1}, {"draws": 99}, {"seed": 1, "draws": 99}, {"estimator": "Theil-Sen"}],
)
def test_a_result_of_another_seed_or_number_of_draws_is_kept_apart(project, other):
    data = load_group("all", 2005, 2024)
    before = (project / "data/processed/drifts.csv").read_bytes()
    path = store_result(pd.DataFrame({"x": [1.5]}), "drifts", data, **RELEASE_SETTINGS | other)
    words = "_".join(f"{key}_{value}" for key, value in sorted(other.items()))
    words = words.lower().replace("-", "_")
    assert path.name == f"drifts_all_2005_2024_{words}.csv"
    assert path.parent == project.resolve() / "data/processed/variants"
    assert (project / "data/processed/drifts.csv").read_bytes() == before


def test_no_seed_or_number_of_draws_reaches_the_tables_that_briefs_read(project, monkeypatch):
    # What is stored where depends neither on the fit nor on the number of simulated panels.
    monkeypatch.setattr(fitted, "fit", lambda *_: Fit(CAL, MOMENT_TABLE, 0.0, 29, 20, 1, 1))
    few = declared().model_copy(update={"simulated_panels": 6})
    monkeypatch.setattr(correlations, "declared", lambda: few)
    before = {path: path.read_bytes() for path in (project / "data/processed").glob("*.*")}
    data = load_group("all", 2005, 2024)
    for name, make in inspect.getmembers(correlations, inspect.isfunction):
        parameters = inspect.signature(make).parameters
        if make.__module__ == correlations.__name__ and "seed" in parameters:
            assert next(iter(parameters)) == "data", name
            make(data, **{key: 99 for key in ("seed", "draws") if key in parameters})
    assert {path: path.read_bytes() for path in (project / "data/processed").glob("*.*")} == before
    made = {path.name.split("_all_")[0] for path in (project / "data/processed/variants").iterdir()}
    assert made >= {"correlation_tests", "calibrated_null", "lead_lag"}


@pytest.mark.parametrize("notebook", ["2_trajectories", "3_correlations"])
def test_the_notebooks_begin_with_the_settings_of_the_release(notebook):
    path = Path(__file__).parents[2] / "notebooks" / f"{notebook}.ipynb"
    told = papermill.inspect_notebook(path)
    parameters = {name: ast.literal_eval(p["default"]) for name, p in told.items()}
    shown_only = parameters.pop("family", None)
    assert shown_only in {None, "pairs"}, "it chooses what is shown, not what is computed"
    span = {"first_edition": FIRST_EDITION, "last_edition": LAST_EDITION}
    settings = TREND_SETTINGS if notebook == "2_trajectories" else {}
    assert parameters == {"group": "all", **span, **settings, **RELEASE_SETTINGS}


@pytest.mark.usefixtures("project")
def test_an_unusable_group_or_window_is_refused():
    with pytest.raises(ParameterError, match="unknown group 'Baltics'"):
        load_group("Baltics", 2005, 2024)
    with pytest.raises(ParameterError, match="later than"):
        load_group("Balkans", 2012, 2010)
