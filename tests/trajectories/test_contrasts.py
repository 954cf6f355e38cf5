"""Contrasts of trends against scipy's paired and Welch tests."""

import pytest
from scipy import stats

from analysis.trajectories.contrasts import category_contrasts, group_contrasts
from analysis.trajectories.trends import mean_trend, trend_table


def test_category_contrasts(panel, country_slopes):
    table = category_contrasts(panel).set_index("name")
    slopes = {name: country_slopes(part, "rating") for name, part in panel.groupby("category")}
    test = stats.ttest_rel(slopes["NDG"], slopes["CO"])
    row = table.loc["NDG - CO"]
    assert row["p_value"] == pytest.approx(test.pvalue)
    assert (row["lower"], row["upper"]) == pytest.approx(tuple(test.confidence_interval(0.95)))
    assert (table["family_size"] == 21).all()
    assert (row["first"], row["second"]) == ("NDG", "CO")


def test_a_difference_is_that_of_the_two_trends_although_one_has_a_gap(panel, country_slopes):
    gap = (panel["category"] == "CO") & panel["edition"].isin(panel["edition"].unique()[-2:])
    panel = panel[~(gap & (panel["country"] == panel["country"].iloc[0]))]
    row = category_contrasts(panel).set_index("name").loc["NDG - CO"]
    slopes = {n: country_slopes(p, "rating").mean() for n, p in panel.groupby("category")}
    assert row["estimate"] == pytest.approx(slopes["NDG"] - slopes["CO"])
    # A country-edition enters where either of the two is known.
    assert row["n_observations"] == (panel["category"] == "NDG").sum()


def test_group_contrasts(scores, country_slopes):
    countries = sorted(scores["country"].unique())
    groups = {name: "ABC"[i % 3] for i, name in enumerate(countries)}
    table = group_contrasts(scores, groups).set_index("name")
    slopes = country_slopes(scores)
    parts = {g: slopes[[c for c in countries if groups[c] == g]] for g in "ABC"}
    test = stats.ttest_ind(parts["A"], parts["C"], equal_var=False)
    row = table.loc["A - C"]
    assert row["p_value"] == pytest.approx(test.pvalue)
    assert row["df"] == pytest.approx(test.df)
    assert (row["lower"], row["upper"]) == pytest.approx(tuple(test.confidence_interval(0.95)))
    assert row["n_countries"] == len(parts["A"]) + len(parts["C"])


@pytest.mark.parametrize("estimator", ["Theil-Sen", "net change"])
def test_differences_are_those_of_trends_by_the_same_estimator(panel, scores, estimator):
    trends = trend_table(panel, draws=0, estimator=estimator).set_index("name")["estimate"]
    for row in category_contrasts(panel, estimator=estimator).itertuples():
        assert row.estimate == pytest.approx(trends[row.first] - trends[row.second])
    groups = {name: "AB"[i % 2] for i, name in enumerate(sorted(scores["country"].unique()))}
    one, other = (
        mean_trend(scores[scores["country"].map(groups) == g], draws=0, estimator=estimator)
        for g in "AB"
    )
    difference = group_contrasts(scores, groups, estimator=estimator)["estimate"].item()
    assert difference == pytest.approx(one.estimate - other.estimate)


def test_small_groups_are_refused(scores):
    groups = {"C01": "A", "C02": "A", **{f"C{i:02d}": "B" for i in range(3, 12)}}
    row = group_contrasts(scores, groups).iloc[0]
    assert row["refusal"] == "groups of 2 and 9 countries: each needs 3"
    assert row["family_size"] == 0


def test_one_group_or_category_gives_a_refusal(scores, panel):
    one = group_contrasts(scores, dict.fromkeys(scores["country"], "A"))
    assert one["refusal"].tolist() == ["only one group"]
    one = category_contrasts(panel[panel["category"] == "EP"])
    assert one["refusal"].tolist() == ["only one category"]
