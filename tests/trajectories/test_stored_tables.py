"""One name, one number: stored tables name their sample and agree wherever they meet."""

from itertools import combinations

import pandas as pd
import pytest

from analysis.facts.rating_system import SCORE
from analysis.tables.schema import table_schema
from analysis.tables.stored import read_processed

SAMPLES = {
    "all scores",
    "all known ratings",
    "complete country-editions",
    "simulated panels",
}
TABLES = (
    *("levels", "means", "drifts", "trends", "trend_leave_one_out", "trend_contrasts"),
    *("trend_regression", "trend_choices", "growth", "growth_lines", "generator_fit"),
    *("calibrated_trends", "episodes", "episode_false_alarms", "panel_break"),
    *("panel_break_profile", "change_rates", "rate_contrasts", "changes_by_edition"),
    *("country_change_rates", "change_effects", "class_matrix", "class_moves", "class_events"),
    *("class_contrasts", "rounding", "usual_changes", "last_changes"),
)
ENTITIES = ["sample", "country", "edition", "group", "name", "event", "from_class", "move", "span"]


@pytest.fixture(scope="module")
def tables():
    return {name: read_processed(name) for name in TABLES}


@pytest.mark.parametrize("name", TABLES)
def test_every_table_names_its_sample(tables, name):
    assert set(tables[name]["sample"]) <= SAMPLES
    assert tables[name]["sample"].notna().all()


def entities_of(name, table):
    """Return a table with its rows named by what they are about, under the same names in all."""
    if name == "levels":
        return table.rename(columns={"category": "name", "n_up": "n_ups", "n_down": "n_downs"})
    if name in ("drifts", "rounding", "growth_lines", "last_changes"):
        table = table.assign(name=SCORE)
    if name == "growth_lines":
        return table[table["model"] == "score"]
    if name == "trend_choices":
        return table[table["chosen"] == 1].assign(name=SCORE)
    if name == "trend_leave_one_out":
        return table[:0]
    return table


def meeting(one, other):
    """Return the columns in which two tables say the same thing, and those that name the rows."""
    fields = [{f.name: f for f in table_schema(name).fields} for name in (one, other)]
    renamed = {"n_up": "n_ups", "n_down": "n_downs"}
    known = [{renamed.get(name, name) for name in f} for f in fields]
    shared = known[0] & known[1]
    return shared - set(ENTITIES)


# Columns that count what enters the one or the other estimate are about different rows.
APART = {"first_edition", "last_edition", "messages", "refusal", "draws", "lower", "upper"}


def test_the_same_quantity_has_one_value_wherever_it_stands(tables):
    compared = 0
    for one, other in combinations(TABLES, 2):
        columns = meeting(one, other) - APART
        first, second = (entities_of(name, tables[name]) for name in (one, other))
        keys = [key for key in ENTITIES if key in first and key in second]
        if len(keys) < 2 or any(table.duplicated(keys).any() for table in (first, second)):
            continue
        both = first.merge(second, on=keys, suffixes=("_one", "_other"))
        for column in columns & {c for c in first if c in second}:
            pair = both[[f"{column}_one", f"{column}_other"]].dropna()
            compared += len(pair)
            wrong = pair[pair.iloc[:, 0] != pair.iloc[:, 1]]
            assert wrong.empty, f"{column} of {one} and {other}\n{both.loc[wrong.index, keys]}"
    assert compared > 100


def test_the_score_of_one_country_is_told_once(tables):
    levels = tables["levels"]
    of_score = levels[levels["category"] == SCORE].set_index("country")
    drifts = tables["drifts"].set_index("country")
    for column, other in (
        *(("net_change", "net_change"), ("n_up", "n_ups"), ("n_down", "n_downs")),
        *(("n_editions", "n_editions"), ("first_edition", "first_edition")),
    ):
        assert of_score[column].equals(drifts[other].reindex(of_score.index).rename(column))


def test_counts_of_changes_are_the_same_in_all_tables(tables):
    rates = tables["change_rates"].query("name == 'all'").set_index("event")
    yearly, by_country = tables["changes_by_edition"], tables["country_change_rates"]
    assert rates.loc["down", "n_events"] == yearly["n_down"].sum()
    assert rates.loc["up", "n_events"] == yearly["n_up"].sum()
    assert rates.loc["any", "n_events"] == by_country["n_events"].sum()
    assert rates.loc["any", "n_opportunities"] == yearly["n_opportunities"].sum()
    assert rates.loc["any", "n_opportunities"] == by_country["n_opportunities"].sum()
    usual = tables["usual_changes"].query("from_class == 'all' and span == 1").set_index("name")
    for event, column in (("down", "p_down"), ("up", "p_up")):
        own = tables["change_rates"].query(f"event == '{event}'").set_index("name")["rate"]
        pd.testing.assert_series_equal(
            usual[column].reindex(own.index), own, check_names=False, atol=1e-6
        )


def test_moves_between_classes_are_the_same_in_all_tables(tables):
    moves = tables["class_moves"].query("from_class == 'all'").set_index("move")["n_events"]
    events = tables["class_events"]["direction"].value_counts()
    assert moves["down"] == events["down"]
    assert moves["up"] == events["up"]
    matrix = tables["class_matrix"]
    assert matrix.query("from_class == to_class")["count"].sum() == moves["stay"]


def test_the_headline_trend_is_the_same_in_all_tables(tables):
    trends = tables["trends"].query(f"name == '{SCORE}'").set_index("group")
    assert tables["trend_choices"].query("chosen == 1")["estimate"].item() == pytest.approx(
        trends.loc["all", "estimate"], abs=1e-6
    )
    regions = tables["trend_contrasts"].query("family == 'group_contrasts'")
    for row in regions.itertuples():
        difference = trends.loc[row.first, "estimate"] - trends.loc[row.second, "estimate"]
        assert row.estimate == pytest.approx(difference, abs=2e-6)
