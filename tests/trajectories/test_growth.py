"""The growth model: shrinkage, shares, guards."""

import numpy as np
import pandas as pd
import pytest

from analysis import data
from analysis.trajectories import growth
from analysis.trajectories.growth import SINGULAR, UNSTABLE, growth_model
from analysis.trajectories.trends import mean_trend


@pytest.fixture(scope="module")
def model(scores):
    return growth_model(scores)


def of(model, part="fixed"):
    """Return the estimates of one part by term."""
    return model[0][model[0]["part"] == part].set_index("term")


def test_lines_are_shrunk_towards_the_mean(model):
    slope = of(model).loc["slope", "estimate"]
    lines = model[1]
    raw, shrunk = lines["raw_slope_per_decade"] - slope, lines["slope_per_decade"] - slope
    assert shrunk.abs().sum() < raw.abs().sum()
    assert np.corrcoef(raw, shrunk)[0, 1] > 0.95


def test_raw_slopes_are_the_countries_own(model, scores, country_slopes):
    own = country_slopes(scores)
    found = model[1].set_index("country")["raw_slope_per_decade"]
    assert found.to_dict() == pytest.approx(own.to_dict())


def test_the_slope_is_close_to_the_mean_of_country_slopes(model, scores):
    slope = of(model).loc["slope"]
    estimate = mean_trend(scores)
    assert slope["estimate"] == pytest.approx(estimate.estimate, abs=0.03)
    assert slope["standard_error"] == pytest.approx(estimate.standard_error, rel=0.15)
    assert slope["df"] == 28


def test_counts_and_autocorrelation(model, scores):
    counts = model[0][["n_countries", "n_editions", "n_observations"]]
    assert (counts.to_numpy() == [29, 14, len(scores)]).all()
    assert -1 < of(model, "variance").loc["residual_lag_1", "estimate"] < 1


def test_shares(model):
    value = of(model, "variance")["estimate"]
    assert 0 < value["r2_marginal"] < value["r2_conditional"] < 1
    assert 0 < value["icc"] < 1


def test_the_variance_of_levels_is_that_of_the_highest_likelihood():
    """To the third digit that is stored; the optimisers themselves stop at 2.746, not 2.743."""
    scores = data.country_editions().dropna(subset="democracy_score")
    value = of(growth_model(scores), "variance")["estimate"].astype(float)
    slope = value["country_slope"]

    def misfit(level):
        both = value["level_slope_correlation"] * np.sqrt(value["country_level"] * slope)
        random = np.array([[level, both], [both, slope]])
        xx, xy, rest = np.zeros((2, 2)), np.zeros(2), 0.0
        for _, own in scores.groupby("country"):
            x = np.column_stack([np.ones(len(own)), (own["edition"] - 2014.5) / 10])
            y, v = own["democracy_score"].to_numpy(), x @ random @ x.T
            v += value["residual"] * np.eye(len(y))
            xx += x.T @ np.linalg.solve(v, x)
            xy += x.T @ np.linalg.solve(v, y)
            rest += np.linalg.slogdet(v)[1] + y @ np.linalg.solve(v, y)
        return rest + np.linalg.slogdet(xx)[1] - xy @ np.linalg.solve(xx, xy)

    found = misfit(value["country_level"])
    assert found < min(misfit(share * value["country_level"]) for share in (0.999, 1.001))


@pytest.mark.slow
def test_joint_model_of_categories(panel):
    model = growth_model(panel, "rating", category="category")
    assert (model[0]["refusal"] == "").all()
    assert len(of(model)) == 14
    by_category = of(model)["estimate"]
    own = mean_trend(panel[panel["category"] == "IM"], "rating").estimate
    assert by_category["slope[IM]"] == pytest.approx(own, abs=0.05)
    assert {"category_level", "category_slope"} <= set(of(model, "variance").index)
    assert len(model[1]) == 29
    # The line is that of the mean over categories: a country's own is shrunken but little.
    raw, shrunk = (model[1][f"{name}slope_per_decade"] for name in ("raw_", ""))
    assert np.corrcoef(raw, shrunk)[0, 1] > 0.99


def test_the_line_of_a_mean_over_categories_departs_by_the_mean_of_theirs():
    names = ["country", "time", "level[EP]", "level[CS]", "slope[EP:time]", "slope[CS:time]"]
    effects = pd.Series([0.5, -0.2, 0.1, 0.3, -0.1, 0.0], names)
    assert growth._own_effects(effects, 2).tolist() == pytest.approx([0.7, -0.25])
    parallel = effects[["country", "level[EP]", "level[CS]"]]
    assert growth._own_effects(parallel, 1).tolist() == pytest.approx([0.7, 0.0])


@pytest.mark.parametrize(("seed", "trouble"), [(1, SINGULAR), (3, UNSTABLE)])
def test_without_random_slopes_lines_are_parallel_and_have_no_interval(series, seed, trouble):
    rng = np.random.default_rng(seed)
    values = 4 + rng.standard_normal((12, 1)) + 0.2 * rng.standard_normal((12, 10))
    model = growth_model(series(**{f"C{i}": row.tolist() for i, row in enumerate(values)}))
    assert (model[0]["refusal"] == "").all()
    assert model[0]["messages"].str.startswith(trouble).all()
    assert of(model)[["standard_error", "lower", "upper"]].isna().all(axis=None)
    assert model[1]["slope_per_decade"].nunique() == 1
    assert of(model, "variance").loc["country_slope", "estimate"] == 0


@pytest.mark.parametrize(
    ("countries", "refusal"),
    [
        ({"A": [3.0, 3.5, 4.0]}, "1 country: a mixed model needs at least 6"),
        ({f"C{i}": [3.0, 3.5] for i in range(8)}, "2 editions: a mixed model needs at least 3"),
        ({f"C{i}": [3.0] for i in range(8)}, "1 edition: a mixed model needs at least 3"),
        (
            {**{f"C{i}": [3.0] * 8 for i in range(7)}, "D": [3.0] * 7 + [3.5]},
            "ratings change in 1 of 8 countries: a mixed model needs 2",
        ),
    ],
)
def test_refusals(series, countries, refusal):
    model = growth_model(series(**countries))
    [row] = model[0].to_dict("records")
    assert row["refusal"] == refusal
    assert np.isnan(row["estimate"])
    assert model[1].empty


def test_values_at_the_end_of_the_scale_are_said(scores):
    low = scores.assign(democracy_score=np.maximum(scores["democracy_score"] - 2.5, 1.0))
    share = (low["democracy_score"] == 1.0).mean()
    assert share > 0.1
    assert (
        f"{share:.0%} of values lie at an end of the scale"
        in growth_model(low)[0]["messages"].iloc[0]
    )
