"""Clustered regression: equivalences that hold for any data, and refusals."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis import data
from analysis.facts.errors import ParameterError
from analysis.trajectories.regression import cluster_regression, cv3, wild_p_values
from analysis.trajectories.trends import mean_trend


@pytest.fixture(scope="module")
def design():
    rng = np.random.default_rng(2)
    cluster = np.repeat(np.arange(8), 6)
    x = np.column_stack([np.ones(48), rng.standard_normal((48, 2))])
    y = x @ [1.0, 0.3, 0.0] + rng.standard_normal(8)[cluster] + rng.standard_normal(48)
    return sm.OLS(y, x).fit(), [np.flatnonzero(cluster == g) for g in range(8)]


def test_cv3_by_refitting_without_each_cluster(design):
    (x, y), clusters = _data(design)
    full = np.linalg.lstsq(x, y, rcond=None)[0]
    squares = 0
    for own in clusters:
        b = np.linalg.lstsq(np.delete(x, own, 0), np.delete(y, own), rcond=None)[0]
        squares += (b - full) ** 2
    assert cv3(*design) == pytest.approx(np.sqrt(7 / 8 * squares))


def test_wild_p_by_refitting_every_bootstrap_sample(design):
    enumerated = wild_p_values(*design, np.random.default_rng(1), draws=9999)
    j = 1
    (x, y), clusters = _data(design)
    rest = np.delete(x, j, axis=1)
    fitted = rest @ np.linalg.lstsq(rest, y, rcond=None)[0]
    observed = _t(x, y, clusters, j)
    hits = 0
    for pattern in range(2**8):
        signs = np.empty(len(y))
        for g, own in enumerate(clusters):
            signs[own] = 1 if pattern >> g & 1 else -1
        again = fitted + (y - fitted) * signs
        hits += abs(_t(x, again, clusters, j)) >= abs(observed) - 1e-9
    assert enumerated[j] == hits / 2**8


def _data(design):
    fit, clusters = design
    return (fit.model.exog, fit.model.endog), clusters


def _t(x, y, clusters, j):
    e = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    bread = np.linalg.inv(x.T @ x)
    scores = np.array([x[own].T @ e[own] for own in clusters])
    b = bread @ x.T @ y
    return b[j] / np.sqrt((bread @ scores.T @ scores @ bread)[j, j] * 8 / 7 * 47 / 45)


def test_drawn_patterns_come_close_to_all_patterns(design):
    all_patterns = wild_p_values(*design, np.random.default_rng(1), draws=9999)
    drawn = wild_p_values(*design, np.random.default_rng(1), draws=254)
    assert drawn == pytest.approx(all_patterns, abs=0.1)


def test_category_slopes_of_a_panel(panel):
    frame = panel.assign(decade=(panel["edition"] - 2011.5) / 10)
    result = cluster_regression(frame, "rating ~ C(category) * decade", draws=999)
    assert (result["n_clusters"] == 29).all()
    assert (result["n_observations"] == len(panel)).all()
    assert (result[["refusal", "messages", "message"]] == "").all(axis=None)
    assert result["p_wild"].between(0, 1).all()
    assert (result["df_cr2"] <= 28).all()


def test_refusals(panel):
    five, one = (panel[panel["country"] <= last] for last in ("C05", "C01"))
    flat = panel.assign(rating=3.0)
    twice = panel.assign(again=panel["edition"] * 2)
    for frame, formula, reason in (
        (five, "rating ~ edition", "5 clusters"),
        (one[:1], "rating ~ edition", "1 cluster and 1 row for 2 terms: too few"),
        (flat, "rating ~ edition", "does not vary"),
        (twice, "rating ~ edition + again", "linearly dependent"),
    ):
        table = cluster_regression(frame, formula)
        assert reason in table["refusal"].item()
        assert table["estimate"].isna().all()


def test_few_clusters_are_said(panel):
    ten = panel[panel["country"] <= "C10"]
    table = cluster_regression(ten, "rating ~ edition", draws=99)
    assert table["messages"].str.startswith("10 clusters").all()


def test_with_country_effects_a_balanced_panel_gives_the_average_trends(series):
    rng = np.random.default_rng(8)
    values = 4 + np.cumsum(rng.integers(-2, 2, (12, 10)) / 28, axis=1)
    frame = series(**{f"C{i:02}": row.tolist() for i, row in enumerate(values)})
    frame = frame.assign(
        time=(frame["edition"] - 2009.5) / 10, member=(frame["country"] < "C05") * 1.0
    )
    formula = "democracy_score ~ C(country) + time + time:member"
    table = cluster_regression(frame, formula, draws=99).set_index("term")
    members, others = (mean_trend(frame[frame["member"] == kind]).estimate for kind in (1, 0))
    assert table.loc["time", "estimate"] == pytest.approx(others)
    assert table.loc["time:member", "estimate"] == pytest.approx(members - others)
    # Leaving out one country takes its own level away and nothing else.
    assert np.isfinite(table.loc[["time", "time:member"], "se_cv3"]).all()
    assert table.loc["C(country)[T.C04]", "message"] == "rests on one cluster"


def test_labels_of_rows_that_stand_there_twice_change_nothing():
    """As after `pandas.concat` of two tables."""
    frame = data.scores().assign(time=lambda scores: scores["edition"] / 10)
    early, late = (own for _, own in frame.groupby(frame["edition"] > 2014))
    labels = [part.reset_index(drop=True) for part in (early, late)]
    fitted = [
        cluster_regression(table, "democracy_score ~ C(country) + time", draws=99)
        for table in (pd.concat(labels), pd.concat(labels, ignore_index=True))
    ]
    pd.testing.assert_frame_equal(*fitted)


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("rating ~ gdp", "formula 'rating ~ gdp': Error evaluating factor: NameError"),
        ("rating ~ C(country", "formula 'rating ~ C(country': unclosed bracket"),
        ("~ edition", "formula '~ edition': expected an outcome, ~ and terms"),
        ("rating", "formula 'rating': expected an outcome, ~ and terms"),
        ("country ~ edition", "formula 'country ~ edition': endog has evaluated to an array"),
    ],
)
def test_a_formula_that_is_none_is_refused_in_one_line(panel, formula, words):
    with pytest.raises(ParameterError) as refusal:
        cluster_regression(panel, formula, draws=99)
    assert str(refusal.value).startswith(words)
    assert str(refusal.value).endswith(f"; the columns are {', '.join(panel)}")
    assert "\n" not in str(refusal.value)


def test_a_term_without_bounds_is_refused(panel):
    frame = panel.assign(time=panel["edition"] - panel["edition"].min())
    with np.errstate(divide="ignore"):
        table = cluster_regression(frame, "rating ~ np.log(time)", draws=99)
    assert "infinite values" in table["refusal"].item()
