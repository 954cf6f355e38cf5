"""The declared grid: the fixed choices are the headlines, the others do what they say."""

import numpy as np
import pytest

from analysis.correlations.decomposition import pair_correlations
from analysis.correlations.multiverse import (
    SUMMARY_COLUMNS,
    multiverse,
    summary,
)
from analysis.settings.choices import PERIODS, SETS, declared
from analysis.tables.schema import columns

CODES = ["NDG", "EP", "CS", "IM", "LDG", "JFI", "CO"]
MEMBERS = [f"C{i:02d}" for i in range(1, 12)]


@pytest.fixture(scope="module")
def table(wide):
    return multiverse(wide, CODES, MEMBERS)


def at(table, **choices):
    rows = table
    for name, value in choices.items():
        rows = rows[rows[name] == value]
    return rows["estimate"].astype(float)


FIXED = {"period": PERIODS[0], "countries": SETS[0], "scale": "points"}


def test_the_grid_is_complete(table):
    assert tuple(table.columns) == columns("multiverse")
    assert len(table) == 3 * 3 * (3 + 29) * 3 * 2 * 2
    assert table.groupby("headline")["chosen"].sum().to_dict() == {
        h.name: 1 for h in declared().multiverse.headlines.values()
    }
    assert not table.duplicated(list(columns("multiverse")[:6])).any()


def test_the_headlines_are_those_of_the_other_modules(table, wide):
    pairs = pair_correlations(wide, CODES).groupby("level")["r"].median()
    chosen = table[table["chosen"] == 1].set_index("headline")["estimate"]
    assert chosen["association"] == pytest.approx(pairs["within"])
    assert chosen["gap"] == pytest.approx(pairs["between"] - pairs["within"])
    rows = wide.dropna().assign(score=lambda t: t[CODES].mean(axis=1))
    slopes = [
        10 * np.polyfit(own["edition"], own["score"], 1)[0] for _, own in rows.groupby("country")
    ]
    assert chosen["trend"] == pytest.approx(np.mean(slopes))


@pytest.mark.parametrize("level", ["within", "two_way", "changes"])
def test_a_set_of_countries_equals_a_panel_of_them(table, wide, level):
    own = wide[wide["country"].isin(MEMBERS)]
    median = pair_correlations(own, CODES).groupby("level")["r"].median()[level]
    found = at(
        table,
        headline="association",
        **{**FIXED, "countries": "EU members", "estimator": level},
        weighting="country-editions",
    )
    assert found.tolist() == pytest.approx([median])


def test_a_country_left_out_equals_a_panel_without_it(table, wide):
    own = wide[wide["country"] != "C09"]
    median = pair_correlations(own, CODES).groupby("level")["r"].median()["within"]
    chosen = {**FIXED, "countries": "without C09", "estimator": "within"}
    found = at(table, headline="association", **chosen, weighting="country-editions")
    assert found.tolist() == pytest.approx([median])


def test_a_shorter_period_equals_a_shorter_panel(table, wide):
    own = wide[wide["edition"] > wide["edition"].max() - 10]
    median = pair_correlations(own, CODES).groupby("level")["r"].median()["changes"]
    chosen = {**FIXED, "period": PERIODS[2], "estimator": "changes"}
    found = at(table, headline="association", **chosen, weighting="country-editions")
    assert found.tolist() == pytest.approx([median])


def test_ranks_leave_the_order_but_not_the_distances(wide):
    stretched = wide.copy()
    stretched[CODES] = np.exp(wide[CODES])
    plain, other = (multiverse(t, CODES, MEMBERS) for t in (wide, stretched))
    ranks = (plain["scale"] == "ranks").to_numpy()
    assert other["estimate"][ranks].to_numpy(float) == pytest.approx(
        plain["estimate"][ranks].to_numpy(float)
    )
    points = plain["estimate"][~ranks].to_numpy(float)
    assert other["estimate"][~ranks].to_numpy(float) != pytest.approx(points)


def test_the_summary_by_hand(table):
    facts = summary(table).set_index("headline")
    assert tuple(summary(table).columns) == SUMMARY_COLUMNS
    for headline in declared().multiverse.headlines.values():
        own = table.loc[table["headline"] == headline.name, ["estimator", "estimate"]]
        values = own["estimate"].astype(float)
        row = facts.loc[headline.name]
        assert row["median"] == pytest.approx(values.median())
        assert (row["lowest"], row["highest"]) == (values.min(), values.max())
        assert row["same_sign"] == pytest.approx((values * values.median() > 0).mean())
        medians = values.groupby(own["estimator"]).median()
        assert row["moves_by"] >= medians.max() - medians.min() - 1e-12


def test_too_few_countries_are_refused(wide):
    few = wide[wide["country"] < "C08"]
    table = multiverse(few, CODES, MEMBERS)
    assert table.loc[table["countries"] == "non-EU", "estimate"].isna().all()
    empty = table["estimate"].isna()
    assert (empty == (table["refusal"] != "")).all()
    assert table.loc[empty, "refusal"].str.startswith("not estimable from").all()
