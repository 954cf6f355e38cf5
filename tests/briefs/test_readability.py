"""Findings are told in plain words: at or under the reading grade of a secondary school."""

import re

import pytest
import textstat

from analysis.briefs.comparison import brief as comparison_brief
from analysis.briefs.country import brief as country_brief
from analysis.briefs.country import results as country_results
from analysis.briefs.country.story import load_country
from analysis.briefs.region import brief as region_brief
from analysis.briefs.region.story import load_comparison, load_region
from analysis.facts.countries import COUNTRIES
from analysis.settings.groups import group_names

GRADE = 12
"""Years of school, as Flesch and Kincaid measure (1975)."""

TERMS = re.compile(
    r"interval|quantile|jackknife|p-value|\b[pq] (?:=|≤)|Wilson|Holm|Fisher|sign.flip|bootstrap"
    r"|factor stands|variance|alpha|standard error|country-years|effective|Welch|median|slope",
    re.IGNORECASE,
)
"""Words of statistics that a finding leaves to its note."""


def plain(blocks):
    """Return what findings and lists say, less the notes that say how it is known."""
    told = []
    for block in (block.content() for block in blocks):
        told += block.get("sentences", ())
        for item in block.get("items", ()):
            told.append("".join(span["text"] for span in item if span["style"] != "how").strip())
    return told


def grade(sentences):
    # A decimal point would pass for the end of a sentence.
    return textstat.flesch_kincaid_grade(re.sub(r"(?<=\d)\.(?=\d)", "", " ".join(sentences)))


def test_the_measure_tells_plain_from_learned():
    assert grade(["Its score fell from 6.04 to 3.57.", "It fell in 17 of 19 years."]) < 6
    learned = (
        "The hypothesised association of institutional characteristics necessitates appropriate "
        "multivariate consideration of heteroscedastic country-specific heterogeneity."
    )
    assert grade([learned]) > 20
    assert TERMS.search("A 95 % interval by country jackknife.")


@pytest.mark.parametrize("country", [country.name for country in COUNTRIES])
def test_findings_of_a_country_are_plain(country):
    story = load_country(country, 2005, 2024)
    first = plain([country_brief.findings(story)])
    told = plain([country_brief.findings(story), country_results.direction(story)])
    assert max(grade(first), grade(told)) <= GRADE
    assert [sentence for sentence in told if TERMS.search(sentence)] == []


@pytest.mark.parametrize("group", group_names())
def test_findings_on_groups_are_plain(group):
    region = load_region(group, 2005, 2024)
    compared = load_comparison(group, 2005, 2024)
    told = plain(
        [
            region_brief.findings(region),
            region_brief.direction(region),
            region_brief.changes(region),
        ]
    )
    beside = plain([comparison_brief.findings(compared)])
    assert grade(told) <= GRADE
    assert [sentence for sentence in told + beside if TERMS.search(sentence)] == []
