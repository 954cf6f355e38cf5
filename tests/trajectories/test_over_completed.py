"""What stands beside the range over completed panels is the headline that notebook 2 gives."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.completed_panels import completed_panels
from analysis.statistics.group_data import load_group
from analysis.tables.stored import read_processed
from analysis.trajectories.headlines import change_rates, trajectories_over_completed
from analysis.trajectories.moves import class_transitions
from analysis.trajectories.trends import mean_trend

BOUNDS = ("estimate", "lower", "upper")
pytestmark = pytest.mark.usefixtures("project")


@pytest.fixture
def table():
    return trajectories_over_completed(load_group("all", 2005, 2024)).set_index(
        ["statistic", "name"]
    )


def test_what_is_known_gives_the_stored_headlines(table):
    trends = read_processed("trends")
    of_all = trends[trends["group"] == "all"].set_index("name")
    of_parts = trends[(trends["group"] != "all") & (trends["name"] == "DS")].set_index("group")
    assert len(of_parts) == 5
    for statistic, stored in {"trend": of_all, "trend of the score": of_parts}.items():
        rows = table.loc[statistic].loc[stored.index]
        for ours, theirs in zip(("known", "known_low", "known_high"), BOUNDS, strict=True):
            assert rows[ours].to_numpy(float) == pytest.approx(stored[theirs].to_numpy(), abs=2e-6)
    episodes = read_processed("episodes")["direction"].value_counts()
    assert table.loc["episodes", "known"].to_dict() == episodes.to_dict()
    stored = read_processed("class_moves").query("from_class == 'all'").set_index("move")
    moves, rates = stored["n_events"], stored["rate"]
    own = table.loc["rate of moves between classes", "known"]
    assert own.to_numpy(float) == pytest.approx(rates[own.index].to_numpy(), abs=2e-6)
    assert table.loc["moves between classes", "known"].to_dict() == {
        name: moves[name] for name in ("down", "up")
    }


def test_trends_are_drawn_by_the_chosen_estimator():
    data = load_group("Visegrad", 2005, 2015)
    table = trajectories_over_completed(data, "Theil-Sen").set_index(["statistic", "name"])
    theirs = mean_trend(data.series, "score", draws=0, estimator="Theil-Sen")
    ours = table.loc[("trend", "DS"), ["known", "known_low", "known_high"]]
    assert ours.tolist() == pytest.approx([theirs.estimate, theirs.lower, theirs.upper])


def test_rates_are_compared_at_the_change_of_format_as_the_headline_is(table):
    stored = read_processed("rate_contrasts").set_index("event")
    rows = table.loc["change of the rate"]
    for ours, theirs in zip(("known", "known_low", "known_high"), BOUNDS, strict=True):
        expected = stored.loc[rows.index, theirs].to_numpy()
        assert rows[ours].to_numpy(float) == pytest.approx(expected, abs=2e-6)


def test_a_window_without_the_change_of_format_has_no_such_comparison():
    table = trajectories_over_completed(load_group("Visegrad", 2005, 2015))
    assert "change of the rate" not in set(table["statistic"])


def test_one_completed_panel_gives_what_the_estimators_give_it(table):
    panels = completed_panels(load_group("all", 2005, 2024))
    frame = [
        {"country": country, "edition": edition, "democracy_score": panels.scores[7, i, t]}
        for i, country in enumerate(panels.countries)
        for t, edition in enumerate(panels.editions)
    ]
    scores = pd.DataFrame(frame)
    estimate = mean_trend(scores).estimate
    row = table.loc[("trend", "DS")]
    assert row["least"] - 1e-6 <= estimate <= row["greatest"] + 1e-6
    moves = class_transitions(scores).events
    assert len(moves) <= table.loc["moves between classes", "greatest"].sum()


def test_rates_are_counts_over_opportunities(table):
    panels = completed_panels(load_group("all", 2005, 2024))
    changes = np.diff(panels.ratings, axis=-1)
    any_change = (np.abs(changes) > 1e-9).mean(axis=(1, 2, 3))
    row = table.loc[("rate of changes", "any")]
    assert row["least"] == pytest.approx(any_change.min(), abs=1e-6)
    assert row["greatest"] == pytest.approx(any_change.max(), abs=1e-6)
    figures = change_rates(panels)
    assert figures.shown(figures.estimates[:, 0]) == pytest.approx(any_change)
    down, up = (table.loc[("rate of changes", name), "pooled"] for name in ("down", "up"))
    assert down + up == pytest.approx(row["pooled"], abs=1e-3)


def test_the_range_and_the_flag_agree_with_the_interval(table):
    trends = table.loc["trend"]
    assert (trends["least"] <= trends["pooled"]).all()
    assert (trends["pooled"] <= trends["greatest"]).all()
    excluded = {
        name: (row["known_low"] > 0 or row["known_high"] < 0, row["low"] > 0 or row["high"] < 0)
        for name, row in trends.iterrows()
    }
    assert {name for name, (a, b) in excluded.items() if a != b} == set(
        trends.index[trends["hangs_on_gaps"]]
    )


def test_a_group_without_gaps_has_no_range():
    table = trajectories_over_completed(load_group("Visegrad", 2005, 2015))
    assert table["least"].to_numpy(float) == pytest.approx(table["greatest"].to_numpy(float))
    trends = table[table["statistic"] == "trend"]
    assert trends["known"].to_numpy(float) == pytest.approx(trends["pooled"].to_numpy(float))
    assert not table["hangs_on_gaps"].any()


def test_two_countries_have_rates_without_an_interval():
    """As of known panels: no standard error rests on fewer than three."""
    data = load_group("Baltic states", 2005, 2024)
    table = trajectories_over_completed(replace(data, members=data.members[:2]))
    rates = table[table["statistic"] == "rate of changes"]
    assert rates["known"].notna().any()
    assert rates[["known_low", "known_high", "low", "high"]].isna().all(axis=None)


def test_the_middle_of_three_editions_has_a_step_on_either_side():
    """Rates late and early are compared; the first edition of a window ends no step."""
    table = trajectories_over_completed(load_group("Balkans", 2005, 2007))
    assert np.isfinite(table.loc[table["statistic"] == "change of the rate", "known"]).all()
