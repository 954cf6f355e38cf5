from __future__ import annotations

from collections import defaultdict
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.facts.errors import SourceError
from analysis.facts.rating_system import CATEGORIES, rounded
from analysis.sources import Reading, read_source
from analysis.sources.known import Known, known_of
from analysis.sources.report.changes import completeness, read_changes
from sources.synthetic_reports import (
    HEADLINES,
    RATING_FORMS,
    PageForm,
    as_html,
    page_facts,
    random_figures,
    score_page,
)

FAST = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read_text(tmp_path, text: str, known: Known | None = None, **overrides) -> Reading:
    path = tmp_path / "page.txt"
    path.write_text(text, encoding="utf-8")
    return read_source(path, known=known or Known(), **overrides)


def stated(reading: Reading) -> dict[str, tuple[str, str]]:
    return {row.field: (row.printed_from, row.printed_to) for row in reading.statements}


@FAST
@given(
    seed=st.integers(0, 2**32),
    last=st.integers(2016, 2024),
    headline=st.sampled_from(sorted(HEADLINES)),
    ratings=st.sampled_from(sorted(RATING_FORMS)),
    with_ratings=st.booleans(),
    html=st.booleans(),
)
def test_every_form_is_read_back(tmp_path, seed, last, headline, ratings, with_ratings, html):
    figures = random_figures(Random(seed), last, 3)
    text = score_page(figures, PageForm(headline, with_ratings, ratings))
    reading = read_text(tmp_path, as_html(text) if html else text)
    found = stated(reading)
    expected = {name: ("", value) for name, value in page_facts(figures).items()}
    for code, (before, after) in figures.changes().items():
        expected[f"CHANGE_{code}"] = (str(rounded(8 - before)), str(rounded(8 - after)))
    if with_ratings:
        for code in CATEGORIES:
            expected[f"RATING_{code}"] = ("", str(rounded(8 - figures.ratings[code][-1])))
    scores = [str(figures.printed_score(column, new=True)) for column in (-2, -1)]
    if figures.changes() and scores[0] != scores[1]:
        expected["DS_CHANGE"] = (scores[0], scores[1])
    if not figures.changes():
        assert found.pop("NO_CHANGES")[1].startswith("No score changes")
    assert found == expected
    assert reading.layout == "score page"
    assert (reading.countries, reading.report_edition) == ((figures.country.name,), last)
    numbered = [row for row in reading.statements if row.scale]
    assert {row.scale for row in numbered} == {"7=best"}
    assert reading.facts["global_freedom_score"] == "41 100 partly free"


@pytest.mark.parametrize(
    ("words", "old", "new"),
    [
        ("Civil Society rating declined from {a} to {b} because of fees", 4, 3),
        ("Civil Society score dropped from {a} to {b}", 4, 3),
        ("The Civil Society rating decreased from {a} to {b} to reflect fees", 4, 3),
        ("Civil Society rose from {a} to {b}", 3, 4),
        ("Civil Society rating increased {a} to {b} thanks to grants", 3, 4),
        ("Civil society: This rating improved from {a} to {b}", 3, 4),
        ("Civil Society improves from {a} to {b}", 3, 4),
        ("Civil Society rating worsened from {a} to {b}", 4, 3),
        ("Civil Society rating fell from {a} to {b}", 4, 3),
    ],
)
def test_all_verbs_and_forms_of_a_change(tmp_path, words, old, new):
    text = (
        f"Albania\nDemocracy Score 4.00 7\n7 = best\nScore changes in 2020\n"
        f"  • {words.format(a=f'{old}.00', b=f'{new}.00')}\n"
    )
    (row,) = [r for r in read_text(tmp_path, text).statements if r.field == "CHANGE_CS"]
    assert (row.printed_from, row.printed_to, row.scale) == (f"{old}.00", f"{new}.00", "7=best")


def test_a_change_left_over_from_the_old_scale_keeps_that_scale(tmp_path):
    text = (
        "Serbia\nDemocracy Percentage 49.40 100\nDemocracy Score 3.96 7\n7 = best\n"
        "Score changes in 2020\n  • Corruption rating declined from 4.25 to 4.50\n"
    )
    reading = read_text(tmp_path, text)
    scales = {row.field: row.scale for row in reading.statements}
    assert scales["CHANGE_CO"] == "1=best"
    assert scales["DS"] == "7=best"
    assert any("the verb fits 1=best only" in item.says for item in reading.doubts)


def test_a_list_headed_by_the_covered_year_is_moved_by_a_known_percentage(tmp_path):
    text = (
        "Latvia\nDemocracy Percentage 79.76 100\nDemocracy Score 5.79 7\n"
        "Score changes in 2021\n  • Corruption rating declined from 5.00 to 4.75\n"
    )
    rows = [
        {"source_id": "a", "country": "Latvia", "report_edition": edition, "field": "DP"}
        | {"printed_from": "", "printed_to": percentage, "scale": ""}
        for edition, percentage in (("2021", "80.36"), ("2022", "79.76"))
    ]
    assert read_text(tmp_path, text).report_edition == 2021
    moved = read_text(tmp_path, text, known_of([], rows))
    assert moved.report_edition == 2022
    assert any(item.about == "edition" for item in moved.doubts)


def test_an_edition_that_nothing_tells_is_asked_for(tmp_path):
    text = "Latvia\nDemocracy Percentage 79.76 100\nDemocracy Score 5.79 7\n"
    with pytest.raises(SourceError, match="--edition"):
        read_text(tmp_path, text)
    assert read_text(tmp_path, text, edition=2022).report_edition == 2022


def test_no_list_before_the_summary_means_no_changes_and_is_told(tmp_path):
    text = (
        "Latvia\nDemocracy Percentage 79.76 100\nDemocracy Score 5.79 7\n"
        "header1 Executive Summary\nMuch stayed as it was.\n"
    )
    new, old = (read_text(tmp_path, text, edition=edition) for edition in (2022, 2015))
    assert "NO_CHANGES" in stated(new)
    assert any(item.about == "changes" for item in new.doubts)
    assert "NO_CHANGES" not in stated(old)


def test_contradictions_on_a_page_are_told(tmp_path):
    figures = random_figures(Random(3), 2021, 3)
    text = score_page(figures)
    value = rounded(8 - figures.ratings["EP"][-1])
    other = value + 1 if value < 5 else value - 1
    reading = read_text(tmp_path, text.replace(f"field. {value}", f"field. {other}", 1))
    assert any("is not the mean" in item.says for item in reading.doubts)


CS = "Civil Society rating declined from 4.00 to 3.75.\n"
EP = "Electoral Process rating declined because of fraud.\n"
SCORE = "Democracy Score declined from 4.00 to {}.\n"
REST = "Executive Summary\nMuch else happened.\n"


@pytest.mark.parametrize(
    ("text", "head", "complete"),
    [
        (REST, {}, ""),
        (f"No score changes in 2020.\n{REST}", {}, "yes"),
        (f"{CS}{REST}", {}, "likely"),
        (CS, {}, "no"),  # what follows may be cut off
        (f"{SCORE.format('3.96')}{CS}{REST}", {}, "yes"),  # a quarter of a point is 0.036
        (f"{SCORE.format('3.90')}{CS}{REST}", {}, "likely"),
        (f"Score changes in 2020\n{SCORE.format('3.96')}{CS}{EP}{REST}", {}, "likely"),
        (f"{CS}{REST}", {"DS": "3.96", "LAST_DP": "50"}, "likely"),  # 50 % is 4.00
        (f"{CS}{REST}", {"DS": "3.86", "LAST_DP": "50"}, "unknown"),
    ],
)
def test_a_list_is_complete_where_it_is_said_or_adds_up(text, head, complete):
    assert completeness(read_changes(text), defaultdict(str, head), "7=best") == complete


@pytest.mark.parametrize("why", [" because of fraud.", ".", ""])
def test_a_change_without_numbers_keeps_a_list_from_being_complete(why):
    item = f"• Electoral Process rating declined{why}\n"
    text = f"Score changes in 2020\n{SCORE.format('3.96')}{CS}{item}{REST}"
    changes = {change.category: change for change in read_changes(text).ratings()}
    assert changes.keys() == {"CS", "EP"}
    assert (changes["EP"].verb, changes["EP"].printed_to) == ("declined", "")
    assert completeness(read_changes(text), defaultdict(str), "7=best") == "likely"


def test_a_change_that_is_told_twice_has_the_longer_reason():
    told = CS.replace(".\n", " because of fees.\n")
    for text in (f"{CS}{REST}{told}", f"{told}{REST}{CS}"):
        [change] = read_changes(text).changes
        assert change.reason == "because of fees."


def test_a_rating_off_the_grid_is_refused(tmp_path):
    text = "Latvia\nDemocracy Score 5.79 7\nCorruption rose from 5.00 to 5.10\n"
    with pytest.raises(SourceError, match=r"CO: 5\.10 is not a rating"):
        read_text(tmp_path, text)


@pytest.mark.parametrize(
    ("lines", "doubt"),
    [
        (["Civil Society rating declined from 4.00 to 3.xx"], "is not read"),
        (
            [
                "Civil Society rating declined from 4.00 to 3.75",
                "Civil Society rating declined from 4.00 to 3.50",
            ],
            "two different changes of CS",
        ),
    ],
)
def test_items_that_make_no_sense_are_told(tmp_path, lines, doubt):
    items = "".join(f"  • {line}\n" for line in lines)
    text = f"Albania\nDemocracy Score 4.20 7\n7 = best\nScore changes in 2020\n{items}"
    assert any(doubt in item.says for item in read_text(tmp_path, text).doubts)


@pytest.mark.parametrize(
    "line",
    [
        "Democracy Score 7.54 / 7",
        "Democracy Score 7.54 / 7\nSemi-Consolidated Democracy",
        "Democracy Percentage 59.52 / 100\n"
        "The Democracy Score declined from 6.57 to 7.54, a Semi-Consolidated Democracy.",
    ],
)
def test_a_score_outside_the_scale_is_refused(tmp_path, line):
    """With a regime, such a score ended in a traceback."""
    with pytest.raises(SourceError, match=r"Democracy Score: 7\.54 is not between 1\.00 and 7\.00"):
        read_text(tmp_path, f"Poland\nNations in Transit 2022\n{line}\n", scale="7=best")


@pytest.mark.parametrize("code", ["DP", "LAST_DP"])
def test_a_percentage_above_100_is_refused(tmp_path, code):
    with pytest.raises(SourceError, match=rf"{code}: 583 is not a percentage of 0 to 100"):
        read_text(tmp_path, f"Poland\nNations in Transit 2022\nDS 4.50\n{code} 583/100\n")


def test_a_number_broken_over_two_lines_is_read(tmp_path):
    text = "Kazakhstan\nNations in Transit 2023\nDemocracy Score: 1.\n32\n"
    assert stated(read_text(tmp_path, text, scale="7=best"))["DS"] == ("", "1.32")


@pytest.mark.parametrize(
    ("printed", "read"), [("4 .75", "4.75"), ("4\n.75", "4.75"), ("4.7 5", ""), ("4 . 75", "")]
)
def test_a_number_parted_by_a_space_is_no_other_number(tmp_path, printed, read):
    text = "Poland\nNations in Transit 2022\nScore changes in 2022\n"
    text += f"• Corruption rating improved from 4.50 to {printed} due to a law.\n"
    text += "Poland's Democracy Score improved from 4.57 to 4.61.\n"
    reading = read_text(tmp_path, text)
    assert stated(reading).get("CHANGE_CO", ("", ""))[1] == read
    unread = any("is not read: • Corruption" in item.says for item in reading.doubts)
    assert unread == (not read)


def test_codes_with_the_end_of_their_scale_are_read(tmp_path):
    text = "Poland\nNations in Transit 2022\nDS 4.50/7\nDP 58.33/100\n"
    found = stated(read_text(tmp_path, text, scale="7=best"))
    assert (found["DS"], found["DP"]) == (("", "4.50"), ("", "58.33"))


@pytest.mark.parametrize(
    ("n_same", "n_other", "refused"), [(3, 4, True), (4, 4, False), (0, 3, False)]
)
def test_a_page_of_which_most_is_known_otherwise_is_refused(tmp_path, n_same, n_other, refused):
    codes = "".join(f"RATING_{code} 4.50\n" for code in CATEGORIES)
    text = f"Poland\nNations in Transit 2022\nDS 4.50/7\nDP 58.33/100\n{codes}"
    fields = ["DS", *(f"RATING_{code}" for code in CATEGORIES)]
    values = ["4.50"] * n_same + ["5.00"] * n_other
    place = {"source_id": "a", "country": "Poland", "report_edition": "2022", "printed_from": ""}
    known = known_of(
        [],
        [
            {**place, "field": field, "printed_to": value, "scale": "7=best"}
            for field, value in zip(fields, values, strict=False)
        ],
    )
    if refused:
        with pytest.raises(SourceError, match="4 of 7 numbers that are known from other sources"):
            read_text(tmp_path, text, known, scale="7=best")
    else:
        doubts = read_text(tmp_path, text, known, scale="7=best").doubts
        assert sum("other sources print 5.00" in item.says for item in doubts) == n_other


@pytest.mark.parametrize(("percentage", "doubted"), [("58.43", False), ("58.44", True)])
def test_a_percentage_that_its_score_does_not_give_is_doubted(tmp_path, percentage, doubted):
    """4.50 is 58.33 %; a score of two decimals fixes it to 0.09."""
    text = f"Poland\nNations in Transit 2022\nDS 4.50/7\nDP {percentage}/100\n"
    says = f"Democracy Score 4.50 gives 58.33, not {percentage}"
    doubts = read_text(tmp_path, text, scale="7=best").doubts
    assert any(says in item.says for item in doubts) == doubted


def test_codes_of_no_category_are_no_ratings(tmp_path):
    codes = "".join(f"RATING_{code} 4.50\n" for code in (*CATEGORIES, "XYZ"))
    text = f"Poland\nNations in Transit 2022\nDS 4.50/7\nDP 58.33/100\n{codes}"
    reading = read_text(tmp_path, text)
    assert "RATING_XYZ" not in stated(reading)
    assert not any("mean" in item.says for item in reading.doubts)


def test_the_number_of_the_next_label_is_no_rating_of_this_one(tmp_path):
    text = (
        "Albania\nDemocracy Percentage 46.43 100\nDemocracy Score 3.79 7\n"
        "No score changes in 2020.\n"
        "Judicial Framework and Independence 1.00-7.00 pts\nLooks at human rights protections.\n"
        "Corruption\nLooks at public perceptions of corruption. 2.75 / 7.00\n"
    )
    reading = read_text(tmp_path, text)
    assert not [row for row in reading.statements if row.field.startswith("RATING")]
    assert any("JFI and its rating are those of CO" in item.says for item in reading.doubts)


@pytest.mark.parametrize("head", ["pts0-7 pts", "pts", ""])
def test_ratings_are_read_with_or_without_the_unit_of_their_scale(tmp_path, head):
    figures = random_figures(Random(7), 2022)
    text = score_page(figures, PageForm(with_ratings=True)).replace(" pts0-7 pts", f" {head}")
    found = stated(read_text(tmp_path, text, scale="7=best"))
    assert {code for code in CATEGORIES if f"RATING_{code}" in found} == {*CATEGORIES}
