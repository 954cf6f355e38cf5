"""Sums by country against regressions, and what must not change them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.correlations import cross_products as levels
from analysis.correlations.cross_products import correlations, pairs_of, with_rest_scores
from analysis.correlations.decomposition import fisher_interval, rest_correlations, weighted_between
from analysis.correlations.latent_trait import graded_response
from analysis.correlations.multiverse import multiverse
from analysis.facts.errors import ParameterError
from analysis.statistics.arrays import complete_cube

CODES = ["NDG", "EP", "CS", "IM", "LDG", "JFI", "CO"]
FIRST, SECOND = pairs_of(7)


def r_of(level, array):
    return correlations(levels.LEVELS[level](array).total(), FIRST, SECOND)


def residuals(table, formula):
    return pd.DataFrame({code: smf.ols(f"{code} ~ {formula}", table).fit().resid for code in CODES})


def test_two_way_is_what_country_and_edition_effects_leave(wide, ratings):
    left = residuals(wide.dropna(), "C(country) + C(edition)").corr().to_numpy()
    assert r_of("two_way", ratings) == pytest.approx(left[FIRST, SECOND], abs=1e-9)


@pytest.mark.parametrize("level", levels.LEVELS)
def test_leaving_a_country_out_equals_a_panel_without_it(ratings, level):
    products = levels.LEVELS[level]
    without = products(ratings).without_each()
    for country in (0, 8, 20):
        rest = products(np.delete(ratings, country, axis=0)).total()
        assert without[country] == pytest.approx(rest, abs=1e-9)


@pytest.mark.parametrize("level", levels.LEVELS)
def test_the_parts_of_the_countries_add_up(ratings, level):
    products = levels.LEVELS[level](ratings)
    assert products.parts().sum(axis=0) == pytest.approx(products.total(), abs=1e-9)


def test_many_panels_are_as_many_single_ones(ratings):
    both = np.stack([ratings, 8 - ratings[::-1]])
    both[:, ~np.isfinite(ratings) | ~np.isfinite(ratings[::-1])] = np.nan
    for level in levels.LEVELS:
        together = levels.LEVELS[level](both).total()
        alone = [levels.LEVELS[level](panel).total() for panel in both]
        assert together == pytest.approx(np.stack(alone), abs=1e-9)


def test_two_way_departures_have_no_mean_left(ratings):
    """Adding what each edition has in common, or each country, changes nothing."""
    rng = np.random.default_rng(1)
    shifted = ratings + rng.normal(size=(29, 7, 1)) + rng.normal(size=(1, 7, 14))
    assert r_of("two_way", shifted) == pytest.approx(r_of("two_way", ratings), abs=1e-9)
    assert r_of("within", shifted) != pytest.approx(r_of("within", ratings), abs=1e-3)


@given(st.integers(0, 2**20))
@settings(max_examples=10)
def test_reversal_and_order_leave_every_level(seed):
    rng = np.random.default_rng(seed)
    panel = rng.integers(4, 28, size=(6, 7, 8)) / 4
    shuffled = 8 - panel[rng.permutation(6)]
    for level in levels.LEVELS:
        assert r_of(level, shuffled) == pytest.approx(r_of(level, panel), abs=1e-9)


def test_a_rest_score_is_the_mean_of_the_others(wide):
    table = rest_correlations(wide, CODES)
    rows = wide.dropna()
    centred = rows[CODES] - rows.groupby("country")[CODES].transform("mean")
    for code in CODES:
        own = table[(table["level"] == "within") & (table["category"] == code)].iloc[0]
        rest = centred[[other for other in CODES if other != code]].mean(axis=1)
        assert own["r"] == pytest.approx(centred[code].corr(rest), abs=1e-9)
        assert own["r_with_mean"] == pytest.approx(centred[code].corr(centred.mean(axis=1)))
        assert own["r_with_mean"] > own["r"]


def test_unrelated_categories_correlate_with_their_mean_by_the_share_they_are_of_it():
    total = np.eye(7)
    weights = with_rest_scores(7)
    sums = weights @ total @ weights.T
    own = np.arange(7)
    assert correlations(sums, own, own + 7) == pytest.approx(np.zeros(7))
    assert correlations(sums, own, np.full(7, 14)) == pytest.approx(np.full(7, 1 / np.sqrt(7)))


def test_the_weighted_correlation_of_means_of_bland_and_altman():
    # psych::statsBy(rbg) of rmcorr's bland1995; unweighted means are tested with the levels.
    data = pd.read_csv(Path(__file__).parents[1] / "reference" / "bland1995.csv")
    data["time"] = data.groupby("Subject").cumcount()
    cube = complete_cube(data, ["pH", "PacO2"], unit="Subject", time="time")
    sums = weighted_between(cube.array)
    found = correlations(sums, *pairs_of(2))
    assert found == pytest.approx([0.0697585802], rel=1e-8)


def test_fisher_intervals_of_published_estimates():
    # rmcorr 0.7.0 prints them with n = df + 2; psych::statsBy for Grunfeld.
    bland = fisher_interval(-0.5067697422, 40)
    assert bland == pytest.approx((-0.7067146, -0.2318631), abs=1e-7)
    investment = fisher_interval(0.6088712629, 191)
    assert investment == pytest.approx((0.5110726923, 0.6911064311), rel=1e-8)


def test_two_rows_of_one_country_and_edition_are_refused(wide):
    with pytest.raises(ParameterError, match="C01 has two rows of edition 2005"):
        complete_cube(pd.concat([wide, wide.head(1)]), CODES)
    with pytest.raises(ParameterError, match="no column 'XX'"):
        complete_cube(wide, [*CODES, "XX"])


@pytest.mark.parametrize(
    "estimate",
    [
        lambda table: levels.scaled(table, CODES, "Spearman"),
        lambda table: graded_response(table, CODES),
        lambda table: multiverse(table, CODES, {}),
    ],
)
def test_a_category_that_is_not_there_is_named_with_the_columns_that_are(wide, estimate):
    with pytest.raises(ParameterError, match=r"no column 'JFI'; there are .*Judiciary"):
        estimate(wide.rename(columns={"JFI": "Judiciary"}))


def test_a_row_without_a_country_is_refused(wide):
    with pytest.raises(ParameterError, match="column 'country' has an empty cell"):
        complete_cube(wide.assign(country=wide["country"].where(wide.index != 3)), CODES)
