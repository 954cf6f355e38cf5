"""Ranks, orders and classes that rounding leaves open are told, and what the gaps could change."""

import re
from statistics import NormalDist

import pandas as pd
import pytest
from scipy.stats import t

from analysis.briefs.comparison import findings as comparison
from analysis.briefs.groups import open_ranks
from analysis.briefs.labelled import hanging, over_completed_table
from analysis.briefs.left_open import (
    filled,
    filled_cell,
    gap_sentence,
    open_class,
    open_classes,
    rank_range,
    widened,
)
from analysis.briefs.region import findings as region
from analysis.briefs.region.story import load_comparison, load_region
from analysis.briefs.trajectory_sentences import trend_sentence
from analysis.tables.stored import read_processed, with_texts

TABLE = pd.DataFrame(
    {
        "statistic": ["trend", "within", "episodes"],
        "name": ["EP", "IM CO", "decline"],
        "known": [-0.144, 0.536, 13.0],
        "known_low": [-0.28, -0.0004, None],
        "known_high": [-0.007, 0.833, None],
        "least": [-0.142, 0.542, 13.0],
        "greatest": [-0.124, 0.551, 13.0],
        "pooled": [-0.134, 0.548, 13.0],
        "low": [-0.274, 0.05, None],
        "high": [0.006, 0.828, None],
        "n_panels": 200,
        "hangs_on_gaps": [True, True, False],
    }
)


def test_both_figures_and_the_range_stand_in_a_row():
    table = over_completed_table(TABLE)
    first, second, third = ([cell.text for cell in row] for row in table.rows)
    assert first[1:] == [
        "Electoral Process",
        "−0.14 (−0.28 to −0.01)",
        "−0.14 to −0.12",
        "−0.13 (−0.27 to 0.01)",
        "yes",
    ]
    assert second[:2] == ["Within countries", "Independent Media with Corruption"]
    assert third[2:5] == ["13.00", "13.00 to 13.00", "13.00"]
    assert table.caption.startswith("200 panels")


def test_the_score_is_named_and_a_bound_near_zero_shows_its_side():
    table = over_completed_table(TABLE[:1].assign(name="DS", known_high=-0.003))
    assert [cell.text for cell in table.rows[0]][1:3] == [
        "Democracy Score",
        "−0.14 (−0.28 to −0.003)",
    ]


def test_what_hangs_on_the_gaps_is_named():
    (span,) = hanging(TABLE).spans
    assert span.text.startswith(
        "Trend (Electoral Process) and Within countries (Independent Media with Corruption) hang "
    )
    (span,) = hanging(TABLE.iloc[2:]).spans
    assert span.text.startswith("Not one of the 1 headlines hangs on the gaps")
    (span,) = hanging(pd.concat([TABLE.iloc[:1]] * 9)).spans
    assert span.text.startswith("9 of the 9 headlines hang on the gaps")


def test_a_note_says_what_completed_panels_give():
    assert filled(TABLE, "trend", {"EP": "it is {}"}, sign=True) == (
        "Over 200 completed panels, which fill every gap as the printed facts allow, it is −0.27 "
        "to +0.01 (Rubin’s rules)."
    )
    closed = TABLE.assign(least=TABLE["known"], greatest=TABLE["known"])
    assert filled(closed, "trend", {"EP": "it is {}"}) == ""
    cell = filled_cell(TABLE, "within", "IM CO", "0.00 to 0.83")
    assert cell.text == "0.00 to 0.83"
    assert cell.how.endswith("the interval is 0.05 to 0.83 (Rubin’s rules). It hangs on the gaps.")


def test_a_trend_that_hangs_on_the_gaps_says_so():
    trends = with_texts(read_processed("trends")).query("name == 'DS' and group == 'all'")
    row = next(trends.itertuples(index=False))
    over = read_processed("over_completed_trajectories")
    told = trend_sentence(row, over=over)
    assert "hangs" not in told.text and "Rubin’s rules" in told.how
    turned = over.assign(hangs_on_gaps=True)
    assert trend_sentence(row, over=turned).text.endswith("side of zero hangs on the gaps.")
    assert "Rubin" not in trend_sentence(row).how


def test_few_countries_are_said_to_widen_an_interval_by_the_rules_alone():
    # Without a gap its freedom is n(n + 1) / (n + 3), not n.
    def wider(n):
        return t.ppf(0.975, n * (n + 1) / (n + 3)) / t.ppf(0.975, n)

    assert [n for n in range(3, 30) if widened(n)] == [
        n for n in range(3, 30) if wider(n - 1) > 1.1
    ]
    trends = with_texts(read_processed("trends")).query("name == 'DS' and group == 'all'")
    row = next(trends.itertuples(index=False))
    over = read_processed("over_completed_trajectories")
    assert "alone widen it" not in trend_sentence(row, over=over).how
    few = row._replace(n_countries=6)
    assert trend_sentence(few, over=over).how.endswith("these rules alone widen it.")


def scores(**of_country):
    return pd.Series(of_country, dtype=float, name=2024) / 28


def test_ranks_that_are_open_are_a_range_and_settled_ones_are_not_told():
    several = scores(Estonia=168, Latvia=112, Poland=111, Serbia=60)
    assert rank_range(several, "Estonia") == ""
    assert rank_range(several, "Poland") == "2 to 3"
    assert open_ranks(several) == (
        "Rounding of ratings to quarter points leaves ranks in the 2024 edition open: Latvia 2 to "
        "3 and Poland 2 to 3."
    )
    assert open_ranks(several.drop("Poland")) == ""
    assert open_ranks(several[:1]) == ""


def test_many_open_ranks_are_counted():
    several = scores(**dict.fromkeys("ABCDE", 100), F=28)
    assert open_ranks(several).endswith("open for five of six countries, up to five for one.")


def test_the_order_of_two_is_told_in_cases_of_a_hundred():
    # The difference of two errors has a standard deviation of .0386, and 1/28 is .925 of it.
    cases = round(100 * NormalDist().cdf(0.925))
    assert f"Poland would have the higher score in {cases} of" in open_ranks(
        scores(Latvia=111, Poland=112)
    )
    assert "in more than 99 of 100" in open_ranks(scores(Latvia=60, Poland=112))
    assert open_ranks(scores(Latvia=60, Poland=60)) == ""


def test_a_class_is_called_open_near_its_end_only():
    assert open_class(3.5) == ""
    assert "another class in 43 of 100 cases" in open_class(4.0)


def test_headlines_that_are_not_estimable_hang_on_nothing():
    (span,) = hanging(TABLE.assign(known=float("nan"))).spans
    assert span.text == "No headline can be estimated both from what is known and completed."


def test_the_open_classes_of_several_scores_are_told_in_one_sentence():
    assert open_classes({}) == open_classes({"Poland (2024)": 4.43}) == ""
    assert open_classes({"A": 4.0, "B": 3.5, "C": 3 + 1 / 28}) == (
        "Were ratings not rounded to quarter points, the class would be another one in 43 of 100 "
        "cases for A and 13 for C."
    )


@pytest.mark.parametrize(
    "words",
    [
        region.findings(load_region("all", 2005, 2024)),
        comparison.findings(load_comparison("Albania, Georgia", 2005, 2024)),
    ],
)
def test_a_group_tells_the_classes_at_both_ends_that_rounding_leaves_open(words):
    stored = read_processed("rounding").query("edition in (2005, 2024) and p_class < 0.95")
    told = re.findall(r"(\d+)(?: of 100 cases)? for (\w+) \((\d+)\)", " ".join(words))
    ends = stored.sort_values(["country", "edition"])
    assert told == [
        (f"{100 * (1 - row.p_class):.0f}", row.country, str(row.edition))
        for row in ends.itertuples()
    ]
    assert len(told) == 3


@pytest.mark.parametrize(
    ("n_hang", "told"),
    [
        (0, "not one trend changes sign"),
        (2, "the trend of c0 and c1 changes sign"),
        (9, "9 of 10 such estimates change sign"),
    ],
)
def test_estimates_that_hang_on_gaps_are_named_or_counted(n_hang, told):
    names = [f"c{i}" for i in range(10)]
    table = pd.DataFrame({"statistic": "trend", "name": names, "n_panels": 200})
    table["hangs_on_gaps"] = table.index < n_hang
    assert f", {told} or the interval’s side of zero" in gap_sentence(table, ["trend"], "trend")
