"""What notebook 2 stores is what the estimators give, exact, kept and refused where designed."""

import warnings
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from analysis.settings.groups import group_members
from analysis.statistics import group_data as groups
from analysis.statistics.group_data import load_group, stored_result
from analysis.tables.results import result_path
from analysis.trajectories import results
from analysis.trajectories.transitions import class_rank

pytestmark = pytest.mark.usefixtures("project")


@pytest.fixture
def region():
    return load_group("all", 2005, 2024)


@pytest.fixture
def small():
    return load_group("Balkans", 2020, 2022)


def test_every_score_is_exact_and_within_rounding_of_what_is_known(region):
    scores = results.scores_of(region).merge(region.series, on=["country", "edition"])
    assert len(scores) == len(region.series)
    for score, known in zip(scores["democracy_score"], scores["score"], strict=True):
        assert score == known == float(Fraction(round(score * 28), 28))


def test_the_stored_trend_is_the_mean_of_least_squares_slopes(region):
    table = results.trends(region, 1, 99).set_index(["group", "name"])
    slopes = [
        10 * np.polyfit(own["edition"] - 2015, own["democracy_score"], 1)[0]
        for _, own in results.scores_of(region).groupby("country")
    ]
    assert table.loc[("all", "DS"), "estimate"] == pytest.approx(np.mean(slopes), abs=1e-6)
    error = np.std(slopes, ddof=1) / np.sqrt(29)
    assert table.loc[("all", "DS"), "standard_error"] == pytest.approx(error, abs=1e-6)
    assert set(table.index.get_level_values(0)) == set(groups_of_the_region())


def groups_of_the_region():
    return ("all", "Central Europe", "Balkans", "Eurasia", "EU members", "Non-EU")


def test_what_is_committed_is_what_the_estimators_give(region):
    committed = {
        name: stored_result(name, region)
        for name in ("episodes", "change_rates", "class_events", "panel_break", "drifts")
    }
    results.episodes(region)
    results.change_rates(region)
    results.classes(region)
    results.breaks(region, 2024, 9999)
    results.drifts(region, 2024, 9999)
    for name, table in committed.items():
        pd.testing.assert_frame_equal(table, stored_result(name, region))


def test_the_committed_simulation_belongs_to_the_committed_panel(region):
    names = ("generator_fit", "calibrated_trends", "episode_false_alarms", "growth", "growth_lines")
    committed = {name: result_path(name).read_bytes() for name in names}
    results.simulated(region, 2024)
    results.growth(region)
    for name, content in committed.items():
        assert result_path(name).read_bytes() == content, name


def test_the_trend_regression_is_least_squares_within_countries(region):
    table = results.regression(region, 1, 99).set_index("term")
    members = {country.name for country in group_members("EU members")}
    frame = results.scores_of(region).assign(
        time=lambda t: (t["edition"] - 2014.5) / 10,
        of_members=lambda t: t["time"] * t["country"].isin(members),
    )
    columns = ["democracy_score", "time", "of_members"]
    within = frame[columns] - frame.groupby("country")[columns].transform("mean")
    b = np.linalg.lstsq(within[["time", "of_members"]], within["democracy_score"], rcond=None)[0]
    assert table["estimate"].tolist() == pytest.approx(b.tolist(), abs=1e-6)
    assert table["n_observations"].eq(len(frame)).all()


def test_few_members_are_refused_by_the_trend_regression():
    table = results.regression(load_group("Eurasia", 2005, 2024), 1, 99)
    assert table["refusal"].tolist() == ["0 members and 12 others: each needs 3"]
    assert table["estimate"].isna().all()


def test_late_class_moves_are_compared_within_countries(region):
    table = results.class_contrasts(region).set_index("name")
    scores = results.scores_of(region).pivot(
        index="country", columns="edition", values="democracy_score"
    )
    rank = class_rank(scores.to_numpy())
    step = np.diff(rank, axis=1)
    late = scores.columns.to_numpy()[1:] >= 2015
    rates = [
        np.nanmean(np.where(np.isnan(part), np.nan, part < 0), axis=1)
        for part in (step[:, late], step[:, ~late])
    ]
    difference = rates[0] - rates[1]
    row = table.loc["rate of moving down from 2015 on less before"]
    assert row["estimate"] == pytest.approx(np.nanmean(difference), abs=1e-6)
    assert row["n_countries"] == np.isfinite(difference).sum()


@pytest.mark.parametrize(("first", "last"), [(2020, 2022), (2021, 2021)])
def test_a_short_window_is_refused_without_a_warning(first, last):
    data = load_group("Balkans", first, last)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drifts = results.drifts(data, 1, 99)
        assert (drifts["refusal"] != "").all()
        assert drifts["p_value"].isna().all()
        table, profile = results.breaks(data, 1, 99)
        assert "a break needs at least 8" in table["refusal"].iloc[0]
        assert profile.empty
        assert (results.change_effects(data)["refusal"] != "").all()
        usual, last = results.usual(data)
        few = usual[usual["refusal"] != ""]
        assert (few["n_changes"] < 20).all() and few["median"].isna().all()
        assert set(last["country"]) <= {country.name for country in data.members}
        assert "4 editions" in results.simulated(data, 1).refusal
    assert not (groups.processed_folder() / "drifts.csv").samefile(
        result_path("drifts", data.group, data.window, seed=1, draws=99)
    )
