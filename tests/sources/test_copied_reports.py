"""Reports as people copy them: Markdown, menus around them, headers and columns cut off."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from analysis.facts.countries import COUNTRIES
from analysis.facts.errors import SourceError
from analysis.facts.rating_system import CATEGORIES
from analysis.sources import read_source
from analysis.sources.known import Known, known_of
from analysis.sources.read import without_markdown
from sources.synthetic_reports import country_report, random_figures, score_page

COOKIES = "We value your privacy\nAccept all cookies\nSkip to main content\nDonate\nSearch\n"


def read_text(tmp_path, text, known=None, **told):
    path = tmp_path / "report.md"
    path.write_text(text, encoding="utf-8")
    return read_source(path, known=known or Known(), **told)


def printed(reading):
    cells = {(c.rated_edition, c.category, float(c.printed)) for c in reading.cells}
    return cells | {(s.field, s.printed_from, s.printed_to) for s in reading.statements}


def known_of_figures(figures, scale="1=best"):
    rows = [
        {"source_id": "k", "country": figures.country.name, "rated_edition": year}
        | {"category": code, "printed": str(float(value)), "scale": scale}
        for (year, code), value in figures.cells().items()
    ]
    return known_of(rows, [])


def emphasised(text):
    """Return a page with its names and numbers in bold and its headings as Markdown has them."""
    lines = []
    for line in text.split("\n"):
        for words in ("Civil Society", "Corruption", "Electoral Process", "Democracy Score"):
            line = line.replace(words, f"**{words}**", 1)
        if " from " in line:
            head, _, tail = line.partition(" from ")
            old, to, new, *rest = tail.split(" ")
            line = " ".join([f"{head} from", f"**{old}**", to, f"__{new}__", *rest])
        lines.append(line)
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(6))
def test_emphasis_changes_nothing(tmp_path, seed):
    page = score_page(random_figures(Random(seed), 2021, 3))
    plain, marked = (printed(read_text(tmp_path, text)) for text in (page, emphasised(page)))
    assert marked == plain
    assert any(field.startswith("CHANGE_") for field, *_ in map(list, plain)) or seed


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        (
            "**Civil Society** rating from *2.50* to __2.25__",
            "Civil Society rating from 2.50 to 2.25",
        ),
        ("Governance* 3.50 n/a* 4.00", "Governance* 3.50 n/a* 4.00"),
        ("* item\n* another *one*", "* item\n* another one"),
        ("[Georgia](/country/georgia) ![flag](a.png)", "Georgia flag"),
        ("CHANGE_NDG 2.50 -> 2.25", "CHANGE_NDG 2.50 -> 2.25"),
        ("3\\.25 \\*", "3.25 *"),
        ("LAST YEAR&#39;S SCORE &amp; STATUS&nbsp;36", "LAST YEAR'S SCORE & STATUS\xa036"),
        ("a | b\n|---|:-:|\n1 | 2", "a | b\n\n1 | 2"),
    ],
)
def test_marks_inside_lines_go_and_others_stay(marked, plain):
    assert without_markdown(marked) == plain


def test_menus_of_countries_and_editions_around_a_page(tmp_path):
    figures = random_figures(Random(4), 2021, 3)
    page = score_page(figures)
    menu = COOKIES + "\n".join(country.name for country in COUNTRIES) + "\n"
    menu += "\n".join(f"Nations in Transit {year}" for year in range(2024, 2004, -1)) + "\n"
    title = f"{figures.country.name}: Nations in Transit 2021 Country Report | Freedom House\n"
    reading = read_text(tmp_path, menu + title + page + menu)
    assert reading.countries == (figures.country.name,)
    assert reading.report_edition == 2021
    assert printed(reading) == printed(read_text(tmp_path, page))


def test_a_table_without_years_is_read_where_known_ratings_prove_them(tmp_path):
    figures = random_figures(Random(5), 2016, 8)
    text = country_report(figures, header=False, sections=False)
    with pytest.raises(SourceError, match="nothing proves which they are: not read"):
        read_text(tmp_path, text)
    reading = read_text(tmp_path, text, known_of_figures(figures))
    read = {(c.rated_edition, c.category): float(c.printed) for c in reading.cells}
    assert read == {key: float(value) for key, value in figures.cells().items()}
    with pytest.raises(SourceError, match="nothing proves"):
        read_text(tmp_path, text, known_of_figures(figures), edition=2011)


def test_columns_cut_on_the_right_are_placed_by_known_ratings(tmp_path):
    figures = random_figures(Random(6), 2016, 8)
    lines = country_report(figures, sections=False).split("\n")
    start = next(n for n, line in enumerate(lines) if line.startswith("Electoral Process"))
    for number in range(start, len(lines)):
        words = lines[number].split()
        if len(words) > 8 and words[-1].replace(".", "").isdigit():
            lines[number] = " ".join(words[:-3])
    text = "\n".join(lines)
    with pytest.raises(SourceError, match="nothing proves which they are"):
        read_text(tmp_path, text)
    reading = read_text(tmp_path, text, known_of_figures(figures))
    cells = figures.cells()
    assert reading.cells
    assert {c.rated_edition for c in reading.cells} == set(figures.years[:-3])
    for cell in reading.cells:
        assert float(cell.printed) == float(cells[cell.rated_edition, cell.category])


def test_governance_of_2005_is_named_shortly(tmp_path):
    figures = random_figures(Random(7), 2016, 8)
    text = country_report(figures, sections=False)
    short = text.replace("National Democratic Governance", "National Governance")
    short = short.replace("Local Democratic Governance", "Local Governance")
    assert "National Governance" in short
    assert printed(read_text(tmp_path, short)) == printed(read_text(tmp_path, text))


def test_a_report_that_most_of_what_is_known_contradicts_is_refused(tmp_path):
    figures = random_figures(Random(8), 2016, 8)
    other = random_figures(Random(9), 2016, 8)
    text = country_report(figures, sections=False)
    assert read_text(tmp_path, text, known_of_figures(figures)).cells
    with pytest.raises(SourceError, match="numbers that are known from other sources differ"):
        read_text(tmp_path, text, known_of_figures(replace(other, country=figures.country)))


def test_a_rating_under_the_words_of_another_category_is_doubted(tmp_path):
    page = score_page(random_figures(Random(10), 2021, 3))
    own = page.replace("Looks at this field.", "On the electoral framework and votes.", 2)
    sections = own.split("On the electoral framework")
    assert len(sections) == 3  # that of National Democratic Governance and of elections
    reading = read_text(tmp_path, own)
    says = "the words between NDG and its rating are those of EP"
    assert [item.says for item in reading.doubts if "the words between" in item.says] == [says]


@pytest.mark.parametrize("by_column", [False, True])
@pytest.mark.parametrize("glue", ["\n", " "])
def test_names_and_numbers_that_stand_apart_are_joined_by_the_scores(tmp_path, by_column, glue):
    figures = random_figures(Random(11), 2018, 4)
    cells = figures.cells()
    codes = [*CATEGORIES, "DS"]
    names = [*CATEGORIES.values(), "Democracy Score"]
    lines = [[f"{float(cells[year, code]):.2f}" for year in figures.years] for code in codes]
    columns = [list(column) for column in zip(*lines, strict=True)]
    numbers = [value for row in (columns if by_column else lines) for value in row]
    head = f"Nations in Transit 2018 - {figures.country.name}\n\n"
    parts = [*names, *figures.years, *numbers]
    told = {"scale": "1=best"}
    reading = read_text(tmp_path, head + glue.join(parts) + "\n\nThe end of it.\n", **told)
    read = {(c.rated_edition, c.category): float(c.printed) for c in reading.cells}
    assert read == {key: float(value) for key, value in cells.items()}
    numbers[0], numbers[9] = numbers[9], "2.25" if numbers[0] != "2.25" else "6.75"
    parts = [*names, *figures.years, *numbers]
    with pytest.raises(SourceError):
        read_text(tmp_path, head + glue.join(parts) + "\n\nThe end of it.\n", **told)
