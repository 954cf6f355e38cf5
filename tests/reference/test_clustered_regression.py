"""Clustered inference on Grunfeld's ten firms against R's sandwich, clubSandwich and plm."""

import numpy as np
import pytest
import statsmodels.formula.api as smf

from analysis.trajectories.regression import cluster_regression

FORMULA = "invest ~ value + capital"


@pytest.fixture(scope="module")
def pooled(grunfeld):
    return cluster_regression(grunfeld, FORMULA, "firm").set_index("term")


def _exact(values):
    return pytest.approx(values, rel=1e-8, abs=1e-10)


def test_coefficients(pooled):
    assert pooled["estimate"].tolist() == pytest.approx(
        [-42.7143694366, 0.1155621564, 0.2306784887], rel=1e-8, abs=5e-11
    )


def test_cr1(pooled):
    # vcovCL(type = "HC1", cadjust = TRUE); p from t(9)
    assert pooled["se_cr1"].tolist() == pytest.approx(
        [20.42520293, 0.0158943367, 0.0849671126], rel=1e-8
    )
    assert pooled["p_cr1"].tolist() == pytest.approx([0.0660484, 4.71055e-5, 0.0238052], rel=1e-5)


def test_cr1_equals_statsmodels(grunfeld, pooled):
    fit = smf.ols(FORMULA, grunfeld).fit(
        cov_type="cluster", cov_kwds={"groups": grunfeld["firm"]}, use_t=True
    )
    assert pooled["se_cr1"].to_numpy() == pytest.approx(fit.bse.to_numpy(), rel=1e-10)


def test_cr2_with_satterthwaite(pooled):
    # coef_test(fit, vcov = "CR2", cluster = firm)
    assert pooled["se_cr2"].tolist() == pytest.approx(
        [25.60740377, 0.016245078, 0.110467621], rel=1e-7
    )
    assert pooled["df_cr2"].tolist() == pytest.approx([6.3860934, 2.3426164, 2.8634846], rel=1e-7)
    assert pooled["p_cr2"].tolist() == pytest.approx([0.143350, 0.0123337, 0.132314], rel=1e-5)


def test_cv3(pooled):
    # MacKinnon, Nielsen & Webb (2023): (G - 1)/G sum (b_(g) - b)^2
    assert pooled["se_cv3"].tolist() == pytest.approx(
        [34.8133822, 0.0161299721, 0.147330878], rel=1e-8
    )


def test_wild_bootstrap_over_all_sign_patterns(pooled):
    # All 1 024 Rademacher patterns, null imposed, ties counted.
    assert (pooled["p_wild"] * 1024).tolist() == [28, 4, 24]


def test_fixed_effects(grunfeld):
    # plm(inv ~ value + capital, model = "within")
    table = cluster_regression(grunfeld, f"{FORMULA} + C(firm)", "firm").set_index("term")
    assert table.loc[["value", "capital"], "estimate"].tolist() == _exact(
        [0.1101238041, 0.3100653413]
    )
    # Each firm's own intercept exists only with that firm: no jackknife error for it.
    assert table.loc["C(firm)[T.IBM]", "message"] == "rests on one cluster"
    assert table.loc["value", "message"] == ""


def test_fixed_effects_cluster_errors(grunfeld):
    # linearmodels PanelOLS(entity_effects=True).fit(cov_type="clustered", debiased=False)
    columns = grunfeld[["invest", "value", "capital"]]
    within = columns - columns.groupby(grunfeld["firm"]).transform("mean")
    fit = cluster_regression(
        within.assign(firm=grunfeld["firm"]), "invest ~ 0 + value + capital", "firm"
    )
    n, k, groups = 200, 2, 10
    factor = groups / (groups - 1) * (n - 1) / (n - k)
    assert (fit["se_cr1"] / np.sqrt(factor)).tolist() == pytest.approx(
        [0.014342144, 0.049792609], rel=1e-7
    )


def test_between(grunfeld):
    # plm(inv ~ value + capital, model = "between")
    means = grunfeld.groupby("firm", as_index=False)[["invest", "value", "capital"]].mean()
    table = cluster_regression(means, FORMULA, "firm")
    assert table["estimate"].tolist() == pytest.approx(
        [-8.52711372, 0.1346460870, 0.0320314743], rel=1e-8
    )
