from __future__ import annotations

import re
from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.facts.countries import find_country
from analysis.facts.errors import SourceError
from analysis.facts.rating_system import CATEGORIES, parse_number
from analysis.sources import Reading, read_source
from analysis.sources.known import Known
from sources.synthetic_reports import (
    AUTHORS,
    BULLETS,
    LAYOUTS,
    as_html,
    country_report,
    random_figures,
)

NOTHING_KNOWN = Known()
FAST = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read_text(tmp_path, text: str, known: Known = NOTHING_KNOWN, **overrides) -> Reading:
    path = tmp_path / "report.txt"
    path.write_text(text, encoding="utf-8")
    return read_source(path, known=known, **overrides)


def row_line(text: str, name: str) -> str:
    """Return the one line of the main table that begins with a category's name."""
    (line,) = [x for x in text.split("\n") if x.startswith(f"{name} ") and "rating" not in x]
    return line


def values(reading: Reading) -> dict[tuple[str, str], Fraction]:
    return {
        (cell.rated_edition, cell.category): parse_number(cell.printed) for cell in reading.cells
    }


@FAST
@given(
    seed=st.integers(0, 2**32),
    last=st.integers(2006, 2018),
    columns=st.integers(3, 11),
    layout=st.sampled_from(LAYOUTS),
    style=st.sampled_from(["full", "short", "mixed"]),
)
def test_every_layout_is_read_back(tmp_path, seed, last, columns, layout, style):
    rng = Random(seed)
    figures = random_figures(rng, last, columns)
    if layout == "last first":
        style = "full"
    reading = read_text(tmp_path, country_report(figures, layout, style, rng))
    assert values(reading) == figures.cells()
    assert reading.layout == "country report"
    assert reading.countries == (figures.country.name,)
    assert reading.report_edition == last
    assert {cell.scale for cell in reading.cells} == {"1=best"}
    printed = {c.category: (c.printed_from, c.printed_to) for c in reading.changes}
    for code, (before, after) in figures.changes().items():
        assert tuple(map(parse_number, printed[code])) == (before, after)
    assert {c.reason for c in reading.changes if c.category != "DS"} <= set(figures.reasons)


@FAST
@given(seed=st.integers(0, 2**32), layout=st.sampled_from(["spaced", "bars", "glued", "flat"]))
def test_html_of_a_report_says_the_same(tmp_path, seed, layout):
    rng = Random(seed)
    figures = random_figures(rng, 2015)
    text = country_report(figures, layout, "full", rng)
    from_text, from_html = read_text(tmp_path, text), read_text(tmp_path, as_html(text))
    assert values(from_html) == values(from_text) == figures.cells()
    assert from_html.facts == from_text.facts


def test_facts_author_and_sections(tmp_path):
    figures = random_figures(Random(5), 2016)
    reading = read_text(tmp_path, country_report(figures))
    assert reading.facts["capital"] == figures.country.capitals[0]
    assert reading.facts["population"] == "4.2 million"
    assert reading.facts["gni_per_capita"] == "$12,345"
    assert reading.author == figures.author in AUTHORS
    assert set(reading.sections) == {"executive_summary", "outlook", *CATEGORIES}
    for mark, code in enumerate(CATEGORIES, start=1):
        section = reading.sections[code]
        assert [bullet.removesuffix(f"[{mark}]") for bullet in section.bullets] == list(BULLETS)
        assert section.notes == ((str(mark), f"Daily Gazette, page {mark + 3}"),)


def test_years_are_counted_back_where_no_header_is_printed(tmp_path):
    figures = random_figures(Random(8), 2009)
    text = country_report(figures, header=False, sections=False)
    reading = read_text(tmp_path, text)
    assert values(reading) == figures.cells()
    assert {cell.rated_edition for cell in reading.cells} >= {"1999", "2001"}
    assert any("counted back" in item.says for item in reading.evidence if item.about == "years")


def test_a_shuffled_header_is_put_in_order_by_the_sections(tmp_path):
    figures = random_figures(Random(9), 2018)
    text = country_report(figures)
    shuffled = [*figures.years[7:], *figures.years[:7]]
    text = text.replace(" ".join(figures.years), " ".join(shuffled), 1)
    reading = read_text(tmp_path, text)
    assert values(reading) == figures.cells()
    assert any(e.about == "years" and "ascending" in e.says for e in reading.evidence)


def test_a_row_whose_last_column_comes_first_is_turned_by_the_scores(tmp_path):
    figures = random_figures(Random(21), 2016)
    row = [str(v) for v in figures.ratings["CO"]]
    assert len(set(row)) > 2
    text = country_report(figures, sections=False)
    line = row_line(text, "Corruption")
    *_, last = words = line.split()
    turned = " ".join([words[0], last, *words[1:-1]])
    reading = read_text(tmp_path, text.replace(line, turned))
    assert values(reading) == figures.cells()
    assert any("CO row prints its last column first" in e.says for e in reading.evidence)


def test_a_row_without_its_label_is_placed_by_the_scores(tmp_path):
    figures = random_figures(Random(22), 2016)
    text = country_report(figures, sections=False)
    line = row_line(text, "Corruption")
    reading = read_text(tmp_path, text.replace(line, line.removeprefix("Corruption ")))
    assert values(reading) == figures.cells()
    assert any("without a label is CO" in e.says for e in reading.evidence)
    year, *_ = line.removeprefix("Corruption ").split()
    other = line.removeprefix("Corruption ").replace(year, "1.00" if year != "1.00" else "7.00", 1)
    doubted = read_text(tmp_path, text.replace(line, other))
    assert not [cell for cell in doubted.cells if cell.category == "CO"]
    assert any("without a label is not read" in item.says for item in doubted.doubts)


def test_a_short_row_is_left_out_and_told(tmp_path):
    figures = random_figures(Random(23), 2016)
    text = country_report(figures, sections=False)
    line = row_line(text, "Civil Society")
    reading = read_text(tmp_path, text.replace(line, line.rsplit(" ", 1)[0]))
    assert not [cell for cell in reading.cells if cell.category == "CS"]
    assert any("CS row is not read" in item.says for item in reading.doubts)


def test_a_section_that_contradicts_the_main_table_is_told(tmp_path):
    figures = random_figures(Random(24), 2016)
    text = country_report(figures)
    value = figures.ratings["EP"][0]
    main, _, sections = text.partition("Executive Summary")
    other = value + (1 if value < 4 else -1)
    old, new = f"{float(value):.2f}", f"{float(other):.2f}"
    sections = sections.replace(f"\n{old} ", f"\n{new} ") if f"\n{old} " in sections else sections
    reading = read_text(tmp_path, main + "Executive Summary" + sections)
    assert values(reading) == figures.cells()
    assert any("in a second table" in item.says for item in reading.doubts)


def test_columns_of_yugoslavia_are_not_given_to_kosovo(tmp_path):
    figures = random_figures(Random(30), 2009)
    figures = figures.__class__(find_country("Kosovo"), figures.years, figures.ratings)
    text = country_report(figures, "glued", sections=False)
    text = text.replace("NIT Edition", " YugoslaviaKosovo\n")
    reading = read_text(tmp_path, text)
    assert {cell.rated_edition for cell in reading.cells} == {str(y) for y in range(2005, 2010)}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("Civil Society", "Civil Society 8.00 ", "8.00 is not a rating"),
        ("Civil Society", "Civil Society 2.30 ", "2.30 is not a rating"),
    ],
)
def test_numbers_that_are_no_ratings_are_refused(tmp_path, old, new, reason):
    figures = random_figures(Random(31), 2016)
    text = country_report(figures, sections=False)
    line = row_line(text, old)
    broken = new + " ".join(line.split()[3:])
    with pytest.raises(SourceError, match=reason):
        read_text(tmp_path, text.replace(line, broken))


def test_scores_that_contradict_the_ratings_are_refused(tmp_path):
    figures = random_figures(Random(32), 2016)
    text = country_report(figures, sections=False)
    line = row_line(text, "Democracy Score")
    flipped = [f"{8 - float(word):.2f}" for word in line.split()[2:]]
    broken = " ".join(["Democracy Score", *flipped])
    with pytest.raises(SourceError, match="not the mean of the printed ratings"):
        read_text(tmp_path, text.replace(line, broken))


def test_a_note_s_number_behind_a_label_and_raised_points_are_no_numbers(tmp_path):
    figures = random_figures(Random(33), 2016)
    text = country_report(figures, sections=False)
    for name, mark in (("Civil Society", "2"), ("Electoral Process", " 3")):
        assert f"\n{name} " in text
        text = text.replace(f"\n{name} ", f"\n{name}{mark} ", 1)
    assert values(read_text(tmp_path, text)) == figures.cells()
    raised = re.sub(r"(\d)\.(?=\d)", r"\1·", country_report(figures, sections=False))
    assert values(read_text(tmp_path, raised)) == figures.cells()


def test_columns_under_descending_years_are_taken_as_printed_and_told(tmp_path):
    figures = random_figures(Random(34), 2016, 8)
    text = re.sub(
        r"(?m)(?:[\d.]+ |n/a ){7}(?:[\d.]+|n/a)$",
        lambda row: " ".join(reversed(row[0].split())),
        country_report(figures, sections=False),
    )
    assert " ".join(reversed(figures.years)) in text
    reading = read_text(tmp_path, text)
    assert values(reading) == figures.cells()
    assert any("order that printed, which nothing proves" in item.says for item in reading.doubts)


def test_a_title_with_its_year_right_above_the_years_is_no_column(tmp_path):
    figures = random_figures(Random(35), 2016, 8)
    header = " ".join(figures.years)
    text = country_report(figures, sections=False)
    titled = text.replace(f"\n{header}\n", f"\nNations in Transit 2016\n{header}\n")
    assert titled != text
    assert values(read_text(tmp_path, titled)) == figures.cells()
