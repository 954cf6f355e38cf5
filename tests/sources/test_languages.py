"""Newspapers of other languages: statements made up from the words that are declared."""

from __future__ import annotations

import pytest

from analysis.facts.errors import SourceError
from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.sources import read_source
from analysis.sources.known import Known
from analysis.sources.report.labels import category_of, direction, in_english, languages

SKOPJE = (
    "Скопје\nРејтингот за корупција се намали од 4,00 на 3,75 поради застој. "
    "Рејтингот за судска рамка и независност се подобри од 3,25 на 3,50.\n"
    "Како резултат на тоа, збирната оценка за демократија на Северна Македонија {} {}.\n"
    "Процентот на демократија изнесува 47,6 проценти.\n"
)
PODGORICA = (
    "Indeks  Lokalne demokratske\nuprave u Crnoj Gori smanjen je sa 4,25 na četiri zbog izbora.\n"
    "Crnogorski indeks demokratije opao sa 3,83 na 3,79.\n"
)


def read_text(tmp_path, text, **told):
    path = tmp_path / "article.txt"
    path.write_text(text, encoding="utf-8")
    return read_source(path, known=Known(), **told)


def statements(reading):
    return {(s.field, s.printed_from, s.printed_to, s.scale) for s in reading.statements}


@pytest.mark.parametrize(
    ("verb", "numbers"),
    [("се подобри", "од 3,82 на 3,86"), ("се намали", "од 3,82 на 3,78")],
)
def test_macedonian_statements_are_read_with_country_scale_and_share(tmp_path, verb, numbers):
    reading = read_text(tmp_path, SKOPJE.format(verb, numbers), edition=2023)
    assert reading.countries == ("North Macedonia",)
    first, last = (word.replace(",", ".") for word in numbers.split()[1::2])
    assert statements(reading) == {
        ("CHANGE_CO", "4.00", "3.75", "7=best"),
        ("CHANGE_JFI", "3.25", "3.50", "7=best"),
        ("DS_CHANGE", first, last, "7=best"),
        ("DP", "", "47.6", ""),
    }


def test_montenegrin_statements_are_read_in_latin_letters_with_a_number_in_words(tmp_path):
    reading = read_text(tmp_path, PODGORICA, edition=2024)
    assert reading.countries == ("Montenegro",)
    assert statements(reading) == {
        ("CHANGE_LDG", "4.25", "4", "7=best"),
        ("DS_CHANGE", "3.83", "3.79", "7=best"),
    }


def test_a_change_whose_words_are_not_declared_is_told_and_not_read(tmp_path):
    other = "Рејтингот за плавите куќи се намали од 3,50 на 3,25.\n"
    reading = read_text(
        tmp_path, SKOPJE.format("се подобри", "од 3,82 на 3,86") + other, edition=2023
    )
    assert len(statements(reading)) == 4
    assert any("плавите куќи се намали од 3,50 на 3,25" in item.says for item in reading.doubts)


def test_the_score_of_a_country_that_is_not_declared_is_not_taken_for_the_page_s_own(tmp_path):
    text = "Оценката за демократија на Шумадија се намали од 3,79 на 3,61.\n"
    with pytest.raises(SourceError, match="no ratings table, Democracy Score or score change"):
        read_text(tmp_path, text, country="North Macedonia", edition=2023)


@pytest.mark.parametrize(
    "text",
    [
        "Индексот за перцепција на корупција се намали од 40 на 35.",
        "Propao sa 3,79 na 3,75.",
        "The rating fell from 3.79 to 3.75.",
        "Kursi ra nga 4,25 na 4.",
    ],
)
def test_other_numbers_are_left_as_they_are(text):
    assert in_english(text) == (text, [])


def test_declared_words_stand_for_what_the_english_reader_understands():
    for words in languages():
        for name in words["name"].values():
            assert category_of(name) in {*CATEGORIES, SCORE}
        assert all(direction(verb) for verb in words["verb"].values())
        assert {"name", "country", "verb", "from", "to"} <= set(words)


CUT = (
    "Nations in Transit 2021, Georgia\nDemocracy Score declined from 3.25 to 3.18 [...] {}\n"
    "Civil Society rating [...] from 4.50 to {} [...]\n"
    "Independent Media rating declined from 3.75 to 3.50 [...]\n"
)


@pytest.mark.parametrize(("new", "is_read"), [("4.25", True), ("4.00", False), ("4.75", False)])
def test_a_change_whose_verb_is_cut_out_is_read_if_all_changes_add_up(tmp_path, new, is_read):
    reading = read_text(tmp_path, CUT.format("", new), country="Georgia", edition=2021)
    assert (("CHANGE_CS", "4.50", new, "7=best") in statements(reading)) is is_read


@pytest.mark.parametrize(
    ("words", "regime"),
    [
        ("a transitional or hybrid regime", "transitional or hybrid regime"),
        ("a consolidated democracy", ""),
        ("from a semi-consolidated democracy to a transitional or hybrid regime", ""),
    ],
)
def test_a_sentence_on_the_score_tells_the_regime_if_it_names_one_and_that_fits(
    tmp_path, words, regime
):
    reading = read_text(tmp_path, CUT.format(words, "4.25"), country="Georgia", edition=2021)
    assert [s.printed_to for s in reading.statements if s.field == "REGIME"] == [regime] * bool(
        regime
    )
