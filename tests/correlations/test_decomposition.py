"""Correlations on every level against published numbers, and identities that hold exactly."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.datasets import grunfeld

from analysis.correlations.cross_products import LEVELS, pairs_of, within
from analysis.correlations.decomposition import (
    cross_product_shares,
    pair_correlations,
)
from analysis.correlations.inference import LEAST_EFFECTIVE, jackknifed
from analysis.statistics.arrays import complete_cube
from analysis.tables.schema import columns

REFERENCE = Path(__file__).parents[1] / "reference"
EXACT = 1e-9
PAIRS = [("inv", "value"), ("inv", "capital"), ("value", "capital")]


def at(table, level, x, y):
    [row] = table[(table["level"] == level) & (table["x"] == x) & (table["y"] == y)].to_dict(
        "records"
    )
    return row


@pytest.fixture(scope="module")
def bland():
    data = pd.read_csv(REFERENCE / "bland1995.csv")
    data["time"] = data.groupby("Subject").cumcount()
    return data


@pytest.fixture(scope="module")
def ten_firms():
    data = grunfeld.load_pandas().data
    ten = data[data["firm"] != "American Steel"].rename(columns={"invest": "inv"})
    return ten.assign(year=ten["year"].astype(int))


@pytest.fixture(scope="module")
def of_firms(ten_firms):
    return pair_correlations(ten_firms, ["inv", "value", "capital"], unit="firm", time="year")


def jackknife_with(data, unit, time, variables, df):
    """Return errors of z, and intervals with t(df) in place of t(G_eff - 1)."""
    cube = complete_cube(data, variables, unit=unit, time=time)
    found = jackknifed(within(cube.array), *pairs_of(len(variables)))
    reach = stats.t.ppf(0.975, df) * found.error
    return found.error, np.tanh(np.arctanh(found.r) - reach), np.tanh(np.arctanh(found.r) + reach)


def test_bland_and_altman_1995(bland):
    table = pair_correlations(bland, ["pH", "PacO2"], unit="Subject", time="time")
    within, between = at(table, "within", "pH", "PacO2"), at(table, "between", "pH", "PacO2")
    assert within["r"] == pytest.approx(-0.5067697422, abs=EXACT)
    assert within["effective_units"] == pytest.approx(1.9944048306, abs=EXACT)
    assert (within["n_units"], within["n_rows"]) == (8, 47)
    assert between["r"] == pytest.approx(0.0817731351, abs=EXACT)
    assert at(table, "pooled", "pH", "PacO2")["r"] == pytest.approx(-0.0652177442, abs=EXACT)


def test_the_jackknife_of_bland_and_altman(bland):
    errors, lows, highs = jackknife_with(bland, "Subject", "time", ["pH", "PacO2"], 7)
    assert errors[0] == pytest.approx(0.3827063635, rel=1e-8)
    assert (lows[0], highs[0]) == pytest.approx((-0.8982974948, 0.3333417958), rel=1e-8)


@pytest.mark.parametrize(
    ("pair", "within", "between", "pooled", "effective"),
    [
        (PAIRS[0], 0.6088712629, 0.9258490126, 0.8569328985, 1.6079950561),
        (PAIRS[1], 0.8122392985, 0.6418415167, 0.6625653253, 1.5140408965),
        (PAIRS[2], 0.3764839672, 0.6741703375, 0.4887058202, 1.8554901761),
    ],
)
def test_grunfeld(of_firms, pair, within, between, pooled, effective):
    assert at(of_firms, "within", *pair)["r"] == pytest.approx(within, abs=EXACT)
    assert at(of_firms, "between", *pair)["r"] == pytest.approx(between, abs=EXACT)
    assert at(of_firms, "pooled", *pair)["r"] == pytest.approx(pooled, abs=EXACT)
    assert at(of_firms, "within", *pair)["effective_units"] == pytest.approx(effective, abs=EXACT)


def test_the_jackknife_of_grunfeld(ten_firms):
    errors, lows, highs = jackknife_with(ten_firms, "firm", "year", ["inv", "value", "capital"], 9)
    assert errors == pytest.approx([0.2314590951, 0.5184594721, 0.1389290044], rel=1e-8)
    assert lows == pytest.approx([0.1814956369, -0.0392415206, 0.0814962116], rel=1e-8)
    assert highs == pytest.approx([0.8427887776, 0.9803475158, 0.6108247014], rel=1e-8)


def test_which_level_correlates_more_differs_by_pair(of_firms):
    more_within = at(of_firms, "within", "inv", "capital")["r"]
    assert more_within > at(of_firms, "between", "inv", "capital")["r"]
    more_between = at(of_firms, "between", "inv", "value")["r"]
    assert more_between > at(of_firms, "within", "inv", "value")["r"]


def test_an_interval_that_rests_on_fewer_than_four_units_is_withheld(of_firms):
    for pair in PAIRS:
        row = at(of_firms, "within", *pair)
        assert row["effective_units"] < LEAST_EFFECTIVE
        assert np.isnan([row["low"], row["high"]]).all()
        assert "no interval: rests on" in row["refusal"]


def test_within_and_between_cross_products_add_up_to_the_total(ten_firms):
    variables = ["inv", "value", "capital"]
    table = cross_product_shares(ten_firms, variables, unit="firm", time="year")
    total = np.cov(ten_firms[variables].to_numpy(float).T, ddof=0) * len(ten_firms)
    assert table["total"].to_numpy() == pytest.approx(total[np.triu_indices(3, 1)], rel=1e-10)
    added = table["between"] + table["within"]
    assert added.to_numpy() == pytest.approx(table["total"].to_numpy(), rel=1e-10)


def panel(seed, n_units=8, n_times=10):
    """Return random walks of two related variables, the ratings of made-up countries."""
    noise = np.random.default_rng(seed).normal(size=(n_units, n_times, 2))
    noise[..., 1] += 0.6 * noise[..., 0]
    walks = noise.cumsum(axis=1) + np.arange(n_units)[:, None, None]
    index = pd.MultiIndex.from_product(
        [[f"c{u}" for u in range(n_units)], range(n_times)], names=["country", "edition"]
    )
    return pd.DataFrame(walks.reshape(-1, 2), index, ["x", "y"]).reset_index()


def numbers(table, columns=("r", "low", "high")):
    return table[list(columns)].to_numpy(float)


SEEDS = st.integers(0, 2**20)
MOVEMENTS = ("within", "two_way", "changes")


@given(SEEDS)
@settings(max_examples=10)
def test_within_is_pearson_of_departures_and_changes_of_centred_steps(seed):
    data = panel(seed)
    table = pair_correlations(data, ["x", "y"])
    grouped = data.groupby("country")[["x", "y"]]
    departures = data[["x", "y"]] - grouped.transform("mean")
    assert at(table, "within", "x", "y")["r"] == pytest.approx(departures.corr().iloc[0, 1])
    steps = grouped.diff().dropna()
    assert at(table, "changes", "x", "y")["r"] == pytest.approx(steps.corr().iloc[0, 1])
    assert at(table, "between", "x", "y")["r"] == pytest.approx(grouped.mean().corr().iloc[0, 1])


@given(SEEDS)
@settings(max_examples=10)
def test_scale_order_and_names_do_not_matter(seed):
    data = panel(seed)
    expected = numbers(pair_correlations(data, ["x", "y"]))
    flipped = data.assign(x=8 - data["x"], y=8 - data["y"])
    shuffled = data.sample(frac=1, random_state=0)
    renamed = data.assign(country=data["country"].map(lambda name: f"z{9 - int(name[1:])}"))
    for same in (flipped, shuffled, renamed):
        assert numbers(pair_correlations(same, ["x", "y"])) == pytest.approx(expected, nan_ok=True)
    one = data.assign(x=8 - data["x"])
    mirrored = numbers(pair_correlations(one, ["x", "y"]), ("r", "high", "low"))
    assert mirrored == pytest.approx(-expected, nan_ok=True)


@given(SEEDS)
@settings(max_examples=10)
def test_a_constant_of_each_country_changes_nothing_within(seed):
    data = panel(seed)
    moved = data.assign(x=data["x"] + 3 * data["country"].map(lambda name: int(name[1:]) ** 2))
    before, after = (pair_correlations(table, ["x", "y"]) for table in (data, moved))
    for level in MOVEMENTS:
        assert numbers(after[after["level"] == level]) == pytest.approx(
            numbers(before[before["level"] == level]), nan_ok=True
        )


def test_a_country_that_never_moved_leaves_the_estimate_and_is_counted():
    data = panel(1)
    still = pd.DataFrame({"country": "still", "edition": range(10), "x": 2.0, "y": 5.0})
    alone, joined = (pair_correlations(t, ["x", "y"]) for t in (data, pd.concat([data, still])))
    before, after = at(alone, "within", "x", "y"), at(joined, "within", "x", "y")
    assert after["r"] == pytest.approx(before["r"])
    assert after["effective_units"] == pytest.approx(before["effective_units"])
    for level in MOVEMENTS:
        row = at(joined, level, "x", "y")
        assert (row["n_units"], row["n_contributing"]) == (9, 8), level


def error(row):
    """Return the jackknife's standard error on Fisher's z, undone from a row's interval."""
    reach = (np.arctanh(row["high"]) - np.arctanh(row["low"])) / 2
    return reach / stats.t.ppf(0.975, row["effective_units"] - 1)


def test_duplicated_countries_leave_the_estimate_and_narrow_the_interval():
    data = panel(2, n_units=20)
    twins = data.assign(country=data["country"] + "'")
    one = at(pair_correlations(data, ["x", "y"]), "within", "x", "y")
    two = at(pair_correlations(pd.concat([data, twins]), ["x", "y"]), "within", "x", "y")
    assert two["r"] == pytest.approx(one["r"])
    assert two["effective_units"] == pytest.approx(2 * one["effective_units"])
    assert error(one) / error(two) == pytest.approx(np.sqrt(2), rel=0.05)


def test_a_gap_is_no_step():
    data = panel(3)
    without = data[data["edition"] != 5]
    row = at(pair_correlations(without, ["x", "y"]), "changes", "x", "y")
    assert row["n_rows"] == 8 * 7, "of nine steps the two beside the gap are lost"
    missing = data.assign(x=data["x"].where(data["edition"] != 5))
    assert numbers(pair_correlations(missing, ["x", "y"])) == pytest.approx(
        numbers(pair_correlations(without, ["x", "y"])), nan_ok=True
    )


@pytest.mark.parametrize(
    ("data", "refused"),
    [
        (panel(4, n_units=1), {"between", *MOVEMENTS}),
        (panel(4, n_units=2), {"between", *MOVEMENTS}),
        (panel(4, n_units=3), {"between"}),
        (panel(4).assign(y=3.0), set(LEVELS)),
        (panel(4, n_times=1), {*MOVEMENTS}),
        (panel(4).iloc[:0], set(LEVELS)),
        (
            panel(4)
            .assign(x=lambda t: t["x"].where(t["country"] < "c4", 1.0))
            .assign(y=lambda t: t["y"].where(t["country"] >= "c4", 1.0)),
            {*MOVEMENTS},
        ),
    ],
    ids=["one", "two", "three", "constant", "one edition", "nothing", "never both"],
)
def test_what_cannot_be_estimated_is_refused_with_the_reason(data, refused):
    table = pair_correlations(data, ["x", "y"])
    assert tuple(table.columns) == columns("correlations")
    assert table["level"].tolist() == list(LEVELS)
    for row in table.to_dict("records"):
        assert pd.isna(row["r"]) == (row["level"] in refused), row
        assert pd.isna(row["r"]) == row["refusal"].startswith("not estimable: "), row
        assert pd.isna(row["low"]) == bool(row["refusal"]), row
        assert "only 1 units" not in row["refusal"]
        if pd.notna(row["low"]):
            assert -1 <= row["low"] <= row["r"] <= row["high"] <= 1


def test_a_perfect_correlation_has_no_interval():
    data = panel(5).assign(y=lambda t: 2 * t["x"])
    table = pair_correlations(data, ["x", "y"])
    assert table["r"].to_numpy() == pytest.approx(np.ones(5))
    assert table["low"].isna().all()
    assert table["refusal"].str.startswith("no interval").all()
