"""What libraries do on data like these, and why this project guards against it.

Each test pins an upstream behaviour. When one fails, the library has changed: look whether the
guard it names is still needed.
"""

import warnings
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import statsmodels
import statsmodels.api as sm
import statsmodels.formula.api as smf
from statsmodels.multivariate.factor import Factor
from statsmodels.regression.mixed_linear_model import MixedLM
from statsmodels.stats.multitest import multipletests

from analysis.correlations.dimensions import moving, one_factor_loadings
from analysis.facts.errors import ParameterError
from analysis.statistics.estimates import adjust
from analysis.trajectories import growth
from analysis.trajectories.change_model import separating_terms
from analysis.trajectories.growth import climb, fit_by_ladder, growth_model

pytestmark = pytest.mark.filterwarnings("ignore")


def test_default_optimiser_stops_short_on_orthodont(orthodont):
    # Guard: the ladder of optimisers in growth.
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
        growth_model(frame)[0]["refusal"].item()
        == "ratings change in 0 of 8 countries: a mixed model needs 2"
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
    assert growth_model(frame)[0]["refusal"].item() == "1 country: a mixed model needs at least 6"


def test_information_criteria_under_reml_are_missing(sleepstudy):
    # Guard: fixed parts are compared by maximum likelihood.
    model = MixedLM.from_formula("Reaction ~ Days", sleepstudy, groups="Subject")
    assert np.isnan(model.fit(method=["lbfgs"]).aic)
    names = {"Reaction": "y", "Days": "time", "Subject": "country"}
    fit, _ = fit_by_ladder(sleepstudy.rename(columns=names), slopes=False, reml=False)
    assert np.isfinite(fit.llf)


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


def test_logit_warns_of_separation_where_glm_keeps_silent():
    # Guard: separating_terms counts on neither.
    group = np.repeat([0.0, 1.0], 50)
    y = np.where(group == 1, 0.0, np.tile([0.0, 1.0], 50))
    frame = pd.DataFrame({"y": y, "group": group})
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        smf.glm("y ~ group", frame, family=sm.families.Binomial()).fit()
    assert [w for w in told if "onverge" in str(w.message)] == []
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        smf.logit("y ~ group", frame).fit(disp=0)
    assert told


def test_a_zero_intercept_is_not_accepted(monkeypatch, sleepstudy):
    # Guard: statsmodels issue 10239 returns level effects of exactly zero with converged=True.
    real = growth.climb

    def zeroed(model, *, reml=True):
        result, attempts = real(model, reml=reml)
        fake = SimpleNamespace(
            fe_params=np.array([0.0, 10.5]),
            scale=result.scale,
            bse_fe=result.bse_fe,
            llf=result.llf,
        )
        return fake, attempts

    monkeypatch.setattr(growth, "climb", zeroed)
    names = {"Reaction": "y", "Days": "time", "Subject": "country"}
    _, refusal = fit_by_ladder(sleepstudy.rename(columns=names))
    assert refusal == "not converged: a degenerate optimum"


def test_a_factor_model_fails_on_a_constant_item():
    # Guard: `moving` leaves constant categories out before any factor is fitted.
    scores = np.random.default_rng(1).normal(size=(40, 1)) + np.random.default_rng(2).normal(
        size=(40, 4)
    )
    scores[:, 3] = 2.0
    with pytest.raises((np.linalg.LinAlgError, ValueError)):
        Factor(scores, n_factor=1, method="ml").fit()
    sums = (scores - scores.mean(axis=0)).T @ (scores - scores.mean(axis=0))
    assert moving(sums).tolist() == [0, 1, 2]


def test_the_sign_of_a_factor_is_arbitrary():
    # Guard: one_factor_loadings makes the sum of the loadings positive.
    scores = np.random.default_rng(3).normal(size=(200, 1)) + 0.5 * np.random.default_rng(4).normal(
        size=(200, 5)
    )
    r = np.corrcoef(scores.T)
    loadings = Factor(corr=r, n_factor=1, method="ml").fit().loadings[:, 0]
    ours = one_factor_loadings(r)
    assert np.abs(loadings) == pytest.approx(ours, abs=1e-4)
    assert ours.sum() > 0


def test_the_adaptive_adjustment_rejects_twice_as_many():
    # Guard: `adjust` offers holm and fdr_bh only.
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert multipletests(p, 0.05, method="fdr_bh")[0].sum() == 4
    assert multipletests(p, 0.05, method="fdr_tsbky")[0].sum() == 8
    with pytest.raises(ParameterError, match="expected the method holm or fdr_bh"):
        adjust(np.array(p), "fdr_tsbky")
