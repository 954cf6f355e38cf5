"""Reliability and dimensions against textbook routes, and their refusals."""

import warnings
from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.multivariate.factor import Factor

from analysis.correlations import cross_products as levels
from analysis.correlations.dimensions import (
    alpha,
    correlation_matrix,
    dimensions,
    eigenvalue_limits,
    eigenvalues,
    feldt_interval,
    jackknifed_alpha,
    leading,
    omega_total,
    one_factor_loadings,
)
from analysis.tables.schema import columns

CODES = ["NDG", "EP", "CS", "IM", "LDG", "JFI", "CO"]


def item_scores(n=40, k=5, seed=1):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 1)) + 0.8 * rng.normal(size=(n, k))


def test_alpha_is_the_intraclass_correlation_of_means():
    scores = item_scores()
    n, k = scores.shape
    grand = scores.mean()
    between = k * ((scores.mean(axis=1) - grand) ** 2).sum() / (n - 1)
    items = n * ((scores.mean(axis=0) - grand) ** 2).sum()
    total = ((scores - grand) ** 2).sum()
    error = (total - items - between * (n - 1)) / ((n - 1) * (k - 1))
    icc_3k = (between - error) / between
    assert alpha(np.cov(scores.T)) == pytest.approx(icc_3k, rel=1e-10)


def test_feldts_interval_holds_alpha_of_an_f_ratio():
    # The bounds put alpha's F ratio at the quantiles of F with 11 and 44 degrees of freedom.
    low, high = feldt_interval(0.8, 12, 5)
    assert low < 0.8 < high
    assert stats.f.cdf((1 - low) / 0.2, 11, 44) == pytest.approx(0.975)
    assert stats.f.cdf((1 - high) / 0.2, 11, 44) == pytest.approx(0.025)


@pytest.mark.parametrize("level", ["pooled", "between", "within", "changes"])
def test_loadings_are_those_of_statsmodels(ratings, level):
    sums = levels.LEVELS[level](ratings).total()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = Factor(corr=correlation_matrix(sums), n_factor=1, method="ml").fit(maxiter=2000)
    loadings = one_factor_loadings(sums)
    assert loadings == pytest.approx(np.abs(fit.loadings[:, 0]), abs=1e-4)
    assert loadings.sum() > 0


def test_known_loadings_and_omega_come_back():
    truth = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    r = np.outer(truth, truth)
    np.fill_diagonal(r, 1)
    found = one_factor_loadings(r)
    assert found == pytest.approx(truth, abs=1e-5)
    common = truth.sum() ** 2
    assert omega_total(found) == pytest.approx(common / (common + 5 - (truth**2).sum()), abs=1e-5)


def test_a_heywood_case_has_no_loadings():
    scores = item_scores(k=4)
    twice = np.column_stack([scores, scores[:, 0]])
    assert one_factor_loadings(np.cov(twice.T)) is None
    nearly = twice + 0.01 * np.random.default_rng(2).normal(size=twice.shape)
    assert one_factor_loadings(np.cov(nearly.T)) is None


def test_eigenvalues_add_up_to_the_number_of_categories(ratings):
    for level in ("between", "within"):
        assert eigenvalues(levels.LEVELS[level](ratings).total()).sum() == pytest.approx(7)


def test_jackknife_of_alpha_by_leaving_out(ratings):
    value, low, high = jackknifed_alpha(levels.within(ratings))
    without = [
        np.log(1 - alpha(levels.within(np.delete(ratings, i, axis=0)).total())) for i in range(29)
    ]
    error = np.sqrt(28 / 29 * sum((x - np.log(1 - value)) ** 2 for x in without))
    reach = (np.log(1 - low) - np.log(1 - high)) / 2
    complete = np.isfinite(ratings).all(axis=1)
    sums = np.array(
        [
            ((r[:, c] - r[:, c].mean(axis=1, keepdims=True)).sum(axis=0) ** 2).sum()
            for r, c in zip(ratings, complete, strict=True)
        ]
    )
    effective = sums.sum() ** 2 / (sums**2).sum()
    assert 4 < effective < 29
    assert reach / error == pytest.approx(stats.t.ppf(0.975, effective - 1), rel=1e-8)


def test_leading_eigenvalues_stop_at_the_first_below():
    assert leading(np.array([3.0, 1.0, 0.9]), np.array([2.0, 1.5, 0.5])) == 1
    assert leading(np.array([1.0, 0.5]), np.array([2.0, 0.1])) == 0
    assert leading(np.array([3.0, 2.0]), np.array([1.0, 1.0])) == 2


def test_limits_are_the_95th_percentile_of_all_ways_to_deal_or_turn():
    """Of two categories and four countries all 24 orders, and all turns, can be counted."""
    means = np.array([[1.0, 2.0], [2.0, 4.25], [3.5, 3.0], [6.0, 5.5]])
    dealt = [np.abs(np.corrcoef(means[:, 0], own)[0, 1]) for own in permutations(means[:, 1])]
    rng = np.random.default_rng(1)
    products = levels.between(means[:, :, None])
    limit = eigenvalue_limits("between", products, 9999, rng)
    # Of two eigenvalues, 1 + |r| and 1 - |r|, that of 23 of 24 orders at most: 95.8 %.
    assert limit == pytest.approx([1 + np.sort(dealt)[22], 1 - np.sort(dealt)[1]])
    steps = np.array([0.3, 0.4, 0.5, 0.6, 0.9])
    paths = np.stack([steps, steps], axis=1)[:, :, None] * [-1, 1]
    turned = [abs(np.array(signs) @ steps**2) for signs in product((-1, 1), repeat=5)]
    limit = eigenvalue_limits("within", levels.within(paths), 9999, rng)
    assert limit[0] == pytest.approx(1 + np.sort(turned)[30] / (steps @ steps))


@pytest.fixture(scope="module")
def table(wide):
    return dimensions(wide, CODES, seed=1, draws=199)


def test_the_table(table):
    assert tuple(table.columns) == columns("dimensions")
    within = table[table["level"] == "within"].set_index(["measure", "item"])
    assert within.loc[("factors", ""), "estimate"] == 1
    assert within.loc[("alpha", ""), "low"] < within.loc[("alpha", ""), "estimate"]
    loadings = within.loc["loading", "estimate"].to_numpy(float)
    assert omega_total(loadings) == pytest.approx(within.loc[("omega", ""), "estimate"])
    pooled = table[(table["level"] == "pooled") & (table["measure"] == "alpha")].iloc[0]
    assert pd.isna(pooled["low"])
    assert pooled["refusal"] == "no interval: country-editions are not independent"


def test_a_constant_category_is_left_out_and_named(wide):
    table = dimensions(wide.assign(CO=3.0), CODES, seed=1, draws=99)
    left = table[(table["measure"] == "constant") & (table["level"] == "within")]
    assert left["item"].tolist() == ["CO"]
    assert table[(table["measure"] == "loading") & (table["level"] == "within")].shape[0] == 6


def test_fewer_than_fifteen_countries_have_no_factor_between(wide):
    table = dimensions(wide[wide["country"] < "C13"], CODES, seed=1, draws=99)
    omega = table[(table["level"] == "between") & (table["measure"] == "omega")].iloc[0]
    assert omega["refusal"].startswith("not estimable: 12 of the 15 countries")
    table = dimensions(wide[wide["country"] < "C16"], CODES, seed=1, draws=99)
    omega = table[(table["level"] == "between") & (table["measure"] == "omega")].iloc[0]
    assert omega["refusal"] == "no interval: none is validated between countries"


def within_rows(wide, *measures):
    """Return refusals and lower bounds of measures within countries."""
    table = dimensions(wide, CODES, seed=1, draws=9).query("level == 'within'")
    rows = table.set_index("measure").loc[list(measures)]
    assert rows["estimate"].notna().all()
    return rows["refusal"].tolist(), rows["low"].notna().tolist()


def test_no_interval_rests_on_fewer_than_four_countries(wide):
    few, enough = (wide[wide["country"] <= last] for last in ("C06", "C07"))
    told = "no interval: rests on 3.6 countries, at least 4 are needed"
    assert within_rows(few, "alpha", "omega") == ([told] * 2, [False] * 2)
    assert within_rows(enough, "alpha", "omega") == ([""] * 2, [True] * 2)


def test_omega_has_no_interval_where_one_country_makes_the_factor(wide):
    """Without C01 two categories are one, and the factor model has no proper solution."""
    ten = wide[wide["country"] <= "C10"]
    twins = ten.assign(CO=ten["CO"].where(ten["country"] == "C01", ten["EP"]))
    told = "no interval: without one of the countries there is no proper solution"
    assert within_rows(twins, "alpha", "omega") == (["", told], [True, False])


@pytest.mark.parametrize(("n", "told"), [(1, "1 country"), (2, "2 countries")])
def test_one_or_two_countries_are_refused(wide, n, told):
    table = dimensions(wide[wide["country"].isin(["C01", "C02"][:n])], CODES, seed=1, draws=99)
    assert table["estimate"].isna().all()
    assert table["refusal"].eq(f"not estimable: only {told}").all()
