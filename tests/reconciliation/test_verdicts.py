"""Each rule of preference, alone."""

from dataclasses import replace
from itertools import pairwise

from analysis.reconciliation.claims import ListClaim, RatingClaim, ScoreClaim
from analysis.reconciliation.verdicts import (
    best_claim,
    judge_rating,
    judge_score,
    left_out,
    list_adds_up,
)
from analysis.settings.corrections import Correction

MISPRINT = Correction(
    source="S1", country="Estonia", edition=2010, category="CS", printed="5.25", should_be="5.00",
    scale="7=best", why="the row adds up",
)  # fmt: skip


def rating(quarters, report=2015, kind="copy", fits=None, source="S1"):
    return RatingClaim(
        "Estonia", 2010, "CS", source, kind, report, f"{quarters / 4:.2f}", "7=best", None,
        quarters, fits,
    )  # fmt: skip


def score(*totals, report=2015, kind="copy", source="S1"):
    allowed = range(totals[0], totals[-1] + 1) if totals else range(0)
    return ScoreClaim(
        "Estonia",
        2010,
        "DS",
        source,
        kind,
        report,
        "5.00",
        "7=best",
        None,
        "Democracy Score",
        allowed,
    )


def test_equal_values_are_no_conflict():
    verdict = judge_rating([rating(20, 2012), rating(20, 2013)])
    assert (verdict.value, verdict.rule, len(verdict.kept)) == (20, "", 2)


def test_the_table_that_gives_its_own_score_wins_against_a_majority():
    others = [rating(20, report) for report in (2016, 2017, 2018)]
    verdict = judge_rating([rating(21, 2011, "press", fits=True), *others])
    assert (verdict.value, verdict.rule) == (21, "own score")
    assert len(verdict.rejected) == 3


def test_a_table_that_contradicts_its_own_score_loses():
    verdict = judge_rating([rating(21, 2018, "publisher", fits=False), rating(20, 2011, "press")])
    assert (verdict.value, verdict.rule) == (20, "own score")


def test_then_most_editions_count_not_most_copies_of_one():
    copies = [rating(21, 2018, source=f"S{n}") for n in range(5)]
    verdict = judge_rating([*copies, rating(20, 2011), rating(20, 2012)])
    assert (verdict.value, verdict.rule) == (20, "most editions")


def test_then_the_newer_edition():
    verdict = judge_rating([rating(21, 2012, "publisher"), rating(20, 2013, "press")])
    assert (verdict.value, verdict.rule) == (20, "newer edition")


def test_then_the_kind_of_source():
    kinds = ("publisher", "archive", "copy", "press")
    for better, worse in pairwise(kinds):
        verdict = judge_rating([rating(20, kind=worse), rating(21, kind=better)])
        assert (verdict.value, verdict.rule) == (21, "kind of source")


def test_where_nothing_decides_no_value_is_used():
    verdict = judge_rating([rating(20, source="S1"), rating(21, source="S2")])
    assert (verdict.value, verdict.kept, verdict.rule) == (None, (), "undecided")


def test_the_claim_to_quote_is_the_newest_of_the_best_kind():
    claims = [rating(20, 2012, "publisher"), rating(20, 2014, "press"), rating(20, 2014, "copy")]
    assert best_claim(claims) == claims[2]


def test_a_corrected_misprint_is_quoted_only_where_nobody_prints_the_value():
    misprint = replace(rating(20, 2018, "publisher"), correction=MISPRINT)
    right = rating(20, 2012, "press")
    assert best_claim([misprint, right]) == right
    assert best_claim([misprint]) == misprint


def test_the_seven_ratings_are_the_best_witness_of_a_score():
    claims = [score(140, report=2018), score(140, report=2017), score(141, report=2010)]
    verdict = judge_score(claims, 141)
    assert (verdict.left, verdict.rule) == (range(141, 142), "own ratings")
    assert verdict.rejected == tuple(claims[:2])


def test_without_ratings_most_editions_decide():
    claims = [score(140, report=2018), score(140, report=2017), score(141, report=2010)]
    verdict = judge_score(claims, None)
    assert (verdict.left, verdict.rule) == (range(140, 141), "most editions")


def test_a_rounded_percentage_counts_for_every_score_it_allows():
    claims = [score(140, report=2016), score(141, report=2016), score(141, 142, report=2017)]
    assert judge_score(claims, None).left == range(141, 142)


def test_ratings_that_only_a_rounded_percentage_allows_do_not_beat_a_printed_score():
    claims = [score(140), score(140, 141)]
    assert judge_score(claims, 141).left == range(140, 141)


def test_percentages_alone_bound_the_total():
    assert judge_score([score(140, 142), score(141, 143)], None).left == range(141, 143)
    assert judge_score([score(140, 141), score(143, 144)], None).left == range(0)


def test_the_seven_ratings_decide_between_percentages():
    wide, other = score(140, 142), score(143, 144)
    verdict = judge_score([wide, other], 141)
    assert (verdict.left, verdict.rule) == (range(141, 142), "own ratings")
    assert (verdict.kept, verdict.rejected) == ((wide,), (other,))


def test_an_impossible_score_is_never_kept():
    verdict = judge_score([score()], None)
    assert (verdict.left, verdict.rule) == (range(0), "no such score")


def test_an_impossible_score_beside_percentages_is_rejected_by_name():
    impossible = score()
    verdict = judge_score([impossible, score(140, 142)], None)
    assert (verdict.left, verdict.rule) == (range(140, 143), "no such score")
    assert verdict.rejected == (impossible,)


CHANGES = ListClaim(
    "Estonia", 2011, "", "S1", "publisher", 2011, "", "7=best", None, frozenset({"CS"}), 1, "likely"
)


def test_a_list_adds_up_if_some_totals_allow_it():
    assert list_adds_up(CHANGES, range(140, 141), range(141, 142))
    assert list_adds_up(CHANGES, range(140, 143), range(143, 144))
    assert not list_adds_up(CHANGES, range(140, 141), range(140, 141))


def test_what_cannot_be_checked_is_not_refuted():
    assert list_adds_up(CHANGES, None, range(140, 141))
    assert list_adds_up(replace(CHANGES, net=None), range(140, 141), range(150, 151))


def test_a_list_that_leaves_out_a_known_change_is_found():
    ratings = {(2010, "EP"): 20, (2011, "EP"): 21, (2010, "CS"): 20, (2011, "CS"): 21}
    assert left_out(CHANGES, ratings) == [("EP", 20, 21)]
