"""Printed numbers as claims: units, ranges of rounding, complete lists."""

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.facts.rating_system import democracy_percentage, rounded
from analysis.reconciliation.claims import quarters_of, totals_of_percentage, totals_of_score
from analysis.reconciliation.statements import collect
from analysis.sources.cells import Printed
from analysis.tables.schema import columns

TOTALS = range(28, 197)


def page(*statements, kind="publisher"):
    """One page of Estonia 2020 with (field, from, to, complete)."""
    rows = [("S1", "Estonia", 2020, f, a, b, "7=best", done, "") for f, a, b, done in statements]
    return Printed(
        pd.DataFrame([], columns=list(columns("printed_tables"))),
        pd.DataFrame(rows, columns=list(columns("printed_pages"))),
        pd.DataFrame([("S1", "https://e.org", "e.org", kind)], columns=list(columns("sources"))),
    )


def collected(*statements):
    """The case that such a page makes."""
    (case,) = collect(page(*statements), ()).values()
    return case


def every(claims):
    """All ratings or scores of a case."""
    return [claim for group in claims.values() for claim in group]


@given(st.integers(4, 28))
def test_a_rating_and_its_reverse_are_the_same_quarters(quarters):
    value = quarters / 4
    assert quarters_of(f"{value:.2f}", "7=best") == quarters
    assert quarters_of(f"{8 - value:.2f}", "1=best") == quarters


@given(st.sampled_from(TOTALS))
def test_a_score_of_two_decimals_allows_one_total(total):
    printed = rounded(Fraction(total, 28))
    assert list(totals_of_score(str(printed), "7=best")) == [total]
    assert list(totals_of_score(str(8 - printed), "1=best")) == [total]


@given(st.sampled_from(TOTALS))
def test_a_percentage_allows_the_totals_that_round_to_it(total):
    exact = democracy_percentage(Fraction(total, 28))
    whole = rounded(exact, 0)
    same = [t for t in TOTALS if rounded(democracy_percentage(Fraction(t, 28)), 0) == whole]
    assert list(totals_of_percentage(str(whole))) == same
    if rounded(exact) != whole:
        assert list(totals_of_percentage(str(rounded(exact)))) == [total]


def test_impossible_scores_allow_no_total():
    """5.99 on the old scale is 2.01, and 2.00 and 2.04 (57/28) are its neighbours."""
    assert list(totals_of_score("5.99", "1=best")) == []


def test_dropped_zeros_and_the_rounding_of_the_press():
    assert list(totals_of_score("4.5", "7=best")) == [126]
    assert list(totals_of_score("4.5", "7=best", exact=False)) == [125, 126, 127]
    # 160/28 is 5.714286: what is cut off rather than rounded is still that score.
    assert list(totals_of_score("5.71428", "7=best", exact=False)) == [160]


def test_a_whole_percentage_printed_with_zeros_counts_as_rounded():
    """107/28 is 47.02 %, printed 47.00 (Montenegro 2022)."""
    assert list(totals_of_percentage("47.00")) == [107]


def test_a_change_rates_two_editions():
    case = collected(("CHANGE_EP", "6.00", "6.25", "unknown"))
    found = [(c.edition, c.category, c.quarters) for c in every(case.ratings)]
    assert found == [(2019, "EP", 24), (2020, "EP", 25)]
    assert case.lists == []


@pytest.mark.parametrize("complete", ["yes", "likely"])
def test_a_complete_list_knows_its_net_change(complete):
    statements = [("CHANGE_EP", "6.00", "6.25", complete), ("CHANGE_CO", "5.25", "4.75", complete)]
    (changes,) = collected(*statements).lists
    assert changes.changed == {"EP", "CO"}
    assert (changes.net, changes.stated) == (1 - 2, complete)


def test_a_list_with_a_change_without_numbers_has_no_net():
    statements = [("CHANGE_EP", "6.00", "6.25", "yes"), ("CHANGE_CS", "", "", "yes")]
    case = collected(*statements)
    assert case.lists[0].net is None
    assert [claim.printed for claim in case.unnumbered] == ["CHANGE_CS"]


def test_a_page_with_an_unnamed_change_is_no_complete_list():
    statements = [("CHANGE_EP", "6.00", "6.25", "yes"), ("CHANGE_UNNAMED", "5.00", "5.25", "yes")]
    assert collected(*statements).lists == []


@pytest.mark.parametrize("other", ["no", "unknown", ""])
def test_a_list_is_complete_only_if_every_row_of_it_says_so(other):
    statements = [("CHANGE_EP", "6.00", "6.25", "yes"), ("CHANGE_CS", "6.00", "6.25", other)]
    assert collected(*statements).lists == []


def test_no_changes_is_a_complete_list():
    (changes,) = collected(("NO_CHANGES", "", "1", "yes")).lists
    assert changes.changed == frozenset() and changes.net == 0


def test_last_years_percentage_is_about_the_edition_before():
    (claim,) = every(collected(("LAST_DP", "", "84", "")).scores)
    assert claim.edition == 2019
    assert [float(democracy_percentage(Fraction(t, 28))) for t in claim.totals] == pytest.approx(
        [83.9286], abs=1e-3
    )


def test_ratings_that_contradict_the_score_of_their_own_page_do_not_fit():
    ratings = [(f"RATING_{c}", "", "5.00", "") for c in ("NDG", "EP", "CS", "IM", "LDG", "JFI")]
    for last, fits in (("5.25", True), ("5.50", False)):
        statements = [*ratings, ("RATING_CO", "", last, ""), ("DS", "", "5.04", "")]
        claims = every(collected(*statements).ratings)
        assert {claim.fits for claim in claims} == {fits}
    assert {c.fits for c in every(collected(*ratings, ("DS", "", "5.04", "")).ratings)} == {None}
    whole = [*ratings, ("RATING_CO", "", "5.25", "")]
    # A percentage is no score, and of two numbers for one rating nobody knows which enters it.
    assert {c.fits for c in every(collected(*whole, ("DP", "", "67.26", "")).ratings)} == {None}
    twice = [*whole, ("RATING_CO", "", "5.00", ""), ("DS", "", "5.04", "")]
    assert {c.fits for c in every(collected(*twice).ratings)} == {None}
