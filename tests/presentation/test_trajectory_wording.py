"""What the briefs may say about trajectories: tested on the text of all of them.

A forbidden word, an estimate without its interval, a p-value without its family, or a forecast
without the skill of no-change fails.
"""

import re

import pytest

from analysis.countries import COUNTRIES
from analysis.named_groups import group_names
from analysis.presentation import (
    country_brief,
    country_outlook,
    region_brief,
    region_direction,
)
from analysis.presentation import trajectory_sentences as say
from analysis.presentation.country_story import load_country
from analysis.presentation.region_story import load_region
from analysis.presentation.trajectory_story import load_results

FORBIDDEN = re.compile(
    r"significan|\bcaus|\bdrive[sn]?\b|\bleads? to\b|\bled to\b|\bdue to\b|no effect|no trend\b"
    r"|\bproves?\b|(?-i:\bnan\b|\bNone\b|\binf\b)",
    re.IGNORECASE,
)
ESTIMATE = re.compile(r"is [+−]?\d\.\d+ points per decade|points a year|of countries moved")
INTERVAL = re.compile(r"95 % (interval|band)[^;]*? [+−]?\d+\.\d+ to [+−]?\d+\.\d+")
TESTED = re.compile(r"\bp = |p-value|\bp < ")
FAMILY = re.compile(r"q = (under )?\d\.\d{3} in the family of \d+ ")


def problems(text):
    """Return what is wrong with one text of a brief."""
    found = [f"forbidden: {word.group()}" for word in FORBIDDEN.finditer(text)]
    for sentence in re.split(r"(?<=[a-z)\d%])\. (?=[A-Z])", text):
        if ESTIMATE.search(sentence) and not INTERVAL.search(sentence):
            found.append(f"estimate without interval: {sentence}")
    if TESTED.search(text) and not FAMILY.search(text):
        found.append(f"p without family: {text}")
    if re.search(r"[Ff]orecast", text) and not re.search(r"[Nn]o[ -]change", text):
        found.append(f"forecast without no-change: {text}")
    return found


def texts(content):
    if isinstance(content, dict):
        for name, value in content.items():
            if name not in ("svg", "svg_narrow", "href", "kind"):
                yield from texts(value)
    elif isinstance(content, list):
        for value in content:
            yield from texts(value)
    elif isinstance(content, str) and not content.startswith("http"):
        yield content


@pytest.fixture(scope="module")
def results():
    return load_results()


@pytest.mark.parametrize(
    "text",
    [
        "Scores fell significantly.",
        "Media ratings drive civil society.",
        "The average trend of the Democracy Score is −0.25 points per decade.",
        "The drift has p = 0.004.",
        "The forecast for 2025 is 3.79.",
        "The slope is nan.",
    ],
)
def test_the_rules_can_fail(text):
    assert problems(text)


@pytest.mark.parametrize("country", [c.name for c in COUNTRIES])
def test_country_briefs_keep_to_the_rules(country, results):
    story = load_country(country, 2005, 2024)
    blocks = [
        *(
            make(story)
            for make in (
                country_brief.title,
                country_brief.findings,
                country_brief.trajectory,
                country_brief.categories,
                country_brief.knowledge,
            )
        ),
        country_outlook.direction(story, results),
        country_outlook.outlook(story, results),
    ]
    every = [text for block in blocks for text in texts(block.content())]
    assert [problem for text in every for problem in problems(text)] == []
    drift = results.drifts.set_index("country").loc[country]
    told = " ".join(every)
    assert (drift["refusal"] in told) if drift["refusal"] else ("family of" in told)
    assert "no-change missed the Democracy Score by" in told


@pytest.mark.parametrize("group", group_names())
def test_regional_briefs_keep_to_the_rules(group, results):
    story = load_region(group, 2005, 2024)
    blocks = [
        region_brief.title(story),
        region_brief.findings(story),
        region_direction.direction(story, results),
        region_direction.category_trends(results),
        region_direction.changes(story, results),
        region_direction.rate_table(results.change_rates),
        region_direction.skill(results),
    ]
    every = [text for block in blocks for text in texts(block.content())]
    assert [problem for text in every for problem in problems(text)] == []
    told = " ".join(every)
    assert "country-level t" in told
    assert "shocks common to all" in told
    assert "95 % band over all editions" in told


def test_place_within_the_region_is_that_of_the_published_scores(results):
    story = load_country("Slovenia", 2005, 2024)
    told = " ".join(texts(country_outlook.direction(story, results).content()))
    edition = int(story.last["edition"])
    names = {c.name for c in COUNTRIES if c.region == "Central Europe"}
    now = story.series[(story.series["edition"] == edition) & story.series["country"].isin(names)]
    scores = dict(zip(now["country"], now["score"], strict=True))
    own = scores.pop("Slovenia")
    better = sum(score > own + 0.006 for score in scores.values())
    mean = sum(scores.values()) / len(scores)
    assert f"ranks {_ordinal(better + 1)} of the {len(now)}" in told
    assert f"{abs(own - mean):.2f} points {'above' if own > mean else 'below'} the mean" in told


def _ordinal(n):
    return {1: "1st", 2: "2nd", 3: "3rd"}.get(n, f"{n}th")


def test_other_editions_are_told_apart(results):
    story = load_country("Slovenia", 2010, 2020)
    told = " ".join(texts(country_outlook.direction(story, results).content()))
    assert "whatever period this brief shows" in told


@pytest.mark.parametrize(
    ("share", "text"), [(0.264, "26 %"), (0.0, "0 %"), (0.001, "under 1 %"), (1.0, "100 %")]
)
def test_shares_are_told_in_per_cent(share, text):
    assert say.percent(share) == text


def test_tiny_p_values_are_not_told_as_zero():
    assert [say.probability(p) for p in (0.0001, 0.0005, 0.0488)] == [
        "under 0.001",
        "0.001",
        "0.049",
    ]
