"""Sentences about a country: for every country and window, well formed and carried by the data."""

import re
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest

from analysis.briefs import wording as say
from analysis.briefs.country import findings as tell
from analysis.briefs.country.brief import known_sentences
from analysis.briefs.country.story import knowledge, load_country
from analysis.facts.countries import COUNTRIES, find_country
from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import CATEGORIES, regime_class

WINDOWS = [(2005, 2024), (2010, 2014), (2019, 2024), (2018, 2018)]
story_of = cache(load_country)

FORBIDDEN = re.compile(
    r"\b(nan|None|significant\w*|drives?|causes?|leads to|no effect|1 countries|1 categories|"
    r"one countries|all one|of the one|all two|both two)\b|[-−]0\.00\b|  | [.,;:]|\(\)|\[|\]|\.\.",
)


def assert_well_formed(sentence):
    assert not FORBIDDEN.search(sentence), sentence
    assert sentence[0].isupper(), sentence
    assert sentence.endswith("."), sentence


@pytest.fixture(params=[country.name for country in COUNTRIES])
def country(request):
    return request.param


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: "{}-{}".format(*window))
def test_findings_of_every_country_are_three_to_five_well_formed_sentences(country, window):
    try:
        story = story_of(country, *window)
    except ParameterError as refusal:
        assert f"no data for {country} in editions" in str(refusal)
        return
    findings = tell.findings(story)
    assert (2 if story.own.empty else 3) <= len(findings) <= 5
    assert len(set(findings)) == len(findings)
    for sentence in [*findings, *known_sentences(story)]:
        assert_well_formed(sentence)
    titles = [tell.category_title(story)]
    if not story.own.empty:
        titles.append(tell.trajectory_title(story))
    for title in titles:
        assert not FORBIDDEN.search(title), title
        assert not title.endswith(".")


def test_the_first_sentence_says_the_latest_score_and_the_class_that_follows_from_it(country):
    story = story_of(country, 2005, 2024)
    sentence = tell.findings(story)[0]
    score = Fraction(re.search(r"Democracy Score of (\d\.\d\d) ", sentence)[1])
    assert sentence.endswith(f": a {regime_class(score).name}.")
    edition, covers = re.search(r"In the (\d{4}) edition, which covers (\d{4}),", sentence).groups()
    assert int(edition) == int(covers) + 1 == story.own["edition"].max()


def test_kazakhstan_in_words():
    story = story_of("Kazakhstan", 2009, 2018)
    assert tell.findings(story) == [
        "In the 2018 edition, which covers 2017, Kazakhstan has a Democracy Score of 1.29 on the "
        "scale from 1 (least) to 7 (most democratic): a Consolidated Authoritarian Regime.",
        "Since the 2009 edition it has fallen by 0.39 points, from 1.68; of the nine steps between "
        "adjacent editions, six went down and three brought no change.",
        "It has been in the same class in all ten editions whose score is known.",
        "Five categories fell and two ended at the same rating; the largest change is in Civil "
        "Society (2.50 to 1.25). National Democratic Governance and Electoral Process were "
        "unchanged at 1.25 in all ten editions.",
        "Of the 29 countries whose score is known in the 2018 edition, it is 25th, counted from "
        "the most democratic. Each rating is rounded to a quarter point: ranks 25 to 26 are open.",
    ]
    assert tell.trajectory_title(story) == (
        "Kazakhstan’s score fell from 1.68 to 1.29 between the 2009 and 2018 editions"
    )
    assert tell.category_title(story) == ("Five categories fell and two ended at the same rating")


@pytest.mark.parametrize("name", ["Estonia", "Kosovo", "Croatia"])
def test_two_editions_make_one_step_that_is_the_change(name):
    findings = tell.findings(story_of(name, 2005, 2006))
    for sentence in findings:
        assert_well_formed(sentence)
    assert "step" not in findings[1]
    assert "in both editions whose score is known" in findings[2]


def test_a_former_name_is_told_beside_the_present_one():
    sentence = tell.findings(story_of("MKD", 2010, 2018))[0]
    assert "Macedonia (now North Macedonia) has" in sentence
    assert "Macedonia (now" not in tell.findings(story_of("MKD", 2010, 2020))[0]


def test_a_change_of_class_is_told_with_its_edition():
    told = " ".join(tell.findings(story_of("Hungary", 2005, 2024)))
    assert "down to Semi-Consolidated Democracy in the 2015 edition" in told
    assert "down to Transitional or Hybrid Regime in the 2020 edition" in told


@pytest.mark.parametrize(("name", "edition"), [("UZB", 2016), ("UZB", 2019)])
def test_ratings_without_a_score_are_told_as_what_they_are(name, edition):
    story = story_of(name, edition, edition)
    first, second = tell.findings(replace(story, own=story.own[:0]))
    assert first.startswith(f"No Democracy Score of {find_country(name).name} is known")
    values = story.panel["rating"]
    assert f"highest known rating is {values.max():.2f}" in second
    assert f"lowest {values.min():.2f}" in second


@pytest.mark.parametrize("edition", [2021, 2023])
def test_a_score_that_is_not_known_is_told_with_its_range(edition):
    first, second = tell.findings(story_of("AZE", edition, edition))
    assert first.startswith("No Democracy Score of Azerbaijan is known")
    assert "it lies between 1.00 and 6.14" in first
    assert second == "The one known rating is 1.00 (Corruption)."


def test_a_category_is_called_unmoved_only_if_all_its_ratings_are_alike(country):
    story = story_of(country, 2005, 2024)
    told = re.findall(r"[^.;]*(?= (?:was|were) unchanged at \d)", tell.findings(story)[3])
    for code, name in CATEGORIES.items():
        values = story.panel.loc[story.panel["category"] == code, "rating"]
        said = any(name in names for names in told)
        assert said == (values.nunique() == 1 and len(values) > 1), name


def test_the_rank_counts_those_who_are_better(country):
    story = story_of(country, 2018, 2018)
    own = round(story.own["score"].iloc[0], 2)
    better = sum(round(score, 2) > own for score in story.series["score"])
    rank = int(re.search(r"(\d+)(?:st|nd|rd|th)\b", tell.findings(story)[-1])[1])
    assert rank == better + 1


def test_what_is_known_adds_up(country):
    story = story_of(country, 2005, 2024)
    told = known_sentences(story)[0].partition(") ")[2]
    words = {say.number(n): n for n in range(141)}
    parts = re.findall(r"(\w+) (?:is|are) (?:printed|derived|read|not)", told)
    assert sum(words[part] for part in parts) == 140


@pytest.mark.parametrize(
    ("cut", "told"),
    [
        (slice(0, 1), "the one rating that is"),
        (slice(0, 2), "both ratings that are"),
        (slice(0, 3), "all three ratings that are"),
    ],
)
def test_ratings_that_are_all_bounded_are_told_as_all(cut, told):
    story = load_country("Azerbaijan", 2005, 2024)
    gaps = story.gaps[(story.gaps["category"] != "DS") & (story.gaps["n_values"] < 25)]
    sentences = known_sentences(replace(story, possible=gaps[cut]))
    assert f"The printed facts narrow {told} not known." in sentences


@pytest.mark.parametrize(
    ("name", "last", "title"),
    [
        ("Tajikistan", 2021, "Tajikistan ranks 27th to 28th of 29, 10th to 11th of 12 in Eurasia"),
        ("Poland", 2021, "Poland ranks 7th to 8th of 29, 7th of 10 in Central Europe"),
        ("Armenia", 2024, "Armenia ranks 20th of 29, 3rd of 12 in Eurasia"),
    ],
)
def test_a_rank_is_a_range_where_scores_are_not_all_known(name, last, title):
    assert tell.peers_title(load_country(name, 2005, last)) == title


@pytest.mark.parametrize(
    ("first", "last", "title"),
    [
        (2016, 2020, "Ratings run from 1.00 to 1.50 in 2016, the one edition known in full"),
        (2018, 2018, "Every known rating is 1.00"),
        (2020, 2020, "Known ratings run from 1.00 to 1.25"),
        (2021, 2021, "The one known rating is 1.00"),
        (2020, 2024, "The one category known more than once ended at the same rating"),
        (2017, 2018, "All five known categories ended at the same rating"),
    ],
)
def test_what_is_not_known_is_neither_in_a_range_nor_unchanged(first, last, title):
    assert tell.category_title(story_of("AZE", first, last)) == title


def test_two_categories_are_both():
    story = story_of("AZE", 2017, 2018)
    two = story.panel[story.panel["category"].isin(["CS", "CO"])]
    title = "Both known categories ended at the same rating"
    assert tell.category_title(replace(story, panel=two)) == title


def test_the_class_of_one_edition_is_told_with_what_rounding_leaves_open(country):
    whole, one = story_of(country, 2005, 2018), story_of(country, 2018, 2018)
    chances = [
        re.search(r"in another class in \d+ of 100 cases", " ".join(tell.findings(story)))
        for story in (whole, one)
    ]
    assert chances[0] == chances[1] or chances[0][0] == chances[1][0]


def test_one_score_that_is_not_known_is_one():
    told = tell.findings(story_of("Tajikistan", 2005, 2021))[-1]
    assert "(28th at worst, if the one not known is higher)" in told


def test_one_category_that_moved_is_not_called_the_largest():
    story = story_of("Turkmenistan", 2005, 2024)
    assert (
        "One category fell and six ended at the same rating; the one that fell is Corruption "
        "(1.50 to 1.00)."
    ) in tell.findings(story)[3]
    # Local governance rose and fell back.
    assert tell.changes_title(story) == (
        "Only one category ended at another rating: Corruption, by −0.50 points"
    )


def test_no_category_changed_most_where_all_changed_as_far():
    sentence = " ".join(tell.findings(load_country("Czech Republic", 2006, 2008)))
    assert "Two categories fell and five rose; each changed by 0.25 points." in sentence


def test_counts_to_ten_are_words_in_every_sentence_that_counts_steps_ratings_or_countries():
    story = load_country("Azerbaijan", 2005, 2008)
    text = " ".join([*tell.findings(story), *knowledge(load_country("Azerbaijan", 2016, 2016))])
    assert "of the three steps between adjacent editions, two went down and one brought no" in text
    assert "Of seven ratings (seven categories in one edition) seven are printed" in text
