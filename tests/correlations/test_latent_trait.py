"""The graded response model on data with a known truth, and where it is refused."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, sparse, special

from analysis import data
from analysis.correlations import latent_trait
from analysis.correlations.latent_trait import graded_response
from analysis.facts.rating_system import CATEGORIES

SLOPES = np.array([3.0, 1.5, 1.0, 2.0])
THRESHOLDS = np.array([-1.2, 0.0, 1.0])


@pytest.fixture(scope="module")
def drawn():
    """Answers of 1500 units to four items of four steps, and the traits behind them."""
    rng = np.random.default_rng(6)
    trait = rng.standard_normal(1500)
    uniform = rng.random((1500, 4))
    probability = special.expit(
        SLOPES[None, :, None] * (trait[:, None, None] - THRESHOLDS[None, None, :])
    )
    answers = 1 + (uniform[:, :, None] < probability).sum(axis=2)
    return trait, pd.DataFrame(answers, columns=list("abcd")).astype(float)


def test_parameters_and_traits_come_back(drawn):
    trait, answers = drawn
    model = graded_response(answers, list("abcd"))
    assert model.refusal == ""
    assert model.discrimination.to_numpy() == pytest.approx(SLOPES, rel=0.2)
    # A posterior mean has the spread with which it follows the trait: both are the root of its
    # reliability.
    spread = model.scores["trait"].std()
    assert np.corrcoef(model.scores["trait"], trait)[0, 1] == pytest.approx(spread, abs=0.03)
    assert model.scores["mean"].equals(answers.mean(axis=1))
    # Posterior means are shrunken.
    assert 0.7 < model.scores["trait"].std() < 1


def test_the_likelihood_is_that_of_another_maximisation(drawn):
    answers = drawn[1].iloc[:200, :2].clip(upper=2)
    model = graded_response(answers, list("ab"))
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    high = answers.to_numpy() == 2

    def loss(x):
        p = special.expit(np.exp(x[:2])[:, None] * nodes - x[2:, None])
        rows = np.where(high[:, :, None], p, 1 - p).prod(axis=1)
        return -np.log(rows @ weights).sum()

    best = optimize.minimize(loss, [0.5, 0.5, -1.0, -1.0], method="Nelder-Mead", tol=1e-9)
    assert model.log_likelihood == pytest.approx(-best.fun, abs=0.01)


def test_the_order_is_that_of_the_items_and_gaps_are_left_out(drawn):
    answers = drawn[1].copy()
    answers.loc[answers.index[:5], "a"] = np.nan
    model = graded_response(answers, list("abcd"))
    assert list(model.scores.index) == list(answers.index[5:])
    turned = graded_response(8 - answers, list("abcd"))
    assert np.corrcoef(turned.scores["trait"], model.scores["trait"])[0, 1] == pytest.approx(-1)


def test_too_few_rows_and_items_that_never_vary_are_refused(drawn):
    few = graded_response(drawn[1].head(20), list("abcd"))
    assert few.refusal == "20 of the 50 complete country-editions needed"
    assert few.scores.empty
    still = graded_response(drawn[1].assign(b=3.0), list("abcd"))
    assert still.refusal == "b never varied"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("few", "refusal"),
    [
        (["Croatia", "Lithuania", "Serbia"], "NDG would order the 60 country-editions alone"),
        (["Albania", "Bulgaria", "Romania"], ""),
    ],
)
def test_one_category_that_would_decide_alone_is_refused(few, refusal):
    ratings = data.country_editions()
    model = graded_response(ratings[ratings["country"].isin(few)], list(CATEGORIES))
    assert model.refusal == refusal
    assert model.scores.empty == bool(refusal)


def test_a_fit_that_does_not_come_to_an_end_is_refused(drawn, monkeypatch):
    monkeypatch.setattr(latent_trait, "_STEPS", 2)
    model = graded_response(drawn[1], list("abcd"))
    assert model.refusal == "its fit did not come to an end in 2 steps"
    assert model.scores.empty
    assert np.isnan(model.log_likelihood)


@pytest.mark.slow
def test_the_traits_do_not_hang_on_the_order_of_sums():
    """Where the optimiser just stops, another order of rows, or processor, moves them by 1e-4."""
    codes = list(CATEGORIES)
    rows = data.country_editions().dropna(subset=codes).reset_index(drop=True)
    one = graded_response(rows, codes).scores["trait"]
    other = graded_response(rows[::-1], codes[::-1]).scores["trait"]
    assert (one - other).abs().max() < 1e-9


def test_a_step_of_the_optimiser_that_goes_too_far_overflows_nothing():
    """As on panels of three countries, whose items tell some traits apart without error."""
    marks = sparse.csr_array(np.eye(3)[[0, 1, 2, 1]])
    posterior = np.full((4, 161), 1 / 161)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for parameters in ([800.0, 0.0, 1.0], [1.0, 0.0, 800.0]):
            chances = latent_trait._probabilities(np.array(parameters))
            assert ((chances > 0) & (chances <= 1)).all()
            assert np.isfinite(latent_trait._slope(np.array(parameters), marks, posterior)).all()
