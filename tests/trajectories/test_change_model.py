"""The change model: separation, marginal effects, refusals."""

import numpy as np
import patsy
import pytest
import statsmodels.api as sm
from scipy import stats
from scipy.special import expit

from analysis.facts.errors import ParameterError
from analysis.trajectories.change_model import change_effects, fit_gee, separating_terms
from analysis.trajectories.observed import annual_changes


def of_any(panel, covariates=()):
    effects = change_effects(panel, covariates)
    assert effects["event"].unique().tolist() == ["any", "down", "up", "large"]
    return effects[effects["event"] == "any"]


@pytest.fixture(scope="module")
def model(panel):
    return of_any(panel)


def test_counts(model, panel):
    changes = annual_changes(panel)
    used = changes[changes["previous_change"].notna()]
    assert (model["n_observations"] == len(used)).all()
    assert (model["n_events"] == (used["change"] != 0).sum()).all()
    assert (model["n_countries"] == 29).all()
    # The first edition has no change, the second no previous one; both tell of the third's.
    assert (model["n_editions"] == 14).all()
    # Intercept, a second period, six categories, level and its square, changed before.
    assert (model["df"] == 29 - 11).all()


def test_terms_and_effects(model):
    effects = model
    assert (effects["variable"] == "category").sum() == 6
    assert set(effects["variable"]) == {"period", "category", "level", "changed_before"}
    assert ((effects["lower"] < effects["effect"]) & (effects["effect"] < effects["upper"])).all()
    assert effects["effect"].abs().max() < 1


def test_marginal_effects_of_a_saturated_model_are_differences_of_rates():
    rng = np.random.default_rng(3)
    group = np.repeat(np.arange(12) % 2, 30).astype(float)
    y = (rng.random(360) < 0.2 + 0.3 * group).astype(float)
    fit = fit_gee(y, np.column_stack([np.ones(360), group]), np.repeat(np.arange(12), 30))
    p = 1 / (1 + np.exp(-np.array([fit.params[0], fit.params.sum()])))
    assert p == pytest.approx([y[group == 0].mean(), y[group == 1].mean()], abs=1e-6)


def test_effects_are_differences_of_mean_predictions(panel, model):
    """Errors by the slope of the difference in each coefficient."""
    data = annual_changes(panel).dropna(subset="previous_change")
    data = data.assign(
        moved=data["any"].astype(float),
        level=data["level"] - data["level"].mean(),
        changed_before=(data["previous_change"] != 0).astype(float),
        period=np.where(data["edition"] > 2013, "late", "early"),
    )
    design = patsy.dmatrix("period + category + level + I(level**2) + changed_before", data)
    fit = sm.GEE(
        data["moved"],
        design,
        data["country"],
        family=sm.families.Binomial(),
        cov_struct=sm.cov_struct.Exchangeable(),
    ).fit(cov_type="bias_reduced")
    params, covariance = np.asarray(fit.params), np.asarray(fit.cov_params())
    rows = model.set_index(["variable", "contrast"])
    [late] = model.loc[model["variable"] == "period", "contrast"]
    for name, contrast, high, low in (
        ("changed_before", "yes against no", 1.0, 0.0),
        ("level", "one unit more", data["level"] + 0.5, data["level"] - 0.5),
        ("category", "CS against CO", "CS", "CO"),
        ("period", late, "late", "early"),
    ):
        designs = [
            patsy.dmatrix(design.design_info, data.assign(**{name: value})) for value in (high, low)
        ]

        def effect(b, designs=designs):
            one, other = (expit(np.asarray(x) @ b).mean() for x in designs)
            return one - other

        steps = 1e-5 * np.eye(len(params))
        slope = np.array([effect(params + h) - effect(params - h) for h in steps]) / 2e-5
        error = np.sqrt(slope @ covariance @ slope)
        half = stats.t.ppf(0.975, 29 - 11) * error
        found = rows.loc[(name, contrast), ["effect", "standard_error", "lower", "upper"]]
        expected = [effect(params), error, effect(params) - half, effect(params) + half]
        assert found.tolist() == pytest.approx(expected, rel=1e-4), name


def test_a_country_level_covariate(panel):
    number = panel["country"].str[1:].astype(int)
    frame = panel.assign(bloc=np.where(number % 2, "odd", "even"), size=number / 10)
    model = of_any(frame, ["bloc", "size"])
    effects = model.set_index("variable")
    assert effects.loc["bloc", "contrast"] == "odd against even"
    assert effects.loc["size", "contrast"] == "one unit more"


def test_an_unknown_covariate_is_named_with_the_nearest(panel):
    with pytest.raises(ParameterError, match="no covariate 'ratng'; did you mean rating"):
        change_effects(panel, ["ratng"])
    with pytest.raises(ParameterError, match=f"'gdp'; there are {', '.join(panel)}"):
        change_effects(panel, ["gdp"])


def test_periods_end_with_the_last_edition(model):
    periods = model.loc[model["variable"] == "period", "contrast"]
    assert [contrast.split()[0] for contrast in periods] == ["2014-2018"]


@pytest.mark.parametrize(
    ("y", "x", "separated"),
    [
        ([0, 1, 0, 1], [[1, 0], [1, 0], [1, 1], [1, 1]], False),
        ([0, 1, 0, 0], [[1, 0], [1, 0], [1, 1], [1, 1]], True),  # a cell without events
        ([0, 0, 1, 1], [[1, 1.0], [1, 2.0], [1, 3.0], [1, 4.0]], True),  # a threshold
        ([0, 0, 1, 0, 1, 1], [[1, 1.0], [1, 2.0], [1, 2.5], [1, 2.7], [1, 3.0], [1, 4.0]], False),
        ([0, 0, 0], [[1, 0], [1, 1], [1, 1]], True),  # no event at all
    ],
)
def test_separation(y, x, separated):
    found = separating_terms(np.array(y, float), np.array(x, float), ["intercept", "x"])
    assert bool(found) == separated


def test_a_separated_panel_is_refused(panel):
    quiet = panel.assign(rating=panel["rating"].where(panel["category"] != "CS", 3.0))
    model = of_any(quiet)
    [row] = model.to_dict("records")
    assert row["refusal"].startswith("separation along")
    assert "CS" in row["refusal"]
    assert np.isnan(row["effect"])
    assert row["n_events"] > 0


def test_too_few_countries(panel):
    model = of_any(panel[panel["country"] <= "C12"])
    assert model["refusal"].item() == "12 of the 16 countries needed for 11 terms"


@pytest.mark.parametrize("covariate", ["constant", "twice the members"])
def test_a_covariate_without_an_effect_of_its_own_is_refused(panel, covariate):
    members = panel["country"].isin(sorted(panel["country"].unique())[:11]).astype(float)
    values = {"constant": 3.0, "members": members, "twice the members": 2 * members}
    named = [covariate] if covariate == "constant" else ["members", covariate]
    effects = of_any(panel.assign(**values), named)
    assert effects["effect"].isna().all()
    assert effects["refusal"].str.contains("constant or determined by other terms").all()


def test_a_covariate_that_rests_on_one_country_is_refused(panel):
    """As membership beside the part of the region, which it follows but for Croatia."""
    countries = sorted(panel["country"].unique())
    half, members = (panel["country"].isin(countries[:n]).astype(float) for n in (15, 14))
    effects = of_any(panel.assign(half=half, members=members), ["half", "members"])
    assert (
        effects["refusal"].str.endswith(f"rests on {countries[14]} alone: no standard error").all()
    )
    assert effects["lower"].isna().all()


@pytest.mark.parametrize("name", ["edition", "category", "rating", "country"])
def test_what_is_in_the_model_is_no_covariate(panel, name):
    with pytest.raises(ParameterError, match=f"covariate '{name}' is in the model already"):
        change_effects(panel, [name])
