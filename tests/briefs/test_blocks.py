"""Every kind of block has JSON content that comes back as it went, and shows its texts as texts."""

import json

import lxml.html
import pandas as pd
import pytest

from analysis.briefs import blocks
from analysis.briefs.blocks import KINDS, MIME, data_address, fragment, safe_link
from analysis.briefs.figures.style import data_of

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0H1"/></svg>'

EXAMPLES = [
    blocks.Title(
        title="Kazakhstan",
        kicker="Country brief",
        subtitle="Editions 2005 to 2024",
        description="One sentence.",
        facts=[blocks.KeyFact("Democracy Score", "1.29", "from 1 to 7")],
        class_initials="CAR",
        class_name="Consolidated Authoritarian Regime",
        class_note="2018 edition",
        date="2026-11-21",
    ),
    blocks.Heading(text="Seven categories", level=3),
    blocks.Paragraph(
        spans=[
            blocks.Span("plain "),
            blocks.Span("strong", "strong"),
            blocks.Span("emphasis", "emphasis"),
            blocks.Span("code", "code"),
            blocks.Span("link", href="https://example.org/a?b=c"),
        ]
    ),
    blocks.Items(items=[[blocks.Span("first")], [blocks.Span("second")]], ordered=True),
    blocks.Findings(heading="In short", sentences=["It fell.", "It rose."]),
    blocks.Note(label="Withheld", text="Too few editions."),
    blocks.Preformatted(text="a  b\n c"),
    blocks.Figure(
        name="trajectory",
        title="It fell",
        subtitle="Score by edition",
        caption="What is shown.",
        alt="From 1.71 to 1.29.",
        svg=SVG,
        svg_narrow=SVG,
        source="Source: Freedom House.",
        data=blocks.Data(["edition", "score"], [[2017, 1.71], [2018, None]]),
    ),
    blocks.Table(
        name="ratings",
        title="Ratings",
        columns=[blocks.Column("Edition", align="left"), blocks.Column("CS", "Civil Society")],
        rows=[[blocks.Cell("2018"), blocks.Cell("1.25", "down", derived=True)]],
        caption="All on 7 = best.",
        dense=True,
    ),
]
BY_KIND = pytest.mark.parametrize("block", EXAMPLES, ids=lambda block: block.kind)


def test_there_is_an_example_of_every_kind():
    assert {block.kind for block in EXAMPLES} == set(KINDS)


@BY_KIND
def test_content_goes_through_json_and_back(block):
    content = block.content()
    assert json.loads(json.dumps(content)) == content
    assert set(content) == {"kind", *KINDS[block.kind].__dataclass_fields__}


def shown_texts(content):
    """Return all texts of a content that a reader is to see."""
    # The name and the data of a picture are for the files beside a page.
    hidden = {"kind", "svg", "svg_narrow", "align", "mark", "style", "href", "date", "description"}
    hidden |= {"name", "data"} if isinstance(content, dict) and "kind" in content else set()
    if isinstance(content, str):
        return [content]
    if isinstance(content, list):
        return [text for item in content for text in shown_texts(item)]
    if isinstance(content, dict):
        return [t for key, v in content.items() if key not in hidden for t in shown_texts(v)]
    return []


@BY_KIND
def test_every_text_is_shown(block):
    tree = lxml.html.fragment_fromstring(fragment(block.content()), create_parent="div")
    shown = " ".join(tree.itertext()) + " ".join(tree.xpath("//@alt | //@title"))
    for text in shown_texts(block.content()):
        assert text in shown


@BY_KIND
def test_a_notebook_stores_the_content_beside_what_it_shows(block):
    bundle = block._repr_mimebundle_()
    assert bundle[MIME] == block.content()
    assert fragment(block.content()) in bundle["text/html"]
    assert block.kind in bundle["text/plain"]


def test_helpers_make_plain_blocks():
    assert blocks.paragraph("a").content() == {
        "kind": "paragraph",
        "spans": [{"text": "a", "style": "", "href": ""}],
    }
    assert [[s.text for s in item] for item in blocks.bullets("a", "b").items] == [["a"], ["b"]]


def test_data_of_a_frame_are_plain_and_rounded():
    frame = pd.DataFrame(
        {"a": [1, 2], "b": [1 / 3, -0.00001], "c": ["x", None], "d": [pd.NA, 0.5], "e": [0, 0]}
    )
    names = {"b": "score", "a": "edition", "c": "class", "d": "rank"}
    data = data_of(frame.rename(columns=names)[list(names.values())])
    assert data.columns == ["democracy_score", "edition", "class", "rank"]
    assert data.rows == [[0.33, 1, "x", None], [0.0, 2, None, 0.5]]
    assert "-0" not in json.dumps(data.rows)
    assert type(data.rows[0][1]) is int


def test_show_displays_each_block(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda *blocks: shown.extend(blocks))
    blocks.show(*EXAMPLES[:3])
    assert shown == EXAMPLES[:3]


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "data:text/html,x", "//evil", "ftp://x", " https://x", "https://a b"],
)
def test_only_web_and_mail_addresses_and_places_on_the_page_are_links(href):
    assert safe_link(href) == ""


@pytest.mark.parametrize("href", ["https://a.b/c", "http://a", "mailto:a@b.c", "#content"])
def test_other_addresses_stay(href):
    assert safe_link(href) == href


def test_a_picture_in_an_address_is_the_same_picture():
    from urllib.parse import unquote

    svg = SVG.replace("<path", """<path font-family="'Source Sans 3',serif" id="é#%" """)
    head, _, body = data_address(svg).partition(",")
    assert head == "data:image/svg+xml"
    assert "#" not in body
    assert '"' not in body
    assert unquote(body) == svg
