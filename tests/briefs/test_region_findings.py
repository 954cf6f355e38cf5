"""Sentences about groups of countries: well formed in every window, counted another way."""

import re

import pytest

from analysis.briefs.figures.region import class_count_figure, map_figure, movers_figure
from analysis.briefs.groups import group_means, mean_path, means
from analysis.briefs.region import brief
from analysis.briefs.region import findings as tell
from analysis.briefs.region.associations import correlations, notes
from analysis.briefs.region.story import load_region
from analysis.briefs.wording import number
from analysis.settings.groups import group_members, group_names
from analysis.tables.stored import read_processed, rows

from .test_country_findings import WINDOWS, assert_well_formed


@pytest.mark.parametrize("group", group_names())
@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: "{}-{}".format(*window))
def test_findings_of_every_group_are_three_to_five_well_formed_sentences(group, window):
    story = load_region(group, *window)
    findings = tell.findings(story)
    assert 3 <= len(findings) <= 5
    for sentence in findings:
        assert_well_formed(sentence)
    for title in (tell.standing_title(story), tell.class_count_title(story)):
        assert_well_formed(f"{title}.")
    knowledge = [
        span["text"] for item in brief.knowledge(story).content()["items"] for span in item
    ]
    for sentence in knowledge:
        assert_well_formed(sentence)


def test_directions_are_counted_by_country():
    story = load_region("all", 2010, 2014)
    moves = []
    for _, line in story.series.groupby("country"):
        scores = line.sort_values("edition")["score"].round(2).tolist()
        moves.append((scores[-1] > scores[0]) - (scores[-1] < scores[0]))
    counts = {"fell": moves.count(-1), "rose": moves.count(1), "stayed": moves.count(0)}
    assert {verb: len(names) for verb, names in tell.directions(story).items()} == counts
    sentence = tell.findings(story)[0]
    words = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    told = re.search(r"of 29 scores (\w+) fell, (\w+) rose and (\w+) stayed the same", sentence)
    numbers = [words.index(word) if word in words else int(word) for word in told.groups()]
    assert numbers == [moves.count(-1), moves.count(1), moves.count(0)]
    assert "From the 2010 to the 2014 edition" in sentence


def test_a_class_change_names_its_countries():
    sentence = tell.findings(load_region("all", 2019, 2024))[2]
    assert sentence == (
        "Two countries ended in a less democratic class than they began (Hungary and Poland); one "
        "country ended in a more democratic class than it began (Armenia). Were ratings not "
        "rounded to quarter points, the class would be another one in 13 of 100 cases for Georgia "
        "(2024), 43 for Kyrgyzstan (2019), 13 for Moldova (2019), 13 for Poland (2019) and 43 for "
        "Serbia (2019)."
    )


def test_one_edition_is_described_by_its_levels():
    story = load_region("all", 2018, 2018)
    assert tell.findings(story)[0] == (
        "In the 2018 edition 29 scores are known, from 1.04 (Turkmenistan) to 6.18 (Estonia); the "
        "median is 3.64."
    )
    assert {fact.value for fact in brief.title(story).facts[:2]} == {"–"}
    table = brief.movers(story)
    assert [column.head for column in table.columns] == ["Country", "Class", "Score"]
    assert table.title == "Scores in the 2018 edition"
    assert "compared" not in table.caption


def test_a_first_score_that_is_derived_is_marked_as_the_last_is():
    story = load_region("all", 2019, 2024)
    derived = {(row.country, row.edition) for row in rows(story.series) if "derived" in row.basis}
    for row in brief.movers(story).rows:
        country, _, first, start, last, end, _ = row
        ends = (country.text, int(start.text)), (country.text, int(end.text))
        assert [first.derived, last.derived] == [end in derived for end in ends]
    assert {country for country, edition in derived if edition == 2019}


def test_every_country_has_a_row_and_a_change_that_is_last_minus_first():
    story = load_region("EU members", 2005, 2018)
    table = brief.movers(story)
    assert len(table.rows) == 11
    changes = []
    for row in table.rows:
        first, last, change = (row[n].text.replace("−", "-") for n in (2, 4, 6))
        assert float(last) - float(first) == pytest.approx(float(change), abs=0.0101)
        changes.append(float(change))
    assert changes == sorted(changes), "the largest fall first"


def test_means_are_over_all_countries_in_all_editions_with_what_the_gaps_leave_open():
    story = load_region("all", 2005, 2024)
    table = group_means(story)
    assert set(table.groupby("group").size()) == {20}
    sizes = {name: len(group_members(name)) for name in group_names()}
    assert dict(table.groupby("group")["n"].max()) == sizes
    assert (sizes["all"], sizes["Balkans"], sizes["Visegrad"]) == (29, 7, 4)
    assert (table["n"] == table.groupby("group")["n"].transform("max")).all()
    whole = table[table["group"] == "all"].set_index("edition")
    wide = read_processed("country_editions").pivot(
        index="edition", columns="country", values="democracy_score"
    )
    complete = wide.dropna().index
    expected = wide.loc[complete].mean(axis="columns")
    for column in ("mean", "low", "high"):
        assert whole.loc[complete, column].to_numpy() == pytest.approx(expected.to_numpy())
    gaps = whole.drop(complete)
    assert (gaps["n_open"] == wide.isna().sum(axis="columns")[gaps.index]).all()
    # No mean lies outside what a missing score of 1 or of 7 would give.
    for edition, row in gaps.iterrows():
        known = wide.loc[edition].dropna()
        assert (known.sum() + 1 * row["n_open"]) / 29 <= row["low"] + 1e-9
        assert row["low"] <= row["mean"] <= row["high"]
        assert row["high"] <= (known.sum() + 7 * row["n_open"]) / 29 + 1e-9


def test_correlations_are_told_from_the_stored_results():
    pairs = read_processed("correlations")
    within = pairs.loc[pairs["level"] == "within", "r"].median()
    assert f"within them {within:.2f}" in correlations().title
    first, second, third, *_ = ("".join(span.text for span in item) for item in notes().items)
    assert "rest on all countries" in first
    # What the figure shows comes first, what is left without the shared path after it.
    assert f"in place of {within:.2f}" in second
    assert third.startswith("Less that path, every pair of categories went the same way")
    assert "Within countries, less each edition’s mean, the 21 correlations range" in third


@pytest.mark.parametrize("group", group_names())
def test_what_is_known_of_a_group_adds_up(group):
    story = load_region(group, 2005, 2024)
    told = brief.knowledge(story).content()["items"][1][0]["text"]
    counts = story.panel.groupby(["country", "edition"]).size()
    full = int((counts == 7).sum())
    part = len(story.series) - full
    assert told.startswith(f"Of {20 * len(story.members)} country-editions {full} have all seven")
    assert (
        f"; of {number(part)} more the Democracy Score is known, but not all seven." in told
    ) == (part > 0)


@pytest.mark.parametrize("group", group_names())
def test_what_gaps_leave_open_is_a_range_or_one_number(group):
    told = tell.category_change_sentence(load_region(group, 2005, 2024))
    assert not re.search(r"([−+]\d\.\d\d) to \1", told), told


@pytest.mark.parametrize("group", group_names())
def test_one_edition_has_no_change(group):
    story = load_region(group, 2024, 2024)
    assert tell.category_change_sentence(story) == ""
    assert "average change" not in " ".join(tell.findings(story))


def test_means_of_what_is_known_are_called_that():
    some, whole = (load_region("all", year, year) for year in (2024, 2010))
    assert "By category, the average known rating ranges" in " ".join(tell.findings(some))
    assert "By category, the average rating ranges" in " ".join(tell.findings(whole))


def test_the_mean_of_a_group_is_called_by_its_name():
    figure = means(load_region("balkans", 2005, 2024))
    assert "Balkans (7) from " in figure.alt
    assert "all countries (29) from " not in figure.alt
    data = figure.content()["data"]
    groups = [row[data["columns"].index("group")] for row in data["rows"]]
    assert "Balkans" in groups
    assert "all" not in groups


def test_all_are_named_where_no_other_end_is():
    figure = movers_figure(load_region("Visegrad", 2005, 2024), "t")
    named = figure.alt.partition("of change: ")[2]
    assert "Dot plot of four countries" in figure.alt
    assert all(name in named for name in ("Czech Republic", "Hungary", "Poland", "Slovakia"))


@pytest.mark.parametrize("group", ["Eurasia", "Eastern Partnership", "South Caucasus"])
def test_a_class_that_is_not_known_is_not_among_all(group):
    story = load_region(group, 2021, 2021)
    n = len(story.members) - 1
    titles = [map_figure(story).title, class_count_figure(story).title]
    told = [
        t for t in titles if re.search(rf"\b(?:All|Both|of|none of) (?:{number(n)} )?countr", t)
    ]
    assert told and all("whose class is known" in title for title in told)


def test_those_compared_are_told_where_one_is_not():
    story = load_region("South Caucasus", 2022, 2023)
    assert "compared" in tell.crossings_title(story)
    assert tell.standing_title(story).endswith("compared")


def test_the_largest_changes_name_countries_with_their_article():
    told = " ".join(tell.findings(load_region("Visegrad", 2008, 2009)))
    assert "the Czech Republic" in told
    assert not re.search(r"(?<!the )Czech Republic \(", told)


def test_scores_compared_before_the_end_are_not_called_the_last_known():
    story = load_region("South Caucasus", 2016, 2021)
    assert set(story.compared["last_edition"]) == {2020} < set(story.latest["edition"])
    figure, table = movers_figure(story, "It"), brief.movers(story)
    told = [figure.subtitle, figure.caption, *(column.name for column in table.columns)]
    assert not [text for text in told if "last known" in text or "latest" in text]


@pytest.mark.parametrize(("first", "last", "n_open"), [(2020, 2021, 1), (2021, 2023, 2)])
def test_a_mean_that_is_open_is_told_as_a_range(first, last, n_open):
    story = load_region("South Caucasus", first, last)
    figure = means(story)
    assert figure.title.startswith("The mean score went from ")
    assert figure.title.count("between") == n_open
    assert "between" in figure.alt.partition("South Caucasus (3)")[2].partition(";")[0]
    assert mean_path(story) == figure.title.removeprefix("The mean score ")
    assert re.search(r"all by [−+]\d\.\d\d to [−+]\d\.\d\d\.", figure.caption)
