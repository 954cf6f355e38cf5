"""The results of notebook 2 on the real panel: computed another way, and refused where designed."""

import warnings
from fractions import Fraction

import numpy as np
import pytest

from analysis.settings.parameters import TREND_SETTINGS
from analysis.statistics.group_data import chosen_groups, load_group, without_countries
from analysis.tables.stored import read_processed
from analysis.trajectories.change_model import change_effects
from analysis.trajectories.drift import drift_table, panel_break
from analysis.trajectories.driftless import driftless_panels
from analysis.trajectories.growth import growth_tables
from analysis.trajectories.moves import (
    class_contrast_table,
    last_changes,
    usual_changes,
)
from analysis.trajectories.observed import complete_editions
from analysis.trajectories.regression import cluster_regression
from analysis.trajectories.rounding import class_rank
from analysis.trajectories.trends import group_leave_one_out, group_trends


def scores_of(group, first=2005, last=2024):
    series = load_group(group, first, last).series
    return series.rename(columns={"score": "democracy_score"})


@pytest.fixture(scope="module")
def region():
    return scores_of("all")


def test_every_score_is_exact(region):
    for score in region["democracy_score"]:
        assert score == float(Fraction(round(score * 28), 28))


def test_the_trend_of_every_group_is_the_mean_of_least_squares_slopes(region):
    groups = chosen_groups("all")
    table = group_trends(region, groups, draws=99).set_index("group")
    left_out = group_leave_one_out(region, groups).set_index(["group", "left_out"])
    for name, countries in groups.items():
        slopes = [
            10 * np.polyfit(own["edition"] - 2015, own["democracy_score"], 1)[0]
            for country, own in region.groupby("country")
            if country in countries
        ]
        assert table.loc[name, "estimate"] == pytest.approx(np.mean(slopes))
        error = np.std(slopes, ddof=1) / np.sqrt(len(slopes))
        assert table.loc[name, "standard_error"] == pytest.approx(error)
    poland = left_out.loc[("Central Europe", "Poland"), "estimate"]
    rest = region[region["country"].isin(groups["Central Europe"])]
    rest = rest[rest["country"] != "Poland"]
    assert poland == pytest.approx(
        group_trends(rest, {"rest": groups["Central Europe"]}, draws=99)["estimate"].item()
    )


def test_countries_left_out_are_in_no_group_and_no_frame(region):
    assert "Hungary" not in set(without_countries(region, "Hungary; Russia")["country"])
    assert all("Russia" not in c for c in chosen_groups("all", "Hungary; Russia").values())
    assert [c.iso3 for c in load_group("Baltic states", 2005, 2024, "latvia").members] == [
        "EST",
        "LTU",
    ]


def test_the_trend_regression_is_least_squares_within_countries(region):
    members = chosen_groups("EU members")["EU members"]
    frame = region.assign(
        time=lambda t: (t["edition"] - 2014.5) / 10,
        eu_member=lambda t: t["country"].isin(members) * 1.0,
        of_members=lambda t: t["time"] * t["eu_member"],
    )
    fitted = cluster_regression(frame, TREND_SETTINGS["formula"], split="eu_member", draws=99)
    table = fitted[fitted["message"] == ""].set_index("term")
    columns = ["democracy_score", "time", "of_members"]
    within = frame[columns] - frame.groupby("country")[columns].transform("mean")
    b = np.linalg.lstsq(within[["time", "of_members"]], within["democracy_score"], rcond=None)[0]
    assert table.index.tolist() == ["time", "time:eu_member"]
    assert table["estimate"].tolist() == pytest.approx(b.tolist())
    stored = read_processed("trend_regression").set_index("term")["estimate"]
    assert stored.to_dict() == pytest.approx(table["estimate"].to_dict(), abs=1e-6)
    assert table["n_observations"].eq(len(frame)).all()


def test_few_members_are_refused_by_the_trend_regression():
    frame = scores_of("Eurasia").assign(time=lambda t: t["edition"] / 10, eu_member=0.0)
    table = cluster_regression(frame, TREND_SETTINGS["formula"], split="eu_member")
    assert table["refusal"].tolist() == ["clusters: 12 with eu_member 0; each part needs 3"]
    assert table["estimate"].isna().all()


def test_late_class_moves_are_compared_within_countries(region):
    table = class_contrast_table(region, 2015).set_index("name")
    scores = region.pivot(index="country", columns="edition", values="democracy_score")
    rank = class_rank(scores.to_numpy())
    step = np.diff(rank, axis=1)
    late = scores.columns.to_numpy()[1:] >= 2015
    rates = [
        np.nanmean(np.where(np.isnan(part), np.nan, part < 0), axis=1)
        for part in (step[:, late], step[:, ~late])
    ]
    difference = rates[0] - rates[1]
    row = table.loc["rate of moving down from 2015 on less before"]
    assert row["estimate"] == pytest.approx(np.nanmean(difference))
    assert row["n_countries"] == np.isfinite(difference).sum()


@pytest.mark.parametrize(("first", "last"), [(2020, 2022), (2021, 2021)])
def test_a_short_window_is_refused_without_a_warning(first, last):
    scores, panel = scores_of("Balkans", first, last), load_group("Balkans", first, last).panel
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drifts = drift_table(scores, draws=99)
        assert (drifts["refusal"] != "").all()
        assert drifts["p_value"].isna().all()
        strongest = panel_break(scores, draws=99)
        assert "a break needs at least 8" in strongest.table["refusal"].iloc[0]
        assert strongest.profile.empty
        assert (change_effects(complete_editions(panel))["refusal"] != "").all()
        usual, last_ones = usual_changes(panel), last_changes(panel)
        few = usual[usual["refusal"] != ""]
        assert (few["n_changes"] < 20).all() and few["median"].isna().all()
        assert set(last_ones["country"]) <= set(panel["country"])
        assert "4 editions" in driftless_panels(panel, 1, 99).refusal
        if first == last:
            estimates, lines = growth_tables(scores, panel)
            assert (estimates["refusal"] != "").all()
            assert lines.empty
