"""A small run of the validation, and proof that it can fail a method."""

import numpy as np
import pandas as pd
import pytest

from analysis.simulation.check import Check, Subject
from analysis.trajectories.validation import validate_trajectories


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return validate_trajectories(replications=120, fits=6, seed=2024)


def test_every_requirement_is_met(table):
    failed = table[~table["passed"]]
    assert failed.empty, failed.to_string()


def test_columns(table):
    assert list(table.columns) == [
        *("estimator", "scenario", "metric", "required"),
        *("measured", "monte_carlo_error", "passed"),
    ]
    assert not table.isna().any(axis=None)
    assert len(table) > 60


def test_bad_methods_fail_as_they_must(table):
    bad = table[table["estimator"].str.startswith("sanity")].set_index("estimator")["measured"]
    assert bad["sanity: fixed effects, iid errors"] < 0.70
    assert bad["sanity: least-squares t, one country"] > 0.40
    assert bad["sanity: equal accuracy, errors pooled as iid"] > 0.12
    assert bad["sanity: t at the best year"] > 0.15


def test_a_bad_method_would_not_pass_the_requirement_of_a_good_one(table):
    bad = table.set_index("estimator").loc["sanity: fixed effects, iid errors"]
    as_good = Check("x", "y", "coverage", 0.925, 0.975, bad["measured"], bad["monte_carlo_error"])
    assert not as_good.passed


def test_share_with_dependent_hits_has_the_error_of_replications():
    hits = np.repeat(np.array([[True], [False], [True], [True]]), 50, axis=1)
    subject = Subject("x", "y")
    assert subject.share("m", hits, panels=True).error == pytest.approx(0.25)
    assert subject.share("m", hits).error < 0.05


def test_requirements_in_words():
    assert Check("x", "y", "m", 0.9, np.inf, 1.0, 0.0).required == "at least 0.9"
    assert Check("x", "y", "m", -np.inf, 0.1, 0.0, 0.0).required == "at most 0.1"
    assert Check("x", "y", "m", 0.9, 0.95, 0.0, 0.0).required == "0.9 to 0.95"
    assert Check("x", "y", "m", 0.9, 0.95, 0.89, 0.01).passed
    assert not Check("x", "y", "m", 0.9, 0.95, 0.87, 0.01).passed
