"""Comparison briefs: which countries a text names, and sentences checked against the tables."""

import re
from itertools import combinations

import pandas as pd
import pytest

from analysis.briefs.comparison import brief
from analysis.briefs.comparison import findings as tell
from analysis.briefs.figures.chart import axis_of
from analysis.briefs.region.story import load_comparison
from analysis.facts.countries import COUNTRIES, find_country
from analysis.facts.errors import ParameterError
from analysis.settings.groups import chosen_countries, group_names
from analysis.statistics import group_data
from analysis.tables.stored import read_processed, score_series


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Estonia, Latvia, Lithuania", ["Estonia", "Latvia", "Lithuania"]),
        (" mkd ,Czechia,", ["North Macedonia", "Czech Republic"]),
        ("visegrad", ["Czech Republic", "Hungary", "Poland", "Slovakia"]),
        ("XK, Bosnia & Herzegovina", ["Kosovo", "Bosnia and Herzegovina"]),
    ],
)
def test_countries_are_named_by_name_alias_code_or_group(text, names):
    members, named = chosen_countries(text)
    assert [country.name for country in members] == names
    assert (named is not None) == (text == "visegrad")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "countries: expected names separated by commas"),
        (None, "countries: expected names separated by commas"),
        (["Estonia", "Latvia"], "countries: expected names separated by commas"),
        ("Estonia", "countries: only Estonia is named; add a second country"),
        ("Baltics", "countries: 'Baltics' is neither a group nor a country; did you mean "),
        ("Estonia, Latvai", "unknown country 'Latvai'; did you mean Latvia"),
        ("Estonia, EE", "countries: Estonia is named twice"),
        (
            ", ".join(c.iso3 for c in COUNTRIES[:9]),
            "countries: expected two to 8 countries or a named group, found 9",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_on_one_line(text, message):
    with pytest.raises(ParameterError) as refusal:
        load_comparison(text, 2005, 2024)
    assert str(refusal.value).startswith(message)
    assert "\n" not in str(refusal.value)


def test_a_window_without_a_score_is_refused(monkeypatch):
    editions = read_processed("country_editions")
    unknown = editions["country"].isin(["Estonia", "Latvia"]) & editions["edition"].eq(2010)
    known = score_series(editions[~unknown])
    monkeypatch.setattr(group_data, "score_series", lambda _: known)
    with pytest.raises(ParameterError, match=r"no score of Estonia and Latvia is known in the"):
        load_comparison("Estonia, Latvia", 2010, 2010)


def test_leader_and_gap_are_those_of_the_scores():
    story = load_comparison("Hungary, Poland, Slovakia", 2005, 2024)
    wide = story.series.pivot_table(index="edition", columns="country", values="score").dropna()
    edition = wide.index[-1]
    last = wide.loc[edition]
    first, second, third, gap, *_ = tell.findings(story)
    assert f"In the {edition} edition {last.idxmax()} has the highest" in first
    assert f"({last.max():.2f}) and {last.idxmin()} the lowest" in first
    assert second == f"From the 2005 to the {edition} edition, all three scores fell."
    assert third.startswith("Hungary moved most: its score fell by 2.4")
    distance = wide.max(axis=1) - wide.min(axis=1)
    assert f"from {distance.iloc[0]:.2f} in {wide.index[0]} to {distance.iloc[-1]:.2f}" in gap
    # What is as wide or narrow as at an end is told once, also if an edition before it ties.
    assert distance.max() == pytest.approx(distance.iloc[-1])
    assert "widest" not in gap
    assert ("narrowest" in gap) == (distance.idxmin() not in (wide.index[0], wide.index[-1]))


def test_opposite_directions_are_said():
    [sentence] = [
        s for s in tell.findings(load_comparison("Kosovo, Hungary", 2005, 2024)) if "differ" in s
    ]
    assert sentence == (
        "From the 2005 to the 2024 edition, Hungary fell and Kosovo rose; the directions differ."
    )


@pytest.mark.parametrize("group", group_names())
def test_every_group_can_be_compared(group):
    story = load_comparison(group, 2005, 2024)
    findings = tell.findings(story)
    assert 3 <= len(findings) <= 6
    assert story.few == (len(story.members) <= 8)
    picture = brief.scores(story)
    assert picture.name == ("scores" if story.few else "standing")
    assert (brief.score_table(story) is None) == (not story.few)


@pytest.mark.slow
def test_every_pair_has_findings_and_titles():
    stories = 0
    whole = load_comparison("all", 2005, 2024)
    for one, other in combinations(COUNTRIES, 2):
        names = [one.name, other.name]
        story = type(whole)(
            **{
                **vars(whole),
                "group": ", ".join(names),
                "members": (one, other),
                "named": None,
                "panel": whole.panel[whole.panel["country"].isin(names)],
                "series": whole.series[whole.series["country"].isin(names)],
            }
        )
        sentences = tell.findings(story)
        assert 3 <= len(sentences) <= 6
        titles = [f(story) for f in (tell.lines_title, tell.movers_title, tell.profile_title)]
        for text in (*sentences, *titles):
            assert not re.search(r"\bnan\b|\bNone\b|  |[−+]0\.00", text), text
        stories += 1
    assert stories == 29 * 28 // 2


def test_the_accession_of_members_is_told():
    items = [
        item[0].text for item in brief.knowledge(load_comparison("EU members", 2005, 2024)).items
    ]
    assert "2007 Bulgaria and Romania; 2013 Croatia" in items[0]


def test_the_table_has_every_score_and_the_range_of_the_rest():
    story = load_comparison("Azerbaijan, Kosovo", 2005, 2024)
    table = brief.score_table(story)
    shown = {
        (column.name, int(row[0].text)): cell.text
        for row in table.rows
        for column, cell in zip(table.columns[1:], row[1:], strict=True)
    }
    known = {(r.country, r.edition): f"{r.score + 1e-9:.2f}" for r in story.series.itertuples()}
    ranges = {("Azerbaijan", edition): "1.00–6.14" for edition in (2021, 2023)}
    assert shown == known | ranges
    assert len(shown) == 40


@pytest.mark.parametrize(
    ("values", "axis"),
    [([5.6, 6.1], (5, 7)), ([1.0, 1.2], (1, 3)), ([3.2, 3.4], (2, 4)), ([1.2, 6.3], (1, 7)),
     ([7.0, 7.0], (5, 7)), ([2.0, 4.0], (2, 4))],
)  # fmt: skip
def test_an_axis_holds_all_values_and_two_points_at_least(values, axis):
    assert axis_of(pd.Series(values)) == axis
    assert axis[0] <= min(values) <= max(values) <= axis[1]


def test_the_parameter_of_the_notebook_is_usable():
    members, named = chosen_countries("Estonia, Latvia, Lithuania")
    assert len(members) == 3
    assert named is None
    assert find_country("Estonia") in members


@pytest.mark.parametrize("group", group_names())
def test_the_profile_says_of_how_many_it_is(group):
    story = load_comparison(group, 2005, 2024)
    told = re.search(r" in (\d{4}), (all|\d+) known$", tell.profile_title(story))
    if told:
        edition, known = told.groups()
        at = story.panel[story.panel["edition"] == int(edition)]
        full = int((at.groupby("country").size() == 7).sum())
        n = len(story.members)
        assert known == ("all" if full == n else str(full))


@pytest.mark.parametrize("group", group_names())
def test_in_one_edition_nothing_changes(group):
    story = load_comparison(group, 2024, 2024)
    told = [*tell.findings(story), tell.class_title(story)]
    assert not [t for t in told if "ended in another class" in t or "average change" in t]
    assert tell.class_title(story) == "Regime classes in the 2024 edition"


def test_equal_ratings_are_the_same_and_not_zero_points_apart():
    told = " ".join(tell.findings(load_comparison("Turkmenistan, Uzbekistan", 2005, 2024)))
    assert "are the same in each." in told
    assert "0.00 points apart" not in told


def test_a_leader_of_two_known_scores_says_who_is_left_out():
    told = tell.leader_sentence(load_comparison("South Caucasus", 2021, 2021))
    assert "against 2.96 for Armenia" in told
    assert "Azerbaijan" in told


def test_one_country_that_changed_its_class_is_named():
    story = load_comparison("Azerbaijan, Armenia", 2021, 2022)
    assert tell.class_title(story) == "Armenia ended in another class than at the start"


@pytest.mark.parametrize(
    ("names", "who"),
    [("Kosovo, Serbia", "Both"), ("Kosovo, Montenegro, Serbia", "All three")],
)
def test_countries_that_all_changed_their_class_are_all(names, who):
    told = tell.class_title(load_comparison(names, 2005, 2024))
    assert told == f"{who} countries ended in another class than at the start"


def test_an_edition_of_which_no_rating_is_known_leaves_them_out():
    story = load_comparison("Azerbaijan, Uzbekistan", 2022, 2022)
    assert "NDG" not in set(story.panel["category"])
    assert tell.profile_title(story) == "Ratings of the categories"
    assert "National Democratic Governance" not in brief.categories(story).alt


@pytest.mark.parametrize(
    ("countries", "first", "last", "title"),
    [
        ("Czech Republic, Estonia", 2011, 2012, "Every score ended where it began"),
        ("Azerbaijan, Uzbekistan", 2021, 2022, "Every score known in both editions ended where it"),
        ("Latvia, Lithuania", 2020, 2021, "Both scores changed alike: +0.04 points"),
    ],
)
def test_scores_that_did_not_move_or_moved_alike(countries, first, last, title):
    assert tell.movers_title(load_comparison(countries, first, last)).startswith(title)


def test_the_class_of_a_country_that_is_not_known_is_not_said_to_be_the_same():
    story = load_comparison("Azerbaijan, Turkmenistan, Uzbekistan", 2021, 2022)
    told = " ".join([*tell.findings(story), tell.class_title(story)])
    assert "None of the two compared ended in another class" in told
    assert "No country" not in told
    assert "One class for all" not in told
    assert "in one class" not in " ".join(
        tell.findings(load_comparison("Azerbaijan, Turkmenistan, Uzbekistan", 2021, 2021))
    )


def test_one_edition_has_no_change_and_equal_scores_no_highest():
    story = load_comparison("Turkmenistan, Uzbekistan", 2016, 2016)
    profile = brief.categories(story)
    assert "change" not in profile.subtitle + profile.caption
    assert "nothing moved" not in brief.changes(story).spans[0].text
    [fact] = brief.title(story).facts
    assert (fact.label, fact.value) == ("Democracy Score", "1.07")


def test_equal_scores_have_no_gap_and_one_that_stays_is_not_from_itself_to_itself():
    told = tell.findings(load_comparison("Turkmenistan, Uzbekistan", 2015, 2016))
    assert "0.00" not in " ".join(told)
    alt = brief.scores(load_comparison("Czech Republic, Estonia", 2011, 2012)).alt
    assert "Estonia 6.07 in 2011 and in 2012" in alt


def test_a_name_that_needs_an_article_has_one():
    story = load_comparison("Azerbaijan, Czech Republic", 2021, 2022)
    assert tell.lines_title(story).startswith("The Czech Republic ")
    assert tell.movers_title(story).startswith("The Czech Republic: ")


@pytest.mark.parametrize(
    ("first", "last"), [(2024, 2024), (2018, 2018), (2021, 2021), (2023, 2024)]
)
def test_categories_of_which_no_rating_is_known_stop_nothing(first, last):
    """Of both countries few categories are known in these editions."""
    story = load_comparison("Uzbekistan, Azerbaijan", first, last)
    assert story.panel["category"].nunique() < 7
    assert story.spread.empty
    assert tell.findings(story)
    assert tell.profile_title(story) == "Ratings of the categories"
    assert brief.categories(story) is not None


def test_one_known_score_is_neither_highest_nor_lowest():
    labels = [f.label for f in brief.title(load_comparison("UZB, AZE", 2021, 2021)).facts]
    assert labels == ["The one known score"]
    labels = [f.label for f in brief.title(load_comparison("UZB, KAZ", 2021, 2021)).facts]
    assert labels == ["Highest score", "Lowest score", "Gap"]


def test_all_changed_alike_only_where_all_are_known():
    story = load_comparison("Armenia, Azerbaijan, Uzbekistan", 2023, 2024)
    told = "Both scores known in both editions changed alike: −0.04 points"
    assert tell.movers_title(story) == told


@pytest.mark.parametrize(
    ("countries", "window", "words"),
    [
        (
            "Kosovo, Bosnia and Herzegovina",
            (2010, 2012),
            "Bosnia and Herzegovina (−0.11), and Kosovo (−0.11) moved equally far.",
        ),
        (
            "Azerbaijan, Uzbekistan",
            (2020, 2021),
            "Uzbekistan alone can be compared: its score rose by 0.11 points, from 1.14 (2020) to "
            "1.25 (2021).",
        ),
    ],
)
def test_nobody_moved_most_where_none_moved_less(countries, window, words):
    story = load_comparison(countries, *window)
    assert words in tell.findings(story)
    assert ". In order of change: " in brief.changes(story).alt
