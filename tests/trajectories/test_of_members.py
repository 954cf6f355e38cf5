"""A group's own results: those that are stored for regions, and intervals that hold with few."""

import numpy as np
import pandas as pd
import pytest

from analysis.facts.countries import REGIONS
from analysis.settings.groups import group_members
from analysis.statistics.arrays import changes_of, slopes_of
from analysis.statistics.generator import CAL, simulate
from analysis.tables.stored import read_processed
from analysis.trajectories.change_rates import clustered_rate
from analysis.trajectories.headlines import results_of_members
from analysis.validation.check import Case
from analysis.validation.trends import intervals, true_slope


def _of(*names):
    scores, panel = map(read_processed, ("country_editions", "panel"))
    return (table[table["country"].isin(names)] for table in (scores, panel))


@pytest.mark.parametrize("group", REGIONS)
def test_the_trend_of_a_region_is_the_stored_one(group):
    own = results_of_members(*_of(*(c.name for c in group_members(group))), group)["trends"]
    stored = read_processed("trends").query("group == @group").iloc[0]
    numbers = ["estimate", "lower", "upper", "fell", "rose", "unchanged", "n_observations"]
    assert own.loc[0, numbers].tolist() == pytest.approx(stored[numbers].tolist(), abs=1e-6)
    assert own["wilcoxon_p"].isna().all()


def test_two_countries_are_refused_with_a_reason():
    found = results_of_members(*_of("Estonia", "Latvia"), "both")
    refused = pd.concat([found[name]["refusal"] for name in ("trends", "change_rates")])
    assert refused.str.contains("2 of the 3 countries").all()
    assert "at least 6" in found["panel_break"]["refusal"].item()


@pytest.mark.parametrize("countries", [3, 5, 12])
def test_intervals_hold_with_few_countries(countries):
    rng = np.random.default_rng(countries)
    panels = simulate(CAL, 400, countries, 20, rng)
    low, high = intervals(slopes_of(panels.mean(axis=-2)))
    truth = true_slope(Case("drift", CAL), rng)
    assert np.mean((low <= truth) & (truth <= high)) > 0.925 - 0.03
    falls = (changes_of(panels) < 0).sum(axis=(-2, -1)).astype(float)
    rate = float((changes_of(simulate(CAL, 1, 20_000, 20, rng)) < 0).mean())
    _, low, high, _ = clustered_rate(falls, np.full_like(falls, 7 * 19))
    assert np.mean((low <= rate) & (rate <= high)) > 0.93 - 0.03
