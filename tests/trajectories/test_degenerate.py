"""Panels on which nothing can be estimated: a refusal, never NaN alone, a warning, an exception."""

import dataclasses
import warnings

import numpy as np
import pandas as pd
import pytest

from analysis.facts.errors import ParameterError
from analysis.statistics import estimates
from analysis.statistics.generator import CAL, simulate
from analysis.trajectories import (
    change_model,
    change_rates,
    contrasts,
    drift,
    episodes,
    growth,
    moves,
    observed,
    regression,
    trends,
)
from tidy_panels import tidy


def _panel(countries, editions, *, constant=(), gaps=False):
    ratings = simulate(CAL, 1, countries, editions, np.random.default_rng(countries + editions))[0]
    for i in constant:
        ratings[i] = ratings[i, :, :1]
    if gaps:
        ratings[0, :, 1::2] = np.nan
        ratings[1, :, : editions - 1] = np.nan
        ratings[2, 3, :] = np.nan
    return tidy(ratings)


PANELS = {
    "one country": _panel(1, 14),
    "two countries": _panel(2, 14),
    "three editions": _panel(29, 3),
    "a constant country": _panel(10, 14, constant=[4]),
    "all constant": _panel(10, 14, constant=range(10)),
    "gaps": _panel(10, 14, gaps=True),
    "one edition": _panel(10, 1),
}


@pytest.fixture(params=PANELS, ids=lambda name: name.replace(" ", "-"))
def name(request):
    return request.param


def _scores(panel):
    wide = panel.pivot_table(index=["country", "edition"], columns="category", values="rating")
    return wide.dropna().mean(axis=1).rename("democracy_score").reset_index()


def _tables(panel):
    scores = _scores(panel)
    groups = {c: "even" if int(c[1:]) % 2 == 0 else "odd" for c in panel["country"].unique()}
    trend = trends.mean_trend(scores)
    return {
        "drift": drift.drift_table(scores),
        "trend": estimates.table([trend]),
        "trends": trends.trend_table(panel),
        "leave_one_out": trends.leave_one_out(scores),
        "categories": contrasts.category_contrasts(panel),
        "groups": contrasts.group_contrasts(scores, groups),
        "episodes": episodes.episode_table(scores),
        **{f"class {name}": t for name, t in moves.class_transitions(scores)._asdict().items()},
        "break": drift.panel_break(scores, draws=99).table,
        "regression": regression.cluster_regression(panel, "rating ~ edition", draws=99),
        "classes": moves.class_contrast_table(scores, 2010),
    }


def _optional(table):
    """Columns that may be empty without a refusal, because a message explains them."""
    return {"edition"} if "stability" in table else set()


def test_tables_have_figures_or_a_refusal(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tables = _tables(PANELS[name])
    for label, table in tables.items():
        if "refusal" not in table:
            assert not table.isna().any(axis=None), label
            continue
        figures = table.drop(columns=["refusal", *_optional(table)])
        made = table["refusal"] == ""
        assert not figures[made].isna().any(axis=None), label
        assert table.loc[~made, "refusal"].str.len().gt(10).all(), label


def test_an_average_trend_has_figures_or_a_refusal(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = trends.mean_trend(_scores(PANELS[name]))
    for field, value in dataclasses.asdict(result).items():
        if isinstance(value, float):
            assert np.isfinite(value), field
    assert isinstance(result, estimates.Estimate)
    assert (result.estimate is None) == bool(result.refusal)


def test_rates_and_models_need_changes(name):
    panel = PANELS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if name == "one edition":
            assert observed.annual_changes(panel).empty
        rates = change_rates.change_rate_table(panel)
        shrunken = change_rates.shrunken_rates(panel)
        lines = growth.growth_model(_scores(panel))[0]
        model = change_model.change_effects(panel).query("event == 'any'")
    made = rates["refusal"] == ""
    assert not rates.loc[made, ["rate", "lower", "upper"]].isna().any(axis=None)
    assert rates.loc[~made, "rate"].isna().all()
    assert not shrunken.isna().any(axis=None)
    assert (lines["estimate"].isna() == (lines["refusal"] != "")).all()
    # Only many countries with a few years each are enough for the model of changes.
    assert (model["refusal"] != "").all() == (name != "three editions")


@pytest.mark.parametrize(
    ("name", "function", "refusal"),
    [
        ("one country", lambda s: trends.mean_trend(s).refusal, "1 of the 3 countries"),
        ("two countries", lambda s: trends.mean_trend(s).refusal, "2 of the 3 countries"),
        ("all constant", lambda s: trends.mean_trend(s).refusal, "no variation between"),
        ("three editions", lambda s: drift.drift_table(s)["refusal"].iloc[0], "too few changes"),
        ("all constant", lambda s: drift.drift_table(s)["refusal"].iloc[0], "unchanged at"),
        (
            "one edition",
            lambda s: drift.drift_table(s)["refusal"].iloc[0],
            "1 of the 3 editions needed",
        ),
        (
            "two countries",
            lambda s: growth.growth_model(s)[0]["refusal"].item(),
            "2 countries: a mixed model",
        ),
        (
            "all constant",
            lambda s: growth.growth_model(s)[0]["refusal"].item(),
            "ratings change in 0 of 10",
        ),
        (
            "three editions",
            lambda s: drift.panel_break(s).table["refusal"].item(),
            "3 editions: a break needs",
        ),
    ],
)
def test_the_designed_refusal(name, function, refusal):
    assert function(_scores(PANELS[name])).startswith(refusal)


def test_a_constant_country_is_counted():
    scores = _scores(PANELS["a constant country"])
    table = drift.drift_table(scores).set_index("country")
    assert table.loc["C05", "refusal"].startswith("unchanged at")
    assert table.loc["C05", "theil_sen_per_decade"] == 0
    trend = trends.mean_trend(scores)
    assert trend.unchanged == 1
    assert trend.n_countries == 10
    assert isinstance(estimates.table([trend]), pd.DataFrame)


GROUPS = {"All": ["A", "B"]}


@pytest.mark.parametrize(
    ("estimate", "named"),
    [
        (observed.describe_levels, "country"),
        (observed.complete_editions, "edition"),
        (moves.usual_changes, "category"),
        (moves.last_changes, "rating"),
        (lambda panel: growth.growth_tables(panel, panel), "country"),
        (lambda panel: trends.group_trends(panel, GROUPS), "country"),
        (lambda panel: trends.group_leave_one_out(panel, GROUPS), "country"),
        (lambda panel: regression.cluster_regression(panel, "rating ~ edition"), "country"),
    ],
)
def test_a_column_that_is_not_there_is_named_with_those_that_are(estimate, named):
    panel = _panel(2, 4).assign(democracy_score=1.0)
    with pytest.raises(ParameterError, match=f"no column '{named}'; there are .*{named}s"):
        estimate(panel.rename(columns={named: f"{named}s"}))


def test_a_rating_that_stands_twice_and_no_rows_are_refused():
    panel = _panel(2, 4)
    with pytest.raises(ParameterError, match="has more than one 'rating'"):
        moves.usual_changes(pd.concat([panel, panel[:1]]))
    with pytest.raises(ParameterError, match="no rows; the columns are"):
        regression.cluster_regression(panel[:0], "rating ~ edition")
