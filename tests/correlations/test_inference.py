"""Sign flips, families and comparisons, against enumeration and leaving out by hand."""

import itertools

import numpy as np
import pandas as pd
import pytest

from analysis.correlations import cross_products as levels
from analysis.correlations.cross_products import pairs_of
from analysis.correlations.decomposition import pair_correlations
from analysis.correlations.dimensions import flipped
from analysis.correlations.inference import (
    family_tests,
    jackknifed,
    level_contrasts,
    pair_contrast,
)
from analysis.facts.errors import ParameterError
from analysis.statistics.arrays import complete_cube
from analysis.statistics.estimates import adjust, random_signs, sign_flip_p_values
from analysis.tables.schema import columns

CODES = ["NDG", "EP", "CS", "IM", "LDG", "JFI", "CO"]
FIRST, SECOND = pairs_of(7)


@pytest.fixture(scope="module")
def products(ratings):
    return levels.within(ratings)


@pytest.fixture(scope="module")
def pairs(wide):
    return family_tests(wide, CODES, seed=1, draws=999)


def test_all_1024_sign_flips_of_grunfeld(firms):
    variables, units = ["inv", "value", "capital"], {"unit": "firm", "time": "year"}
    tests = family_tests(firms, variables, level="within", seed=1, **units)
    assert (tests["p_sign_flip"] * 1024).tolist() == [4, 2, 4]


@pytest.mark.slow
def test_few_countries_are_enumerated_and_many_drawn():
    # A short row is counted in full, whatever is drawn for the longer one beside it.
    parts = np.round(np.random.default_rng(5).normal(0.4, 1, (2, 22)), 1)
    parts[0, :10] = 0
    p = sign_flip_p_values(parts, np.random.default_rng(1), 999)
    signs = np.array(list(itertools.product((-1, 1), repeat=12)))
    reach = np.abs(parts[0].sum()) - 1e-9
    assert p[0] == (np.abs(signs @ parts[0, 10:]) >= reach).mean()
    assert p[1] * 1000 == pytest.approx(round(p[1] * 1000))
    every = np.array(list(itertools.product((-1, 1), repeat=22)), dtype=np.int8)
    exact = (np.abs(every @ parts[1]) >= np.abs(parts[1].sum()) - 1e-9).mean()
    assert p[1] == pytest.approx(exact, abs=0.03)


def test_twenty_parts_are_counted_and_twenty_one_drawn():
    parts = np.ones((2, 21))
    parts[0, 0] = 0
    assert sign_flip_p_values(parts, draws=99).tolist() == [2 / 2**20, 1 / 100]


def test_flipped_sums_are_those_of_flipped_paths(ratings, products):
    signs = random_signs(3, 29, 7, rng=np.random.default_rng(3))
    sums = flipped(products.parts(), signs)
    for draw, turned in zip(signs, sums, strict=True):
        # Turning a path round its own mean turns its departures round.
        means = np.nanmean(np.where(np.isfinite(ratings), ratings, np.nan), axis=2, keepdims=True)
        paths = means + draw[:, :, None] * (ratings - means)
        assert turned == pytest.approx(levels.within(paths).total(), abs=1e-9)


def test_the_family_is_adjusted_as_a_whole(pairs):
    assert tuple(pairs.columns) == columns("correlation_tests")
    assert (pairs["family_size"] == 21).all()
    raw = pairs["p_sign_flip"].to_numpy(float)
    assert pairs["adjusted_p"].to_numpy(float) == pytest.approx(adjust(raw, "holm"))
    assert (pairs["level"] == "two_way").all()


def test_a_drift_that_all_countries_share_is_no_association(wide):
    # A year effect is taken off exactly, whatever its size.
    drifting = wide.copy()
    drifting[CODES] = wide[CODES].sub(0.2 * (wide["edition"] - 2005), axis=0)
    plain, other = (family_tests(table, CODES, seed=1, draws=199) for table in (wide, drifting))
    assert other["r"].to_numpy(float) == pytest.approx(plain["r"].to_numpy(float))
    assert (other["p_sign_flip"] == plain["p_sign_flip"]).all()
    within = [family_tests(t, CODES, level="within", seed=1, draws=199) for t in (wide, drifting)]
    assert (within[1]["r"] > within[0]["r"] + 0.1).all()


def test_the_same_seed_gives_the_same_table(wide, pairs):
    pd.testing.assert_frame_equal(pairs, family_tests(wide, CODES, seed=1, draws=999))


def test_few_countries_are_not_tested(wide):
    six = ["C01", "C02", "C03", "C05", "C06", "C08"]
    assert family_tests(wide[wide["country"].isin(six)], CODES)["p_sign_flip"].notna().sum() == 15
    few = wide[wide["country"].isin(six[:5])]
    table = family_tests(few, CODES, seed=1, draws=99)
    assert table["p_sign_flip"].isna().all()
    assert table["adjusted_p"].isna().all()
    assert (table["refusal"] == "not tested: fewer than 6 countries moved in both").all()


def test_what_rests_on_fewer_than_four_countries_has_no_t(wide):
    eight = wide[wide["country"] <= "C08"]
    tests, contrasts = family_tests(eight, CODES), level_contrasts(eight, CODES)
    enough = tests["effective_units"] >= 4
    assert (tests["p_jackknife"].notna() == enough).all()
    fewer = [
        jackknifed(levels.LEVELS[level](complete_cube(eight, CODES).array), FIRST, SECOND).effective
        for level in ("between", "two_way")
    ]
    both = np.min(fewer, axis=0) >= 4
    assert (0 < both.sum() < 21) and (0 < enough.sum() < 21)
    assert (contrasts["p_value"].notna() == both).all()
    assert (contrasts["refusal"].str.startswith("rests on") == ~both).all()


@pytest.mark.parametrize("n", [1, 2])
def test_one_and_two_countries_are_not_estimable(wide, n):
    few = wide[wide["country"].isin(["C01", "C02"][:n])]
    table = family_tests(few, CODES, seed=1, draws=99)
    assert table["r"].isna().all()
    assert (table["refusal"] == "not estimable").all()


def test_an_unknown_family_or_too_few_draws_are_refused(wide):
    with pytest.raises(ParameterError, match=r"family: expected pairs or rest_scores.*did you"):
        family_tests(wide, CODES, "pair", seed=1)
    with pytest.raises(ParameterError, match="draws: expected at least 99, found 9"):
        family_tests(wide, CODES, seed=1, draws=9)
    with pytest.raises(ParameterError, match=r"level: expected one of .* found 'twoway'; did you"):
        family_tests(wide, CODES, level="twoway", seed=1)


def test_a_difference_is_jackknifed_as_a_difference(wide):
    contrast = pair_contrast(wide, ("NDG", "EP"), ("CS", "IM"))

    def difference(table):
        rows = pair_correlations(table, CODES).set_index(["level", "x", "y"])["r"].astype(float)
        z = np.arctanh(rows)
        return z["two_way", "NDG", "EP"] - z["two_way", "CS", "IM"]

    countries = sorted(wide["country"].unique())
    own = difference(wide)
    without = [difference(wide[wide["country"] != country]) for country in countries]
    n = len(countries)
    error = np.sqrt((n - 1) / n * sum((value - own) ** 2 for value in without))
    # Only four categories have to be known for the comparison, seven for the table of all pairs.
    assert contrast.estimate == pytest.approx(own, abs=0.02)
    assert contrast.standard_error == pytest.approx(error, rel=0.05)
    assert contrast.lower < contrast.estimate < contrast.upper


def test_swapping_the_sides_turns_the_difference_round(wide):
    there = pair_contrast(wide, ("NDG", "EP"), ("CS", "IM"))
    back = pair_contrast(wide, ("CS", "IM"), ("NDG", "EP"))
    assert there.estimate == pytest.approx(-back.estimate)
    assert there.standard_error == pytest.approx(back.standard_error)


def test_levels_are_compared_for_all_pairs(wide):
    table = level_contrasts(wide, CODES)
    assert len(table) == 21
    assert (table["family"] == "level_contrasts").all()
    expected = np.arctanh(table["r_one"]) - np.arctanh(table["r_other"])
    assert table["estimate"].to_numpy(float) == pytest.approx(expected.to_numpy(float))
    between, two_way = (
        jackknifed(levels.LEVELS[level](complete_cube(wide, CODES).array), FIRST, SECOND)
        for level in ("between", "two_way")
    )
    fewer = np.minimum(between.effective, two_way.effective)
    assert table["df"].to_numpy(float) == pytest.approx(fewer - 1)
    few = level_contrasts(wide[wide["country"] < "C04"], CODES)
    assert few["estimate"].isna().all()
    assert few["refusal"].eq("only 3 units").all()
    alone = level_contrasts(wide[wide["country"] == "C01"], CODES)
    assert alone["refusal"].eq("only 1 unit").all()


def test_pairs_come_in_reading_order():
    assert list(zip(*pairs_of(4), strict=True)) == list(itertools.combinations(range(4), 2))


@pytest.mark.parametrize("level", ["pooled", "between"])
def test_levels_of_countries_are_never_tested(wide, level):
    with pytest.raises(ParameterError, match=f"level: expected .*, found '{level}'"):
        family_tests(wide, CODES, level=level, seed=1, draws=99)


def test_a_column_common_to_all_is_not_tested(wide):
    """Less each edition's mean nothing is left of it but the error of rounding."""
    common = wide.assign(EP=2 + wide["edition"] % 10 / 3)
    table = family_tests(common, CODES, seed=1, draws=99)
    own = table[(table["x"] == "EP") | (table["y"] == "EP")]
    assert len(own) == 6
    assert own[["r", "p_sign_flip", "adjusted_p"]].isna().all(axis=None)
    assert (own["refusal"] == "not estimable").all()
    assert (table["family_size"] == 15).all()
