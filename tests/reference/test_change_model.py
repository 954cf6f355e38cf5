"""The six-cities data against R's geepack, and Wilson's interval against Brown et al. (2001)."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from analysis.trajectories.change_model import fit_gee
from analysis.trajectories.change_rates import wilson


def test_gee_ohio(ohio):
    # geeglm(resp ~ age * smoke, id = id, family = binomial, corstr = "exchangeable")
    x = np.column_stack(
        [np.ones(len(ohio)), ohio["age"], ohio["smoke"], ohio["age"] * ohio["smoke"]]
    )
    fit = fit_gee(ohio["resp"].to_numpy(dtype=float), x.astype(float), ohio["id"])
    assert fit.params == pytest.approx([-1.900495, -0.141236, 0.313826, 0.070832], rel=1e-4)
    assert np.sqrt(np.diag(fit.cov_params())) == pytest.approx(
        [0.119428, 0.058368, 0.188662, 0.088657], rel=2e-3
    )
    assert fit.model.cov_struct.dep_params == pytest.approx(0.3544, abs=1e-4)


def test_wilson():
    z = stats.norm.ppf(0.975)
    lower, upper = wilson(np.array(23 / 551), np.array(551.0), z)
    assert (lower, upper) == pytest.approx((0.0279737796, 0.0618563116), rel=1e-8)
    assert wilson(np.array(0.0), np.array(551.0), z)[1] == pytest.approx(0.0069235252, rel=1e-8)


@pytest.mark.parametrize(("count", "n"), [(0, 10), (3.5, 20.25), (12, 12), (1, 400)])
def test_wilson_equals_statsmodels(count, n):
    z = stats.norm.ppf(0.975)
    own = wilson(np.array(count / n), np.array(float(n)), z)
    assert own == pytest.approx(proportion_confint(count, n, method="wilson"), abs=1e-12)
