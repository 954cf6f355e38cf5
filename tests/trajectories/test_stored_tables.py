"""One name, one number: stored tables name their sample and agree wherever they meet."""

from itertools import combinations

import pandas as pd
import pytest

from analysis.facts.files import processed_folder
from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.settings.choices import TENTH
from analysis.statistics.completed_panels import COMPLETED
from analysis.tables.schema import table_schema
from analysis.tables.stored import read_processed

SAMPLES = {
    *("all scores", "all known ratings", "complete country-editions", "ratings of the pair"),
    *(COMPLETED, TENTH, "simulated panels"),
}
FACTS = {
    *("audit", "changes", "completed_panels", "country_editions", "panel", "possible_ratings"),
    *("printed_scores", "reasons", "scores", "source_reports"),
    # Of simulated panels, each row of another scenario, which it names.
    *("validation_correlations", "validation_trajectories"),
}
"""Tables that hold what is printed, derived or drawn, no estimate."""
TABLES = tuple(
    sorted(path.stem for path in processed_folder().glob("*.csv") if path.stem not in FACTS)
)
ENTITIES = [
    *("sample", "country", "edition", "group", "name", "event", "from_class", "move", "span"),
    *("x", "y", "level", "category", "statistic", "measure", "item", "family", "term", "model"),
    *("headline", "kind", "left_out", "part", "variable", "contrast", "to_class", "direction"),
]


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


def is_key(*columns):
    """Return whether columns name rows; a test's statistic has the name of a kind of statistic."""
    return not any(pd.api.types.is_float_dtype(column) for column in columns)


def test_the_same_quantity_has_one_value_wherever_it_stands(tables):
    compared = 0
    for one, other in combinations(TABLES, 2):
        columns = meeting(one, other) - APART
        first, second = (entities_of(name, tables[name]) for name in (one, other))
        keys = [k for k in ENTITIES if k in first and k in second and is_key(first[k], second[k])]
        if len(keys) < 2 or any(table.duplicated(keys).any() for table in (first, second)):
            continue
        both = first.merge(second, on=keys, suffixes=("_one", "_other"))
        for column in columns & {c for c in first if c in second}:
            pair = both[[f"{column}_one", f"{column}_other"]].dropna()
            compared += len(pair)
            wrong = pair[pair.iloc[:, 0] != pair.iloc[:, 1]]
            assert wrong.empty, f"{column} of {one} and {other}\n{both.loc[wrong.index, keys]}"
    assert compared > 100


PAIR = ["x", "y"]


def facts_of_scores(read):
    """Yield what several tables say of scores, classes, ratings and their changes."""
    key = ["country", "edition"]
    wide = read("country_editions").set_index(key)
    complete = wide[wide["score_status"] == "computed"]
    yield [
        wide["democracy_score"],
        read("scores").set_index(key)["democracy_score"],
        read("rounding").set_index(key)["score"],
        read("latent_traits").set_index(key)["mean"],
        read("class_events").set_index(key)["score_after"],
        complete[list(CATEGORIES)].mean(axis=1),
    ]
    yield [
        wide["regime_class"],
        *(
            read(name).set_index(key)[column]
            for name, column in (("scores", "regime_class"), ("class_events", "to_class"))
        ),
    ]
    long = read("panel").set_index([*key, "category"])["rating"]
    yield [
        long,
        wide[list(CATEGORIES)]
        .melt(var_name="category", ignore_index=False)
        .set_index("category", append=True)["value"],
        read("changes").set_index([*key, "category"])["rating"],
    ]
    steps = read("changes").set_index([*key, "category"])
    yield [steps["change"], steps["rating"] - steps["previous_rating"]]
    for name in ("episodes", "last_changes"):
        table = read(name)
        ends = [
            wide["democracy_score"].reindex(pd.MultiIndex.from_frame(table[["country", end]]))
            for end in ("first_edition", "last_edition")
        ]
        yield [table["change"], pd.Series(ends[1].to_numpy() - ends[0].to_numpy(), table.index)]
    means = read("means").query("group == 'all' and n_open == 0").set_index("edition")
    yield [means["mean"], wide["democracy_score"].groupby("edition").mean()]


def estimates(read):
    """Yield what several tables say of trends, rates and correlations, rows by the same names."""
    over = {
        statistic: table.set_index("name")
        for name in ("over_completed_trajectories", "over_completed_correlations")
        for statistic, table in read(name).groupby("statistic")
    }
    trends = read("trends").query("group == 'all'").set_index("name")
    for column, known in (("estimate", "known"), ("lower", "known_low"), ("upper", "known_high")):
        yield [trends[column], over["trend"][known]]
    lines = read("growth_lines").query("model == 'score'")["raw_slope_per_decade"].mean()
    chosen = read("trend_choices").query("chosen == 1 and group == 'all'")["estimate"].item()
    yield [trends["estimate"], pd.Series({SCORE: lines}), pd.Series({SCORE: chosen})]
    rates = read("change_rates").query("name == 'all'").set_index("event")
    yield [rates["rate"], over["rate of changes"]["known"].rename_axis("event")]
    moves = read("class_moves").query("from_class == 'all'").set_index("move")["n_events"]
    yield [moves, over["moves between classes"]["known"].rename_axis("move")]
    yield [read("episodes")["direction"].value_counts(), over["episodes"]["known"]]
    pairs = read("correlations").set_index(PAIR)
    levels = dict(list(pairs.groupby("level")))
    contrasts = read("level_contrasts").set_index(PAIR)
    for (one, other), rows in contrasts.groupby(["one", "other"]):
        yield [rows["r_one"], levels[one]["r"]]
        yield [rows["r_other"], levels[other]["r"]]
    null = read("calibrated_null").set_index("statistic")["observed"]
    for level in ("between", "within", "two_way", "changes"):
        known = over[level]["known"]
        median = known.pop("median")
        known.index = pd.MultiIndex.from_tuples([n.split() for n in known.index], names=PAIR)
        r = levels[level]["r"]
        yield [r, known]
        yield [pd.Series([r.median()]), pd.Series([median])]
        if level in null:
            yield [pd.Series([r.mean()]), null[[level]].reset_index(drop=True)]
    medians = {level: rows["r"].median() for level, rows in levels.items()}
    choices = read("multiverse").query("chosen == 1").set_index("headline")["estimate"]
    gap = medians["between"] - medians["two_way"]
    yield [choices, pd.Series({"association": medians["two_way"], "gap": gap})]


def differing(several):
    """Return where several series that say the same thing differ, beyond the stored digits."""
    wrong = []
    for one, other in combinations(several, 2):
        both = pd.concat([one, other], axis=1, join="inner", keys=["one", "other"]).dropna()
        assert len(both), "nothing in common"
        apart = both["one"] != both["other"]
        if pd.api.types.is_numeric_dtype(both["one"]):
            apart = (both["one"] - both["other"]).abs() > 2e-6
        wrong += both[apart].index.tolist()
    return wrong


@pytest.mark.parametrize("kind", [facts_of_scores, estimates])
def test_a_quantity_under_several_names_has_one_value(kind):
    quantities = list(kind(read_processed))
    assert len(quantities) >= 7
    assert [differing(several) for several in quantities] == [[]] * len(quantities)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        *(("rounding", "score"), ("latent_traits", "mean"), ("last_changes", "change")),
        *(("trends", "estimate"), ("correlations", "r"), ("multiverse", "estimate")),
    ],
)
def test_a_planted_second_value_is_found(table, column):
    def falsified(name):
        frame = read_processed(name)
        return frame.assign(**{column: frame[column] + 0.01}) if name == table else frame

    kinds = (facts_of_scores, estimates)
    assert any(differing(several) for kind in kinds for several in kind(falsified))


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


def test_all_completed_panels_and_every_tenth_are_two_samples(tables):
    for name in ("over_completed_trajectories", "over_completed_correlations"):
        assert set(tables[name]["sample"]) == {COMPLETED}
    for name in ("trend_choices", "multiverse"):
        assert TENTH in set(tables[name]["sample"])
        assert COMPLETED not in set(tables[name]["sample"])


def test_differences_of_trends_are_those_of_the_trends_that_are_stored(tables):
    trends = tables["trends"].query(f"group == 'all' and name != '{SCORE}'").set_index("name")
    pairs = tables["trend_contrasts"].query("family == 'category_contrasts'")
    assert len(pairs) == 21
    assert set(pairs["sample"]) == set(trends["sample"])
    difference = trends["estimate"][pairs["first"]].to_numpy() - trends["estimate"][pairs["second"]]
    assert pairs["estimate"].to_numpy() == pytest.approx(difference.to_numpy(), abs=2e-6)


def test_choices_about_the_same_countries_give_the_stored_trends(tables):
    cells = tables["trend_choices"].query(
        "sample == 'all scores' and window == 'all editions' and scale == 'points' "
        "and estimator == 'OLS' and weighting == 'countries'"
    )
    trends = tables["trends"].query(f"name == '{SCORE}'").set_index("group")["estimate"]
    stored = cells.set_index("group")["estimate"]
    assert set(stored.index) == set(trends.index)
    pd.testing.assert_series_equal(stored, trends[stored.index], check_names=False, atol=1e-6)
