"""Kinds of misstatement that an outside audit found: none in any table or brief, each is found."""

import copy
import re

import pandas as pd
import pytest

from analysis.briefs.wording import interval
from analysis.facts.files import processed_folder
from analysis.tables.stored import read_processed

from .referee import number_of, problems, texts
from .test_numbers import ALL, FEW, GEORGIA, HUNGARY, _named, contents_of, facts_of

TABLES = sorted(path.stem for path in processed_folder().glob("*.csv"))
BOUNDS = (("lower", "upper"), ("low", "high"), ("known_low", "known_high"))
UNCLEAR = re.compile(
    r"\b(?:six|two|three) of them\b|cut off or still running|tolerance|≈"
    r"|\b(?:19|20)\d\d-(?:19|20)?\d\d\b(?!-)|[Oo]f (?:the )?(\w+) [a-z ]+ \1 (?:fell|rose|lie)\b"
)
ZERO_BOUND = re.compile(
    r"(?:95 % |CI |interval )[^;.]*?(?:[−+]?0\.0+ to |[−+]?\d+\.\d+ to [−+]?0\.0+(?!\d))"
)


def zero_chances(table):
    """Return the columns of p-values that hold a zero: a chance is small, never none."""
    names = [
        name for name in table.select_dtypes("number") if re.match(r"p_|.*_p$|.*p_value$", name)
    ]
    names = [name for name in names if name not in ("p_down", "p_stay", "p_up", "p_class")]
    return [name for name in names if (table[name] <= 0).any()]


def sides_lost(table):
    """Return the intervals that exclude zero and would be printed as if they did not."""
    lost = []
    for low, high in BOUNDS:
        if low in table and high in table:
            for ends in table[[low, high]].apply(pd.to_numeric).dropna().itertuples(index=False):
                told = interval(*ends).split(" to ")
                signs = [(number_of(t) > 0) - (number_of(t) < 0) for t in told]
                right = [(end > 0) - (end < 0) for end in ends]
                lost += [told] if signs != right else []
    return lost


def unclear(texts):
    """Return unclear or clumsy phrases, spans with a hyphen, and bounds printed as 0.00."""
    return [m.group() for t in texts for rule in (UNCLEAR, ZERO_BOUND) if (m := rule.search(t))]


def other_alarms(texts):
    """Return whether an episode of one direction is followed by the false alarms of another."""
    said = " ".join(texts)
    found = set(re.findall(r"an? (?:moderate|clear) (decline|improvement) from", said))
    alarms = set(re.findall(r"rule finds an? (decline|improvement) in", said))
    return found if found != alarms else set()


def texts_of(contents):
    return [text for content in contents for text in texts(content)]


@pytest.mark.parametrize("name", TABLES)
def test_no_table_has_a_chance_of_nothing_or_a_bound_that_loses_its_side(name):
    table = read_processed(name)
    assert not zero_chances(table)
    assert not sides_lost(table)


@pytest.mark.parametrize("key", FEW, ids=_named)
def test_a_few_briefs_say_nothing_of_these_kinds(key):
    texts = texts_of(contents_of(*key))
    assert not unclear(texts)
    assert key[0] != HUNGARY[0] or not other_alarms(texts)


@pytest.mark.slow
@pytest.mark.parametrize("key", [key for key in ALL if key not in FEW], ids=_named)
def test_no_brief_says_anything_of_these_kinds(key):
    test_a_few_briefs_say_nothing_of_these_kinds(key)


def test_planted_kinds_are_found():
    assert zero_chances(pd.DataFrame({"adjusted_p": [0.2, 0.0]})) == ["adjusted_p"]
    assert not zero_chances(pd.DataFrame({"p_down": [0.0]}))
    assert sides_lost(pd.DataFrame({"low": [1e-7], "high": [0.3]}))
    texts = texts_of(contents_of(*HUNGARY))
    for planted in (
        "Two of them would vanish.",
        "The average trend is −0.25 (95 % interval −0.40 to 0.00).",
        "an improvement, cut off or still running",
        "Known for 2005-2018 and 2020.",
        "From the first edition on, of five scores five fell.",
    ):
        assert unclear([*texts, planted.replace("Two", "two")])
    assert other_alarms([t.replace("finds a decline", "finds an improvement") for t in texts])
    assert not other_alarms(texts_of(contents_of(*GEORGIA)))


def test_a_list_that_is_cut_inside_a_tie_is_found():
    contents = copy.deepcopy(contents_of(*HUNGARY))
    table = next(c for c in contents if c.get("name") == "moved_together")
    assert not problems(facts_of(*HUNGARY), contents)
    table["rows"].append(table["rows"][-1])
    assert problems(facts_of(*HUNGARY), contents)
