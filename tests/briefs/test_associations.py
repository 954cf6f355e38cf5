"""What the briefs and notebook 3 say about association, from the stored results."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.briefs import correlations as findings
from analysis.briefs.blocks import Table
from analysis.briefs.country.results import joint_changes, moved_together
from analysis.briefs.country.story import load_country
from analysis.briefs.region import associations as region
from analysis.facts.countries import COUNTRIES
from analysis.facts.rating_system import CATEGORIES
from analysis.tables.stored import read_processed
from wording_rules import problems_of

BARE_P = re.compile(r"\bp\s*[=<≤]\s*\.?\d", re.I)


def words(block):
    """Return all text of a block, its picture left out."""
    content = block.content()
    for picture in ("svg", "svg_narrow"):
        content.pop(picture, None)
    return json.dumps(content, ensure_ascii=False)


def sentences(items):
    return ["".join(span["text"] for span in item) for item in items.content()["items"]]


@pytest.fixture(scope="module")
def found():
    """Return what notebook 3 stored, of which the sections are slices."""
    names = {
        "pairs": "correlations",
        "tests": "correlation_tests",
        "dimensions": "dimensions",
        "leads": "lead_lag",
        "multiverse": "multiverse",
    }
    return SimpleNamespace(**{short: read_processed(name) for short, name in names.items()})


def with_table(monkeypatch, name, table):
    """Let the sections read `table` in place of the stored one of that name."""
    stored = {name: table}
    monkeypatch.setattr(
        region, "read_processed", lambda n: stored[n] if n in stored else read_processed(n)
    )


@pytest.fixture(scope="module")
def sections():
    return [
        region.notes(),
        region.triple(),
        region.dimension_notes(),
        region.order_notes(),
        region.choices(),
    ]


def test_no_brief_claims_more_than_association(sections):
    for block in sections:
        assert problems_of(block.content()) == []


def test_a_p_value_comes_with_its_family(sections):
    for block in sections:
        for sentence in re.split(r"(?<=[.;]) ", words(block)):
            if BARE_P.search(sentence):
                assert "21" in sentence, sentence


def test_every_estimate_has_an_interval_or_a_reason(found):
    table = region.triple().content()
    assert len(table["rows"]) == 21
    pairs = found.pairs.set_index(["level", "x", "y"])
    for row in table["rows"]:
        x, y = row[0]["text"].split(" – ")
        for place, level in ((1, "between"), (3, "within"), (5, "changes")):
            stored = pairs.loc[(level, x, y)]
            assert row[place]["text"] == f"{stored['r']:.2f}".replace("-", "−")
            assert (row[place + 1]["text"] == "–") == pd.isna(stored["low"])
    withheld = [cell["text"] for row in table["rows"] for cell in row if cell["text"] == "–"]
    assert ("–: withheld." in table["caption"]) == bool(withheld)


def test_the_notes_count_what_is_stored(found):
    first = sentences(region.notes())[2]
    tests = found.tests[found.tests["family"] == "pairs"]
    assert f"{int((tests['adjusted_p'] <= 0.05).sum())} remain at p ≤ .05" in first
    tested = found.pairs[found.pairs["level"] == "two_way"]
    assert f"leaves out zero for {int((tested['low'] > 0).sum())} of them" in first
    assert f"{int(tested['n_rows'].max())} country-editions" in first
    assert "less each edition’s mean" in first


def test_an_order_that_is_found_is_named(found, monkeypatch):
    leads = found.leads.copy()
    leads.loc[0, ["difference", "low", "high", "adjusted_p"]] = [-0.3, -0.5, -0.1, 0.01]
    with_table(monkeypatch, "lead_lag", leads)
    said = sentences(region.order_notes())
    x, y = CATEGORIES[leads.at[0, "x"]], CATEGORIES[leads.at[0, "y"]]
    assert any(f"{y} before {x} (difference +0.30, 95 % CI +0.10 to +0.50" in line for line in said)
    assert "one pair of them has q ≤ .05 over the 21" in said[0]


def test_refused_orders_are_told_with_the_reason(found, monkeypatch):
    leads = found.leads.assign(p_value=np.nan, refusal="11 of the 12 editions needed")
    with_table(monkeypatch, "lead_lag", leads)
    said = sentences(region.order_notes())
    assert said[0] == "No pair has enough changes in enough editions to compare the order."
    assert "Withheld for 21 pairs: 11 of the 12 editions needed." in said


def test_withheld_dimensions_are_told_with_the_reason(found, monkeypatch):
    few = found.dimensions.assign(estimate=np.nan, refusal="not estimable: only 2 countries")
    with_table(monkeypatch, "dimensions", few)
    said = sentences(region.dimension_notes())
    assert said[0] == "Between countries: not estimable: only 2 countries."


def test_the_closest_and_the_loosest_category_are_told_with_whether_they_overlap(monkeypatch):
    rest = read_processed("rest_scores")
    assert "least; their intervals overlap." in sentences(region.notes())[3]
    apart = rest.assign(low=rest["r"] - 0.01, high=rest["r"] + 0.01)
    with_table(monkeypatch, "rest_scores", apart)
    assert "overlap" not in sentences(region.notes())[3]


def test_the_headlines_are_told_with_their_range(found):
    said = sentences(region.choices())
    for headline, sentence in zip(["association", "gap"], said, strict=True):
        rows = found.multiverse[found.multiverse["headline"] == headline]
        assert f"over {rows['estimate'].notna().sum()} combinations" in sentence
        chosen = rows.loc[rows["chosen"] == 1, "estimate"].iloc[0]
        for number in (rows["estimate"].min(), rows["estimate"].max(), chosen):
            assert f"{abs(number):.2f}" in sentence


def test_the_headline_is_the_figure_that_the_correlations_give(found):
    median = found.pairs.groupby("level")["r"].median()
    chosen = found.multiverse[found.multiverse["chosen"] == 1].set_index("headline")["estimate"]
    assert chosen["association"] == pytest.approx(median["two_way"], abs=1e-6)
    assert chosen["gap"] == pytest.approx(median["between"] - median["two_way"], abs=2e-6)


def test_a_sign_that_changes_is_said(found):
    turned = found.multiverse.copy()
    turned.loc[turned.index[turned["headline"] == "association"][0], "estimate"] = -0.5
    said = sentences(findings.choices(turned))
    assert said[1] == "100 % of them have the same sign."


def test_headlines_without_estimates_are_a_sentence(found):
    said = sentences(findings.choices(found.multiverse.assign(estimate=np.nan)))
    assert said == ["The headlines are estimable under none of the choices."]


def test_families_are_told_with_their_size(found):
    said = sentences(findings.tests(found.tests))
    assert [re.search(r"^(\d+) tests were made", line)[1] for line in said] == ["21", "7"]
    none = found.tests.assign(family_size=0, adjusted_p=np.nan)
    assert sentences(findings.tests(none))[0].startswith("No test could be made")


def test_common_shocks_are_told_from_the_table():
    shocks = read_processed("common_shocks")
    said = sentences(findings.shocks(shocks))
    cd = shocks.set_index("name").at["mean", "cd"]
    assert f"CD {cd:.2f}" in said[0]
    kept = shocks.loc[shocks["adjusted_p"] <= 0.05, "name"]
    assert all(CATEGORIES[name] in said[1] for name in kept)
    assert sentences(findings.shocks(shocks.assign(cd=np.nan)))[0].startswith("Too few countries")


@pytest.mark.parametrize("country", [c.name for c in COUNTRIES])
def test_a_pair_is_named_as_the_most_often_one_only_where_it_is_alone(country):
    story = load_country(country, 2005, 2024)
    here = joint_changes(story.changes, list(CATEGORIES))
    together = here[(here["same_way"] + here["opposite_ways"]) > 0]
    if together.empty:
        return
    title = moved_together(story).title
    most = together[together["same_way"] == together["same_way"].max()]
    named = [title.count(CATEGORIES[code]) for code in most.iloc[0][["x", "y"]]]
    assert (named == [1, 1]) == (len(most) == 1)
    if len(most) > 1:
        once = most["same_way"].max() == 1
        said = (
            "^No two .* more than once( in known steps)?$"
            if once
            else r"\b\w+ pairs of categories changed "
        )
        assert re.search(said, title), title


@pytest.mark.parametrize("country", [c.name for c in COUNTRIES[::7]])
def test_a_country_counts_joint_changes_and_gives_no_correlation_of_its_own(country):
    story = load_country(country, 2005, 2024)
    block = moved_together(story)
    assert problems_of(block.content()) == []
    assert "The counts of all countries rest on 29 countries and 20 editions" in block.caption
    here = joint_changes(story.changes, list(CATEGORIES)).set_index(["x", "y"])
    everywhere = joint_changes(read_processed("changes"), list(CATEGORIES)).set_index(["x", "y"])
    pairs = read_processed("correlations").set_index(["level", "x", "y"])["r"]
    assert isinstance(block, Table)
    for row in block.rows:
        key = tuple(row[0].text.split(" – "))
        assert int(row[1].text) == here.loc[key, "same_way"]
        assert row[4].text.split(" of ")[0] == str(everywhere.loc[key, "same_way"])
        assert row[5].text.startswith(f"{pairs[('within', *key)]:.2f} (")


def test_a_country_in_which_nothing_changed_together():
    story = load_country("Slovenia", 2005, 2012)
    still = replace(story, changes=story.changes.assign(change=0.0))
    told = "No two categories changed together in any of the seven steps between adjacent editions"
    assert told in words(moved_together(still))
    edition = story.changes["edition"] == 2010
    steps = story.changes["category"].map({"NDG": 0.25, "EP": -0.25}).where(edition).fillna(0.0)
    apart = replace(story, changes=story.changes.assign(change=steps))
    assert moved_together(apart).title == (
        "One pair of categories changed together, in opposite ways only"
    )
    unknown = replace(story, changes=story.changes.iloc[:0])
    assert "No two adjacent editions" in words(moved_together(unknown))


@pytest.mark.parametrize("country", ["Bulgaria", "Czech Republic", "Slovenia"])
def test_a_step_from_an_edition_before_the_window_is_not_counted(country):
    [span] = moved_together(load_country(country, 2009, 2009)).spans
    assert span.text == "One edition is shown: there is no step to count."
    block = moved_together(load_country(country, 2008, 2009))
    assert "1 of 1" not in words(block)
    if isinstance(block, Table):
        assert "at most 1 of a pair" in block.caption
        assert {row[n].text for row in block.rows for n in (1, 2, 3)} <= {"0", "1"}
    else:
        told = "No two categories changed together in the one step between adjacent editions."
        assert told in words(block)


def test_what_is_not_known_may_have_changed_together():
    told = words(moved_together(load_country("Uzbekistan", 2015, 2016)))
    assert "No two categories are known to have changed together in the one step" in told


def test_a_family_tested_on_another_level_says_so(found):
    declared, other = (
        sentences(findings.tests(found.tests.assign(level=level)))[0]
        for level in ("two_way", "changes")
    )
    assert "another level" not in declared
    assert "; here of another level than declared: annual changes)" in other


def test_signs_agree_only_where_they_are_known(found):
    levels = ["within", "two_way", "changes"]
    every = found.pairs.assign(r=0.5)
    some = every.assign(r=every["r"].mask(every["x"].eq("NDG") & every["level"].eq("changes")))
    known = ~every["level"].isin(levels)
    none = every.assign(r=every["r"].where(known), low=every["low"].where(known))
    told = [sentences(findings.levels(one))[4] for one in (every, some, none)]
    assert told[0] == "Levels, two-way and changes agree in sign for every pair."
    assert told[1] == "Levels, two-way and changes agree in sign for the 15 pairs estimated on all."
    assert "agree" not in told[2]
    assert "In annual changes the median of 15 pairs" in sentences(findings.levels(some))[3]
