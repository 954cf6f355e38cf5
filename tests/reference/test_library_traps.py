"""What libraries do on data like these, and why this project guards against it.

Each test pins an upstream behaviour. When one fails, the library has changed: look whether the
guard it names is still needed.
"""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels
import statsmodels.api as sm
import statsmodels.formula.api as smf
from statsmodels.regression.mixed_linear_model import MixedLM

from analysis.trajectories.change_model import separating_terms
from analysis.trajectories.growth import growth_model
from analysis.trajectories.mixed_fit import climb, fit_by_ladder

pytestmark = pytest.mark.filterwarnings("ignore")


def test_default_optimiser_stops_short_on_orthodont(orthodont):
    # Guard: the ladder of optimisers in mixed_fit.
    model = MixedLM.from_formula(
        "distance ~ age * Sex", orthodont, groups="Subject", re_formula="~age"
    )
    default = model.fit()
    best, _ = climb(model)
    assert best.llf - default.llf > 1
    assert not default.converged


def test_default_optimiser_stops_short_on_dietox():
    folder = Path(statsmodels.__file__).parent / "regression" / "tests" / "results"
    pigs = pd.read_csv(folder / "dietox.csv")
    model = MixedLM.from_formula("Weight ~ Time", pigs, groups="Pig", re_formula="~Time")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        default = model.fit()
    best, _ = climb(model)
    assert -2 * best.llf == pytest.approx(4434.09, abs=0.01)
    assert -2 * default.llf > 4434.09 + 1


def test_lbfgs_raises_on_a_singular_model(dyestuff2):
    # Guard: each optimiser of the ladder is tried on its own.
    model = MixedLM.from_formula("Yield ~ 1", dyestuff2, groups="Batch")
    with pytest.raises(np.linalg.LinAlgError):
        model.fit(method=["lbfgs"])


def test_powell_copes_with_zero_slope_variance():
    # Guard: powell is the second rung.
    rng = np.random.default_rng(1)
    time = np.tile(np.arange(10.0) - 4.5, 20)
    group = np.repeat(np.arange(20), 10)
    for _ in range(5):
        y = 4 + rng.standard_normal(20)[group] + 0.3 * rng.standard_normal(200)
        x = np.column_stack([np.ones(200), time])
        result = MixedLM(y, x, groups=group, exog_re=x).fit(method=["powell"])
        assert result.converged


def test_constant_countries_give_invented_variances():
    # Guard: growth_model refuses before fitting.
    frame = pd.DataFrame(
        [(f"C{i}", year, 2.0 + i / 4) for i in range(8) for year in range(2005, 2015)],
        columns=["country", "edition", "democracy_score"],
    )
    centred = frame.assign(t=(frame["edition"] - 2009.5) / 10)
    model = MixedLM.from_formula("democracy_score ~ t", centred, groups="country", re_formula="~t")
    invented = model.fit(method=["lbfgs"])
    assert invented.converged
    assert float(invented.cov_re.loc["t", "t"]) > 1e-4
    assert (
        growth_model(frame).refusal == "ratings change in 0 of 8 countries: a mixed model needs 2"
    )


def test_one_country_gives_an_invented_variance():
    # Guard: growth_model refuses fewer than six countries.
    frame = pd.DataFrame({"country": "A", "edition": range(2005, 2015)}).assign(
        democracy_score=lambda d: 3 + 0.25 * (d["edition"] % 3)
    )
    result = MixedLM.from_formula("democracy_score ~ 1", frame, groups="country").fit(
        method=["lbfgs"]
    )
    assert result.converged
    assert growth_model(frame).refusal == "1 countries: a mixed model needs at least 6"


def test_information_criteria_under_reml_are_missing(sleepstudy):
    # Guard: fixed parts are compared by maximum likelihood.
    model = MixedLM.from_formula("Reaction ~ Days", sleepstudy, groups="Subject")
    assert np.isnan(model.fit(method=["lbfgs"]).aic)
    fit = fit_by_ladder(
        sleepstudy["Reaction"].to_numpy(),
        sleepstudy["Days"].to_numpy(dtype=float),
        sleepstudy["Subject"],
        slopes=False,
        reml=False,
    )
    assert np.isfinite(fit.log_likelihood)


def test_separated_glm_claims_convergence():
    # Guard: separating_terms, before any model of changes is fitted.
    group = np.repeat([0.0, 1.0], 50)
    y = np.where(group == 1, 0.0, np.tile([0.0, 1.0], 50))
    frame = pd.DataFrame({"y": y, "group": group})
    glm = smf.glm("y ~ group", frame, family=sm.families.Binomial()).fit()
    assert glm.converged
    assert glm.params["group"] < -15
    x = np.column_stack([np.ones(100), group])
    assert separating_terms(y, x, ["intercept", "group"]) != []
