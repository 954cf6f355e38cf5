"""Rates of change against pandas, and the clustered interval by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from analysis.facts.errors import ParameterError
from analysis.trajectories.change_rates import (
    change_rate_table,
    changes_by_edition,
    changes_by_knowledge,
    clustered_rate,
    prior_weight,
    rate_contrasts,
    rate_row,
    shrunken_rates,
)
from analysis.trajectories.observed import annual_changes, event_of


@pytest.fixture(scope="module")
def slow(panel):
    """Changes between adjacent editions by merging the table with itself."""
    before = panel.assign(edition=panel["edition"] + 1)
    both = panel.merge(before, on=["country", "category", "edition"], suffixes=("", "_before"))
    return both.assign(change=both["rating"] - both["rating_before"])


def test_annual_changes(panel, slow):
    keys = ["country", "category", "edition"]
    found = annual_changes(panel).sort_values(keys).reset_index(drop=True)
    expected = slow.sort_values(keys).reset_index(drop=True)
    assert found[keys].equals(expected[keys])
    assert found["change"].to_numpy() == pytest.approx(expected["change"].to_numpy())
    assert found["level"].to_numpy() == pytest.approx(expected["rating_before"].to_numpy())


def test_previous_change(series):
    frame = series(A=[3.0, 3.25, 3.25, 3.25, 3.0, None, 3.0, 3.0]).assign(category="EP")
    found = annual_changes(frame.rename(columns={"democracy_score": "rating"})).set_index("edition")
    assert found["previous_change"].tolist()[1:4] == [0.25, 0.0, 0.0]
    assert np.isnan(found["previous_change"].iloc[0])
    # After the gap nothing is known about the last change.
    assert np.isnan(found.loc[2012, "previous_change"])


def test_rates_by_category(panel, slow):
    table = change_rate_table(panel).set_index(["name", "event"])
    for name, part in slow.groupby("category"):
        row = table.loc[name, "down"]
        assert row["n_events"] == (part["change"] < 0).sum()
        assert row["n_opportunities"] == len(part)
        assert row["rate"] == pytest.approx((part["change"] < 0).mean())
        assert row["lower"] <= row["rate"] <= row["upper"]
    every = table.loc["all"]
    assert every.loc["any", "n_events"] == (slow["change"] != 0).sum()
    assert (
        every.loc["down", "n_events"] + every.loc["up", "n_events"] == every.loc["any", "n_events"]
    )
    assert every.loc["large", "n_events"] == (slow["change"].abs() >= 0.5).sum()


def test_interval_in_a_balanced_panel():
    events = np.array([0.0, 2, 5, 1, 4, 3, 0, 1])
    n = np.full(8, 10.0)
    rate, lower, upper, deff = clustered_rate(events, n)
    # The design effect of METHODS: variance of the mean country rate over its binomial variance.
    by_country = events / 10
    expected = max(1, by_country.var(ddof=1) / 8 / (0.2 * 0.8 / 80))
    assert (rate, deff) == pytest.approx((0.2, expected))
    tail = stats.norm.sf(stats.t.ppf(0.975, 7)) * 2
    own = proportion_confint(0.2 * 80 / expected, 80 / expected, alpha=tail, method="wilson")
    assert (lower, upper) == pytest.approx(own)


def test_countries_without_opportunities_do_not_count():
    events, n = np.array([1.0, 0, 2, 0]), np.array([5.0, 5, 5, 0])
    assert clustered_rate(events, n)[1] == pytest.approx(clustered_rate(events[:3], n[:3])[1])
    assert rate_row("x", events, n, 6)["n_countries"] == 3


def test_no_event_and_too_few_countries():
    none = rate_row("x", np.zeros(5), np.full(5, 8.0), 9)
    assert (none["rate"], none["lower"]) == (0.0, 0.0)
    assert none["upper"] > 0
    assert none["messages"] == "0 of 40: only the upper bound informs"
    few = rate_row("x", np.array([1.0, 0]), np.array([4.0, 4.0]), 5)
    assert few["refusal"] == "2 of the 3 countries needed for an interval"
    assert np.isnan(few["rate"])


def test_changes_by_edition(panel, slow):
    found = changes_by_edition(panel).set_index("edition")
    expected = slow.groupby("edition")["change"].agg(lambda c: (c < 0).sum())
    assert found["n_down"].to_dict() == expected.to_dict()
    assert found["n_opportunities"].sum() == len(slow)


def test_shrunken_rates(panel, slow):
    table = shrunken_rates(panel)
    raw = slow.assign(moved=slow["change"] != 0).groupby("country")["moved"].mean()
    assert table.set_index("country")["raw_rate"].to_dict() == pytest.approx(raw.to_dict())
    common = (slow["change"] != 0).mean()
    # Shrinking moves every country towards the common rate and keeps it on its side.
    assert ((table["rate"] - common).abs() <= (table["raw_rate"] - common).abs() + 1e-12).all()
    assert ((table["rate"] - common) * (table["raw_rate"] - common) >= 0).all()
    assert table["rank"].tolist() == sorted(table["rank"])


def test_prior_weight_recovers_a_beta_binomial():
    rng = np.random.default_rng(1)
    n = rng.integers(40, 140, 4000).astype(float)
    events = rng.binomial(n.astype(int), rng.beta(3, 9, 4000)).astype(float)
    assert prior_weight(events, n) == pytest.approx(12, rel=0.1)
    assert prior_weight(np.full(9, 2.0), np.full(9, 10.0)) == np.inf


def test_one_step_a_country_tells_nothing_of_how_countries_differ():
    assert prior_weight(np.array([1.0, 0.0, 1.0, 0.0]), np.ones(4)) == np.inf


def test_a_step_is_complete_where_both_of_its_editions_are(panel):
    """Six ratings of a country-edition without its seventh: twelve steps to it and from it."""
    hole = (panel["country"] == "C01") & (panel["edition"] == 2010) & (panel["category"] == "CO")
    steps = changes_by_knowledge(panel[~hole], 2012).set_index(["period", "known"])["n_steps"]
    assert changes_by_knowledge(panel, 2012)["known"].unique().tolist() == ["complete"]
    assert steps["before", "incomplete"] == 12
    assert steps.drop(("before", "incomplete")).index.get_level_values("known").unique() == [
        "complete"
    ]


def test_countries_that_do_not_differ(series):
    frame = series(**{f"C{i}": [3.0, 3.25, 3.25, 3.25] for i in range(4)}).assign(category="EP")
    table = shrunken_rates(frame.rename(columns={"democracy_score": "rating"}))
    assert table["rate"].tolist() == pytest.approx([1 / 3] * 4)
    assert table["messages"].str.startswith("countries differ no more than by chance").all()


def test_unknown_event(panel):
    with pytest.raises(ParameterError, match="expected an event of any, down, up, large"):
        event_of(np.zeros(3), "sideways")
    assert isinstance(panel, pd.DataFrame)


def test_rates_before_and_after_are_compared_within_countries(panel, slow):
    table = rate_contrasts(panel, 2012).set_index("event")
    fell = slow.assign(fell=slow["change"] < 0, late=slow["edition"] >= 2012)
    rates = fell.pivot_table(index="country", columns="late", values="fell")
    difference = (rates[True] - rates[False]).dropna()
    row = table.loc["down"]
    test = stats.ttest_1samp(difference, 0)
    assert row["estimate"] == pytest.approx(difference.mean())
    assert row["p_value"] == pytest.approx(test.pvalue)
    assert row["after"] - row["before"] == pytest.approx(row["estimate"])
    assert row["df"] == len(difference) - 1


def test_steps_of_countries_that_are_not_compared_do_not_count(panel, slow):
    """A country that is known on one side only gives no difference, and so no observation."""
    gone, *_ = panel["country"].unique()
    short = panel[(panel["country"] != gone) | (panel["edition"] < 2012)]
    table = rate_contrasts(short, 2012)
    assert (table["n_countries"] == panel["country"].nunique() - 1).all()
    assert (table["n_observations"] == (slow["country"] != gone).sum()).all()


def test_without_editions_on_both_sides_a_comparison_is_refused(panel):
    table = rate_contrasts(panel, 2005)
    assert table["estimate"].isna().all()
    assert (table["refusal"] == "0 of the 3 countries needed for an interval").all()
