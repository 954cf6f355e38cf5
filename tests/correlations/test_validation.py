"""A small run of the validation, and proof that it can fail a method."""

import numpy as np
import pytest

from analysis.correlations.validation import coverage, sizes, structure, validate_correlations
from analysis.correlations.validation.cases import Case
from analysis.multiplicity import adjust
from analysis.simulation.check import run_checks
from analysis.simulation.generator import scenario

QUICK = (
    coverage.common_shocks,
    coverage.part_and_whole,
    coverage.bootstrap,
    coverage.bad_methods,
    structure.order_size,
    structure.order_power,
    structure.calibrated_order,
    structure.parallel_analysis,
)


@pytest.fixture(scope="module")
def table():
    return run_checks(QUICK, [100] * len(QUICK), seed=2024)


def test_the_estimators_keep_what_they_promise(table):
    failed = table[~table["passed"].astype(bool)]
    assert failed.empty, failed.to_string()


def test_the_methods_that_must_fail_do(table):
    sanity = table[table["estimator"].str.startswith("sanity")]
    assert {"sanity: pooled r", "sanity: textbook repeated-measures interval"} <= set(
        sanity["estimator"]
    )
    measured = sanity.set_index("estimator")["measured"]
    assert measured["sanity: pooled r"] > 0.99
    assert measured["sanity: textbook repeated-measures interval"] < 0.70


def test_tests_of_unrelated_categories(monkeypatch):
    monkeypatch.setattr(sizes, "nulls", lambda editions: [Case("N1", scenario("N1"), editions)])
    monkeypatch.setattr(sizes, "fitted_nulls", list)
    checks = sizes.tests_under_the_null(60, np.random.default_rng(3))
    assert all(check.passed for check in checks), checks


def test_a_wrong_truth_is_not_covered():
    case = Case("A1", scenario("A1"), 20, null=True)
    assert case.truth(coverage.levels.within, np.random.default_rng(1)) == 0
    related = Case("A1", scenario("A1"), 20)
    assert related.truth(coverage.levels.within, np.random.default_rng(1)) == pytest.approx(
        0.41, abs=0.03
    )


def test_holm_by_rows_is_that_of_statsmodels():
    p = np.random.default_rng(1).random((5, 21)) ** 3
    assert sizes.holm(p) == pytest.approx(np.array([adjust(row, "holm") for row in p]))


def test_all_groups_are_run(monkeypatch):
    from analysis.correlations.validation import run

    monkeypatch.setattr(run, "_GROUPS", (coverage.part_and_whole,))
    table = validate_correlations(50, seed=1)
    assert table["estimator"].tolist() == ["r with the rest score", "sanity: r with the score"]
