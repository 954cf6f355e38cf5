"""A small run of the validation, proof that it can fail a method, and that it can go on."""

import numpy as np
import pytest

from analysis.statistics.generator import CAL
from analysis.validation import changes, check, sizes, trends
from analysis.validation import validate as module
from analysis.validation.check import Check, case_of, fitted, share, table_of
from analysis.validation.correlations import truths
from analysis.validation.validate import TABLES, Sizes, main, measure, tasks_of, validate

QUICK_SLACK = 2.0
"""Monte Carlo errors by which a small run widens what is required; the run for the record: none."""

SLOW = {
    *("trajectories.mixed_models_n2", "trajectories.mixed_models_n4"),
    *("trajectories.mixed_models_fitted", "correlations.tests_under_the_null"),
    *("correlations.power", "correlations.refitted_null"),
    *("trajectories.completed_panels", "correlations.completed_panels"),
}
"""Run in full by `make validate`; what they rest on is measured by the others or below."""
COLUMNS = ["estimator", "scenario", "metric", "required", "measured", "monte_carlo_error"]


@pytest.fixture(scope="module")
def small():
    """Make both tables with few panels and a truth from few countries."""
    with pytest.MonkeyPatch.context() as patch:
        for part in (check, trends, changes):
            patch.setattr(part, "LARGE", 6000)
        every = [name for table in TABLES for name, *_ in tasks_of(table, Sizes())]
        assert set(every) >= SLOW
        return validate(
            panels=Sizes(panels=100, fits=3, refits=3),
            slack=QUICK_SLACK,
            only=[name for name in every if name not in SLOW],
        )


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLES)
def test_every_requirement_is_met(small, name):
    failed = small[name][~small[name]["passed"]]
    assert failed.empty, failed.to_string()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "rows"), [("trajectories", 55), ("correlations", 60)])
def test_the_tables_are_alike_and_full(small, name, rows):
    table = small[name]
    assert list(table.columns) == [*COLUMNS, "passed", "note"]
    assert not table.isna().any(axis=None)
    assert len(table) > rows
    assert not table.duplicated(["estimator", "scenario", "metric"]).any()


@pytest.mark.slow
def test_bad_methods_fail_as_they_must(small):
    measured = {
        (row.estimator, row.scenario): row.measured
        for table in small.values()
        for row in table.itertuples()
        if row.estimator.startswith("sanity")
    }
    n1 = "N1, 20 editions"
    assert measured["sanity: fixed effects, iid errors", n1] < 0.70
    assert measured["sanity: least-squares t, one country", n1] > 0.40
    assert measured["sanity: t at the best year", n1] > 0.15
    assert measured["sanity: one break by BIC, one country", "CAL N1, 20 editions"] > 0.60
    assert measured["sanity: pooled r", n1] > 0.99
    assert measured["sanity: textbook repeated-measures interval", n1] < 0.70
    assert len(measured) >= 15


@pytest.mark.slow
def test_a_bad_method_would_not_pass_the_requirement_of_a_good_one(small):
    table = small["trajectories"].set_index(["estimator", "scenario"])
    bad = table.loc[("sanity: fixed effects, iid errors", "N1, 20 editions")]
    as_good = Check("x", "y", "coverage", 0.925, 0.97, bad["measured"], bad["monte_carlo_error"])
    assert not as_good.passed(QUICK_SLACK)


def test_tests_of_unrelated_categories(monkeypatch):
    monkeypatch.setattr(sizes, "NULLS", [case_of("N1", editions) for editions in (10, 20)])
    checks = list(sizes.tests_under_the_null(60, np.random.default_rng(3)))
    assert all(check.passed(QUICK_SLACK) for check in checks), checks


def test_the_truth_of_unrelated_categories_is_zero_within_countries_only():
    def truth(case, *names):
        return truths(case, np.random.default_rng(1), *names)

    assert truth(case_of("N1"), "within", "two_way", "changes") == [0.0, 0.0, 0.0]
    assert min(truth(case_of("N1"), "between", "pooled")) > 0.7
    assert truth(case_of("A1"), "within") == [pytest.approx(0.41, abs=0.03)]
    assert truth(fitted("drift", 20, rho_within=0.0, drift=CAL.drift), "within")[0] > 0.1


def test_share_with_dependent_hits_has_the_error_of_replications():
    hits = np.repeat(np.array([[True], [False], [True], [True]]), 50, axis=1)
    assert share("x", "y", "m", hits).error == pytest.approx(0.25)
    assert share("x", "y", "m", hits.ravel()).error < 0.05


def test_requirements_in_words():
    open_end = float("inf")
    assert Check("x", "y", "m", 0.9, open_end, 1.0, 0.0).required == "at least 0.9"
    assert Check("x", "y", "m", -open_end, 0.1, 0.0, 0.0).required == "at most 0.1"
    assert Check("x", "y", "m", 0.9, 0.95, 0.0, 0.0).required == "0.9 to 0.95"
    assert Check("x", "y", "m", -open_end, open_end, 0.0, 0.0).required == "to be known"


def test_slack_is_for_small_runs_only():
    just_below = Check("x", "y", "m", 0.9, 0.95, 0.89, 0.01)
    assert just_below.passed(QUICK_SLACK)
    assert not just_below.passed()
    assert table_of([just_below])["passed"].tolist() == [False]
    assert not Check("x", "y", "m", 0.9, 0.95, 0.87, 0.01).passed(QUICK_SLACK)


def test_a_group_has_its_own_stream():
    group = sizes.parallel_analysis
    first, _ = measure("some.group", group, 20, 1)
    assert measure("some.group", group, 20, 1)[0] == first
    assert measure("some.group", group, 20, 2)[0] != first
    assert measure("another.group", group, 20, 1)[0] != first


def good(size, rng):
    return [Check("good", f"{size} panels", "m", 0.0, 1.0, float(rng.random()), 0.0)]


def bad(size, rng):  # noqa: ARG001
    return [Check("bad", f"{size} panels", "m", 0.0, 0.1, 0.5, 0.01)]


def broken(name, group, size, seed):  # noqa: ARG001
    raise AssertionError("what is kept should have been used")


@pytest.fixture
def two_groups(monkeypatch):
    groups = {
        "trajectories": {"panels": {"good": good}},
        "correlations": {"panels": {"bad": bad}},
    }
    monkeypatch.setattr(module, "GROUPS", groups)


@pytest.mark.usefixtures("two_groups")
def test_the_command_writes_both_tables_and_fails_with_what_is_wrong(project, capsys):
    assert main(["--jobs", "1", "--panels", "7"]) == 1
    told = capsys.readouterr().out
    assert "trajectories: 1 of 1 requirements are met" in told
    assert "bad, 7 panels, m: 0.5000 not 0 to 0.1 (error 0.0100)" in told
    written = (project / "data/processed/validation_correlations.csv").read_text()
    assert "bad,7 panels,m,0 to 0.1,0.5,0.01,False," in written
    assert not (project / ".validation").exists()
    assert main(["--jobs", "1", "--table", "trajectories"]) == 0


@pytest.mark.usefixtures("two_groups")
def test_a_stopped_run_goes_on(tmp_path, monkeypatch):
    first = validate(panels=Sizes(panels=5), kept=tmp_path)
    assert len(list(tmp_path.rglob("*.json"))) == 2
    monkeypatch.setattr(module, "measure", broken)
    again = validate(panels=Sizes(panels=5), kept=tmp_path)
    assert all(again[name].equals(first[name]) for name in TABLES)
    with pytest.raises(AssertionError, match="should have been used"):
        validate(panels=Sizes(panels=6), kept=tmp_path)
