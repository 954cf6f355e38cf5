"""What every brief says and weighs: all countries, the region and parts of it, comparisons."""

import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

import every_brief
from analysis.export.html import html_page
from analysis.export.offered import offered
from analysis.export.pdf import one_page, one_page_document, pdf_document
from analysis.facts.rating_system import CATEGORIES

pikepdf = pytest.importorskip("pikepdf")

FEW = ("Hungary", "Georgia", "Turkmenistan", "Eurasia", "Visegrad", "Azerbaijan, Uzbekistan")
BRIEFS = pytest.mark.parametrize(
    "key",
    [
        pytest.param(key, id=name, marks=() if key[2] in FEW else pytest.mark.slow)
        for key, name in zip(every_brief.ALL, every_brief.NAMES, strict=True)
    ],
)
"""All pictures are drawn here, which takes long: a few briefs in each run of tests, else all."""
SVG = "{http://www.w3.org/2000/svg}"

CLUMSY = {
    "one of several": r"\b1 (?!of\b|to\b|st\b|in\b|and\b|edition ahead)[a-z]+s\b(?<!\bis)(?<!was)",
    "one with a plural": r"\bone (?:countries|editions|changes|ratings|scores|categories|steps)\b",
    "several with a singular": r"\b(?:two|three|four|five|six|seven|eight|nine|ten|\d\d+) "
    r"(?:country|category|change|rating|step|score|move|source) (?!in\b|by\b|of\b|tests\b)",
    "a zero with a sign": r"[−+-]0\.00(?!\d)",
    "a minus of a computer": r"(?<![\w.:/@—–-])-\d",
    "an empty slot": r"\(\s*\)|\{|\}|  | ,|\s\.(?!\d)|,,|\.\.(?!/)|; ;|: \.|“”",
    "no value": r"\b(?:nan|NaN|None|NaT|inf|Series|dtype|Timestamp)\b|<NA>",
    "a doubled word": r"\b(the|a|of|in|to|and|is|with|from) \1\b",
    "a claim": r"(?i)significan|\bcaus(?:e|ed|es|ing|al)\b|\bdriv(?:e|es|en|er|ers|ing)\b"
    r"|\bleads? to\b|\bled to\b|\bdue to\b|\bno (?:effect|trend)\b|\bproves?\b|\bproof\b",
}


@BRIEFS
def test_every_sentence_is_well_formed(key):
    found = [
        f"{what}: {match.group()!r} in {text!r}"
        for content in every_brief.brief(*key)
        if content["kind"] != "preformatted"  # BibTeX is no sentence
        for text in every_brief.texts(content)
        for what, pattern in CLUMSY.items()
        for match in re.finditer(pattern, text)
    ]
    assert not found, "\n".join(found[:20])


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("1 countries fell.", "one of several"),
        ("one countries", "one with a plural"),
        ("three country fell", "several with a singular"),
        ("by −0.00 points", "a zero with a sign"),
        ("by -0.25", "a minus of a computer"),
        ("of  two", "an empty slot"),
        ("is nan", "no value"),
        ("of the the", "a doubled word"),
        ("which led to", "a claim"),
    ],
)
def test_the_rules_can_fail(text, what):
    assert re.search(CLUMSY[what], text)


@BRIEFS
def test_sentences_end_and_titles_do_not(key):
    for content in every_brief.brief(*key):
        if content["kind"] == "findings":
            assert 1 <= len(content["sentences"]) <= 7
            assert all(sentence.endswith(".") for sentence in content["sentences"])
            begins = [sentence[0] for sentence in content["sentences"]]
            assert all(letter.isupper() or letter.isdigit() for letter in begins), begins
        elif content["kind"] in ("figure", "table"):
            assert not content["title"].endswith((".", ",", ":"))
            assert content["title"][0].isupper() or not content["title"][0].isalpha()
            assert content["caption"].endswith(".") or content["kind"] == "table"
            assert len(content["title"]) <= 130, content["title"]


@BRIEFS
def test_figures_and_tables_have_names_of_their_own_data_and_an_alt_text(key):
    named = [c for c in every_brief.brief(*key) if c["kind"] in ("figure", "table")]
    names = [(c["kind"], c["name"]) for c in named]
    assert all(name for _, name in names), names
    assert len(set(names)) == len(names)
    for figure in (c for c in named if c["kind"] == "figure"):
        data = figure["data"]
        assert data["rows"]
        assert {len(row) for row in data["rows"]} == {len(data["columns"])}
        assert json.loads(json.dumps(data)) == data
        assert figure["alt"] not in (figure["title"], figure["caption"])
        assert len(re.findall(r"\d", figure["alt"])) >= 4
        assert figure["source"].startswith("Source: Freedom House")


@BRIEFS
def test_no_words_in_a_picture_overlap_or_are_cut(key):
    for content in every_brief.brief(*key):
        for name in ("svg", "svg_narrow") if content["kind"] == "figure" else ():
            width, height, lines = every_brief.EXTENTS[content[name]]
            assert lines
            for place, (words, box) in enumerate(lines):
                where = f"{content['name']} {name}: {words!r}"
                assert box.x0 >= -0.5, where
                assert box.x1 <= width + 0.5, where
                assert box.y0 >= -0.5, where
                assert box.y1 <= height + 0.5, where
                for other, taken in lines[:place]:
                    wide = min(box.x1, taken.x1) - max(box.x0, taken.x0)
                    high = min(box.y1, taken.y1) - max(box.y0, taken.y0)
                    # An extent holds the room for what hangs below the line.
                    assert wide <= 1 or high <= 2, f"{where} over {other!r}"


@BRIEFS
def test_type_is_type_and_large_enough_on_a_phone(key):
    for content in every_brief.brief(*key):
        for name in ("svg", "svg_narrow") if content["kind"] == "figure" else ():
            root = ET.fromstring(content[name])
            written = [element.text for element in root.iter(f"{SVG}text")]
            assert sorted(written) == sorted(w for w, _ in every_brief.EXTENTS[content[name]][2])
            if name == "svg_narrow":
                # 390 pixels less two margins of 16.
                scale = (390 - 2 * 16) / float(root.get("viewBox").split()[2])
                sizes = {float(text.get("font-size")) for text in root.iter(f"{SVG}text")}
                assert min(sizes) * scale >= 9


@BRIEFS
def test_downloads_hold_one_typed_value_a_cell(key):
    for offer in offered(every_brief.brief(*key)):
        sheet = offer.sheet
        for head, values in zip(sheet.columns, zip(*sheet.rows, strict=True), strict=True):
            kinds = {isinstance(value, str) for value in values if value is not None}
            assert len(kinds) <= 1, f"{offer.name}: numbers and texts under {head}"
            texts = [value for value in values if isinstance(value, str)]
            odd = [t for t in texts if re.match(r"[–—]?\Z|[+−-]?\d[\d.]*( ?%| to |–|\Z)", t)]
            assert not odd, f"{offer.name}, {head}: {odd[:3]}"


@BRIEFS
def test_a_brief_is_light_and_short(key):
    contents = every_brief.brief(*key)
    document = pdf_document(contents)
    with pikepdf.open(BytesIO(document)) as pdf:
        pages = len(pdf.pages)
    assert len(html_page(contents).encode()) < 400_000
    assert len(document) < 300_000
    if key[0] == every_brief.COUNTRY:
        assert 2 <= pages <= 4
    assert pages <= 6


@BRIEFS
@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm (poppler) is missing")
def test_no_page_before_the_last_is_more_than_a_fifth_empty(key, tmp_path):
    document = pdf_document(every_brief.brief(*key))
    call = ["pdftoppm", "-r", "36", "-gray", "-png", "-", tmp_path / "page"]
    subprocess.run(call, input=document, check=True)
    pages = [np.asarray(Image.open(path).convert("L")) for path in sorted(tmp_path.glob("*.png"))]
    assert [round(empty(page), 2) for page in pages[:-1] if empty(page) > 0.2] == []


@BRIEFS
def test_the_summary_is_one_page_the_same_each_time(key):
    assert_one_page(every_brief.brief(*key))


def assert_one_page(contents):
    """Assert what a summary is: one page, tagged, in words of the brief, the same each time."""
    document = one_page_document(contents)
    assert document == one_page_document(contents)
    with pikepdf.open(BytesIO(document)) as pdf:
        assert len(pdf.pages) == 1
        assert pdf.Root.MarkInfo.Marked
        with pdf.open_metadata() as told:
            assert told["pdfuaid:part"] == "1"
    chosen = one_page(contents)
    assert {c["kind"] for c in chosen} >= {"title", "findings", "figure", "items", "paragraph"}
    said = {text for content in contents for text in every_brief.texts(content)}
    for content in chosen:
        if content["kind"] != "table" or content in contents:
            assert set(every_brief.texts(content)) <= said
        else:
            assert content["title"] in said
            assert [row[0]["text"] for row in content["rows"]] == list(CATEGORIES.values())


def empty(page):
    """Return the longest white stretch between the margins of a page, as a share."""
    height = len(page)
    inked = (page < 200).any(axis=1)[int(height * 18 / 297) : int(height * 278 / 297)]
    edges = np.flatnonzero(np.concatenate([[True], inked, [True]]))
    return (np.diff(edges).max() - 1) / len(inked)


@BRIEFS
def test_a_brief_ends_with_its_provenance(key):
    last = every_brief.brief(*key)[-1]
    text = "".join(span["text"] for span in last["spans"])
    assert re.fullmatch(
        r"Release \d+\.\d+\.\d+ of \d{4}-\d\d-\d\d\. Data [0-9a-f]{12}; code [0-9a-f]{12}; "
        r"settings \(.+, first_edition 2005, last_edition 2024\) [0-9a-f]{12}\.",
        text,
    )


@pytest.mark.slow
def test_every_window_of_editions_makes_a_brief():
    for first, last in ((2005, 2005), (2006, 2007), (2018, 2019), (2022, 2023)):
        window = {"first_edition": first, "last_edition": last}
        for notebook, parameter, value in (
            (every_brief.COUNTRY, "country", "Hungary"),
            (every_brief.COUNTRY, "country", "Estonia"),
            (every_brief.REGION, "group", "Balkans"),
            (every_brief.COMPARISON, "countries", "Visegrad"),
            (every_brief.COMPARISON, "countries", "Kosovo, Serbia"),
        ):
            contents = every_brief.contents(notebook, **{parameter: value}, **window)
            said = (c for c in contents if c["kind"] != "preformatted")  # BibTeX is no sentence
            text = " ".join(t for c in said for t in every_brief.texts(c))
            for what in ("one of several", "no value", "a zero with a sign", "an empty slot"):
                assert not re.search(CLUMSY[what], text), (value, first, last, what)
