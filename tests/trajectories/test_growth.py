"""The growth model: shrinkage, shares, guards."""

import numpy as np
import pytest

from analysis.trajectories.growth import SINGULAR, UNSTABLE, growth_model
from analysis.trajectories.trends import mean_trend


@pytest.fixture(scope="module")
def model(scores):
    return growth_model(scores)


def test_lines_are_shrunk_towards_the_mean(model):
    slope = model.fixed.set_index("term").loc["slope", "estimate"]
    lines = model.lines
    raw, shrunk = lines["raw_slope_per_decade"] - slope, lines["slope_per_decade"] - slope
    assert shrunk.abs().sum() < raw.abs().sum()
    assert np.corrcoef(raw, shrunk)[0, 1] > 0.95


def test_raw_slopes_are_the_countries_own(model, scores, country_slopes):
    own = country_slopes(scores)
    found = model.lines.set_index("country")["raw_slope_per_decade"]
    assert found.to_dict() == pytest.approx(own.to_dict())


def test_the_slope_is_close_to_the_mean_of_country_slopes(model, scores):
    slope = model.fixed.set_index("term").loc["slope"]
    estimate = mean_trend(scores).estimate
    assert slope["estimate"] == pytest.approx(estimate.estimate, abs=0.03)
    assert slope["standard_error"] == pytest.approx(estimate.standard_error, rel=0.15)
    assert slope["df"] == 28


def test_counts_and_agreement(model, scores):
    assert (model.n_countries, model.n_editions, model.n_observations) == (29, 14, len(scores))
    reached = model.fits["log_likelihood"].dropna()
    assert reached.max() - reached.nlargest(2).min() < 1e-3
    assert -1 < model.residual_lag_1 < 1


def test_shares(model):
    value = model.variances.set_index("component")["value"]
    assert 0 < value["r2_marginal"] < value["r2_conditional"] < 1
    assert 0 < value["icc"] < 1


@pytest.mark.slow
def test_joint_model_of_categories(panel):
    model = growth_model(panel, "rating", category="category")
    assert not model.refusal
    assert len(model.fixed) == 14
    by_category = model.fixed.set_index("term")["estimate"]
    own = mean_trend(panel[panel["category"] == "IM"], "rating").estimate.estimate
    assert by_category["slope[IM]"] == pytest.approx(own, abs=0.05)
    components = model.variances["component"].tolist()
    assert {"category_level", "category_slope"} <= set(components)
    assert len(model.lines) == 29


@pytest.mark.parametrize(("seed", "trouble"), [(1, SINGULAR), (3, UNSTABLE)])
def test_without_random_slopes_lines_are_parallel_and_have_no_interval(series, seed, trouble):
    rng = np.random.default_rng(seed)
    values = 4 + rng.standard_normal((12, 1)) + 0.2 * rng.standard_normal((12, 10))
    model = growth_model(series(**{f"C{i}": row.tolist() for i, row in enumerate(values)}))
    assert not model.refusal
    assert model.messages[0].startswith(trouble)
    assert model.fixed[["standard_error", "lower", "upper"]].isna().all(axis=None)
    assert model.lines["slope_per_decade"].nunique() == 1
    assert model.variances.set_index("component").loc["country_slope", "value"] == 0


@pytest.mark.parametrize(
    ("countries", "refusal"),
    [
        ({"A": [3.0, 3.5, 4.0]}, "1 countries: a mixed model needs at least 6"),
        ({f"C{i}": [3.0, 3.5] for i in range(8)}, "2 editions: a mixed model needs at least 3"),
        (
            {**{f"C{i}": [3.0] * 8 for i in range(7)}, "D": [3.0] * 7 + [3.5]},
            "ratings change in 1 of 8 countries: a mixed model needs 2",
        ),
    ],
)
def test_refusals(series, countries, refusal):
    model = growth_model(series(**countries))
    assert model.refusal == refusal
    assert model.fixed.empty
    assert model.lines.empty


def test_values_at_the_end_of_the_scale_are_said(scores):
    low = scores.assign(democracy_score=np.maximum(scores["democracy_score"] - 2.5, 1.0))
    share = (low["democracy_score"] == 1.0).mean()
    assert share > 0.1
    assert f"{share:.0%} of values lie at an end of the scale" in growth_model(low).messages[-1]
