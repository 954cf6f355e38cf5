"""The story of a rating names its sources, its rules and its steps."""

import re

import pytest

from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import CATEGORIES
from analysis.reconciliation.explain import explain, find_category


@pytest.fixture(scope="module")
def story(real):
    return lambda *place: explain(*place, real)


def test_a_conflict_names_both_sides_and_the_rule(story, printed):
    text = story("Kosovo", 2014, "CS")
    lines = text.splitlines()
    assert lines[0] == ("Kosovo 2014 CS (Civil Society, events of 2013): 4.25 on 7=best, printed.")
    rejected = lines.index("Rejected (own score):")
    kept = "\n".join(lines[:rejected])
    assert "S043 (2018 report, archive) 3.75 on 1=best" in kept
    assert "S044 (2016 report, archive) 3.75 on 1=best" in kept
    assert "S045 (2014 report, archive) 5.75 on 1=best" in lines[rejected + 1]
    address = dict(zip(printed.sources["source_id"], printed.sources["url"], strict=True))
    assert lines[rejected + 1].endswith(address["S045"])


def test_a_correction_gives_its_reason(story):
    text = story("ukr", 2023, "Civil Society")
    assert text.startswith("Ukraine 2023 CS (Civil Society, events of 2022): 5.25 on 7=best, corr")
    assert "S421 (2023 report, archive) 5.50 on 7=best" in text
    assert "Corrected to 5.25: The page lists two changes" in text


def test_a_derivation_is_told_step_by_step(story):
    """In 2020 IM falls to 3.50; the lists of 2021, 2022 and 2023 do not name it."""
    text = story("Bulgaria", 2023, "IM")
    steps = re.findall(r"^  \d+\. IM (\d+) is 3\.50", text, flags=re.MULTILINE)
    assert steps == ["2021", "2022", "2023"]
    assert "changes in 2023: S358 (2023 report, publisher) no changes" in text
    assert "IM 2020: S355 (2020 report, publisher) 3.50 on 7=best" in text
    assert "S203 (2023 report, press) 3.25 on 7=best" in text.partition("Rejected (own score):")[2]


def test_every_derived_rating_has_a_story_that_ends_with_itself(real, story):
    derived = real.panel[real.panel["status"] == "derived"].iloc[::7]
    for row in derived.itertuples(index=False):
        text = story(row.country, row.edition, row.category)
        last = [line for line in text.splitlines() if re.match(r"  \d+\. ", line)][-1]
        assert f" {row.category} {row.edition} is {row.rating:.2f} on 7=best" in last
        facts = text.partition("The facts:\n")[2]
        assert all(source in facts for source in row.source_ids.split(";"))


def test_every_source_of_a_printed_rating_is_named(real, story):
    rows = real.panel[real.panel["status"] == "printed"].iloc[::97]
    for row in rows.itertuples(index=False):
        text = story(row.country, row.edition, row.category)
        assert all(f"  {source} (" in text for source in row.source_ids.split(";"))


def test_what_is_missing_says_what_would_settle_it(story):
    text = story("Uzbekistan", 2021, "NDG")
    assert "(National Democratic Governance, events of 2020): not known." in text
    # The score 1.25 is 8.75 in all, of which the five known ratings are 6.50: 2.25 for NDG and LDG.
    assert "every rating from 1.00 to 1.25 agrees" in text
    assert "settled by: rating NDG, edition 2019 to 2023." in text


@pytest.mark.parametrize("code", CATEGORIES)
def test_a_category_is_found_by_code_and_name(code):
    assert find_category(code.lower()) == code
    assert find_category(f" {CATEGORIES[code].upper()} ") == code


def test_unknown_places_are_refused_with_a_hint(story):
    with pytest.raises(ParameterError, match=r"unknown category 'civil soc'; did you mean Civil S"):
        story("Kosovo", 2014, "civil soc")
    with pytest.raises(ParameterError, match="did you mean Kosov"):
        story("Kosowo", 2014, "CS")
    with pytest.raises(ParameterError, match="expected an edition of 2005 to 2024, found 2004"):
        story("Kosovo", 2004, "CS")


def test_a_rescaled_rating_names_the_index_and_the_rule(real):
    told = explain("Armenia", 2023, "CO", real)
    assert told.startswith(
        "Armenia 2023 CO (Corruption, events of 2022): 3.00 on 7=best, rescaled."
    )
    assert "S554 (index of 2023, rescaled) 44.4878 - https://" in told
    assert "rise with all that are known of the same year" in told


def test_what_limits_a_rating_that_is_not_known_is_named(real):
    told = explain("Kosovo", 2024, "CO", real)
    assert "every rating from 1.50 to 2.25 agrees with them" in told
    assert "S555 (index of 2024, rescaled) 33 - https://" in told


def test_a_rating_that_words_give_names_the_rating_they_compare_with(real):
    told = explain("Kyrgyzstan", 2024, "JFI", real)
    assert "JFI 2024: S581 (2024 report, press) worse than in 2005 by 1.25 - https://" in told
    assert "JFI 2005: S556 (2007 report, copy) 5.50 on 1=best" in told
