"""What is written is read back, by other programs' readers, as it was meant."""

import io

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string
from pybtex.richtext import Text

from analysis import cli
from analysis.briefs.blocks import Title
from analysis.briefs.citation import Reference, address, as_bibtex, as_text, tex
from analysis.briefs.cited import as_ris, citations, written
from analysis.briefs.closing import how_to_cite
from analysis.facts.errors import ParameterError
from analysis.settings.parameters import Window

HOSTILE = Reference(
    key="freedomhouse2018_S999",
    kind="report",
    author="Freedom House",
    title="Nations & Transit 100% #1 $ a_b {c} ~ ^ \\ Chişinău, Priština “quoted”",
    year="2018",
    publisher="Freedom House",
    place="Washington, DC",
    url="https://example.org/a b/{x}/%E2%80%9C?q=1&r=Ş_1#top",
    note="kept at example.org; source S999",
)


def test_bibtex_is_ascii_and_says_after_tex_what_was_said_before():
    text = as_bibtex([HOSTILE])
    assert text.isascii()
    entry = parse_string(text, "bibtex").entries["freedomhouse2018_S999"]
    assert entry.type == "techreport"
    printed = str(Text.from_latex(entry.fields["title"]))
    for word in ("Chişinău", "Priština", "100%", "#1", "a_b", "Nations & Transit"):
        assert word in printed
    assert str(Text.from_latex(str(entry.persons["author"][0]))) == "Freedom House"


def test_specials_of_tex_are_escaped_each_in_its_way():
    assert tex("&%#$_") == r"\&\%\#\$\_"
    assert tex("{}") == r"\{\}"
    assert tex("~^\\") == r"{\textasciitilde}{\textasciicircum}{\textbackslash}"
    assert tex("Şăč") == r"{\c S}{\u a}{\v c}"
    assert tex("S\u0327") == tex("\u015e"), "composed and decomposed letters are one"


def test_an_address_keeps_its_signs_and_loses_what_breaks_a_field():
    kept = "http://www.refworld.org/publisher,FREEHOU,,,539ea5ac5,0.html?a=b&c=%E2%80%9C#x_~"
    assert address(kept) == kept
    assert address("https://e.org/a b{c}\\Ş") == "https://e.org/a%20b%7Bc%7D%5C%C5%9E"


def test_ris_is_read_back_field_by_field():
    [record] = rispy.load(io.StringIO(as_ris([HOSTILE]).replace("\r\n", "\n")))
    assert record["type_of_reference"] == "RPRT"
    assert record["title"] == HOSTILE.title
    assert record["authors"] == ["Freedom House"]
    assert (record["year"], record["publisher"]) == ("2018", "Freedom House")
    assert record["urls"] == [address(HOSTILE.url)]


@pytest.mark.parametrize("form", ["bibtex", "ris"])
def test_a_whole_brief_is_read_back_with_every_reference(form):
    expected = citations("Moldova", Window(2005, 2024))
    text = written(expected, form)
    if form == "bibtex":
        entries = parse_string(text, "bibtex").entries
        found = {key: entry.fields.get("url", "") for key, entry in entries.items()}
    else:
        records = rispy.load(io.StringIO(text.replace("\r\n", "\n")))
        found = {record["id"]: (record.get("urls") or [""])[0] for record in records}
    assert found == {reference.key: address(reference.url) for reference in expected}


@given(st.text(alphabet=st.characters(exclude_categories=("C", "Z")), max_size=30))
def test_braces_are_balanced_whatever_the_title(title):
    written_ = tex(title).replace(r"\{", "").replace(r"\}", "")
    depth = 0
    for letter in written_:
        depth += (letter == "{") - (letter == "}")
        assert depth >= 0
    assert depth == 0


def test_a_line_of_text_ends_with_the_address_and_the_source():
    line = as_text([HOSTILE])
    assert line.startswith("Freedom House. 2018. Nations & Transit")
    assert line.endswith("#top (kept at example.org; source S999)\n")


def test_an_unknown_form_is_refused():
    with pytest.raises(ParameterError, match="unknown format 'endnote'; the formats are text, b"):
        written([HOSTILE], "endnote")


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Bosnia and Herzegovina", "nit_bosnia_herzegovina"),
        ("From Central Europe to Central Asia", "nit_from_central_europe"),
        ("Central Europe", "nit_central_europe"),
        ("Kosovo", "nit_kosovo"),
    ],
)
def test_the_key_of_a_brief_is_whole_words(title, key):
    head = Title(title=title, kicker="Nations in Transit · country brief", subtitle="2005 to 2024")
    assert f"@misc{{{key}," in how_to_cite(head)[1].text


def test_the_command_prints_what_to_cite(capsys):
    assert cli.run(["cite", "Kosovo", "--last-edition", "2010", "--format", "bibtex"]) == 0
    entries = parse_string(capsys.readouterr().out, "bibtex").entries
    assert len(entries) == len(citations("Kosovo", Window(2005, 2010)))
    assert cli.run(["cite", "Kosovo", "--first-edition", "1999"]) == 2
    assert cli.run(["cite", "Atlantis"]) == 2
