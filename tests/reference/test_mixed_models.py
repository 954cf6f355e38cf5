"""Mixed models against lme4 and nlme (Bates et al. 2015; Pinheiro & Bates 2000; R 4.2)."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.regression.mixed_linear_model import MixedLM

from analysis.statistics.arrays import slopes_of
from analysis.trajectories.growth import _variances, climb, fit_by_ladder, growth_model, is_singular


def _data(data):
    names = {"Reaction": "y", "Days": "time", "Subject": "country"}
    return data.rename(columns=names).astype({"time": float})


def test_sleepstudy_reml(sleepstudy):
    # lmer(Reaction ~ Days + (Days | Subject), sleepstudy)
    fit, _ = fit_by_ladder(_data(sleepstudy))
    assert fit.fe_params.to_numpy() == pytest.approx([251.40510485, 10.46728596], rel=1e-4)
    assert fit.bse_fe.to_numpy() == pytest.approx([6.824596695, 1.545789644], rel=2e-3)
    assert np.diag(fit.cov_re) == pytest.approx([612.100158, 35.0717145], rel=1e-2)
    assert fit.cov_re.iloc[0, 1] == pytest.approx(9.6044090, rel=1e-2)
    assert fit.scale == pytest.approx(654.940008, rel=1e-2)
    assert -2 * fit.llf == pytest.approx(1743.628272, abs=2e-3)
    assert not is_singular(fit)


def test_sleepstudy_ml(sleepstudy):
    # lmer(..., REML = FALSE)
    fit, _ = fit_by_ladder(_data(sleepstudy), reml=False)
    assert fit.llf == pytest.approx(-875.9696722, abs=1e-3)
    assert np.diag(fit.cov_re) == pytest.approx([565.47697, 32.68179], rel=1e-2)
    assert fit.cov_re.iloc[0, 1] == pytest.approx(11.05512, rel=1e-2)
    parameters = 6
    assert 2 * parameters - 2 * fit.llf == pytest.approx(1763.939344, abs=2e-3)
    bic = parameters * np.log(180) - 2 * fit.llf
    assert bic == pytest.approx(1783.097086, abs=2e-3)


def test_sleepstudy_random_intercept(sleepstudy):
    # lmer(Reaction ~ Days + (1 | Subject), sleepstudy)
    fit, _ = fit_by_ladder(_data(sleepstudy), slopes=False)
    assert fit.fe_params.to_numpy() == pytest.approx([251.40510485, 10.46728596], rel=1e-4)
    assert fit.bse_fe.to_numpy() == pytest.approx([9.74671627, 0.80422143], rel=2e-3)
    assert fit.cov_re.iloc[0, 0] == pytest.approx(1378.178514, rel=1e-2)
    assert fit.scale == pytest.approx(960.456579, rel=1e-2)
    assert -2 * fit.llf == pytest.approx(1786.465085, abs=2e-3)


def test_variance_shares_of_the_random_intercept_model(sleepstudy):
    # performance::icc() and performance::r2_nakagawa() of (1 | Subject)
    data = _data(sleepstudy)
    value = _variances(fit_by_ladder(data, slopes=False)[0], data["time"].to_numpy())
    assert value["icc"] == pytest.approx(0.589, abs=5e-4)
    assert value["r2_conditional"] == pytest.approx(0.70425545, abs=1e-3)
    # performance divides by n - 1, the model by n.
    assert value["r2_marginal"] == pytest.approx(0.27988564, abs=2e-3)


def test_uncorrelated_random_effects(sleepstudy):
    # lmer(Reaction ~ Days + (Days || Subject), sleepstudy)
    model = MixedLM.from_formula(
        "Reaction ~ Days",
        sleepstudy,
        groups="Subject",
        re_formula="1",
        vc_formula={"days": "0 + Days"},
    )
    result, _ = climb(model)
    assert float(result.cov_re.iloc[0, 0]) == pytest.approx(627.5690509, rel=1e-2)
    assert float(result.vcomp[0]) == pytest.approx(35.8583796, rel=1e-2)
    assert result.scale == pytest.approx(653.5835, rel=1e-2)
    assert -2 * result.llf == pytest.approx(1743.669294, abs=2e-3)


def test_orthodont(orthodont):
    # lme(distance ~ age * Sex, random = ~ age | Subject)
    model = MixedLM.from_formula(
        "distance ~ age * Sex", orthodont, groups="Subject", re_formula="~age"
    )
    result, _ = climb(model)
    female = dict(result.fe_params)
    male = {"level": 16.340625, "slope": 0.784375}
    # Male is the reference in nlme, Female here: the other sex follows by adding the contrast.
    assert female["Intercept"] + female["Sex[T.Male]"] == pytest.approx(male["level"], rel=1e-4)
    assert female["age"] + female["age:Sex[T.Male]"] == pytest.approx(male["slope"], rel=1e-4)
    assert -female["Sex[T.Male]"] == pytest.approx(1.0321022727, rel=1e-4)
    assert -female["age:Sex[T.Male]"] == pytest.approx(-0.3048295455, rel=1e-4)
    by_male = MixedLM.from_formula(
        "distance ~ age * C(Sex, Treatment('Male'))",
        orthodont,
        groups="Subject",
        re_formula="~age",
    )
    errors = climb(by_male)[0].bse_fe
    assert errors["Intercept"] == pytest.approx(1.01853197, rel=2e-3)
    assert errors["age"] == pytest.approx(0.08599952, rel=2e-3)
    assert result.bse_fe["Sex[T.Male]"] == pytest.approx(1.59573292, rel=2e-3)
    assert result.bse_fe["age:Sex[T.Male]"] == pytest.approx(0.13473535, rel=2e-3)
    cov = np.asarray(result.cov_re)
    assert np.sqrt(np.diag(cov)) == pytest.approx([2.4055009, 0.1803455], rel=1e-2)
    assert cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1]) == pytest.approx(-0.668, abs=1e-2)
    assert np.sqrt(result.scale) == pytest.approx(1.3100396, rel=1e-2)
    assert result.llf == pytest.approx(-216.2908308, abs=1e-3)


def test_dyestuff2_is_flagged_singular(dyestuff2):
    # lmer(Yield ~ 1 + (1 | Batch), Dyestuff2): lme4 reports a batch variance of 0
    model = MixedLM.from_formula("Yield ~ 1", dyestuff2, groups="Batch")
    result, attempts = climb(model)
    assert float(result.fe_params.iloc[0]) == pytest.approx(5.6656, rel=1e-4)
    assert float(result.bse_fe.iloc[0]) == pytest.approx(0.678388031, rel=2e-3)
    assert result.scale == pytest.approx(13.80630963, rel=1e-2)
    assert -2 * result.llf == pytest.approx(161.8282778, abs=2e-3)
    assert is_singular(result)
    assert attempts["optimiser"].tolist()[0] == "lbfgs"


DYESTUFF = {
    "A": (1545, 1440, 1440, 1520, 1580),
    "B": (1540, 1555, 1490, 1560, 1495),
    "C": (1595, 1550, 1605, 1510, 1560),
    "D": (1445, 1440, 1595, 1465, 1545),
    "E": (1595, 1630, 1515, 1635, 1625),
    "F": (1520, 1455, 1450, 1480, 1445),
}
"""Davies & Goldsmith (1972), Table 6.3; lme4's Dyestuff."""


def test_dyestuff():
    # lmer(Yield ~ 1 + (1 | Batch), Dyestuff), and REML = FALSE
    data = pd.DataFrame(
        [(batch, float(y)) for batch, values in DYESTUFF.items() for y in values],
        columns=["Batch", "Yield"],
    )
    model = MixedLM.from_formula("Yield ~ 1", data, groups="Batch")
    result, _ = climb(model)
    assert float(result.fe_params.iloc[0]) == pytest.approx(1527.5, rel=1e-4)
    assert float(result.bse_fe.iloc[0]) == pytest.approx(19.38341218, rel=2e-3)
    assert float(result.cov_re.iloc[0, 0]) == pytest.approx(1764.050006, rel=1e-2)
    assert result.scale == pytest.approx(2451.25, rel=1e-2)
    assert -2 * result.llf == pytest.approx(319.6542768, abs=2e-3)
    assert not is_singular(result)
    by_ml, _ = climb(model, reml=False)
    assert float(by_ml.cov_re.iloc[0, 0]) == pytest.approx(1388.333343, rel=1e-2)


def test_identity_a(sleepstudy):
    """Balanced, random slopes: the REML slope is the mean of the subjects' own slopes."""
    fit, _ = fit_by_ladder(_data(sleepstudy))
    wide = sleepstudy.pivot_table(index="Subject", columns="Days", values="Reaction").to_numpy()
    slopes = slopes_of(wide) / 10
    assert slopes.mean() == pytest.approx(10.467285960, rel=1e-8)
    assert slopes.std(ddof=1) / np.sqrt(18) == pytest.approx(1.545788896, rel=1e-8)
    assert fit.fe_params.iloc[1] == pytest.approx(slopes.mean(), rel=1e-5)
    assert fit.bse_fe.iloc[1] == pytest.approx(slopes.std(ddof=1) / np.sqrt(18), rel=1e-5)


def test_identity_b(sleepstudy):
    """Balanced, random intercepts: slope and standard error are those of fixed effects."""
    fit, _ = fit_by_ladder(_data(sleepstudy), slopes=False)
    y = sleepstudy["Reaction"] - sleepstudy.groupby("Subject")["Reaction"].transform("mean")
    x = sleepstudy["Days"] - 4.5
    slope = float((x * y).sum() / (x**2).sum())
    variance = float(((y - slope * x) ** 2).sum() / (180 - 18 - 1))
    assert fit.fe_params.iloc[1] == pytest.approx(slope, rel=1e-5)
    assert fit.bse_fe.iloc[1] == pytest.approx(np.sqrt(variance / (x**2).sum()), rel=1e-5)


def test_growth_model_reports_the_country_level_interval(sleepstudy):
    model, lines = growth_model(
        sleepstudy, "Reaction", country="Subject", edition="Days", bounds=None
    )
    slope = model.set_index("term").loc["slope"]
    # Identity A in units of ten days, with t(17).
    half = stats.t.ppf(0.975, 17) * 15.45788896
    assert (slope["lower"], slope["upper"]) == pytest.approx(
        (104.67285960 - half, 104.67285960 + half), rel=1e-4
    )
    counts = slope[["n_countries", "n_editions", "n_observations"]]
    assert counts.tolist() == [18, 10, 180]
    assert len(lines) == 18
