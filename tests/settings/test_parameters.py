"""Parameters are refused before anything is computed, each with one line."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.facts.errors import ParameterError
from analysis.settings.groups import check_group_window
from analysis.settings.parameters import (
    Window,
    as_ranges,
    check_country_window,
    check_draws,
    check_texts,
    check_window,
)

SCORES = pd.DataFrame(
    {"country": ["Poland", "Poland", "Latvia"], "edition": [2005, 2007, 2006]},
)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (2015, 2010, "first_edition 2015 is later than last_edition 2010"),
        (2004, 2010, "first_edition: no data for edition 2004"),
        (2010, 2025, "last_edition: no data for edition 2025"),
        ("2010", 2012, "first_edition: expected an edition such as 2005, found '2010'"),
        (2010, 2012.0, "last_edition: expected an edition such as 2005, found 2012.0"),
        (True, 2012, "found True"),
        (2010, None, "found None"),
    ],
)
def test_unusable_windows_are_named(first, last, words):
    with pytest.raises(ParameterError) as refusal:
        check_window(first, last)
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_window_takes_both_its_ends():
    window = check_window(2005, 2007)
    assert list(window.editions) == [2005, 2006, 2007]
    assert window.cut(SCORES)["edition"].tolist() == [2005, 2007, 2006]
    assert Window(2006, 2006).cut(SCORES)["country"].tolist() == ["Latvia"]
    assert (window.in_words, Window(2006, 2006).in_words) == (
        "2005 to 2007 editions",
        "2006 edition",
    )


def test_a_window_without_data_says_where_there_is_some():
    country, window = check_country_window("pol", 2005, 2006, SCORES)
    assert (country.name, window) == ("Poland", Window(2005, 2006))
    with pytest.raises(
        ParameterError, match=r"no data for Poland in .*there is some in 2005, 2007"
    ):
        check_country_window("pol", 2006, 2006, SCORES)
    with pytest.raises(ParameterError, match="expected a name or an ISO code, found 7"):
        check_country_window(7, 2005, 2006, SCORES)


def test_groups_are_checked():
    members, _ = check_group_window("balkans", 2005, 2024)
    assert len(members) == 7
    with pytest.raises(ParameterError, match="expected a name such as Balkans, found None"):
        check_group_window(None, 2005, 2024)


@given(st.lists(st.integers(2005, 2024)))
def test_ranges_name_exactly_the_editions(editions):
    named = set()
    text = as_ranges(editions)
    for part in text.split(", ") if text != "none" else []:
        first, _, last = part.partition("–")
        named |= set(range(int(first), int(last or first) + 1))
    assert named == set(editions)


@pytest.mark.parametrize(
    ("seed", "draws", "words"),
    [
        (-1, 9999, "seed: expected a whole number, at least 0, found -1"),
        ("one", 9999, "seed: expected a whole number, at least 0, found 'one'"),
        (1, 0, "draws: expected a whole number, at least 99, found 0"),
        (1, 999.0, "draws: expected a whole number, at least 99, found 999.0"),
    ],
)
def test_unusable_seeds_and_draws_are_named(seed, draws, words):
    check_draws(0, 99)
    with pytest.raises(ParameterError) as refusal:
        check_draws(seed, draws)
    assert str(refusal.value) == words


@pytest.mark.parametrize("value", [["Hungary"], None, 5])
def test_what_is_no_text_is_named(value):
    check_texts(without="", formula="democracy_score ~ time")
    with pytest.raises(ParameterError, match=r"^without: expected a text, found"):
        check_texts(formula="", without=value)
