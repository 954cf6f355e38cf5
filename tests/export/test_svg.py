"""Pictures on a dark page, and pictures as files of their own."""

import re
from xml.etree import ElementTree

import lxml.html
import pytest

from analysis.briefs import palette
from analysis.export.html import stylesheet
from analysis.export.offered import offered
from analysis.export.svg import dark_rules, darkened, on_page, svg_file
from analysis.facts.errors import BriefError

from .hostile import SVG, TEXTS, blocks_with

LIGHT, DARK = "#ffffff", darkened("#ffffff")


def offer_of(svg, title="t", alt="a"):
    [figure] = [b.content() for b in blocks_with("x") if b.kind == "figure"]
    return offered([{**figure, "svg": svg, "title": title, "alt": alt}])[0]


def contrast(one, other):
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    linear = [
        [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
        for shares in ([c / 255 for c in channels(colour)] for colour in (one, other))
    ]
    low, high = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in linear)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_guidelines():
    # The worked extremes of WCAG 2.2, and the grey that is known to pass by a hair.
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#0b5d66", "#0b5d66") == 1


def test_dark_and_light_change_places_and_hues_stay():
    assert darkened("#ffffff") == "#161616"
    assert contrast(darkened("#000000"), DARK) > 15
    for colour in ("#0b5d66", "#b4561b", "#1f4e79"):
        before, after = channels(colour), channels(darkened(colour))
        assert before.index(max(before)) == after.index(max(after))
        assert before.index(min(before)) == after.index(min(after))


def channels(colour):
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


@pytest.mark.parametrize("colour", [palette.INK, palette.SOFT, palette.ACCENT])
def test_letters_are_legible_light_and_dark(colour):
    assert contrast(colour, LIGHT) >= 4.5
    assert contrast(darkened(colour), DARK) >= 4.5


@pytest.mark.parametrize("initials", palette.CLASS_COLOURS)
def test_letters_on_a_class_s_colour_are_legible_light_and_dark(initials):
    ground, ink = palette.CLASS_COLOURS[initials], palette.CLASS_INKS[initials]
    assert contrast(ground, ink) >= 4.5
    assert contrast(darkened(ground), darkened(ink)) >= 4.5


def test_pages_and_pictures_share_their_colours():
    css = stylesheet("brief.css")
    light, dark = css.split("@media screen and (prefers-color-scheme: dark)")
    named = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    assert {k: named[k.lower()] for k in palette.CLASS_COLOURS} == palette.CLASS_COLOURS
    for name in ("ink", "soft", "rule", "paper", "accent"):
        assert named[name] == getattr(palette, name.upper())
    turned = dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6});", dark))
    assert turned == {name: darkened(colour) for name, colour in named.items()}
    for name, colour in named.items():
        if name.startswith("on-"):
            assert contrast(colour, named[name[3:]]) >= 4.5
            assert contrast(turned[name], turned[name[3:]]) >= 4.5


def test_the_colours_of_pictures_turn_where_a_page_is_dark():
    svg = SVG.replace('d="M0 0H9"', 'd="M0 0H9" fill="#1d2327" stroke="#ffffff"')
    style = dark_rules([svg, svg, SVG])
    assert style.startswith("@media screen and (prefers-color-scheme: dark){")
    assert style.count(f'[fill="#1d2327"]{{fill:{darkened("#1d2327")}}}') == 1
    assert style.count(f'[stroke="#ffffff"]{{stroke:{DARK}}}') == 1
    assert 'fill="none"' not in style


@pytest.mark.parametrize("alt", TEXTS[:35])
def test_a_picture_on_a_page_is_an_image_with_words_whatever_they_are(alt):
    svg = SVG.replace("<svg ", '<svg width="9pt" height="3pt" ')
    root = lxml.html.fragment_fromstring(on_page(svg, alt, "nit-wide"))
    assert (root.get("role"), root.get("aria-label"), root.get("class")) == ("img", alt, "nit-wide")
    assert root.get("width") is None
    assert [element.tag for element in root.iter()] == ["svg", "path"]
    with pytest.raises(ValueError, match="styles of its own"):
        on_page(svg.replace("d=", "style='fill:red' d="), alt, "")


@pytest.mark.parametrize("text", TEXTS[:35])
def test_a_file_names_and_describes_itself_whatever_the_words(text):
    root = ElementTree.fromstring(svg_file(offer_of(SVG, text, f"alt {text}")))
    names = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert names == ["svg", "title", "desc", "path"]
    assert (root[0].text, root[1].text) == (text, f"alt {text}")


@pytest.mark.parametrize(
    "part",
    [
        "<script>alert(1)</script>",
        "<foreignObject/>",
        "<image href='http://evil.example/x.png'/>",
        "<a href='#x'><path d='M0 0'/></a>",
        "<path onclick='alert(1)'/>",
        "<use href='http://evil.example/x.svg#a'/>",
        "<use xmlns:xlink='http://www.w3.org/1999/xlink' xlink:href='//evil.example/x.svg#a'/>",
        "<rect fill='url(http://evil.example/x.svg#a)'/>",
        "<rect style='fill:URL(//evil.example)'/>",
        "<style>@import '//evil.example/x.css';</style>",
        "<animate attributeName='x'/>",
        "<g><g><set attributeName='onclick' to='alert(1)'/></g></g>",
        "<!DOCTYPE x>",
        "<p xmlns='http://www.w3.org/1999/xhtml'/>",
        "<path",
    ],
)
def test_a_picture_that_does_more_than_draw_is_no_file(part):
    with pytest.raises(BriefError, match="a picture may only draw") as refusal:
        svg_file(offer_of(SVG.replace("</svg>", f"{part}</svg>")))
    assert "\n" not in str(refusal.value)
    with pytest.raises(ValueError, match=r"an element|an attribute|a declaration|no SVG"):
        on_page(SVG.replace("</svg>", f"{part}</svg>"), "alt", "")


def test_references_within_the_picture_are_fine():
    part = '<defs><path id="a" d="M0 0"/></defs><use href="#a"/><g clip-path="url(#a)"/></svg>'
    svg = SVG.replace("</svg>", part)
    drawn = list(ElementTree.fromstring(svg_file(offer_of(svg))))[2:]
    expected = list(ElementTree.fromstring(svg))
    assert [ElementTree.tostring(e) for e in drawn] == [ElementTree.tostring(e) for e in expected]
